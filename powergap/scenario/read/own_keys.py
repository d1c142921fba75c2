"""Which values a study sets itself, in its own files or by `--set`, beside those of a bundled scenario and the catalog.

A resolved scenario writes every value out, so it carries these keys as a list.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator

from powergap.scenario.read.compose import bundled_scenarios
from powergap.scenario.read.nodes import Key, KeyPath, Map, Member, Place, Sequence, is_null, spell


def own_keys(trees: Iterable[Map], whole: Map) -> tuple[str, ...]:
    """Keys that any run takes from the study itself, as `--set` spells them; a map that is wholly its own counts once.

    Args:
        trees: the resolved trees of the runs.
        whole: the composed document; where it lists such keys, they are taken over, and the file with the list counts
            as no file of the study's own.
    """
    listed = whole.members.get("own_keys")
    others = {os.path.realpath(path) for path in bundled_scenarios().values()}
    if listed is not None:
        others.add(os.path.realpath(listed.node.place.file))
    known: dict[str, bool] = {}

    def is_own(place: Place) -> bool:
        if place.file not in known:
            from_catalog = not place.line and place.file.startswith("catalog ")
            known[place.file] = not from_catalog and os.path.realpath(place.file) not in others
        return known[place.file]

    found = {path for tree in trees for path in _own(tree.members.items(), (), is_own)}
    names = {spell(path) for path in found if not any(path[:end] in found for end in range(1, len(path)))}
    return tuple(sorted(names | set(_listed(listed))))


def _own(members: Iterable[tuple[Key, Member]], above: KeyPath, is_own: Callable[[Place], bool]) -> list[KeyPath]:
    """Paths of what the study sets itself below a map, the largest maps that are wholly its own."""
    found: list[KeyPath] = []
    for key, member in members:
        path, node = (*above, key), member.node
        if not isinstance(node, Map) or not node.members:
            found += [path] if is_own(node.place) and not is_null(node) else []
            continue
        below = _own(node.members.items(), path, is_own)
        found += (
            [path] if len(below) == len(node.members) and all(len(one) == len(path) + 1 for one in below) else below
        )
    return found


def _listed(member: Member | None) -> Iterator[str]:
    """The keys that a document lists."""
    node = member.node if member else None
    for item in node.items if isinstance(node, Sequence) else ():
        yield str(getattr(item, "value", ""))
