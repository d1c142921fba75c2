r"""Headroom for flexible load, as in *Rethinking Load Growth* (Norris et al., Duke University, 2025).

A grid that has carried its highest load of a season could carry a new load L in all hours in which

    existing load + L <= highest load of the season,

and in the others if L is curtailed by the excess. The headroom at a curtailment rate c is the largest constant
L whose curtailed energy, as a share of what it would draw uncurtailed, is c on average over the years:

    mean over years of  sum over hours of max(0, L - h) / (L x hours of the year)  =  c,
    h = max(0, seasonal peak - existing load).

As published: the summer peak holds from April to October and the winter peak from November to March; the peaks
are those of June to August and December to February over all years, or of a month beside them where that month
is higher (the study's footnote 20), so of May to September and November to March. A load cannot be curtailed by
more than itself, which is why h is not below 0; the study's formula does not say so, and differs only in hours
in which the existing load alone is above its seasonal peak, in April and October.

It says nothing of lines, ramps, reserves or outages, and nothing of growth unless growth is given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap.arrays import Floats
from powergap.errors import InputError
from powergap.units import HOURS_PER_YEAR

SUMMER_HOLDS = range(4, 11)
SUMMER_PEAK_IN = (5, 6, 7, 8, 9)
WINTER_PEAK_IN = (11, 12, 1, 2, 3)
RATES = (0.0025, 0.005, 0.01)
KEPT = (0.5, 0.75, 0.9)
"""Shares of the load that are kept, for which hours are counted."""

BISECTIONS = 60


def seasonal_peaks_gw(load: pd.DataFrame) -> pd.DataFrame:
    """Highest load of summer and winter over all hours given.

    Args:
        load: GW by hour (an index of time stamps) and region.

    Returns:
        `summer_peak_gw` and `winter_peak_gw` by region.

    Raises:
        InputError: there is no hour of one of the seasons.
    """
    month = _hours(load).month
    summer, winter = load[month.isin(SUMMER_PEAK_IN)], load[month.isin(WINTER_PEAK_IN)]
    if summer.empty or winter.empty:
        raise InputError("seasonal peaks need hours of both summer (May to September) and winter (November to March)")
    return pd.DataFrame({"summer_peak_gw": summer.max(), "winter_peak_gw": winter.max()})


def headroom_gw(load: pd.DataFrame, peaks: pd.DataFrame | None = None, growth_fraction: float = 0.0) -> pd.DataFrame:
    """Seasonal peak less load, not below 0: what a flexible connection may draw.

    Args:
        load: GW by hour and region.
        peaks: `summer_peak_gw` and `winter_peak_gw` by region; default those of `load`.
        growth_fraction: by how much existing load has grown since, with the peaks held where they are.

    Returns:
        GW by hour and region.
    """
    peaks = seasonal_peaks_gw(load) if peaks is None else peaks.loc[list(load.columns)]
    summer = _hours(load).month.isin(SUMMER_HOLDS)
    threshold = np.where(summer[:, None], peaks["summer_peak_gw"].to_numpy(), peaks["winter_peak_gw"].to_numpy())
    room = np.maximum(0.0, threshold - load.to_numpy(dtype=float) * (1 + growth_fraction))
    return pd.DataFrame(room, index=load.index, columns=load.columns)


def headroom_table(
    load: pd.DataFrame, rates: Sequence[float] = RATES, growth_fraction: float = 0.0, peaks: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Headroom by region and curtailment rate, and what the curtailment is like.

    Args:
        load: GW by hour and region, of whole calendar years (29 February may be left out).
        rates: curtailed share of the energy that the new load would draw, between 0 and 1.
        growth_fraction: as in `headroom_gw`.
        peaks: as in `headroom_gw`.

    Returns:
        One row a region and rate: `region`, `curtailment_fraction`, `headroom_gw`, `headroom_fraction_of_peak`,
        `summer_peak_gw`, `winter_peak_gw`, `curtailed_hours_per_year`, `mean_event_hours`, and
        `hours_keeping_50_fraction` (75, 90): the share of the curtailed hours in which at least half of the new
        load is kept.

    Raises:
        InputError: a rate is not between 0 and 1, or a year is not whole.
    """
    if not rates or not all(0 < rate < 1 for rate in rates):
        raise InputError("a curtailment rate is a fraction between 0 and 1, such as 0.0025 for 0.25%")
    years = _years(load)
    peaks = seasonal_peaks_gw(load) if peaks is None else peaks
    room = headroom_gw(load, peaks, growth_fraction)
    rows = []
    for region in load.columns:
        hours = room[region].to_numpy()
        found = largest_loads_gw([hours[year] for year in years], rates)
        peak = float(peaks.loc[region].to_numpy(dtype=float).max())
        rows += [
            {
                "region": region, "curtailment_fraction": rate, "headroom_gw": gw,
                "headroom_fraction_of_peak": gw / peak, **peaks.loc[region].to_dict(),
                **_curtailment(hours, gw, len(years)),
            }
            for rate, gw in zip(rates, found.tolist(), strict=True)
        ]  # fmt: skip
    return pd.DataFrame(rows)


