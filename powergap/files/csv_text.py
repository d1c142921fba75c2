"""A CSV as text: its header, its rows, and the place of every cell as line and character of the file."""

from __future__ import annotations

import csv
import gzip
import itertools
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from powergap.errors import Problem
from powergap.files.bounded import TooLargeError
from powergap.files.encoding import NotATableError, encoding_of

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
ABOVE_HEADER = 20
"""Rows that are looked through for the header."""

MOST_LETTERS_OF_A_ROW = 20_000
"""Line ends included; a table of 500 regions has a header of 5,000, and a quote that is never closed takes all."""

UNREADABLE = (OSError, EOFError, zlib.error, UnicodeError, csv.Error, TooLargeError)


class Row(NamedTuple):
    """A row of a file.

    Attributes:
        line: on which it begins, from 1; a quoted cell may go on over several.
        cells: their text, quotes resolved.
        lines: the row as it stands in the file, line by line, ends included.
        delimiter: what separates its cells.
    """

    line: int
    cells: list[str]
    lines: list[str]
    delimiter: str

    @property
    def is_blank(self) -> bool:
        """True where no cell holds anything, whatever separates them."""
        return not any(cell.strip().strip(",;") for cell in self.cells)

    def places(self) -> list[tuple[int, int]]:
        """Line and character, both from 1, at which each cell begins, and last the end of the row, [cell + 1]."""
        if len(self.lines) == 1 and '"' not in self.lines[0]:
            starts = itertools.accumulate((len(cell) + 1 for cell in self.cells[:-1]), initial=1)
            return [*((self.line, start) for start in starts), self._end]
        return [(self.line, 1), *self._after_delimiters(), self._end]

    def place(self, cell: int) -> tuple[int, int]:
        """Line and character at which a cell begins; the end of the row for one that it lacks."""
        places = self.places()
        return places[min(cell, len(places) - 1)]

    @property
    def _end(self) -> tuple[int, int]:
        return self.line + len(self.lines) - 1, len(self.lines[-1].rstrip("\r\n")) + 1

    def _after_delimiters(self) -> Iterator[tuple[int, int]]:
        """Where something separates two cells, as `csv` reads it: a quote opens a cell only at its beginning."""
        fresh, quoted = True, False
        for number, text in enumerate(self.lines, self.line):
            for at, mark in enumerate(text, 1):
                if quoted:
                    quoted = mark != '"'  # the second of a pair opens again, as `fresh` still stands
                    continue
                if mark == '"' and fresh:
                    quoted = True
                elif mark == self.delimiter:
                    fresh = True
                    yield number, at + 1
                    continue
                else:
                    fresh = False


@dataclass(frozen=True)
class CsvText:
    """A file whose header has been found.

    Attributes:
        path: as the user named it.
        encoding: of its text, as Python calls it.
        header: the row of column names.
        names: the column names, blanks around them left out.
        notes: what is otherwise than commas and UTF-8 from the first line on, for warnings.
        most_letters: of a row.
    """

    path: Path
    encoding: str
    header: Row
    names: list[str]
    notes: tuple[Problem, ...]
    most_letters: int
    _reread: dict[int, Row] = field(default_factory=dict, compare=False, repr=False)

    @property
    def has_thousands(self) -> bool:
        """True where commas separate cells: one within a number separates thousands, else it may be a decimal one."""
        return self.header.delimiter == ","

    def rows(self) -> Iterator[Row]:
        """The rows below the header, blank ones too.

        Raises:
            NotATableError: the file cannot be read to its end, or a row is too long.
        """
        rows = _rows(self.path, self.encoding, self.header.delimiter, self.most_letters)
        return (row for row in rows if row.line > self.header.line)

    def place(self, line: int, cell: int) -> tuple[int, int]:
        """Line and character of a cell of the row that begins on a line; the file is read again up to there, once."""
        if line not in self._reread:
            rows = _rows(self.path, self.encoding, self.header.delimiter, self.most_letters)
            self._reread[line] = next((row for row in rows if row.line >= line), self.header)
        return self._reread[line].place(cell)

    def too_wide(self, row: Row) -> Problem | None:
        """The problem of a row with more cells than the header, at the first of them; empty ones do not count."""
        width = len(self.names)
        if not any(cell.strip() for cell in row.cells[width:]):
            return None
        said = f"more than the {width} cells of the header; a thousands comma needs quotes around its number"
        return Problem(str(self.path), *row.place(width), "", said, said)


