"""Pyomo components that hold arrays and rules, and make Pyomo's data objects only when asked for one.

Rules stay ordinary Pyomo rules. `model.constraint[index]` gives the ordinary ConstraintData; `expand(model)`
makes all of them, after which the model is a plain Pyomo model for any writer or solver.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.base.constraint import IndexedConstraint, ScalarConstraint
from pyomo.core.base.expression import IndexedExpression, ScalarExpression
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.param import IndexedParam
from pyomo.core.base.var import IndexedVar

from powergap.lp.pyomo_internals import (
    ExpressionOfRule,
    ValuesWhenNeeded,
    axis_sets,
    construct_index,
    existing_data,
    is_regular,
    labels_of,
    lookup_while_compiling,
    make_data,
    rule_of,
)


class _OverIndexSet:
    """A component whose data objects are not there yet: iterates over the whole index set."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.index_set())  # type: ignore[attr-defined]


class Param(_OverIndexSet, ValuesWhenNeeded, IndexedParam):  # type: ignore[misc]
    """Data over ordered Sets, backed by one array: the value at labels is the array at their positions.

    Args:
        sets: Pyomo Sets, one per array axis. A Set of tuples is one axis. Without sets: a plain Pyomo Param.
        array: numbers, or labels (integers or strings) of another Set. Not copied.

    Raises:
        ValueError: the array's shape is not the sets' lengths, or these have none; raised when the Param joins a model.
    """

    def __new__(cls, *sets: Any, array: Any = None, doc: str | None = None) -> Any:
        """An array-backed Param, or Pyomo's scalar Param where there is no set."""
        if sets or array is None:
            return super().__new__(cls)
        return pyo.Param(initialize=np.asarray(array).item(), within=pyo.Any, doc=doc)

    def __init__(self, *sets: Any, array: Any, doc: str | None = None) -> None:
        super().__init__(*sets, within=pyo.Any, doc=doc)
        self.array = np.asarray(array).view()
        self.array.flags.writeable = False
        self._positions: list[tuple[int, dict[Any, int]]] | None = None

    def construct(self, data: Any = None) -> None:
        """Check the shape; there is nothing else to build."""
        if self.is_constructed():
            return
        construct_index(self)
        if not all(is_regular(axis) for axis in axis_sets(self)):
            raise ValueError(f"Param '{self.name}': a set has no end or members of mixed length: use pyo.Param")
        shape = tuple(len(axis) for axis in axis_sets(self))
        if self.array.shape != shape:
            found = self.array.shape
            raise ValueError(f"Param '{self.name}': the array has shape {found}, its sets have {shape}")

    def __getitem__(self, index: Any) -> Any:
        """The value at labels, or a template while a rule is being compiled."""
        template = lookup_while_compiling(self, index, data=True)
        return super().__getitem__(index) if template is None else template

    def value_at(self, index: Any) -> Any:
        """The value at labels; Pyomo keeps it."""
        if self._positions is None:
            self._positions = [
                (axis.dimen, {label: k for k, label in enumerate(labels_of(axis))}) for axis in axis_sets(self)
            ]
        labels = index if isinstance(index, tuple) else (index,)
        position, start = [], 0
        for dimension, positions in self._positions:
            part = labels[start : start + dimension]
            position.append(positions[part if dimension > 1 else part[0]])
            start += dimension
        value = self.array[tuple(position)]
        if isinstance(value, np.bool_):
            return int(value)  # Pyomo does not multiply truth values
        return value.item() if isinstance(value, np.generic) else value

    def __len__(self) -> int:
        """Number of values."""
        return int(self.array.size)

    def __contains__(self, index: Any) -> bool:
        """True for every index of the sets."""
        return index in self.index_set()


