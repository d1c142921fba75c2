"""The stages of a solve: build, compile, minimize, break ties, certify."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from powergap import lp
from powergap.errors import InputError, Problem
from powergap.model import Formulation, build
from powergap.model.inputs import Inputs
from powergap.model.register import Register
from powergap.parallel import stop_if_cancelled
from powergap.planning.proof import FullYear
from powergap.planning.tie_break import optimal_face
from powergap.scenario.schema import Scenario

BUILDING = threading.Lock()
"""Pyomo's rule templates are global state: models are built one at a time, solved side by side."""

TOLERANCE = 1e-6
"""Largest residual that a certificate lets pass, relative to the size of the row or column."""

SHORTAGE = 1e-7
"""What the blocks of a plan found by cuts may lack together, in units of the program: the solver's own tolerance."""

StageReport = Callable[[str], None]


@dataclass(frozen=True)
class Cuts:
    """How to solve a program by cuts.

    Attributes:
        shared: columns that the blocks share, [columns].
        guess: makes what to start from; None without an idea.
        keep_pool: whether another solve is to start from what this one learns.
    """

    shared: npt.NDArray[np.bool_]
    guess: Callable[[], lp.Guess | None]
    keep_pool: bool = False


@dataclass(frozen=True)
class Stage:
    """One solve on the way to a plan.

    Attributes:
        name: what was solved.
        objective: what it found.
        seconds: how long it took, when it was solved.
        iterations: of the solver.
        kept_since_utc: when it was solved, where it comes from the cache; empty where it was solved now.
    """

    name: str
    objective: float
    seconds: float
    iterations: int
    kept_since_utc: str = ""


@dataclass(frozen=True)
class Plan:
    """A scenario solved.

    Attributes:
        scenario: what was asked.
        inputs: its timeline and shapes.
        register: names of sets, terms and limits, and the data as arrays.
        program: the linear program as solved last, cost in M$ discounted to the base year.
        solution: activities after the tie-break; duals of the cost stage.
        stages: every solve.
        certificate: residuals and duality gap of program and solution.
        full_year: what the dispatch over all 8,760 hours found; None where it was not asked for.
    """

    scenario: Scenario
    inputs: Inputs
    register: Register
    program: lp.LinearProgram
    solution: lp.Solution
    stages: tuple[Stage, ...]
    certificate: lp.Certificate
    full_year: FullYear | None = None

    @property
    def is_optimal(self) -> bool:
        """True when the solver found an optimum, to the gap asked for, and the certificate confirms it."""
        gap = max(TOLERANCE, self.scenario.solver.gap_fraction)
        return self.solution.status is lp.SolveStatus.OPTIMAL and self.certificate.passes(TOLERANCE, gap)

    @property
    def has_values(self) -> bool:
        """True when the activities are a plan of all years: optimal, or stopped short at a feasible point."""
        if self.inputs.scenario.years != self.scenario.years:
            return False
        stopped = (lp.SolveStatus.TIME_LIMIT, lp.SolveStatus.ITERATION_LIMIT, lp.SolveStatus.NUMERICAL)
        if self.solution.status in stopped:
            return self.certificate.relative_primal_residual <= TOLERANCE
        return self.solution.status is lp.SolveStatus.OPTIMAL


