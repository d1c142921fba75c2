"""YAML 1.2 text -> tree with places. Refuses everything in YAML that surprises people, and tells where.

The tree is built from the parser's events, so that no value is guessed by YAML 1.1 rules (`NO`, `12:30`), no
Python object is ever made, and aliases are counted before they are followed.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)

from powergap.errors import CONTROL, InputError, Problem
from powergap.files.bounded import why_unreadable
from powergap.files.nearest import few_lookups
from powergap.scenario.read.nodes import Key, KeyPath, Map, Member, Node, Place, Scalar, Sequence

MOST_BYTES = 3_000_000
"""Of all files of a scenario together, read in seconds; us-regions-2030 with all of its catalog has 175,000."""

MOST_NODES = 100_000
"""Values and keys of all files together, and values of one file once its aliases are followed: 3 s of reading."""

MOST_FILES = 100
"""Files read for one scenario; two that each extend two that each extend two are a million after twenty steps."""

MOST_LEVELS = 100
"""Maps in maps; a scenario has eight. Python's own stack would end at some hundreds."""

NOT_YAML = "not valid YAML"

LARGEST_INTEGER = 10**15
"""Whole numbers up to here are the same as floats."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?")
_WORDS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)


@dataclass
class FileReading:
    """What has been read of one scenario: its file, all that this extends, and the tables that it names.

    Attributes:
        folder: of the scenario that was named; what lies in it, and what is bundled, may be quoted.
        requested: place and key of the value that named a file, by the name under which problems show the file; None
            for the scenario itself.
        files, bytes, values: counts of what was read.
    """

    folder: FilePath = FilePath()
    requested: dict[str, Place | None] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0
    values: int = 0
    digests: list[tuple[str, str]] = field(default_factory=list)
    """Name and sha256 of every file, in the order in which they were read."""

    def request(self, file: FilePath | str, place: Place) -> None:
        """Note that the value at a place names a file."""
        self.requested.setdefault(str(file), place)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Every problem that is raised inside says who requested its file, and quotes nothing of other people's.

        Raises:
            InputError: what was raised inside.
        """
        with few_lookups():
            try:
                yield
            except InputError as error:
                if not error.problems:
                    raise
                raise InputError([self.answered(one) for one in error.problems]) from None

    def answered(self, problem: Problem) -> Problem:
        """A problem as it may be shown."""
        place = self.requested.get(problem.file)
        is_file = problem.line > 0 or problem.file in self.requested
        return replace(
            problem,
            requested=place.problem("").where if place else "",
            is_concealed=is_file and not self.may_quote(problem.file, place),
        )

    def may_quote(self, file: str, requested: Place | None) -> bool:
        """True for files in the scenario's folder, with links followed, bundled ones and those of the command line."""
        if requested is not None and not requested.line and requested.file.startswith("--"):
            return True
        real = FilePath(os.path.realpath(file))
        return any(real.is_relative_to(os.path.realpath(folder)) for folder in (self.folder, *bundled_folders()))

    def text(self, path: FilePath) -> str:
        """The text of one more file.

        Raises:
            InputError: the file is missing, a folder, too large, one too many, or not UTF-8.
        """
        place = Place(str(path))
        self.requested.setdefault(str(path), None)
        self.files += 1
        if self.files > MOST_FILES:
            raise _refuse_plainly(place, f"more than {MOST_FILES} files are read for one scenario")
        try:
            if reason := why_unreadable(path, "YAML file"):
                raise _refuse_plainly(place, reason)
            with path.open("rb") as file:  # what the file system says of its size need not be true
                content = file.read(MOST_BYTES - self.bytes + 1)
            self.bytes += len(content)
            if self.bytes > MOST_BYTES:
                most = f"{MOST_BYTES // 10**6} MB"
                what = "is larger than" if self.files == 1 else "brings the files of this scenario to more than"
                raise _refuse_plainly(place, f"{what} {most}; put hourly data in a CSV file")
            self.digests.append((path.name, hashlib.sha256(content).hexdigest()))
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _refuse_plainly(place, f"is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
        except (OSError, RuntimeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise _refuse_plainly(place, f"cannot be read: {reason}") from error

    def count(self, place: Place) -> None:
        """One more value or key."""
        self.values += 1
        if self.values > MOST_NODES:
            raise _refuse_plainly(place, f"more than {MOST_NODES:,} values and keys; put hourly data in a CSV file")


def bundled_folders() -> Iterator[FilePath]:
    """Where the scenarios that ship with powergap are: in a wheel, or in a checkout."""
    package = FilePath(__file__).resolve().parents[2]
    return filter(FilePath.is_dir, (package / "bundled", package.parent / "scenarios"))


def parse(
    text: str, file: str, *, within: KeyPath = (), placed: bool = True, reading: FileReading | None = None
) -> Node:
    """Read one YAML document.

    Args:
        text: the YAML text.
        file: name shown in problems.
        within: key path that the document hangs under; not shown in problems, where `file` names it.
        placed: False when lines and columns mean nothing to the reader (a command-line option).
        reading: counts the values of all files of a scenario; default: those of this text alone.

    Raises:
        InputError: syntax errors and everything that is refused, at file:line:column.
    """
    builder = _Builder(text, file, within=within, placed=placed, reading=reading or FileReading())
    try:
        return builder.document()
    except InputError:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(filter(None, (error.context, error.problem)))
        if "'\\t'" in said or "tab" in said.lower():
            said = "a tab; YAML indents with spaces"
        raise _refuse(builder.place(mark), f"not valid YAML: {said}", NOT_YAML) from error
    except Exception as error:  # the parser's own slips on broken text (control characters, bad escapes)
        said = str(error).splitlines()[0] if str(error) else repr(error)
        raise _refuse(Place(file), f"not valid YAML: {said}", NOT_YAML) from error


def _refuse(place: Place, message: str, reason: str = "is no YAML that a scenario may hold") -> InputError:
    return InputError([place.problem(message, reason=reason)])


def _refuse_plainly(place: Place, message: str) -> InputError:
    """Refuse in words that quote nothing of the file."""
    return _refuse(place, message, message)


class _Builder:
    """Builds the tree from the parser's events, bottom up."""

    def __init__(self, text: str, file: str, *, within: KeyPath, placed: bool, reading: FileReading) -> None:
        self.file, self.within, self.placed, self.reading = file, within, placed, reading
        self.lines = text.splitlines()
        self.events = iter(YAML(typ="safe", pure=True).parse(text))
        self.anchors: dict[str, Node] = {}
        self.size: dict[int, tuple[int, int]] = {}  # id of a finished node -> nodes and levels in it
        self.keep: list[Node] = []  # keeps ids of finished nodes valid

    def place(self, mark: Any, path: KeyPath = ()) -> Place:
        if mark is None or not self.placed:
            return Place(self.file, 0, 0, path)
        return Place(self.file, mark.line + 1, mark.column + 1, path)

    def document(self) -> Node:
        """The only document in the text; an empty text is an empty map."""
        node: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                here = self.place(event.start_mark)
                if node is not None:
                    raise _refuse_plainly(here, "a second document starts here; one file holds one scenario")
                if event.version not in {None, (1, 2)}:
                    line = next((n for n, text in enumerate(self.lines, 1) if text.startswith("%YAML")), 1)
                    here = Place(self.file, line, 1)
                    raise _refuse_plainly(here, "`%YAML 1.1` reads NO as false and 12:30 as 750; leave the line out")
                node = self.node(next(self.events), (), 0)
            elif isinstance(event, StreamStartEvent):
                continue
        return Map({}, Place(self.file)) if node is None else node

    def node(self, event: Any, path: KeyPath, level: int) -> Node:
        """The value that starts with `event`."""
        place = self.place(event.start_mark, path)
        self.reading.count(place)
        if isinstance(event, AliasEvent):
            return self.alias(event, place, level)
        if level > MOST_LEVELS:
            raise _refuse_plainly(place, f"nested deeper than {MOST_LEVELS} levels")
        if event.ctag is not None and str(event.ctag) not in {"", "None"}:
            raise _refuse(place, f"the tag `{event.ctag}` is not allowed; write plain values")
        if isinstance(event, ScalarEvent):
            node: Node = Scalar(_value(event, place), place)
            below: list[Node] = []
        elif isinstance(event, SequenceStartEvent):
            node, below = self.sequence(path, place, level)
        else:
            node, below = self.map(path, place, level)
        self.measure(node, below, place)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def alias(self, event: Any, place: Place, level: int) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            raise _refuse(place, f"`*{event.anchor}` has no finished `&{event.anchor}` above it")
        if level + self.size[id(node)][1] > MOST_LEVELS:
            raise _refuse_plainly(place, f"nested deeper than {MOST_LEVELS} levels")
        return node

    def measure(self, node: Node, below: list[Node], place: Place) -> None:
        nodes = 1 + sum(self.size[id(part)][0] for part in below)
        levels = 1 + max((self.size[id(part)][1] for part in below), default=0)
        if nodes > MOST_NODES:
            raise _refuse_plainly(place, f"holds more than {MOST_NODES:,} values once its aliases are followed")
        self.size[id(node)] = (nodes, levels)
        self.keep.append(node)

    def sequence(self, path: KeyPath, place: Place, level: int) -> tuple[Node, list[Node]]:
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.node(event, (*path, len(items)), level + 1))
        return Sequence(tuple(items), place), items

    def map(self, path: KeyPath, place: Place, level: int) -> tuple[Node, list[Node]]:
        members: dict[Key, Member] = {}
        merged: list[Map] = []
        while not isinstance(event := next(self.events), MappingEndEvent):
            if isinstance(event, ScalarEvent) and event.value == "<<" and not event.style:
                merged += self.merged(self.node(next(self.events), path, level + 1))
                continue
            key, key_place = self.key(event, path)
            if key in members:
                first = members[key].key_place
                raise _refuse(key_place, f"the key is repeated; first in line {first.line}, column {first.column}")
            members[key] = Member(key_place, self.node(next(self.events), (*path, key), level + 1))
        for source in merged:
            members = {**source.members, **members}
        return Map(members, place), [member.node for member in members.values()]

    def merged(self, node: Node) -> list[Map]:
        """The maps of a merge key `<<`, the strongest first."""
        sources = node.items if isinstance(node, Sequence) else (node,)
        for source in sources:
            if not isinstance(source, Map):
                raise _refuse_plainly(node.place, "`<<` takes a map, or a list of maps")
        return [source for source in sources if isinstance(source, Map)]

    def key(self, event: Any, path: KeyPath) -> tuple[Key, Place]:
        place = self.place(event.start_mark, path)
        if isinstance(event, MappingStartEvent | SequenceStartEvent | AliasEvent):
            raise _refuse_plainly(place, "a key must be text or a year")
        value = _value(event, place)
        degrees = any(str(name).endswith("_by_temperature") for name in (*self.within, *path))
        if isinstance(value, int) and not isinstance(value, bool) and (1900 <= value <= 2200 or degrees):
            return value, self.place(event.start_mark, (*path, value))
        if not isinstance(value, str):
            raise _refuse(place, f'the key `{event.value}` is neither text nor a year; write "{event.value}" in quotes')
        return value, self.place(event.start_mark, (*path, value))


def _value(event: Any, place: Place) -> Any:
    """The value of a scalar by the YAML 1.2 core schema."""
    text: str = event.value
    if odd := CONTROL.search(text):
        raise _refuse(place, f"the text holds the invisible character U+{ord(odd[0]):04X}; remove it")
    if event.style:  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) or _BASED.fullmatch(text):
        number = int(text, 0 if text[:2] in {"0o", "0x"} else 10) if len(text) < 20 else LARGEST_INTEGER
        if abs(number) >= LARGEST_INTEGER:
            raise _refuse(place, f"`{text[:30]}` is too large a number")
        return number
    if _FLOAT.fullmatch(text):
        amount = float(text)
        if abs(amount) == float("inf"):
            raise _refuse(place, f"`{text[:30]}` is too large a number")
        return amount
    if _NOT_FINITE.fullmatch(text):
        raise _refuse(place, f"`{text}` is not a finite number")
    if _DATE.fullmatch(text) and place.path[-1:] != ("date",):
        raise _refuse(place, f"`{text}` is a date; write it in quotes if text is meant")
    return text
