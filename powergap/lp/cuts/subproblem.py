"""One block for given shared columns: what it costs at least, and how that changes with each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack

from powergap.arrays import Floats
from powergap.lp.axes import IntArray
from powergap.lp.basis import Basis
from powergap.lp.loaded import DUAL, PRIMAL, Loaded
from powergap.lp.program import LinearProgram, totals
from powergap.lp.settings import Option
from powergap.lp.subproblems import Subproblem

MET = 1e-7
"""Distance from its limit, relative to it, at which a row is met."""

PATIENCE = 1_000
"""Steps from a basis that was taken over, after which another start is likely to be sooner there."""

SETTLING_STEPS = 4_000
"""Steps of the primal simplex that a column may take to settle, from prices that are not good enough; then the block is
solved from nothing. `benchmark` takes 2,000 in 2030; with half as many slots again it would take 88 CPU s."""

NO_LIMIT = 2**31 - 1

SETTLING = 0.01
"""Share of its value by which the dearest shared column may move before the first answer."""


class BlockFailedError(RuntimeError):
    """The solver gives no optimum of a block."""


@dataclass(frozen=True)
class SubproblemOptimum:
    """A block solved at a point.

    Attributes:
        point: values of its shared columns.
        cost: least cost of its own columns there, shortage at the penalty included.
        slope: change of cost per unit of each shared column.
        shortage: how far the shared columns would have to move for the block to have a plan at all, summed.
        values: of its own columns.
        dual: of its rows.
    """

    point: Floats
    cost: float
    slope: Floats
    shortage: float
    values: Floats
    dual: Floats


class BlockSolver:
    """Keeps a block in the solver and moves only the bounds of the shared columns, from basis to basis.

    A block may have no plan for what the master proposes. So each shared column stands in its rows with a shift up
    and a shift down, both at a penalty: the cost is then finite everywhere, its slope leads back, and a penalty
    above what any shift is worth leaves the optimum where it is.
    """

    def __init__(
        self,
        program: LinearProgram,
        block: Subproblem,
        penalty: float,
        options: dict[str, Option],
        check: Callable[[], None],
    ) -> None:
        """Columns in the solver: shared, shift up, shift down, own; it stops where the check raises `Cancelled`."""
        self.block = block
        self.count = len(block.shared)
        self.shifts = np.arange(self.count, 3 * self.count)
        shared = block.matrix[:, : self.count]
        matrix = csr_array(hstack([shared, shared, -shared, block.matrix[:, self.count :]]))
        matrix.sort_indices()
        nothing, own = np.zeros(self.count), block.own
        self.shared_lower, self.shared_upper = program.column_lower[block.shared], program.column_upper[block.shared]
        self.program = LinearProgram(
            cost=np.concatenate([nothing, np.full(2 * self.count, penalty), program.cost[own]]),
            offset=0.0,
            column_lower=np.concatenate([nothing, np.zeros(2 * self.count), program.column_lower[own]]),
            column_upper=np.concatenate([nothing, np.full(2 * self.count, np.inf), program.column_upper[own]]),
            row_lower=program.row_lower[block.rows],
            row_upper=program.row_upper[block.rows],
            start=matrix.indptr.astype(np.int32),
            index=matrix.indices.astype(np.int32),
            value=matrix.data,
            columns={},
            rows={},
        )
        self.options = options
        self.loaded: Any = None
        self.last: SubproblemOptimum | None = None
        self.basis: Basis | None = None
        self.check = check
        self.is_held = False

    def start_from(self, basis: Basis, price: Floats) -> None:
        """Take over the basis that the same block ended with elsewhere, and the prices that it stands on."""
        self.basis = basis
        self.program.cost[: self.count] = price

    def ended_with(self) -> tuple[Basis, Floats]:
        """The basis as it is now, and the prices of shared columns that it stands on."""
        return Basis.of_highs(self.loaded.basis), self.program.cost[: self.count].copy()

    def reaches(self, point: Floats) -> bool:
        """Go to a point from the basis that was taken over; where that takes too long, give the basis up."""
        self._load(point)
        self._take_over()
        self._run_at_most(PATIENCE)
        if self.loaded.is_optimal:
            return True
        self.loaded, self.basis = None, None
        self.program.cost[: self.count] = 0.0
        return False

    def use_penalty(self, penalty: float) -> None:
        """Price shifts otherwise from now on."""
        self.program.cost[self.count : 3 * self.count] = penalty
        self.last = None
        if self.loaded is not None:
            self.loaded.set_costs(self.shifts, np.full(len(self.shifts), float(penalty)))

    def begin(self, point: Floats, row_price: Floats, slope: Floats) -> tuple[SubproblemOptimum | None, Floats]:
        """Make a cut and a start of guessed prices, before the first answer.

        A row over all hours of a year, such as a cap on emissions, makes every step of the solver dear, and what the
        first point says of its worth is not what it is worth at the optimum, a little further on. So the rows first
        stand at their price instead of at their limit. Then they are put back, and the dearest of the shared columns
        may move a little at its own price: to where both the limits and the prices hold.

        Args:
            point: values of the shared columns.
            row_price: guess of the dual of each row; 0 leaves a row at its limits.
            slope: guess of how the block's cost changes with each shared column; 0 where nothing is known.

        Returns:
            The cut, which comes with no plan (None where the block has none at the point, or starts from a basis), and
            the point moved.
        """
        if self.basis is not None:
            return None, point
        self._load(point)
        limit = np.where(row_price > 0, self.program.row_lower, self.program.row_upper)
        price = np.where(np.isfinite(limit), row_price, 0.0)
        rows = np.flatnonzero(price).astype(np.int32)
        if not len(rows):
            return None, point
        cut, is_met = self._priced(point, price, limit, rows)
        self._use_strategy(PRIMAL)
        return cut, point if is_met else self._settled(point, slope)

    def _priced(
        self, point: Floats, price: Floats, limit: Floats, rows: IntArray
    ) -> tuple[SubproblemOptimum | None, bool]:
        """The cut of prices, and whether they hold the rows exactly at their limits."""
        infinite = np.full(len(rows), np.inf)
        self.loaded.set_row_bounds(rows, -infinite, infinite)
        self._use_costs(self.program.cost - self._worth(price))
        cut, is_met = None, False
        if self.loaded.run():
            dual = self.loaded.row_dual + price
            cost = self.loaded.objective + float(price[rows] @ limit[rows])
            cut = SubproblemOptimum(point, cost, -self._worth(dual)[: self.count], np.inf, np.zeros(0), dual)
            beyond = self.loaded.row_value[rows] - limit[rows]
            is_met = bool(np.all(np.abs(beyond) <= MET * np.maximum(1.0, np.abs(limit[rows]))))
        self._use_costs(self.program.cost)
        self.loaded.set_row_bounds(rows, self.program.row_lower[rows], self.program.row_upper[rows])
        return cut, is_met

    def _settled(self, point: Floats, slope: Floats) -> Floats:
        dearest = int(np.argmax(np.abs(slope)))
        if slope[dearest] == 0:
            return point
        reach = SETTLING * abs(point[dearest])
        lower = max(self.shared_lower[dearest], point[dearest] - reach)
        upper = min(self.shared_upper[dearest], point[dearest] + reach)
        only = np.array([dearest])
        self.loaded.set_column_bounds(only, np.array([lower]), np.array([upper]))
        # The price stays when the column is held again: its cost is then a constant, and the basis stays optimal.
        self.program.cost[dearest] = -slope[dearest]
        self.loaded.set_costs(only, -slope[only])
        self._run_at_most(SETTLING_STEPS)
        if self.loaded.is_at_iteration_limit:
            self.loaded.forget()
            self._use_strategy(DUAL)
            return point
        if not self.loaded.is_optimal:
            self._release()
            return point
        settled = self.loaded.column_value[: self.count]
        # At the end of its reach it has met nothing: the price is another, or all is the same to the block.
        return settled if lower < settled[dearest] < upper else point

    def at(self, point: Floats) -> SubproblemOptimum:
        """The least cost at a point, which holds a value per shared column of the block.

        Raises:
            BlockFailedError: the solver ends without an optimum.
            Cancelled: the check raises it.
        """
        if self.last is not None and np.array_equal(point, self.last.point):
            return self.last
        if self.loaded is None:
            self._load(point)
            self._take_over()
        self._move(point)
        if self.is_held:
            self._start()
        self._run()
        values, price = self.loaded.column_value, self.program.cost[: self.count]
        self.last = SubproblemOptimum(
            point=point,
            cost=self.loaded.objective - float(price @ point),
            slope=self.loaded.column_dual[: self.count] - price,
            shortage=float(values[self.count : 3 * self.count].sum()),
            values=values[3 * self.count :],
            dual=self.loaded.row_dual,
        )
        return self.last

    def _load(self, point: Floats) -> None:
        """Hand the block to the solver at a point, without shifts."""
        self.loaded = Loaded(self.program, self.options, self.check)
        self._move(point)
        self._allow_shifts(0.0)

    def _move(self, point: Floats) -> None:
        self.loaded.set_column_bounds(np.arange(self.count), point, point)

    def _allow_shifts(self, most: float) -> None:
        count = len(self.shifts)
        self.loaded.set_column_bounds(self.shifts, np.zeros(count), np.full(count, most))
        self.is_held = most == 0

    def _release(self) -> None:
        """Allow any shift from now on; bounds alone move then, which is for the dual simplex."""
        self._use_strategy(DUAL)
        self._allow_shifts(np.inf)

    def _use_strategy(self, strategy: int) -> None:
        self.loaded.set_options({"simplex_strategy": self.options.get("simplex_strategy", strategy)})

    def _run_at_most(self, steps: int) -> None:
        self.loaded.set_options({"simplex_iteration_limit": steps})
        self.loaded.run()
        limit = self.options.get("simplex_iteration_limit", NO_LIMIT)
        self.loaded.set_options({"simplex_iteration_limit": limit})
        self.check()

    def _use_costs(self, cost: Floats) -> None:
        self.loaded.set_costs(np.arange(len(cost)), cost)

    def _worth(self, row_price: Floats) -> Floats:
        """What the rows' prices make of each column."""
        program = self.program
        priced = np.repeat(row_price, np.diff(program.start)) * program.value
        return totals(program.index, priced, len(program.cost))

    def _take_over(self) -> None:
        if self.basis is not None:
            self._release()
            self.loaded.start_from(self.basis.highs)

    def _start(self) -> None:
        """Look for a basis without shifts: held at nothing they are presolved away, which takes a third of the time.

        Most first points have a plan without shifts, whose basis is optimal with them; others are solved from nothing.
        """
        self.loaded.run()
        self._release()

    def _run(self) -> None:
        for again in (False, True):
            if again:
                self.loaded.forget()
            is_optimal = self.loaded.run()
            self.check()
            if is_optimal:
                return
        raise BlockFailedError(self.loaded.status)
