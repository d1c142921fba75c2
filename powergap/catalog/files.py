"""YAML files of the catalog -> one checked `CatalogData`, or every problem at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from powergap.catalog.schema import CatalogData, CatalogItem, Quantity
from powergap.errors import InputError, Problem


@dataclass
class _Reading:
    """What has been read so far, and what was wrong with it."""

    sections: dict[str, dict[Any, Any]] = field(default_factory=dict)
    home: dict[tuple[str, Any], tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def blame(self, section: str, entry: Any, message: str, *inside: Any) -> None:
        """Note a problem of an entry at the line where the entry begins."""
        file, line = self.home.get((section, entry), ("catalog", 0))
        key = ".".join(map(str, (section, entry, *inside)))
        self.problems.append(Problem(file, line, 3 if line else 0, key, message))


def read_texts(texts: Mapping[str, str]) -> CatalogData:
    """Parse, check and join catalog files given as {file name: text}.

    Raises:
        InputError: Lists duplicate keys, unknown sections and keys, wrong values, readings out of order,
            and references to sources, supply chains or fuels that do not exist.
    """
    found = _Reading()
    for file, text in texts.items():
        _collect(file, text, found)
    sections = {name: _checked_section(name, entries, found) for name, entries in found.sections.items()}
    for section, entry, message in dangling(CatalogData.model_construct(None, **sections), own_references=True):
        found.blame(section, entry, message)
    if found.problems:
        raise InputError(found.problems)
    return CatalogData.model_construct(None, **sections)


def _collect(file: str, text: str, found: _Reading) -> None:
    """Parse one file and put its entries under their sections."""
    try:
        content = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        found.problems.append(Problem(file, line, column, "", str(error.problem)))
        return
    except YAMLError as error:
        found.problems.append(Problem(file, 0, 0, "", str(error)))
        return
    if not isinstance(content, dict):
        found.problems.append(Problem(file, 1, 1, "", "expected `section: {entry: ...}`"))
        return
    lines = {line.rstrip(): number for number, line in reversed(list(enumerate(text.splitlines(), 1)))}
    for section, entries in content.items():
        if section not in CatalogData.model_fields:
            known = ", ".join(CatalogData.model_fields)
            found.problems.append(Problem(file, 0, 0, str(section), f"unknown section; expected one of {known}"))
        elif not isinstance(entries, dict):
            found.problems.append(Problem(file, 0, 0, section, "expected a map of entries"))
        else:
            _place(file, section, entries, lines, found)


def _place(file: str, section: str, entries: dict[Any, Any], lines: dict[str, int], found: _Reading) -> None:
    """Put the entries of one section where they belong; one name in two files is a problem."""
    for entry, body in entries.items():
        if (section, entry) in found.home:
            first = found.home[section, entry][0]
            found.blame(section, entry, f"given again in {file}; already in {first}")
            continue
        found.home[section, entry] = (file, lines.get(f"  {entry}:", 0))
        found.sections.setdefault(section, {})[entry] = body


def _checked_section(section: str, entries: dict[Any, Any], found: _Reading) -> dict[Any, Any]:
    """Validate a section; entries that fail are blamed one by one and left out."""
    adapter: TypeAdapter[dict[Any, Any]] = _ADAPTERS[section]
    try:
        return adapter.validate_python(entries)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
    for detail in wrong:
        entry, *inside = detail["loc"]
        message = detail["msg"].removeprefix("Value error, ")
        found.blame(section, entry, message, *inside)
    bad = {detail["loc"][0] for detail in wrong}
    good = {entry: body for entry, body in entries.items() if entry not in bad}
    return adapter.validate_python(good)


_ADAPTERS: dict[str, TypeAdapter[dict[Any, Any]]] = {
    name: TypeAdapter(cast("Any", info.annotation)) for name, info in CatalogData.model_fields.items()
}


def quantities_of(data: CatalogData) -> Iterator[tuple[str, str, str, Quantity]]:
    """Every quantity of a catalog as (section, entry, key, quantity); the key of a bare one is empty."""
    for section in ("technologies", "supply_chains", "fuels"):
        items: Mapping[str, CatalogItem] = getattr(data, section)
        for entry, item in items.items():
            for key, quantity in item.quantities.items():
                yield section, entry, key, quantity
    for entry, quantity in data.quantities.items():
        yield "quantities", entry, "", quantity


def dangling(data: CatalogData, *, own_references: bool) -> Iterator[tuple[str, str, str]]:
    """References that lead nowhere, as (section, entry, message).

    Args:
        data: The catalog to look through.
        own_references: Also look for the supply chain and the fuel of each technology. A scenario that
            adds to the catalog may define those in its own sections.
    """
    for section, entry, key, quantity in quantities_of(data):
        yield from _unsourced(data, section, entry, key, quantity.source)
    for entry, forecast in data.forecasts.items():
        yield from _unsourced(data, "forecasts", entry, "", forecast.source)
    if not own_references:
        return
    for entry, item in data.technologies.items():
        for fact, known in (("supply_chain", data.supply_chains), ("fuel", data.fuels)):
            name = item.facts.get(fact)
            if name is not None and name not in known:
                yield "technologies", entry, f"{fact} {name!r} is not in the catalog"


def _unsourced(
    data: CatalogData, section: str, entry: str, key: str, source: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    """Source keys of one number that the sources do not have."""
    where = f" of {key}" if key else ""
    for name in source:
        if name not in data.sources:
            yield section, entry, f"source {name!r}{where} is not among the sources"
