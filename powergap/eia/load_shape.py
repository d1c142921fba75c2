r"""Hourly load of a data center, per unit of its own peak: computers from measured traces, cooling from weather.

Computers. With d a cosine over the day (1 at 14 h) and w one over four weeks,

    IT load = 1 - a (1 - d)/2 - b (1 - w)/2,

where a sets the swing of the mean day (its range over the mean load) and b the load factor (mean over peak):

    training   0.94 and 0.05  Google power trace, cell a, 5 PDUs, May 2019: 0.940 and 0.048, day peaking at 14 h
    inference  0.80 and 0.20  as a measured computing hall with daily use (SURF, 7 days: 0.81 and 0.20)
    mixed      0.4 training and 0.6 inference, EPRI's shares of a model's energy as Norris et al. quote them

Real load wanders less regularly; the slow wave stands for weeks of more and less, not for a known cycle.

Cooling. Above the computers comes an overhead of which a part is the same in every hour (conversion, fans, pumps)
and a part runs compressors when outside air is too warm:

    PUE(T) = 1 + (fleet PUE - 1) (1 - s + s g(T) / G),
    g(T) = f(T) max(5, T + 10 - 15) / (0.35 x 288),   f = 0 up to 10 °C, 1 from 20 °C, linear between.

g is the compressors' power per unit of heat: free cooling alone up to 10 °C, none of it from 20 °C; heat taken
up at 15 °C (288 K) and given off 10 K above outside air at 35% of Carnot's efficiency, with a lift of 5 K at
least (a coefficient of performance of 3.4 at 35 °C). These are judgment. G = 0.0962 is its mean over the typical
years of 8 US data-center markets (TMYx, dry bulb), so the fleet PUE is the mean over them: a site in Phoenix is
above it, one in Seattle below. s = G / 0.3 is the compressors' part of the overhead at the catalog's fleet PUE of
1.3; it is kept at other PUEs, as a better site saves on both. Evaporative cooling is not modelled.

Load here is over the site's own peak. How much of the nameplate that peak is, is another number: utilization.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap.arrays import Floats
from powergap.catalog import bundled
from powergap.eia.clock import stated_offset
from powergap.eia.sets import standard_offset
from powergap.eia.stuck import TEMPERATURE_HOURS, stuck_parts
from powergap.eia.text_table import MOST_PROBLEMS, few, read_columns, read_header, unknown_name
from powergap.errors import InputError, Problem
from powergap.units import HOURS_PER_YEAR

PEAK_HOUR = 14
SLOW_DAYS = 28
FREE_UP_TO_DEGC, NONE_FREE_FROM_DEGC = 10.0, 20.0
HEAT_AT_DEGC, APPROACH_K, LEAST_LIFT_K, SHARE_OF_CARNOT = 15.0, 10.0, 5.0, 0.35
MARKETS_MEAN = 0.0962
"""Mean of `compressor_fraction` over 8 US data-center markets."""

COMPRESSOR_SHARE = MARKETS_MEAN / 0.3
COLDEST, HOTTEST = -60.0, 60.0
HOUR = timedelta(hours=1)
TYPICAL_YEAR = 2000
"""Of which a zone's standard time is taken: a typical year is of no year."""


class ComputerUse(enum.StrEnum):
    """What the computers do."""

    TRAINING = "training"
    INFERENCE = "inference"
    MIXED = "mixed"


MEASURED = MappingProxyType({ComputerUse.TRAINING: (0.94, 0.05), ComputerUse.INFERENCE: (0.80, 0.20)})
"""Load factor and swing of the mean day over the mean load."""

MIX = MappingProxyType({ComputerUse.TRAINING: 0.4, ComputerUse.INFERENCE: 0.6})


