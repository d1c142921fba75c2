"""The grids of indices that templates are evaluated over.

A grid has one dimension per axis of the component (last) and one per enclosing sum (first, newest outermost),
so that numpy's broadcasting lines up values computed outside a sum with those inside it. Dimensions are
counted from the right and keep their number when a sum adds one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from powergap.lp.axes import AxisLabels, IndexAxis
from powergap.lp.context import NotVectorisable

GridValue = Any  # a number, or an array that broadcasts over the grid
NO_DIMENSIONS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class GridPosition:
    """Positions on an axis over a grid, and the dimensions along which no position comes twice."""

    values: npt.NDArray[np.int32]
    distinct: frozenset[int] = NO_DIMENSIONS


@dataclass(frozen=True, slots=True)
class Index:
    """What a placeholder stands for: codes into a column of labels, at one place of a member of `axis`."""

    column: AxisLabels
    codes: npt.NDArray[np.int32]
    axis: IndexAxis
    place: int
    position: GridPosition


@dataclass(frozen=True, slots=True)
class IndexGrid:
    """The indices a template is evaluated over.

    Attributes:
        rank: number of dimensions that belong to the component's own axes.
        shape: length of every dimension.
        bindings: what each placeholder (by id) stands for.
        mask: False where a sum over Sets of unequal length has been filled up; None where nothing was.
    """

    rank: int
    shape: tuple[int, ...]
    bindings: dict[int, Index]
    mask: npt.NDArray[np.bool_] | None = None

    def bind(self, placeholders: Sequence[Any], axis: IndexAxis, position: GridPosition) -> IndexGrid:
        """The same grid with placeholders bound to positions on an axis, one per label of a member."""
        if not axis.dimension or len(placeholders) != axis.dimension:
            raise NotVectorisable("members of mixed length")
        new = {
            id(placeholder): Index(
                axis.columns[place],
                position.values if axis.dimension == 1 else axis.codes[place][position.values],
                axis,
                place,
                position,
            )
            for place, placeholder in enumerate(placeholders)
        }
        return replace(self, bindings={**self.bindings, **new})


def component_grid(
    axes: Sequence[IndexAxis], placeholders: Sequence[Any], low: int = 0, high: int | None = None
) -> IndexGrid:
    """The grid of a component's own indices, of its first axis only positions low to high."""
    rank = len(axes)
    ranges = [np.arange(len(axis), dtype=np.int32) for axis in axes]
    if rank:
        ranges[0] = ranges[0][low:high]
    grid = IndexGrid(rank, tuple(len(values) for values in ranges), {})
    used = 0
    for number, (axis, values) in enumerate(zip(axes, ranges, strict=True)):
        shaped = values.reshape(values.shape + (1,) * (rank - number - 1))
        position = GridPosition(shaped, frozenset((number - rank,)))
        grid = grid.bind(placeholders[used : used + axis.dimension], axis, position)
        used += axis.dimension
    return grid


def total(value: GridValue, grid: IndexGrid, added: int) -> GridValue:
    """Sum a value over the grid's first `added` dimensions, leaving out what the mask hides."""
    array = np.asarray(value) if grid.mask is None else np.where(grid.mask, value, 0)
    array = array.reshape((1,) * (len(grid.shape) - array.ndim) + array.shape)
    repeats = math.prod(grid.shape[k] for k in range(added) if array.shape[k] == 1)
    return array.sum(axis=tuple(range(added))) * repeats
