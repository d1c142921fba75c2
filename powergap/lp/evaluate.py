"""Evaluates the data in templates over a grid: numbers, positions of indices and the grids inside sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.common.numeric_types import native_types
from pyomo.core.expr.numeric_expr import AbsExpression, UnaryFunctionExpression
from pyomo.core.expr.template_expr import GetItemExpression, IndexTemplate, TemplateSumExpression

from powergap.lp.axes import IndexAxis
from powergap.lp.context import Context, IndexNotInSet, NotVectorisable
from powergap.lp.grid import GridPosition, GridValue, Index, IndexGrid, total
from powergap.lp.pyomo_internals import applied, set_of, summand


def number(node: Any, grid: IndexGrid, context: Context) -> GridValue:
    """The value of an expression without variables.

    Raises:
        NotVectorisable: something in it has no array form.
        IndexNotInSet: an index leaves its set.
    """
    if node.__class__ in native_types:
        return node
    if isinstance(node, IndexTemplate):
        index = grid.bindings[id(node)]
        return index.column.values[index.codes]
    if isinstance(node, GetItemExpression):
        return _looked_up(node.args[0], node.args[1:], grid, context)
    if isinstance(node, TemplateSumExpression):
        inner = sum_grid(node, grid, context)
        added = 0 if inner is None else len(inner.shape) - len(grid.shape)
        return 0 if inner is None else total(number(summand(node), inner, context), inner, added)
    return _applied(node, grid, context) if node.is_expression_type() else pyo.value(node)


def _applied(node: Any, grid: IndexGrid, context: Context) -> GridValue:
    """An operator or function of data."""
    arguments = [number(argument, grid, context) for argument in node.args]
    if isinstance(node, UnaryFunctionExpression) and not isinstance(node, AbsExpression):
        function = getattr(np, node.getname(), None)
        if function is None:
            raise NotVectorisable(f"function {node.getname()}")
        return function(*arguments)
    return applied(node, arguments)


def _looked_up(component: Any, arguments: Sequence[Any], grid: IndexGrid, context: Context) -> GridValue:
    if getattr(component, "ctype", None) is not pyo.Param:
        raise NotVectorisable(f"'{component}' is not data")
    found = positions(component, arguments, grid, context)
    return context.array_of(component)[tuple(position.values for position in found)]


def sum_grid(node: Any, grid: IndexGrid, context: Context) -> IndexGrid | None:
    """The grid inside a sum over Sets: one more dimension per Set. None where the sum is over nothing."""
    for group in node.template_iters():
        index_set = set_of(group[0])
        if isinstance(index_set, GetItemExpression):
            axis, values, mask = _ragged(index_set, grid, context)
        else:
            axis, mask = context.axes.axis(index_set), None
            values = np.arange(len(axis), dtype=np.int32).reshape((len(axis),) + (1,) * len(grid.shape))
        if not len(values):
            return None
        if mask is not None:
            mask = mask if grid.mask is None else mask & grid.mask
        position = GridPosition(values, frozenset((-len(grid.shape) - 1,)))
        shape = (len(values), *grid.shape)
        grid = replace(grid, shape=shape, mask=grid.mask if mask is None else mask).bind(group, axis, position)
    return grid


def _ragged(
    index_set: Any, grid: IndexGrid, context: Context
) -> tuple[IndexAxis, npt.NDArray[Any], npt.NDArray[Any] | None]:
    """Members of `sets[index]` over the grid, filled up to the longest with a member that the mask hides."""
    family, arguments = index_set.args[0], index_set.args[1:]
    if getattr(family, "ctype", None) is not pyo.Set:
        raise NotVectorisable(f"'{family}' is not an indexed Set")
    axis, table = context.family(family)
    found = [position.values for position in positions(family, arguments, grid, context)]
    row = np.ravel_multi_index(np.broadcast_arrays(*found), context.shape_of(family))
    chosen = table[row]
    longest = int((chosen >= 0).sum(axis=-1).max(initial=0))
    values = np.moveaxis(chosen[..., :longest], -1, 0)
    values = values.reshape((longest,) + (1,) * (len(grid.shape) + 1 - values.ndim) + values.shape[1:])
    mask = values >= 0
    return axis, np.maximum(values, 0), None if mask.all() else mask


def positions(component: Any, arguments: Sequence[Any], grid: IndexGrid, context: Context) -> list[GridPosition]:
    """Positions on each axis of a component for the index expressions in its brackets.

    Raises:
        NotVectorisable: the number of indices does not fit.
        IndexNotInSet: an index is not in the component's set; names both.
    """
    axes = context.axes_of(component)
    if sum(axis.dimension for axis in axes) != len(arguments):
        raise NotVectorisable(f"'{component.name}' takes another number of indices")
    found, used = [], 0
    for axis in axes:
        labels = [_label(argument, grid, context) for argument in arguments[used : used + axis.dimension]]
        used += axis.dimension
        position = _locate(axis, labels)
        values = position.values
        if values.size and values.min() < 0:
            _check(component, values, labels, grid)
            position = GridPosition(np.maximum(values, 0), position.distinct)
        found.append(position)
    return found


def _label(node: Any, grid: IndexGrid, context: Context) -> Index | npt.NDArray[Any]:
    """An index expression as codes of labels, or as an array of labels where it was computed."""
    if isinstance(node, IndexTemplate):
        return grid.bindings[id(node)]
    value = number(node, grid, context)
    return value if isinstance(value, np.ndarray) else np.array(value, object if isinstance(value, str) else None)


def _locate(axis: IndexAxis, labels: list[Index | npt.NDArray[Any]]) -> GridPosition:
    """Positions on the axis, -1 where it has no such member."""
    indices = [label for label in labels if isinstance(label, Index)]
    first = indices[0] if indices else None
    together = (
        first is not None
        and len(indices) == len(labels) == first.axis.dimension
        and all(index.position is first.position and index.place == place for place, index in enumerate(indices))
    )
    if first is not None and together and first.axis is axis:
        return first.position
    codes = [
        column.find(label)
        if not isinstance(label, Index)
        else label.codes
        if label.column is column
        else label.column.codes_in(column)[label.codes]
        for column, label in zip(axis.columns, labels, strict=True)
    ]
    if first is not None and together:
        distinct = first.position.distinct
    else:
        whole = [index.position.distinct for index in indices if index.axis.dimension == 1]
        distinct = frozenset().union(*whole)
    return GridPosition(axis.position(codes), distinct)


def _check(component: Any, values: npt.NDArray[Any], labels: list[Any], grid: IndexGrid) -> None:
    bad = values < 0 if grid.mask is None else (values < 0) & grid.mask
    if not bad.any():
        return
    texts = [label.column.values[label.codes] if isinstance(label, Index) else label for label in labels]
    at = tuple(np.argwhere(bad)[0])
    wrong = tuple(np.broadcast_to(text, bad.shape)[at] for text in texts)
    shown = ", ".join(repr(label.item() if isinstance(label, np.generic) else label) for label in wrong)
    raise IndexNotInSet(f"index {shown} is not in the set of '{component.name}'")
