"""A number of the scenario that a planner can move."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from powergap.arrays import Floats


@dataclass(frozen=True)
class Movable:
    """A number of the scenario that a planner can move, and what moving it does to the rows.

    Attributes:
        path: its key, with the year where it has one.
        unit: its unit.
        meaning: the number in a planner's words.
        value: as it stands.
        direction: +1 where more of it loosens the rows, -1 where less does.
        most: how far it can move.
        rows: rows in which it stands.
        effect: what a unit of movement adds to each row's activity; for a factor, its largest coefficient in the row.
        multiplied: for a factor (a share, hours), what it multiplies in each row, [row, column of the program].
        item: technology or supply chain.
        region: region; empty for all.
        year: year; 0 for all.
    """

    path: tuple[str | int, ...]
    unit: str
    meaning: str
    value: float
    direction: int
    most: float
    rows: npt.NDArray[np.int64] = field(repr=False)
    effect: Floats = field(repr=False)
    multiplied: sparse.csr_matrix | None = field(default=None, repr=False)
    item: str = ""
    region: str = ""
    year: int = 0

    @property
    def key(self) -> str:
        """The key as `--set` takes it, without the year."""
        parts = [str(part) for part in self.path if not isinstance(part, int)]
        return ".".join(f"[{part}]" if "." in part else part for part in parts)

    def times(self, x: Floats) -> Floats:
        """What a factor multiplies in each of its rows at a plan x, [row]; nothing for another number."""
        return np.zeros(len(self.rows)) if self.multiplied is None else np.maximum(0.0, abs(self.multiplied) @ x)

    def size(self, least: float) -> float:
        """By what its movement is measured: its value, or if that is more 1 h, a share of 1 or the least amount."""
        return max(1.0 if self.is_pure else least, abs(self.value))

    @property
    def is_pure(self) -> bool:
        """True for hours and shares, which are the same in a small system and a large one."""
        return self.unit in {"h", "fraction"}

    @property
    def told(self) -> str:
        """`air permits (west)`: what it is and where."""
        return f"{self.meaning} ({self.region.replace('_', ' ')})" if self.region else self.meaning
