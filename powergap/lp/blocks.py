"""Falls a program apart once some columns are held: rows and columns that no longer meet are solved one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from powergap.lp.axes import FloatArray, IntArray
from powergap.lp.program import LinearProgram, totals

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
    program: LinearProgram,
    held: npt.NDArray[np.bool_],
    values: FloatArray,
    smallest: int = WORTH_A_SOLVE,
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
    count, columns = program.shape
    row_of = np.repeat(np.arange(count), np.diff(program.start))
    binds = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    meets = ~held[program.index] & binds[row_of]
    row_of, index, value = row_of[meets], program.index[meets], program.value[meets]
    edges = coo_array((np.ones(len(index), np.int8), (row_of, count + index)), shape=(count + columns,) * 2)
    component: IntArray = connected_components(edges, directed=False)[1].astype(np.int32)
    free = np.flatnonzero(~held)
    sizes = totals(component[count + free], np.ones(len(free)), component.max(initial=0) + 1)
    part_of = ((np.cumsum(sizes) - sizes) // smallest).astype(int)
    part_of_row = np.where(totals(row_of, np.ones(len(row_of)), count) > 0, part_of[component[:count]], -1)
    part_of_column = part_of[component[count + free]]
    moved = program.activity(np.where(held, values, 0.0))
    for number in np.unique(part_of_column):
        rows, own = np.flatnonzero(part_of_row == number), free[part_of_column == number]
        entries = part_of_row[row_of] == number
        place = np.zeros(columns, np.int32)
        place[own] = np.arange(len(own))
        filled = totals(row_of[entries], np.ones(int(entries.sum())), count)[rows]
        yield Part(
            own,
            LinearProgram(
                cost=program.cost[own],
                offset=0.0,
                column_lower=program.column_lower[own],
                column_upper=program.column_upper[own],
                row_lower=program.row_lower[rows] - moved[rows],
                row_upper=program.row_upper[rows] - moved[rows],
                start=np.concatenate([[0], np.cumsum(filled)]).astype(np.int32),
                index=place[index[entries]],
                value=value[entries],
                columns={},
                rows={},
            ),
        )
