"""Technologies and levers that cannot matter, because what they need is missing or nothing changes by them."""

from __future__ import annotations

from collections.abc import Iterator

from powergap.errors import Problem
from powergap.scenario.read.checks import Resolved, placed
from powergap.scenario.schema import Connection, FlexibleLoad, Ordered, Scenario, Storage, Technology


def technologies_can_matter(run: Resolved) -> Iterator[Problem]:
    """What is listed and can close nothing, whatever is ordered."""
    for name, technology in run.scenario.technologies.items():
        if why := _why_idle(run.scenario, name, technology):
            yield run.place("technologies", name).problem(f"cannot close anything: {why}")


def _why_idle(scenario: Scenario, name: str, technology: Technology) -> str:
    if isinstance(technology, Connection):
        adds = any(_positive(one.grid.additions_gw_per_year.get(name)) for one in scenario.regions.values())
        idle = not adds and not technology.base_connected_by_fleet
        return f"no region has `grid.additions_gw_per_year.{name}` above 0" if idle else ""
    if isinstance(technology, FlexibleLoad):
        idle = not technology.share_of_load_fraction or not technology.max_hours_per_year
        return "its share of load or its hours are 0" if idle else ""
    if isinstance(technology, Ordered) and not _is_placed(scenario, technology):
        closed = _closed_by(scenario, name, technology)
        if closed:
            return f"`{closed}` is 0"
    return _why_nothing_to_shift(scenario) if isinstance(technology, Storage) else ""


def _is_placed(scenario: Scenario, technology: Ordered) -> bool:
    """True where some stands without being ordered."""
    return any(year in scenario.year_list and amount for year, amount in placed(technology).items())


def _closed_by(scenario: Scenario, name: str, technology: Ordered) -> str:
    """The limit that is 0 in every region, so that none can stand or run; its delivery slots are checked elsewhere."""
    regions = scenario.regions.values()
    fuel = scenario.fuels.get(getattr(technology, "fuel", None) or "")
    limits = {f"build_limit_gw.{name}": [one.build_limit_gw.get(name) for one in regions]}
    if getattr(technology, "combustion", False):
        limits["air_permit_limit_gw"] = [one.air_permit_limit_gw for one in regions]
    if fuel and fuel.is_pipeline_gas:
        limits["gas_supply_limit_bcf_per_day"] = [one.gas_supply_limit_bcf_per_day for one in regions]
    return next((key for key, series in limits.items() if all(map(_is_closed, series))), "")


def _why_nothing_to_shift(scenario: Scenario) -> str:
    """Why storage has no use: whatever supplies a steady load is as short in every hour."""
    if scenario.chronology.kind == "annual":
        return "`chronology.kind: annual` has no hours to store from and for"
    for region in scenario.regions.values():
        profile = region.demand.profile
        swings = profile.kind != "seasonal" or profile.daily_swing_fraction or profile.load_factor_fraction < 1
        flexible = (name for name, one in scenario.connections.items() if one.requires_headroom)
        if swings or any(_positive(region.grid.additions_gw_per_year.get(name)) for name in flexible):
            return ""
    varies = (one.profile != "flat" or one.derate_fraction_per_degc > 0 for one in scenario.generators.values())
    if scenario.chronology.profiles is not None or any(varies):
        return ""
    return (
        "load is the same in every hour, and there is no connection with `requires_headroom: true` and additions, "
        "no sun or wind whose power it could keep"
    )


def _is_closed(limit: dict[int, float] | None) -> bool:
    """True for a limit that is 0 in every year; no limit is none."""
    return limit is not None and not any(limit.values())


def _positive(series: dict[int, float] | None) -> bool:
    return series is not None and any(value > 0 for value in series.values())
