"""Changes to a scenario: more of a limit, cheaper, larger, split, turned round, in other units.

Each takes a scenario and gives another; none reads the model. Series are maps from year to number, None where a limit
is not set.
"""

from __future__ import annotations

import math
from functools import partial


def with_(part, **values):
    return part.model_copy(update=values)


def times(series, factor):
    """A number, a map of numbers or None, times a factor."""
    if series is None:
        return None
    if isinstance(series, dict):
        return {key: times(value, factor) for key, value in series.items()}
    return series * factor


def scaled(part, factor, *keys):
    """A part whose named values are multiplied; keys that it has not are passed over."""
    known = type(part).model_fields
    return with_(part, **{key: times(getattr(part, key), factor) for key in keys if key in known})


def each(scenario, section, change):
    """A scenario with every entry of a section changed."""
    return with_(scenario, **{section: {name: change(one) for name, one in getattr(scenario, section).items()}})


def within(change, *path):
    """The change of a part that is a value of another: `within(f, "demand")` changes a region's demand."""
    for key in reversed(path):
        change = partial(_inside, key, change)
    return change


def _inside(key, change, part):
    return with_(part, **{key: change(getattr(part, key))}) if hasattr(part, key) else part


# More of what limits a plan. Each only adds plans; none takes one away.


def raised(*keys, section="regions", part=()):
    """Limits doubled, and raised by one: None stays no limit."""

    def higher(value):
        if value is None:
            return None
        return {key: higher(one) for key, one in value.items()} if isinstance(value, dict) else 2 * value + 1

    def change(one):
        return with_(one, **{key: higher(getattr(one, key)) for key in keys if key in type(one).model_fields})

    return lambda scenario: each(scenario, section, within(change, *part))


def one_year_more_of_slots(scenario):
    """Slots that close in the last year stay open as in the year before."""

    def longer(chain):
        slots = chain.open_slots_gw_per_year
        last = max(slots)
        return with_(chain, open_slots_gw_per_year=slots | {last: slots.get(last - 1, 0.0) + slots[last]})

    return each(scenario, "supply_chains", longer)


def closed_in_the_last_year(scenario):
    """Slots that close in the last year."""

    def shorter(chain):
        slots = chain.open_slots_gw_per_year
        return with_(chain, open_slots_gw_per_year=slots | {max(slots): 0.0})

    return each(scenario, "supply_chains", shorter)


def of_one_price(scenario):
    """Capital cost that does not depend on the year of the order."""

    def flat(technology):
        keys = [key for key in ("capital_cost_usd_per_kw", "energy_cost_usd_per_kwh") if hasattr(technology, key)]
        firsts = {key: next(iter(getattr(technology, key).values())) for key in keys}
        return with_(
            technology, **{key: dict.fromkeys(getattr(technology, key), first) for key, first in firsts.items()}
        )

    return each(scenario, "technologies", flat)


def sooner(scenario):
    """Every lead time down to the whole years it has, and by one more year where it has one.

    To whole years alone: what an order of 1.25 years spreads over two years, orders of one year can deliver in the same
    parts. An order of 0.75 years cannot deliver as orders of one year do, all in one year.
    """

    def change(technology):
        if not hasattr(technology, "lead_time_years"):
            return technology
        return with_(technology, lead_time_years=float(max(0, math.floor(technology.lead_time_years) - 1)))

    return each(scenario, "technologies", change)


def _with_limits(scenario, factor):
    return with_(scenario, limits=scaled(scenario.limits, factor, "co2_mt_per_year"))


def _with_reliability(scenario):
    target = scenario.reliability.unserved_energy_limit_fraction
    return with_(scenario, reliability=with_(scenario.reliability, unserved_energy_limit_fraction=target + 0.01))


def _flexible(scenario):
    def change(one):
        if one.kind != "flexible_load":
            return one
        return with_(one, share_of_load_fraction=(1 + one.share_of_load_fraction) / 2,
                     max_hours_per_year=2 * one.max_hours_per_year)  # fmt: skip

    return each(scenario, "technologies", change)


def _durations(scenario):
    def change(one):
        return with_(one, max_duration_h=2 * one.max_duration_h, min_duration_h=0.0) if one.kind == "storage" else one

    return each(scenario, "technologies", change)


