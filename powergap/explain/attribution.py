"""Attribution: how many GW of the gap each lever closed, by year and region, and what it cost.

What is shared out is what `powergap solve` would report for the policy under each subset of its levers: the gap at the
end of each year in each region and the cost of supply, in the plan of the scenario's own objective after its tie-break.
That plan is unique, so its gap by year is too, and the parts sum to the difference between the tables of the policy
and of the policy without levers. A part may be below zero: with another lever at hand, cost may favour another year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from powergap.arrays import Floats
from powergap.errors import InfeasibleError, SolverStoppedError
from powergap.explain.shapley import MOST_EXACT, Shares, Subset, sampled_shapley, shapley
from powergap.explain.side_by_side import Crew
from powergap.explain.subsets import Levers
from powergap.planning import Plan, make_plan
from powergap.results.frames import long_table
from powergap.scenario import Scenario
from powergap.units import USD_PER_MILLION

NOTHING = 1e-7
"""Share of the gap without levers below which a lever closes nothing."""

BATCH = 64
"""Subsets that are loaded at a time."""


@dataclass(frozen=True)
class Attribution:
    """Shapley values of a policy's levers.

    Attributes:
        closed: a row per lever, region and year: GW of gap closed and its standard error.
        levers: a row per lever: GW closed by the last year, gap-years closed, cost of supply and cost per GW closed.
        gap_gw: gap with all levers, [region, year].
        gap_without_gw: gap without any, [region, year].
        subsets_solved: how many of the subsets were solved; all of them where the value is exact.
    """

    closed: pd.DataFrame
    levers: pd.DataFrame
    gap_gw: Floats
    gap_without_gw: Floats
    subsets_solved: int


def attribution(
    levers: Levers, crew: Crew, *, plan: Plan | None = None, permutations: int = 64, seed: int = 0
) -> Attribution:
    """Solve the subsets and share out the gap closed and the cost of supply.

    Args:
        levers: the policy's levers; more than 10 are sampled.
        crew: who does the work.
        plan: the policy's own plan, if it is at hand.
        permutations: random orders of the levers where they are sampled.
        seed: of the random orders.

    Raises:
        InfeasibleError: a subset has no plan.
        SolverStoppedError: HiGHS found no proof for a subset.
    """
    full = 2 ** len(levers.names) - 1
    known: dict[Subset, Floats] = {full: _figures(plan)} if plan else {}

    def values(subsets: Sequence[Subset]) -> Mapping[Subset, Floats]:
        asked = [subset for subset in subsets if subset not in known]
        for start in range(0, len(asked), BATCH):
            part = asked[start : start + BATCH]
            solved = crew.do(_solved, levers.scenarios(part), f"levers, {start} of {len(asked)} subsets done")
            known.update(zip(part, solved, strict=True))
        return known

    count = len(levers.names)
    if count <= MOST_EXACT:
        shares = shapley(count, values)
    else:
        shares = sampled_shapley(count, values, permutations=permutations, seed=seed)
    return _told(levers, shares, known[full], known[0])


def _solved(scenario: Scenario) -> Floats:
    plan = make_plan(scenario, prove=False)
    if not plan.is_optimal:
        with_levers = f"{scenario.name} with some of its levers"
        if plan.solution.status.value.startswith(("infeasible", "unbounded")):
            raise InfeasibleError(f"{with_levers} has no plan: {plan.solution.status.value}")
        raise SolverStoppedError(f"{with_levers}: {plan.solution.message}")
    return _figures(plan)


def _figures(plan: Plan) -> Floats:
    """Gap, GW, and cost of supply, M$ of the year, one below the other, [gap regions then supply cost, year]."""
    gap = plan.solution.value("gap")
    return np.vstack([gap, supply_cost(plan)])


def supply_cost(plan: Plan) -> Floats:
    """Yearly cost of everything but the gap and unserved energy, M$ of the year, [year]."""
    supply = [name for name, term in plan.register.costs.items() if term.kind == "supply"]
    return np.asarray(sum(plan.solution.expression(name).sum(axis=(0, 1)) for name in supply), float)


def _told(levers: Levers, shares: Shares, everything: Floats, nothing: Floats) -> Attribution:
    scenario = levers.scenario
    years = np.array(scenario.year_list, float)
    axes: dict[str, Sequence[object]] = {
        "lever": list(levers.names),
        "region": list(scenario.regions),
        "year": list(scenario.year_list),
    }
    gap, error = shares.value[:, :-1], shares.standard_error[:, :-1]
    closed = long_table(axes, {"closed_gw": 0.0 - gap, "standard_error_gw": error})
    # Summed over years, an error is that of the sum only if years err alike: an upper bound.
    worth = (1 + scenario.finance.discount_rate) ** -(years - scenario.base_year)
    cost = shares.value[:, -1] * USD_PER_MILLION
    table = pd.DataFrame({"lever": list(levers.names), "title": levers.titles})
    table["closed_gw_last_year"] = 0.0 - gap[:, :, -1].sum(axis=1)
    table["closed_gw_yr"] = 0.0 - gap.sum(axis=(1, 2))
    table["standard_error_gw_yr"] = error.sum(axis=(1, 2))
    table["supply_cost_usd"] = cost @ worth
    table["supply_cost_last_year_usd"] = cost[:, -1]
    closes = table["closed_gw_yr"].where(table["closed_gw_yr"] > NOTHING * nothing[:-1].sum())
    table["usd_per_kw_year_closed"] = cost.sum(axis=1) / (closes * 1e6)
    return Attribution(closed, table, everything[:-1], nothing[:-1], shares.subsets_valued)
