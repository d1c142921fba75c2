"""Headroom for flexible load as a table of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from powergap.eia.published import WIDER, WINDOW, published_gw
from powergap.text.layout import Column, table
from powergap.text.numbers import fixed

PERCENT = 100


def with_published(frame: pd.DataFrame, regions: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Add `published_gw` and `difference_fraction` (computed over published, less 1); empty where none is published.

    Args:
        frame: as `headroom_table` gives it.
        regions: names and the codes that add up to them; a sum of several has no published figure.
    """
    known = [
        published_gw(regions[name][0], rate) if len(regions[name]) == 1 else None
        for name, rate in zip(frame["region"].tolist(), frame["curtailment_fraction"].tolist(), strict=True)
    ]
    figures = pd.Series(known, index=frame.index, dtype=float)
    return frame.assign(published_gw=figures, difference_fraction=frame["headroom_gw"] / figures - 1)


def window_sentences(years: range, growth_fraction: float, published: Mapping[str, Sequence[str]]) -> list[str]:
    """The years and the growth that a table stands for.

    Args:
        years: calendar years in UTC.
        growth_fraction: growth of existing load since.
        published: regions shown beside published figures, with their codes; empty where none are shown.
    """
    span = f"{years.start}-{years.stop - 1}" if len(years) > 1 else str(years.start)
    grown = f"existing load grown by {growth_fraction * PERCENT:g}%" if growth_fraction else "no growth"
    told = [f"{span} in UTC; seasonal peaks are the highest of these years; {grown}"]
    if published:
        told.append(f"published: Norris et al., Duke University, 2025, years {WINDOW[0]}-{WINDOW[1]}, one decimal")
    alone = [codes[0] for codes in published.values() if len(codes) == 1]
    return told + [f"{code} is wider than what is published: {WIDER[code]}" for code in alone if code in WIDER]


def headroom_text(frame: pd.DataFrame, width: int | None, *, ascii_only: bool = False) -> str:
    """One row a region, the rates side by side.

    Args:
        frame: as `headroom_table` gives it, with or without published figures.
        width: columns of the terminal; None for as wide as needed.
        ascii_only: rule the header with `-`.
    """
    rates = sorted(set(frame["curtailment_fraction"].tolist()))
    by_rate = {rate: frame[frame["curtailment_fraction"] == rate].set_index("region") for rate in rates}
    first = next(iter(by_rate.values()))
    columns = [Column("region", [str(name) for name in first.index], right=False)]
    columns += _group(by_rate, "headroom_gw", "headroom GW", 0)
    if "published_gw" in frame:
        columns += _group(by_rate, "published_gw", "published GW", 1, decimals=1)
        columns += _group(by_rate, "difference_fraction", "computed over published", 1)
    columns += [
        Column("summer", [fixed(value) for value in first["summer_peak_gw"]], over="peak GW", rank=2),
        Column("winter", [fixed(value) for value in first["winter_peak_gw"]], over="peak GW", rank=2),
    ]
    columns += _group(by_rate, "curtailed_hours_per_year", "curtailed h/yr", 3, decimals=0)
    columns += _group(by_rate, "mean_event_hours", "mean event h", 4, decimals=1)
    columns += _group(by_rate, "hours_keeping_50_fraction", "hours keeping half", 5)
    return table(columns, width, ascii_only=ascii_only)


def _group(by_rate: Mapping[float, pd.DataFrame], key: str, over: str, rank: int, decimals: int = 2) -> list[Column]:
    """One column for each rate; fractions are shown as percentages."""

    def told(value: float) -> str:
        if key.endswith("_fraction"):
            return _percent(value, signed=key.startswith("difference"))
        return fixed(value, decimals)

    return [
        Column(f"{rate * PERCENT:g}%", [told(value) for value in part[key]], over=over, rank=rank)
        for rate, part in by_rate.items()
    ]


def _percent(value: float, *, signed: bool) -> str:
    if pd.isna(value):
        return "-"
    return f"{value * PERCENT:{'+' if signed else ''}.0f}%"
