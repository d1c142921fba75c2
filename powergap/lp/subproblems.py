"""Takes a program apart at columns that are held or shared: rows and columns that meet nowhere else are blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from powergap.arrays import Floats
from powergap.lp.axes import IntArray
from powergap.lp.program import LinearProgram

WORTH_A_SOLVE = 20_000
"""Columns below which parts are put together: handing a program to the solver costs more than solving it."""


@dataclass(frozen=True)
class Subproblem:
    """Rows that meet in columns of their own, and the shared columns that also stand in them.

    Attributes:
        rows: its rows in the whole program.
        own: its own columns in the whole program, ascending.
        shared: the shared columns in its rows, as numbers in the whole program, ascending.
        matrix: its rows over the shared columns and then its own, [rows, shared + own].
    """

    rows: IntArray
    own: IntArray
    shared: IntArray
    matrix: csr_array


@dataclass(frozen=True)
class Split:
    """A program as shared columns, the rows among them, and blocks that meet nowhere else.

    Attributes:
        shared: the shared columns in the whole program, ascending.
        rows: rows that hold shared columns alone.
        matrix: those rows over the shared columns.
        blocks: the blocks, in the order of their columns.
    """

    shared: IntArray
    rows: IntArray
    matrix: csr_array
    blocks: tuple[Subproblem, ...]

    @property
    def meetings(self) -> IntArray:
        """In how many blocks each shared column stands, [shared columns]."""
        meetings = np.zeros(len(self.shared), np.int32)
        for block in self.blocks:
            meetings[np.searchsorted(self.shared, block.shared)] += 1
        return meetings


@dataclass(frozen=True)
class IndependentPart:
    """A program of its own within a larger one.

    Attributes:
        columns: its columns in the larger program, ascending.
        program: the part, with what the held columns do moved to the right-hand side.
    """

    columns: IntArray
    program: LinearProgram


def take_apart(program: LinearProgram, shared: npt.NDArray[np.bool_], smallest: int) -> Split:
    """Find the blocks into which a program falls once the shared columns are given.

    Rows that bind nothing belong nowhere.

    Args:
        program: what to take apart.
        shared: which columns the blocks share, [columns].
        smallest: columns up to which blocks are put together.
    """
    matrix = csr_array((program.value, program.index, program.start), shape=program.shape)
    binds = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    free = np.flatnonzero(~shared).astype(np.int32)
    own_part = matrix[:, free]
    has_own = np.diff(own_part.indptr) > 0
    block_rows, shared_rows = (np.flatnonzero(binds & which).astype(np.int32) for which in (has_own, ~has_own))
    block_of_row, block_of_column = _components(own_part[block_rows], smallest)
    blocks = []
    for number in np.unique(block_of_column):
        rows, own = block_rows[block_of_row == number], free[block_of_column == number]
        part = matrix[rows]
        met = np.unique(part.indices)
        met = met[shared[met]]
        blocks.append(Subproblem(rows, own, met, csr_array(part[:, np.concatenate([met, own])])))
    kept = np.flatnonzero(shared).astype(np.int32)
    return Split(kept, shared_rows, csr_array(matrix[shared_rows][:, kept]), tuple(blocks))


def parts(
    program: LinearProgram, held: npt.NDArray[np.bool_], values: Floats, smallest: int = WORTH_A_SOLVE
) -> Iterator[IndependentPart]:
    """Split a program at its held columns into parts that share no row.

    Rows that bind nothing, and rows that meet held columns alone, belong to no part; whether the held values
    satisfy the latter is not asked.

    Args:
        program: what to split.
        held: which columns are held, [columns].
        values: what they are held at; not read for the others, [columns].
        smallest: columns up to which parts are put together.
    """
    for block in take_apart(program, held, smallest).blocks:
        count = len(block.shared)
        moved = block.matrix[:, :count] @ values[block.shared]
        own = csr_array(block.matrix[:, count:])
        yield IndependentPart(
            block.own,
            LinearProgram(
                cost=program.cost[block.own],
                offset=0.0,
                column_lower=program.column_lower[block.own],
                column_upper=program.column_upper[block.own],
                row_lower=program.row_lower[block.rows] - moved,
                row_upper=program.row_upper[block.rows] - moved,
                start=own.indptr.astype(np.int32),
                index=own.indices.astype(np.int32),
                value=own.data,
                columns={},
                rows={},
            ),
        )


def _components(matrix: csr_array, smallest: int) -> tuple[IntArray, IntArray]:
    """Number of the block that each row and each column belongs to."""
    count, columns = matrix.shape
    # Rows and columns are the nodes of a graph, entries its edges.
    start = np.append(matrix.indptr, np.full(columns, matrix.nnz))
    edges = csr_array((np.ones(matrix.nnz, np.int8), matrix.indices + count, start), shape=(count + columns,) * 2)
    component = connected_components(edges, directed=False)[1]
    sizes = np.bincount(component[count:], minlength=component.max(initial=-1) + 1)
    block = ((np.cumsum(sizes) - sizes) // smallest).astype(np.int32)[component]
    return block[:count], block[count:]
