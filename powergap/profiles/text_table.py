"""A CSV as text that can point at each of its cells: `file:line:column`, the column counted in characters."""

from __future__ import annotations

import csv
import difflib
import itertools
import re
import zlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap import bounded
from powergap.errors import InputError, Problem

NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?"
MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "MISSING", "EMPTY")
MOST_PROBLEMS = 20
ROWS_OF_A_GLANCE = 1000
MOST_CELLS = 10_000_000
"""That are held as text: ten years of hours of 114 regions, in a GB."""

UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error, bounded.TooLargeError)


@dataclass(frozen=True)
class TextTable:
    """Some columns of a CSV, all as text.

    Attributes:
        path: the file, as the user named it.
        cells: text by line of the file and column; blank lines are left out.
        fields: position of each column in the file, from 0.
    """

    path: Path
    cells: pd.DataFrame
    fields: dict[str, int]

    @property
    def lines(self) -> npt.NDArray[np.int64]:
        """Line of each row in the file."""
        return self.cells.index.to_numpy(dtype=np.int64)

    def only(self, rows: pd.Series[bool]) -> TextTable:
        """The same columns of some rows."""
        return TextTable(self.path, self.cells[rows], self.fields)

    def problem(self, row: int, column: str, message: str, key: str = "") -> Problem:
        """A problem with one cell.

        Args:
            row: position of the row among the cells.
            column: name of the column.
            message: what is wrong.
            key: what it is about; default the column.
        """
        return place(self.path, int(self.lines[row]), self.fields[column], message, key or column)

    def numbers(self, column: str) -> tuple[npt.NDArray[np.float64], list[Problem]]:
        """The column as numbers, NaN where nothing is said, and a problem for each text that is no number."""
        text = self.cells[column].str.strip()
        missing = text.isin(MISSING).to_numpy()
        sound = text.str.fullmatch(NUMBER).to_numpy(dtype=bool) & text.str.contains(r"\d", regex=True).to_numpy()
        values = np.full(len(text), np.nan)
        values[sound] = text[sound].str.replace(",", "", regex=False).astype(float).to_numpy()
        wrong = np.flatnonzero(~sound & ~missing)
        problems = [self.problem(int(row), column, f"{text.iloc[row]!r} is no number") for row in wrong[:MOST_PROBLEMS]]
        return values, problems


def read_header(path: Path) -> list[str]:
    """Column names of a CSV, plain or gzipped.

    Raises:
        InputError: no such file, not a CSV, empty, or two columns of one name.
    """
    try:
        _, first = next(bounded.rows(path), (0, []))
    except FileNotFoundError:
        raise InputError([Problem(str(path), 0, 0, "", "no such file")]) from None
    except UNREADABLE as error:
        raise InputError([Problem(str(path), 0, 0, "", f"cannot be read as CSV text: {error}")]) from None
    header = [name.strip() for name in first]
    if not any(header):
        raise InputError([Problem(str(path), 1, 1, "", "the file is empty; expected a header and rows of hours")])
    twice = [name for name, count in Counter(header).items() if name and count > 1]
    if twice:
        field = len(header) - 1 - header[::-1].index(twice[0])
        raise InputError([place(path, 1, field, "the header has this column twice", twice[0])])
    return header


def read_columns(path: Path, header: Sequence[str], columns: Collection[str]) -> TextTable:
    """Read some columns; cells that a row lacks at its end are empty.

    Raises:
        InputError: a row has more cells than the header, or the file cannot be read.
    """
    fields = {name: number for number, name in enumerate(header) if name in columns}
    width, problems = len(header), []
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for count, (line, row) in enumerate(itertools.islice(bounded.rows(path), 1, None), 1):
            if max(count, len(lines) * len(fields)) > MOST_CELLS:
                raise bounded.TooLargeError(f"more than {MOST_CELLS:,} cells to read; take fewer regions or years")
            if any(row[width:]):
                problems.append(line)
            if any(row):
                cells = row if len(row) >= width else [*row, *[""] * (width - len(row))]
                rows.append([cells[field] for field in fields.values()])
                lines.append(line)
    except UNREADABLE as error:
        raise InputError([Problem(str(path), 0, 0, "", f"cannot be read as CSV text: {error}")]) from None
    if problems:
        said = f"more than the {width} cells of the header; a thousands comma needs quotes around its number"
        told = [place(path, line, width, said, "") for line in problems[:MOST_PROBLEMS]]
        raise InputError(few(told, len(problems)))
    return TextTable(path, pd.DataFrame(rows, columns=list(fields), index=lines, dtype=str), fields)


def words_in(path: Path, header: Sequence[str]) -> dict[str, str]:
    """Columns that hold text and no number in their first rows, with the first text.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        rows = [row for _, row in itertools.islice(bounded.rows(path), 1, ROWS_OF_A_GLANCE)]
    except UNREADABLE as error:
        raise InputError([Problem(str(path), 0, 0, "", f"cannot be read as CSV text: {error}")]) from None
    found = {}
    for field, name in enumerate(header):
        cells = [row[field].strip() for row in rows if field < len(row)]
        texts = [text for text in cells if text not in MISSING]
        if texts and not any(re.fullmatch(NUMBER, text) for text in texts):
            found[name] = texts[0]
    return found


def place(path: Path, line: int, field: int, message: str, key: str) -> Problem:
    """A problem at the character where a field of a line begins."""
    return Problem(str(path), line, _character(path, line, field), key, message)


def unknown_name(name: str, known: Sequence[str]) -> str:
    """`; did you mean PJM?`, or the names that are known."""
    near = difflib.get_close_matches(name.upper(), [one.upper() for one in known], n=1)
    spelled = [one for one in known if near and one.upper() == near[0]]
    return f"; did you mean {spelled[0]}?" if spelled else f"; the columns are {', '.join(known)}"


def few(problems: Sequence[Problem], of: int | None = None) -> list[Problem]:
    """The first problems, and one that counts the others."""
    total = len(problems) if of is None else max(of, len(problems))
    shown = list(problems[:MOST_PROBLEMS])
    if total > len(shown):
        shown.append(Problem(shown[0].file, 0, 0, "", f"and {total - len(shown):,} more such problems"))
    return shown


def _character(path: Path, line: int, field: int) -> int:
    """Character, from 1, at which a field begins; commas inside quotes do not count."""
    with bounded.opened(path) as stream:
        text = next(itertools.islice(stream, line - 1, None), "")
    quoted, seen = False, 0
    for position, mark in enumerate(text):
        if seen == field:
            return position + 1
        quoted ^= mark == '"'
        seen += mark == "," and not quoted
    return len(text.rstrip("\r\n")) + 1