def read_csv(
    path: Path,
    is_header: Callable[[list[str]], bool] | None = None,
    *,
    most_bytes: int | None = None,
    most_letters: int = MOST_LETTERS_OF_A_ROW,
) -> CsvText:
    """Find the header of a CSV, plain or gzipped (`.gz`), and how its text is to be read.

    Args:
        path: a file.
        is_header: takes a row, blanks around its cells left out, and says whether it is the header: the first such
            row with cells separated by commas, semicolons or tabs. If there is none, or nothing is given, it is the
            first row that is not blank, with the separator that gives it the most cells.
        most_bytes: of the file.
        most_letters: of a row.

    Raises:
        NotATableError: no such file, too large, empty, no text, or not readable.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises for a name that no file can have
        raise NotATableError("no such file")
    if most_bytes is not None and path.stat().st_size > most_bytes:
        raise NotATableError(f"is larger than {most_bytes // 10**6} MB; leave out what is not read")
    try:
        encoding = encoding_of(path)
    except UNREADABLE as error:
        raise _unreadable(error) from None
    tops = [_top(path, encoding.name, delimiter, most_letters) for delimiter in DELIMITERS]
    first = max((top[0] for top in tops if top), key=lambda row: len(row.cells), default=None)
    if first is None:
        raise NotATableError("is empty; expected a header and rows")
    taken = (row for top in tops for row in top if is_header and is_header(_names(row)))
    header = next(taken, first)
    notes = [encoding.note] if encoding.note else []
    if header.delimiter != ",":
        notes.append(f"has cells separated by {DELIMITERS[header.delimiter]}, and was read as such")
    if header.line > first.line:
        notes.append(f"has its header in line {header.line}; the lines above it are passed over")
    told = tuple(Problem(str(path), 0, 0, "", note) for note in notes)
    return CsvText(path, encoding.name, header, _names(header), told, most_letters)


def _names(row: Row) -> list[str]:
    return [cell.strip() for cell in row.cells]


def _top(path: Path, encoding: str, delimiter: str, most_letters: int) -> list[Row]:
    """The first rows, blank ones left out."""
    rows = (row for row in _rows(path, encoding, delimiter, most_letters) if not row.is_blank)
    return list(itertools.islice(rows, ABOVE_HEADER))


def _rows(path: Path, encoding: str, delimiter: str, most_letters: int) -> Iterator[Row]:
    """Every row of a file.

    Raises:
        NotATableError: it cannot be read to its end, or a row is too long.
    """
    begin = 1
    try:
        with _opened(path, encoding) as stream:
            lines = _CountedLines(stream, most_letters)
            reader = csv.reader(lines, delimiter=delimiter)
            for cells in reader:
                yield Row(begin, cells, lines.taken, delimiter)
                lines.taken, lines.letters = [], 0
                begin = reader.line_num + 1
    except UNREADABLE as error:
        raise _unreadable(error) from None


def _opened(path: Path, encoding: str) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


class _CountedLines:
    """Lines of a stream, kept since the last row began: a quoted cell may go over many."""

    def __init__(self, stream: IO[str], most_letters: int) -> None:
        self.stream, self.most_letters = stream, most_letters
        self.taken: list[str] = []
        self.letters = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.stream.readline(self.most_letters + 1):
            self.letters += len(line)
            if self.letters > self.most_letters:
                raise TooLargeError(f"a row has more than {self.most_letters:,} characters")
            self.taken.append(line)
            yield line


def _unreadable(error: Exception) -> NotATableError:
    return NotATableError(f"cannot be read as CSV text: {getattr(error, 'strerror', None) or error}")
