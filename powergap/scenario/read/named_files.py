"""Values that name a file: written from the folder of the document they stand in, read from the folder of the command.

A document is made so as soon as it is read, before anything is merged. From then on a path opens wherever `extends`,
levers, cases or a copy of the document in memory carry it; what `--set` names is written from here already.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from powergap.scenario.read.nodes import KeyPath, Map, Node, Scalar

PROFILES: KeyPath = ("chronology", "profiles")
PROJECTS: KeyPath = ("demand", "pipeline", "projects")


def is_named_file(node: Node, path: KeyPath, end: KeyPath) -> bool:
    """True for text under a key path that ends as one of those above."""
    return isinstance(node, Scalar) and isinstance(node.value, str) and bool(node.value) and path[-len(end) :] == end


def from_here(tree: Map, folder: Path, path: KeyPath = ()) -> Map:
    """The tree with every file that it names by a path from the working folder.

    Args:
        tree: a document, or the part of one that stands under `path`.
        folder: where its relative paths count from.
        path: keys above the tree.
    """
    changed = {}
    for key, member in tree.members.items():
        node, at = member.node, (*path, key)
        if isinstance(node, Map):
            node = from_here(node, folder, at)
        elif isinstance(node, Scalar) and any(is_named_file(node, at, end) for end in (PROFILES, PROJECTS)):
            node = replace(node, value=(folder / node.value).as_posix())
        if node is not member.node:
            changed[key] = replace(member, node=node)
    return replace(tree, members={**tree.members, **changed}) if changed else tree
