"""All catalogued forecasts of load on one definition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from powergap.catalog import Catalog, Forecast
from powergap.catalog.schema import Measure, Ratio
from powergap.conversion.definitions import Conversion, Factors, convert
from powergap.conversion.units import Unit, unit_of

COUNTS = ("fleet", "new", "added", "pipeline", "part")
"""In this order in the table: what is alike stands together, and only that may be compared."""


def reconcile(
    catalog: Catalog, to: Unit, as_: Measure, given: Mapping[Ratio, float] | None = None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Every value of every forecast of load, converted.

    A ratio that the caller gives holds for all; else the publisher's own, else the catalog's mid reading.

    Args:
        catalog: where the forecasts stand.
        to: unit of the result.
        as_: what the result counts.
        given: ratios for all forecasts.

    Returns:
        Rows `counts, forecast, publisher, published_on, key, year, of, measure, measure_is_assumed,
        published_low, published_mid, published_high, published_unit, low, mid, high, unit, factors, confidence`,
        and the names of forecasts that count no load of data centers.

    Raises:
        InputError: as `convert`.
    """
    found = [(name, one) for name, one in catalog.data.forecasts.items() if one.measure is not None]
    rows = [row for name, one in found for row in _rows(catalog, name, one, to, as_, given or {})]
    rows.sort(key=lambda row: (COUNTS.index(row["counts"]), row["year"] or 0))
    return rows, [name for name, one in catalog.data.forecasts.items() if one.measure is None]


def year_of(key: str) -> int | None:
    """The last year that a forecast's key names.

    >>> year_of("2030_market"), year_of("2026-2028"), year_of("reference")
    (2030, 2028, None)
    """
    named = re.match(r"([0-9]{4})(?:-([0-9]{4}))?(?:_|$)", key)
    return int(named[2] or named[1]) if named else None


def _rows(
    catalog: Catalog, name: str, forecast: Forecast, to: Unit, as_: Measure, given: Mapping[Ratio, float]
) -> Iterator[dict[str, Any]]:
    """One row a value of a forecast."""
    own = {ratio: value for ratio, value in forecast.factors.items() if not _overruled(ratio, given)}
    factors = Factors(catalog, {**own, **given})
    unit = unit_of(forecast.unit.removesuffix("/yr") if forecast.measure != "energy" else forecast.unit)
    for key in forecast.values:
        low, mid, high = forecast.readings(key)
        published = (low, mid if _has_mid(forecast.values[key]) else None, high)
        measure = cast("Measure", forecast.measure)
        done = [None if one is None else convert(one, unit, measure, to, as_, factors) for one in published]
        yield {
            "counts": forecast.counts,
            "forecast": name,
            "publisher": forecast.publisher,
            "published_on": forecast.date,
            "key": key,
            "year": year_of(key),
            "of": forecast.of,
            "measure": forecast.measure,
            "measure_is_assumed": forecast.measure_is_assumed,
            **dict(zip(("published_low", "published_mid", "published_high"), published, strict=True)),
            "published_unit": forecast.unit,
            **dict(zip(("low", "mid", "high"), (one and one.value for one in done), strict=True)),
            "unit": to.name + "/yr" * (forecast.counts == "added" and to.kind == "power"),
            "factors": [
                {"factor": step.factor, "value": step.value, "source": _whose(step.factor, step.source, own, given)}
                for step in cast("Conversion", done[0]).steps
                if step.factor != "hours"
            ],
            "confidence": forecast.confidence,
        }


def _has_mid(published: float | list[float]) -> bool:
    """False for a range of two, whose middle nobody published."""
    return not isinstance(published, list) or len(published) != 2


def _overruled(ratio: Ratio, given: Mapping[Ratio, float]) -> bool:
    """True when the caller's ratios stand in for a publisher's: its own, or the other way to nameplate."""
    ways = {"peak_share", "utilization"}
    return ratio in given or (ratio in ways and bool(ways & given.keys()))


def _whose(factor: str, source: str, own: Mapping[Ratio, float], given: Mapping[Ratio, float]) -> str:
    if factor in given:
        return "given"
    return "publisher" if factor in own else source
