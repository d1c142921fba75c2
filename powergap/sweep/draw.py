"""One policy solved on one draw: from a given basis, so that the answer hangs on nothing that was solved before."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from powergap import lp
from powergap.arrays import Floats
from powergap.model import Formulation
from powergap.model.delivery import committed_deliveries, delivery_fractions
from powergap.model.overbuild import overbuild
from powergap.planning import make_plan
from powergap.planning.by_cuts import cuts_for
from powergap.planning.stages import Planner, compiled
from powergap.scenario import Scenario

WARM_OPTIONS: dict[str, bool | int | float | str] = {
    "dual_simplex_cost_perturbation_multiplier": 0.0,
    "simplex_update_limit": 300,
}
"""What pays from a basis near the optimum, in us-2030. HiGHS perturbs costs against stalling: over ten policies 1.14
CPU s a draw without it, 1.26 with it. And it factors the basis anew after some 600 changes only, late for so short a
way: at 300 `all-of-the-above` takes a tenth less (48 solves; 200 and 400 do nearly as well)."""

WarmStart = lp.Basis | lp.Pool
"""Where a stage of the objective starts: the basis of one solved as a whole, what one solved by cuts has learned."""

OPTIMAL = lp.SolveStatus.OPTIMAL.value


@dataclass(frozen=True)
class Answer:
    """What is kept of a solve.

    Attributes:
        status: `optimal`, another status of the solver, or `failed`.
        reason: why there is no answer.
        scenario_sha256: of the resolved scenario of the draw.
        cost_musd: what is minimized, M$ discounted, the gap at its price.
        supply_cost_musd: the same without the price of the gap.
        gap_gw: gap of all regions at the end of each year, GW, [year].
        stranded_gw: on-site machines that would have nobody to serve if demand stopped at the end of the year, GW,
            [year].
    """

    status: str
    reason: str
    scenario_sha256: str
    cost_musd: float
    supply_cost_musd: float
    gap_gw: Floats
    stranded_gw: Floats

    @classmethod
    def without(cls, years: int, reason: str, digest: str = "", status: str = "failed") -> Answer:
        """No answer, and why."""
        nothing = np.full(years, np.nan)
        return cls(status, reason, digest, math.nan, math.nan, nothing, nothing)


def solve_draw(scenario: Scenario, starts: Sequence[WarmStart]) -> tuple[Answer, list[WarmStart]]:
    """Solve a scenario for its gap and cost alone: no tie-break, no tables.

    Args:
        scenario: one policy under one draw.
        starts: one for each stage of the objective; those that do not fit, as where a draw changes which rows there
            are, are passed over.

    Returns:
        The answer, and where each stage of another draw can start; nowhere where there is no plan.

    Raises:
        InputError: a profiles file is wrong, or HiGHS does not know an option.
    """
    digest = digest_of(scenario)
    if scenario.foresight.kind == "myopic" or scenario.reliability.full_year_check:
        plan = make_plan(scenario)
        if not plan.is_optimal:
            status = plan.solution.status.value
            return Answer.without(len(scenario.year_list), plan.solution.message, digest, status), []
        return _read(scenario, plan.program, plan.solution, digest), []
    formulation, program = compiled(scenario)
    program, found = _optima(formulation, program, scenario, starts)
    last = found[-1]
    if last.status is not lp.SolveStatus.OPTIMAL:
        return Answer.without(len(scenario.year_list), last.message, digest, last.status.value), []
    return _read(scenario, program, last, digest), [start for one in found if (start := _start_of(one)) is not None]


def _start_of(solution: lp.Solution) -> WarmStart | None:
    """Where another draw can start; None where there is neither a basis nor a pool."""
    pool: lp.Pool | None = solution.pool
    return pool if solution.basis is None else lp.Basis.of(solution)


def _optima(
    formulation: Formulation, program: lp.LinearProgram, scenario: Scenario, starts: Sequence[WarmStart]
) -> tuple[lp.LinearProgram, list[lp.Solution]]:
    planner = Planner(scenario, None, None)
    pools = [start for start in starts if isinstance(start, lp.Pool)]
    bases = [] if pools else [start for start in starts if isinstance(start, lp.Basis)]
    if bases and planner.settings.method in {"choose", "simplex"} and bases[0].fits(program):
        options = {**WARM_OPTIONS, **planner.settings.options}
        planner.settings = replace(planner.settings, options=options)
        return planner.optima(formulation, program, [start.highs for start in bases])
    cuts = cuts_for(scenario, program, planner)
    if cuts is None:
        return planner.optima(formulation, program)
    return planner.optima(formulation, program, pools, replace(cuts, keep_pool=True))


def _read(scenario: Scenario, program: lp.LinearProgram, solution: lp.Solution, digest: str) -> Answer:
    gap = solution.value("gap")
    column = program.columns["gap"].slice
    # Sums are exact before they are rounded once: the order of BLAS, which hangs on its threads, does not count.
    cost = math.fsum([*(program.cost * solution.column_value).tolist(), program.offset])
    waiting = math.fsum((program.cost[column] * solution.column_value[column]).tolist())
    total = np.array([math.fsum(year) for year in gap.T.tolist()])
    return Answer(
        OPTIMAL, "", digest, cost, cost - waiting, total, np.maximum(0.0, late_gw(scenario, solution) - total)
    )


def late_gw(scenario: Scenario, solution: lp.Solution) -> Floats:
    """Usable capacity of machines ordered by the end of each year and delivered later, all regions, GW, [year].

    Usable is what is left after the overbuild that an islanded site needs. Machines that follow sun or wind are left
    out: they serve no site alone.
    """
    years = scenario.year_list
    late = np.zeros(len(years))
    generators = [name for name, one in scenario.generators.items() if one.profile == "flat"]
    orders = dict(zip(scenario.ordered, solution.value("order").sum(axis=1), strict=True))
    for name in generators:
        machine = scenario.generators[name]
        placed = committed_deliveries(scenario, machine).sum(axis=0)
        fractions = delivery_fractions(years, machine.lead_time_years, machine.earliest_year)
        delivered = fractions * orders[name][:, None]
        for position in range(len(years)):
            after = delivered[: position + 1, position + 1 :].sum() + placed[position + 1 :].sum()
            late[position] += after / overbuild(machine, scenario)
    return late


def digest_of(scenario: Scenario) -> str:
    """sha256 of a draw's values as canonical JSON."""
    text = json.dumps(scenario.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
