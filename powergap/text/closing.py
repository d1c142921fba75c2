"""What closed the gap, in words: sources grouped under the catalog's headings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from powergap.text.numbers import fixed

WORTH_NAMING_GW = 0.05


def headings(document: Mapping[str, Any]) -> dict[str, str]:
    """Heading of every technology of a resolved scenario document: its group, a connection's own name.

    >>> headings({"technologies": {"wire": {"kind": "connection"}, "lm6000": {"group": "gas medium"}}})
    {'wire': 'wire', 'lm6000': 'gas medium'}
    """
    found: dict[str, str] = {}
    for name, facts in _technologies(document):
        group = facts.get("group", "")
        if group and facts.get("kind") != "connection":
            found[name] = group
        elif facts.get("kind") == "connection":
            found[name] = name.replace("_", " ")
    return found


def _technologies(document: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every technology that the document writes down: in the catalog, the body, levers and policies."""
    places = [(document.get("catalog") or {}).get("technologies")]
    for section in ("levers", "policies", "cases"):
        places += [
            ((entry or {}).get("set") or {}).get("technologies") for entry in (document.get(section) or {}).values()
        ]
    places.append(document.get("technologies"))
    found = []
    for place in places:
        for name, entry in (place or {}).items():
            if isinstance(entry, dict):
                found.append((name, entry.get("facts") or entry))
    return found


def closed_by(closed: pd.DataFrame, heading: Mapping[str, str], most: int = 5) -> str:
    """The largest contributions in GW, the largest first, and the sum of the rest.

    Args:
        closed: rows of the `closed` table of one policy, case and year.
        heading: heading of each source.
        most: contributions that are named.
    """
    parts = closed.dropna(subset=["closed_gw"])
    if not len(parts):
        return ""
    names = parts["source"].map(lambda source: heading.get(source, source.replace("_", " ")))
    sums = parts["closed_gw"].groupby(names.to_numpy(), sort=False).sum()
    worth = sums[sums.abs() >= WORTH_NAMING_GW]
    ranked = worth.loc[worth.abs().sort_values(ascending=False, kind="stable").index]
    named = [f"{name} {fixed(gw)}" for name, gw in ranked.iloc[:most].items()]
    rest = float(ranked.iloc[most:].sum())
    if abs(rest) >= WORTH_NAMING_GW:
        named.append(f"others {fixed(rest)}")
    return ", ".join(named)