def _hours(scenario):
    def change(one):
        return scaled(one, 2, "max_hours_per_year") if one.kind == "generator" else one

    return each(scenario, "technologies", change)


def unlimited_least(scenario):
    """No least load: with one, more usable capacity must run more."""
    return each(scenario, "technologies", lambda one: with_(one, minimum_load_fraction=0.0)
                if one.kind == "generator" else one)  # fmt: skip


def _weather(scenario):
    """Every region's sun and wind yield more."""

    def more(sky):
        own = sky.capacity_factor_fraction
        return with_(sky, capacity_factor_fraction=0.35 if own is None else min(1.0, own + 0.1))

    return each(each(scenario, "regions", within(more, "sun")), "regions", within(more, "wind"))


def same(scenario):
    """The scenario as it is."""
    return scenario


MORE = {
    "grid additions": (same, raised("additions_gw_per_year", part=("grid",))),
    "delivery slots": (
        same,
        raised("open_slots_gw_per_year", "open_slots_gwh_per_year", section="supply_chains"),
    ),
    "slots for a year longer": (closed_in_the_last_year, one_year_more_of_slots),
    "shorter lead times": (of_one_price, sooner),
    "pipeline gas": (same, raised("gas_supply_limit_bcf_per_day")),
    "air permits": (same, raised("air_permit_limit_gw")),
    "build limits": (same, raised("build_limit_gw")),
    "carbon": (same, partial(_with_limits, factor=2)),
    "load that may move": (
        same,
        lambda s: each(s, "regions", within(
            lambda d: with_(d, relocatable_fraction=(1 + d.relocatable_fraction) / 2), "demand")),
    ),
    "room for moved load": (same, raised("relocation_in_limit_gw", part=("demand",))),
    "flexible load": (same, _flexible),
    "storage durations": (same, _durations),
    "running hours": (same, _hours),
    "unserved energy": (same, _with_reliability),
    "sun and wind": (unlimited_least, _weather),
}  # fmt: skip
"""What the scenario must be like for the comparison to be fair, and what then is more of."""


# Money.


def priced(factor, *keys, section="technologies", part=()):
    """Prices of a section times a factor."""
    return lambda scenario: each(scenario, section, within(lambda one: scaled(one, factor, *keys), *part))


def _of_the_nation(factor, section, key):
    return lambda scenario: with_(scenario, **{section: scaled(getattr(scenario, section), factor, key)})


def prices(factor):
    """Every price of a scenario times a factor, by what it pays for."""
    return {
        "capital": priced(factor, "capital_cost_usd_per_kw", "energy_cost_usd_per_kwh"),
        "fixed operation": priced(factor, "fixed_om_usd_per_kw_year", "fixed_om_usd_per_kwh_year"),
        "variable operation": priced(factor, "variable_om_usd_per_mwh"),
        "connections": priced(factor, "connection_cost_usd_per_kw", "capacity_price_usd_per_kw_year",
                              "energy_price_usd_per_mwh"),
        "grid power of a region": priced(factor, "energy_price_usd_per_mwh", "capacity_price_usd_per_kw_year",
                                         section="regions", part=("grid",)),
        "flexible load": priced(factor, "price_usd_per_mwh", "enrolment_usd_per_kw_year"),
        "fuel": priced(factor, "price_usd_per_mmbtu", "transport_usd_per_mmbtu", section="fuels"),
        "moving load": priced(factor, "relocation_cost_usd_per_kw_year", section="regions", part=("demand",)),
        "carbon": _of_the_nation(factor, "finance", "carbon_price_usd_per_t"),
        "unserved energy": _of_the_nation(factor, "value_of", "unserved_energy_usd_per_mwh"),
        "the gap": _of_the_nation(factor, "value_of", "delayed_load_usd_per_kw_year"),
    }  # fmt: skip


def dollars(scenario, factor):
    """All money in another unit, regional fuel price adders too."""
    for change in prices(factor).values():
        scenario = change(scenario)
    return priced(factor, "fuel_price_adder_usd_per_mmbtu", section="regions")(scenario)


# The same in another shape.


