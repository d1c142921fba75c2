"""The periods and hours of a modelled year, how much each counts and what follows what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from powergap.arrays import Floats, Integers
from powergap.chronology.clustering import features, typical_days
from powergap.chronology.extreme_days import extreme_days
from powergap.scenario.schema import Chronology

DAYS = 365
HOTTEST_DAY = 200
COLDEST_DAY = 17


@dataclass(frozen=True)
class Timeline:
    """Periods of equal length, each standing for some days of the year.

    Attributes:
        names: name of each period, for example `typical-03` or `hot-1`, [period].
        day_of_year: calendar day whose shape the period has, 0 to 364, [period].
        stress: `hot`, `cold` or empty, [period].
        days_per_year: days a year the period stands for; sums to 365, [period].
        hours_per_period: steps of one period.
        hours_per_step: length of one step in hours.
        previous_period, previous_hour: position of the step before, [period, hour] and [hour].
        calendar: position of the period that stands for each day of the year, [365].
    """

    names: tuple[str, ...]
    day_of_year: Integers
    stress: tuple[str, ...]
    days_per_year: Floats
    hours_per_period: int
    hours_per_step: float
    previous_period: Integers
    previous_hour: Integers
    calendar: Integers

    @property
    def is_chronological(self) -> bool:
        """True when every day of the year is a period that follows on the day before."""
        return self.hours_per_period > 1 and bool(self.previous_period[0, 0] != 0)

    @property
    def step_weight_h(self) -> Floats:
        """Hours a year that one step of a period stands for, [period]."""
        return self.days_per_year * self.hours_per_step


def make_timeline(chronology: Chronology, given: Mapping[tuple[str, str], Floats] | None = None) -> Timeline:
    """Lay out the year as the scenario asks.

    Args:
        chronology: what is asked for.
        given: the hours read from its profiles by (column, region), each [365, 24]. Typical and stress days are then
            days of these hours; without any they are spread evenly, with the extremes where they usually fall.
    """
    match chronology.kind:
        case "annual":
            return _annual(chronology)
        case "representative":
            line = _of_given_hours(chronology, given) if given else _representative(chronology)
            return with_own_days(line, chronology.added_days)
        case "full":
            return _full(_extremes(chronology, given))


def _extremes(chronology: Chronology, given: Mapping[tuple[str, str], Floats] | None) -> list[tuple[str, range]]:
    """Kind and calendar days of each stress day; one of given hours stands for itself alone."""
    if given:
        return [(kind, range(day, day + 1)) for kind, day in extreme_days(given, chronology.stress_days)]
    return [(name.split("-")[0], span) for name, span in _stress_spans(chronology)]


def with_own_days(line: Timeline, days: Iterable[int]) -> Timeline:
    """Give calendar days a period each, taken out of the period that stood for them.

    A period that then stands for no day is gone. A day keeps the stress of the period it comes from, so that its
    parametric shape is that of the full year. A day that is a period alone already, as a stress day of given hours,
    stays as it is.

    Args:
        line: typical and stress days.
        days: calendar days, 1 to 365, in any order.
    """
    own = np.array(sorted(set(days)), dtype=np.int64) - 1
    stood = line.calendar[own]
    own = own[(line.day_of_year[stood] != own) | (line.days_per_year[stood] > 1)]
    calendar = line.calendar.copy()
    calendar[own] = len(line.names) + np.arange(len(own))
    names = [*line.names, *(f"day-{day + 1:03d}" for day in own)]
    stress = [*line.stress, *(line.stress[period] for period in line.calendar[own])]
    day_of_year = np.concatenate([line.day_of_year, own])
    kept, calendar = np.unique(calendar, return_inverse=True)
    return _days([names[period] for period in kept], [stress[period] for period in kept], day_of_year[kept], calendar)


def _stress_spans(chronology: Chronology) -> list[tuple[str, range]]:
    """Name and calendar days of each stress day: hot ones around the hottest day, cold around the coldest."""
    width = chronology.days_per_stress_day
    spans = []
    for number in range(chronology.stress_days):
        kind = ("hot", "cold")[number % 2]
        middle = (HOTTEST_DAY, COLDEST_DAY)[number % 2]
        rank = number // 2
        offset = (rank + 1) // 2 * (1 if rank % 2 else -1) * width
        first = max(0, middle + offset - width // 2)
        spans.append((f"{kind}-{rank + 1}", range(first, min(DAYS, first + width))))
    return spans


def _annual(chronology: Chronology) -> Timeline:
    """One average block, and one peak block if any stress day is asked for.

    Without a stress day the one block carries the peak load all year, which errs on the safe side.
    """
    names: tuple[str, ...]
    stress: tuple[str, ...]
    if not chronology.stress_days:
        names, stress, days = ("peak",), ("hot",), [float(DAYS)]
    else:
        peak = float(chronology.stress_days * chronology.days_per_stress_day)
        names, stress, days = ("average", "peak"), ("", "hot"), [DAYS - peak, peak]
    positions = np.arange(len(names))
    calendar = np.zeros(DAYS, dtype=np.int64)
    if len(names) > 1:
        calendar[HOTTEST_DAY : HOTTEST_DAY + int(days[1])] = 1
    return Timeline(
        names=names,
        day_of_year=np.full(len(names), HOTTEST_DAY),
        stress=stress,
        days_per_year=np.array(days),
        hours_per_period=1,
        hours_per_step=24.0,
        previous_period=positions[:, None],
        previous_hour=np.zeros(1, dtype=np.int64),
        calendar=calendar,
    )


def _representative(chronology: Chronology) -> Timeline:
    """Typical days evenly spaced over the year, with stress days taking the place of some calendar days."""
    count = chronology.typical_days
    calendar = np.minimum(np.arange(DAYS) * count // DAYS, count - 1)
    middles = np.array([int(np.median(np.flatnonzero(calendar == day))) for day in range(count)])
    spans = _stress_spans(chronology)
    for number, (_, span) in enumerate(spans):
        calendar[list(span)] = count + number
    names, stress = _named(count, [name for name, _ in spans])
    days = np.array([*middles, *(span[len(span) // 2] for _, span in spans)])
    return _days(names, stress, days, calendar)


def _of_given_hours(chronology: Chronology, given: Mapping[tuple[str, str], Floats]) -> Timeline:
    """Typical days found by grouping the given hours; the extreme days are set apart first and stand for themselves.

    A real extreme happens once, so its weight is one day: `days_per_stress_day` is for made-up days only.
    """
    extremes = extreme_days(given, chronology.stress_days)
    stress_days = np.array([day for _, day in extremes], dtype=np.int64)
    others = np.setdiff1d(np.arange(DAYS), stress_days)
    medoids, group = typical_days(features(given.values())[others], min(chronology.typical_days, len(others)))
    calendar = np.empty(DAYS, dtype=np.int64)
    calendar[others] = group
    calendar[stress_days] = len(medoids) + np.arange(len(stress_days))
    names, stress = _named(len(medoids), [f"{kind}-{number // 2 + 1}" for number, (kind, _) in enumerate(extremes)])
    return _days(names, stress, np.concatenate([others[medoids], stress_days]), calendar)


def _named(typical: int, stress_days: list[str]) -> tuple[list[str], list[str]]:
    """Name and stress of each period: typical days, then stress days."""
    names = [*(f"typical-{day + 1:02d}" for day in range(typical)), *stress_days]
    return names, [*("" for _ in range(typical)), *(name.split("-")[0] for name in stress_days)]


def _days(names: Sequence[str], stress: Sequence[str], day_of_year: Integers, calendar: Integers) -> Timeline:
    """Days of 24 hours that each end where they began."""
    return Timeline(
        names=tuple(names),
        day_of_year=day_of_year,
        stress=tuple(stress),
        days_per_year=np.bincount(calendar, minlength=len(names)).astype(float),
        hours_per_period=24,
        hours_per_step=1.0,
        previous_period=np.repeat(np.arange(len(names))[:, None], 24, axis=1),
        previous_hour=np.roll(np.arange(24), 1),
        calendar=calendar,
    )


def _full(extremes: list[tuple[str, range]]) -> Timeline:
    """All 8,760 hours in order; the year closes on itself."""
    stress = [""] * DAYS
    for kind, span in extremes:
        for day in span:
            stress[day] = kind
    previous_period = np.repeat(np.arange(DAYS)[:, None], 24, axis=1)
    previous_period[:, 0] = np.roll(np.arange(DAYS), 1)
    return Timeline(
        names=tuple(f"day-{day + 1:03d}" for day in range(DAYS)),
        day_of_year=np.arange(DAYS),
        stress=tuple(stress),
        days_per_year=np.ones(DAYS),
        hours_per_period=24,
        hours_per_step=1.0,
        previous_period=previous_period,
        previous_hour=np.roll(np.arange(24), 1),
        calendar=np.arange(DAYS),
    )
