"""Load of data centers by what their computers do: a measured swing, under cooling that follows the weather."""

from __future__ import annotations

import numpy as np

from powergap.arrays import Floats
from powergap.chronology.timeline import Timeline
from powergap.eia.load_shape import SLOW_MEAN, ComputerUse, it_load_at, pue_by_hour, slow_wave


def facility_load(kind: ComputerUse, fleet_pue: float, temperature_degc: Floats, line: Timeline) -> Floats:
    """Facility load over the peak of the computers, [period, hour].

    A period that stands for one day has that day's place on the slow wave of the computers. A typical day, which stands
    for days of all places, has the wave's mean; a stress day its top, since nothing makes the hottest day a slack one.

    Args:
        kind: what the computers do.
        fleet_pue: mean PUE over the US fleet.
        temperature_degc: outdoor temperature, [period, hour].
        line: periods of days.
    """
    wave = np.where(line.days_per_year == 1, slow_wave(line.day_of_year), SLOW_MEAN)
    wave = np.where([stress != "" for stress in line.stress], 0.0, wave)
    hour = np.arange(line.hours_per_period) * line.hours_per_step
    return it_load_at(kind, hour[None, :], wave[:, None]) * pue_by_hour(temperature_degc, fleet_pue)


def load_of_computers(
    kind: ComputerUse, fleet_pue: float, temperature_degc: Floats, line: Timeline, year: tuple[Floats, Timeline]
) -> Floats:
    """Facility load per unit of the year's peak, [period, hour].

    Args:
        kind: what the computers do.
        fleet_pue: mean PUE over the US fleet.
        temperature_degc: outdoor temperature of the periods, [period, hour].
        line: the year's layout; with annual blocks, the peak block has the peak, the other the mean of the year.
        year: temperature of all hours and the layout of the full year.
    """
    full = facility_load(kind, fleet_pue, *year)
    if line.hours_per_period == 1:
        return np.where([stress == "hot" for stress in line.stress], full.max(), full.mean())[:, None] / full.max()
    return facility_load(kind, fleet_pue, temperature_degc, line) / full.max()