@dataclass(frozen=True)
class LoadShape:
    """A year of facility load.

    Attributes:
        load: facility load over its peak, [8760].
        pue: facility over IT load, [8760].
        it: IT load over its peak, [8760].
    """

    load: Floats
    pue: Floats
    it: Floats

    def summary(self) -> dict[str, float]:
        """Load factors, swing and PUE of the year."""
        day = self.load.reshape(-1, 24).mean(axis=0)
        return {
            "load_factor_fraction": float(self.load.mean()),
            "it_load_factor_fraction": float(self.it.mean()),
            "daily_swing_fraction_of_mean": float((day.max() - day.min()) / day.mean()),
            "mean_pue": float((self.it * self.pue).sum() / self.it.sum()),
            "peak_pue": float(self.pue.max()),
        }


def load_shape(kind: ComputerUse, temperature_degc: Floats, fleet_pue: float) -> LoadShape:
    """Facility load of every hour.

    Args:
        kind: what the computers do.
        temperature_degc: outdoor dry bulb, [8760] from 1 January 00:00 local time.
        fleet_pue: mean PUE over the US fleet, 1 or more.
    """
    computers = it_load(kind)
    pue = pue_by_hour(temperature_degc, fleet_pue)
    facility = computers * pue
    return LoadShape(facility / facility.max(), pue, computers)


def catalog_pue() -> float:
    """Mid reading of the fleet's mean PUE in the catalog."""
    value = bundled().data.quantities["power_usage_effectiveness"].mid
    if isinstance(value, dict):
        raise TypeError("the catalog has the fleet's PUE as one number")
    return float(value)


