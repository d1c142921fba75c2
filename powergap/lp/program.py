"""A linear program as arrays, with the names and labels to read them by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from powergap.arrays import Floats
from powergap.lp.axes import IntArray
from powergap.lp.scaling import Scaling, scaling_of


@dataclass(frozen=True)
class Block:
    """The columns of one Var or the rows of one Constraint: `start` to `start + size`, in label order.

    Attributes:
        name: the component's name.
        start: first column or row.
        shape: number of labels per axis; `()` for a component without sets.
        labels: labels per axis; members of several labels are tuples. A constraint that skipped rows has one
            axis with the indices of those it kept.
        set_names: name of the set per axis.
    """

    name: str
    start: int
    shape: tuple[int, ...]
    labels: tuple[tuple[Any, ...], ...]
    set_names: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of columns or rows."""
        return math.prod(self.shape)

    @property
    def slice(self) -> slice:
        """Its place in a vector over all columns or rows."""
        return slice(self.start, self.start + self.size)

    @cached_property
    def _positions(self) -> tuple[dict[Any, int], ...]:
        return tuple({label: k for k, label in enumerate(axis)} for axis in self.labels)

    def position(self, *index: Any) -> int:
        """Column or row of one index, given one label (or tuple member) per axis.

        Raises:
            KeyError: there is no such index; names the block.
        """
        try:
            places = [positions[label] for positions, label in zip(self._positions, index, strict=True)]
        except (KeyError, ValueError) as error:
            raise KeyError(f"'{self.name}' has no index {index!r}") from error
        offset = 0
        for place, length in zip(places, self.shape, strict=True):
            offset = offset * length + place
        return self.start + offset

    def of(self, vector: Floats) -> Floats:
        """This block's part of a vector over all columns or rows, in its own shape (a view)."""
        return vector[self.slice].reshape(self.shape)


@dataclass(frozen=True)
class ExpressionBlock:
    """A named expression as a sparse matrix over the columns plus constants."""

    block: Block
    start: IntArray
    index: IntArray
    value: Floats
    constant: Floats

    def evaluate(self, column_value: Floats) -> Floats:
        """Values in the shape of the expression's index."""
        return (product(self.start, self.index, self.value, column_value) + self.constant).reshape(self.block.shape)

    def scalar(self, columns: int) -> tuple[Floats, float]:
        """Coefficients over all columns and the constant, summed over the expression's index."""
        return totals(self.index, self.value, columns), float(self.constant.sum())


