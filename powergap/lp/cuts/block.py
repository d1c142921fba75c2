"""One block for given shared columns: what it costs at least, and how that changes with each of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array, hstack

from powergap.lp.axes import FloatArray
from powergap.lp.basis import Basis
from powergap.lp.blocks import Block
from powergap.lp.highs import QuietHighs, pass_program, set_basis, set_options
from powergap.lp.program import LinearProgram
from powergap.lp.settings import Option


class BlockFailedError(RuntimeError):
    """The solver gives no optimum of a block."""


@dataclass(frozen=True)
class Answer:
    """A block solved at a point.

    Attributes:
        point: values of its shared columns.
        cost: least cost of its own columns there, shortage at the penalty included.
        slope: change of cost per unit of each shared column.
        shortage: how far the shared columns would have to move for the block to have a plan at all, summed.
        values: of its own columns.
        dual: of its rows.
    """

    point: FloatArray
    cost: float
    slope: FloatArray
    shortage: float
    values: FloatArray
    dual: FloatArray


class BlockSolver:
    """Keeps a block in the solver and moves only the bounds of the shared columns, from basis to basis.

    A block may have no plan for what the master proposes. So each shared column stands in its rows with a shift up
    and a shift down, both at a penalty: the cost is then finite everywhere, its slope leads back, and a penalty
    above what any shift is worth leaves the optimum where it is.
    """

    def __init__(self, program: LinearProgram, block: Block, penalty: float, options: dict[str, Option]) -> None:
        """Columns in the solver: shared, shift up, shift down, own."""
        self.block = block
        self.count = len(block.shared)
        shared = block.matrix[:, : self.count]
        matrix = csr_array(hstack([shared, shared, -shared, block.matrix[:, self.count :]]))
        matrix.sort_indices()
        nothing, own = np.zeros(self.count), block.own
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
        self.highs: Any = None
        self.last: Answer | None = None
        self.basis: Basis | None = None
        self.stop = threading.Event()

    def use_penalty(self, penalty: float) -> None:
        """Price shifts otherwise from now on."""
        self.program.cost[self.count : 3 * self.count] = penalty
        self.last = None
        if self.highs is not None:
            shifts = np.arange(self.count, 3 * self.count, dtype=np.int32)
            self.highs.changeColsCost(len(shifts), shifts, np.full(len(shifts), float(penalty)))

    def at(self, point: FloatArray) -> Answer:
        """The least cost at a point, which holds a value per shared column of the block.

        Raises:
            BlockFailedError: the solver ends without an optimum.
        """
        if self.last is not None and np.array_equal(point, self.last.point):
            return self.last
        columns = np.arange(self.count, dtype=np.int32)
        if self.highs is None:
            self.highs = QuietHighs()
            set_options(self.highs, self.options)
            self.highs.cbSimplexInterrupt += lambda event: event.interrupt() if self.stop.is_set() else None
            pass_program(self.highs, self.program)
            self.highs.changeColsBounds(self.count, columns, point, point)
            if self.basis is None:
                self._start()
            else:
                set_basis(self.highs, self.basis.highs, self.program)
        else:
            self.highs.changeColsBounds(self.count, columns, point, point)
        self._run()
        found = self.highs.getSolution()
        values = np.asarray(found.col_value, float)
        self.last = Answer(
            point=point,
            cost=float(self.highs.getInfo().objective_function_value),
            slope=np.asarray(found.col_dual, float)[: self.count],
            shortage=float(values[self.count : 3 * self.count].sum()),
            values=values[3 * self.count :],
            dual=np.asarray(found.row_dual, float),
        )
        return self.last

    def _start(self) -> None:
        """Look for a basis without shifts: held at nothing they are presolved away, which takes a third of the time.

        Most first points have a plan without shifts, whose basis is optimal with them; others are solved from nothing.
        """
        shifts = np.arange(self.count, 3 * self.count, dtype=np.int32)
        nothing = np.zeros(len(shifts))
        self.highs.changeColsBounds(len(shifts), shifts, nothing, nothing)
        self.highs.run()
        self.highs.changeColsBounds(len(shifts), shifts, nothing, np.full(len(shifts), np.inf))

    def _run(self) -> None:
        for again in (False, True):
            if again:
                self.highs.clearSolver()
            self.highs.run()
            if self.stop.is_set():
                raise BlockFailedError("stopped")
            if self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                return
        raise BlockFailedError(self.highs.modelStatusToString(self.highs.getModelStatus()))
