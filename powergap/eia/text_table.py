"""A CSV as text that can point at each of its cells: `file:line:column`, line and character."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap.errors import InputError, Problem
from powergap.files.csv_text import CsvText, read_csv
from powergap.files.encoding import NotATableError
from powergap.files.nearest import did_you_mean
from powergap.files.numbers import NUMBER, PLAIN, remedy

MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "MISSING", "EMPTY")
MOST_PROBLEMS = 20
ROWS_OF_A_GLANCE = 1000
MOST_CELLS = 10_000_000
"""That are held as text: ten years of hours of 114 regions, in a GB."""


@dataclass(frozen=True)
class TextTable:
    """Some columns of a CSV, all as text.

    Attributes:
        file: where it stands.
        cells: text by line of the file and column; blank lines are left out.
        fields: position of each column in the file, from 0.
    """

    file: CsvText
    cells: pd.DataFrame
    fields: dict[str, int]

    @property
    def lines(self) -> npt.NDArray[np.int64]:
        """Line of each row in the file."""
        return self.cells.index.to_numpy(dtype=np.int64)

    def only(self, rows: pd.Series[bool]) -> TextTable:
        """The same columns of some rows."""
        return TextTable(self.file, self.cells[rows], self.fields)

    def problem(self, row: int, column: str, message: str, key: str = "") -> Problem:
        """A problem with one cell.

        Args:
            row: position of the row among the cells.
            column: name of the column.
            message: what is wrong.
            key: what it is about; default the column.
        """
        at = self.file.place(int(self.lines[row]), self.fields[column])
        return Problem(str(self.file.path), *at, key or column, message)

    def numbers(self, column: str) -> tuple[npt.NDArray[np.float64], list[Problem]]:
        """The column as numbers, NaN where nothing is said, and a problem for each text that is no number."""
        text = self.cells[column].str.strip()
        missing = text.isin(MISSING).to_numpy()
        sound = text.str.fullmatch(NUMBER if self.file.has_thousands else PLAIN).to_numpy(dtype=bool)
        values = np.full(len(text), np.nan)
        values[sound] = text[sound].str.replace(",", "", regex=False).astype(float).to_numpy()
        wrong = np.flatnonzero(np.where(sound, np.isinf(values), ~missing))
        told = ((int(row), str(text.iloc[row])) for row in wrong[:MOST_PROBLEMS])
        problems = [self.problem(row, column, f"{said!r} is no number{remedy(said)}") for row, said in told]
        return values, problems


def read_header(path: Path) -> list[str]:
    """Column names of a CSV, plain or gzipped.

    Raises:
        InputError: no such file, not a CSV, empty, or two columns of one name.
    """
    file = _opened(path)
    twice = [name for name, count in Counter(file.names).items() if name and count > 1]
    if twice:
        field = len(file.names) - 1 - file.names[::-1].index(twice[0])
        said = "the header has this column twice"
        raise InputError([Problem(str(path), *file.header.place(field), twice[0], said)])
    return file.names


def notes(path: Path) -> tuple[Problem, ...]:
    """What of a file was read otherwise than as commas and UTF-8, for warnings.

    Raises:
        InputError: as `read_header`.
    """
    return _opened(path).notes


def read_columns(path: Path, header: Sequence[str], columns: Collection[str]) -> TextTable:
    """Read some columns; cells that a row lacks at its end are empty.

    Raises:
        InputError: a row has more cells than the header, or the file cannot be read.
    """
    fields = {name: number for number, name in enumerate(header) if name in columns}
    width, problems = len(header), []
    rows: list[list[str]] = []
    lines: list[int] = []
    file = _opened(path)
    try:
        for count, row in enumerate(file.rows(), 1):
            if row.is_blank:
                continue
            if max(count, len(lines) * len(fields)) > MOST_CELLS:
                said = f"has more than {MOST_CELLS:,} cells to read; take fewer regions or years"
                raise InputError([Problem(str(path), 0, 0, "", said)])
            if wide := file.too_wide(row):
                problems.append(wide)
            cells = [*row.cells, *[""] * (width - len(row.cells))]
            rows.append([cells[field] for field in fields.values()])
            lines.append(row.line)
    except NotATableError as error:
        raise InputError([Problem(str(path), 0, 0, "", str(error))]) from None
    if problems:
        raise InputError(few(problems))
    return TextTable(file, pd.DataFrame(rows, columns=list(fields), index=lines, dtype=str), fields)


def words_in(path: Path, header: Sequence[str]) -> dict[str, str]:
    """Columns that hold text and no number in their first rows, with the first text.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        rows = [row.cells for row in itertools.islice(_opened(path).rows(), ROWS_OF_A_GLANCE)]
    except NotATableError as error:
        raise InputError([Problem(str(path), 0, 0, "", str(error))]) from None
    found = {}
    for field, name in enumerate(header):
        cells = [row[field].strip() for row in rows if field < len(row)]
        texts = [text for text in cells if text not in MISSING]
        if texts and not any(re.fullmatch(NUMBER, text) for text in texts):
            found[name] = texts[0]
    return found


def place(path: Path, line: int, field: int, message: str, key: str) -> Problem:
    """A problem at the character where a field of the row that begins on a line does."""
    return Problem(str(path), *_opened(path).place(line, field), key, message)


def _opened(path: Path) -> CsvText:
    try:
        return read_csv(path)
    except NotATableError as error:
        raise InputError([Problem(str(path), 0, 0, "", str(error))]) from None


def unknown_name(name: str, known: Sequence[str]) -> str:
    """The nearest name, or the names that are known."""
    return did_you_mean(name, known, f"; the columns are {', '.join(known)}")


def few(problems: Sequence[Problem], of: int | None = None) -> list[Problem]:
    """The first problems, and one that counts the others."""
    total = len(problems) if of is None else max(of, len(problems))
    shown = list(problems[:MOST_PROBLEMS])
    if total > len(shown):
        shown.append(Problem(shown[0].file, 0, 0, "", f"and {total - len(shown):,} more such problems"))
    return shown
