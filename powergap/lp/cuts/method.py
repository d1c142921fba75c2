"""The method: ask the blocks, cut, move; stop when the best plan and the bound meet.

The blocks of a program are solved one by one for given shared columns. Each answer is a plan of the block, hence an
upper bound of the whole, and a cut: a line below the block's cost that touches it there. The cuts of all blocks make a
master program of the shared columns, whose optimum is a lower bound. (Benders 1962; the rule of the next point is the
level method of Lemarechal, Nemirovskii and Nesterov 1995.)

What comes out is no vertex but proves itself like one: the master's duals, and the blocks' duals weighted by the duals
of their cuts, are a dual solution of the whole program, worth the lower bound.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats
from powergap.lp.certificate import certify
from powergap.lp.cuts.guess import Guess, Prices
from powergap.lp.cuts.master import Bound, Master, MasterInfeasibleError
from powergap.lp.cuts.pool import Cut, Known, Pool, content
from powergap.lp.cuts.subproblem import BlockSolver, SubproblemOptimum
from powergap.lp.cuts.threads import BlockThreads, TimeIsOver
from powergap.lp.program import LinearProgram, totals
from powergap.lp.settings import SolverSettings, highs_options
from powergap.lp.solution import Solution, SolveStatus
from powergap.lp.subproblems import Split, take_apart
from powergap.parallel import Cancelled

SMALLEST = 1_000
"""Columns below which blocks are put together: handing a program to the solver costs more than solving it."""

STEP = 0.3
"""How far from the bound towards the best plan the next point's promise lies; 0.6 and 0.8 took more rounds."""

PROMISE = 2e-3
"""What the second point may promise at most, relative to the cost of the first; twice as much after every better plan.

The first bounds are far too low, and what they promise is far away, where blocks are slow and their cuts say little.
The full year of `tests.benchmarks.full_year benchmark` took 54 cpu s without such a limit, 29 with it.
"""

PENALTY = 3.0
"""Penalty of a shift, in costs of the dearest shared column."""

GAP = 5e-7
"""Relative distance of plan and bound at which a plan is as good as optimal."""

CLOSED = 0.02
"""Share of the gap asked for, or of GAP where that is less, at which plan and bound are the same."""

PROOF = 1e-6
"""Residuals and gap that the certificate of the whole program lets pass, unless more is asked to be let pass."""

MOST_PENALTIES = 4
"""Times that the penalty is made ten times as large before the method is given up."""


class CutsFailed(RuntimeError):  # noqa: N818 - not an error of the caller: the program can be solved whole
    """The method does not get to an optimum of this program."""


def solve_by_cuts(
    program: LinearProgram,
    shared: npt.NDArray[np.bool_],
    settings: SolverSettings,
    *,
    start: Guess | Callable[[], Guess | None] | None = None,
    pool: Pool | None = None,
    keep_pool: bool = False,
    gap: float = GAP,
    shortage: float = 1e-7,
    most_rounds: int = 400,
    smallest: int = SMALLEST,
    on_progress: Callable[[str], None] | None = None,
    cancel: threading.Event | None = None,
) -> Solution:
    """Minimise a program whose blocks share few columns.

    Args:
        program: what to solve.
        shared: which columns the blocks share, [columns].
        settings: time limit and HiGHS options; the method of the parts is simplex.
        start: where to start, or who says it; None starts at the master's own idea.
        pool: what an earlier solve learned. Where it knows every block, the first point is the master's own idea; the
            start counts only if that is far from where the earlier solve ended.
        keep_pool: whether another solve is to start from what this one learns; the first of them goes to GAP at least.
        gap: relative distance of plan and bound at which to stop.
        shortage: shifts of the blocks that count as none, summed, in units of the program.
        most_rounds: rounds after which to give up.
        smallest: columns up to which blocks are put together.
        on_progress: called once a round with a line.
        cancel: set it from another thread to stop; the status is then INTERRUPTED.

    Returns:
        The best plan found, with duals that prove the bound; without a basis. What is called OPTIMAL proves itself on
        the whole program.

    Raises:
        CutsFailed: the cost of a block has no bound, a part has no optimum, the rounds do not suffice, or the plan
            does not prove itself.
    """
    if program.scaling is not None:
        raise CutsFailed("its numbers need a scaling, which blocks have none of")
    inner = program.in_unit()
    work = _Work(inner, take_apart(inner, shared, smallest), settings, cancel, program.unit)
    if pool is not None:
        work.use(pool)
    elif keep_pool:
        # Few cuts, such as a loose gap needs, send those who start from them far away.
        gap = min(gap, GAP)
    began = time.perf_counter()
    status = work.run(start, (gap, shortage), most_rounds, began, on_progress)
    solution = work.solution(program, status, time.perf_counter() - began)
    certificate = certify(program, solution.column_value, solution.row_dual)
    if status is SolveStatus.OPTIMAL and not certificate.passes(max(PROOF, shortage), max(PROOF, 2 * gap)):
        raise CutsFailed(f"the plan does not prove itself: {certificate}")
    message = f"{len(work.blocks)} blocks, {work.rounds} rounds of cuts: {certificate}"
    learned = work.pool() if keep_pool and status is SolveStatus.OPTIMAL else None
    return replace(solution, certificate=certificate, message=message, pool=learned)


