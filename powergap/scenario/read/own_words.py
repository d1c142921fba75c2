"""Names that tables use for something else: refused where they are given, in every layer of a file."""

from __future__ import annotations

from collections.abc import Iterator

from powergap.errors import Problem
from powergap.scenario.read.nodes import KeyPath, Map, Scalar, as_map, find
from powergap.words import HEADINGS, RESERVED, same

LAYERS = ("levers", "policies", "cases", "futures")
"""Sections whose entries lay values over the file's."""


def own_word_problems(whole: Map) -> Iterator[Problem]:
    """Names and headings that share a column of some table with a word that has a meaning of its own there."""
    for section, words in RESERVED.items():
        taken = set(map(same, words))
        for path in _places(whole, section):
            for name, member in as_map(find(whole, path)).members.items():
                if same(str(name)) in taken:
                    yield member.key_place.problem(_said(str(name)))
    taken = set(map(same, HEADINGS))
    for path in _places(whole, "technologies"):
        for entry in as_map(find(whole, path)).members.values():
            for below in (("group",), ("facts", "group")):
                group = find(entry.node, below)
                if isinstance(group, Scalar) and isinstance(group.value, str) and same(group.value) in taken:
                    yield group.place.problem(_said(group.value))


def _said(name: str) -> str:
    return f"`{name}` is a word of powergap's own in tables and figures; give another name, such as `{name}_1`"


def _places(whole: Map, section: str) -> Iterator[KeyPath]:
    """Where entries of a section may be written."""
    yield (section,)
    if section == "technologies":
        yield ("catalog", section)
        for layer in LAYERS:
            for name in as_map(whole.get(layer)).members:
                yield (layer, name, "set", section)
