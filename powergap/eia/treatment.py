"""What of the demand is rejected, what is missing, and what is filled when that is asked for.

Rejected, as no demand that a grid can have:
    negative  below 0 MW
    zero      0 MW; EIA's files have it where nothing was reported
    absurd    above 5 times or below a tenth of the region's median
    stuck     the same value for 24 hours or more
    spike     one hour more than half the median above, or below, both the hour before and the hour after
In five years of 13 regions and one of 54 balancing authorities, as cleaned by Ruggles and Farnham, none is:
there the greatest is 3.0 medians, the least 0.23, the sharpest lone hour 0.33 medians off its neighbours, and no
value is the same for more than 4 hours.

A rejected hour is a missing hour. Missing hours are an error unless the caller allows them to be filled, and
they are an error where they are more than a twentieth of the period, allowed or not.
Up to 3 hours in a row are interpolated; a longer gap takes the mean of the same hours a week before and a
week after, or the one of them that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap.eia.demand import SystemDemand
from powergap.eia.stamps import is_daylight_saving_switch
from powergap.eia.stuck import LOAD_HOURS, stuck_runs
from powergap.eia.text_table import MOST_PROBLEMS, few
from powergap.errors import InputError, Problem

HIGHEST, LOWEST, LONE = 5.0, 0.1, 0.5
"""Bounds of what is believed, in medians of the region."""

INTERPOLATED_UP_TO = 3
"""Hours in a row."""

MOST_FILLED = 0.05
"""Of the hours of a period."""

WEEK = pd.Timedelta(weeks=1)
REASONS = ("negative", "zero", "absurd", "stuck", "spike")

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Treated:
    """Demand without gaps.

    Attributes:
        load: GW by UTC start of hour and region.
        counts: hours by region and treatment; only what happened is listed.
        demand: what it was made from.
    """

    load: pd.DataFrame
    counts: dict[str, dict[str, int]]
    demand: SystemDemand

    @property
    def filled_hours(self) -> int:
        """Hours of all regions together that were filled."""
        return sum(one.get("interpolated", 0) + one.get("copied_from_week", 0) for one in self.counts.values())


def treated(demand: SystemDemand, first: pd.Timestamp, end: pd.Timestamp, fill_hours: int = 0) -> Treated:
    """Demand of every hour from `first` up to, not including, `end`.

    Args:
        demand: as read; hours around the period may serve to fill it.
        first: UTC start of the first hour.
        end: UTC end of the last hour.
        fill_hours: missing and rejected hours that may be filled, for each column or balancing authority.

    Raises:
        InputError: hours are missing or rejected and may not be filled, or cannot be; each with its place.
    """
    period = pd.date_range(first, end, freq="h", inclusive="left")
    _check_overlap(demand, period)
    every = pd.date_range(min(first, demand.mw.index[0]), max(period[-1], demand.mw.index[-1]), freq="h")
    asked = np.asarray(every.isin(period))
    allowed = min(fill_hours, int(MOST_FILLED * len(period)))
    filled, counts, problems = {}, {}, []
    for code in sorted({code for codes in demand.regions.values() for code in codes}):
        series = demand.mw[code].reindex(every)
        rejected = {reason: mask & asked for reason, mask in _rejected(series).items()}
        missing = series.isna().to_numpy() & asked
        sound = series.mask(np.logical_or.reduce(list(rejected.values())))
        lacks = sound.isna().to_numpy() & asked
        counts[code] = {f"rejected_{reason}": int(mask.sum()) for reason, mask in rejected.items()}
        counts[code]["missing"] = int(missing.sum())
        if lacks.sum() > allowed:
            remedy = _remedy(code, int(lacks.sum()), fill_hours, len(period))
            problems += _told_rejected(demand, code, series, rejected, remedy)
            problems += _told_gaps(demand, code, every[missing], remedy)
            continue
        complete, how = _filled(sound)
        counts[code] |= {name: int((mask & lacks).sum()) for name, mask in how.items()}
        problems += _unfillable(demand, code, every[complete.isna().to_numpy() & asked])
        filled[code] = complete[period]
    if problems:
        raise InputError(few(sorted(problems, key=lambda one: not one.line)))
    load = {name: sum(filled[code] for code in codes) / 1000 for name, codes in demand.regions.items()}
    return Treated(pd.DataFrame(load, index=period), _by_region(demand, counts), demand)


def whole_years(demand: SystemDemand) -> list[int]:
    """Calendar years, in UTC, from whose first to whose last hour the files reach."""
    first, last = demand.mw.index[0], demand.mw.index[-1]
    return [
        year
        for year in range(first.year, last.year + 1)
        if first <= pd.Timestamp(year, 1, 1, tz="UTC") and pd.Timestamp(year, 12, 31, 23, tz="UTC") <= last
    ]


def _rejected(series: pd.Series[float]) -> dict[str, Mask]:
    """Which values are no demand, by the reason; each has one."""
    mw = series.to_numpy(dtype=float)
    believable = mw[mw > 0]
    median = float(np.median(believable)) if len(believable) else np.nan
    with np.errstate(invalid="ignore"):
        before, after = mw - np.roll(mw, 1), mw - np.roll(mw, -1)
        before[:1] = after[-1:] = np.nan
        alone = np.minimum(np.abs(before), np.abs(after)) > LONE * median
        masks = [
            mw < 0,
            mw == 0,
            (mw > HIGHEST * median) | (mw < LOWEST * median),
            _stuck(mw),
            alone & (np.sign(before) == np.sign(after)),
        ]
    # A wild value makes its neighbours look alone on the other side; they are sound.
    wild = masks[0] | masks[1] | masks[2]
    masks[-1] &= ~(np.roll(wild, 1) | np.roll(wild, -1))
    found, taken = {}, np.zeros(len(mw), dtype=bool)
    for reason, mask in zip(REASONS, masks, strict=True):
        found[reason] = mask & ~taken
        taken |= mask
    return found


def _stuck(mw: npt.NDArray[np.floating[Any]]) -> Mask:
    mask = np.zeros(len(mw), dtype=bool)
    for first, length in stuck_runs(mw, LOAD_HOURS):
        mask[first : first + length] = True
    return mask


def _filled(series: pd.Series[float]) -> tuple[pd.Series[float], dict[str, Mask]]:
    """Fill what can be filled, and say which hours were filled how."""
    gap = series.isna()
    runs = gap.ne(gap.shift()).cumsum()
    short = (gap & (gap.groupby(runs).transform("size") <= INTERPOLATED_UP_TO)).to_numpy()
    line = series.interpolate(limit_area="inside")
    weeks = [series.shift(freq=step).reindex(series.index) for step in (WEEK, -WEEK)]
    week = pd.concat(weeks, axis=1).mean(axis=1)
    interpolated = short & line.notna().to_numpy()
    copied = gap.to_numpy() & ~interpolated & week.notna().to_numpy()
    complete = series.where(~interpolated, line).where(~copied, week)
    return complete, {"interpolated": interpolated, "copied_from_week": copied}


def _check_overlap(demand: SystemDemand, period: pd.DatetimeIndex) -> None:
    first, last = demand.mw.index[0], demand.mw.index[-1]
    if last < period[0] or period[-1] < first:
        said = (
            f"the files have hours from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC, "
            f"none from {period[0]:%Y-%m-%d %H:%M} to {period[-1]:%Y-%m-%d %H:%M}"
        )
        raise InputError([Problem(str(demand.paths[0]), 0, 0, "", said)])


def _remedy(code: str, lacking: int, allowed: int, hours: int) -> str:
    if lacking > MOST_FILLED * hours:
        return (
            f"{lacking:,} of {hours:,} hours of {code} lack, more than {MOST_FILLED:.0%} may not be filled; "
            "give the files that have them, or another period"
        )
    told = f"--fill {lacking} would fill the {lacking:,} missing or rejected hours of {code}"
    return f"{told}; {allowed:,} are allowed" if allowed else told


def _told_rejected(
    demand: SystemDemand, code: str, series: pd.Series[float], rejected: Mapping[str, Mask], remedy: str
) -> list[Problem]:
    problems = []
    for reason, mask in rejected.items():
        told = series.where(mask)
        if reason == "stuck":  # one problem for each run of a value
            told = told.where(told.ne(told.shift()))
        for hour, mw in told.dropna()[:MOST_PROBLEMS].items():
            at = pd.Timestamp(hour)  # type: ignore[arg-type]
            since = "from" if reason == "stuck" else "at"
            said = f"{mw:,.10g} MW {since} {at:%Y-%m-%d %H:%M} UTC is rejected as {reason}; {remedy}"
            problems.append(demand.problem(at, code, said))
    return problems


def _told_gaps(demand: SystemDemand, code: str, missing: pd.DatetimeIndex, remedy: str) -> list[Problem]:
    """One problem a gap, at its first row if there is one, else at the last row before it."""
    breaks = np.flatnonzero(np.diff(missing.to_numpy()) != np.timedelta64(1, "h")) + 1
    problems = []
    for gap in np.split(np.arange(len(missing)), breaks)[:MOST_PROBLEMS]:
        if not len(gap):
            continue
        start = missing[gap[0]]
        said = f"{len(gap):,} hour{'s' * (len(gap) > 1)} missing from {start:%Y-%m-%d %H:%M} UTC; {remedy}"
        if len(gap) == 1 and is_daylight_saving_switch(start):
            said += ". An hour that never comes on this day looks like local time; UTC is needed"
        where = start if demand.stands_at(start, code) else start - pd.Timedelta(hours=1)
        problems.append(demand.problem(where, code, said))
    return problems


def _unfillable(demand: SystemDemand, code: str, left: pd.DatetimeIndex) -> list[Problem]:
    if not len(left):
        return []
    said = (
        f"{len(left):,} hours from {left[0]:%Y-%m-%d %H:%M} UTC cannot be filled: the same hours of the week "
        "before and after are missing too"
    )
    return [Problem(str(demand.paths[0]), 0, 0, code, said)]


def _by_region(demand: SystemDemand, counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Counts of the codes added up to regions, with what happened on reading; zeros are left out."""
    found = {}
    for name, codes in demand.regions.items():
        total: dict[str, int] = {}
        for code in codes:
            extra = {
                "duplicates_dropped": demand.duplicates.get(code, 0),
                "reported_not_adjusted": demand.unadjusted.get(code, 0),
            }
            for key, count in ({**counts[code], **extra}).items():
                total[key] = total.get(key, 0) + count
        found[name] = {key: count for key, count in total.items() if count}
    return found
