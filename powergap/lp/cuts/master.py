"""The master program: shared columns, their rows, and the cuts that stand for the blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from powergap.arrays import Floats
from powergap.lp.axes import IntArray
from powergap.lp.loaded import Loaded
from powergap.lp.program import LinearProgram
from powergap.lp.settings import Option
from powergap.lp.subproblems import Split

FOLLOWING = 1e-3
"""Weight of a move of a column that is in no block."""


class MasterInfeasibleError(RuntimeError):
    """No values of the shared columns satisfy the rows among them."""


@dataclass(frozen=True)
class Bound:
    """What the master proves.

    Attributes:
        value: no plan of the whole costs less.
        point: shared columns at which the master thinks so.
        row_dual: of the rows among shared columns.
        cut_dual: of each cut; those of a block sum to 1.
    """

    value: float
    point: Floats
    row_dual: Floats
    cut_dual: Floats


class Master:
    """Two programs that get the same cuts: one for the bound, one for the next point.

    The next point is the one nearest to the best so far at which the cuts promise at most a given cost (a level
    bundle method): far fewer rounds than going where the bound is found, which jumps from corner to corner.
    """

    def __init__(self, program: LinearProgram, parts: Split, least: Floats, options: dict[str, Option]) -> None:
        """Take the rows, and what each block costs at least.

        Columns of the first are the shared ones and the cost of each block; the second has the distances as well.
        """
        shared, blocks = len(parts.shared), len(parts.blocks)
        self.count, self.rows = shared, len(parts.rows)
        lower = np.append(program.column_lower[parts.shared], least)
        upper = np.append(program.column_upper[parts.shared], np.full(blocks, np.inf))
        cost = np.append(program.cost[parts.shared], np.ones(blocks))
        matrix = hstack([parts.matrix, csr_array((self.rows, blocks))])
        row_lower, row_upper = program.row_lower[parts.rows], program.row_upper[parts.rows]
        self.bounding = _in_solver(matrix, cost, (lower, upper), (row_lower, row_upper), options)
        known = np.where(np.isfinite(upper[:shared]) & (upper[:shared] < 1e3), upper[:shared], 1.0)
        weight, nothing = 1 / np.maximum(known, 0.1), np.zeros(shared)
        # What no block asks for follows from the others: how far it moves says nothing.
        weight[parts.meetings == 0] *= FOLLOWING
        each, none = eye_array(shared), csr_array((shared, blocks))
        matrix = vstack(
            [
                hstack([matrix, csr_array((self.rows, shared))]),
                hstack([each, none, -each]),
                hstack([each, none, each]),
                csr_array(np.append(cost, nothing)[None]),
            ]
        )
        unbounded = np.full(shared, np.inf)
        self.moving = _in_solver(
            matrix,
            np.concatenate([nothing, np.zeros(blocks), weight]),
            (np.append(lower, nothing), np.append(upper, unbounded)),
            (np.concatenate([row_lower, -unbounded, nothing, [-np.inf]]),
             np.concatenate([row_upper, nothing, unbounded, [0.0]])),
            options,
        )  # fmt: skip

    def add_cut(self, block: int, places: IntArray, slope: Floats, constant: float) -> None:
        """A block costs at least constant + slope @ shared columns at these places."""
        index = np.append(places, self.count + block).astype(np.int32)
        value = np.append(-slope, 1.0)
        for loaded in (self.bounding, self.moving):
            loaded.add_row(constant, index, value)

    def bound(self) -> Bound:
        """The least cost that the cuts allow.

        Raises:
            MasterInfeasibleError: nothing satisfies the rows.
        """
        found = self.bounding
        if not found.run():
            found.forget()
            if not found.run():
                raise MasterInfeasibleError(found.status)
        dual = found.row_dual
        return Bound(found.objective, found.column_value[: self.count], dual[: self.rows], dual[self.rows :])

    def nearest(self, best: Floats, level: float) -> Floats | None:
        """The point nearest to the best at which the cuts promise at most the level; None where there is none."""
        infinite = np.full(self.count, np.inf)
        moved = np.arange(self.rows, self.rows + 2 * self.count + 1)
        self.moving.set_row_bounds(
            moved, np.concatenate([-infinite, best, [-np.inf]]), np.concatenate([best, infinite, [level]])
        )
        return self.moving.column_value[: self.count] if self.moving.run() else None


def _in_solver(
    matrix: csr_array,
    cost: Floats,
    columns: tuple[Floats, Floats],
    rows: tuple[Floats, Floats],
    options: dict[str, Option],
) -> Loaded:
    matrix = csr_array(matrix)
    matrix.sort_indices()
    start, index = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    return Loaded(LinearProgram(cost, 0.0, *columns, *rows, start, index, matrix.data, {}, {}), options)
