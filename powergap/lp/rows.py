"""Rows of a sparse matrix from templates: regular blocks are written straight into the final arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyomo.common.numeric_types import native_numeric_types
from pyomo.core.expr.relational_expr import EqualityExpression, InequalityExpression, RangedExpression

from powergap.arrays import Floats
from powergap.lp.axes import IndexAxis, IntArray
from powergap.lp.context import Context, NotVectorisable
from powergap.lp.evaluate import number
from powergap.lp.grid import GridValue, IndexGrid, component_grid
from powergap.lp.linear import Linear, collect

LARGEST_DENSE = 1 << 20
"""Entries of an irregular block laid out densely at once; longer blocks are split along their first axis."""
MOST_SINGLES = 64
"""A block whose sums differ in length along its first axis is split per member up to this many members."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows whose entries are known: counts [rows], index and value [entries], bounds [rows] or a number."""

    counts: npt.NDArray[np.int64]
    index: IntArray
    value: Floats
    lower: GridValue
    upper: GridValue

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.counts)

    @property
    def entries(self) -> int:
        """Number of matrix entries."""
        return len(self.index)

    def write(self, counts: IntArray, index: IntArray, value: Floats) -> None:
        """Copy into slices of the final arrays."""
        counts[:], index[:], value[:] = self.counts, self.index, self.value

    def write_bounds(self, lower: Floats, upper: Floats) -> None:
        """Copy the row bounds into slices of the final arrays."""
        lower[:], upper[:] = self.lower, self.upper


@dataclass(frozen=True, slots=True)
class Regular:
    """Rows over a grid with the same number of entries each, evaluated only when written."""

    shape: tuple[int, ...]
    linear: Linear
    lower: GridValue
    upper: GridValue

    @property
    def rows(self) -> int:
        """Number of rows."""
        return math.prod(self.shape)

    @property
    def entries(self) -> int:
        """Number of matrix entries."""
        return self.rows * self.linear.width

    def write(self, counts: IntArray, index: IntArray, value: Floats) -> None:
        """Evaluate the terms into slices of the final arrays."""
        width, start = self.linear.width, 0
        counts[:] = width
        for term in self.linear.terms:
            stop, sums = start + term.width, len(term.extent)
            for array, content in ((index, term.columns()), (value, term.coefficient)):
                place = array.reshape((*self.shape, width))[..., start:stop].reshape(self.shape + term.extent)
                np.moveaxis(place, range(-sums, 0), range(sums))[...] = content
            start = stop

    def write_bounds(self, lower: Floats, upper: Floats) -> None:
        """Broadcast the row bounds into slices of the final arrays."""
        lower.reshape(self.shape)[...] = self.lower
        upper.reshape(self.shape)[...] = self.upper

    def pack(self) -> Packed:
        """Lay the block out, merge columns that come twice in a row and drop zeros."""
        rows, width = self.rows, self.linear.width
        index, value = np.empty(rows * width, np.int32), np.empty(rows * width)
        self.write(np.empty(rows, np.int32), index, value)
        row = np.repeat(np.arange(rows, dtype=np.int32), width)
        if self.linear.may_repeat and rows:
            index, value, row = _merged(index, value, row, width)
        kept = value != 0
        lower, upper = np.empty(rows), np.empty(rows)
        self.write_bounds(lower, upper)
        return Packed(np.bincount(row[kept], minlength=rows), index[kept], value[kept], lower, upper)


Piece = Packed | Regular


def _merged(index: IntArray, value: Floats, row: IntArray, width: int) -> tuple[IntArray, Floats, IntArray]:
    """Sort every row of `width` entries by column and add up entries of the same column."""
    order = np.argsort(index.reshape(-1, width), axis=1, kind="stable")
    index = np.take_along_axis(index.reshape(-1, width), order, axis=1).ravel()
    value = np.take_along_axis(value.reshape(-1, width), order, axis=1).ravel()
    first = np.ones(len(index), bool)
    first[1:] = (index[1:] != index[:-1]) | (row[1:] != row[:-1])
    starts = np.flatnonzero(first)
    return index[starts], np.add.reduceat(value, starts), row[starts]


