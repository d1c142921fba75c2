"""Columns that fit a width. What does not fit beside moves below its row; nothing is dropped or cut."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from powergap.errors import on_one_line
from powergap.text.numbers import NOTHING

GAP = 2
INDENT = 4
UNBROKEN = "\u00a0"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        head: heading; its lines stand on the rows' side of the header.
        cells: one text per row.
        over: heading shared with neighbours of the same text.
        right: numbers stand to the right, text to the left.
        rank: columns of higher rank move below the row first; those of one rank move together.
        below: how the value is told below the row, `{}` for the cell; default: heading and cell.
        wraps: least width of a text that may be wrapped; 0 never wraps.
    """

    head: str
    cells: Sequence[str]
    over: str = ""
    right: bool = True
    rank: int = 0
    below: str = ""
    wraps: int = 0

    @property
    def natural(self) -> int:
        """Width without wrapping."""
        return max(map(width_of, (*self.head.split("\n"), *self.cells)))

    @property
    def least(self) -> int:
        """Least width in which no word or number is broken."""
        if not self.wraps:
            return self.natural
        words = [word for text in (*self.cells, self.head) for word in text.split()]
        return min(self.natural, max([self.wraps, *map(width_of, words)]))


@dataclass
class _Sheet:
    """The columns that stand side by side, with their widths, and those that moved below."""

    beside: list[Column]
    below: list[Column]
    widths: list[int] = field(default_factory=list)


def table(columns: Sequence[Column], width: int | None, *, ascii_only: bool = False) -> str:
    """The table as text with a line end after every line.

    Args:
        columns: at least one; the first names the row and always stands in the table.
        width: columns of the terminal; None for as wide as the table needs.
        ascii_only: rule the header with `-`.
    """
    columns = [replace(column, cells=list(map(on_one_line, column.cells))) for column in columns]
    sheet = _fitted(columns, width)
    lines = _header(sheet, "-" if ascii_only else "\u2500")
    for row in range(len(columns[0].cells)):
        lines += _row(sheet, row)
        lines += _below(sheet, row, width)
    return "".join(line.rstrip() + "\n" for line in lines)


def paragraph(text: str, width: int | None, indent: str = "") -> str:
    """Wrapped text; words are never broken."""
    if width is None:
        return text
    return "\n".join(_wrapped(text, max(width, 20), indent))


def width_of(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(mark) else 2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text
    )


def _fitted(columns: Sequence[Column], width: int | None) -> _Sheet:
    """Let columns in by rank as long as they fit, then share what is left among texts."""
    if width is None:
        return _spread(_Sheet(list(columns), [], [column.natural for column in columns]))
    inside = {0}
    for rank in sorted({column.rank for column in columns}):
        more = inside | {place for place, column in enumerate(columns) if column.rank == rank}
        if _least_width([columns[place] for place in sorted(more)]) > width:
            break
        inside = more
    beside = [column for place, column in enumerate(columns) if place in inside]
    below = [column for place, column in enumerate(columns) if place not in inside]
    return _shared(_spread(_Sheet(beside, below, [column.least for column in beside])), width)


def _least_width(columns: list[Column]) -> int:
    return _total(_spread(_Sheet(columns, [], [column.least for column in columns])).widths)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _spread(sheet: _Sheet) -> _Sheet:
    """Make room for headings that stand over several columns."""
    for over, places in _spans(sheet):
        lack = width_of(over) - _total([sheet.widths[place] for place in places])
        if over and lack > 0:
            sheet.widths[places[0]] += lack
    return sheet


def _spans(sheet: _Sheet) -> list[tuple[str, list[int]]]:
    numbered = groupby(enumerate(sheet.beside), key=lambda pair: pair[1].over or pair[0])
    return [(over if isinstance(over, str) else "", [place for place, _ in run]) for over, run in numbered]


def _shared(sheet: _Sheet, width: int) -> _Sheet:
    """Give texts the room that is left, the shortest first, so that as few as possible wrap."""
    room = width - _total(sheet.widths)
    wanting = [place for place, column in enumerate(sheet.beside) if column.natural > sheet.widths[place]]
    wanting.sort(key=lambda place: sheet.beside[place].natural - sheet.widths[place])
    for already, place in enumerate(wanting):
        more = min(sheet.beside[place].natural - sheet.widths[place], room // (len(wanting) - already))
        if more > 0:
            sheet.widths[place] += more
            room -= more
    return sheet


def _header(sheet: _Sheet, rule: str) -> list[str]:
    """Headings stand on the rule; one shared by neighbours stands right above theirs."""
    heads = [column.head.split("\n") for column in sheet.beside]
    height = max(len(head) + bool(column.over) for head, column in zip(heads, sheet.beside, strict=True))
    lines = []
    for level in range(-height, 0):
        cells = []
        for over, places in _spans(sheet):
            if over and level == -len(heads[places[0]]) - 1:
                cells.append(_padded(over, _total([sheet.widths[place] for place in places]), right=False))
                continue
            texts = [heads[place][level] if -level <= len(heads[place]) else "" for place in places]
            cells += [
                _padded(text, sheet.widths[place], right=sheet.beside[place].right)
                for text, place in zip(texts, places, strict=True)
            ]
        lines.append((" " * GAP).join(cells))
    return [*lines, (" " * GAP).join(rule * size for size in sheet.widths)]


def _row(sheet: _Sheet, row: int) -> list[str]:
    cells = []
    for column, size in zip(sheet.beside, sheet.widths, strict=True):
        cell = column.cells[row]
        cells.append(_wrapped(cell, size) if column.wraps and width_of(cell) > size else [cell])
    height = max(map(len, cells))
    return [_line(sheet, [cell[level] if level < len(cell) else "" for cell in cells]) for level in range(height)]


def _line(sheet: _Sheet, texts: list[str]) -> str:
    padded = [
        _padded(text, size, right=column.right)
        for column, text, size in zip(sheet.beside, texts, sheet.widths, strict=True)
    ]
    return (" " * GAP).join(padded)


def _below(sheet: _Sheet, row: int, width: int | None) -> list[str]:
    """Numbers that moved below share a paragraph and stay with their words; each text has its own."""
    texts, numbers = [], []
    for column in sheet.below:
        cell = column.cells[row]
        if cell in ("", NOTHING):
            continue
        told = column.below or f"{column.over} {column.head} {{}}".replace("\n", " ").strip()
        if column.wraps:
            texts.append(told.replace("{}", cell))
        else:
            numbers.append(told.replace("{}", cell).replace(" ", UNBROKEN))
    paragraphs = ([", ".join(numbers)] if numbers else []) + texts
    lines = [line for text in paragraphs for line in _wrapped(text, width or 10**6, " " * INDENT)]
    return [line.replace(UNBROKEN, " ") for line in lines]


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent]


def _padded(text: str, size: int, *, right: bool) -> str:
    blanks = " " * (size - width_of(text))
    return blanks + text if right else text + blanks
