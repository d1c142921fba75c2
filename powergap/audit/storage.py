"""Storage: power and energy within what stands, and energy carried from hour to hour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats
from powergap.audit.arithmetic import series
from powergap.audit.check import RELATIVE, Checker, Rule
from powergap.audit.dispatch import usable_share
from powergap.audit.view import PlanView
from powergap.units import HOURS_PER_YEAR

POWER = Rule(
    "storage_power",
    "Charge plus discharge stay within available power",
    "GW",
    rows=("storage_power",),
)
WITHIN = Rule(
    "level_within_energy",
    "Energy stored is never below zero or above storage energy",
    "GWh",
    rows=("level_within_energy",),
)
CARRIED = Rule(
    "level_accounting",
    "Energy stored is that of the previous hour plus charge minus discharge, with losses, and ends where it began",
    "GWh",
    rows=("level_accounting",),
)
LOSS = Rule("storage_gains_nothing", "Storage gives back no more than its efficiency times what went in", "GWh/yr")
BOTH_WAYS = Rule(
    "no_charge_while_discharging",
    "Storage does not charge and discharge in the same hour, unless must-run generators force power into it",
    "GW",
)  # fmt: skip
MIDNIGHT = Rule(
    "linked_days_close",
    "Energy carried from day to day ends the year where it began",
    "GWh",
    rows=("course_accounting", "midnight_accounting"),
)
DAYS_FIT = Rule(
    "linked_days_fit",
    "On every day of the year the level stays between zero and storage energy",
    "GWh",
    rows=("course_below_high", "course_above_low", "day_fits_above", "day_fits_below"),
)

HOURLY = ("storage", "region", "year", "period", "hour")
YEARLY = ("storage", "region", "year")


def check_storage(view: PlanView) -> None:
    """Compare dispatch and storage tables with capacity."""
    if not view.kinds["storage"]:
        return
    place, into, out = view.place, view.power["charge"], view.power["storage"]
    outage = view.column("storage", "forced_outage_fraction", 5) + view.column("storage", "planned_outage_fraction", 5)
    power = view.capacity["storage"]["capacity_gw"][..., None, None]
    place.at_most(POWER, HOURLY, into + out, (1 - outage) * power)
    efficiency = view.column("storage", "round_trip_efficiency_fraction")
    charged, discharged = view.energy(into), view.energy(out)
    # Over the year the rounding of every hour adds up.
    place.at_most(LOSS, YEARLY, discharged, efficiency * charged, np.maximum(charged, HOURS_PER_YEAR))
    forced = _power_is_forced(view)
    place.at_most(BOTH_WAYS, HOURLY, np.where(forced, 0.0, np.minimum(into, out)), np.zeros(1))
    _levels(view, into, out)


def _power_is_forced(view: PlanView) -> npt.NDArray[np.bool_]:
    """Where a machine stands at its least load, or is paid to run, [region, year, period, hour]."""
    forced = np.zeros(view.load.shape, dtype=bool)
    if not view.kinds["generator"]:
        return forced
    capacity = view.capacity["generator"]["capacity_gw"][..., None, None]
    least = view.column("generator", "minimum_load_fraction", 5) * usable_share(view) * capacity
    at_least = (least > 0) & (view.power["generator"] <= least + RELATIVE * np.maximum(1.0, least))
    adders = [region.fuel_price_adder_usd_per_mmbtu for region in view.scenario.regions.values()]
    for position, generator in enumerate(view.kinds["generator"].values()):
        fuel = generator.fuel or ""
        paid = [bool((series(adder.get(fuel, 0.0), view.years) < 0).any()) for adder in adders]
        at_least[position] |= np.array(paid)[:, None, None, None] & (capacity[position] > 0)
    forced[:] = at_least.any(axis=0)
    return forced


def _levels(view: PlanView, into: Floats, out: Floats) -> None:
    """Carry the level through the hours."""
    step = view.line.hours_per_step
    one_way = np.sqrt(view.column("storage", "round_trip_efficiency_fraction", 5))
    kept = (1 - view.column("storage", "self_discharge_fraction_per_hour", 5)) ** step
    flow = step * (one_way * into - out / one_way)
    in_order = view.scenario.chronology.kind == "full"
    linked = np.array([s.link_days and not in_order for s in view.kinds["storage"].values()])
    energy = view.capacity["storage"]["storage_gwh"]
    level = view.level
    if in_order:
        before = np.roll(level.reshape(*level.shape[:3], -1), 1, axis=-1).reshape(level.shape)
    else:
        before = np.roll(level, 1, axis=-1)
        before[linked, ..., 0] = 0.0
    view.place.equal(CARRIED, HOURLY, level, kept * before + flow, _size(view, level))
    room = np.where(linked[:, None, None], np.nan, energy)[..., None, None]
    view.place.at_most(WITHIN, HOURLY, level, room)
    view.place.at_most(WITHIN, HOURLY, np.where(linked[:, None, None, None, None], np.nan, -level), np.zeros(1))
    for position, name in enumerate(view.kinds["storage"]):
        if linked[position]:
            _linked_days(view, name, level[position], float(kept[position].item()), energy[position])


def _size(view: PlanView, level: Floats) -> Floats:
    """What levels are measured against: the energy that stands, [storage, region, year, 1, 1]."""
    return np.maximum(np.abs(level), view.capacity["storage"]["storage_gwh"][..., None, None])


def _linked_days(view: PlanView, name: str, course: Floats, kept: float, energy: Floats) -> None:
    """A midnight level must exist that closes over the year and leaves room for the course of every day.

    The course is the level relative to midnight. A midnight level c on 1 January becomes k^n c + s_n on day
    n, where k is what a day keeps and s_n what the days before brought. Of the c that leave room on all days
    take the one nearest to closing the year.
    """
    calendar = view.line.calendar
    high = np.maximum(course.max(axis=-1), 0.0)[..., calendar]
    low = np.minimum(course.min(axis=-1), 0.0)[..., calendar]
    ends = course[..., -1][..., calendar]
    day = kept ** course.shape[-1]
    brought = np.zeros((*ends.shape[:-1], len(calendar) + 1))
    for number in range(len(calendar)):
        brought[..., number + 1] = day * brought[..., number] + ends[..., number]
    left = day ** np.arange(len(calendar))
    lost = 1 - day ** len(calendar)
    start = brought[..., -1] / max(lost, 1e-12)
    if lost < 1e-3:  # Hardly any loss: many starts close the year; take the nearest one that leaves room.
        least = (np.maximum(0.0, -low / day) - brought[..., :-1]) / left
        most = (energy[..., None] - high - brought[..., :-1]) / left
        floor = least.max(axis=-1)
        start = np.clip(start, floor, np.maximum(floor, most.min(axis=-1)))
    level = left * start[..., None] + brought[..., :-1]
    breach = np.maximum(-np.minimum(level, day * level + low), level + high - energy[..., None]).max(axis=-1)
    # What each day may be off by adds up over the days.
    size = len(calendar) * np.maximum(1.0, energy)
    where = Checker(view.place.report, view.place.name, {**view.place.labels, "storage": [name]})
    where.equal(MIDNIGHT, YEARLY, (brought[..., -1] - lost * start)[None], np.zeros(1), size[None])
    where.at_most(DAYS_FIT, YEARLY, breach[None], np.zeros(1), size[None])
