"""Turns a Pyomo model into a LinearProgram: Vars to columns, Constraints to rows, the Objective to costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.dae import ContinuousSet

from powergap.arrays import Floats
from powergap.lp.axes import IntArray
from powergap.lp.columns import column_bounds
from powergap.lp.components import Constraint, Expression, Objective, _ScalarConstraint, _ScalarExpression
from powergap.lp.context import Context, IndexNotInSet, Variable
from powergap.lp.grid import component_grid
from powergap.lp.linear import Linear, collect
from powergap.lp.program import Block, ExpressionBlock, LinearProgram, totals
from powergap.lp.pyomo_internals import existing_data, holds_other_data, is_reference
from powergap.lp.row_by_row import constraint_rows, expression_rows, linear_parts
from powergap.lp.rows import Piece, constraint_pieces, expression_pieces

SparseRows = tuple[IntArray, IntArray, Floats]


def compile(model: Any) -> LinearProgram:
    """Compile a model.

    Args:
        model: a concrete Pyomo model with at most one active Objective; ordinary Pyomo components work too,
            slowly.

    Returns:
        The linear program; blocks are in the order of declaration. What is deactivated is left out, a reference too:
        what it refers to is there already.

    Raises:
        ValueError: something is not linear or not a number, the model has components that are more than a linear
            program, or is not constructed; names the component.
        KeyError: a rule asks for an index that is not there; names the component.
        Exception: whatever else a rule raises, with a note that names the component.
    """
    _refuse_unknown(model)
    return _Compilation(model).program()


KNOWN = (
    pyo.Var, pyo.Constraint, pyo.Objective, pyo.Expression, pyo.Param, pyo.Set, pyo.RangeSet, pyo.SetOf, ContinuousSet,
    pyo.Block, pyo.Suffix, pyo.BuildAction, pyo.BuildCheck, pyo.ExternalFunction,
)  # fmt: skip
"""Kinds of components that are compiled, or that say nothing about the solution."""


def _refuse_unknown(model: Any) -> None:
    """Refuse a model that would be another one without what the compiler does not read."""
    if not model.is_constructed():
        raise ValueError(f"model '{model.name}' is not constructed: compile what its create_instance() returns")
    unknown = [
        f"{type(component).__name__.removeprefix('Scalar').removeprefix('Indexed')} '{component.name}'"
        for component in model.component_objects(active=True)
        if (component.ctype not in KNOWN and any(one.active for one in _data_of(component)))
        or holds_other_data(component)
    ]
    if unknown:
        raise ValueError(f"a linear program has no {', '.join(unknown)}: transform the model, or deactivate them")


def _data_of(component: Any) -> Iterable[Any]:
    return component.values() if component.is_indexed() else [component]


class _Compilation(Mapping[str, ExpressionBlock]):
    """A compilation in progress and, after it, the model's expressions by name, each compiled when it is looked up."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.context = Context()
        self.row_by_row: list[str] = []
        self.columns: dict[str, Block] = {}
        self.size = 0
        self.compiled: dict[str, ExpressionBlock] = {}

    def program(self) -> LinearProgram:
        lower, upper = self._variables()
        row_lower, row_upper, matrix, rows = self._constraints()
        cost, offset = self._objective()
        return LinearProgram(
            cost, offset, lower, upper, row_lower, row_upper, *matrix, self.columns, rows,
            tuple(self.row_by_row), self,
        )  # fmt: skip

    def _variables(self) -> tuple[Floats, Floats]:
        variables = self._own(pyo.Var, active=None)
        for variable in variables:
            with _Naming(variable):
                axes = self.context.axes_of(variable)
            shape = tuple(map(len, axes))
            strides = tuple(math.prod(shape[k + 1 :]) for k in range(len(shape)))
            self.context.variables[id(variable)] = Variable(self.size, axes, strides)
            self.columns[variable.name] = self._block(variable, self.size)
            self.size += math.prod(shape)
        lower, upper = np.empty(self.size), np.empty(self.size)
        for variable in variables:
            block = self.columns[variable.name]
            with _Naming(variable):
                if not column_bounds(variable, block.of(lower), block.of(upper), self.context):
                    self.row_by_row.append(variable.name)
        return lower, upper

    def _own(self, kind: Any, active: bool | None = True) -> list[Any]:
        """Components of a kind without references: what these refer to is there already."""
        found = list(self.model.component_objects(kind, active=active))
        own = [one for one in found if not is_reference(one)]
        known = set(map(id, own))
        for reference in filter(is_reference, found):
            for data in _data_of(reference):
                if data.active and id(data.parent_component()) not in known:
                    raise ValueError(f"'{reference.name}' refers to '{data.name}', which is not part of the model")
        return own

    def _block(self, component: Any, start: int) -> Block:
        axes = self.context.axes_of(component)
        shape = tuple(map(len, axes))
        names = tuple(axis.name for axis in axes)
        return Block(component.name, start, shape, tuple(axis.labels for axis in axes), names)

    def _constraints(self) -> tuple[Floats, Floats, SparseRows, dict[str, Block]]:
        rows: dict[str, Block] = {}
        pieces: list[Piece] = []
        count = 0
        for constraint in self._own(pyo.Constraint):
            with _Naming(constraint):
                own, kept = self._constraint(constraint)
            size = sum(piece.rows for piece in own)
            block = self._block(constraint, count)
            if kept is not None and size != block.size:
                block = Block(block.name, count, (size,), (tuple(kept),), (constraint.index_set().name,))
            rows[constraint.name] = block
            pieces += own
            count += size
        lower, upper = np.empty(count), np.empty(count)
        for piece, place in zip(pieces, _slices(piece.rows for piece in pieces), strict=True):
            piece.write_bounds(lower[place], upper[place])
        matrix = assemble(pieces)
        _check_numbers(rows.values(), matrix, lower, upper)
        return lower, upper, matrix, rows

    def _constraint(self, constraint: Any) -> tuple[Sequence[Piece], list[Any] | None]:
        """Pieces of a constraint, and the indices it kept where it was walked row by row."""
        if isinstance(constraint, Constraint | _ScalarConstraint):
            if 0 in self.context.shape_of(constraint):
                return [], None
            try:
                if not existing_data(constraint):  # which may be deactivated, or say something else than the rule
                    return constraint_pieces(constraint, self.context), None
            except IndexNotInSet:
                raise
            except Exception:  # noqa: S110 - called again row by row, where a genuine error comes back
                pass
        self.row_by_row.append(constraint.name)
        packed, kept = constraint_rows(constraint, self.context)
        return [packed], kept

    def _objective(self) -> tuple[Floats, float]:
        components = self._own(pyo.Objective)
        objectives = [data for one in components for data in _data_of(one) if data.active]
        if not objectives:
            return np.zeros(self.size), 0.0
        if len(objectives) > 1:
            raise ValueError(f"more than one active objective: {', '.join(one.name for one in objectives)}")
        objective = objectives[0]
        with _Naming(objective):
            cost, offset = self._costs(objective)
            if not (np.isfinite(cost).all() and math.isfinite(offset)):
                raise ValueError("a cost is not a finite number")
        return cost, offset

    def _costs(self, objective: Any) -> tuple[Floats, float]:
        lazy = isinstance(objective, Objective) and not existing_data(objective)
        if lazy:
            try:
                return self._templated_costs(objective)
            except IndexNotInSet:
                raise
            except Exception:  # noqa: S110 - as for constraints
                pass
        elif objective.sense != pyo.minimize:
            raise ValueError("an objective is minimised: return the negative of what is to be maximised")
        self.row_by_row.append(objective.name)
        expression = objective.rule(objective.parent_block(), None) if lazy else objective.expr
        columns, values, constant = linear_parts(expression, self.context)
        return totals(np.array(columns, np.int32), np.array(values, float), self.size), constant

    def _templated_costs(self, objective: Any) -> tuple[Floats, float]:
        template, _ = self.context.template(objective)
        linear = Linear(0)
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            collect(template, component_grid((), ()), 1.0, linear, self.context)
        cost = np.zeros(self.size)
        for term in linear.terms:
            columns, extent = term.columns(), term.extent
            if term.may_repeat(0) or term.has_zeros:  # what a mask hides repeats some column with 0
                weights = np.broadcast_to(term.coefficient, extent).ravel()
                cost += totals(np.broadcast_to(columns, extent).ravel(), weights, self.size)
            else:
                cost[np.broadcast_to(columns, extent)] += term.coefficient
        return cost, float(linear.constant)

    def __iter__(self) -> Iterator[str]:
        """Names of the model's expressions."""
        return (one.name for one in self.model.component_objects(pyo.Expression))

    def __len__(self) -> int:
        """How many expressions the model has."""
        return sum(1 for _ in self)

    def __getitem__(self, name: str) -> ExpressionBlock:
        """Compile one Expression, once.

        Raises:
            KeyError: the model has no such Expression.
        """
        if name not in self.compiled:
            component = self.model.find_component(name)
            if component is None or component.ctype is not pyo.Expression:
                raise KeyError(f"the model has no expression '{name}'")
            with _Naming(component):
                pieces = self._expression_pieces(component)
            constant, unused = np.empty((2, sum(piece.rows for piece in pieces)))
            for piece, place in zip(pieces, _slices(piece.rows for piece in pieces), strict=True):
                piece.write_bounds(constant[place], unused[place])
            self.compiled[name] = ExpressionBlock(self._block(component, 0), *assemble(pieces), constant)
        return self.compiled[name]

    def _expression_pieces(self, component: Any) -> Sequence[Piece]:
        if 0 in self.context.shape_of(component):
            return []
        if isinstance(component, Expression | _ScalarExpression):
            try:
                return expression_pieces(component, self.context)
            except IndexNotInSet:
                raise
            except Exception:  # noqa: S110 - as for constraints
                pass
        return [expression_rows(component, self.context)]


