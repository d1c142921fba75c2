"""Inputs of a run by their key, and those in which each policy differs from the reference policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from powergap.scenario import Scenario
from powergap.scenario.dump import one_line

NO_INPUTS = {"name", "title", "description", "policy", "case"}
"""Keys that say what a thing is called and change no result."""

ENTRIES = ("regions", "technologies", "supply_chains", "fuels")
"""Sections whose entries are told of in one row where a run does not have them."""

GIVEN, ABSENT = "(given)", None

FOLLOWING = ("supply_chains", "fuels")
"""Sections whose entries a policy has because its technologies name them."""

COLUMNS = ["policy", "case", "key", "reference_value", "policy_value"]


def flattened(document: Mapping[Any, Any], above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Values of a resolved scenario by their path; lists and series by year are single values.

    >>> flattened({"a": {"b": 1, "c": {2030: 2.0}}, "d": [], "title": "no input"})
    {('a', 'b'): 1, ('a', 'c'): {2030: 2.0}, ('d',): []}
    """
    found: dict[tuple[str, ...], Any] = {}
    for key, value in document.items():
        if key in NO_INPUTS:
            continue
        path = (*above, str(key))
        if isinstance(value, Mapping) and any(isinstance(inner, str) for inner in value):
            found |= flattened(value, path)
        else:
            found[path] = value
    return found


def dotted(path: tuple[str, ...]) -> str:
    """A path as `--set` takes it; names that hold dots stand in brackets.

    >>> dotted(("regions", "a.b", "demand"))
    'regions.[a.b].demand'
    """
    return ".".join(f"[{part}]" if "." in part else part for part in path)


def fold_entries(sides: Sequence[dict[tuple[str, ...], Any]]) -> None:
    """Leave one row for an entry, such as a technology, that only some sides have."""
    entries = [{path[:2] for path in side if path[0] in ENTRIES and len(path) > 2} for side in sides]
    everywhere = set.intersection(*entries)
    for side, own in zip(sides, entries, strict=True):
        lonely = own - everywhere
        for path in [path for path in side if path[:2] in lonely]:
            del side[path]
        side.update(dict.fromkeys(sorted(lonely), GIVEN))


def inputs_table(scenarios: Sequence[Scenario], reference_policy: str) -> pd.DataFrame:
    """Inputs of every policy that are not those of the reference policy in the same case, as `--set` takes them.

    Manufacturers and fuels that a policy has because its technologies name them are left out: they follow from those.
    """
    flat = {(one.policy, one.case): flattened(one.model_dump()) for one in scenarios}
    rows = []
    for (policy, case), values in flat.items():
        reference = flat.get((reference_policy, case))
        if reference is None:
            continue
        before, own = dict(reference), dict(values)
        fold_entries((before, own))
        for path in sorted(dict.fromkeys((*before, *own)), key=lambda path: path[0] != "technologies"):
            told = [side.get(path, ABSENT) for side in (before, own)]
            is_empty_section = len(path) == 1 and path[0] in ENTRIES
            follows = path[0] in FOLLOWING and GIVEN in told
            if told[0] != told[1] and not is_empty_section and not follows:
                rows.append([policy, case, dotted(path), *map(_told, told)])
    return pd.DataFrame(rows, columns=COLUMNS, dtype=str)


def _told(value: Any) -> str:
    return "" if value is ABSENT else GIVEN if value is GIVEN else one_line(value)
