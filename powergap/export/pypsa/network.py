"""A PyPSA network in the making: components with their series, and what each variable of the program is in it.

PyPSA counts in MW and USD, powergap's program in GW and M$. `translation` says every column of the program as a sum of
PyPSA's variables, in GW per MW, so that one product translates costs and the rows that PyPSA has no component for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from powergap.arrays import Floats, Integers

MW = 1_000.0
NO_LIMIT_MW = 1e9
"""Stands for no limit where PyPSA wants a size: more than all the power plants of the world, 10^7 MW."""

NOMINAL = {"Generator": "p_nom", "Link": "p_nom", "Store": "e_nom"}
OPERATION = {"Generator": "p", "Link": "p", "Store": "e"}
LISTS = {"Bus": "buses", "Load": "loads", "Generator": "generators", "Link": "links", "Store": "stores"}


@dataclass(frozen=True)
class Snapshots:
    """The year laid out in steps, repeated for every year, in the order [year, period, hour].

    Attributes:
        years: planned years.
        discount: worth at the end of the base year of money of each year, [year].
        periods: names of the periods.
        hours: steps in a period.
        step_h: length of a step in hours.
        weight_h: hours a year that each snapshot stands for, [snapshot].
    """

    years: tuple[int, ...]
    discount: Floats
    periods: tuple[str, ...]
    hours: int
    step_h: float
    weight_h: Floats

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of years, periods and hours."""
        return len(self.years), len(self.periods), self.hours

    @property
    def size(self) -> int:
        """Number of snapshots."""
        return len(self.weight_h)

    @property
    def year(self) -> Integers:
        """Position of the year of each snapshot, [snapshot]."""
        return np.repeat(np.arange(len(self.years)), self.size // len(self.years))

    def table(self) -> pd.DataFrame:
        """PyPSA's snapshots.csv."""
        steps = [f"{name} {hour:02d}h" for name in self.periods for hour in range(self.hours)]
        return pd.DataFrame(
            {
                "period": np.array(self.years)[self.year],
                "timestep": steps * len(self.years),
                "objective": self.weight_h,
                "stores": self.step_h,
                "generators": self.weight_h,
            }
        )


@dataclass(frozen=True)
class NetworkVariable:
    """A variable of PyPSA's linear program: a size (one number) or an operation (one a snapshot)."""

    component: str
    name: str
    attribute: str
    start: int
    size: int

    @property
    def is_operation(self) -> bool:
        """True for one number a snapshot."""
        return self.attribute == OPERATION.get(self.component)


@dataclass
class Network:
    """Components by kind, and the translation of the program's columns."""

    snapshots: Snapshots
    static: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {kind: {} for kind in LISTS})
    series: dict[tuple[str, str], dict[str, Floats]] = field(default_factory=dict)
    variables: dict[tuple[str, str, str], NetworkVariable] = field(default_factory=dict)
    extra: dict[str, tuple[float, float]] = field(default_factory=dict)
    size: int = 0
    _entries: list[tuple[Integers, Integers, Floats]] = field(default_factory=list)
    _given: list[tuple[Integers, Floats]] = field(default_factory=list)

    def add(self, kind: str, name: str, *, series: Mapping[str, Floats] | None = None, **static: Any) -> str:
        """Add a component. Series that do not change become static values.

        Args:
            kind: Bus, Load, Generator, Link or Store.
            name: its name, not taken yet within its kind.
            series: values by attribute, [snapshot].
            **static: values by attribute, as PyPSA names them.

        Returns:
            The name.
        """
        values = dict(static)
        for attribute, numbers in (series or {}).items():
            if np.ptp(numbers) == 0:
                values[attribute] = float(numbers[0])
            else:
                self.series.setdefault((kind, attribute), {})[name] = numbers
        self.static[kind][name] = values
        return name

    def lives(self, first: int, last: int) -> dict[str, Any]:
        """Attributes of a component that is there from year position `first` to `last`, both included."""
        return {"build_year": self.snapshots.years[first], "lifetime": last - first + 1}

    def is_there(self, kind: str, name: str) -> npt.NDArray[np.bool_]:
        """Whether a component exists in each year, [year]."""
        static = self.static[kind][name]
        years = np.array(self.snapshots.years)
        first = static.get("build_year", years[0])
        return (years >= first) & (years < first + static.get("lifetime", np.inf))

    def variable(self, kind: str, name: str, attribute: str) -> NetworkVariable:
        """PyPSA's variable of a component's size or operation."""
        key = (kind, name, attribute)
        if key not in self.variables:
            size = self.snapshots.size if attribute == OPERATION.get(kind) else 1
            self.variables[key] = NetworkVariable(*key, self.size, size)
            self.size += size
        return self.variables[key]

    def add_extra(self, name: str, lower: float, upper: float) -> NetworkVariable:
        """Add a variable that no component of PyPSA has."""
        self.extra[name] = (lower, upper)
        return self.variable("", name, "")

    def means(self, columns: Integers, kind: str, name: str, factor: float | Floats = 1.0) -> None:
        """Say that the size of a component is part of columns of the program: GW = factor x MW / 1000."""
        variable = self.variable(kind, name, NOMINAL.get(kind, ""))
        self._entry(columns.ravel(), np.full(columns.size, variable.start), factor)

    def runs(self, columns: Integers, kind: str, name: str, factor: float = 1.0) -> None:
        """Say that a component's operation is part of columns of the program, [snapshot]."""
        variable = self.variable(kind, name, OPERATION[kind])
        there = self.is_there(kind, name)[self.snapshots.year]
        self._entry(columns.ravel()[there], variable.start + np.flatnonzero(there), factor)

    def given(self, columns: Integers, value_gw: Floats) -> None:
        """Say that a part of columns is given, GW."""
        self._given.append((columns.ravel(), np.broadcast_to(value_gw, columns.shape).ravel()))

    def _entry(self, columns: Integers, variables: Integers, factor: float | Floats) -> None:
        self._entries.append((columns, variables, np.broadcast_to(np.asarray(factor) / MW, columns.shape)))

    def translation(self, columns: int) -> tuple[sparse.csr_matrix, Floats]:
        """The program's columns in PyPSA's variables, [column, variable], and what is given of each, GW."""
        rows, variables, factors = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        matrix = sparse.csr_matrix((factors, (rows, variables)), shape=(columns, self.size))
        given = np.zeros(columns)
        for numbers, value in self._given:
            np.add.at(given, numbers, value)
        return matrix, given
