"""Near-optimal alternatives: how little and how much of each technology a plan of nearly the same cost may hold."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from powergap import lp
from powergap.arrays import Floats
from powergap.errors import InfeasibleError, SolverStoppedError
from powergap.explain.again import solved_again
from powergap.parallel import each
from powergap.planning import Plan, make_plan
from powergap.scenario import Scenario
from powergap.words import display_name

STOCKS = (("connected", "gw"), ("capacity", "gw"), ("energy_capacity", "gwh"), ("enrolled", "gw"))
"""Variables that hold what stands at the end of a year, and their unit."""

NEGLIGIBLE = 1e-6
"""GW or GWh, or of a small program its units, that count as none."""

COLUMNS = [
    "technology", "region", "year", "least_gw", "planned_gw", "most_gw", "least_gwh", "planned_gwh", "most_gwh",
    "is_needed", "sentence",
]  # fmt: skip


@dataclass(frozen=True)
class Alternatives:
    """What may vary among plans that cost at most a little more than the least.

    Attributes:
        policy: build-out policy.
        case: case.
        slack_fraction: extra cost allowed, as a share of the least cost (the gap at its price included).
        least_cost_musd: the least cost, M$ discounted.
        table: a row per technology and region with least, planned and most capacity in the last year.
        solves: linear programs solved for it.
    """

    policy: str
    case: str
    slack_fraction: float
    least_cost_musd: float
    table: pd.DataFrame
    solves: int


@dataclass
class _Stock:
    """One column of the program: what stands of a technology in a region at the end of the last year."""

    technology: str
    region: str
    unit: str
    column: int
    planned: float
    least: float
    most: float


def alternatives(
    scenario: Scenario, *, slack_fraction: float = 0.02, workers: int | None = None, plan: Plan | None = None
) -> Alternatives:
    """Range of every technology's capacity in the last year within a slack of cost.

    Args:
        scenario: one policy under one case.
        slack_fraction: extra cost allowed, as a share of the least cost.
        workers: solves at a time; default: the machine's cores.
        plan: its plan, if there is one already.

    Raises:
        InputError: a profiles file is wrong.
        InfeasibleError: there is no plan.
        SolverStoppedError: the solver stopped short.
        ValueError: the slack is negative.
    """
    if not slack_fraction >= 0:
        raise ValueError(f"the cost slack must not be negative, not {slack_fraction}")
    plan = plan or make_plan(scenario, prove=False)
    if plan.solution.status is not lp.SolveStatus.OPTIMAL:
        failure = InfeasibleError if plan.solution.status in lp.WITHOUT else SolverStoppedError
        raise failure(f"{scenario.policy} / {scenario.case} has no plan to vary: {plan.solution.status.value}")
    within = _within_slack(plan, slack_fraction)
    stocks = list(_stocks(plan))
    crew = min(workers or os.cpu_count() or 1, max(1, len(stocks)))
    solves = each(lambda first: _ranges(within, plan.solution.basis, stocks[first::crew]), range(crew), workers=crew)
    table = pd.DataFrame(_rows(plan, stocks, slack_fraction), columns=COLUMNS)
    cost = plan.solution.objective
    return Alternatives(plan.scenario.policy, plan.scenario.case, slack_fraction, cost, table, sum(solves))


def _within_slack(plan: Plan, slack_fraction: float) -> lp.LinearProgram:
    """The program with cost as a limit; a trace above the least, so that the plan itself stays inside."""
    program, least = plan.program, plan.solution.objective
    ceiling = least + (slack_fraction + 1e-8) * abs(least) - program.offset
    size = max(1.0, abs(ceiling))
    return program.with_row("cost_at_most", program.cost / size, upper=ceiling / size)


def _stocks(plan: Plan) -> Iterator[_Stock]:
    """Every stock of the last year, with its planned value as the range known so far."""
    for name, unit in STOCKS:
        block = plan.program.columns[name]
        for technology in block.labels[0]:
            for region in block.labels[1]:
                column = block.position(technology, region, block.labels[2][-1])
                planned = float(plan.solution.column_value[column])
                yield _Stock(technology, region, unit, column, planned, planned, planned)


def _ranges(program: lp.LinearProgram, basis: Any, stocks: Sequence[_Stock]) -> int:
    """Least and most of every stock, in one session that goes on from each optimum; the number of solves.

    Every plan met on the way lies within the slack, so it widens the known range of all stocks; a stock that some
    plan holds nothing of needs no solve for its least.
    """
    # Primal simplex from the last optimum, which stays feasible: us-2030 (58k rows) mostly 0.03 to 1.1 CPU s a solve,
    # against 5 to 9 from scratch with interior point and 6 to 13 with dual simplex from the same basis.
    session = lp.Session(program, basis, strategy=lp.PRIMAL)
    solves = 0
    for stock in stocks:
        for sign in (1.0, -1.0):
            if sign > 0 and stock.least <= NEGLIGIBLE * program.unit:
                continue
            cost = np.zeros(len(program.cost))
            cost[stock.column] = sign
            value = _optimum(session, program.with_cost(cost))
            solves += 1
            if value is None:
                stock.most = math.inf
                continue
            for one in stocks:
                one.least = min(one.least, float(value[one.column]))
                one.most = max(one.most, float(value[one.column]))
    return solves


def _optimum(session: lp.Session, program: lp.LinearProgram) -> Floats | None:
    """Values of the optimum; None where it is unbounded.

    Raises:
        SolverStoppedError: HiGHS found no proof, from scratch neither.
    """
    solution = solved_again(program, session.solve)
    if solution.status in (lp.SolveStatus.UNBOUNDED, lp.SolveStatus.INFEASIBLE_OR_UNBOUNDED):
        return None
    if solution.status is not lp.SolveStatus.OPTIMAL:
        raise SolverStoppedError(f"a range stopped early: {solution.message}")
    return solution.column_value


def _rows(plan: Plan, stocks: Sequence[_Stock], slack_fraction: float) -> Iterator[dict[str, Any]]:
    """One row per technology and region; storage has its energy beside its power."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for stock in stocks:
        key = (stock.technology, stock.region)
        row = rows.setdefault(key, {"technology": key[0], "region": key[1], "year": plan.scenario.years.last})
        for name in ("least", "planned", "most"):
            value = getattr(stock, name)
            row[f"{name}_{stock.unit}"] = 0.0 if abs(value) <= NEGLIGIBLE * plan.program.unit else value
    for row in rows.values():
        row["is_needed"] = row["least_gw"] > 0
        row["sentence"] = _sentence(plan.scenario, row, slack_fraction, plan.program.unit)
        yield row


def _sentence(scenario: Scenario, row: dict[str, Any], slack_fraction: float, unit: float) -> str:
    """The range in words."""
    named = f"{display_name(scenario.technologies, row['technology'])} in {row['region'].replace('_', ' ')}"
    least, planned, most = (f"{row[f'{name}_gw']:,.4g}" for name in ("least", "planned", "most"))
    within = f"for {100 * slack_fraction:g}% more cost"
    if row["most_gw"] - row["least_gw"] <= 1e-4 * max(unit, row["most_gw"]):
        return f"{named}: {planned} GW in {row['year']} in every plan {within}."
    if row["is_needed"]:
        return f"{named}: {planned} GW in {row['year']}; at least {least} and up to {most} GW {within}."
    return f"{named}: {planned} GW in {row['year']}; none is needed, and up to {most} GW can be built {within}."
