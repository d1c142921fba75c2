"""A CSV of the hours of a year as text, each cell with its place, and what can be wrong with its rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from powergap.bounded import why_unreadable
from powergap.errors import InputError, Problem, system_words

HOURS, LEAP_HOURS = 8760, 8784
MOST_BYTES = 50_000_000
"""Of a file, which is held in memory as text: 8,760 rows of 500 columns. Profiles of 13 regions have 1 MB."""

COUNTER = "hour"
"""The column that only counts the rows, from 0 or from 1."""


@dataclass(frozen=True)
class HoursTable:
    """Header and rows of a file.

    Attributes:
        file: its path.
        header: column names, [column].
        body: cells by row, [row][column]; rows may be short.
    """

    file: str
    header: list[str]
    body: list[list[str]]

    def cell(self, row: int, column: int) -> str:
        """Text of a cell, both counted from 0; empty where the row is short."""
        return self.body[row][column].strip() if column < len(self.body[row]) else ""

    def problem(self, row: int, column: int, message: str, reason: str = "") -> Problem:
        """A problem of a cell, with what can be said of it without a word of the file; row -1 is the header."""
        return Problem(self.file, row + 2, column + 1, self.header[column], message, reason)


def read_table(path: Path) -> HoursTable:
    """Read a file as text.

    Raises:
        InputError: it is missing, empty or no CSV in UTF-8.
    """
    file = str(path)
    if why := why_unreadable(path, "CSV"):
        raise _refuse(file, why)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refuse(file, f"is larger than {MOST_BYTES // 10**6} MB; leave out what is not read")
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.reader(stream))
    except OSError as error:
        raise _refuse(file, f"cannot be read: {system_words(error)}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refuse(file, "is no CSV in UTF-8; unpack or export it first") from error
    while rows and not rows[-1]:
        rows.pop()
    if not rows:
        raise _refuse(file, f"the file is empty; expected a header and {HOURS:,} rows", line=1)
    return HoursTable(file, [name.strip() for name in rows[0]], rows[1:])


def _refuse(file: str, message: str, line: int = 0) -> InputError:
    return InputError([Problem(file, line, line, "", message, message)])


def row_problems(table: HoursTable) -> list[Problem]:
    """A wrong number of rows, and the first hour that is missing or comes twice by the file's own count."""
    rows = len(table.body)
    problems = []
    if rows == LEAP_HOURS:
        said = f"{rows:,} rows of hours, a leap year; leave out 29 February (lines 1,418 to 1,441)"
        problems.append(Problem(table.file, rows + 1, 1, "", said, said))
    elif rows != HOURS:
        amount = f"{HOURS - rows:,} are missing" if rows < HOURS else f"{rows - HOURS:,} are too many"
        said = f"{rows:,} rows of hours; expected {HOURS:,} from 1 January 00:00: {amount}, and nothing is filled"
        problems.append(Problem(table.file, rows + 1, 1, "", said, said))
    if COUNTER in table.header and rows:
        column = table.header.index(COUNTER)
        first = int(table.cell(0, column) == "1")
        wrong = next((row for row in range(rows) if table.cell(row, column) != str(row + first)), None)
        if wrong is not None:
            said = (
                f"{table.cell(wrong, column)!r} where hour {wrong + first} was expected: one is missing or comes twice"
            )
            remedy = "; in local time one does each, in March and November: write standard time all year"
            problems.append(table.problem(wrong, column, said + remedy))
    return problems
