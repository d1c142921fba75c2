"""A hedge: what to order now when it is known only later which future comes true.

The futures are planned as one program. Each is a copy of the model with its own data; as long as futures cannot be told
apart, what is decided in a year is the same in all of them. The hedge is the plan of least expected cost, or of the
least weighed cost where the worst futures count more.

Beside it stand other ways to decide. Each believes in something until it is known better: in the mean of what is still
possible, or in one future. Every time something becomes known it plans anew, with its orders so far as given, and it is
evaluated in every future. What it then costs more than the hedge is the value of the stochastic solution (VSS). The
hedge's cost above that of plans that knew the future from the start is the expected value of perfect information.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from powergap import lp
from powergap.arrays import Floats, Integers
from powergap.errors import InfeasibleError, InputError, SolverStoppedError
from powergap.model import Formulation
from powergap.planning.myopic import DECIDED, ROUNDING
from powergap.planning.stages import Plan, Planner, Stage, StageReport, compiled, finished
from powergap.scenario.futures import Outlook
from powergap.scenario.schema import Chronology
from powergap.words import HEDGE, KNOWING, MEAN

ORDERS = ("order", "energy_order")
"""Orders are commitments: where manufacturers have no slot for one yet, or there is no use for it yet, it is taken
later or not at all, and is paid for from the date agreed on."""
OTHERS = tuple(name for name in DECIDED if name not in ORDERS)
"""What else is the same in futures that cannot be told apart."""


@dataclass(frozen=True)
class Way:
    """A way to decide, lived through in every future.

    Attributes:
        name: `hedge`, `mean`, `perfect foresight`, or the future that is believed in.
        plans: what comes of it, by future; empty where it cannot be carried through.
        reason: why there is none.
    """

    name: str
    plans: Mapping[str, Plan]
    reason: str = ""

    @property
    def costs(self) -> Floats:
        """Discounted cost in each future, M$, [future]."""
        return np.array([plan.solution.objective for plan in self.plans.values()])


@dataclass(frozen=True)
class Hedge:
    """The futures of a scenario planned together.

    Attributes:
        outlook: what was asked.
        risk: how much the worst futures count.
        ways: by name: the hedge, perfect foresight, the mean, and belief in each future.
        program: the hedge's program as solved, all futures side by side.
        solution: its solution, after the tie-break; duals of the cost stage.
        certificate: residuals and duality gap of the two.
        stages: every solve.
    """

    outlook: Outlook
    risk: lp.Risk
    ways: Mapping[str, Way]
    program: lp.LinearProgram
    solution: lp.Solution
    certificate: lp.Certificate
    stages: tuple[Stage, ...]

    @property
    def probabilities(self) -> Floats:
        """Of the futures, [future]."""
        return np.array([one.probability for one in self.outlook.futures])

    def weighed(self, name: str) -> float | None:
        """Expected cost of a way, with the worst futures as they count; None where it cannot be carried through, M$."""
        way = self.ways[name]
        return self.risk.weighed(way.costs, self.probabilities) if way.plans else None

    @property
    def value_of_stochastic_solution(self) -> float | None:
        """Value of the stochastic solution: what the mean plan costs more than the hedge, M$; None without one."""
        mean, own = self.weighed(MEAN), self.weighed(HEDGE)
        return None if mean is None or own is None else mean - own

    @property
    def expected_value_of_perfect_information(self) -> float:
        """Expected value of perfect information: what the hedge costs more than plans that knew, M$."""
        return (self.weighed(HEDGE) or 0.0) - (self.weighed(KNOWING) or 0.0)


def make_hedge(
    outlook: Outlook,
    *,
    report: StageReport | None = None,
    cancel: threading.Event | None = None,
    cache: lp.SolutionCache | None = None,
) -> Hedge:
    """Plan the futures together, and live through the other ways to decide.

    Args:
        outlook: the futures.
        report: called with the name of each stage as it starts.
        cancel: set it from another thread to stop the solver within a second.
        cache: where solutions are looked up and kept; None solves everything.

    Raises:
        InputError: a profiles file is wrong, or the futures are not of one shape.
        InfeasibleError: there is no plan in some future, or none for all of them together.
        SolverStoppedError: the solver stopped short.
        Cancelled: cancelled.
    """
    planner = Planner(outlook.futures[0].scenario, report, cancel, cache)
    return _Futures(outlook, planner).hedged()


def check_futures(outlook: Outlook) -> None:
    """Refuse what `make_hedge` refuses, without solving: the futures are compared over a year of one block.

    Raises:
        InputError: the futures are not of one shape.
    """
    block = Chronology(kind="annual", stress_days=0)
    small = {one.name: one.scenario.model_copy(update={"chronology": block}) for one in outlook.futures}
    _refuse_other_limits(outlook, {name: compiled(scenario)[1] for name, scenario in small.items()})


def _refuse_other_limits(outlook: Outlook, programs: dict[str, lp.LinearProgram]) -> None:
    """Refuse futures that have not the same limits on the same things.

    Raises:
        InputError: each that differs from the first, at its entry in the file.
    """
    first, *others = programs
    problems = []
    for name in others:
        if wrong := _different(programs[first], programs[name]):
            message = "a future adds or removes a limit; give it in every future, large where it shall not bind"
            where = outlook.study.where_in_file("cases", name)
            problems.append(replace(where, message=f"{message} (`{first}` has not the same {', '.join(wrong)})"))
    if problems:
        raise InputError(problems)


def _different(one: lp.LinearProgram, other: lp.LinearProgram) -> list[str]:
    """Names of the rows and columns that two programs have not in common."""
    every = ({**program.columns, **program.rows} for program in (one, other))
    mine, its = ({name: block.labels for name, block in blocks.items()} for blocks in every)
    return sorted(name for name in {*mine, *its} if mine.get(name) != its.get(name))


class _Futures:
    """The copies of the model, and the programs made of them."""

    def __init__(self, outlook: Outlook, planner: Planner) -> None:
        self.outlook, self.planner = outlook, planner
        self.risk = lp.Risk(outlook.risk_weight, outlook.tail)
        self.probability = {one.name: one.probability for one in outlook.futures}
        built = {one.name: compiled(one.scenario) for one in outlook.futures}
        self.formulations: dict[str, Formulation] = {name: formulation for name, (formulation, _) in built.items()}
        programs = {name: program for name, (_, program) in built.items()}
        _refuse_other_limits(outlook, programs)
        some = next(iter(programs.values()))
        orders = self.columns_of(some, ORDERS, outlook.years)
        self.copies = {
            name: lp.with_commitments(program, orders.reshape(-1, len(outlook.years)))
            for name, program in programs.items()
        }
        self.commitments = dict(zip(orders.tolist(), range(some.shape[1], some.shape[1] + len(orders)), strict=True))
        self.together = [
            (names, np.concatenate([self.bound_by(years), self.columns_of(some, OTHERS, years)]))
            for names, years in outlook.knowledge()
        ]
        self.choose_method()

    def choose_method(self) -> None:
        """Choose by the futures' shape alone: the long rows of CVaR would make them look coupled.

        us-2030-futures with a risk weight of 0.5, CPU s: simplex 14, interior point not ended after 50.
        """
        plain = lp.side_by_side(self.copies, list(self.probability.values()), self.together, lp.Risk()).program
        settings = self.planner.settings
        if settings.method == "choose" and lp.chosen_method(plain) == "simplex":
            self.planner.settings = replace(settings, method="simplex")

    def columns_of(self, program: lp.LinearProgram, names: Sequence[str], years: Sequence[int]) -> Integers:
        """Integers of the variables in the given years; the year is their last axis."""
        positions = [self.outlook.years.index(year) for year in years]
        blocks = [program.columns[name] for name in names if name in program.columns]
        numbered = [np.arange(block.start, block.start + block.size).reshape(block.shape) for block in blocks]
        return np.concatenate([columns[..., positions].ravel() for columns in numbered])

    def bound_by(self, years: Sequence[int]) -> Integers:
        """Integers of the orders, as commitments, of the given years."""
        some = next(iter(self.copies.values()))
        return np.array([self.commitments[column] for column in self.columns_of(some, ORDERS, years).tolist()])

    def hedged(self) -> Hedge:
        """The hedge and every other way to decide."""
        alone = Way(KNOWING, {name: self.planned_alone(name) for name in self.copies})
        tree, solution = self.planned_together(f"{HEDGE}: ", self.copies)
        if solution.status is not lp.SolveStatus.OPTIMAL:
            raise _no_plan("there is no plan for all futures together", solution)
        found = [Way(HEDGE, self.split(tree, solution)), alone]
        found.append(self.lived(MEAN, self.mean_of))
        if len(self.copies) > 1:
            found.extend(self.lived(future, partial(self.belief, future)) for future in self.copies)
        return Hedge(
            outlook=self.outlook,
            risk=self.risk,
            ways={way.name: way for way in found},
            program=tree.program,
            solution=solution,
            certificate=lp.certify(tree.program, solution.column_value, solution.row_dual),
            stages=tuple(self.planner.stages),
        )

    def planned_alone(self, name: str) -> Plan:
        """The plan of one future that was known from the start."""
        self.planner.prefix = f"{name} known: "
        formulation, program = self.formulations[name], self.copies[name]
        program, solution = self.planner.optimize(formulation, program)
        if solution.status is not lp.SolveStatus.OPTIMAL:
            raise _no_plan(f"there is no plan for the future `{name}`", solution)
        return finished(formulation, program, solution, self.planner)

    def planned_together(self, prefix: str, copies: Mapping[str, lp.LinearProgram]) -> tuple[lp.Tree, lp.Solution]:
        """The futures side by side, at least weighed cost."""
        tree = lp.side_by_side(copies, list(self.probability.values()), self.together, self.risk)
        self.planner.prefix = prefix
        solution = self.planner.solve("least cost", tree.program)
        if solution.status is lp.SolveStatus.OPTIMAL:
            solution = self.planner.break_ties(tree.program, solution)
        return tree, solution

    def split(self, tree: lp.Tree, solution: lp.Solution) -> dict[str, Plan]:
        """The plan in each future; its duals are those of the whole, divided by the future's probability."""
        plans = {}
        for name, program in self.copies.items():
            columns, rows, share = tree.column_places[name], tree.row_places[name], self.probability[name]
            values = solution.column_value[columns]
            own = replace(
                solution,
                objective=float(program.cost @ values) + program.offset,
                column_value=values,
                column_dual=solution.column_dual[columns] / share,
                row_value=solution.row_value[rows],
                row_dual=solution.row_dual[rows] / share,
                basis=None,
                program=program,
            )
            plans[name] = finished(self.formulations[name], program, own, self.planner)
        return plans

    def mean_of(self, names: Sequence[str]) -> lp.LinearProgram:
        """The mean of the futures that are still possible."""
        return lp.mean_program([self.copies[name] for name in names], [self.probability[name] for name in names])

    def belief(self, believed: str, names: Sequence[str]) -> lp.LinearProgram:
        """The future believed in, as long as it is possible; then the mean of the rest."""
        return self.copies[believed] if believed in names else self.mean_of(names)

    def lived(self, name: str, belief: Callable[[Sequence[str]], lp.LinearProgram]) -> Way:
        """A way to decide: plan on what is believed, order, see what becomes known, and plan anew."""
        copies = dict(self.copies)
        ordered_before: list[tuple[Integers, Floats]] = []
        for names, years in self.outlook.knowledge():
            planned = belief(names)
            for columns, values in ordered_before:
                planned = _held(planned, columns, values)
            self.planner.prefix = f"{name}, {years[0]}: "
            solution = self.planner.solve("least cost", planned)
            if solution.status is not lp.SolveStatus.OPTIMAL:
                return Way(name, {}, _why(f"what was ordered before leaves no plan in {years[0]}", solution))
            solution = self.planner.break_ties(planned, solution)
            columns = np.concatenate([self.bound_by(years), self.columns_of(planned, ("connection_added",), years)])
            ordered_before.append((columns, solution.column_value[columns]))
            for future in names:
                copies[future] = _held(copies[future], *ordered_before[-1])
        tree, solution = self.planned_together(f"{name}, lived through: ", copies)
        if solution.status is not lp.SolveStatus.OPTIMAL:
            return Way(name, {}, _why("what it orders breaks a limit in some future", solution))
        return Way(name, self.split(tree, solution))


def _held(program: lp.LinearProgram, columns: Integers, values: Floats) -> lp.LinearProgram:
    """The program with columns at what was decided, but for rounding."""
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    lower[columns] = np.maximum(values - ROUNDING * program.unit, 0.0)
    upper[columns] = np.maximum(values, 0.0)
    return program.with_column_bounds(lower, upper)


def _why(sentence: str, solution: lp.Solution) -> str:
    """The sentence where it is proven that there is no plan, else what the solver says."""
    return sentence if solution.status in lp.WITHOUT else f"the solver stopped early: {solution.message}"


def _no_plan(sentence: str, solution: lp.Solution) -> InfeasibleError | SolverStoppedError:
    kind = InfeasibleError if solution.status in lp.WITHOUT else SolverStoppedError
    return kind(f"{sentence}: {solution.message or solution.status.value}")