def region_times(region, factor):
    """A region of another size, the same otherwise."""
    demand = scaled(region.demand, factor, "base_gw", "additions_gw_per_year", "relocation_in_limit_gw")
    load = region.grid.system_load
    grid = with_(
        scaled(region.grid, factor, "additions_gw_per_year"),
        system_load=None if load is None else scaled(load, factor, "summer_peak_gw", "winter_peak_gw"),
    )
    limits = ("gas_supply_limit_bcf_per_day", "air_permit_limit_gw", "build_limit_gw")
    return with_(scaled(region, factor, *limits), demand=demand, grid=grid)


def gigawatts(scenario, factor):
    """All gigawatts, and what is proportional to them, times a factor; sites and units keep their size."""
    scenario = each(scenario, "regions", lambda region: region_times(region, factor))
    scenario = each(scenario, "technologies", lambda one: scaled(one, factor, "committed_deliveries_gw_per_year"))
    slots = ("open_slots_gw_per_year", "open_slots_gwh_per_year")
    return _with_limits(each(scenario, "supply_chains", lambda one: scaled(one, factor, *slots)), factor)


def regions_turned_round(scenario):
    """Other names, other order."""
    return with_(scenario, regions={f"{name}-2": one for name, one in reversed(scenario.regions.items())})


def everything_turned_round(scenario):
    """Technologies, chains, fuels and what regions say of them in reverse order."""

    def turned(part):
        return dict(reversed(part.items()))

    def region(one):
        grid = with_(one.grid, additions_gw_per_year=turned(one.grid.additions_gw_per_year))
        return with_(one, grid=grid, build_limit_gw=turned(one.build_limit_gw))

    sections = ("technologies", "supply_chains", "fuels")
    return each(with_(scenario, **{key: turned(getattr(scenario, key)) for key in sections}), "regions", region)


def technologies_renamed(scenario):
    """Other names of technologies, also where regions name them."""

    def called(part):
        return {f"{name}-2": one for name, one in part.items()}

    def region(one):
        grid = with_(one.grid, additions_gw_per_year=called(one.grid.additions_gw_per_year))
        return with_(one, grid=grid, build_limit_gw=called(one.build_limit_gw))

    return each(with_(scenario, technologies=called(scenario.technologies)), "regions", region)


def first_region_in_halves(scenario):
    """The first region as two halves that are alike."""
    name, whole = next(iter(scenario.regions.items()))
    share = whole.share_of_committed_deliveries_fraction
    if share is None and len(scenario.regions) == 1:
        share = 1.0
    half = with_(region_times(whole, 0.5), share_of_committed_deliveries_fraction=None if share is None else share / 2)
    rest = {key: one for key, one in scenario.regions.items() if key != name}
    return with_(scenario, regions={f"{name}-1": half, **rest, f"{name}-2": half})


def technologies_in_halves(scenario):
    """Every technology as two that are alike and share what limits it; connections of the fleet stay whole."""
    whole = {name for name, one in scenario.technologies.items() if getattr(one, "base_connected_by_fleet", False)}

    def halved(one):
        return scaled(one, 0.5, "share_of_load_fraction", "committed_deliveries_gw_per_year")

    def split(part, change):
        found = {}
        for name, one in part.items():
            found |= {name: one} if name in whole else {f"{name}-{half}": change(one) for half in (1, 2)}
        return found

    def region(one):
        additions = split(one.grid.additions_gw_per_year, lambda series: times(series, 0.5))
        grid = with_(one.grid, additions_gw_per_year=additions)
        return with_(one, grid=grid, build_limit_gw=split(one.build_limit_gw, lambda series: times(series, 0.5)))

    return each(with_(scenario, technologies=split(scenario.technologies, halved)), "regions", region)


def as_nameplate(scenario):
    """The same load counted as nameplate of which 40% is used."""

    def change(demand):
        factor = demand.facility_load_per_gw / 0.4
        larger = scaled(demand, factor, "base_gw", "additions_gw_per_year")
        return with_(larger, of="nameplate", utilization_fraction=0.4)

    return each(scenario, "regions", within(change, "demand"))


SAME = {
    "regions renamed and turned round": regions_turned_round,
    "everything turned round": everything_turned_round,
    "technologies renamed": technologies_renamed,
    "a region in halves": first_region_in_halves,
    "technologies in halves": technologies_in_halves,
    "nameplate instead of facility load": as_nameplate,
}
