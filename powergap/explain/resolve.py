"""A scenario's linear program, built once and re-solved many times with something changed.

What was changed decides how it is solved again. After limits or bounds have moved, the optimal basis is still dual
feasible: dual simplex starts from it in a HiGHS that keeps the factors, without presolve (us-2030, all of the above:
0.02 to 0.1 CPU s against 0.7 to 1.3 from scratch). After the objective or the matrix has changed it is neither: from
scratch with presolve is faster (0.8 against 2.5 CPU s for another objective, 0.7 against 0.1 to 5 for a lead time).
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from powergap import lp
from powergap.arrays import Floats
from powergap.errors import InfeasibleError, SolverStoppedError
from powergap.explain.again import solved_again
from powergap.lp.highs import QuietHighs, pass_program, run_apart, set_options
from powergap.planning.stages import compiled, settings_of
from powergap.scenario import Scenario

CEILING = "gap_years_at_most"
"""Name of the row that keeps the gap-years below a ceiling; it has none until one is set."""

WARM_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "solver": "simplex",
    "presolve": "off",
    "threads": 1,
    "simplex_dual_edge_weight_strategy": 1,
}


class Aim(enum.Enum):
    """What is minimized; each has one least value, whatever else the plan does."""

    COST = "total cost, $M discounted, the gap at its price"
    SUPPLY_COST = "cost of supply, $M discounted, the gap for nothing"
    GAP_YEARS = "gap-years, GW-yr"
    LAST_GAP = "gap at the end of the last year, GW"


@dataclass(frozen=True)
class Change:
    """Upper limits of rows and columns, by number, that stand in for the scenario's."""

    rows: Mapping[int, float] = field(default_factory=dict)
    columns: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """A re-solve: the least value of the aim and the vectors that prove it."""

    value: float
    column_value: Floats = field(repr=False)
    row_dual: Floats = field(repr=False)


class Probe:
    """One policy under one case, ready to be asked "what if"; safe to ask from several threads.

    Foresight is perfect, whatever the scenario's: a limit is worth what a planner who sees all years makes of it.

    Attributes:
        scenario: what was asked.
        formulation: its model, inputs and ledger.
        program: its linear program with one more row, the ceiling on gap-years.
    """

    def __init__(self, scenario: Scenario) -> None:
        """Build and compile.

        Raises:
            InputError: a profiles file is wrong.
        """
        self.scenario = scenario
        self.formulation, program = compiled(scenario)
        gap_years, _ = program.objective_of("gap_years")
        self.program = program.with_row(CEILING, gap_years)
        self._lock = threading.Lock()
        self._locks = {aim: threading.Lock() for aim in Aim}
        self._bases: dict[Aim, lp.Solution] = {}
        self._idle: dict[Aim, list[_Warm]] = {aim: [] for aim in Aim}

    def aimed(self, aim: Aim) -> lp.LinearProgram:
        """The program with another objective."""
        return aimed(self.program, aim)

    def base(self, aim: Aim) -> lp.Solution:
        """The optimum as the scenario stands, solved once.

        Raises:
            InfeasibleError: there is no plan.
            SolverStoppedError: HiGHS found no proof.
        """
        with self._locks[aim]:
            if aim not in self._bases:
                self._bases[aim] = solved(self.aimed(aim), self.scenario)
            return self._bases[aim]

    def least(self, aim: Aim, change: Change) -> Outcome | None:
        """The optimum with limits moved, from the base's basis; None where no plan is left."""
        base = self.base(aim)
        with self._lock:
            idle = self._idle[aim]
            warm = idle.pop() if idle else None
        warm = warm or _Warm(base)
        outcome = warm.solve(change)
        with self._lock:
            self._idle[aim].append(warm)
        return outcome

    def along(self, aim: Aim, changes: Sequence[Change]) -> list[Outcome | None]:
        """The optima under changes of the same rows and columns, each from the basis of the one before."""
        warm = _Warm(self.base(aim))
        return [warm.solve(change, stay=True) for change in changes]

    def afresh(self, aim: Aim, change: Change) -> Outcome:
        """The optimum under a large change, from scratch: presolve makes more of it than the base's basis."""
        solution = solved(changed(self.aimed(aim), change), self.scenario)
        return Outcome(solution.objective, solution.column_value, solution.row_dual)

    @property
    def unit(self) -> float:
        """What tolerances are counted in, as the program's quantities: 1, and less where all of them are below 1."""
        return self.program.unit

    def just_above(self, gap_years: float) -> float:
        """A ceiling on gap-years with room for the solver's own tolerance, so that no plan is lost to rounding.

        The room is the same share of them in a system of any size.
        """
        return gap_years + 2e-7 * max(self.unit, abs(gap_years))

    @property
    def ceiling(self) -> int:
        """The row that holds the ceiling on gap-years."""
        return self.program.rows[CEILING].start

    def gap(self, outcome: Outcome) -> Floats:
        """Gap at the end of each year, GW, [region, year]."""
        return self.program.columns["gap"].of(outcome.column_value)

    def close(self) -> None:
        """Let the solvers that are kept warm go."""
        with self._lock:
            for idle in self._idle.values():
                idle.clear()


