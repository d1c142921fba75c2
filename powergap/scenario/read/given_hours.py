"""The hours a scenario is given: load, system load, temperature, sun and wind, for one or many regions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from powergap.arrays import Floats
from powergap.errors import InputError, Problem
from powergap.files.clock_names import says_utc
from powergap.files.nearest import did_you_mean
from powergap.files.numbers import number, remedy
from powergap.scenario.read.hours_columns import KINDS, is_header, parts
from powergap.scenario.read.hours_table import COUNTER, HoursTable, read_table, row_problems
from powergap.scenario.schema import Scenario

REMEDIES = {
    "load": "it is per unit of the year's peak",
    "system_load_gw": "it is in GW; divide MW by 1,000",
    "temperature_degc": "it is in degrees Celsius",
    "sun": "it is per unit of its yearly mean",
    "wind": "it is per unit of its yearly mean",
}
TWICE = "comes twice; keep one of the columns"
PLAIN_MARKS = re.compile(r"[-+.0-9eE]*")
"""What nearly all numbers are written with; of such texts `float` takes what `number` does, ten times as fast."""

MOST_PER_COLUMN = 5
OF_ITS_MEAN = ("sun", "wind")
MEAN_OFF = 0.01
"""How far the mean may be from 1: a year without its leap day is off by less, a capacity factor by far more."""

Given = dict[tuple[str, str], Floats]
"""Shapes by (column, region), each [365, 24]."""


def given_hours(scenario: Scenario) -> Given:
    """The hours of a scenario's profiles; none if it names none or has no hours to give them to.

    Raises:
        InputError: the file is missing or malformed, or its system load cannot be that of the scenario's regions.
    """
    if scenario.chronology.profiles is None or scenario.chronology.kind == "annual":
        return {}
    return read_hours(scenario)


def read_hours(scenario: Scenario) -> Given:
    """The hours of the profiles that a scenario names.

    Raises:
        InputError: as `given_hours`.
    """
    named = str(scenario.chronology.profiles)
    header, given = _read(Path(named), _stamp(Path(named)), tuple(scenario.regions))
    if problems := list(_above_peaks(header, scenario, given)):
        raise InputError(problems)
    return given


def read_profiles(path: Path, regions: list[str]) -> Given:
    """Read a file of hours.

    It has a header, one row an hour from 1 January 00:00 local standard time, without 29 February, and columns of
    `KINDS`; a kind that is missing is left to the parametric shape. Where one region has a kind, all must: its own,
    or one without a region. Columns of regions that are not asked for are passed over, so that one file serves a
    scenario and a part of it. A column `hour` only counts the rows.

    Raises:
        InputError: no such file, hours missing, unknown columns, a region without column, values out of range.
    """
    return _read(path, _stamp(path), tuple(regions))[1]


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is replaced; None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read(path: Path, stamp: tuple[int, ...] | None, regions: tuple[str, ...]) -> tuple[HoursTable, Given]:
    """The header of a file and its hours.

    Raises:
        InputError: what is wrong with it.
    """
    header, found, problems = _read_once(path, stamp, regions)
    if header is None or problems:
        raise InputError(problems)
    return header, found


@lru_cache(maxsize=4)
def _read_once(
    path: Path, stamp: tuple[int, ...] | None, regions: tuple[str, ...]
) -> tuple[HoursTable | None, Given, tuple[Problem, ...]]:
    """Header and hours of a file, or what is wrong with it: read once for all the runs of a study, which only look."""
    try:
        table = read_table(path, is_header)
    except InputError as error:
        return None, {}, error.problems
    problems = [*_header_problems(table, list(regions)), *row_problems(table)]
    found: Given = {}
    for column, name in enumerate(table.header):
        region, kind = parts(name)
        if kind not in KINDS or region not in ("", *regions):
            continue
        values = _numbers(table, column)
        values.flags.writeable = False
        problems += _value_problems(table, column, kind, values)
        for target in [region] if region else regions:
            if region or f"{target}:{kind}" not in table.header:
                found[kind, target] = values
    shaped = {} if problems else {key: values.reshape(365, 24) for key, values in found.items()}
    return HoursTable(table.source, []), shaped, tuple(problems)


def _header_problems(table: HoursTable, regions: list[str]) -> Iterator[Problem]:
    """Columns of an unknown kind or twice, and regions that lack what others have."""
    for column, name in enumerate(table.header):
        kind = parts(name)[1]
        if kind not in KINDS and name != COUNTER:
            clock = "; hours count in local standard time, not in UTC" if says_utc(name) else ""
            hint = _nearest(kind, [*KINDS, COUNTER])
            yield table.problem(-1, column, f"unknown column{hint}{clock}", "unknown column")
        elif name in table.header[:column]:
            yield table.problem(-1, column, TWICE, TWICE)
    if set(table.header) <= {COUNTER}:
        yield table.of_the_header(f"has no column of hours; expected one of {', '.join(KINDS)}")
    for kind in KINDS:
        have = [parts(name)[0] for name in table.header if parts(name)[1] == kind]
        for region in regions if have and kind not in table.header else []:
            if region not in have:
                said = f"region {region} has no such column{_nearest(region, have)}"
                others = f"; a column {kind} would serve every region that has none of its own"
                yield table.of_the_header(said + others, f"{region}:{kind}")


def _nearest(word: str, known: list[str]) -> str:
    return did_you_mean(word, known, f"; expected one of {', '.join(known)}")


def _numbers(table: HoursTable, column: int) -> Floats:
    """Values of a column, NaN where there is no number, [row]."""
    texts = [table.cell(row, column) for row in range(len(table.body))]
    if PLAIN_MARKS.fullmatch("".join(texts)):
        with suppress(ValueError):
            values = np.array([float(text) for text in texts])
            if np.isfinite(values).all():
                return values
    return np.array([_number(text, table.source.has_thousands) for text in texts])


def _number(text: str, thousands: bool) -> float:
    try:
        return number(text, thousands=thousands)
    except ValueError:
        return math.nan


def _value_problems(table: HoursTable, column: int, kind: str, values: Floats) -> Iterator[Problem]:
    """What is no plausible number, the first few in full; and sun or wind that is not per unit of its mean."""
    low, high = KINDS[kind]
    wrong = [int(row) for row in np.flatnonzero(~((values >= low) & (values <= high)))]
    for row in wrong[:MOST_PER_COLUMN]:
        said = f"is no number from {low:g} to {high:,g}; {REMEDIES[kind]}"
        hint = remedy(table.cell(row, column)) if np.isnan(values[row]) else ""
        yield table.problem(row, column, f"{table.cell(row, column)!r} {said}{hint}", f"{kind} {said}")
    if len(wrong) > MOST_PER_COLUMN:
        said = f"{len(wrong) - MOST_PER_COLUMN:,} more hours like these"
        yield table.problem(wrong[MOST_PER_COLUMN], column, said)
    if kind in OF_ITS_MEAN and not wrong and len(values) and abs(values.mean() - 1) > MEAN_OFF:
        said = f"the mean is {values.mean():.4g}; {REMEDIES[kind]}, so divide the column by it"
        yield table.problem(-1, column, said)


def _above_peaks(table: HoursTable, scenario: Scenario, given: Given) -> Iterator[Problem]:
    """System load whose mean is above the region's seasonal peaks: of a small region, MW pass the plausible range."""
    for name, region in scenario.regions.items():
        peaks, hours = region.grid.system_load, given.get(("system_load_gw", name))
        if peaks is None or hours is None:
            continue
        highest = max(peaks.summer_peak_gw, peaks.winter_peak_gw)
        if hours.mean() > highest:
            said = f"the mean, {hours.mean():,.6g} GW, is above the scenario's seasonal peak of {highest:,.6g} GW"
            todo = "divide MW by 1,000, or correct grid.system_load of the region"
            own = f"{name}:system_load_gw"
            column = table.header.index(own if own in table.header else "system_load_gw")
            yield replace(table.problem(-1, column, f"{said}; {todo}"), key=own)
