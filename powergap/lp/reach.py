"""How far columns can go, and which entries of a matrix are therefore nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats

if TYPE_CHECKING:
    from powergap.lp.program import LinearProgram

NOTHING = 1e-8
"""What an entry can do to its row at most for it to be nothing: a tenth of the solver's tolerance."""

ROUNDS = 5
"""Times that rows tighten the bounds of their columns."""


def is_nothing(program: LinearProgram) -> npt.NDArray[np.bool_]:
    """Entries that move their row by less than a tolerance, wherever in its reach their column is, [entries].

    Such as what rounding leaves of 0, or a solar panel's output at dawn. An entry that is all there is to its row or
    column is something, however small.
    """
    size = np.abs(program.value)
    by_row, by_column = largest(program, size)
    most = np.minimum(np.repeat(by_row, np.diff(program.start)), by_column[program.index])
    effect = size * np.maximum(reach(program), program.unit)[program.index]
    return effect <= NOTHING * program.unit * np.minimum(most, 1.0)


def costs_nothing(program: LinearProgram) -> npt.NDArray[np.bool_]:
    """Columns whose cost is nothing to the objective, wherever in their reach they are, [columns]."""
    cost = np.abs(program.cost)
    most = NOTHING * program.unit * min(cost.max(initial=0.0), 1.0)
    return cost <= most / np.maximum(reach(program), program.unit)


def largest(program: LinearProgram, size: Floats) -> tuple[Floats, Floats]:
    """Largest of the sizes of entries in each row and in each column, 0 where there is none."""
    by_row, by_column = np.zeros(program.shape[0]), np.zeros(program.shape[1])
    filled = np.flatnonzero(np.diff(program.start))
    if len(filled):
        by_row[filled] = np.maximum.reduceat(size, program.start[filled])
        np.maximum.at(by_column, program.index, size)
    return by_row, by_column


def reach(program: LinearProgram) -> Floats:
    """How far each column can go from 0 by its own bounds and by what its rows leave to it, [columns]."""
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    used = np.flatnonzero(program.value)
    value, column = program.value[used], program.index[used]
    row = np.repeat(np.arange(program.shape[0]), np.diff(program.start))[used]
    rises = value > 0
    for _ in range(ROUNDS):
        least = value * np.where(rises, lower[column], upper[column])
        most = value * np.where(rises, upper[column], lower[column])
        up = (program.row_upper[row] - _others(least, row, -np.inf)) / value
        down = (program.row_lower[row] - _others(most, row, np.inf)) / value
        np.minimum.at(upper, column, np.where(rises, up, down))
        np.maximum.at(lower, column, np.where(rises, down, up))
    return np.maximum(np.abs(lower), np.abs(upper))


def _others(terms: Floats, row: npt.NDArray[np.intp], infinite: float) -> Floats:
    """The sum of the other terms of each term's row."""
    is_finite = np.isfinite(terms)
    finite = np.where(is_finite, terms, 0.0)
    sums, infinities = np.bincount(row, finite), np.bincount(row, ~is_finite)
    return np.where(infinities[row] > ~is_finite, infinite, sums[row] - finite)
