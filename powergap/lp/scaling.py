"""Programs whose numbers a solver would drop, or take for others, brought to numbers of about 1.

A solver works to fixed limits: HiGHS drops matrix entries of 1e-9 and less, refuses those of 1e15 and more, takes a
bound of 1e20 for none, and believes a row or a price to 1e-7. None of it means anything to a row all of whose entries
are 1e-10. Such a program is solved with its rows, columns and costs multiplied by powers of two, which loses no digit,
and its answer is judged in those numbers. An ordinary program is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.linalg import lsqr

from powergap.arrays import Floats
from powergap.lp.reach import costs_nothing, is_nothing, largest

if TYPE_CHECKING:
    from powergap.lp.program import LinearProgram

SMALLEST, LARGEST = 1e-9, 1e6
"""Magnitudes of ordinary entries; HiGHS drops those up to the first."""

LEAST, MOST = 1e-4, 1e6
"""Magnitudes of the largest entry of an ordinary row or column."""

CHEAPEST, DEAREST = 1e-5, 1e9
"""Magnitudes of ordinary costs. The largest, per largest entry of its column, is no less than the first either."""

INFINITE = 1e20
"""Magnitude from which HiGHS takes a bound for none."""

FINEST, COARSEST = 1e-12, 1e14
"""Magnitudes of entries that HiGHS can be made to keep."""

MOST_POWER = 400
"""Of two, of a factor: the product of three stays a number."""

MOST_NAMED = 5
"""Numbers that a refusal names; the rest are counted."""


@dataclass(frozen=True)
class Scaling:
    """Powers of two between a program and the one that is solved in its place.

    Attributes:
        row: by which each row is multiplied, [rows].
        column: what each column is counted in, [columns].
        cost: by which the objective is multiplied.
    """

    row: Floats
    column: Floats
    cost: float

    def scaled(self, program: LinearProgram) -> LinearProgram:
        """The program to solve: its columns are x / column, its duals y * cost / row."""
        return replace(
            program,
            cost=program.cost * self.column * self.cost,
            offset=program.offset * self.cost,
            column_lower=program.column_lower / self.column,
            column_upper=program.column_upper / self.column,
            row_lower=program.row_lower * self.row,
            row_upper=program.row_upper * self.row,
            value=program.value * np.repeat(self.row, np.diff(program.start)) * self.column[program.index],
            is_scaled=True,
        )


def scaling_of(program: LinearProgram) -> Scaling | None:
    """The scaling that a program needs; None for an ordinary one, whatever in its matrix is nothing."""
    if _is_ordinary(program, program.value, program.cost):
        return None
    value = np.where(is_nothing(program), 0.0, program.value)
    cost = np.where(costs_nothing(program), 0.0, program.cost)
    return None if _is_ordinary(program, value, cost) else _fitted(program, value, cost)


def refuse_lost(program: LinearProgram, scaled: LinearProgram) -> None:
    """Refuse a program with entries that the solver would lose even of the scaled one.

    Raises:
        ValueError: names them, with row, column and value.
    """
    size = np.abs(scaled.value)
    lost = np.flatnonzero(((size > 0) & (size <= FINEST) & ~is_nothing(scaled)) | (size >= COARSEST))
    if not len(lost):
        return
    rows, columns = program.names(program.rows), program.names(program.columns)
    row_of = np.repeat(np.arange(program.shape[0]), np.diff(program.start))
    named = [
        f"{program.value[one]:g} of column {_name(columns, program.index[one])} in row {_name(rows, row_of[one])}"
        for one in lost[:MOST_NAMED]
    ]
    more = f" and {len(lost) - MOST_NAMED} more" if len(lost) > MOST_NAMED else ""
    raise ValueError(
        "coefficients too far from the others of their row and column for the solver to see both: "
        f"{', '.join(named)}{more}; leave them out, limit the column, or count row or column in another unit"
    )


def unseen_bounds(program: LinearProgram) -> str:
    """A sentence that names bounds which HiGHS takes for none; empty where there are none."""
    told = [
        f"{bound:g} of {kind} {_name(program.names(blocks), int(number))}"
        for kind, blocks, bounds in (
            ("column", program.columns, (program.column_lower, program.column_upper)),
            ("row", program.rows, (program.row_lower, program.row_upper)),
        )
        for each in bounds
        for number, bound in zip(*_beyond(each), strict=True)
    ]
    return f"; the solver takes for none: bound {', '.join(told[:MOST_NAMED])}" if told else ""


def _beyond(bound: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    places = np.flatnonzero(np.isfinite(bound) & (np.abs(bound) >= INFINITE))
    return places, bound[places]


def _name(names: list[str], number: int) -> str:
    return f"'{names[number]}'" if names else f"{number}"


def _is_ordinary(program: LinearProgram, value: Floats, cost: Floats) -> bool:
    size, cost = np.abs(value), np.abs(cost)
    for some, least, most in ((size, SMALLEST, LARGEST), (cost, CHEAPEST, DEAREST)):
        if np.any((some > 0) & ((some <= least) | (some > most))):
            return False
    if program.most_asked > MOST:
        return False
    by_row, by_column = largest(program, size)
    if any(np.any((one > 0) & ((one < LEAST) | (one > MOST))) for one in (by_row, by_column)):
        return False
    dearest = np.max(cost / np.where(by_column > 0, by_column, 1.0), initial=0.0)
    return bool(dearest == 0 or dearest >= CHEAPEST)


def _fitted(program: LinearProgram, value: Floats, cost: Floats) -> Scaling:
    """The scaling that brings entries, costs and what is asked for closest to 1 (Curtis and Reid 1972).

    The costs are one more row, and the bounds that keep zero out one more column, each with a power of its own.
    """
    rows, columns = program.shape
    of_row, of_column = np.arange(rows), rows + np.arange(columns)
    of_costs, of_bounds = rows + columns, rows + columns + 1
    # Sizes, and the two powers that each is multiplied by; the second with a sign.
    groups = [
        (value, np.repeat(of_row, np.diff(program.start)), of_column[program.index], 1.0),
        (cost, np.full(columns, of_costs), of_column, 1.0),
        (_asked(program.row_lower, program.row_upper), of_row, np.full(rows, of_bounds), 1.0),
        (_asked(program.column_lower, program.column_upper), np.full(columns, of_bounds), of_column, -1.0),
    ]
    used = [
        (np.log2(np.abs(size[size != 0])), one[size != 0], two[size != 0], np.full(np.count_nonzero(size), sign))
        for size, one, two, sign in groups
    ]
    size, one, two, sign = (np.concatenate(parts) for parts in zip(*used, strict=True))
    if not len(size):
        return Scaling(np.ones(rows), np.ones(columns), 1.0)
    line = np.arange(len(size))
    table = csr_array(
        (np.append(np.ones(len(size)), sign), (np.append(line, line), np.append(one, two))),
        shape=(len(size), rows + columns + 2),
    )
    power = np.clip(np.round(lsqr(table, -size, atol=1e-4, btol=1e-4)[0]), -MOST_POWER, MOST_POWER)
    shared = power[of_bounds]
    return Scaling(
        2.0 ** (power[of_row] + shared), 2.0 ** (power[of_column] - shared), float(2.0 ** (power[of_costs] + shared))
    )


def _asked(lower: Floats, upper: Floats) -> Floats:
    """What keeps zero out, 0 where nothing does."""
    asked = np.maximum(np.maximum(lower, -upper), 0.0)
    return np.where(np.isfinite(asked), asked, 0.0)