def changed(program: lp.LinearProgram, change: Change) -> lp.LinearProgram:
    """A program with limits moved; a lower limit gives way to an upper one below it. Counted in the same unit."""
    bounds = [getattr(program, name).copy() for name in ("row_lower", "row_upper", "column_lower", "column_upper")]
    for lower, upper, moved in ((*bounds[:2], change.rows), (*bounds[2:], change.columns)):
        numbers, values = list(moved), list(moved.values())
        upper[numbers] = values
        lower[numbers] = np.minimum(lower[numbers], values)
    row_lower, row_upper, column_lower, column_upper = bounds
    return replace(
        program, row_lower=row_lower, row_upper=row_upper, column_lower=column_lower, column_upper=column_upper
    )


def aimed(program: lp.LinearProgram, aim: Aim) -> lp.LinearProgram:
    """A program of this model with another objective."""
    if aim is Aim.COST:
        return program
    if aim is Aim.GAP_YEARS:
        return program.with_cost(*program.objective_of("gap_years"))
    gap = program.columns["gap"]
    if aim is Aim.SUPPLY_COST:
        cost = program.cost.copy()
        cost[gap.slice] = 0.0
        return program.with_cost(cost, program.offset)
    last = np.zeros(gap.shape)
    last[:, -1] = 1.0
    cost = np.zeros_like(program.cost)
    cost[gap.slice] = last.ravel()
    return program.with_cost(cost)


def solved(program: lp.LinearProgram, scenario: Scenario) -> lp.Solution:
    """Solve from scratch.

    Raises:
        InfeasibleError: there is no plan.
        SolverStoppedError: HiGHS found no proof.
    """
    solution = solved_again(program, replace(settings_of(scenario), time_limit_seconds=None))
    if solution.status is lp.SolveStatus.OPTIMAL:
        return solution
    name = f"{scenario.policy} / {scenario.case}".strip(" /") or scenario.name
    if solution.status in lp.WITHOUT:
        raise InfeasibleError(f"{name} has no plan: {solution.status.value}")
    raise SolverStoppedError(f"{name}: {solution.message}")


class _Warm:
    """One HiGHS that holds the program and its optimal basis; moves limits, solves, and moves them back.

    A program that needs a scaling is solved from scratch under each change: with it, its scaling may change.
    """

    def __init__(self, base: lp.Solution) -> None:
        self.base = base
        self.highs: Any = None
        if base.program.scaling is None:
            self.highs = QuietHighs()
            set_options(self.highs, WARM_OPTIONS)
            pass_program(self.highs, base.program.in_unit())
            self.rewind()

    def rewind(self) -> None:
        """Back to the base's basis; without one (interior point, no crossover) HiGHS starts where it is."""
        if self.base.basis is not None:
            self.highs.setBasis(self.base.basis)

    def solve(self, change: Change, *, stay: bool = False) -> Outcome | None:
        """Least value under the change; stay there, or go back to where it started from.

        Raises:
            SolverStoppedError: HiGHS found no proof, from scratch neither.
        """
        program = changed(self.base.program, change)
        solution = None if self.highs is None else self._moved(program, change, stay=stay)
        if solution is None or solution.status not in (lp.SolveStatus.OPTIMAL, lp.SolveStatus.INFEASIBLE):
            solution = solved_again(program)
        if solution.status is lp.SolveStatus.INFEASIBLE:
            return None
        if solution.status is not lp.SolveStatus.OPTIMAL:
            raise SolverStoppedError(f"a re-solve stopped early: {solution.message}")
        return Outcome(solution.objective, solution.column_value, solution.row_dual)

    def _moved(self, program: lp.LinearProgram, change: Change, *, stay: bool) -> lp.Solution:
        """What the solver finds from where it is; then it stays, or goes back."""
        self._bound(program, change)
        run_apart(self.highs)
        solution = lp.solution_of(self.highs, program, unit=self.base.program.unit)
        if not stay:
            self._bound(self.base.program, change)
            self.rewind()
        return solution

    def _bound(self, program: lp.LinearProgram, change: Change) -> None:
        """Give the rows and columns of a change the bounds that a program has for them."""
        unit = self.base.program.unit
        for row in change.rows:
            self.highs.changeRowBounds(row, program.row_lower[row] / unit, program.row_upper[row] / unit)
        for column in change.columns:
            self.highs.changeColBounds(column, program.column_lower[column] / unit, program.column_upper[column] / unit)