def curtailed_fraction(years: Sequence[Floats], loads_gw: Floats) -> Floats:
    """Curtailed share of the energy of each load, by year, [year, load].

    Args:
        years: headroom in GW of the hours of each year, sorted.
        loads_gw: constant new loads.
    """
    shares = []
    for room in years:
        below = np.concatenate([[0.0], np.cumsum(room)])
        count = np.searchsorted(room, loads_gw)
        shares.append((count * loads_gw - below[count]) / (loads_gw * len(room)))
    return np.array(shares)


def largest_loads_gw(years: Sequence[Floats], rates: Sequence[float]) -> Floats:
    """Largest constant load at each curtailment rate, by bisection of all rates at once.

    The curtailed share grows with the load, because each hour's share is max(0, 1 - h/L). It is at least the
    rate c at L = greatest h / (1 - c), which is where the search begins. Where more than c of the hours have no
    room at all, no load is small enough, and the answer is 0.
    """
    ordered = [np.sort(room) for room in years]
    asked = np.asarray(rates, dtype=float)
    low = np.zeros(len(asked))
    high = max(float(room[-1]) for room in ordered) / (1 - asked)
    for _ in range(BISECTIONS):
        middle = np.maximum((low + high) / 2, np.finfo(float).tiny)
        fits = curtailed_fraction(ordered, middle).mean(axis=0) <= asked
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return low


def _curtailment(room: Floats, gw: float, years: int) -> dict[str, float]:
    """Hours, events and what is kept, over all years."""
    curtailed = room < gw
    hours = int(curtailed.sum())
    events = int((curtailed & ~np.concatenate([[False], curtailed[:-1]])).sum())
    kept = {f"hours_keeping_{share * 100:.0f}_fraction": (room[curtailed] >= share * gw).sum() for share in KEPT}
    return {
        "curtailed_hours_per_year": hours / years,
        "mean_event_hours": hours / events if events else 0.0,
        **{name: float(count) / hours if hours else 1.0 for name, count in kept.items()},
    }


def _years(load: pd.DataFrame) -> list[npt.NDArray[np.bool_]]:
    """The hours of each year. A year of a few hours would count as much as a whole one in the mean."""
    year = _hours(load).year.to_numpy()
    counts = dict(zip(*np.unique(year, return_counts=True), strict=True))
    parts = [
        f"{one} has {count:,}" for one, count in counts.items() if not HOURS_PER_YEAR <= count <= HOURS_PER_YEAR + 24
    ]
    if parts:
        raise InputError(f"headroom is a mean over whole years of {HOURS_PER_YEAR:,} hours: {', '.join(parts)}")
    return [year == one for one in counts]


def _hours(load: pd.DataFrame) -> pd.DatetimeIndex:
    if not isinstance(load.index, pd.DatetimeIndex):
        raise TypeError("hours must be time stamps")
    return load.index
