"""The tables of docs/headroom.md, computed from the shared data."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from powergap.eia import headroom_gw, headroom_table, read_demand, seasonal_peaks_gw, treated
from powergap.eia.headroom import curtailed_fraction
from powergap.eia.published import AUTHORITY_OF, HEADROOM_GW, RATES, REGION_OF
from tests.eia.conftest import shared

REGIONS = "eia930_cleaned_13regions_2015-07_2020-07_utc.csv.gz"
AUTHORITIES = "eia930_cleaned_BAs_2019_utc.csv.gz"
SIX = ("MIDA", "MIDW", "TEX", "CAL", "NY", "NE")
LATER_PEAKS_GW = {"TEX": (85.464, 78.14), "CENT": (56.184, 47.0), "TEN": (None, 34.526)}
"""Summer and winter records of 2020 to 2024; sources on the page."""


def start(year):
    return pd.Timestamp(year, 1, 1, tz="UTC")


@lru_cache
def regions():
    """GW of the 13 regions, 2016 to 2019."""
    return treated(read_demand([shared(REGIONS)]), start(2016), start(2020)).load


@lru_cache
def authorities():
    """GW of the balancing authorities, 2019."""
    return treated(read_demand([shared(AUTHORITIES)]), start(2019), start(2020)).load


def only(load, first, last):
    return load[(load.index.year >= first) & (load.index.year <= last)]


def headrooms(load, peaks=None):
    """GW at each rate by region."""
    return headroom_table(load, peaks=peaks).pivot(index="region", columns="curtailment_fraction", values="headroom_gw")


@lru_cache
def of_four_years():
    return headrooms(regions()[list(REGION_OF)])


@lru_cache
def of_2019(authority=True):
    return headrooms(authorities()[list(AUTHORITY_OF)] if authority else only(regions(), 2019, 2019)[list(REGION_OF)])


def _row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _head(*cells):
    return [_row(*cells), "|" + "---|" * len(cells)]


def _three(values, form):
    return [format(value, form) for value in values]


def _percent(value):
    return f"{round(value * 100) + 0:+d}%"


def _beside(code, published, found):
    difference = found / np.array(HEADROOM_GW[published]) - 1
    told = [_percent(value) for value in difference]
    return [code, *_three(found, ".2f"), *_three(HEADROOM_GW[published], ".1f"), *told]


HEADS = ("0.25%", "0.5%", "1%", "published 0.25%", "0.5%", "1%", "difference 0.25%", "0.5%", "1%")


def side_by_side(codes=SIX):
    peaks = seasonal_peaks_gw(regions())
    rows = _head("authority", "computed from", *HEADS, "summer peak", "winter peak")
    for code in codes:
        beside = _beside(code, REGION_OF[code], of_four_years().loc[code].to_numpy())
        rows.append(_row(REGION_OF[code], *beside, *_three(peaks.loc[code], ".1f")))
    return rows


def one_year():
    rows = _head("authority", "computed from", *HEADS)
    for code, name in AUTHORITY_OF.items():
        rows.append(_row(name, *_beside(code, name, of_2019().loc[code].to_numpy())))
    return rows


def windows():
    """Headroom at 0.5% of all windows of one to four years: mean, least and most."""
    rows = _head("authority", "one year", "two years", "three years", "four years", "published, nine years")
    for code in SIX:
        cells = []
        for length in (1, 2, 3, 4):
            found = [
                headroom_table(only(regions()[[code]], first, first + length - 1), [0.005])["headroom_gw"].iloc[0]
                for first in range(2016, 2021 - length)
            ]
            spread = f" ({min(found):.2f} to {max(found):.2f})" if len(found) > 1 else ""
            cells.append(f"{np.mean(found):.2f}{spread}")
        rows.append(_row(REGION_OF[code], *cells, HEADROOM_GW[REGION_OF[code]][1]))
    return rows


def curtailed_at_published(code):
    """Percent curtailed by year and rate if the published load is added."""
    room = headroom_gw(regions()[[code]])
    by_year = [np.sort(part.iloc[:, 0].to_numpy()) for _, part in room.groupby(room.index.year)]
    return curtailed_fraction(by_year, np.array(HEADROOM_GW[REGION_OF[code]])) * 100


def needed_later(code):
    """Percent that 2020 to 2024 must curtail on average for the nine-year mean to be the published rate."""
    return (9 * np.array(RATES) * 100 - 4 * curtailed_at_published(code).mean(axis=0)) / 5


def consistency():
    rows = _head(
        "authority", "2016-2019 at 0.25%", "at 0.5%", "at 1%", "lowest and highest year at 0.5%",
        "2020-2024 needed at 0.25%", "at 0.5%", "at 1%",
    )  # fmt: skip
    for code in REGION_OF:
        found = curtailed_at_published(code)
        span = f"{found[:, 1].min():.2f} to {found[:, 1].max():.2f}"
        cells = [*_three(found.mean(axis=0), ".2f"), span, *_three(needed_later(code), ".2f")]
        rows.append(_row(REGION_OF[code], *cells))
    return rows


def with_later_peaks():
    rows = _head("authority", "peaks", "0.25%", "0.5%", "1%", "published 0.25%", "0.5%", "1%")
    for code, later in LATER_PEAKS_GW.items():
        peaks = seasonal_peaks_gw(regions())
        own = peaks.loc[code].to_numpy().copy()
        peaks.loc[code] = [new or old for new, old in zip(later, own, strict=True)]
        published = _three(HEADROOM_GW[REGION_OF[code]], ".1f")
        for told, found in ((own, of_four_years()), (peaks.loc[code], headrooms(regions()[[code]], peaks))):
            rows.append(
                _row(REGION_OF[code], " / ".join(_three(told, ".1f")), *_three(found.loc[code], ".2f"), *published)
            )
    return rows


def wider():
    """Four-year headroom of a region, shrunk by what its authority had of the region's headroom in 2019."""
    authority = {"MIDW": "MISO", "CAL": "CISO", "CENT": "SWPP", "SE": "SOCO"}
    rows = _head("authority", "region", "scaled 0.25%", "0.5%", "1%", "over published 0.25%", "0.5%", "1%")
    for code, own in authority.items():
        scaled = of_four_years().loc[code] * of_2019().loc[own] / of_2019(authority=False).loc[code]
        over = scaled.to_numpy() / np.array(HEADROOM_GW[REGION_OF[code]]) - 1
        rows.append(_row(REGION_OF[code], code, *_three(scaled, ".2f"), *map(_percent, over)))
    return rows


