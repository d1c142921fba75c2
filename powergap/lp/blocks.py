"""Falls a program apart once some columns are held: rows and columns that no longer meet are solved one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from powergap.lp.axes import FloatArray, IntArray
from powergap.lp.program import LinearProgram

WORTH_A_SOLVE = 20_000
"""Columns below which parts are put together: handing a program to the solver costs more than solving it."""


@dataclass(frozen=True)
class Part:
    """A program of its own within a larger one.

    Attributes:
        columns: its columns in the larger program, ascending.
        program: the part, with what the held columns do moved to the right-hand side.
    """

    columns: IntArray
    program: LinearProgram


def parts(
    program: LinearProgram, held: npt.NDArray[np.bool_], values: FloatArray, smallest: int = WORTH_A_SOLVE
) -> Iterator[Part]:
    """Split a program at its held columns into parts that share no row.

    Rows that bind nothing, and rows that meet held columns alone, belong to no part; whether the held values
    satisfy the latter is not asked.

    Args:
        program: what to split.
        held: which columns are held, [columns].
        values: what they are held at; not read for the others, [columns].
        smallest: columns up to which parts are put together.
    """
    moved = program.activity(np.where(held, values, 0.0))
    lower, upper = program.row_lower - moved, program.row_upper - moved
    free = np.flatnonzero(~held).astype(np.int32)
    matrix = csr_array((program.value, program.index, program.start), shape=program.shape)[:, free]
    rows = np.flatnonzero((np.diff(matrix.indptr) > 0) & (np.isfinite(lower) | np.isfinite(upper)))
    matrix = matrix[rows]
    part_of_row, part_of_column = components(matrix, smallest)
    for number in np.unique(part_of_column):
        own_rows, own = rows[part_of_row == number], free[part_of_column == number]
        block = matrix[part_of_row == number][:, part_of_column == number]
        yield Part(
            own,
            LinearProgram(
                cost=program.cost[own],
                offset=0.0,
                column_lower=program.column_lower[own],
                column_upper=program.column_upper[own],
                row_lower=lower[own_rows],
                row_upper=upper[own_rows],
                start=block.indptr.astype(np.int32),
                index=block.indices.astype(np.int32),
                value=block.data,
                columns={},
                rows={},
            ),
        )


def components(matrix: csr_array, smallest: int) -> tuple[IntArray, IntArray]:
    """Number of the part that each row and each column belongs to."""
    count, columns = matrix.shape
    # Rows and columns are the nodes of a graph, entries its edges.
    start = np.append(matrix.indptr, np.full(columns, matrix.nnz))
    edges = csr_array((np.ones(matrix.nnz, np.int8), matrix.indices + count, start), shape=(count + columns,) * 2)
    component = connected_components(edges, directed=False)[1]
    sizes = np.bincount(component[count:], minlength=component.max(initial=-1) + 1)
    part = ((np.cumsum(sizes) - sizes) // smallest).astype(np.int32)[component]
    return part[:count], part[count:]
