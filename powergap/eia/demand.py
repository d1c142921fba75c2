"""Demand by hour and region as files have it, each value with the place where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from powergap.eia.stamps import is_daylight_saving_switch
from powergap.eia.text_table import MOST_PROBLEMS, few, place
from powergap.errors import InputError, Problem

Codes = Mapping[str, Sequence[str]]
"""Regions by name, each with the columns or balancing authorities that add up to it."""


@dataclass(frozen=True)
class SourceFile:
    """A file that hours were read from."""

    file: str
    sha256: str
    layout: str
    hours: int


@dataclass(frozen=True)
class SystemDemand:
    """Demand as the files have it.

    Attributes:
        mw: MW by UTC start of hour and code; NaN where the files say nothing.
        line: where each value stands, `file number * LINES + line`; 0 where there is none.
        paths: the files, as the user named them.
        fields: position of the value's column by file number and code.
        sources: the same files, for the record.
        regions: names and the codes that add up to them.
        duplicates: rows dropped because they repeat another, by code.
        unadjusted: hours whose demand is as reported because there is no adjusted one, by code.
    """

    LINES: ClassVar[int] = 10**9

    mw: pd.DataFrame
    line: pd.DataFrame
    paths: tuple[Path, ...]
    fields: tuple[dict[str, int], ...]
    sources: tuple[SourceFile, ...]
    regions: dict[str, tuple[str, ...]]
    duplicates: dict[str, int]
    unadjusted: dict[str, int]

    def stands_at(self, hour: pd.Timestamp, code: str) -> int:
        """Entry of `line`, 0 where the files have no row for the hour."""
        return int(self.line[code].loc[hour]) if hour in self.line.index else 0

    def problem(self, hour: pd.Timestamp, code: str, message: str) -> Problem:
        """A problem with one value; with the file as a whole where there is no value."""
        number, line = divmod(self.stands_at(hour, code), self.LINES)
        if not line:
            return Problem(str(self.paths[0]), 0, 0, code, message)
        return place(self.paths[number], line, self.fields[number][code], message, code)


def without_repeats(
    long: pd.DataFrame, paths: tuple[Path, ...], fields: list[dict[str, int]]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Drop rows that repeat an hour of a region with the same value, or with none."""
    long = long.sort_values("mw", kind="stable", na_position="last")
    repeated = long.duplicated(["hour", "code"], keep="first")
    if not repeated.any():
        return long, {}
    first = long[~repeated].set_index(["hour", "code"])
    firsts = first[["mw", "line"]].rename(columns={"mw": "mw_first", "line": "line_first"})
    again = long[repeated].join(firsts, on=["hour", "code"])
    disagree = again[(again["mw"] != again["mw_first"]) & again["mw"].notna()].sort_values("line")
    if len(disagree):
        told = [_disagreement(row, paths, fields) for row in disagree.head(MOST_PROBLEMS).itertuples()]
        raise InputError(few(told, len(disagree)))
    counts = again.groupby("code").size()
    return long[~repeated], {str(code): int(count) for code, count in counts.items()}


def _disagreement(row: object, paths: tuple[Path, ...], fields: list[dict[str, int]]) -> Problem:
    hour, code = pd.Timestamp(row.hour), str(row.code)  # type: ignore[attr-defined]
    number, line = divmod(int(row.line), SystemDemand.LINES)  # type: ignore[attr-defined]
    other, at = divmod(int(row.line_first), SystemDemand.LINES)  # type: ignore[attr-defined]
    said = (
        f"{hour:%Y-%m-%d %H:%M} UTC is {row.mw:,.10g} MW here and "  # type: ignore[attr-defined]
        f"{row.mw_first:,.10g} MW at {paths[other]}:{at}; keep one"  # type: ignore[attr-defined]
    )
    if number == other:
        said += ". Rows about different things need a column each, or one that says so and is known, such as Sub-Region"
    if is_daylight_saving_switch(hour):
        said += ". An hour that comes twice on this day looks like local time; UTC is needed"
    return place(paths[number], line, fields[number][code], said, code)
