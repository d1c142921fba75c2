"""Lists of projects in CSV files -> part of the scenario's tree, each cell with its file, line and character."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from powergap.errors import InputError, Problem
from powergap.files.bounded import why_unreadable
from powergap.files.csv_text import CsvText, Row, read_csv
from powergap.files.encoding import NotATableError
from powergap.files.numbers import number
from powergap.scenario.pipeline import plain_name
from powergap.scenario.read.document import FileReading
from powergap.scenario.read.named_files import PROJECTS, is_named_file
from powergap.scenario.read.nodes import Key, KeyPath, Map, Member, Node, Place, Scalar, Sequence
from powergap.scenario.read.project_columns import COLUMNS, header_problems, is_header
from powergap.scenario.read.project_words import SAME_STAGE, as_date, order_of_slashes, plain_stage

NUMBERS = ("mw", "firm_fraction", "ramp_years")
TOTALS = ("total", "totals", "grand total", "sum")
"""Names of a last row that adds up the others; it may have none."""

NEARLY = 0.005
"""How far a total may be from the sum of its rows, as a fraction: each of them is rounded."""

MOST_ROWS = 20_000
LARGEST_BYTES = 20_000_000
MOST_LETTERS_OF_A_ROW = 200_000
"""Lists have columns of notes."""

MOST_LETTERS_APART = 200


@dataclass
class Told:
    """What is to be told of the files that were read.

    Attributes:
        problems: rows that cannot be read; what is wrong with values is told with the scenario's.
        notes: what was read otherwise than it stands there.
    """

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def with_projects(tree: Map, reading: FileReading, told: Told, path: KeyPath = ()) -> Map:
    """The tree with every `demand.pipeline.projects` that names a file replaced by the file's rows.

    Args:
        tree: a scenario, or a part of one.
        reading: notes who names which file.
        told: where problems and notes are added.
        path: keys above the tree.

    Raises:
        InputError: a file that cannot be read, or has not the columns.
    """
    members = {
        key: replace(member, node=rows_of(member.node, reading, told, (*path, key)))
        for key, member in tree.members.items()
    }
    return replace(tree, members=members)


def rows_of(node: Node, reading: FileReading, told: Told, path: KeyPath) -> Node:
    """As `with_projects`, for a value that stands under `path`."""
    if isinstance(node, Map):
        return with_projects(node, reading, told, path)
    if isinstance(node, Scalar) and is_named_file(node, path, PROJECTS):
        reading.request(FilePath(node.value), node.place)
        return _rows(FilePath(node.value), node.place, told)
    return node


def _rows(file: FilePath, named: Place, told: Told) -> Sequence:
    """The rows of a CSV as a list of maps; empty cells and other columns are left out."""
    if why := why_unreadable(file, "CSV"):
        raise InputError([named.problem(f"{why}: {file}", reason=why)])
    try:
        source = read_csv(file, is_header, most_bytes=LARGEST_BYTES, most_letters=MOST_LETTERS_OF_A_ROW)
        body = [row for row in source.rows() if not row.is_blank]
    except NotATableError as error:
        raise InputError([named.problem(f"{file} {error}", reason=str(error))]) from None
    if wrong := list(header_problems(source)):
        raise InputError(wrong)
    if len(body) > MOST_ROWS:
        said = f"more than {MOST_ROWS:,} projects"
        raise InputError([Problem(str(file), body[MOST_ROWS].line, 1, "", said, said)])
    told.notes += source.notes
    told.problems += filter(None, map(source.too_wide, body))
    reader = _Reader(source, body)
    reader.leave_out_total(told)
    items = tuple(reader.projects())
    if not items:
        raise InputError([Problem(str(file), source.header.line, 1, "", "no projects; expected a row for each")])
    told.notes += reader.notes()
    return Sequence(items, named)


class _Reader:
    """Rows of a file as projects."""

    def __init__(self, source: CsvText, body: list[Row]) -> None:
        self.source, self.body = source, body
        self.names = [name.lower() for name in source.names]
        self.order = order_of_slashes(self.cell(row, "date") for row in body)
        self.read_as: dict[tuple[str, str], list[tuple[Place, str, str]]] = defaultdict(list)

    def cell(self, row: Row, column: str) -> str:
        """Text of a cell; empty where the row is short."""
        at = self.names.index(column)
        return row.cells[at].strip() if at < len(row.cells) else ""

    def leave_out_total(self, told: Told) -> None:
        """Pass over a last row that adds up the others; refuse one that does not."""
        *above, last = self.body or [self.source.header]
        name, mw, stage, date = (self.cell(last, column) for column in ("name", "mw", "stage", "date"))
        is_named = name.casefold().rstrip(":") in TOTALS
        if stage or date or not mw or len(above) < (1 if is_named else 2) or (name and not is_named):
            return
        self.body = above
        sizes = [self._value("mw", text) for text in (mw, *(self.cell(row, "mw") for row in above))]
        if not all(isinstance(size, float) for size in sizes):
            return  # what is no number is told of the rows themselves
        total, *others = (float(size) for size in sizes)
        at = Problem(str(self.source.path), *last.place(self.names.index("mw")), "mw", "")
        if abs(total - sum(others)) <= NEARLY * sum(others):
            told.notes.append(replace(at, message=f"a row of totals ({mw} MW) was passed over"))
        else:
            said = f"a row of totals says {mw}, and the rows above add up to {sum(others):,.6g}"
            told.problems.append(replace(at, message=f"{said}; correct it or leave it out"))

    def projects(self) -> Iterator[Map]:
        """Each row as a map."""
        apart = self._apart()
        for number_, row in enumerate(self.body):
            places = row.places()
            place = Place(str(self.source.path), row.line, 1, ("projects", number_))
            members: dict[Key, Member] = {}
            for name, cell, (line, column) in zip(self.names, row.cells, places, strict=False):
                if name in COLUMNS and cell.strip():
                    below = replace(place, line=line, column=column, path=(*place.path, name))
                    members[name] = Member(below, Scalar(self._read(name, cell.strip(), below), below))
            if number_ in apart:
                members["distinguished_by"] = Member(place, Scalar(apart[number_], place))
            yield Map(members, place)

    def notes(self) -> Iterator[Problem]:
        """What was read otherwise than it stands in the file, each way once."""
        for (column, how), cells in self.read_as.items():
            place, text, value = cells[0]
            more = f", and {len(cells) - 1:,} more likewise" if len(cells) > 1 else ""
            said = f"`{text}` was read as `{value}`{f', {how}' if column == 'date' else ''}{more}"
            yield Problem(place.file, place.line, place.column, column, said)

    def _read(self, column: str, text: str, place: Place) -> str | float:
        value = self._value(column, text)
        how = ""
        if column == "date":
            value, how = as_date(text, self.order)
        elif column == "stage":
            value = plain_stage(text)
            how = value if value in SAME_STAGE else ""
            value = SAME_STAGE.get(value, value)
        if how:
            self.read_as[column, how].append((place, text, str(value)))
        return value

    def _value(self, column: str, text: str) -> str | float:
        """A number where one is expected and can be read; what cannot be read stays text, for the check of values."""
        try:
            return number(text, thousands=self.source.has_thousands) if column in NUMBERS else text
        except ValueError:
            return text

    def _apart(self) -> dict[int, str]:
        """What tells rows of one name, region and size apart in the columns that are not read, by position."""
        others = [at for at, name in enumerate(self.names) if name not in COLUMNS]
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for position, row in enumerate(self.body):
            region = self.cell(row, "region") if "region" in self.names else ""
            size = self._value("mw", self.cell(row, "mw"))
            groups[plain_name(self.cell(row, "name")), region, size].append(position)
        found = {}
        for group in (group for group in groups.values() if len(group) > 1):
            rows = {position: self.body[position].cells for position in group}
            cells = {p: [row[at].strip() if at < len(row) else "" for at in others] for p, row in rows.items()}
            differ = [i for i in range(len(others)) if len({own[i] for own in cells.values()}) > 1]
            for position, own in cells.items():
                said = [f"{self.source.names[others[i]] or f'column {others[i] + 1}'} {own[i]}".strip() for i in differ]
                if said:
                    found[position] = _short(", ".join(said))
        return found


def _short(text: str) -> str:
    """A text, or where it is long its beginning with a number that only it has."""
    if len(text) <= MOST_LETTERS_APART:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{text[: MOST_LETTERS_APART - 20]}... {digest}"
