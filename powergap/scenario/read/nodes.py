"""The tree a scenario file is read into: plain values, each with the place where it was written.

Trees are never changed: merging builds new maps along the changed paths and shares the rest. So a value keeps
the file, line, column and key under which a person wrote it, wherever `extends`, levers or cases carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from powergap.errors import Problem

Key: TypeAlias = str | int
KeyPath: TypeAlias = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written; line and column count from 1, 0 when there is none."""

    file: str
    line: int = 0
    column: int = 0
    path: KeyPath = ()

    def problem(self, message: str, *below: Key, reason: str = "") -> Problem:
        """A problem at this place.

        Args:
            message: what is wrong and what was expected.
            below: extends the key by what is written (or missing) under it.
            reason: as much of the message as quotes nothing of the file.
        """
        return Problem(self.file, self.line, self.column, spell(self.path + below), message, reason)


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text, a number, true, false or null."""

    value: Any
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Member:
    """A value in a map, with the place of its key."""

    key_place: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Map:
    """A map in the order it was written."""

    members: Mapping[Key, Member]
    place: Place

    def get(self, key: Key) -> Node | None:
        """The value under `key`, or None."""
        member = self.members.get(key)
        return member.node if member else None


Node: TypeAlias = Scalar | Sequence | Map


def spell(path: KeyPath) -> str:
    """A key path as it is typed in `--set`: names joined by dots, names that hold dots in brackets."""
    text = ""
    for key in path:
        name = str(key)
        if "." in name or not name or "[" in name:
            text += f"[{name}]"
        else:
            text += f".{name}" if text else name
    return text


def is_null(node: Node | None) -> bool:
    """True for an explicit `~`, which deletes what it is merged over."""
    return isinstance(node, Scalar) and node.value is None


def as_map(node: Node | None) -> Map:
    """The node itself if it is a map, else an empty map in its place."""
    if isinstance(node, Map):
        return node
    return Map({}, node.place if node else Place(""))


def find(node: Node, path: KeyPath) -> Node | None:
    """The value under a key path, or None."""
    for key in path:
        if not isinstance(node, Map) or (below := node.get(key)) is None:
            return None
        node = below
    return node


def nearest(node: Node, path: KeyPath) -> Place:
    """The place of a value, or of the closest part around it that was written."""
    for key in path:
        if isinstance(node, Map) and (below := node.get(key)) is not None:
            node = below
        elif isinstance(node, Sequence) and isinstance(key, int) and key < len(node.items):
            node = node.items[key]
    return node.place


def without(tree: Map, *keys: Key) -> Map:
    """The map less some keys."""
    return replace(tree, members={key: member for key, member in tree.members.items() if key not in keys})


def with_node(tree: Map, key: Key, node: Node) -> Map:
    """The map with one value replaced or added; a replaced key keeps its place."""
    old = tree.members.get(key)
    return replace(tree, members={**tree.members, key: Member(old.key_place if old else node.place, node)})


def merge(base: Node | None, over: Node, *, moves: bool = False) -> Node:
    """Lay `over` on `base`: maps merge key by key, everything else replaces.

    A merged map stands where the base's does; with `moves` where `over` does, which is of another file that its writer
    can mend.

    A map that holds `then` or `from_catalog` says everything about its series, so it replaces too. `~` stays
    as a mark, because it may still have to delete a value of the catalog; `plain` drops it.
    """
    if (
        not isinstance(base, Map)
        or not isinstance(over, Map)
        or "then" in over.members
        or "from_catalog" in over.members
    ):
        return over
    if not over.members:
        return base
    members = dict(base.members)
    for key, member in over.members.items():
        old = members.get(key)
        members[key] = Member(member.key_place, merge(old.node, member.node, moves=moves)) if old else member
    return Map(members, over.place if moves or not base.place.line else base.place)


def plain(node: Node, expand: Callable[[Map], Any] | None = None, *, keep_null: bool = False) -> Any:
    """The tree as dicts, lists and values; `expand` gives the value of maps that hold `from_catalog`."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item, expand, keep_null=keep_null) for item in node.items]
    if expand and "from_catalog" in node.members:
        return expand(node)
    return {
        key: plain(member.node, expand, keep_null=keep_null)
        for key, member in node.members.items()
        if keep_null or not is_null(member.node)
    }


def planted(value: Any, place: Place) -> Node:
    """Plain data as a tree; every part gets `place`, with its own key path below it."""
    if isinstance(value, Mapping):
        return Map({key: _member(key, below, place) for key, below in value.items()}, place)
    if isinstance(value, list | tuple):
        return Sequence(tuple(planted(item, place) for item in value), place)
    return Scalar(value, place)


def _member(key: Key, value: Any, place: Place) -> Member:
    below = replace(place, path=(*place.path, key))
    return Member(below, planted(value, below))


def leaves(node: Node, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Scalar]]:
    """Every scalar with its key path; list positions count from 0."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Sequence):
        for position, item in enumerate(node.items):
            yield from leaves(item, (*path, position))
    else:
        for key, member in node.members.items():
            yield from leaves(member.node, (*path, key))
