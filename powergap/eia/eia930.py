"""Hourly demand by region from the tables of EIA-930 that `layouts` knows, or from wide ones with one column a region.

EIA publishes `EIA930_BALANCE_2023_Jan_Jun.csv` and the like: one row a balancing authority and hour, MW with
thousands commas, stamped with the end of the hour. Of these the adjusted demand is read, and the demand as
reported where there is no adjusted one (as Duke University did for its headroom study). Wide tables have a
column `datetime_utc` and one column of MW a region, as the cleaned files of Ruggles and Farnham joined by hour.

Everything is UTC. A year of local time has an hour twice and one never; such files are reported, not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap.eia.demand import Codes, SourceFile, SystemDemand, without_repeats
from powergap.eia.layouts import COUNTERS, LAYOUTS, UNITS, Layout, layout_of
from powergap.eia.stamps import hours_of
from powergap.eia.sub_regions import SEPARATOR, code_of, lacking
from powergap.eia.text_table import TextTable, few, place, read_columns, read_header, unknown_name, words_in
from powergap.errors import InputError, Problem
from powergap.files.bounded import sha256_of

WIDE_STAMP = "datetime_utc"
DATE = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(?!\d)")
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
class _FileHours:
    """Values of one file, one row a code and hour: `hour`, `code`, `mw`, `line`, `unadjusted`."""

    long: pd.DataFrame
    known: list[str]
    fields: dict[str, int]
    source: SourceFile


def read_demand(paths: Sequence[Path], regions: Codes | None = None, stamp: Stamp = "start") -> SystemDemand:
    """Read demand of one or several files, which may overlap if they agree.

    Args:
        paths: tables of `layouts`, or wide ones, plain or gzipped.
        regions: the regions to read, each with its codes: an authority, or a sub-region such as `PJM/DOM`; default
            every authority in the files, by its own name.
        stamp: whether the stamps of wide tables name the start or the end of an hour. Those of other tables name
            the end.

    Raises:
        InputError: a file is missing or malformed, a column or a region unknown, sub-regions do not add up to their
            authority, a stamp is no UTC hour, a value no number, or two rows disagree; each with file, line and column.
    """
    wanted = None if regions is None else {code for codes in regions.values() for code in codes}
    parts = []
    for number, path in enumerate(paths):
        header = read_header(path)
        layout = layout_of(path, header)
        if layout is None:
            parts.append(_wide(path, header, wanted, stamp, number))
        else:
            parts.append(_long(path, header, layout, wanted, number))
    long = pd.concat([part.long for part in parts], ignore_index=True)
    named = _named(regions, set(long["code"]), sorted({code for part in parts for code in part.known}), paths[0])
    long = long[long["code"].isin({code for codes in named.values() for code in codes})]
    long, duplicates = without_repeats(long, tuple(paths), [part.fields for part in parts])
    _check_units(long, paths[0])
    unadjusted = long.groupby("code")["unadjusted"].sum()
    return SystemDemand(
        mw=_full(long, "mw"),
        line=_full(long, "line").fillna(0).astype(np.int64),
        paths=tuple(paths),
        fields=tuple(part.fields for part in parts),
        sources=tuple(part.source for part in parts),
        regions=named,
        duplicates=duplicates,
        unadjusted={str(code): int(count) for code, count in unadjusted.items()},
    )


def _named(regions: Codes | None, found: set[str], known: list[str], path: Path) -> dict[str, tuple[str, ...]]:
    """Regions with the codes that add up to them; an authority of which there are only parts is all its parts."""
    owners = {code.partition(SEPARATOR)[0] for code in found}
    named, problems = {}, []
    for name, codes in (regions or {owner: [owner] for owner in sorted(owners)}).items():
        every: list[str] = []
        for code in codes:
            if SEPARATOR in code and (owner := code.partition(SEPARATOR)[0]) in codes:
                problems.append(Problem(str(path), 0, 0, code, f"would count twice in {name}: it is a part of {owner}"))
            parts = sorted(one for one in found if one.startswith(code + SEPARATOR))
            every += [code] if code in found else parts
            if code in found:
                continue
            if not parts:
                problems.append(Problem(str(path), 0, 0, code, f"no such region{unknown_name(code, known)}"))
            elif why := lacking(code, parts):
                problems.append(Problem(str(path), 0, 0, code, why))
        named[name] = tuple(every)
    if problems:
        raise InputError(problems)
    return named


def _long(path: Path, header: list[str], layout: Layout, wanted: set[str] | None, number: int) -> _FileHours:
    """A long table; authorities and parts that never report demand (they only generate) are left out."""
    values = [name for name in layout.values if name in header]
    table = _demand_rows(read_columns(path, header, {*layout.needed, *values}), layout)
    codes, problems = _codes(table, layout)
    known = sorted(codes.unique())
    if wanted is not None:
        asked = codes.isin(wanted) | codes.str.partition(SEPARATOR)[0].isin(wanted)
        table, codes = table.only(asked), codes[asked]
    hours, wrong = hours_of(table, layout.stamp, "end")
    problems += wrong
    columns = []
    for name in values:
        found, wrong = table.numbers(name)
        columns.append(found)
        problems += wrong
    if problems:
        raise InputError(few(problems))
    lacks = np.isnan(columns[0])
    long = pd.DataFrame(
        {
            "hour": hours, "code": codes.to_numpy(), "mw": np.where(lacks, columns[-1], columns[0]),
            "line": number * SystemDemand.LINES + table.lines,
            "unadjusted": lacks & ~np.isnan(columns[-1]),
        }
    )  # fmt: skip
    speaks = long.groupby("code")["mw"].transform("count") > 0
    fields = dict.fromkeys(codes.unique(), table.fields[layout.values[-1]])
    return _FileHours(long[speaks], known, fields, _source(path, layout.name, long["hour"].nunique()))


def _demand_rows(table: TextTable, layout: Layout) -> TextTable:
    """The rows that are demand, in MW.

    Raises:
        InputError: there are none, or they are in another unit.
    """
    if layout.kind:
        kinds = table.cells[layout.kind].str.strip()
        table = table.only(kinds == layout.demand)
        if not len(table.cells):
            said = f"no row has {layout.demand!r}, which is demand; there are {', '.join(sorted(kinds.unique()))}"
            raise InputError([Problem(str(table.file.path), table.file.header.line, 1, layout.kind, said)])
    if layout.unit:
        wrong = np.flatnonzero(~table.cells[layout.unit].str.strip().str.lower().isin(UNITS))
        if len(wrong):
            said = f"{table.cells[layout.unit].iloc[wrong[0]]!r} is neither megawatthours nor MW"
            raise InputError([table.problem(int(wrong[0]), layout.unit, said)])
    return table


def _codes(table: TextTable, layout: Layout) -> tuple[pd.Series[str], list[Problem]]:
    """What each row is about, and a problem for the first row that does not say."""
    columns = [layout.authority, *([layout.part] if layout.part else [])]
    cells = {name: table.cells[name].str.strip() for name in columns}
    problems = [
        table.problem(int(np.flatnonzero(blank)[0]), name, "the row does not say what it is about")
        for name, text in cells.items()
        if (blank := (text == "").to_numpy()).any()
    ]
    authority = cells[layout.authority]
    if not layout.part:
        return authority, problems
    pairs = [code_of(*pair) for pair in zip(authority, cells[layout.part], strict=True)]
    return pd.Series(pairs, index=authority.index, dtype="str"), problems


def _wide(path: Path, header: list[str], wanted: set[str] | None, stamp: Stamp, number: int) -> _FileHours:
    """A table with one column a region."""
    if WIDE_STAMP not in header:
        names = ", ".join(layout.name for layout in LAYOUTS)
        hint = (
            f"no column {WIDE_STAMP}{unknown_name(WIDE_STAMP, header)} Stamps must be UTC, not local time. "
            f"Other tables that are read: {names}"
        )
        raise InputError([Problem(str(path), 1, 1, WIDE_STAMP, hint)])
    words = {name: text for name, text in words_in(path, header).items() if name != WIDE_STAMP}
    clocks = {name for name, text in words.items() if DATE.match(text)}
    if problems := _texts(path, header, {name: text for name, text in words.items() if name not in clocks}):
        raise InputError(problems)
    known = [name for name in header if name not in clocks | COUNTERS | {WIDE_STAMP}]
    codes = known if wanted is None else [name for name in known if name in wanted]
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
            "line": np.tile(number * SystemDemand.LINES + table.lines, len(codes)),
            "unadjusted": False,
        }
    )
    return _FileHours(long, known, {code: table.fields[code] for code in codes}, _source(path, "wide", len(hours)))


def _texts(path: Path, header: list[str], words: dict[str, str]) -> list[Problem]:
    """Columns of text, also those that are not asked for: rows that differ in one are about different things."""
    said = (
        "is no MW. Does the column say what a row is about? Then make a column of each region. "
        "If it does not, leave it out"
    )
    return [place(path, 1, header.index(name), f"{text!r} {said}", name) for name, text in words.items()]


def _check_units(long: pd.DataFrame, path: Path) -> None:
    """Refuse figures that cannot be MW.

    Raises:
        InputError: a region of many GW has a median below 1,000, or any region has more than a million.
    """
    problems, medians = [], long.groupby("code")["mw"].median()
    for authority in {str(code).partition(SEPARATOR)[0] for code in medians.index if SEPARATOR in str(code)}:
        parts = [str(code) for code in medians.index if str(code).startswith(authority + SEPARATOR)]
        if not lacking(authority, parts):
            medians[authority] = medians[parts].sum()
    for code, median in medians.items():
        if str(code) in LARGE and 0 < median < LARGE_MW:
            said = f"half of its hours are below {median:,.6g}; that is no MW of this region: are these GW?"
            problems.append(Problem(str(path), 0, 0, str(code), said))
        elif median > 1e6:
            said = f"half of its hours are above {median:,.6g}; that is no MW: are these kW?"
            problems.append(Problem(str(path), 0, 0, str(code), said))
    if problems:
        raise InputError(problems)


def _source(path: Path, layout: str, hours: int) -> SourceFile:
    return SourceFile(path.name, sha256_of(path), layout, hours)


def _full(long: pd.DataFrame, value: str) -> pd.DataFrame:
    """Wide, with a row for every hour from the first to the last."""
    wide: pd.DataFrame = long.pivot(index="hour", columns="code", values=value)
    if wide.empty:
        raise InputError("the files have no hours of the requested regions")
    every: npt.NDArray[np.datetime64] = np.arange(
        wide.index[0].to_datetime64(), wide.index[-1].to_datetime64() + np.timedelta64(1, "h"), np.timedelta64(1, "h")
    )
    wide = wide.reindex(pd.DatetimeIndex(every)).tz_localize("UTC")
    wide.columns.name = None
    return wide