def assemble(pieces: Sequence[Piece]) -> SparseRows:
    """Start [rows + 1], index and value [entries] of the pieces one below the other, each written in place.

    Raises:
        ValueError: more entries than 32-bit indices can count.
    """
    rows, entries = sum(piece.rows for piece in pieces), sum(piece.entries for piece in pieces)
    if entries >= 2**31:
        raise ValueError(f"{entries} matrix entries: the solver counts up to 2**31")
    counts, index, value = np.zeros(rows + 1, np.int32), np.empty(entries, np.int32), np.empty(entries)
    row_places = _slices(piece.rows for piece in pieces)
    entry_places = _slices(piece.entries for piece in pieces)
    for piece, place, entry in zip(pieces, row_places, entry_places, strict=True):
        piece.write(counts[1:][place], index[entry], value[entry])
    return np.cumsum(counts, out=counts), index, value


def _slices(sizes: Iterable[int]) -> list[slice]:
    stops = np.cumsum([0, *sizes]).tolist()
    return [slice(start, stop) for start, stop in pairwise(stops)]


def _check_numbers(blocks: Iterable[Block], matrix: SparseRows, lower: Floats, upper: Floats) -> None:
    start, _, value = matrix
    if np.isfinite(value).all() and not (np.isnan(lower).any() or np.isnan(upper).any()):
        return
    for block in blocks:
        entries = value[start[block.slice.start] : start[block.slice.stop]]
        bounds = np.concatenate([lower[block.slice], upper[block.slice]])
        if not np.isfinite(entries).all() or np.isnan(bounds).any():
            raise ValueError(f"constraint '{block.name}': a coefficient or right-hand side is not a number")


class _Naming:
    """Adds the component's name to whatever goes wrong while it is compiled."""

    def __init__(self, component: Any) -> None:
        self.title = f"{component.ctype.__name__} '{component.name}'"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, KeyError | ValueError | AttributeError | TypeError) and type(error) in _PLAIN:
            text = error.args[0] if len(error.args) == 1 else error
            base = KeyError if isinstance(error, IndexNotInSet) else type(error)
            raise base(f"{self.title}: {text}") from error
        if error is not None:
            error.add_note(self.title)


_PLAIN = (KeyError, ValueError, AttributeError, TypeError, IndexNotInSet)