def growth():
    rows = _head("existing load grown by", *(REGION_OF[code] for code in SIX))
    for share in (0.0, 0.02, 0.05, 0.1):
        found = headroom_table(regions()[list(SIX)], [0.005], share)["headroom_gw"]
        rows.append(_row(f"{share * 100:g}%", *_three(found, ".2f")))
    return rows


def curtailment():
    """Hours and events, mean over the 13 regions."""
    found = headroom_table(regions()).groupby("curtailment_fraction").mean(numeric_only=True)
    rows = _head("", "0.25%", "0.5%", "1%", "published")
    told = (
        ("curtailed hours a year", "curtailed_hours_per_year", ".0f", 1, "85 / 177 / 366"),
        ("mean event, h", "mean_event_hours", ".1f", 1, "1.7 / 2.1 / 2.5"),
        ("hours keeping half of the load, %", "hours_keeping_50_fraction", ".0f", 100, "88"),
        ("hours keeping three quarters, %", "hours_keeping_75_fraction", ".0f", 100, "60"),
        ("hours keeping nine tenths, %", "hours_keeping_90_fraction", ".0f", 100, "29"),
    )
    for words, key, form, times, published in told:
        rows.append(_row(words, *_three(found[key] * times, form), published))
    return rows


TABLES = {
    "side by side": side_by_side,
    "other regions": lambda: side_by_side(("CENT", "TEN", "SE")),
    "window": windows,
    "consistency": consistency,
    "later peaks": with_later_peaks,
    "wider": wider,
    "one year": one_year,
    "growth": growth,
    "curtailment": curtailment,
}
"""By the name in the comment above each table of the page."""
