"""What the compiler knows about a model's components: their axes, arrays, columns and rule templates."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo

from powergap.lp.axes import AxisCache, IndexAxis, IntArray
from powergap.lp.components import Param, is_lazy
from powergap.lp.pyomo_internals import axis_sets, existing_data, indices_of, is_regular, rule_of, templatize


class NotVectorisable(Exception):  # noqa: N818 - a signal to call the rule row by row, not an error
    """A rule or expression that can only be evaluated one index at a time."""


class IndexNotInSet(KeyError):  # noqa: N818 - named for what the reader of the message needs to know
    """A rule asks for an index that its component's set does not have."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Where a Var's columns are: column = start + sum of position * stride over its axes."""

    start: int
    axes: tuple[IndexAxis, ...]
    strides: tuple[int, ...]

    def positions(self, index: Any) -> tuple[int, ...]:
        """Position on each axis of one index, as Pyomo writes it."""
        if len(self.axes) == 1 and self.axes[0].dimension == 0:
            return (self.axes[0].position_of[index],)
        labels = index if isinstance(index, tuple) else (index,)
        found, used = [], 0
        for axis in self.axes:
            part = labels[used : used + axis.dimension]
            found.append(axis.position_of[part if axis.dimension > 1 else part[0]])
            used += axis.dimension
        return tuple(found)

    def column(self, index: Any) -> int:
        """Column of one index."""
        return int(self.start + sum(map(operator.mul, self.positions(index), self.strides)))


class Context:
    """Lookups shared by all components of one compilation, each made once."""

    def __init__(self) -> None:
        self.axes = AxisCache()
        self.variables: dict[int, Variable] = {}
        self._components: dict[int, tuple[Any, tuple[IndexAxis, ...]]] = {}
        self._arrays: dict[int, npt.NDArray[Any]] = {}
        self._templates: dict[int, tuple[Any, tuple[Any, ...]] | Exception] = {}
        self._families: dict[int, tuple[IndexAxis, IntArray]] = {}

    def axes_of(self, component: Any) -> tuple[IndexAxis, ...]:
        """One Axis per set the component is indexed by; one of whole indices where a set has no end or mixed members.

        Raises:
            ValueError: such a set and a component that holds no data of its own.
        """
        known = self._components.get(id(component))
        if known is None:
            sets = axis_sets(component)
            if all(is_regular(index_set) for index_set in sets):
                axes = tuple(self.axes.axis(index_set) for index_set in sets)
            elif is_lazy(component):
                raise ValueError("its set has no end or members of mixed length: use Pyomo's own component")
            else:
                axes = (IndexAxis(component.index_set().name, indices_of(component), 0),)
            known = (component, axes)
            self._components[id(component)] = known
        return known[1]

    def shape_of(self, component: Any) -> tuple[int, ...]:
        """Length of every axis."""
        return tuple(len(axis) for axis in self.axes_of(component))

    def array_of(self, param: Any) -> npt.NDArray[Any]:
        """The values of a Param over its axes."""
        array = self._arrays.get(id(param))
        if array is None:
            array = param.array if isinstance(param, Param) else self._values_of(param)
            if array.dtype.kind in "biu" and array.dtype != np.int64:
                array = array.astype(np.int64)  # as wide as Python's own numbers, so that products do not wrap
            self._arrays[id(param)] = array
        return array

    def _values_of(self, param: Any) -> npt.NDArray[Any]:
        indices = indices_of(param)
        if param.mutable or not all(index in param for index in indices):
            raise NotVectorisable(f"Param '{param.name}' is mutable or has missing values")
        return np.array([pyo.value(param[index]) for index in indices]).reshape(self.shape_of(param))

    def template(self, component: Any) -> tuple[Any, tuple[Any, ...]]:
        """The component's rule as a template, and its placeholders.

        Raises:
            NotVectorisable: the rule cannot be called with placeholders.
        """
        known = self._templates.get(id(component))
        if known is None:
            try:
                known = templatize(component.parent_block(), rule_of(component), component.index_set())
            except Exception as error:  # what a rule does with placeholders, it may not do with labels
                known = error
            self._templates[id(component)] = known
        if isinstance(known, Exception):
            raise NotVectorisable(str(known)) from known
        return known

    def family(self, indexed_set: Any) -> tuple[IndexAxis, IntArray]:
        """An indexed Set as one table.

        Returns:
            The union of its members as an axis, and for every index (flattened) its members' positions on it,
            shape [indices, most members], filled up with -1.

        Raises:
            NotVectorisable: an index has no Set, or members differ in length.
        """
        known = self._families.get(id(indexed_set))
        if known is None:
            sets, indices = existing_data(indexed_set), list(indexed_set.index_set())
            if not all(index in sets for index in indices):
                raise NotVectorisable(f"Set '{indexed_set.name}' has no members for some index")
            members = [tuple(sets[index]) for index in indices]
            union = tuple(dict.fromkeys(label for group in members for label in group))
            lengths = {len(label) if isinstance(label, tuple) else 1 for label in union} or {1}
            if len(lengths) > 1:
                raise NotVectorisable(f"members of Set '{indexed_set.name}' differ in length")
            axis = IndexAxis(indexed_set.name, union, lengths.pop())
            table = np.full((len(members), max(map(len, members), default=0)), -1, np.int32)
            for row, group in zip(table, members, strict=True):
                row[: len(group)] = [axis.position_of[label] for label in group]
            known = (axis, table)
            self._families[id(indexed_set)] = known
        return known
