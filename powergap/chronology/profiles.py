"""Read a table of 8,760 hours: load, system load, temperature and sun, for one or many regions."""

from __future__ import annotations

import csv
import difflib
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from powergap.errors import InputError, Problem

HOURS = 8760
KINDS = {"load": (0.0, 1.0), "system_load_gw": (0.0, 2000.0), "temperature_degc": (-60.0, 60.0), "sun": (0.0, 20.0)}
"""Column names and their plausible range. `region:column` gives one region, `column` all of them."""


def read_profiles(path: Path, regions: list[str]) -> dict[tuple[str, str], npt.NDArray[np.float64]]:
    """Shapes by (column, region), each [365, 24].

    The file has a header, one row an hour from 1 January 00:00 and the columns of `KINDS`; a column that is
    missing is left to the parametric shape. A column `hour` is allowed and ignored.

    Raises:
        InputError: no such file, wrong number of hours, unknown columns, values missing or out of range.
    """
    file = str(path)
    if not path.is_file():
        raise InputError([Problem(file, 0, 0, "chronology.profiles", "no such file")])
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.reader(stream))
    if not rows:
        raise InputError([Problem(file, 1, 1, "", "the file is empty; expected a header and 8,760 rows")])
    header, body = rows[0], rows[1:]
    problems = _header_problems(file, header, regions)
    if len(body) != HOURS:
        problems.append(Problem(file, len(rows), 1, "", f"{len(body)} rows of hours; expected {HOURS:,}"))
    found: dict[tuple[str, str], npt.NDArray[np.float64]] = {}
    for column, name in enumerate(header):
        region, _, kind = name.strip().rpartition(":")
        if kind not in KINDS or (region and region not in regions):
            continue
        values = _column(file, body, column, kind, problems)
        for target in [region] if region else regions:
            if region or (kind, target) not in found:
                found[kind, target] = values
    if problems:
        raise InputError(problems)
    return {key: values.reshape(365, 24) for key, values in found.items()}


def _header_problems(file: str, header: list[str], regions: list[str]) -> list[Problem]:
    problems = []
    for column, name in enumerate(header, start=1):
        region, _, kind = name.strip().rpartition(":")
        if kind == "hour" and not region:
            continue
        for word, known in ((kind, list(KINDS)), (region, regions)):
            if word and word not in known:
                near = difflib.get_close_matches(word, known, n=1)
                hint = f"; did you mean {near[0]}?" if near else f"; expected one of {', '.join(known)}"
                problems.append(Problem(file, 1, column, name, f"unknown column{hint}"))
    return problems


def _column(
    file: str, body: list[list[str]], column: int, kind: str, problems: list[Problem]
) -> npt.NDArray[np.float64]:
    low, high = KINDS[kind]
    values = np.full(len(body), np.nan)
    for number, row in enumerate(body):
        text = row[column] if column < len(row) else ""
        try:
            values[number] = float(text)
        except ValueError:
            values[number] = math.nan
        if not low <= values[number] <= high:
            said = f"{text!r} is no number from {low:g} to {high:g}"
            problems.append(Problem(file, number + 2, column + 1, kind, said))
            if len(problems) >= 20:
                break
    return values
