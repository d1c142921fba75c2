"""A CSV of the hours of a year as text, each cell with its place, and what can be wrong with its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from powergap.errors import InputError, Problem
from powergap.files.bounded import why_unreadable
from powergap.files.csv_text import CsvText, Row, read_csv
from powergap.files.encoding import NotATableError

HOURS, LEAP_HOURS = 8760, 8784
MOST_BYTES = 50_000_000
"""Of a file, which is held in memory as text: 8,760 rows of 500 columns. Profiles of 13 regions have 1 MB."""

MOST_WIDE = 5
"""Rows with more cells than the header that are shown."""

LEAP_DAY = range(59 * 24, 60 * 24)
"""Hours of 29 February."""

COUNTER = "hour"
"""The column that only counts the rows, from 0 or from 1."""


@dataclass(frozen=True)
class HoursTable:
    """Header and rows of a file.

    Attributes:
        source: the file and its header.
        body: rows, which may be short.
    """

    source: CsvText
    body: list[Row]

    @property
    def file(self) -> str:
        """Its path."""
        return str(self.source.path)

    @property
    def header(self) -> list[str]:
        """Column names, [column]."""
        return self.source.names

    def cell(self, row: int, column: int) -> str:
        """Text of a cell, both counted from 0; empty where the row is short."""
        cells = self.body[row].cells
        return cells[column].strip() if column < len(cells) else ""

    def problem(self, row: int, column: int, message: str, reason: str = "") -> Problem:
        """A problem of a cell, with what can be said of it without a word of the file; row -1 is the header."""
        at = (self.source.header if row < 0 else self.body[row]).place(column)
        return Problem(self.file, *at, self.header[column], message, reason)

    def of_the_header(self, message: str, key: str = "", reason: str = "") -> Problem:
        """A problem of the columns as a whole."""
        return Problem(self.file, self.source.header.line, 1, key, message, reason)


def read_table(path: Path, is_header: Callable[[list[str]], bool]) -> HoursTable:
    """Read a file as text.

    Args:
        path: the file.
        is_header: whether a row has names of columns.

    Raises:
        InputError: it is missing, empty or no CSV, or a row has more cells than the header.
    """
    file = str(path)
    if why := why_unreadable(path, "CSV"):
        raise _refuse(file, why)
    try:
        source = read_csv(path, is_header, most_bytes=MOST_BYTES)
        body = list(source.rows())
    except NotATableError as error:
        raise _refuse(file, str(error)) from None
    while body and body[-1].is_blank:
        body.pop()
    if wide := [problem for row in body if (problem := source.too_wide(row))]:
        more = f"{len(wide) - MOST_WIDE:,} more rows like these"
        raise InputError(wide[:MOST_WIDE] + [Problem(file, 0, 0, "", more, more)] * (len(wide) > MOST_WIDE))
    return HoursTable(source, body)


def _refuse(file: str, message: str, line: int = 0) -> InputError:
    return InputError([Problem(file, line, line, "", message, message)])


def row_problems(table: HoursTable) -> list[Problem]:
    """A wrong number of rows, and the first hour that is missing or comes twice by the file's own count."""
    rows = len(table.body)
    last = table.body[-1].line if rows else table.source.header.line
    problems = []
    if rows == LEAP_HOURS:
        first, end = (table.body[LEAP_DAY[at]].line for at in (0, -1))
        said = f"{rows:,} rows of hours, a leap year; leave out 29 February (lines {first:,} to {end:,})"
        problems.append(Problem(table.file, last, 1, "", said, said))
    elif rows != HOURS:
        amount = f"{HOURS - rows:,} are missing" if rows < HOURS else f"{rows - HOURS:,} are too many"
        said = f"{rows:,} rows of hours; expected {HOURS:,} from 1 January 00:00: {amount}, and nothing is filled"
        problems.append(Problem(table.file, last, 1, "", said, said))
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
