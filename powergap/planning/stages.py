"""The stages of a solve: build, compile, minimize, break ties, certify."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from powergap import lp
from powergap.errors import InputError, Problem
from powergap.model import Formulation, build
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.planning.proof import FullYear
from powergap.planning.tie_break import optimal_face
from powergap.scenario.schema import Scenario

BUILDING = threading.Lock()
"""Pyomo's rule templates are global state: models are built one at a time, solved side by side."""

TOLERANCE = 1e-6
"""Largest residual that a certificate lets pass, relative to the size of the row or column."""

Report = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """One solve on the way to a plan: what it minimized, what it found and how long it took."""

    name: str
    objective: float
    seconds: float
    iterations: int


@dataclass(frozen=True)
class Plan:
    """A scenario solved.

    Attributes:
        scenario: what was asked.
        inputs: its timeline and shapes.
        ledger: names of the terms and limits.
        program: the linear program as solved last, cost in M$ discounted to the base year.
        solution: activities after the tie-break; duals of the cost stage.
        stages: every solve.
        certificate: residuals and duality gap of program and solution.
        full_year: what the dispatch over all 8,760 hours found; None where it was not asked for.
    """

    scenario: Scenario
    inputs: Inputs
    ledger: Ledger
    program: lp.LinearProgram
    solution: lp.Solution
    stages: tuple[Stage, ...]
    certificate: lp.Certificate
    full_year: FullYear | None = None

    @property
    def is_optimal(self) -> bool:
        """True when the solver found an optimum and the certificate confirms it."""
        return self.solution.status is lp.SolveStatus.OPTIMAL and self.certificate.passes(TOLERANCE)

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

    def __init__(self, scenario: Scenario, report: Report | None, cancel: threading.Event | None) -> None:
        """Take the solver's settings from the scenario."""
        self.scenario = scenario
        self.settings = lp.SolverSettings(
            method=scenario.solver.method,
            time_limit_seconds=scenario.solver.time_limit_seconds,
            options=dict(scenario.solver.options),
        )
        self.report = report
        self.cancel = cancel
        self.prefix = ""
        """What the names of stages begin with."""
        self.stages: list[Stage] = []

    def solve(self, name: str, program: lp.LinearProgram, warm_start: object = None) -> lp.Solution:
        """Solve one stage.

        Raises:
            InputError: HiGHS does not take one of the scenario's options, or a number of the program.
            InterruptedError: cancelled before it began.
        """
        if self.cancel is not None and self.cancel.is_set():
            raise InterruptedError("cancelled")
        name = self.prefix + name
        if self.report:
            self.report(name)
        try:
            solution = lp.solve(program, self.settings, cancel=self.cancel, warm_start=warm_start)
        except ValueError as error:
            raise InputError([Problem(f"scenario {self.scenario.name}", 0, 0, "solver", str(error))]) from error
        self.stages.append(Stage(name, solution.objective, solution.seconds, solution.iterations))
        return solution

    def optimize(self, formulation: Formulation, program: lp.LinearProgram) -> tuple[lp.LinearProgram, lp.Solution]:
        """Run the stages that the scenario's objective asks for; stop at the first that is not optimal."""
        if formulation.inputs.scenario.objective == "least_gap":
            cost, offset = program.objective_of("gap_years")
            least = self.solve("least gap", program.with_cost(cost, offset))
            if least.status is not lp.SolveStatus.OPTIMAL:
                return program, least
            # Room for the solver's own tolerance, so that the cost stage is not infeasible by rounding.
            ceiling = least.objective - offset + 1e-7 * (1 + abs(least.objective))
            program = program.with_row("gap_years_at_most", cost, upper=ceiling)
        solution = self.solve("least cost", program)
        if solution.status is not lp.SolveStatus.OPTIMAL:
            return program, solution
        return program, self.break_ties(program, solution)

    def break_ties(self, program: lp.LinearProgram, solution: lp.Solution) -> lp.Solution:
        """Pick the one optimal plan that the tie-break ranks first; keep the first if that stops short."""
        face = optimal_face(program, solution)
        chosen = self.solve("tie-break", face, warm_start=solution.basis)
        if chosen.status is not lp.SolveStatus.OPTIMAL:
            return solution
        return replace(
            solution,
            column_value=chosen.column_value,
            row_value=chosen.row_value,
        )


def compiled(scenario: Scenario) -> tuple[Formulation, lp.LinearProgram]:
    """Build a scenario's model and compile it to arrays, one at a time in this process."""
    with BUILDING:
        formulation = build(scenario)
        program = lp.compile(formulation.model)
    return formulation, program


def finished(formulation: Formulation, program: lp.LinearProgram, solution: lp.Solution, planner: Planner) -> Plan:
    """Certify the solution and close the plan."""
    return Plan(
        scenario=formulation.inputs.scenario,
        inputs=formulation.inputs,
        ledger=formulation.ledger,
        program=program,
        solution=solution,
        stages=tuple(planner.stages),
        certificate=lp.certify(program, solution.column_value, solution.row_dual),
    )
