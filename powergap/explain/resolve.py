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
from functools import partial

import numpy as np

from powergap import lp
from powergap.arrays import Floats
from powergap.errors import InfeasibleError, SolverStoppedError
from powergap.explain.again import proven, solved_again
from powergap.planning.stages import compiled, settings_of
from powergap.scenario import Scenario

CEILING = "gap_years_at_most"
"""Name of the row that keeps the gap-years below a ceiling; it has none until one is set."""


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
        self._idle: dict[Aim, list[lp.Session]] = {aim: [] for aim in Aim}

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
            session = idle.pop() if idle else None
        session = session or lp.Session(base.program, base.basis)
        found = outcome(session, change)
        session.rewind()
        with self._lock:
            self._idle[aim].append(session)
        return found

    def along(self, aim: Aim, changes: Sequence[Change]) -> list[Outcome | None]:
        """The optima under changes of the same rows and columns, each from the basis of the one before."""
        base = self.base(aim)
        session = lp.Session(base.program, base.basis)
        return [outcome(session, change) for change in changes]

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
    settings = replace(settings_of(scenario), time_limit_seconds=None)
    solution = solved_again(program, partial(lp.solve, settings=settings))
    if solution.status is lp.SolveStatus.OPTIMAL:
        return solution
    name = f"{scenario.policy} / {scenario.case}".strip(" /") or scenario.name
    if solution.status in lp.WITHOUT:
        raise InfeasibleError(f"{name} has no plan: {solution.status.value}")
    raise SolverStoppedError(f"{name}: {solution.message}")


def outcome(session: lp.Session, change: Change) -> Outcome | None:
    """Least value of a session's program under a change, from where the session stands; None where no plan is left.

    Raises:
        SolverStoppedError: HiGHS found no proof, from scratch neither.
    """
    solution = proven(changed(session.program, change), session.solve)
    return None if solution is None else Outcome(solution.objective, solution.column_value, solution.row_dual)
