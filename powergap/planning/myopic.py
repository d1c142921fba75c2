"""Myopic foresight: each year is decided with what is then known and expected.

In year t the planner knows this year's demand additions and expects later ones up to the look-ahead (this
year's repeated, or the true ones). Orders, connections and load decided in earlier years stand. What lies
beyond the look-ahead is not seen, so a machine whose lead time is longer than the look-ahead is ordered too
late: the price of short sight is the difference to `foresight: perfect`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from powergap import lp
from powergap.planning.stages import Plan, Planner, compiled, finished
from powergap.scenario.schema import Region, Scenario

DECIDED = ("order", "energy_order", "connection_added", "energized", "moved_in", "moved_out")
"""Variables that a decision fixes; their last axis is the year."""

ROUNDING = 1e-6
"""How far a decided value may fall, in units of the program, so that one year's rounding does not make the next
year's program infeasible."""


def plan_year_by_year(scenario: Scenario, planner: Planner) -> Plan:
    """Decide the years in order; the last program holds every decision and the whole dispatch."""
    decided: dict[str, np.ndarray] = {}
    years = scenario.year_list
    for now in years:
        seen = window(scenario, now)
        formulation, program = compiled(seen)
        done = years.index(now)
        fixed = fix_decided(program, decided, done)
        fixed, solution = planner.optimize(formulation, fixed)
        plan = finished(formulation, fixed, solution, planner)
        if solution.status is not lp.SolveStatus.OPTIMAL:
            return replace(plan, scenario=scenario)
        for name in DECIDED:
            if name in program.columns:
                decided[name] = solution.value(name)[..., : done + 1]
    return plan


def window(scenario: Scenario, now: int) -> Scenario:
    """The scenario as the planner of year `now` sees it: up to the look-ahead, later additions as expected."""
    last = min(now + scenario.foresight.look_ahead_years, scenario.years.last)
    if now == scenario.years.last:
        return scenario
    regions = {name: _expected(region, now, last, scenario) for name, region in scenario.regions.items()}
    seen = scenario.model_dump()
    seen["years"]["last"] = last
    seen["regions"] = {name: region.model_dump() for name, region in regions.items()}
    years = tuple(range(scenario.years.first, last + 1))
    return Scenario.model_validate(_cut(seen, years), context={"years": years})


def _expected(region: Region, now: int, last: int, scenario: Scenario) -> Region:
    if scenario.foresight.expectation == "known":
        return region
    additions = dict(region.demand.additions_gw_per_year)
    additions.update(dict.fromkeys(range(now + 1, last + 1), additions[now]))
    demand = region.demand.model_copy(update={"additions_gw_per_year": additions})
    return region.model_copy(update={"demand": demand})


def _cut(part: Any, years: tuple[int, ...]) -> Any:
    """Drop the years of every series that lie beyond the window."""
    if isinstance(part, dict):
        keys_are_years = bool(part) and all(isinstance(key, int) for key in part)
        return {key: _cut(value, years) for key, value in part.items() if not keys_are_years or key <= years[-1]}
    return part


def fix_decided(program: lp.LinearProgram, decided: dict[str, np.ndarray], done: int) -> lp.LinearProgram:
    """Hold the first `done` years of every decided variable at what was decided."""
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    for name, values in decided.items():
        block = program.columns[name]
        positions = np.arange(block.start, block.start + int(np.prod(block.shape))).reshape(block.shape)
        held = positions[..., :done]
        lower[held] = np.maximum(lower[held], values[..., :done] - ROUNDING * program.unit)
        upper[held] = np.minimum(upper[held], np.maximum(values[..., :done], 0.0))
    return program.with_column_bounds(lower, np.maximum(upper, lower))
