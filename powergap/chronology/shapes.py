"""Hourly shapes: load, headroom, temperature, sun and wind, from parameters or from a table of 8,760 hours.

The parametric shapes are cosines over the day and the year. They are not weather: they give typical days a
plausible spread and stress days the extremes that decide adequacy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats
from powergap.chronology.computers import load_of_computers
from powergap.chronology.extreme_days import FIRST_SUMMER_DAY, LAST_SUMMER_DAY
from powergap.chronology.timeline import DAYS, HOTTEST_DAY, Timeline, make_timeline
from powergap.eia.load_shape import ComputerUse
from powergap.scenario.read.given_hours import Given
from powergap.scenario.read.hours_columns import KINDS
from powergap.scenario.schema import Climate, LoadProfile, Region, Scenario, Sun, SystemLoad, Wind

WARMEST_HOUR = 15
SUMMER_PEAK_HOUR = 17
WINTER_PEAK_HOUR = 19
LONGEST_DAY = 171
WINDIEST_DAY, WINDIEST_HOUR = 65, 0


@dataclass(frozen=True)
class Shapes:
    """Shapes over regions, periods and hours.

    Attributes:
        load: facility load per unit of the year's peak, [region, period, hour].
        headroom_gw: seasonal threshold less the system's own load, not below 0, [region, period, hour].
        temperature_degc: outdoor temperature, [region, period, hour].
        sun, wind: solar and wind output per unit of their yearly means, [region, period, hour].
        given: those of `load`, `system_load_gw`, `temperature_degc`, `sun` and `wind` that come from the scenario's
            profiles, in this order; the others are parametric. Headroom is seasonal peaks less system load.
    """

    load: Floats
    headroom_gw: Floats
    temperature_degc: Floats
    sun: Floats
    wind: Floats
    given: tuple[str, ...]


def make_shapes(scenario: Scenario, line: Timeline, given: Given) -> Shapes:
    """Shapes of every region.

    Args:
        scenario: what is asked for.
        line: the year's layout.
        given: the hours read from the scenario's profiles by (column, region), each [365, 24]. A period has the
            hours of its calendar day; what is not given is parametric.
    """
    regions = list(scenario.regions.items())
    days = {key: hours[line.day_of_year] for key, hours in given.items()}

    def stack(kind: str, parametric: dict[str, Floats]) -> Floats:
        return np.stack([days.get((kind, name), parametric[name]) for name, _ in regions])

    system = {
        name: _threshold(region, line) - days[("system_load_gw", name)]
        if ("system_load_gw", name) in days
        else _headroom(region, line)
        for name, region in regions
    }
    temperature = stack("temperature_degc", {name: _temperature(r.climate, line) for name, r in regions})
    return Shapes(
        load=stack(
            "load", {name: _load(scenario, name, temperature[i], line, given) for i, (name, _) in enumerate(regions)}
        ),
        headroom_gw=np.maximum(0.0, np.stack([system[name] for name, _ in regions])),
        temperature_degc=temperature,
        sun=stack("sun", {name: _sun(region.sun, line) for name, region in regions}),
        wind=stack("wind", {name: _wind(region.wind, line) for name, region in regions}),
        given=tuple(kind for kind in KINDS if any(kind == one for one, _ in given)),
    )


def _hours(line: Timeline) -> Floats:
    return np.arange(line.hours_per_period, dtype=float)[None, :]


def _season(line: Timeline) -> Floats:
    """+1 on the hottest day of the year, -1 half a year later, [period, 1]."""
    return np.cos(2 * np.pi * (line.day_of_year - HOTTEST_DAY) / DAYS)[:, None]


def _is(line: Timeline, stress: str) -> npt.NDArray[np.bool_]:
    return np.array([kind == stress for kind in line.stress])[:, None]


def _daily(line: Timeline, peak_hour: float | Floats) -> Floats:
    """+1 at the peak hour, -1 twelve hours later, [period, hour]."""
    return np.cos(2 * np.pi * (_hours(line) - peak_hour) / 24)


def _load(scenario: Scenario, name: str, temperature_degc: Floats, line: Timeline, given: Given) -> Floats:
    """Facility load of a region per unit of the year's peak."""
    region = scenario.regions[name]
    if region.demand.profile.kind == "seasonal":
        return _seasonal_load(region.demand.profile, line)
    full = make_timeline(scenario.chronology.model_copy(update={"kind": "full"}), given)
    over_year = given.get(("temperature_degc", name), _temperature(region.climate, full))
    kind = ComputerUse(region.demand.profile.kind)
    return load_of_computers(kind, region.demand.power_usage_effectiveness, temperature_degc, line, (over_year, full))


