"""All catalogued forecasts of load on one definition."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from powergap.catalog import Catalog, Forecast
from powergap.catalog.schema import Measure, RatioName
from powergap.conversion.definitions import Conversion, Factors, convert
from powergap.conversion.units import Unit, unit_of

COUNTS = ("fleet", "new", "added", "pipeline", "part")
"""In this order in the table: what is alike stands together, and only that may be compared."""


SAME = 1e-9
"""How far two figures may be apart that are the same in different units, as a fraction."""


def reconcile(
    catalog: Catalog, to: Unit, as_: Measure, given: Mapping[RatioName, float] | None = None
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
        published_low, published_mid, published_high, published_unit, low, mid, high, least, most, unit, factors,
        confidence`, where least and most are those of the published range within the catalog's low and high of every
        ratio that neither the caller nor the publisher gives,
        and the names of forecasts that count no load of data centers.

    Raises:
        InputError: as `convert`.
    """
    found = [(name, one) for name, one in catalog.data.forecasts.items() if one.measure is not None]
    rows = [row for name, one in found for row in _rows(catalog, name, one, to, as_, given or {}, one.values)]
    rows.sort(key=lambda row: (COUNTS.index(row["counts"]), row["year"] or 0))
    return rows, [name for name, one in catalog.data.forecasts.items() if one.measure is None]


def as_published(
    catalog: Catalog, value: float, unit: Unit, of: Measure, to: Unit, as_: Measure, given: Mapping[RatioName, float]
) -> list[dict[str, Any]]:
    """The forecasts that hold an amount, with what it is on another definition by their publishers' own ratios.

    Args:
        catalog: where the forecasts stand.
        value: in `unit`.
        unit: its unit.
        of: what it counts.
        to: unit of the result.
        as_: what the result counts.
        given: ratios for all forecasts.

    Returns:
        For each forecast that has a ratio of its own on the way: `forecast, publisher, key, value, factors`.

    Raises:
        InputError: as `convert`.
    """
    found = []
    for name, forecast in catalog.data.forecasts.items():
        if forecast.measure == of and forecast.counts != "added" and forecast.factors:
            theirs = _unit(forecast)
            share = value * unit.in_base / theirs.in_base
            same = [key for key in forecast.values if any(_is(share, one) for one in _published(forecast, key))]
            rows = _rows(catalog, name, forecast, to, as_, given, same)
            found += [own for row in rows if (own := _by_their_own(row, share))]
    return found


def _by_their_own(row: Mapping[str, Any], amount: float) -> dict[str, Any] | None:
    """The reading of a row that its publisher gives as an amount; None where no ratio is the publisher's own."""
    factors = [one for one in row["factors"] if one["source"] == "publisher"]
    which = next(one for one in ("low", "mid", "high") if _is(amount, row[f"published_{one}"]))
    named = {name: row[name] for name in ("forecast", "publisher", "key")}
    return {**named, "value": row[which], "factors": factors} if factors else None


def _is(amount: float, published: float | None) -> bool:
    return published is not None and math.isclose(amount, published, rel_tol=SAME)


def year_of(key: str) -> int | None:
    """The last year that a forecast's key names.

    >>> year_of("2030_market"), year_of("2026-2028"), year_of("reference")
    (2030, 2028, None)
    """
    named = re.match(r"([0-9]{4})(?:-([0-9]{4}))?(?:_|$)", key)
    return int(named[2] or named[1]) if named else None


def _rows(
    catalog: Catalog,
    name: str,
    forecast: Forecast,
    to: Unit,
    as_: Measure,
    given: Mapping[RatioName, float],
    keys: Iterable[str],
) -> Iterator[dict[str, Any]]:
    """One row a value of a forecast, of those named."""
    own = {ratio: value for ratio, value in forecast.factors.items() if not _overruled(ratio, given)}
    factors = Factors(catalog, {**own, **given})
    unit = _unit(forecast)
    for key in keys:
        published = _published(forecast, key)
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
            "least": min(one.low for one in done if one),
            "most": max(one.high for one in done if one),
            "unit": to.name + "/yr" * (forecast.counts == "added" and to.kind == "power"),
            "factors": [
                {"factor": step.factor, "value": step.value, "source": _whose(step.factor, step.source, own, given)}
                for step in cast("Conversion", done[0]).steps
                if step.factor != "hours"
            ],
            "confidence": forecast.confidence,
        }


def _unit(forecast: Forecast) -> Unit:
    """The unit of a forecast; what is added in a year is an amount of power."""
    return unit_of(forecast.unit.removesuffix("/yr") if forecast.measure != "energy" else forecast.unit)


def _published(forecast: Forecast, key: str) -> tuple[float, float | None, float]:
    """Low, mid and high of one of its values; no mid where nobody published it."""
    low, mid, high = forecast.readings(key)
    return low, mid if _has_mid(forecast.values[key]) else None, high


def _has_mid(published: float | list[float]) -> bool:
    """False for a range of two, whose middle nobody published."""
    return not isinstance(published, list) or len(published) != 2


def _overruled(ratio: RatioName, given: Mapping[RatioName, float]) -> bool:
    """True when the caller's ratios stand in for a publisher's: its own, or the other way to nameplate."""
    ways = {"peak_share", "utilization"}
    return ratio in given or (ratio in ways and bool(ways & given.keys()))


def _whose(factor: str, source: str, own: Mapping[RatioName, float], given: Mapping[RatioName, float]) -> str:
    if factor in given:
        return "given"
    return "publisher" if factor in own else source