def it_load(kind: ComputerUse) -> Floats:
    """IT load over its peak, [8760]; mean and daily swing are as measured."""
    hour = np.arange(HOURS_PER_YEAR)
    return it_load_at(kind, hour % 24, slow_wave(hour // 24))


def slow_wave(day_of_year: npt.ArrayLike) -> Floats:
    """Place of a day, counted from 0, on the wave over four weeks: 0 at its top, 1 in its lull."""
    return np.asarray((1 - np.cos(2 * np.pi * np.asarray(day_of_year) / SLOW_DAYS)) / 2, dtype=float)


SLOW_MEAN = float(slow_wave(np.arange(HOURS_PER_YEAR // 24)).mean())


def it_load_at(kind: ComputerUse, hour: npt.ArrayLike, wave: npt.ArrayLike) -> Floats:
    """IT load over its peak, which is at `PEAK_HOUR` at the top of the wave.

    Args:
        kind: what the computers do.
        hour: hours of the day, 0 to 24, of a shape that goes with that of `wave`.
        wave: places on the wave over four weeks, 0 at its top to 1 in its lull.
    """
    if kind is ComputerUse.MIXED:
        return np.asarray(sum(share * it_load_at(part, hour, wave) for part, share in MIX.items()), dtype=float)
    factor, swing = MEASURED[kind]
    daily = (1 - np.cos(2 * np.pi * (np.asarray(hour) - PEAK_HOUR) / 24)) / 2
    a = swing * factor
    b = (1 - factor - a / 2) / SLOW_MEAN
    return np.asarray(1 - a * daily - b * np.asarray(wave), dtype=float)


def compressor_fraction(temperature_degc: Floats) -> Floats:
    """Compressors' power over the heat of the computers, by outdoor temperature."""
    free = (NONE_FREE_FROM_DEGC - temperature_degc) / (NONE_FREE_FROM_DEGC - FREE_UP_TO_DEGC)
    lift = np.maximum(LEAST_LIFT_K, temperature_degc + APPROACH_K - HEAT_AT_DEGC)
    return np.asarray((1 - np.clip(free, 0, 1)) * lift / (SHARE_OF_CARNOT * (HEAT_AT_DEGC + 273)), dtype=float)


def pue_by_hour(temperature_degc: Floats, fleet_pue: float) -> Floats:
    """Facility over IT load, by outdoor temperature.

    Raises:
        InputError: the fleet PUE is below 1, or not a ratio.
    """
    if not 1 <= fleet_pue <= 3:
        raise InputError(f"a PUE of {fleet_pue:g} is not from 1 to 3")
    weather = compressor_fraction(temperature_degc) / MARKETS_MEAN
    return np.asarray(1 + (fleet_pue - 1) * (1 - COMPRESSOR_SHARE + COMPRESSOR_SHARE * weather), dtype=float)


def read_temperature(path: Path, column: str = "temperature_degc", timezone: str | None = None) -> Floats:
    """Outdoor temperature of 8,760 hours from 1 January 00:00 local standard time, °C, [8760].

    Args:
        path: a CSV with one row an hour from 1 January 00:00, on the local clock or on the one that it states.
        column: its column of temperatures.
        timezone: the local clock, for a file that states another: `UTC-6` or `America/Chicago`. The hours that the
            year then lacks at one end are those of its other end, as befits a typical year.

    Raises:
        InputError: no such file or column, UTC stated without a time zone or the other way round, wrong number of
            hours, values missing, stuck or out of range.
    """
    header = read_header(path)
    if column not in header:
        said = f"no such column{unknown_name(column, header)}; --column names another"
        raise InputError([Problem(str(path), 1, 1, column, said)])
    ahead = _hours_ahead(path, header, timezone)
    table = read_columns(path, header, [column])
    values, problems = table.numbers(column)
    if len(values) != HOURS_PER_YEAR:
        said = f"{len(values):,} rows of hours; expected {HOURS_PER_YEAR:,} (leave out 29 February)"
        problems.append(Problem(str(path), int(table.lines[-1]) if len(values) else 1, 1, column, said))
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero(~((values >= COLDEST) & (values <= HOTTEST)))
    said = f"is no temperature from {COLDEST:g} to {HOTTEST:g} °C"
    known = {problem.line for problem in problems}
    problems += [
        table.problem(int(row), column, f"{table.cells[column].iloc[row]!r} {said}")
        for row in wrong[:MOST_PROBLEMS]
        if int(table.lines[row]) not in known
    ]
    problems = problems or [
        table.problem(
            first, column, f"{length:,} hours from here on are {values[first]:g} °C: a stuck meter; correct them"
        )
        for first, length in stuck_parts(values, TEMPERATURE_HOURS)
    ]
    if problems:
        raise InputError(few(problems))
    return np.roll(values, ahead)


def _hours_ahead(path: Path, header: list[str], timezone: str | None) -> int:
    """Hours that local standard time is ahead of the clock of the file; 0 where the file states no clock.

    Raises:
        InputError: the file states UTC and no time zone is given, or one is given and the file states no clock.
    """
    stated = stated_offset(path, header)
    if timezone is None:
        if stated == timedelta():
            said = (
                "the file states that its hours are UTC, and load follows local time; --timezone UTC-6 "
                "(or America/Chicago) turns them to the site's standard time"
            )
            raise InputError([Problem(str(path), 1, 1, "", said)])
        return 0
    offset = standard_offset(timezone, TYPICAL_YEAR)
    if stated is None:
        said = (
            f"the file does not state its clock, so --timezone {timezone} turns nothing; leave it out where the hours "
            "are local, or name the column of time after its clock, such as time(UTC)"
        )
        raise InputError([Problem(str(path), 1, 1, "", said)])
    if (offset - stated) % HOUR:
        raise InputError([Problem(str(path), 1, 1, "", "the stated clock is no whole number of hours from UTC")])
    return (offset - stated) // HOUR


def load_table(shape: LoadShape, temperature_degc: Floats, region: str = "") -> pd.DataFrame:
    """The hours as a scenario reads them: `hour`, `load` and `temperature_degc`, of one region or of all."""
    prefix = f"{region}:" if region else ""
    return pd.DataFrame(
        {
            "hour": np.arange(HOURS_PER_YEAR),
            f"{prefix}load": np.round(shape.load, 6),
            f"{prefix}temperature_degc": temperature_degc,
        }
    )