def _seasonal_load(profile: LoadProfile, line: Timeline) -> Floats:
    """Facility load: 1 on a hot afternoon, with the asked swing over the day and mean over the year.

    The mean of `1 - swing (1 - cos)/2 - seasonal (1 - cos)/2` is `1 - swing/2 - seasonal/2`; setting it to
    the load factor gives `seasonal = 2 (1 - load factor) - swing`.
    """
    swing = profile.daily_swing_fraction
    seasonal = 2 * (1 - profile.load_factor_fraction) - swing
    if line.hours_per_period == 1:
        return np.where(_is(line, "hot"), 1.0, profile.load_factor_fraction)
    season = np.where(_is(line, "hot"), 1.0, np.where(_is(line, "cold"), -1.0, _season(line)))
    return 1 - swing * (1 - _daily(line, WARMEST_HOUR)) / 2 - seasonal * (1 - season) / 2


def _summer(line: Timeline) -> npt.NDArray[np.bool_]:
    day = line.day_of_year[:, None]
    return (day >= FIRST_SUMMER_DAY) & (day <= LAST_SUMMER_DAY)


def _threshold(region: Region, line: Timeline) -> Floats:
    """Seasonal peak up to which the region's system may be loaded, GW, [period, 1]."""
    load = region.grid.system_load or SystemLoad(summer_peak_gw=0.0, winter_peak_gw=0.0)
    return np.where(_summer(line), load.summer_peak_gw, load.winter_peak_gw)


def _headroom(region: Region, line: Timeline) -> Floats:
    """Threshold less a cosine-shaped system load whose stress days touch the threshold at their peak hour."""
    load = region.grid.system_load
    if load is None:
        return np.zeros((len(line.names), line.hours_per_period))
    reach = load.typical_peak_fraction - load.shoulder_peak_fraction
    daily_peak = load.shoulder_peak_fraction + reach * np.abs(_season(line))
    daily_peak = np.where(_is(line, "hot") | _is(line, "cold"), 1.0, daily_peak)
    if line.hours_per_period == 1:
        within_day = np.where(_is(line, "hot"), 1.0, 1 - load.daily_swing_fraction / 2)
    else:
        peak_hour = np.where(_summer(line), SUMMER_PEAK_HOUR, WINTER_PEAK_HOUR)
        within_day = 1 - load.daily_swing_fraction * (1 - _daily(line, peak_hour)) / 2
    return _threshold(region, line) * (1 - daily_peak * within_day)


def _temperature(climate: Climate, line: Timeline) -> Floats:
    """Outdoor temperature, °C."""
    mean = climate.mean_degc + climate.seasonal_swing_degc * _season(line)
    mean = np.where(_is(line, "hot"), climate.hot_day_degc, mean)
    mean = np.where(_is(line, "cold"), climate.cold_day_degc, mean)
    if line.hours_per_period == 1:
        return mean + np.where(_is(line, "hot"), climate.daily_swing_degc, 0.0)
    return mean + climate.daily_swing_degc * _daily(line, WARMEST_HOUR)


def _sun(sun: Sun, line: Timeline) -> Floats:
    """Sun over daylight as the square root of half a cosine wave, per unit of its weighted mean (before any cap).

    The root makes the day of panels that follow the sun: flat at noon, steep at its ends. Its first harmonic over a day
    of 12 hours is 1.46 of the mean; candidate sites of 13 regions have 1.41 to 1.51. Stress days of cold are dull,
    those of heat clear.
    """
    if line.hours_per_period == 1:
        shape = np.where(_is(line, "hot") & (len(line.names) > 1), 0.0, 1.0)
    else:
        season = np.cos(2 * np.pi * (line.day_of_year[:, None] - LONGEST_DAY) / DAYS)
        from_noon_h = np.abs(_hours(line) + 0.5 - sun.noon_h)
        daylight_h = 12 + 2.5 * season
        height = np.cos(np.pi * from_noon_h / daylight_h)
        course = np.sqrt(np.where(from_noon_h < daylight_h / 2, height, 0.0))
        of_day = np.where(_is(line, "cold"), sun.dull_day_fraction, 1 + sun.seasonal_swing_fraction * season)
        shape = of_day * course / course.mean(axis=1, keepdims=True)
    return _of_its_mean(shape, line)


def _wind(wind: Wind, line: Timeline) -> Floats:
    """Wind of a mean day, strongest on a night in early March, and calm stress days, per unit of its weighted mean."""
    if line.hours_per_period == 1:
        calm = _is(line, "hot") & (len(line.names) > 1)
        return _of_its_mean(np.where(calm, wind.calm_day_fraction, 1.0), line)
    season = np.cos(2 * np.pi * (line.day_of_year[:, None] - WINDIEST_DAY) / DAYS)
    calm = _is(line, "hot") | _is(line, "cold")
    of_day = np.where(calm, wind.calm_day_fraction, 1 + wind.seasonal_swing_fraction * season)
    return _of_its_mean(of_day * (1 + wind.daily_swing_fraction * _daily(line, WINDIEST_HOUR)), line)


def _of_its_mean(shape: Floats, line: Timeline) -> Floats:
    """A shape divided by its mean over the hours of the year that its periods stand for."""
    return shape / np.average(shape.mean(axis=1), weights=line.days_per_year)