class Var(_OverIndexSet, IndexedVar):  # type: ignore[misc]
    """Continuous variables over Sets; without sets, Pyomo's scalar Var.

    Args:
        sets: Pyomo Sets, one per axis.
        bounds: `(lower, upper)`, each a number, None (no bound) or an array over the sets; or a rule that
            returns such a pair for one index. Default: no bounds, as in Pyomo.
        domain: a continuous Pyomo domain such as `pyo.NonNegativeReals`; its bounds apply as well.
        doc: one sentence.
    """

    def __new__(cls, *sets: Any, **options: Any) -> Any:
        """A lazy Var, or Pyomo's scalar Var where there is no set."""
        return super().__new__(cls) if sets else pyo.Var(**options)

    def __init__(self, *sets: Any, bounds: Any = None, domain: Any = pyo.Reals, doc: str | None = None) -> None:
        self.bounds_given = bounds
        arrays = isinstance(bounds, tuple) and any(np.ndim(bound) > 0 for bound in bounds)
        super().__init__(*sets, bounds=self._array_bounds if arrays else bounds, domain=domain, dense=False, doc=doc)

    def __getitem__(self, index: Any) -> Any:
        """The data object of one index, or a template while a rule is being compiled."""
        template = lookup_while_compiling(self, index, data=False)
        return super().__getitem__(index) if template is None else template

    def _array_bounds(self, _block: Any, *index: Any) -> tuple[Any, Any]:
        """Bounds of one index where they were given as arrays (what Pyomo calls to make the VarData)."""
        sets = axis_sets(self)
        position, start = [], 0
        for axis in sets:
            part = index[start : start + axis.dimen]
            position.append(axis.ord(part if axis.dimen > 1 else part[0]) - 1)
            start += axis.dimen
        return tuple(  # type: ignore[return-value]
            bound if np.ndim(bound) == 0 else float(np.asarray(bound)[tuple(position)]) for bound in self.bounds_given
        )


class _Lazy:
    """A component whose rule is kept for the compiler instead of being run over the index set."""

    def construct(self, data: Any = None) -> None:
        if not self.is_constructed():  # type: ignore[attr-defined]
            construct_index(self)


class Constraint(_OverIndexSet, _Lazy, IndexedConstraint):  # type: ignore[misc]
    """Rows over Sets; `rule(model, *index)` returns `==`, `<=`, `>=`, `(low, body, high)`, Skip or Feasible.

    Without sets the row's ConstraintData is `model.constraint[None]`.
    """

    def __new__(cls, *sets: Any, **options: Any) -> Any:
        """A lazy Constraint, indexed or scalar."""
        return super().__new__(cls) if sets else _ScalarConstraint(**options)


class Expression(_OverIndexSet, _Lazy, IndexedExpression):  # type: ignore[misc]
    """Named linear expressions over Sets: rules that use one get its template; values are read by name."""

    def __new__(cls, *sets: Any, **options: Any) -> Any:
        """A lazy Expression, indexed or scalar."""
        return super().__new__(cls) if sets else _ScalarExpression(**options)

    def __getitem__(self, index: Any) -> Any:
        """The data object of one index, or a template while a rule is being compiled."""
        template = lookup_while_compiling(self, index, data=False)
        return super().__getitem__(index) if template is None else template


class _ScalarConstraint(_Lazy, ScalarConstraint):  # type: ignore[misc]
    """One row; `constraint[None]` is its ConstraintData."""


class _ScalarExpression(_Lazy, ExpressionOfRule):
    """One expression, built the first time something looks inside."""


class Objective(_Lazy, ScalarObjective):  # type: ignore[misc]
    """The cost to minimise; `rule(model)` returns it.

    Raises:
        ValueError: the sense is maximize (return the negative instead).
    """

    def __init__(self, *, rule: Any, sense: Any = pyo.minimize, doc: str | None = None) -> None:
        if sense != pyo.minimize:
            raise ValueError("an objective is minimised: return the negative of what is to be maximised")
        super().__init__(rule=rule, sense=sense, doc=doc)


def is_lazy(component: Any) -> bool:
    """True for the components of this module, whose data come from a rule, an array or bounds."""
    return isinstance(component, _OverIndexSet | _Lazy)


def expand(model: Any) -> None:
    """Make every data object of every lazy component, so that any Pyomo writer or solver takes the model."""
    for component in model.component_objects((pyo.Var, pyo.Expression, pyo.Constraint, pyo.Objective)):
        if isinstance(component, _Lazy | Var):
            expand_component(component)


def expand_component(component: Any) -> None:
    """Make the data objects that one lazy component does not have yet.

    A row whose data make it a plain truth, such as `0 * x <= 0`, is left out like Constraint.Feasible.

    Raises:
        ValueError: a row can never hold.
    """
    if isinstance(component, ScalarExpression):
        _ = component.args
        return
    done = existing_data(component)
    for index in component.index_set() if component.is_indexed() else (None,):
        if index in done:
            continue
        if isinstance(component, Var | Expression):
            component[index]
        else:
            _make_one(component, index)


def _make_one(component: Any, index: Any) -> None:
    """The data object of one row, or of the objective."""
    found = rule_of(component)(component.parent_block(), index)
    if isinstance(found, bool):
        found = pyo.Constraint.Feasible if found else pyo.Constraint.Infeasible
    if found is pyo.Constraint.Infeasible:
        raise ValueError(f"row {index!r} of '{component.name}' can never hold")
    if found is pyo.Constraint.Feasible:
        return
    data = make_data(component, index, found)
    if data is not None and isinstance(component, Objective):
        data.set_sense(pyo.minimize)