@dataclass
class _Work:
    """One program on its way to an optimum."""

    program: LinearProgram
    parts: Split
    settings: SolverSettings
    cancel: threading.Event | None
    unit: float
    upper: float = np.inf
    lower: float = -np.inf
    promise: float = 0.0
    cost_of_plan: float = np.inf
    rounds: int = 0
    best: Floats = field(default_factory=lambda: np.zeros(0))
    plan: tuple[Floats, Sequence[SubproblemOptimum]] | None = None
    best_bound: Bound | None = None
    cuts: list[tuple[int, Cut]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Hand the parts to the solver."""
        # Time is looked at between rounds and while blocks are waited for: HiGHS would count each block's own.
        settings = replace(self.settings, method="simplex", threads=1, time_limit_seconds=None)
        self.options = highs_options(settings, self.program, warm=False)
        self.penalty = PENALTY * max(1.0, float(np.abs(self.program.cost[self.parts.shared]).max(initial=0.0)))
        self.threads = BlockThreads(self.cancel)
        self.blocks = [
            BlockSolver(self.program, block, self.penalty, self.options, self.threads.check)
            for block in self.parts.blocks
        ]
        self.places = [np.searchsorted(self.parts.shared, block.shared).astype(np.int32) for block in self.parts.blocks]
        self.master = Master(self.program, self.parts, self._least_costs(), self.options)

    def _least_costs(self) -> Floats:
        """What each block costs at least: its columns at their cheaper bounds."""
        cost, lower, upper = self.program.cost, self.program.column_lower, self.program.column_upper
        at = np.where(cost > 0, lower, np.where(cost < 0, upper, 0.0))
        least = np.array([float(cost[block.own] @ at[block.own]) for block in self.parts.blocks])
        if not np.all(np.isfinite(least)):
            raise CutsFailed("the cost of a block has no bound")
        return least

    def _begun(self, start: Guess | Callable[[], Guess | None] | None) -> Floats:
        """The first point."""
        if all(block.basis is not None for block in self.blocks):
            point = self._first_point(None)
            if all(self.threads.each(BlockSolver.reaches, self.blocks, self._parts_of(point))):
                return point
        guess = start() if callable(start) else start
        if guess is None:
            return self._first_point(None)
        point = self._first_point(guess.column_value[self.parts.shared] / self.unit)
        return point if guess.prices is None else self._priced(point, guess.prices)

    def _priced(self, point: Floats, prices: Prices) -> Floats:
        """The point, moved to where limits and guessed prices meet, with cuts of these prices."""
        row_price, slope = prices.row_dual, prices.slope(self.program, self.parts)
        pairs = list(zip(self.blocks, self.places, strict=True))
        calls = [
            partial(block.begin, point[places], row_price[block.block.rows], slope[places]) for block, places in pairs
        ]
        begun = self.threads.run(calls)
        for number, ((cut, settled), (_, places)) in enumerate(zip(begun, pairs, strict=True)):
            if cut is not None:
                self._learn_cut(number, cut)
            moved = settled != point[places]
            point[places[moved]] = settled[moved]
        return self._first_point(point)

    def _parts_of(self, point: Floats) -> list[Floats]:
        """What each block has of a point."""
        return [point[places] for places in self.places]

    def _first_point(self, guess: Floats | None) -> Floats:
        """The point nearest to the guess that satisfies the rows among shared columns; without one the cheapest."""
        near = None if guess is None else self.master.nearest(guess, np.inf)
        return self.within_bounds(self._bounded().point if near is None else near)

    def within_bounds(self, point: Floats) -> Floats:
        """The point, moved into the bounds of the shared columns."""
        shared = self.parts.shared
        return np.clip(point, self.program.column_lower[shared], self.program.column_upper[shared])

    def use(self, pool: Pool) -> None:
        """Take over cuts and bases of the blocks that the pool knows."""
        if pool.penalty > self.penalty:
            self._raise_penalty(pool.penalty)
        known = [pool.blocks.get(content(self.program, block)) for block in self.parts.blocks]
        for number, found in enumerate(known):
            if found is not None:
                self.blocks[number].start_from(found.basis, found.price)
                for cut in found.cuts:
                    self._add_cut(number, cut)

    def pool(self) -> Pool:
        """What another solve can start from."""
        contents = [content(self.program, block) for block in self.parts.blocks]
        # Blocks with the same content have their cuts in common.
        cuts: dict[str, list[Cut]] = {one: [] for one in contents}
        for number, cut in self.cuts:
            cuts[contents[number]].append(cut)
        solvers = dict(zip(contents, self.blocks, strict=True))
        known = {one: Known.of(own, *solvers[one].ended_with()) for one, own in cuts.items()}
        return Pool(self.penalty, known)

    def run(
        self,
        start: Guess | Callable[[], Guess | None] | None,
        close: tuple[float, float],
        most_rounds: int,
        began: float,
        tell: Callable[[str], None] | None,
    ) -> SolveStatus:
        """Rounds until the bound meets a plan that is short of nothing; `close` says what meets and what is nothing."""
        limit = self.settings.time_limit_seconds
        self.threads.ends = np.inf if limit is None else began + limit
        try:
            return self._rounds(self._begun(start), close, most_rounds, tell)
        except TimeIsOver:
            return SolveStatus.TIME_LIMIT
        except Cancelled:
            return SolveStatus.INTERRUPTED

    def _rounds(
        self, point: Floats, close: tuple[float, float], most_rounds: int, tell: Callable[[str], None] | None
    ) -> SolveStatus:
        gap, shortage = close
        penalties = 0
        while self.rounds < most_rounds:
            self._learn(point, self.threads.each(BlockSolver.at, self.blocks, self._parts_of(point)), shortage)
            bound = self._bounded()
            if bound.value > self.lower:
                self.lower, self.best_bound = bound.value, bound
            self.rounds += 1
            if tell is not None:
                tell(f"round {self.rounds}: within {max(self._apart(self.upper), 0.0):.1e}")
            if self._apart(self.cost_of_plan) <= gap:
                return SolveStatus.OPTIMAL
            if self._apart(self.upper) <= CLOSED * min(gap, GAP):
                # The cheapest answers cost what the bound says and are still short: shifts are too cheap.
                penalties += 1
                if penalties > MOST_PENALTIES:
                    raise CutsFailed("no plan of the blocks was found")
                self._raise_penalty(10 * self.penalty)
                continue
            promise = min((1 - STEP) * (self.upper - self.lower), self.promise)
            near = self.master.nearest(self.best, self.upper - promise)
            point = self.within_bounds(bound.point if near is None else near)
        raise CutsFailed(f"plan and bound are {self._apart(self.cost_of_plan):.1e} apart after {most_rounds} rounds")

    def _apart(self, cost: float) -> float:
        return (cost - self.lower) / self._size(cost) if np.isfinite(cost) else np.inf

    def _size(self, cost: float) -> float:
        """What distances from a cost are relative to."""
        return max(1.0, abs(cost + self.program.offset))

    def _learn(self, point: Floats, answers: Sequence[SubproblemOptimum], shortage: float) -> None:
        """Keep the answers if they are the best so far, and the plan if they are one; cut the master at the point."""
        cost = float(self.program.cost[self.parts.shared] @ point) + sum(answer.cost for answer in answers)
        if cost < self.upper:
            self.promise = 2 * self.promise or PROMISE * self._size(cost)
            self.upper, self.best = cost, point
        if cost < self.cost_of_plan and sum(answer.shortage for answer in answers) <= shortage:
            self.cost_of_plan, self.plan = cost, (point, answers)
        for number, answer in enumerate(answers):
            self._learn_cut(number, answer)

    def _learn_cut(self, number: int, answer: SubproblemOptimum) -> None:
        """A block costs no less than the line that touches its cost where it answered."""
        used = np.flatnonzero(answer.dual).astype(np.int32)
        constant = answer.cost - float(answer.slope @ answer.point)
        self._add_cut(number, Cut(answer.slope, constant, used, answer.dual[used]))

    def _add_cut(self, number: int, cut: Cut) -> None:
        self.master.add_cut(number, self.places[number], cut.slope, cut.constant)
        self.cuts.append((number, cut))

    def _bounded(self) -> Bound:
        try:
            return self.master.bound()
        except MasterInfeasibleError as error:
            raise CutsFailed(f"the master program: {error}") from error

    def _raise_penalty(self, penalty: float) -> None:
        """Shifts cost more; cuts made so far stay below the blocks' costs."""
        self.penalty = penalty
        self.upper = np.inf
        for block in self.blocks:
            block.use_penalty(self.penalty)

    def solution(self, program: LinearProgram, status: SolveStatus, seconds: float) -> Solution:
        """The best plan and the duals of the best bound, as a solution of the whole program in its own unit."""
        rows, columns = program.shape
        values, dual = np.zeros(columns), np.zeros(rows)
        if self.plan is not None:
            point, answers = self.plan
            values[self.parts.shared] = point
            for block, answer in zip(self.parts.blocks, answers, strict=True):
                values[block.own] = answer.values
        if self.best_bound is not None:
            dual[self.parts.rows] = self.best_bound.row_dual
            for weight, (number, cut) in zip(self.best_bound.cut_dual, self.cuts, strict=False):
                if weight > 0:
                    dual[self.parts.blocks[number].rows[cut.rows]] += weight * cut.dual
        values *= program.unit
        priced = np.repeat(dual, np.diff(program.start)) * program.value
        return Solution(
            status=status,
            objective=float(program.cost @ values) + program.offset,
            column_value=values,
            column_dual=program.cost - totals(program.index, priced, columns),
            row_value=program.activity(values),
            row_dual=dual,
            iterations=self.rounds,
            seconds=seconds,
            basis=None,
            message="",
            options=self.options,
            certificate=None,
            program=program,
        )
