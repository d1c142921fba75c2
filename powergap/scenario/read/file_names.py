"""Names that become names of files: run folders travel to systems where some are taken, or are one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from powergap.errors import Problem
from powergap.names import DEVICE, file_name_refusal
from powergap.scenario.read.nodes import Key, Map, nearest


def file_name_problems(whole: Map, runs: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    """The scenario, policies and cases whose files could not stand side by side on every system."""
    named: list[tuple[Key, ...]] = [("name",)]
    names = [str(getattr(whole.get("name"), "value", ""))]
    for section, chosen in (("policies", _once(p for p, _ in runs)), ("cases", _once(c for _, c in runs))):
        named += [(section, name) for name in chosen]
        names += chosen
    for path, name in zip(named, names, strict=True):
        if DEVICE.fullmatch(name):
            yield nearest(whole, path).problem(file_name_refusal(name))
    seen: dict[str, tuple[str, str]] = {}
    for policy, case in sorted(runs):
        file = f"{policy}.{case}".casefold()
        if file in seen:
            first, other = seen[file]
            message = f"`{first}` under `{other}` and `{policy}` under `{case}` would be one file; rename one"
            yield nearest(whole, ("policies", policy)).problem(message)
        seen[file] = (policy, case)


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
