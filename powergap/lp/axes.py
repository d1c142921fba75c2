"""Labels to positions: the labels of one Set as integer codes, so that indices become arrays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]


class AxisLabels:
    """Distinct labels in order; a label's code is its place among them."""

    def __init__(self, labels: Sequence[Any]) -> None:
        self.labels = tuple(labels)
        self._maps: dict[int, tuple[AxisLabels, IntArray]] = {}

    @cached_property
    def code_of(self) -> dict[Any, int]:
        """Code by label."""
        return {label: code for code, label in enumerate(self.labels)}

    @cached_property
    def values(self) -> npt.NDArray[Any]:
        """The labels as an array for arithmetic; of objects where they are not numbers."""
        array = np.array(self.labels) if self.labels else np.zeros(0, np.int64)
        if array.dtype.kind in "iuf" and array.ndim == 1:
            return array
        objects = np.empty(len(self.labels), object)
        objects[:] = self.labels
        return objects

    @cached_property
    def first(self) -> int | None:
        """The first label where the labels are consecutive integers, else None."""
        values = self.values
        if values.dtype.kind not in "iu" or not len(values):
            return None
        consecutive = np.arange(values[0], values[0] + len(values))
        return int(values[0]) if np.array_equal(values, consecutive) else None

    def codes_in(self, other: AxisLabels) -> IntArray:
        """Codes of my labels in another column, -1 where it has no such label. Shape [labels]."""
        known = self._maps.get(id(other))
        if known is None:
            known = (other, np.array([other.code_of.get(label, -1) for label in self.labels], np.int32))
            self._maps[id(other)] = known
        return known[1]

    def find(self, labels: npt.NDArray[Any]) -> IntArray:
        """Codes of an array of labels, -1 where there is no such label. Same shape."""
        if self.first is not None and labels.dtype.kind in "iu":
            codes = labels - self.first
            return np.where((codes < 0) | (codes >= len(self.labels)), -1, codes).astype(np.int32)
        get = self.code_of.get
        return np.array([get(label, -1) for label in labels.ravel().tolist()], np.int32).reshape(labels.shape)


class IndexAxis:
    """One index set as positions. A member of several labels has one code per label.

    Attributes:
        name: the Set's name.
        labels: the members in order; tuples where `dimension` is above 1.
        dimension: number of labels in a member; 0 where it varies, or where members are whole indices: found whole.
        columns: the distinct labels in each place of a member.
        codes: for each place, the code of every member, shape [size].
    """

    def __init__(self, name: str, labels: Sequence[Any], dimension: int) -> None:
        self.name = name
        self.labels = tuple(labels)
        self.dimension = dimension
        if dimension == 1:
            self.columns: tuple[AxisLabels, ...] = (AxisLabels(self.labels),)
            self.codes: tuple[IntArray, ...] = (np.arange(len(self.labels), dtype=np.int32),)
        else:
            places = [[label[place] for label in self.labels] for place in range(dimension)]
            self.columns = tuple(AxisLabels(tuple(dict.fromkeys(place))) for place in places)
            self.codes = tuple(
                np.array([column.code_of[label] for label in place], np.int32)
                for column, place in zip(self.columns, places, strict=True)
            )

    def __len__(self) -> int:
        """Number of members."""
        return len(self.labels)

    @cached_property
    def position_of(self) -> dict[Any, int]:
        """Position by member."""
        return {label: position for position, label in enumerate(self.labels)}

    def position(self, codes: Sequence[npt.NDArray[Any]]) -> IntArray:
        """Positions of members given by one code array per place, -1 where there is none. Broadcast shape."""
        if self.dimension == 1:
            return np.asarray(codes[0], np.int32)
        keys, order = self._sorted
        key = np.zeros(1, np.int64)
        for column, code in zip(self.columns, codes, strict=True):
            key = np.where((key < 0) | (code < 0), -1, key * len(column.labels) + code)
        if not len(keys):
            return np.full(key.shape, -1, np.int32)
        place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        return np.where(keys[place] == key, order[place], -1).astype(np.int32)

    @cached_property
    def _sorted(self) -> tuple[npt.NDArray[np.int64], IntArray]:
        key = np.zeros(len(self), np.int64)
        for column, code in zip(self.columns, self.codes, strict=True):
            key = key * len(column.labels) + code
        order = np.argsort(key).astype(np.int32)
        return key[order], order


class AxisCache:
    """One Axis per Set, so that two components over the same Set share its codes."""

    def __init__(self) -> None:
        self._axes: dict[int, tuple[Any, IndexAxis]] = {}

    def axis(self, index_set: Any) -> IndexAxis:
        """The axis of a Pyomo Set."""
        known = self._axes.get(id(index_set))
        if known is None:
            labels = tuple(index_set)
            dimension = 0 if index_set.dimen is None else index_set.dimen if isinstance(index_set.dimen, int) else 1
            known = (index_set, IndexAxis(index_set.name, labels, dimension))
            self._axes[id(index_set)] = known
        return known[1]
