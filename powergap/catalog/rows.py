"""The catalog as flat rows, for tables, the report and the search."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, TypedDict

from powergap.catalog.files import quantities_of
from powergap.catalog.schema import CatalogData, CatalogItem, Quantity

STALE_AFTER_MONTHS = 18


class CatalogRow(TypedDict):
    """One number of the catalog; keys that a section does not have are empty or None."""

    section: str
    entry: str
    title: str
    key: str
    low: Any
    mid: Any
    high: Any
    unit: str
    dollar_year: int | None
    group: str
    confidence: str
    sources: tuple[str, ...]
    date: str
    note: str
    stale: bool


def rows(data: CatalogData, section: str, as_of: datetime.date | None) -> list[CatalogRow]:
    """All rows of one section, in the catalog's order.

    Args:
        data: The catalog.
        section: A key of `CatalogData`.
        as_of: Day for which staleness is told; without it no row is stale.
    """
    match section:
        case "forecasts":
            return list(_forecast_rows(data))
        case "sources":
            return list(_source_rows(data))
        case "deflators":
            return [
                _row(section, str(year), low=level, mid=level, high=level, unit="price level, 2025 = 1")
                for year, level in data.deflators.items()
            ]
    found = (part for part in quantities_of(data) if part[0] == section)
    return _plain_rows(data, section) + [_quantity_row(data, part, as_of) for part in found]


def searchable(row: CatalogRow) -> str:
    """The text of a row in which a search looks, in lower case."""
    parts = (row["section"], row["entry"], row["title"], row["key"], row["unit"], row["note"], row["date"])
    return " ".join((*parts, row["group"], row["confidence"], *row["sources"])).casefold()


def is_stale(checked: datetime.date, as_of: datetime.date) -> bool:
    """True when a number was checked more than 18 months before `as_of`.

    >>> is_stale(datetime.date(2025, 1, 31), datetime.date(2026, 7, 31))
    False
    >>> is_stale(datetime.date(2025, 1, 31), datetime.date(2026, 8, 1))
    True
    """
    months = (as_of.year - checked.year) * 12 + as_of.month - checked.month
    return (months, as_of.day) > (STALE_AFTER_MONTHS, checked.day)


def _row(section: str, entry: str, **known: Any) -> CatalogRow:
    """A row with everything empty but what is known."""
    blank = CatalogRow(
        section=section,
        entry=entry,
        title="",
        key="",
        low=None,
        mid=None,
        high=None,
        unit="",
        dollar_year=None,
        group="",
        confidence="",
        sources=(),
        date="",
        note="",
        stale=False,
    )
    blank.update(known)  # type: ignore[typeddict-item]
    return blank


def _titles(data: CatalogData, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Publisher and title of sources, or their key where nothing is known."""
    found = ((key, data.sources.get(key)) for key in keys)
    return tuple(": ".join(filter(None, (s.publisher, s.title))) if s else key for key, s in found)


def _plain_rows(data: CatalogData, section: str) -> list[CatalogRow]:
    """One row per item of a section for its title, description and facts."""
    items: dict[str, Any] = getattr(data, section)
    return [
        _row(section, entry, title=item.title, note=" ".join(filter(None, (item.description, _facts(item)))))
        for entry, item in items.items()
        if isinstance(item, CatalogItem)
    ]


def _facts(item: CatalogItem) -> str:
    """Facts in one line: `kind: generator, fuel: natural_gas`."""
    return ", ".join(f"{key}: {value}" for key, value in item.facts.items())


def _quantity_row(data: CatalogData, part: tuple[str, str, str, Quantity], as_of: datetime.date | None) -> CatalogRow:
    """The row of one quantity."""
    section, entry, key, quantity = part
    item = getattr(data, section)[entry]
    return _row(
        section,
        entry,
        title=item.title if isinstance(item, CatalogItem) else "",
        key=key,
        **quantity.model_dump(include={"low", "mid", "high", "unit", "dollar_year", "group", "confidence", "note"}),
        sources=_titles(data, quantity.source),
        date=quantity.date.isoformat(),
        stale=as_of is not None and is_stale(quantity.date, as_of),
    )


def _forecast_rows(data: CatalogData) -> Iterator[CatalogRow]:
    """One row per year, period or scenario of each forecast."""
    for entry, forecast in data.forecasts.items():
        for key, value in forecast.values.items():
            given = value if isinstance(value, list) else [value]
            yield _row(
                "forecasts",
                entry,
                title=f"{forecast.publisher}: {forecast.title} ({forecast.of})",
                key=key,
                low=given[0],
                mid=given[len(given) // 2] if len(given) % 2 else None,
                high=given[-1],
                unit=forecast.unit,
                confidence=forecast.confidence,
                sources=_titles(data, forecast.source),
                date=forecast.date,
                note=forecast.note,
            )


def _source_rows(data: CatalogData) -> Iterator[CatalogRow]:
    """One row per source; the note holds its publisher and address."""
    for entry, source in data.sources.items():
        note = ", ".join(filter(None, (source.publisher, source.url)))
        yield _row("sources", entry, title=source.title, date=source.date, note=note)
