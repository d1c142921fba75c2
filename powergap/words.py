"""Words of powergap's own that stand among names in tables, figures and exports.

A column of names holds what a scenario calls its technologies, policies or futures, and sometimes a word that means
something else: `unserved` among the technologies that supply power. No name may be such a word, or two things would
share its rows. Whatever writes such a word takes it from here; `scenario.own_words` refuses it as a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNSERVED, LOAD = "unserved", "load"
"""What nobody supplies and what draws power, among the technologies of `dispatch` and `closed`."""

NATION = "all"
"""Among the technologies of `cost`: a term that is no technology's."""

WAITING = "still waiting"
"""The gap, among the families of figures."""

TERMS = ("relocation", "unserved_energy", "gap")
"""Terms of cost that are no technology's; figures of cost name them among the families."""

NETWORK = (
    "carry-over", "charge", "demand", "discharge", "energized", "gap", "headroom", "power", UNSERVED, "wanted",
)  # fmt: skip
"""Parts of an exported PyPSA network, among the technologies in the names and carriers of its components."""

HEDGE, MEAN, KNOWING = "hedge", "mean", "perfect foresight"
"""Ways to decide of a hedge; the others are called after the future that they believe in."""

DECIDERS = ("input", "decides_fraction", "third")
"""Columns of a sweep's table `deciders`, beside one for each policy."""

RESERVED: Mapping[str, tuple[str, ...]] = {
    "technologies": tuple(dict.fromkeys((LOAD, UNSERVED, NATION, WAITING, *TERMS, *NETWORK))),
    "policies": DECIDERS,
    "futures": (HEDGE, MEAN, KNOWING),
}
"""Words by the section of a scenario whose names share a column with them."""

HEADINGS = (LOAD, UNSERVED, WAITING, *TERMS)
"""Words among the families of figures, which are called after the `group` of a technology."""


def same(name: str) -> str:
    """What is shown of a name: as figures and people read it, `Still_waiting` is `still waiting`."""
    return name.replace("_", " ").casefold()


def display_name(entries: Mapping[str, Any], name: str) -> str:
    """What people read for a technology or supply chain: its title as it stands in a sentence.

    Without a title, or where another entry has the same one (a copy made by `like`), it is the name in plain words.

    >>> display_name({"gas_small": {"title": "Reciprocating engines"}, "g35": {"title": "CAT G3520"}}, "gas_small")
    'reciprocating engines'
    >>> display_name({"my_engine": {}}, "my_engine")
    'my engine'

    Args:
        entries: the section that the name stands in, of a scenario or of its document.
        name: the entry's name, or a word such as `unserved`.
    """
    titles = {key: _title(entry) for key, entry in entries.items()}
    title = titles.get(name, "")
    if not title or list(titles.values()).count(title) > 1:
        return name.replace("_", " ")
    # Proper names keep their capitals: `Fuel cell` is `fuel cell`, `CAT G3520` stays.
    return title[0].lower() + title[1:] if title[1:].islower() else title


def _title(entry: Any) -> str:
    """A title on one line: it stands within sentences and cells."""
    title = entry.get("title") if isinstance(entry, Mapping) else getattr(entry, "title", "")
    return " ".join(str(title or "").split())
