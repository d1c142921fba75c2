"""Time stamps of hourly files as UTC starts of hours."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap.eia.text_table import MOST_PROBLEMS, TextTable
from powergap.errors import Problem

FORMATS = (
    "%m/%d/%Y %I:%M:%S %p",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%Y-%m-%dT%H",
)
HOUR = np.timedelta64(1, "h")
OFFSET = re.compile(r"\d{2}\s*[+-]\d{2}(?::?\d{2})?$")
"""What follows the time of day where it is not UTC."""


def hours_of(
    table: TextTable, column: str, stamp: Literal["start", "end"]
) -> tuple[npt.NDArray[np.datetime64], list[Problem]]:
    """UTC start of the hour of each row, and a problem for each stamp that is no whole UTC hour.

    Month comes before day where slashes are used, as EIA writes it. `Z` and `+00:00` may follow; another
    offset is refused.
    """
    codes, spelled = pd.factorize(table.cells[column].str.strip())
    text = pd.Series(spelled, dtype="object").astype(str).str.replace(r"\s*(?:Z|UTC|\+00:?00)$", "", regex=True)
    text = text.where(text.map(str.isascii), "")  # pandas takes the digits of every script
    times = pd.Series(np.datetime64("NaT", "ns"), index=text.index)
    for one in FORMATS:
        todo = times.isna()
        if not todo.any():
            break
        times[todo] = pd.to_datetime(text[todo], format=one, errors="coerce")
    found = times.to_numpy(dtype="datetime64[ns]")
    whole = np.isnat(found) | (found == found.astype("datetime64[h]"))
    problems = []
    for number in np.flatnonzero(np.isnat(found) | ~whole)[:MOST_PROBLEMS]:
        said = "is no whole hour" if not np.isnat(found[number]) else "is no UTC time such as 2023-01-31 18:00"
        if OFFSET.search(spelled[number]):
            said += "; it is local time with its offset from UTC"
        row = int(np.flatnonzero(codes == number)[0])
        problems.append(table.problem(row, column, f"{spelled[number]!r} {said}"))
    rows = np.array(found[codes], dtype="datetime64[ns]")
    return np.asarray(rows - HOUR if stamp == "end" else rows, dtype="datetime64[ns]"), problems


def is_daylight_saving_switch(hour: pd.Timestamp) -> bool:
    """True near 2 o'clock on the second Sunday of March or the first of November, when US clocks change.

    >>> is_daylight_saving_switch(pd.Timestamp("2023-03-12 02:00"))
    True
    """
    sunday = hour.day_of_week == 6 and hour.hour <= 3
    return bool(sunday and ((hour.month == 3 and 8 <= hour.day <= 14) or (hour.month == 11 and hour.day <= 7)))
