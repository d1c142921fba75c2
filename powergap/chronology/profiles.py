"""Read a table of 8,760 hours: load, system load, temperature and sun, for one or many regions."""

from __future__ import annotations

import csv
import difflib
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from powergap.errors import InputError, Problem
from powergap.scenario.schema import Scenario

HOURS, LEAP_HOURS = 8760, 8784
KINDS = {"load": (0.0, 1.0), "system_load_gw": (0.0, 2000.0), "temperature_degc": (-60.0, 60.0), "sun": (0.0, 20.0)}
"""Column names and their plausible range. `region:column` gives one region, `column` all others."""

REMEDIES = {
    "load": "load is per unit of the year's peak",
    "system_load_gw": "it is in GW; divide MW by 1,000",
    "temperature_degc": "it is in degrees Celsius",
    "sun": "sun is per unit of its yearly mean",
}
MOST_PER_COLUMN = 5

Floats = npt.NDArray[np.float64]


def given_hours(scenario: Scenario) -> dict[tuple[str, str], Floats]:
    """The hours of a scenario's profiles by (column, region), each [365, 24]; none if it has none or reads none.

    Raises:
        InputError: the file is missing or malformed, or its system load is far from the scenario's seasonal peaks.
    """
    named = scenario.chronology.profiles
    if named is None or scenario.chronology.kind == "annual":
        return {}
    given = read_profiles(Path(named), list(scenario.regions))
    problems = []
    for name, region in scenario.regions.items():
        peaks, hours = region.grid.system_load, given.get(("system_load_gw", name))
        if (
            peaks is None
            or hours is None
            or not hours.mean() > (most := max(peaks.summer_peak_gw, peaks.winter_peak_gw))
        ):
            continue
        said = f"the mean, {hours.mean():,.6g} GW, is above the scenario's seasonal peak of {most:,.6g} GW; {{}}"
        remedy = "is the file in MW, or grid.system_load of another region?"
        problems.append(Problem(named, 1, 0, f"{name}:system_load_gw", said.format(remedy)))
    if problems:
        raise InputError(problems)
    return given


def read_profiles(path: Path, regions: list[str]) -> dict[tuple[str, str], Floats]:
    """Shapes by (column, region), each [365, 24].

    The file has a header, one row an hour from 1 January 00:00 local standard time, without 29 February, and the
    columns of `KINDS`; a column that is missing is left to the parametric shape. Where one region has a column, all
    must: its own, or one without a region. Columns of regions that are not asked for are passed over, so that one
    file serves a scenario and a part of it. A column `hour` only counts the rows.

    Raises:
        InputError: no such file, hours missing, unknown columns, a region without column, values out of range.
    """
    file, rows = str(path), _rows(path)
    header, body = [name.strip() for name in rows[0]], rows[1:]
    problems = _header_problems(file, header, regions) + _hour_problems(file, header, body)
    found: dict[tuple[str, str], Floats] = {}
    for column, name in enumerate(header):
        region, _, kind = name.rpartition(":")
        if kind not in KINDS or (region and region not in regions):
            continue
        values = _column(file, body, column, header, problems)
        for target in [region] if region else regions:
            if region or (kind, target) not in found:
                found[kind, target] = values
    if problems:
        raise InputError(problems)
    return {key: values.reshape(365, 24) for key, values in found.items()}


def _rows(path: Path) -> list[list[str]]:
    file = str(path)
    if not path.is_file():
        raise InputError([Problem(file, 0, 0, "chronology.profiles", "no such file")])
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.reader(stream))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError([Problem(file, 0, 0, "", "is no CSV in UTF-8; unpack or export it first")]) from error
    if not rows:
        raise InputError([Problem(file, 1, 1, "", "the file is empty; expected a header and 8,760 rows")])
    return rows


def _header_problems(file: str, header: list[str], regions: list[str]) -> list[Problem]:
    """Columns of an unknown kind or twice, and regions that lack what others have."""
    problems = []
    for column, name in enumerate(header, start=1):
        kind = name.rpartition(":")[2]
        if kind not in KINDS and name != "hour":
            problems.append(Problem(file, 1, column, name, f"unknown column{_nearest(kind, list(KINDS))}"))
        elif name in header[: column - 1]:
            problems.append(Problem(file, 1, column, name, "comes twice; keep one of the columns"))
    for kind in KINDS:
        have = [name for name in header if name.endswith(f":{kind}")]
        for region in regions if have and kind not in header else []:
            if f"{region}:{kind}" not in have:
                others = f"; a column {kind} would serve every region that has none of its own"
                said = f"region {region} has no such column{_nearest(f'{region}:{kind}', have)}{others}"
                problems.append(Problem(file, 1, 0, f"{region}:{kind}", said))
    return problems


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; expected one of {', '.join(known)}"


def _hour_problems(file: str, header: list[str], body: list[list[str]]) -> list[Problem]:
    """The number of rows, and the first hour that is missing or comes twice by the file's own count."""
    problems = []
    if len(body) == LEAP_HOURS:
        said = f"{LEAP_HOURS:,} rows of hours, a leap year; leave out 29 February (rows 1,418 to 1,441)"
        problems.append(Problem(file, len(body) + 1, 1, "", said))
    elif len(body) != HOURS:
        missing = f": {HOURS - len(body):,} are missing" if len(body) < HOURS else ""
        said = f"{len(body)} rows of hours; expected {HOURS:,} from 1 January 00:00{missing}; nothing is filled"
        problems.append(Problem(file, len(body) + 1, 1, "", said))
    if "hour" in header:
        column = header.index("hour")
        counted = [row[column].strip() if column < len(row) else "" for row in body]
        first = int(counted[0] == "1")
        for number, text in enumerate(counted):
            if text != str(number + first):
                said = f"{text!r} where hour {number + first} was expected: one is missing or comes twice (local time?)"
                problems.append(Problem(file, number + 2, column + 1, "hour", said))
                break
    return problems


def _column(file: str, body: list[list[str]], column: int, header: list[str], problems: list[Problem]) -> Floats:
    """Values of a column; what is no plausible number is added to the problems, the first few in full."""
    kind = header[column].rpartition(":")[2]
    low, high = KINDS[kind]
    values = np.array([_number(row[column]) if column < len(row) else math.nan for row in body])
    wrong = np.flatnonzero(~((values >= low) & (values <= high)))
    for number in wrong[:MOST_PER_COLUMN]:
        text = body[number][column] if column < len(body[number]) else ""
        said = f"{text!r} is no number from {low:g} to {high:g}; {REMEDIES[kind]}"
        if number == wrong[MOST_PER_COLUMN - 1 : MOST_PER_COLUMN] and len(wrong) > MOST_PER_COLUMN:
            said += f"; and {len(wrong) - MOST_PER_COLUMN:,} more hours of this column"
        problems.append(Problem(file, int(number) + 2, column + 1, header[column], said))
    return values


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
