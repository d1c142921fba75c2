"""Hourly demand by region from EIA's own balance files or from wide tables with one column a region.

EIA publishes `EIA930_BALANCE_2023_Jan_Jun.csv` and the like: one row a balancing authority and hour, MW with
thousands commas, stamped with the end of the hour. Of these the adjusted demand is read, and the demand as
reported where there is no adjusted one (as Duke University did for its headroom study). Wide tables have a
column `datetime_utc` and one column of MW a region, as the cleaned files of Ruggles and Farnham joined by hour.

Everything is UTC. A year of local time has an hour twice and one never; such files are told, not guessed at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap.errors import InputError, Problem
from powergap.profiles.demand import Codes, Demand, Source, without_repeats
from powergap.profiles.stamps import hours_of
from powergap.profiles.text_table import TextTable, few, read_columns, read_header, unknown_name

AUTHORITY, UTC_END = "Balancing Authority", "UTC Time at End of Hour"
DEMAND, ADJUSTED = "Demand (MW)", "Demand (MW) (Adjusted)"
BALANCE = (AUTHORITY, UTC_END, DEMAND)
WIDE_STAMP = "datetime_utc"
LARGE_MW = 1000.0
LARGE = frozenset(
    {
        *("CAL", "CAR", "CENT", "FLA", "MIDA", "MIDW", "NE", "NW", "NY", "SE", "SW", "TEN", "TEX"),
        *("CISO", "ERCO", "ISNE", "MISO", "NYIS", "PJM", "SOCO", "SWPP", "TVA"),
    }
)
"""Regions whose median demand is far above this; below it, the figures are not MW."""

Stamp = Literal["start", "end"]


@dataclass(frozen=True)
class _Part:
    """Values of one file, one row a code and hour: `hour`, `code`, `mw`, `line`, `unadjusted`."""

    long: pd.DataFrame
    known: list[str]
    fields: dict[str, int]
    source: Source


def read_demand(paths: Sequence[Path], regions: Codes | None = None, stamp: Stamp = "start") -> Demand:
    """Read demand of one or several files, which may overlap if they agree.

    Args:
        paths: balance files or wide tables, plain or gzipped.
        regions: the regions to read; default every code in the files, by its own name.
        stamp: whether the stamps of wide tables name the start or the end of an hour. Those of balance files
            say themselves that it is the end.

    Raises:
        InputError: a file is missing or malformed, a region unknown, a stamp no UTC hour, a value no number,
            or two rows disagree; each with file, line and column.
    """
    wanted = None if regions is None else {code for codes in regions.values() for code in codes}
    parts = []
    for number, path in enumerate(paths):
        header = read_header(path)
        balance = AUTHORITY in header or UTC_END in header or path.name.upper().startswith("EIA930_BALANCE")
        parts.append(_balance(path, header, wanted, number) if balance else _wide(path, header, wanted, stamp, number))
    long = pd.concat([part.long for part in parts], ignore_index=True)
    known, found = sorted({code for part in parts for code in part.known}), set(long["code"])
    named = {name: tuple(codes) for name, codes in (regions or {code: [code] for code in sorted(found)}).items()}
    missing = [code for codes in named.values() for code in codes if code not in found]
    if missing:
        told = [Problem(str(paths[0]), 0, 0, code, f"no such region{unknown_name(code, known)}") for code in missing]
        raise InputError(told)
    long, duplicates = without_repeats(long, tuple(paths), [part.fields for part in parts])
    _check_units(long, paths[0])
    unadjusted = long.groupby("code")["unadjusted"].sum()
    return Demand(
        mw=_full(long, "mw"),
        line=_full(long, "line").fillna(0).astype(np.int64),
        paths=tuple(paths),
        fields=tuple(part.fields for part in parts),
        sources=tuple(part.source for part in parts),
        regions=named,
        duplicates=duplicates,
        unadjusted={str(code): int(count) for code, count in unadjusted.items()},
    )


def _balance(path: Path, header: list[str], wanted: set[str] | None, number: int) -> _Part:
    """A balance file; authorities that never report demand (they only generate) are left out."""
    problems = [
        Problem(str(path), 1, 1, name, f"no such column{unknown_name(name, header)}{_local(name, header)}")
        for name in BALANCE
        if name not in header
    ]
    if problems:
        raise InputError(problems)
    table = read_columns(path, header, (*BALANCE, ADJUSTED))
    codes = table.cells[AUTHORITY].str.strip()
    known = sorted(codes.unique())
    if wanted is not None:
        table = TextTable(table.file, table.cells[codes.isin(wanted)], table.fields)
        codes = codes[codes.isin(wanted)]
    hours, wrong = hours_of(table, UTC_END, "end")
    reported, problems = table.numbers(DEMAND)
    adjusted, more = table.numbers(ADJUSTED) if ADJUSTED in table.fields else (np.full(len(reported), np.nan), [])
    if wrong or problems or more:
        raise InputError(few(wrong + problems + more))
    lacks = np.isnan(adjusted)
    long = pd.DataFrame(
        {
            "hour": hours, "code": codes.to_numpy(), "mw": np.where(lacks, reported, adjusted),
            "line": number * Demand.LINES + table.lines,
            "unadjusted": lacks & ~np.isnan(reported) & (ADJUSTED in table.fields),
        }
    )  # fmt: skip
    speaks = long.groupby("code")["mw"].transform("count") > 0
    fields = dict.fromkeys(codes.unique(), table.fields[DEMAND])
    return _Part(long[speaks], known, fields, _source(path, "EIA-930 balance", long["hour"].nunique()))


def _local(name: str, header: list[str]) -> str:
    if name == UTC_END and "Local Time at End of Hour" in header:
        return " Local time has one hour twice and one never a year; the UTC column is needed."
    return ""


def _wide(path: Path, header: list[str], wanted: set[str] | None, stamp: Stamp, number: int) -> _Part:
    """A table with one column a region."""
    if WIDE_STAMP not in header:
        hint = f"no column {WIDE_STAMP}{unknown_name(WIDE_STAMP, header)} Stamps must be UTC, not local time"
        raise InputError([Problem(str(path), 1, 1, WIDE_STAMP, hint)])
    codes = [name for name in header if name and name != WIDE_STAMP and (wanted is None or name in wanted)]
    table = read_columns(path, header, {WIDE_STAMP, *codes})
    hours, problems = hours_of(table, WIDE_STAMP, stamp)
    columns = []
    for code in codes:
        values, wrong = table.numbers(code)
        problems += wrong
        columns.append(values)
    if problems:
        raise InputError(few(problems))
    long = pd.DataFrame(
        {
            "hour": np.tile(hours, len(codes)),
            "code": np.repeat(codes, len(hours)),
            "mw": np.concatenate(columns) if columns else np.empty(0),
            "line": np.tile(number * Demand.LINES + table.lines, len(codes)),
            "unadjusted": False,
        }
    )
    known = [name for name in header if name and name != WIDE_STAMP]
    return _Part(long, known, {code: table.fields[code] for code in codes}, _source(path, "wide", len(hours)))


def _check_units(long: pd.DataFrame, path: Path) -> None:
    """Refuse figures that cannot be MW.

    Raises:
        InputError: a region of many GW has a median below 1,000, or any region has more than a million.
    """
    problems = []
    for code, median in long.groupby("code")["mw"].median().items():
        if str(code) in LARGE and 0 < median < LARGE_MW:
            said = f"half of its hours are below {median:,.6g}; that is no MW of this region: are these GW?"
            problems.append(Problem(str(path), 0, 0, str(code), said))
        elif median > 1e6:
            said = f"half of its hours are above {median:,.6g}; that is no MW: are these kW?"
            problems.append(Problem(str(path), 0, 0, str(code), said))
    if problems:
        raise InputError(problems)


def _source(path: Path, layout: Literal["EIA-930 balance", "wide"], hours: int) -> Source:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Source(path.name, digest, layout, hours)


def _full(long: pd.DataFrame, value: str) -> pd.DataFrame:
    """Wide, with a row for every hour from the first to the last."""
    wide: pd.DataFrame = long.pivot(index="hour", columns="code", values=value)
    if wide.empty:
        raise InputError("the files have no hours of the regions asked for")
    every: npt.NDArray[np.datetime64] = np.arange(
        wide.index[0].to_datetime64(), wide.index[-1].to_datetime64() + np.timedelta64(1, "h"), np.timedelta64(1, "h")
    )
    wide = wide.reindex(pd.DatetimeIndex(every)).tz_localize("UTC")
    wide.columns.name = None
    return wide
