"""Long tables as dense arrays: labels are coded once a table, then every policy and case is only indexed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap.arrays import Floats, Integers


@dataclass(frozen=True)
class TableAxis:
    """One axis of an array: the columns that tell the position, and a label (or tuple of labels) for each."""

    columns: tuple[str, ...]
    labels: Sequence[object]


@dataclass(frozen=True)
class Dense:
    """Value columns as arrays, and how many rows were missing, unknown, repeated or without a number."""

    values: dict[str, Floats]
    missing: int
    unknown: int
    repeated: int
    not_numbers: int

    @property
    def faults(self) -> str:
        """What is wrong with the rows, in words; empty when nothing is."""
        counts = {
            "missing": self.missing, "unknown": self.unknown,
            "repeated": self.repeated, "without a number": self.not_numbers,
        }  # fmt: skip
        return ", ".join(f"{count} rows {what}" for what, count in counts.items() if count)


class CodedTable:
    """A table whose labels are looked up by code."""

    def __init__(self, table: pd.DataFrame) -> None:
        """Take the table of all policies and cases."""
        self.table = table
        self._codes: dict[str, tuple[Integers, list[object]]] = {}
        self._numbers: dict[str, Floats] = {}

    def rows(self, policy: str, case: str) -> Integers | slice:
        """Positions of the rows of one policy and case; a slice when they stand together."""
        chosen = np.ones(len(self.table), dtype=bool)
        for column, label in (("policy", policy), ("case", case)):
            codes, labels = self._coded(column)
            chosen &= codes == (labels.index(label) if label in labels else -2)
        found = np.flatnonzero(chosen)
        if len(found) and found[-1] - found[0] + 1 == len(found):
            return slice(int(found[0]), int(found[-1]) + 1)
        return found

    def dense(
        self, rows: Integers | slice, axes: Sequence[TableAxis], names: Sequence[str], missing: float = np.nan
    ) -> Dense:
        """The value columns of some rows as arrays over the axes; cells without a row hold `missing`."""
        shape = tuple(len(axis.labels) for axis in axes)
        cell: Integers | None = None
        known: npt.NDArray[np.bool_] | None = None
        for axis in axes:
            position = self._positions(axis, rows)
            here = position >= 0
            known = here if known is None else known & here
            cell = position if cell is None else cell * len(axis.labels) + position
        if cell is None or known is None:
            raise ValueError("an array needs an axis")
        cell = cell[known]
        count = np.bincount(cell, minlength=int(np.prod(shape)))
        values, not_numbers = {}, 0
        for name in names:
            column = self._number(name)[rows][known]
            not_numbers += int((~np.isfinite(column)).sum())
            array = np.full(int(np.prod(shape)), missing)
            array[cell] = column
            values[name] = array.reshape(shape)
        absent = int((count == 0).sum()) if np.isnan(missing) else 0
        return Dense(values, absent, int((~known).sum()), int((count > 1).sum()), not_numbers)

    def _positions(self, axis: TableAxis, rows: Integers | slice) -> Integers:
        """Position of each row along an axis; -1 where the label is none of the axis'."""
        coded = [self._coded(column) for column in axis.columns]
        table = np.full([len(labels) for _, labels in coded], -1, dtype=np.int64)
        places = [{label: place for place, label in enumerate(labels)} for _, labels in coded]
        for position, label in enumerate(axis.labels):
            parts = label if isinstance(label, tuple) else (label,)
            found = [lookup.get(part, -1) for lookup, part in zip(places, parts, strict=True)]
            if min(found) >= 0:
                table[tuple(found)] = position
        positions: Integers = table[tuple(codes[rows] for codes, _ in coded)]
        return positions

    def _coded(self, column: str) -> tuple[Integers, list[object]]:
        if column not in self._codes:
            codes, labels = pd.factorize(self.table[column], use_na_sentinel=False)
            self._codes[column] = (codes.astype(np.int64), list(labels))
        return self._codes[column]

    def _number(self, column: str) -> Floats:
        if column not in self._numbers:
            known = column in self.table
            absent = np.full(len(self.table), np.nan)
            self._numbers[column] = self.table[column].to_numpy(dtype=float) if known else absent
        return self._numbers[column]
