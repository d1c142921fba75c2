"""What is said of a name that is no number of the catalog."""

from __future__ import annotations

from powergap.catalog.reader import Catalog
from powergap.files.nearest import did_you_mean
from powergap.scenario.read.renamed import now_called

NOUNS = {"technologies": "technology", "supply_chains": "supply chain", "fuels": "fuel", "forecasts": "forecast"}
"""Sections of the catalog whose entries hold several numbers, and what one entry is."""


def no_number(catalog: Catalog, name: str) -> str:
    """Why `from_catalog: name` reads nothing, with the nearest name that it would read."""
    sections = catalog.entries_with_values()
    entry, dot, key = name.partition(".")
    holding = [section for section in sections if entry in sections[section]]
    own = [f"{entry}.{one}" for section in holding for one in sections[section][entry]]
    if own and not dot:
        nouns = " and a ".join(NOUNS[section] for section in holding)
        return f"`{name}` is a {nouns} of the catalog, not a number; name one of its values, such as `{own[0]}`"
    if name in catalog.data.sources:
        return f"`{name}` is a source of the catalog, not a number"
    alike = [f"{other}.{key}" for entries in sections.values() for other, keys in entries.items() if key in keys]
    hint = did_you_mean(name, own or [*catalog.data.quantities, *alike], "; see `powergap catalog`")
    hint = now_called(name) or hint
    return f"no quantity `{name}` in the catalog{hint}"
