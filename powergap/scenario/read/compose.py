"""One document out of several: `extends`, bundled scenarios and `--set`.

Order, later wins: what the file extends (in listed order) < the file itself
< the policy's levers in listed order < the policy's `set` < the case's `set` < a future's `set` < `--set`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from pathlib import PureWindowsPath

from powergap.errors import InputError, Problem, refuse_unless
from powergap.files.nearest import did_you_mean, meant, nearest_names
from powergap.files.numbers import is_whole
from powergap.scenario.read.document import FileReading, bundled_folders, parse
from powergap.scenario.read.named_files import from_here
from powergap.scenario.read.nodes import (
    Key,
    KeyPath,
    Map,
    Member,
    Node,
    Scalar,
    Sequence,
    find,
    is_null,
    merge,
    without,
)

NAMED = ("regions", "technologies", "supply_chains", "fuels", "levers", "policies", "cases", "futures")
"""Sections whose keys are names, so that `~` under a name deletes the whole entry."""

NO_MAP = "a scenario is a map of `key: value`"

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Override:
    """One `--set path=value`."""

    path: KeyPath
    node: Node


def bundled_scenarios() -> dict[str, FilePath]:
    """The scenarios that ship with powergap, by name (`us-2030`, `tiny/one-block`), in a checkout or a wheel."""
    for folder in bundled_folders():
        files = sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES)
        return {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}
    return {}


def locate(path_or_name: str | os.PathLike[str]) -> FilePath:
    """The file that a path or the name of a bundled scenario stands for.

    Raises:
        InputError: neither exists; the message names the nearest ones.
    """
    refuse_unless(path_or_name, str | os.PathLike, "a scenario is given as a file or a name")
    path = FilePath(path_or_name)
    bundled = bundled_scenarios()
    if path.as_posix() in bundled and not _shadows(path):
        return bundled[path.as_posix()]
    if not os.path.lexists(path):
        raise InputError([Problem(str(path), 0, 0, "", f"no such file{_near_files(path, bundled, path.parent)}")])
    return path


def compose(path: FilePath, reading: FileReading | None = None) -> Map:
    """Read a file and everything it extends.

    Args:
        path: the file.
        reading: counts what is read, and knows afterwards which files that were and who requested each.

    Raises:
        InputError: unreadable or invalid YAML, a cycle, an unknown or absolute `extends`.
    """
    return _compose(path, (), reading or FileReading(path.parent))


def compose_tree(tree: Node, folder: FilePath, reading: FileReading) -> Map:
    """Merge a document over what it extends; relative paths count from `folder`."""
    return _merged(tree, folder, (), reading)


def _merged(tree: Node, folder: FilePath, above: tuple[str, ...], reading: FileReading) -> Map:
    if not isinstance(tree, Map):
        raise InputError([tree.place.problem(NO_MAP, reason=NO_MAP)])
    hidden = [key for key in tree.members if isinstance(key, str) and key.startswith("x-")]
    own = from_here(without(tree, "extends", *hidden), folder)
    base: Node | None = None
    for name in _names(tree.get("extends")):
        below = _compose(_target(name, folder, reading), above, reading, name)
        base = below if base is None else merge(base, below, moves=True)
    problems = list(_idle_deletions(base, own))
    if problems:
        raise InputError(problems)
    merged = merge(base, own, moves=True)
    return replace(_pruned(merged if isinstance(merged, Map) else own), place=own.place)


def _compose(path: FilePath, above: tuple[str, ...], reading: FileReading, asked: Scalar | None = None) -> Map:
    real = os.path.realpath(path)
    if real in above and asked is not None:
        circle = " -> ".join(FilePath(one).name for one in (*above[above.index(real) :], real))
        raise InputError([asked.place.problem(f"extends in a circle: {circle}")])
    if asked is not None and len(above) > 20:
        raise InputError([asked.place.problem("extends through more than 20 files")])
    shown = os.path.normpath(path) if asked is not None else str(path)
    if asked is not None:
        reading.request(shown, asked.place)
    tree = parse(reading.text(FilePath(shown)), shown, reading=reading)
    return _merged(tree, FilePath(shown).parent, (*above, real), reading)


def _names(node: Node | None) -> list[Scalar]:
    if node is None or is_null(node):
        return []
    names = node.items if isinstance(node, Sequence) else (node,)
    if wrong := [name for name in names if not isinstance(name, Scalar) or not isinstance(name.value, str)]:
        raise InputError([wrong[0].place.problem("expected a relative path or the name of a bundled scenario")])
    return [name for name in names if isinstance(name, Scalar)]


def _target(name: Scalar, folder: FilePath, reading: FileReading) -> FilePath:
    """The file that an `extends` names: relative to the folder of its file, else bundled."""
    text: str = name.value
    if FilePath(text).is_absolute() or PureWindowsPath(text).anchor:
        raise InputError([name.place.problem("give a path relative to this file; absolute paths break elsewhere")])
    bundled = bundled_scenarios()
    path = folder / text
    if not text or (not os.path.lexists(path) and text not in bundled):
        beside = path.parent if reading.may_quote(str(path.parent), name.place) else None
        near = _near_files(path, bundled, beside)
        raise InputError([name.place.problem(f"no file or bundled scenario `{text}`{near}", reason="no such file")])
    return bundled[text] if text in bundled and not _shadows(path) else path


def _shadows(path: FilePath) -> bool:
    """True where something stands before a bundled scenario of that name; a folder, such as a run's, does not."""
    return os.path.lexists(path) and not path.is_dir()


