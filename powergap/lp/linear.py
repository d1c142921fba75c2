"""Linear expressions over a grid: a rule's template as terms `coefficient * columns` plus constants."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.common.numeric_types import native_numeric_types
from pyomo.core.expr.numeric_expr import (
    DivisionExpression,
    NegationExpression,
    ProductExpression,
    SumExpression,
)
from pyomo.core.expr.template_expr import GetItemExpression, TemplateSumExpression

from powergap.lp.components import Expression, _ScalarExpression
from powergap.lp.context import Context, NotVectorisable, Variable
from powergap.lp.evaluate import number, positions, sum_grid
from powergap.lp.grid import GridPosition, GridValue, IndexGrid, total
from powergap.lp.pyomo_internals import summand


@dataclass(frozen=True, slots=True)
class Term:
    """One variable reference: per row, as many entries as the sums around it have members.

    Attributes:
        coefficient: a number or an array over the grid.
        variable: the Var it points into.
        positions: the position on each of its axes, over the grid.
        extent: lengths of the sums around it; they are the grid's first dimensions.
    """

    coefficient: GridValue
    variable: Variable
    positions: tuple[GridPosition, ...]
    extent: tuple[int, ...]

    @property
    def width(self) -> int:
        """Entries per row."""
        return math.prod(self.extent)

    @property
    def has_zeros(self) -> bool:
        """True when some coefficient is exactly 0."""
        return not np.all(self.coefficient)

    def columns(self) -> npt.NDArray[np.int32] | int:
        """Column indices, broadcastable over the grid."""
        columns: Any = self.variable.start
        for position, stride in zip(self.positions, self.variable.strides, strict=True):
            columns = columns + (position.values * np.int32(stride) if stride != 1 else position.values)
        return columns

    def may_repeat(self, rank: int) -> bool:
        """True unless the positions alone prove that no column comes twice in a row."""
        distinct = frozenset[int]().union(*(position.distinct for position in self.positions))
        sums = range(-rank - len(self.extent), -rank)
        return any(
            dimension not in distinct and length > 1 for dimension, length in zip(sums, self.extent, strict=True)
        )

    def may_meet(self, other: Term, rank: int) -> bool:
        """True unless some axis proves that the two terms never point at the same column in the same row."""
        if self.variable is not other.variable:
            return False
        pairs = zip(self.positions, other.positions, strict=True)
        return not any(_differ(mine.values, theirs.values, rank) for mine, theirs in pairs)


def _differ(mine: npt.NDArray[Any], theirs: npt.NDArray[Any], rank: int) -> bool:
    if mine.ndim <= rank and theirs.ndim <= rank:
        return bool(np.all(mine != theirs))
    if not mine.size or not theirs.size:
        return True
    return bool(mine.max() < theirs.min() or theirs.max() < mine.min() or not np.isin(mine, theirs).any())


@dataclass(slots=True)
class Linear:
    """Terms and the constant part of a linear expression over a grid of `rank` dimensions."""

    rank: int
    terms: list[Term] = field(default_factory=list)
    constant: GridValue = 0.0
    ragged: bool = False

    def add_constant(self, value: GridValue, grid: IndexGrid) -> None:
        """Add data, summed over the sums around it."""
        added = len(grid.shape) - grid.rank
        self.constant = self.constant + (total(value, grid, added) if added else value)

    def add_term(self, factor: GridValue, variable: Variable, found: list[GridPosition], grid: IndexGrid) -> None:
        """Add a variable reference; entries hidden by the mask get coefficient 0."""
        if grid.mask is not None:
            factor = np.where(grid.mask, factor, 0.0)
            split = grid.rank > 0 and grid.mask.ndim >= grid.rank and grid.mask.shape[-grid.rank] > 1
            self.ragged = self.ragged or split
        if np.ndim(factor) or factor:
            extent = grid.shape[: len(grid.shape) - grid.rank]
            self.terms.append(Term(factor, variable, tuple(found), extent))

    @property
    def width(self) -> int:
        """Entries per row before zeros are dropped."""
        return sum(term.width for term in self.terms)

    @property
    def irregular(self) -> bool:
        """True when entries may have to be dropped (zeros) or merged (the same column twice in a row)."""
        return any(term.has_zeros for term in self.terms) or self.may_repeat

    @property
    def may_repeat(self) -> bool:
        """True when a row may hold the same column twice."""
        terms = self.terms
        return any(term.may_repeat(self.rank) for term in terms) or any(
            term.may_meet(other, self.rank) for k, term in enumerate(terms) for other in terms[:k]
        )


def collect(node: Any, grid: IndexGrid, factor: GridValue, out: Linear, context: Context) -> None:
    """Add `factor * node` to `out`.

    Raises:
        NotVectorisable: the expression is not linear, or something in it has no array form.
        IndexNotInSet: an index leaves its set.
    """
    if node.__class__ in native_numeric_types:
        out.add_constant(factor * node, grid)
    elif not node.is_potentially_variable():
        out.add_constant(factor * number(node, grid, context), grid)
    elif isinstance(node, GetItemExpression):
        _reference(node, grid, factor, out, context)
    elif isinstance(node, SumExpression):
        for argument in node.args:
            collect(argument, grid, factor, out, context)
    elif isinstance(node, NegationExpression):
        collect(node.args[0], grid, -factor, out, context)
    elif isinstance(node, ProductExpression):
        left, right = node.args
        data, rest = (left, right) if _is_data(left) else (right, left)
        if not _is_data(data):
            raise NotVectorisable("a product of two expressions with variables")
        collect(rest, grid, factor * number(data, grid, context), out, context)
    elif isinstance(node, DivisionExpression) and _is_data(node.args[1]):
        collect(node.args[0], grid, factor / number(node.args[1], grid, context), out, context)
    elif isinstance(node, TemplateSumExpression):
        inner = sum_grid(node, grid, context)
        if inner is not None:
            collect(summand(node), inner, factor, out, context)
    else:
        _leaf(node, grid, factor, out, context)


def _is_data(node: Any) -> bool:
    return node.__class__ in native_numeric_types or not node.is_potentially_variable()


def _reference(node: Any, grid: IndexGrid, factor: GridValue, out: Linear, context: Context) -> None:
    """`var[index]` becomes a term, `expression[index]` is replaced by the expression's own template."""
    component, arguments = node.args[0], node.args[1:]
    variable = context.variables.get(id(component))
    if variable is not None:
        out.add_term(factor, variable, positions(component, arguments, grid, context), grid)
        return
    if not isinstance(component, Expression):
        raise NotVectorisable(f"'{component}' inside a rule")
    template, placeholders = context.template(component)
    inner, used = grid, 0
    for axis, position in zip(context.axes_of(component), positions(component, arguments, grid, context), strict=True):
        inner = inner.bind(placeholders[used : used + axis.dimension], axis, position)
        used += axis.dimension
    collect(template, inner, factor, out, context)


def _leaf(node: Any, grid: IndexGrid, factor: GridValue, out: Linear, context: Context) -> None:
    """A variable or named expression that the rule reached with real labels, or without any."""
    if isinstance(node, _ScalarExpression):
        collect(context.template(node)[0], grid, factor, out, context)
    elif node.is_variable_type():
        owner = context.variables.get(id(node.parent_component()))
        if owner is None:
            raise NotVectorisable(f"'{node}' belongs to another model")
        found = [GridPosition(np.array(position, np.int32)) for position in owner.positions(node.index())]
        out.add_term(factor, owner, found, grid)
    elif node.is_expression_type() and node.is_named_expression_type() and node.ctype is not pyo.Objective:
        collect(node.args[0], grid, factor, out, context)
    else:
        raise NotVectorisable(f"{type(node).__name__} in a rule")
