"""Names that people read, from the scenario that a run holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from powergap.words import display_name


def headings(document: Mapping[str, Any]) -> dict[str, str]:
    """Heading of every technology of a resolved scenario document: its group, a connection's display name.

    >>> headings({"technologies": {"wire": {"kind": "connection"}, "lm6000": {"group": "storage"}}})
    {'wire': 'wire', 'lm6000': 'storage'}
    """
    entries = technologies(document)
    names = display_names(document)
    found = {
        name: names[name] if facts.get("kind") == "connection" else facts.get("group", "")
        for name, facts in entries.items()
    }
    return {name: heading for name, heading in found.items() if heading}


def display_names(document: Mapping[str, Any]) -> dict[str, str]:
    """Display name of every technology of a resolved scenario document."""
    entries = technologies(document)
    return {name: display_name(entries, name) for name in entries}


def technologies(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every technology that the document writes down: in the catalog, levers and policies, the body."""
    places = [(document.get("catalog") or {}).get("technologies")]
    for section in ("levers", "policies", "cases"):
        places += [
            ((entry or {}).get("set") or {}).get("technologies") for entry in (document.get(section) or {}).values()
        ]
    places.append(document.get("technologies"))
    found: dict[str, dict[str, Any]] = {}
    for place in places:
        for name, entry in (place or {}).items():
            if isinstance(entry, dict):
                found[name] = found.get(name, {}) | entry | (entry.get("facts") or {})
    return found
