"""The catalog as the rest of the program reads it: readings chosen, money in one dollar year."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, cast, get_args

from powergap.catalog import rows as tables
from powergap.catalog import values
from powergap.catalog.files import dangling, quantities_of, read_texts
from powergap.catalog.schema import CatalogData, CatalogItem, Quantity, Reading
from powergap.errors import InputError, Problem
from powergap.files.nearest import meant, nearest_names

ITEMS = ("technologies", "supply_chains", "fuels")
"""Sections whose entries hold several numbers, each named `entry.key`."""


class UnknownEntry(KeyError):  # noqa: N818 - reads as what it is
    """A name that the catalog does not have; `near` holds the nearest names that it has."""

    def __init__(self, section: str, name: str, known: Iterable[str]) -> None:
        """Take what was looked up where, and the names that are known there."""
        super().__init__(name)
        self.section = section
        self.name = name
        self.known = tuple(known)

    @property
    def near(self) -> tuple[str, ...]:
        """The nearest names, looked for when they are asked for: it takes longer than all else of a wrong name."""
        return nearest_names(self.name, self.known, most=3, cutoff=0.5)

    def __str__(self) -> str:
        """`no 'gas_turbin' among the technologies of the catalog; did you mean ...?`."""
        return f"no {self.name!r} among the {self.section.replace('_', ' ')} of the catalog{meant(self.near)}"


@dataclass(frozen=True)
class Catalog:
    """Sourced numbers with three readings each. Looking one up never changes the catalog."""

    data: CatalogData

    def extended(self, other: CatalogData) -> Catalog:
        """This catalog with another's entries added; of two entries of one name the other's holds.

        Raises:
            InputError: A number of the result names a source that neither has.
        """
        merged = {name: {**getattr(self.data, name), **getattr(other, name)} for name in CatalogData.model_fields}
        result = CatalogData.model_construct(None, **merged)
        if wrong := list(dangling(result, own_references=False)):
            raise InputError([Problem("catalog", 0, 0, f"{s}.{e}", message) for s, e, message in wrong])
        return Catalog(result)

    def technology(self, name: str, readings: Mapping[str, str], dollar_year: int) -> dict[str, Any]:
        """A technology as the scenario schema wants it: plain keys and numbers.

        Args:
            name: Entry of the catalog.
            readings: `low`, `mid` or `high` by group of quantities; a group left out reads `mid`.
            dollar_year: Year of the money in the result.
        """
        item: CatalogItem = self._entry("technologies", name)
        text = {"title": item.title} | ({"description": item.description} if item.description else {})
        return text | item.facts | self._numbers(item, readings, dollar_year)

    def supply_chain(self, name: str, readings: Mapping[str, str], dollar_year: int) -> dict[str, Any]:
        """A supply chain as the scenario schema wants it; see `technology`."""
        item: CatalogItem = self._entry("supply_chains", name)
        return {"title": item.title} | item.facts | self._numbers(item, readings, dollar_year)

    def fuel(self, name: str, readings: Mapping[str, str], dollar_year: int) -> dict[str, Any]:
        """A fuel as the scenario schema wants it; see `technology`."""
        item: CatalogItem = self._entry("fuels", name)
        return {"title": item.title} | item.facts | self._numbers(item, readings, dollar_year)

    def quantity(self, name: str, readings: Mapping[str, str], dollar_year: int) -> values.Number | values.Series:
        """One number or year series: of the quantities, or of an entry or a forecast by `entry.key`.

        Raises:
            UnknownEntry: no number has that name.
        """
        return self._read(self._entry("quantities", name), readings, dollar_year)

    def used(
        self,
        technologies: Iterable[str] = (),
        chains: Iterable[str] = (),
        fuels: Iterable[str] = (),
        quantities: Iterable[str] = (),
    ) -> CatalogData:
        """The part of the catalog that a run has read, with its sources and deflators."""
        asked = {
            "technologies": technologies,
            "supply_chains": chains,
            "fuels": fuels,
            "quantities": quantities,
        }
        parts = {section: {name: self._entry(section, name) for name in names} for section, names in asked.items()}
        part = CatalogData.model_construct(None, **parts, deflators=self.data.deflators)
        keys = {key for *_, quantity in quantities_of(part) for key in quantity.source}
        sources = {key: source for key, source in self.data.sources.items() if key in keys}
        return part.model_copy(update={"sources": sources})

    def rows(self, section: str, as_of: datetime.date | None = None) -> list[tables.CatalogRow]:
        """Flat rows of one section, one per number; `stale` if checked over 18 months before `as_of`."""
        if section not in CatalogData.model_fields:
            raise UnknownEntry("sections", section, CatalogData.model_fields)
        return tables.rows(self.data, section, as_of)

    def search(self, text: str, as_of: datetime.date | None = None) -> list[tables.CatalogRow]:
        """Rows of all sections whose names, titles, notes or sources hold every word of `text`."""
        words = text.casefold().split()
        every = (row for section in CatalogData.model_fields for row in tables.rows(self.data, section, as_of))
        return [row for row in every if all(word in tables.searchable(row) for word in words)]

    def _entry(self, section: str, name: str) -> Any:
        """An entry of a section, or the error that names the nearest ones."""
        entries: Mapping[str, Any] = getattr(self.data, section)
        if section == "quantities" and name not in entries and "." in name:
            return self._value_of_entry(name)
        if name not in entries:
            raise UnknownEntry(section, name, entries)
        return entries[name]

    def entries_with_values(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Keys of the numbers of every technology, supply chain, fuel and forecast, by section and entry."""
        found = {
            section: {name: tuple(item.quantities) for name, item in getattr(self.data, section).items()}
            for section in ITEMS
        }
        return found | {"forecasts": {name: tuple(one.values) for name, one in self.data.forecasts.items()}}

    def _value_of_entry(self, name: str) -> Quantity:
        """The number that `entry.key` names, as `powergap catalog` prints it."""
        entry, _, key = name.partition(".")
        for section in ITEMS:
            item: CatalogItem | None = getattr(self.data, section).get(entry)
            if item is not None and key in item.quantities:
                return item.quantities[key]
        forecast = self.data.forecasts.get(entry)
        if forecast is not None and key in forecast.values:
            return forecast.quantity(key)
        entries = [entries for entries in self.entries_with_values().values() if entry in entries]
        if entries:
            raise UnknownEntry(f"values of {entry}", key, [one for known in entries for one in known[entry]])
        raise UnknownEntry("entries", entry, [one for known in self.entries_with_values().values() for one in known])

    def _numbers(self, item: CatalogItem, readings: Mapping[str, str], dollar_year: int) -> dict[str, Any]:
        """The chosen reading of every quantity of an item."""
        return {key: self._read(quantity, readings, dollar_year) for key, quantity in item.quantities.items()}

    def _read(self, quantity: Quantity, readings: Mapping[str, str], dollar_year: int) -> values.Number | values.Series:
        """The reading that the quantity's group asks for, in money of `dollar_year`."""
        which = readings.get(quantity.group, "mid")
        if which not in get_args(Reading):
            raise InputError(f"reading of {quantity.group} is {which!r}; expected low, mid or high")
        value = quantity.reading(cast("Reading", which))
        if quantity.dollar_year is None:
            return value
        return values.scaled(value, self._level(dollar_year) / self._level(quantity.dollar_year))

    def _level(self, year: int) -> float:
        """Price level of a year relative to 2025."""
        level = self.data.deflators
        if year not in level:
            known = f"{min(level)} to {max(level)}" if level else "none"
            raise InputError(f"no price level for dollar year {year} in the catalog; known: {known}")
        return level[year]


@cache
def bundled() -> Catalog:
    """The catalog that comes with the package; read once."""
    folder = resources.files("powergap.catalog")
    files = sorted((part for part in folder.iterdir() if part.name.endswith(".yaml")), key=lambda part: part.name)
    return Catalog(read_texts({part.name: part.read_text(encoding="utf-8") for part in files}))
