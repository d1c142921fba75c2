"""Limits: what the scenario allows against what the tables use, and the limits table against both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from powergap.arrays import Floats
from powergap.audit.arithmetic import discounting, series
from powergap.audit.check import Checker, Rule
from powergap.audit.coded import TableAxis
from powergap.audit.money import emitted
from powergap.audit.supply import arrivals
from powergap.audit.view import PlanView, Tables
from powergap.units import MMBTU_PER_BILLION_CUBIC_FEET

SENTENCES = {
    "connection_additions": ("No more is connected in a year than the grid can add", "GW"),
    "build_limited": ("No region has more of a technology than its build limit", "GW"),
    "delivery_slots": (
        "Deliveries beyond committed orders stay within open delivery slots",
        "GW",
    ),
    "energy_delivery_slots": (
        "Deliveries of storage energy stay within open delivery slots",
        "GWh",
    ),
    "enrolled_within_share": ("No more load enrols in a tranche than its share of energized load", "GW"),
    "reduction_within_hours": (
        "Flexible load is curtailed for no more full-load hours than allowed",
        "GWh/yr",
    ),
    "output_within_hours": ("No generator runs more full-load hours a year than allowed", "GWh/yr"),
    "gas_supply": ("On-site plants burn no more gas on any day than pipelines deliver", "Bcf/d"),
    "air_permits": ("No region has more combustion capacity than its air permits allow", "GW"),
    "emissions_cap": ("Emissions over all regions stay within the cap", "Mt/yr"),
    "relocation_share": ("No more load moves out than the relocatable share of demand additions", "GW"),
    "relocation_room": ("No more load moves into a region than its relocation limit", "GW"),
}
RULES = {name: Rule(f"limit_{name}", sentence, unit, (name,)) for name, (sentence, unit) in SENTENCES.items()}

USED = Rule("limits_used", "The limits table's use is what the other tables say is used", "its unit")
VALUE = Rule("limits_value", "The limits table's limit is the scenario's", "its unit")
WITHIN = Rule("limits_respected", "No limit is used beyond its value", "its unit")
SLACK = Rule("limits_slack", "Slack is the limit less its use, and a limit binds where nothing is left", "its unit")
RELIEVED = Rule(
    "limits_relief", "The saving of 10% more of a limit is a tenth of it at its shadow price, discounted", "M$"
)
PRICED = Rule("limits_priced_where_binding", "Only a limit that binds has a price, and no price is negative", "M$")

LimitKey = tuple[str, str, str]
Uses = dict[LimitKey, tuple[Floats, Floats]]


def check_limits(view: PlanView, tables: Tables) -> Floats:
    """Compare limits and the limits table; gives load that moved out of regions, [region, year]."""
    uses = _grid_and_makers(view) | _per_technology(view) | _per_region(view)
    moving = _relocates(view)
    table = _table(view, tables, [*uses, *_relocation_keys(view)] if moving else list(uses))
    moved_out = np.zeros_like(view.gap["gap_gw"])
    if moving:
        for position, region in enumerate(view.scenario.regions):
            moved_out[position] = table["used"][table.position("relocation_share", "", region)]
        uses |= _relocation(view, moved_out)
    labels = [_words(key) for key in uses]
    for rule_name, rule in RULES.items():
        chosen = [position for position, key in enumerate(uses) if key[0] == rule_name]
        if chosen:
            place = _place(view, [labels[position] for position in chosen])
            used, allowed = (np.array([list(uses.values())[c][side] for c in chosen]) for side in (0, 1))
            place.at_most(rule, ("limit", "year"), used, allowed)
    if uses:
        _compare(view, uses, table)
    return moved_out


class _Table(dict[str, Floats]):
    """The limits table of one policy and case, [limit, year]."""

    keys_in_order: Sequence[LimitKey] = ()

    def position(self, *key: str) -> int:
        return list(self.keys_in_order).index((key[0], key[1], key[2]))


def _table(view: PlanView, tables: Tables, keys: list[LimitKey]) -> _Table:
    columns = ["limit_value", "used", "slack", "is_binding", "shadow_price_usd_per_unit", "cost_musd_per_10_percent"]
    axes = [TableAxis(("limit", "item", "region"), keys), TableAxis(("year",), view.years)]
    table = _Table(tables.array(view.place, "limits", axes, columns))
    table.keys_in_order = keys
    return table


def _words(key: LimitKey) -> tuple[str, ...]:
    return tuple(part.replace("_", " ") if position == 0 else part for position, part in enumerate(key))


def _place(view: PlanView, labels: Sequence[tuple[str, ...]]) -> Checker:
    return Checker(view.place.report, view.place.name, {**view.place.labels, "limit": labels})


def _compare(view: PlanView, uses: Uses, table: _Table) -> None:
    """The limits table against use, limit and price."""
    order = [table.keys_in_order.index(key) for key in uses]
    axes, place = ("limit", "year"), _place(view, [_words(key) for key in uses])
    used, value, slack, binding, price, relief = (table[name][order] for name in (
        "used", "limit_value", "slack", "is_binding", "shadow_price_usd_per_unit",
        "cost_musd_per_10_percent"))  # fmt: skip
    expected, allowed = (np.array([use[side] for use in uses.values()]) for side in (0, 1))
    # A use of nothing is the row's rounding; the limit tells how large it could be.
    size = np.maximum(1.0, np.maximum(np.abs(expected), np.abs(allowed)))
    place.equal(USED, axes, used, expected, size)
    place.equal(VALUE, axes, value, allowed, size)
    place.at_most(WITHIN, axes, used, value)
    place.equal(SLACK, axes, slack, value - used, size)
    binds = np.where(np.isnan(slack), np.nan, slack <= 1e-6 * np.maximum(1.0, np.abs(value)))
    place.equal(SLACK, axes, binding, binds)
    worth = discounting(view.scenario) * price / 1e6
    cost = sum(float(np.abs(part).sum()) for part in view.discounted.values()) / 1e6
    place.equal(PRICED, axes, worth * np.maximum(slack, 0.0), np.zeros(1), np.full(slack.shape, cost))
    saved = worth * value / 10
    place.equal(RELIEVED, axes, relief, saved, np.maximum(1.0, np.abs(saved)))
    place.at_most(PRICED, axes, -worth, np.zeros(1), np.full(slack.shape, cost))


def _grid_and_makers(view: PlanView) -> Uses:
    """Connection additions and delivery slots."""
    scenario, years = view.scenario, view.years
    uses: Uses = {}
    for i, c in enumerate(view.kinds["connection"]):
        for j, (name, region) in enumerate(scenario.regions.items()):
            limit = region.grid.additions_gw_per_year.get(c)
            allowed = np.zeros(len(years)) if limit is None else series(limit, years)
            uses["connection_additions", c, name] = (view.capacity["connection"]["ordered_gw"][i, j], allowed)
    power: dict[str, Floats] = {}
    energy: dict[str, Floats] = {}
    for kind in ("generator", "storage"):
        if view.kinds[kind]:
            new = arrivals(view, kind, view.capacity[kind]["ordered_gw"]).sum(axis=1)
            power |= dict(zip(view.kinds[kind], new, strict=True))
    if view.kinds["storage"]:
        new = arrivals(view, "storage", view.capacity["storage"]["ordered_gwh"]).sum(axis=1)
        energy = dict(zip(view.kinds["storage"], new, strict=True))
    for name, chain in scenario.supply_chains.items():
        makes = [p for p in power if getattr(scenario.technologies[p], "supply_chain", None) == name]
        if not makes:
            continue
        uses["delivery_slots", name, ""] = (_sum(power, makes), series(chain.open_slots_gw_per_year, years))
        if chain.open_slots_gwh_per_year is not None:
            stored = _sum(energy, makes) + np.zeros(len(years))
            uses["energy_delivery_slots", name, ""] = (stored, series(chain.open_slots_gwh_per_year, years))
    return uses


def _sum(flows: Mapping[str, Floats], names: Sequence[str]) -> Floats:
    total: Floats = np.sum([flows[name] for name in names if name in flows], axis=0)
    return total


def _per_technology(view: PlanView) -> Uses:
    """Build limits, running hours, enrolment and reductions."""
    uses: Uses = {}
    energized, years = view.gap["energized_gw"], view.years
    for j, (place, region) in enumerate(view.scenario.regions.items()):
        for kind in ("generator", "storage"):
            for i, p in enumerate(view.kinds[kind]):
                if p in region.build_limit_gw:
                    used = view.capacity[kind]["capacity_gw"][i, j]
                    uses["build_limited", p, place] = (used, series(region.build_limit_gw[p], years))
        for i, (k, tranche) in enumerate(view.kinds["flexible_load"].items()):
            enrolled = view.capacity["flexible_load"]["capacity_gw"][i, j]
            reduced = view.energy(view.power["flexible_load"][i, j])
            uses["enrolled_within_share", k, place] = (
                enrolled,
                tranche.share_of_load_fraction * energized[j],
            )
            uses["reduction_within_hours", k, place] = (reduced, tranche.max_hours_per_year * enrolled)
        for i, (g, generator) in enumerate(view.kinds["generator"].items()):
            if generator.max_hours_per_year is not None:
                allowed = generator.max_hours_per_year * view.capacity["generator"]["capacity_gw"][i, j]
                uses["output_within_hours", g, place] = (view.energy(view.power["generator"][i, j]), allowed)
    return uses


def _per_region(view: PlanView) -> Uses:
    """Gas supply, air permits and the emissions cap."""
    years, generators = view.years, view.kinds["generator"]
    uses: Uses = {}
    fuels = view.scenario.fuels
    gas = [g.heat_rate_mmbtu_per_mwh if g.fuel and fuels[g.fuel].is_pipeline_gas else 0.0 for g in generators.values()]
    burns = np.array([float(g.combustion) for g in generators.values()])
    per_day = np.array(gas) * 1e3 / MMBTU_PER_BILLION_CUBIC_FEET * view.line.hours_per_step
    for j, (name, region) in enumerate(view.scenario.regions.items()):
        if region.gas_supply_limit_bcf_per_day is not None:
            daily = np.einsum("g,gydh->yd", per_day, view.power["generator"][:, j])
            uses["gas_supply", "", name] = (
                daily.max(axis=1),
                series(region.gas_supply_limit_bcf_per_day, years),
            )
        if region.air_permit_limit_gw is not None:
            standing = burns @ view.capacity["generator"]["capacity_gw"][:, j]
            uses["air_permits", "", name] = (standing, series(region.air_permit_limit_gw, years))
    cap = view.scenario.limits.co2_mt_per_year
    if cap is not None:
        tonnes = emitted(view, "connection").sum(axis=(0, 1)) + emitted(view, "generator").sum(axis=(0, 1))
        uses["emissions_cap", "", ""] = (tonnes / 1e6, series(cap, years))
    return uses


def _relocates(view: PlanView) -> bool:
    return len(view.scenario.regions) > 1 and any(share > 0 for share in view.regions("relocatable_fraction"))


def _relocation_keys(view: PlanView) -> list[LimitKey]:
    room = [name for name, r in view.scenario.regions.items() if r.demand.relocation_in_limit_gw is not None]
    return [("relocation_share", "", name) for name in view.scenario.regions] + [
        ("relocation_room", "", name) for name in room
    ]


def _relocation(view: PlanView, moved_out: Floats) -> Uses:
    """Load moved out of and into regions."""
    uses: Uses = {}
    moved_in = view.gap["relocated_in_gw"] + moved_out
    for j, (name, region) in enumerate(view.scenario.regions.items()):
        demand = region.demand
        added = series(demand.additions_gw_per_year, view.years).cumsum() * demand.facility_load_per_gw
        uses["relocation_share", "", name] = (moved_out[j], demand.relocatable_fraction * added)
        if demand.relocation_in_limit_gw is not None:
            uses["relocation_room", "", name] = (
                moved_in[j],
                series(demand.relocation_in_limit_gw, view.years),
            )
    return uses