def relation(template: Any) -> tuple[Any, list[tuple[float, Any]], Any]:
    """What a constraint rule returned as `(lower, signed parts of the body, upper)`; None for no bound.

    A side without variables becomes the bound, as in Pyomo; with variables on both sides the bound is 0.

    Raises:
        NotVectorisable: not a relation, a strict one, or one without variables.
    """
    if isinstance(template, tuple) and len(template) == 3:
        low, body, high = template
    elif isinstance(template, tuple) and len(template) == 2:
        return _two_sided(*template, equal=True)
    elif isinstance(template, RangedExpression) and not any(template.strict):
        low, body, high = template.args
    elif isinstance(template, EqualityExpression):
        return _two_sided(*template.args, equal=True)
    elif isinstance(template, InequalityExpression) and not template.strict:
        return _two_sided(*template.args, equal=False)
    else:
        raise NotVectorisable("not a relation")
    if _constant(body) or not _constant(low) or not _constant(high):
        raise NotVectorisable("a range needs constant ends and variables between them")
    return low, [(1.0, body)], high


def _two_sided(left: Any, right: Any, *, equal: bool) -> tuple[Any, list[tuple[float, Any]], Any]:
    if _constant(left) and _constant(right):
        raise NotVectorisable("a relation without variables")
    if _constant(right):
        return (right if equal else None), [(1.0, left)], right
    if _constant(left):
        return left, [(1.0, right)], (left if equal else None)
    return (0.0 if equal else None), [(1.0, left), (-1.0, right)], 0.0


def _constant(node: Any) -> bool:
    return node is None or node.__class__ in native_numeric_types or not node.is_potentially_variable()


def _bound(node: Any, body: Linear, grid: IndexGrid, context: Context, infinite: float) -> GridValue:
    return infinite if node is None else number(node, grid, context) - body.constant


def constraint_pieces(component: Any, context: Context) -> list[Piece]:
    """The rows of a lazy Constraint.

    Raises:
        NotVectorisable: its rule must be called row by row.
        IndexNotInSet: an index leaves its set.
    """
    template, placeholders = context.template(component)
    low, body, high = relation(template)
    axes = context.axes_of(component)

    def block(grid: IndexGrid) -> Regular:
        linear = Linear(grid.rank)
        for sign, part in body:
            collect(part, grid, sign, linear, context)
        lower = _bound(low, linear, grid, context, -np.inf)
        upper = lower if high is low else _bound(high, linear, grid, context, np.inf)
        return Regular(grid.shape, linear, lower, upper)

    return list(_pieces(block, axes, placeholders, 0, len(axes[0]) if axes else 1))


def expression_pieces(component: Any, context: Context) -> list[Piece]:
    """The rows of a lazy Expression; its constants are the rows' lower bounds.

    Raises:
        NotVectorisable: its rule must be called row by row.
        IndexNotInSet: an index leaves its set.
    """
    template, placeholders = context.template(component)
    axes = context.axes_of(component)

    def block(grid: IndexGrid) -> Regular:
        linear = Linear(grid.rank)
        collect(template, grid, 1.0, linear, context)
        return Regular(grid.shape, linear, linear.constant, 0.0)

    return list(_pieces(block, axes, placeholders, 0, len(axes[0]) if axes else 1))


def _pieces(block: Any, axes: Sequence[IndexAxis], placeholders: Sequence[Any], low: int, high: int) -> Iterator[Piece]:
    """One piece where the rows are regular; otherwise packed, in parts along the first axis to save room."""
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        whole: Regular = block(component_grid(axes, placeholders, low, high))
    length = high - low
    large = whole.linear.irregular and whole.entries > LARGEST_DENSE
    singles = whole.linear.ragged and length <= MOST_SINGLES
    if length < 2 or not (large or singles):
        yield whole.pack() if whole.linear.irregular else whole
        return
    step = 1 if singles else (length + 1) // 2
    for start in range(low, high, step):
        yield from _pieces(block, axes, placeholders, start, min(start + step, high))
