"""Lists of projects in CSV files -> part of the scenario's tree, each cell with its file, line and column."""

from __future__ import annotations

import csv
import difflib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from powergap.errors import InputError, Problem
from powergap.files.numbers import number
from powergap.scenario.nodes import Key, Map, Member, Node, Path, Place, Scalar, Sequence
from powergap.scenario.pipeline import Project

PROJECTS = ("demand", "pipeline", "projects")
COLUMNS = tuple(Project.model_fields)
NEEDED = tuple(name for name, info in Project.model_fields.items() if info.is_required())
NUMBERS = ("mw", "firm_fraction", "ramp_years")
MOST_ROWS = 20_000
LARGEST_BYTES = 20_000_000


def with_projects(tree: Map, folder: FilePath, problems: list[Problem], path: Path = ()) -> Map:
    """The tree with every `demand.pipeline.projects` that names a file replaced by the file's rows.

    Args:
        tree: a scenario, or a part of one.
        folder: where relative paths count from that no file names.
        problems: where rows with too many cells are noted; what is wrong with values is told with the scenario's.
        path: keys above the tree.

    Raises:
        InputError: a file that cannot be read, or has not the columns.
    """
    members = {
        key: replace(member, node=_read(member.node, folder, problems, (*path, key)))
        for key, member in tree.members.items()
    }
    return replace(tree, members=members)


def rows_of(node: Node, folder: FilePath, problems: list[Problem], path: Path) -> Node:
    """As `with_projects`, for a value that stands under `path`."""
    return _read(node, folder, problems, path)


def _read(node: Node, folder: FilePath, problems: list[Problem], path: Path) -> Node:
    if isinstance(node, Map):
        return with_projects(node, folder, problems, path)
    if path[-3:] == PROJECTS and isinstance(node, Scalar) and isinstance(node.value, str):
        here = FilePath(node.place.file).parent if node.place.line else folder
        return _rows(here / node.value, node.place, problems)
    return node


def _rows(file: FilePath, named: Place, problems: list[Problem]) -> Sequence:
    """The rows of a CSV as a list of maps; empty cells and other columns are left out."""
    if not os.path.isfile(file):  # noqa: PTH113 - Path.is_file raises for a name that no file can have
        raise InputError([named.problem(f"no such file: {file}")])
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise InputError([named.problem(f"{file} is larger than {LARGEST_BYTES // 1_000_000} MB")])
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header = [name.strip().lower() for name in next(reader, [])]
            _check_header(file, header)
            items = tuple(_items(file, header, reader, problems))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError([named.problem(f"{file} cannot be read as CSV text: {error}")]) from None
    if not items:
        raise InputError([Problem(str(file), 1, 1, "", "no projects; expected a header and a row for each")])
    return Sequence(items, named)


def _check_header(file: FilePath, header: list[str]) -> None:
    wrong = []
    for name in COLUMNS:
        count = header.count(name)
        if count > 1:
            wrong.append(Problem(str(file), 1, 1, name, "the header has this column twice"))
        elif not count and name in NEEDED:
            near = difflib.get_close_matches(name, [one for one in header if one not in COLUMNS], n=1, cutoff=0.5)
            hint = f"; is it {near[0]}?" if near else f"; the columns are {', '.join(header) or 'none'}"
            wrong.append(Problem(str(file), 1, 1, name, f"missing column{hint}"))
    if wrong:
        raise InputError(wrong)


def _items(file: FilePath, header: list[str], reader: Any, problems: list[Problem]) -> Iterator[Map]:
    found = 0
    for row in reader:
        if any(cell.strip() for cell in row[len(header) :]):
            said = f"more than the {len(header)} cells of the header; a thousands comma needs quotes around its number"
            problems.append(Problem(str(file), reader.line_num, 1, "", said))
        if any(cell.strip() for cell in row):
            if found >= MOST_ROWS:
                raise InputError([Problem(str(file), reader.line_num, 1, "", f"more than {MOST_ROWS:,} projects")])
            yield _project(file, reader.line_num, found, header, row)
            found += 1


def _project(file: FilePath, line: int, number: int, header: list[str], row: list[str]) -> Map:
    place = Place(str(file), line, 1, ("projects", number))
    members: dict[Key, Member] = {}
    column = 1
    for name, cell in zip(header, row, strict=False):
        below = replace(place, column=column, path=(*place.path, name))
        if name in COLUMNS and cell.strip():
            members[name] = Member(below, Scalar(_value(name, cell.strip()), below))
        column += len(cell) + 1
    return Map(members, place)


def _value(name: str, text: str) -> str | float:
    """A number where one is expected and can be read; what cannot be read stays text, for the check of values."""
    if name in NUMBERS:
        try:
            return number(text)
        except ValueError:
            return text
    return text.lower().replace(" ", "_").replace("-", "_") if name == "stage" else text