@dataclass(frozen=True)
class LinearProgram:
    """Minimise `cost @ x + offset`; `column_lower <= x <= column_upper`, `row_lower <= A @ x <= row_upper`.

    `start` [rows + 1], `index` and `value` [entries] hold A by rows. `columns` and `rows` name the blocks in
    the order of declaration. `row_by_row` names the components whose rules could not be compiled in one go.
    `expressions` are compiled from the model one by one, each the first time it is needed, until the program is
    detached from it; a program loaded from a file has none. `is_scaled` is true of what stands in another program's
    place, with numbers of about 1.
    """

    cost: Floats
    offset: float
    column_lower: Floats
    column_upper: Floats
    row_lower: Floats
    row_upper: Floats
    start: IntArray
    index: IntArray
    value: Floats
    columns: Mapping[str, Block]
    rows: Mapping[str, Block]
    row_by_row: tuple[str, ...] = ()
    expressions: Mapping[str, ExpressionBlock] = field(default_factory=dict, repr=False, compare=False)
    is_scaled: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return len(self.row_lower), len(self.cost)

    @cached_property
    def unit(self) -> float:
        """What its quantities are counted in for a tolerance to mean the same to a small program as to a large one.

        1, or where all that is asked for is below 1 the power of two that makes the largest 64 to 128: a solver's
        tolerance of 1e-7 GW is nothing to a nation and 10% of a site of 1 kW.
        """
        largest = self.most_asked
        return 2.0 ** (math.floor(math.log2(largest)) - 6) if 0.0 < largest < 1.0 else 1.0

    @cached_property
    def scaling(self) -> Scaling | None:
        """What it is brought to an ordinary size by before it is solved or judged; None where it has that size."""
        return None if self.is_scaled else scaling_of(self)

    @cached_property
    def step(self) -> float:
        """What is one more or one less to a planner: 1, or where all that is asked for is below 1, 1% of it or less.

        A power of ten, of which the largest is 100 to 1,000.
        """
        largest = self.most_asked
        return 10.0 ** (math.floor(math.log10(largest)) - 2) if 0.0 < largest < 1.0 else 1.0

    @cached_property
    def most_asked(self) -> float:
        """The largest of what keeps zero out of a row or column; a limit that nobody meets tells nothing."""
        lower = np.concatenate([self.column_lower, self.row_lower])
        upper = np.concatenate([self.column_upper, self.row_upper])
        asked = np.maximum(np.maximum(lower, -upper), 0.0)
        return float(asked[np.isfinite(asked)].max(initial=0.0))

    def in_unit(self) -> LinearProgram:
        """The same program with its quantities in its unit: activities and objective are smaller by it, duals equal."""
        if self.unit == 1.0:
            return self
        return replace(
            self,
            offset=self.offset / self.unit,
            column_lower=self.column_lower / self.unit,
            column_upper=self.column_upper / self.unit,
            row_lower=self.row_lower / self.unit,
            row_upper=self.row_upper / self.unit,
        )

    def for_solver(self) -> LinearProgram:
        """What is handed to the solver in its place: scaled where it needs that, else in its unit."""
        return self.in_unit() if self.scaling is None else self.scaling.scaled(self)

    def expression(self, name: str) -> ExpressionBlock:
        """A named Expression.

        Raises:
            KeyError: the model has no such Expression, or the program was loaded from a file.
        """
        if name not in tuple(self.expressions):
            raise KeyError(f"no expression '{name}' (a program without its model has none)")
        return self.expressions[name]

    def objective_of(self, name: str) -> tuple[Floats, float]:
        """An Expression as an objective: cost per column and offset, summed over its index if it has one."""
        return self.expression(name).scalar(len(self.cost))

    def detached(self) -> LinearProgram:
        """The same program without its model: every expression is compiled now, so that it can be pickled."""
        return replace(self, expressions=dict(self.expressions))

    def with_cost(self, cost: Floats, offset: float = 0.0) -> LinearProgram:
        """The same constraints with another objective."""
        return replace(self, cost=_vector(cost, len(self.cost), "cost"), offset=float(offset))

    def with_column_bounds(self, lower: Floats | None = None, upper: Floats | None = None) -> LinearProgram:
        """The same program with other column bounds; None keeps them."""
        low = self.column_lower if lower is None else _vector(lower, len(self.cost), "lower bounds")
        high = self.column_upper if upper is None else _vector(upper, len(self.cost), "upper bounds")
        return replace(self, column_lower=low, column_upper=high)

    def with_row(self, name: str, coefficients: Floats, lower: float = -np.inf, upper: float = np.inf) -> LinearProgram:
        """One more row `lower <= coefficients @ x <= upper`, such as "gap <= best + tolerance".

        Raises:
            ValueError: the name is taken, or the coefficients are not one per column.
        """
        if name in self.rows:
            raise ValueError(f"there is a row block '{name}' already")
        dense = _vector(coefficients, len(self.cost), "coefficients")
        used = np.flatnonzero(dense).astype(np.int32)
        return replace(
            self,
            start=np.append(self.start, np.int32(len(self.index) + len(used))),
            index=np.concatenate([self.index, used]),
            value=np.concatenate([self.value, dense[used]]),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
            rows={**self.rows, name: Block(name, len(self.row_lower), (), (), ())},
        )

    def activity(self, column_value: Floats) -> Floats:
        """A @ x, shape [rows]."""
        return product(self.start, self.index, self.value, column_value)

    def names(self, blocks: Mapping[str, Block]) -> list[str]:
        """Names such as `build[gas,2030]` in the order of the blocks."""
        names = []
        for block in blocks.values():
            indices: list[str] = [""]
            for axis in block.labels:
                texts = [",".join(map(str, label)) if isinstance(label, tuple) else str(label) for label in axis]
                indices = [f"{head},{text}" if head else text for head in indices for text in texts]
            names += [f"{block.name}[{text}]" if block.labels else block.name for text in indices]
        return names


def product(start: IntArray, index: IntArray, value: Floats, vector: Floats) -> Floats:
    """Row sums of a matrix by rows times a vector, shape [rows]; works for rows without entries."""
    result = np.zeros(len(start) - 1)
    filled = np.flatnonzero(start[1:] > start[:-1])
    if len(filled):
        result[filled] = np.add.reduceat(value * vector[index], start[filled])
    return result


def totals(index: IntArray, value: Floats, length: int) -> Floats:
    """Sum of the values at each index, shape [length]; of floats even where there are none."""
    return np.bincount(index, value, length).astype(float, copy=False)


def _vector(values: Floats, length: int, name: str) -> Floats:
    array = np.ascontiguousarray(values, float)
    if array.shape != (length,):
        raise ValueError(f"{name}: shape {array.shape} where ({length},) is needed")
    return array