class Planner:
    """Solves programs one after the other under one cancel signal and keeps account of the stages."""

    def __init__(
        self,
        scenario: Scenario,
        report: StageReport | None,
        cancel: threading.Event | None,
        cache: lp.SolutionCache | None = None,
    ) -> None:
        """Take the solver's settings from the scenario."""
        self.scenario = scenario
        self.settings = settings_of(scenario)
        self.gap = scenario.solver.gap_fraction
        self.report = report
        self.cancel = cancel
        self.cache = cache
        self.prefix = ""
        """What the names of stages begin with."""
        self.stages: list[Stage] = []

    def solve(
        self,
        name: str,
        program: lp.LinearProgram,
        warm_start: object = None,
        cuts: Cuts | None = None,
        rough: float | None = None,
    ) -> lp.Solution:
        """Solve one stage, as a whole or by cuts; as a whole too where cuts fail.

        Args:
            name: of the stage.
            program: what to solve.
            warm_start: basis of an earlier stage, or what an earlier solve by cuts learned, which cuts alone can use.
            cuts: its shared columns, to solve it by cuts.
            rough: gap and shortage at which cuts may stop where the plan is only a start; None asks for a plan.

        Raises:
            InputError: HiGHS does not take one of the scenario's options, or a number of the program.
            Cancelled: cancelled before it began.
        """
        stop_if_cancelled(self.cancel)
        name = self.prefix + name
        if self.report:
            self.report(name)
        try:
            solution = self._solution(name, program, warm_start, cuts, rough)
        except ValueError as error:
            raise InputError([Problem(f"scenario {self.scenario.name}", 0, 0, "solver", str(error))]) from error
        self.stages.append(
            Stage(name, solution.objective, solution.seconds, solution.iterations, solution.kept_since_utc)
        )
        return solution

    def _solution(
        self, name: str, program: lp.LinearProgram, warm_start: object, cuts: Cuts | None, rough: float | None
    ) -> lp.Solution:
        """From the cache, else solved and kept there; a start is neither."""
        if self.cache is None or rough is not None:
            return self._solved(name, program, warm_start, cuts, rough)
        gap = None if cuts is None else self.gap
        key = self.cache.key(program, self.settings, warm_start, gap)
        solution = self.cache.find(key, program, self.settings, gap)
        if solution is None:
            solution = self._solved(name, program, warm_start, cuts, rough)
            self.cache.keep(key, solution)
        return solution

    def _solved(
        self, name: str, program: lp.LinearProgram, warm_start: object, cuts: Cuts | None, rough: float | None
    ) -> lp.Solution:
        pool = warm_start if isinstance(warm_start, lp.Pool) else None
        found = None if cuts is None else self._by_cuts(name, program, cuts, rough, pool)
        basis = warm_start if pool is None else None
        return found or lp.solve(program, self.settings, cancel=self.cancel, warm_start=basis)

    def _by_cuts(
        self, name: str, program: lp.LinearProgram, cuts: Cuts, rough: float | None, pool: lp.Pool | None
    ) -> lp.Solution | None:
        report = self.report
        tell = (lambda line: report(f"{name}, {line}")) if report else None
        gap, shortage = (self.gap, SHORTAGE) if rough is None else (rough, rough)
        try:
            return lp.solve_by_cuts(
                program, cuts.shared, self.settings, start=cuts.guess, pool=pool, keep_pool=cuts.keep_pool, gap=gap,
                shortage=shortage, on_progress=tell, cancel=self.cancel,
            )  # fmt: skip
        except lp.CutsFailed:
            return None

    def optimize(
        self,
        formulation: Formulation,
        program: lp.LinearProgram,
        starts: Sequence[object] = (),
        cuts: Cuts | None = None,
    ) -> tuple[lp.LinearProgram, lp.Solution]:
        """Run the stages that the scenario's objective asks for; stop at the first that is not optimal.

        Args:
            formulation: what the program was compiled from.
            program: the program.
            starts: what each stage starts from, as `solve` takes it; from scratch where there is none.
            cuts: its shared columns, to solve it by cuts.
        """
        program, found = self.optima(formulation, program, starts, cuts)
        by_cuts = cuts is not None and found[-1].basis is None
        if found[-1].status is not lp.SolveStatus.OPTIMAL or by_cuts:
            # Ties are broken among plans that are optimal to the last digit, which cuts do not reach.
            return program, found[-1]
        return program, self.break_ties(program, found[-1])

    def optima(
        self,
        formulation: Formulation,
        program: lp.LinearProgram,
        starts: Sequence[object] = (),
        cuts: Cuts | None = None,
    ) -> tuple[lp.LinearProgram, list[lp.Solution]]:
        """Optima stage by stage, before the tie-break; the last one is of the program that is given back.

        Args:
            formulation: what the program was compiled from.
            program: the program.
            starts: what each stage starts from, as `solve` takes it; from scratch where there is none.
            cuts: its shared columns, to solve it by cuts.
        """
        warm = [*starts, None, None]
        found: list[lp.Solution] = []
        if formulation.inputs.scenario.objective == "least_gap":
            cost, offset = program.objective_of("gap_years")
            least = self.solve("least gap", program.with_cost(cost, offset), warm[0], cuts)
            found.append(least)
            if least.status is not lp.SolveStatus.OPTIMAL:
                return program, found
            # Room for the solver's own tolerance, so that the cost stage is not infeasible by rounding.
            room = max(1e-7, self.gap) if cuts else 1e-7
            ceiling = least.objective - offset + room * (program.unit + abs(least.objective))
            program = program.with_row("gap_years_at_most", cost, upper=ceiling)
        found.append(self.solve("least cost", program, warm[len(found)], cuts))
        return program, found

    def break_ties(self, program: lp.LinearProgram, solution: lp.Solution) -> lp.Solution:
        """Pick the one optimal plan that the tie-break ranks first; keep the first if that stops short or is none."""
        face = optimal_face(program, solution)
        chosen = self.solve("tie-break", face, warm_start=solution.basis)
        if chosen.status is not lp.SolveStatus.OPTIMAL:
            return solution
        if not lp.certify(program, chosen.column_value, solution.row_dual).passes(TOLERANCE):
            return solution
        return replace(
            solution,
            column_value=chosen.column_value,
            row_value=chosen.row_value,
        )


def settings_of(scenario: Scenario) -> lp.SolverSettings:
    """How a scenario wants a program solved as a whole."""
    solver = scenario.solver
    return lp.SolverSettings(
        method="choose" if solver.method == "cuts" else solver.method,
        time_limit_seconds=solver.time_limit_seconds,
        options=dict(solver.options),
        tolerance=TOLERANCE,
    )


def compiled(scenario: Scenario) -> tuple[Formulation, lp.LinearProgram]:
    """Build a scenario's model and compile it to arrays, one at a time in this process."""
    with BUILDING:
        formulation = build(scenario)
        program = lp.compile(formulation.model)
    return formulation, program


def finished(formulation: Formulation, program: lp.LinearProgram, solution: lp.Solution, planner: Planner) -> Plan:
    """Certify the solution and close the plan: names and arrays, without the model that they were compiled from."""
    program = program.detached()
    return Plan(
        scenario=formulation.inputs.scenario,
        inputs=formulation.inputs,
        register=formulation.register,
        program=program,
        solution=replace(solution, program=replace(solution.program, expressions=program.expressions)),
        stages=tuple(planner.stages),
        certificate=lp.certify(program, solution.column_value, solution.row_dual),
    )
