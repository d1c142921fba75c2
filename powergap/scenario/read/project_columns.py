"""The columns of a list of projects, and what other lists call them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from powergap.errors import Problem
from powergap.files.csv_text import CsvText
from powergap.files.nearest import nearest_names
from powergap.scenario.pipeline import Project

TWICE = "the header has this column twice"
NOT_A_COLUMN = "distinguished_by"
COLUMNS = tuple(name for name in Project.model_fields if name != NOT_A_COLUMN)
NEEDED = tuple(name for name in COLUMNS if Project.model_fields[name].is_required())
SAYS = MappingProxyType(
    {
        "name": {"name", "project", "site", "campus", "facility", "customer"},
        "mw": {"mw", "mw1", "megawatts", "capacity", "power"},
        "stage": {"stage", "status"},
        "date": {"date", "year", "cod", "online", "service", "energization"},
    }
)
"""Words of headings that may stand for a column."""

ELSEWHERE = ("state", "none")
"""Words near a column's name that mean something else."""

TYPING_SLIP = 0.8
"""Headings this alike, from 0 to 1, are a column's name with a letter wrong."""


def is_header(names: list[str]) -> bool:
    """True for a row that has every column that is needed."""
    return set(NEEDED) <= {name.lower() for name in names}


def header_problems(source: CsvText) -> Iterator[Problem]:
    """Columns that are missing or come twice."""
    names = [name.lower() for name in source.names]
    for column in COLUMNS:
        if names.count(column) > 1:
            at = len(names) - 1 - names[::-1].index(column)
            yield Problem(str(source.path), *source.header.place(at), column, TWICE, f"{TWICE}: {column}")
        elif column in NEEDED and column not in names:
            meant = [f"`{source.names[at]}`" for at, name in enumerate(names) if _may_mean(name, column)]
            hint = f"; is it {' or '.join(meant[:3])}?" if meant else f"; the columns are {', '.join(names) or 'none'}"
            yield Problem(
                str(source.path), source.header.line, 1, column, f"missing column{hint}", f"missing column {column}"
            )


def _may_mean(heading: str, column: str) -> bool:
    """True for a heading that says a column in other words, or with a letter wrong."""
    if heading in COLUMNS or heading in ELSEWHERE:
        return False
    words = set(re.split(r"[^a-z0-9]+", heading))
    return bool(words & SAYS[column] or nearest_names(column, [heading], cutoff=TYPING_SLIP))
