"""Meters that are stuck: the same value hour after hour, for longer than real load or weather ever stands still.

In five years of 13 regions and one of 54 balancing authorities, as cleaned by Ruggles and Farnham, no demand in whole
MW is the same for more than 4 hours; in the typical years of 8 US data-center markets no temperature for more than 22.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

SampleValues = npt.NDArray[np.floating[Any]]

LOAD_HOURS, TEMPERATURE_HOURS = 24, 48
"""Hours in a row from which on identical values are not believed."""


def stuck_runs(values: SampleValues, hours: int) -> list[tuple[int, int]]:
    """First hour and length of each run of at least so many identical values; missing ones (NaN) are in none.

    >>> stuck_runs(np.array([1.0, 2.0, 2.0, 2.0, 3.0, 3.0]), 3)
    [(1, 3)]
    """
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    lengths = np.diff(np.append(starts, len(values)))
    return [(int(first), int(length)) for first, length in zip(starts, lengths, strict=True) if length >= hours]


def stuck_parts(values: SampleValues, hours: int) -> list[tuple[int, int]]:
    """As `stuck_runs`, but none where all hours are the same: that is a choice, and no fault of a meter."""
    return [(first, length) for first, length in stuck_runs(values, hours) if length < len(values)]