def _near_files(path: FilePath, bundled: dict[str, FilePath], folder: FilePath | None) -> str:
    """The nearest names of bundled scenarios, and of the files of a folder where one is given."""
    try:
        beside = [other.name for other in folder.iterdir() if other.suffix in _SUFFIXES] if folder else []
    except (OSError, ValueError):
        beside = []
    names = nearest_names(path.name, beside, most=2, cutoff=0.5)
    names += nearest_names(path.as_posix(), bundled, most=2, cutoff=0.5) + nearest_names(path.stem, bundled)
    return meant(dict.fromkeys(names))


def _idle_deletions(base: Node | None, own: Map) -> Iterable[Problem]:
    """A `~` under a name that nothing below defines: most likely `{}` was meant."""
    for section in NAMED:
        written = own.get(section)
        for key, member in written.members.items() if isinstance(written, Map) else ():
            if is_null(member.node) and (base is None or find(base, (section, key)) is None):
                yield member.key_place.problem(idle_deletion(key, base, section))


def idle_deletion(key: Key, base: Node | None, section: str) -> str:
    """What to say of a `~` that deletes nothing."""
    known = find(base, (section,)) if base is not None else None
    hint = did_you_mean(key, known.members if isinstance(known, Map) else ())
    return f"nothing to delete; an empty value means delete, write `{{}}` for an entry without overrides{hint}"


def _pruned(tree: Map) -> Map:
    """Drop deleted sections and names; other `~` marks stay, they may delete values of the catalog."""
    members: dict[Key, Member] = {}
    for key, member in tree.members.items():
        if is_null(member.node):
            continue
        node = member.node
        if key in NAMED and isinstance(node, Map):
            node = replace(node, members={k: m for k, m in node.members.items() if not is_null(m.node)})
        members[key] = replace(member, node=node)
    return replace(tree, members=members)


def with_overrides(tree: Map, overrides: Iterable[Override]) -> Map:
    """Lay `--set` values over a composed document, in the order given."""
    for override in overrides:
        tree = _pruned(with_override(tree, override))
    return tree


def with_override(tree: Map, override: Override) -> Map:
    """Lay one `--set` value over a tree without dropping deletion marks."""
    node = override.node
    for key in reversed(override.path):
        node = Map({key: Member(override.node.place, node)}, override.node.place)
    merged = merge(tree, node)
    return replace(merged, place=tree.place) if isinstance(merged, Map) else tree


def read_override(text: str) -> Override:
    """Read `path=value`; names that hold dots stand in quotes or brackets: `regions.[a.b].demand.base_gw=1`.

    Raises:
        InputError: no `=`, a malformed path, or a value that is not YAML.
    """
    path_text, equals, value = text.partition("=")
    file = f"--set {path_text.strip()}"
    try:
        path = _segments(path_text.strip())
    except ValueError as error:
        raise InputError([Problem(file, 0, 0, "", str(error))]) from error
    if not equals:
        raise InputError([Problem(file, 0, 0, "", "expected `path=value`")])
    if not value.strip():
        raise InputError([Problem(file, 0, 0, "", "no value after `=`; write `~` to delete")])
    if path[0] == "extends":
        raise InputError([Problem(file, 0, 0, "", "`extends` is read before `--set` and cannot be set")])
    return Override(path, parse(value, file, within=path, placed=False))


def _segments(text: str) -> KeyPath:
    """Split a key path at its dots, minding quotes and brackets."""
    segments: list[Key] = []
    rest = text
    while True:
        closing = {"[": "]", '"': '"', "'": "'"}.get(rest[:1])
        if closing:
            name, found, rest = rest[1:].partition(closing)
            if not found or not name:
                raise ValueError(f"no `{closing}` closes the name")
        else:
            end = min((rest.find(mark) for mark in ".[" if mark in rest), default=len(rest))
            name, rest = rest[:end], rest[end:]
        if not name.strip():
            raise ValueError("a part of the path is empty; expected names joined by dots")
        is_year = not closing and is_whole(name) and 1900 <= int(name) <= 2200
        segments.append(int(name) if is_year else name.strip())
        if not rest:
            return tuple(segments)
        if rest.startswith("."):
            rest = rest[1:]
        elif not rest.startswith("["):
            raise ValueError(f"expected a dot before `{rest}`")
