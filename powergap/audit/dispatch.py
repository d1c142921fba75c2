"""Every hour: balance, output within what can be counted on, grid draw, flexible load and unserved energy."""

from __future__ import annotations

import numpy as np

from powergap.arrays import Floats
from powergap.audit.arithmetic import installed_per_usable
from powergap.audit.check import Rule
from powergap.audit.view import PlanView
from powergap.scenario.schema import Generator

BALANCE = Rule(
    "hourly_balance",
    "Supply equals draw in every region, year, period and hour",
    "GW",
    rows=("power_balance",),
)
LOAD = Rule("hourly_load", "Load in an hour is energized load times the load profile", "GW")
NEGATIVE = Rule("flows_not_negative", "No power flow is negative", "GW")
CAPACITY = Rule("output_within_capacity", "Output never exceeds standing capacity", "GW")
USABLE = Rule(
    "output_within_usable_capacity",
    "Output never exceeds capacity derated by weather and divided by the overbuild ratio",
    "GW",
    rows=("output_within_capacity",),
)
LEAST = Rule(
    "output_above_minimum",
    "Generators with a minimum load run at or above it",
    "GW",
    rows=("output_above_minimum",),
)
CONNECTED = Rule(
    "draw_within_connection",
    "Grid draw never exceeds connected capacity",
    "GW",
    rows=("draw_within_connection",),
)
HEADROOM = Rule(
    "draw_within_headroom",
    "Draw over flexible connections stays within the region's headroom",
    "GW",
    rows=("draw_within_headroom",),
)
REDUCTION = Rule(
    "reduction_within_enrolled",
    "Load curtailed is enrolled and running in that hour",
    "GW",
    rows=("reduction_within_enrolled",),
)
UNSERVED_HOUR = Rule(
    "unserved_within_load",
    "No hour leaves more unserved than its load",
    "GW",
    rows=("unserved_within_load",),
)
UNSERVED_YEAR = Rule("unserved_energy", "Unserved energy of the year is the sum over its hours", "GWh/yr")
UNSERVED_TARGET = Rule(
    "unserved_within_target",
    "Unserved energy stays within the target share of load",
    "GWh/yr",
    rows=("unserved_within_target",),
)

HOURLY = ("region", "year", "period", "hour")


def check_dispatch(view: PlanView) -> None:
    """Compare the dispatch table with capacity, load and the scenario."""
    place, power = view.place, view.power
    supply = [power[kind].sum(axis=0) for kind in ("connection", "generator", "storage", "flexible_load")]
    place.equal(BALANCE, HOURLY, sum(supply, view.unserved), view.load + power["charge"].sum(axis=0))
    energized = view.gap["energized_gw"][..., None, None]
    place.equal(LOAD, HOURLY, view.load, energized * view.profile)
    for kind in ("connection", "generator", "storage", "flexible_load"):
        place.at_most(NEGATIVE, (kind, *HOURLY), -power[kind], np.zeros(1))
    place.at_most(NEGATIVE, ("storage", *HOURLY), -power["charge"], np.zeros(1))
    place.at_most(NEGATIVE, HOURLY, -view.unserved, np.zeros(1))
    _grid(view)
    _generators(view)
    _flexible_load(view)
    _unserved(view)


def _grid(view: PlanView) -> None:
    """Draw within connection and headroom."""
    draw = view.power["connection"]
    connected = view.capacity["connection"]["capacity_gw"][..., None, None]
    view.place.at_most(CONNECTED, ("connection", *HOURLY), draw, connected)
    flexible = [c.requires_headroom for c in view.kinds["connection"].values()]
    if any(flexible):
        view.place.at_most(HEADROOM, HOURLY, draw[flexible].sum(axis=0), view.shapes.headroom_gw[:, None])


def _generators(view: PlanView) -> None:
    """Output within capacity and usable capacity, above the least load."""
    if not view.kinds["generator"]:
        return
    axes, output = ("generator", *HOURLY), view.power["generator"]
    capacity = view.capacity["generator"]["capacity_gw"][..., None, None]
    view.place.at_most(CAPACITY, axes, output, capacity)
    usable = usable_share(view) * capacity
    view.place.at_most(USABLE, axes, output, usable)
    view.place.at_most(LEAST, axes, view.column("generator", "minimum_load_fraction", 5) * usable, output)


def usable_share(view: PlanView) -> Floats:
    """Share of standing capacity that can be counted on, [generator, region, 1, period, hour]."""
    warm = view.shapes.temperature_degc - view.column("generator", "derate_above_degc", 4)
    weather = 1 - view.column("generator", "derate_fraction_per_degc", 4) * np.maximum(warm, 0.0)
    share = np.maximum(weather, 0.0)
    for position, generator in enumerate(view.kinds["generator"].values()):
        if generator.forced_outage_by_temperature:
            share[position] *= _available_in_weather(generator, view.shapes.temperature_degc)
        if generator.profile != "flat":
            share[position] *= _sun_or_wind(generator, view)
        share[position] /= installed_per_usable(generator, view.scenario)
    return share[:, :, None]


def _sun_or_wind(generator: Generator, view: PlanView) -> Floats:
    """Output / nameplate by the sun or wind of each region, [region, period, hour]."""
    name = {"solar": "sun", "wind": "wind"}[generator.profile]
    share: Floats = getattr(view.shapes, name).copy()
    for position, region in enumerate(view.scenario.regions.values()):
        own = getattr(region, name).capacity_factor_fraction
        share[position] *= generator.capacity_factor_fraction if own is None else own
    return np.minimum(share, 1.0)


def _available_in_weather(generator: Generator, degc: Floats) -> Floats:
    """Available units / those available on the year's average; no more than 1."""
    points = sorted(generator.forced_outage_by_temperature)
    forced = np.interp(degc, points, [generator.forced_outage_by_temperature[point] for point in points])
    lost = np.maximum(forced - generator.forced_outage_fraction, 0.0)
    usual = 1 - generator.forced_outage_fraction - generator.planned_outage_fraction
    left: Floats = np.maximum(1 - lost / usual, 0.0)
    return left


def _flexible_load(view: PlanView) -> None:
    """Reductions within what is enrolled; share and hours are limits of their own."""
    if view.kinds["flexible_load"]:
        enrolled = view.capacity["flexible_load"]["capacity_gw"][..., None, None]
        axes = ("flexible_load", *HOURLY)
        view.place.at_most(REDUCTION, axes, view.power["flexible_load"], enrolled * view.profile)


def _unserved(view: PlanView) -> None:
    """Unserved energy within load and target."""
    gap, both = view.gap, ("region", "year")
    view.place.at_most(UNSERVED_HOUR, HOURLY, view.unserved, view.load)
    view.place.equal(UNSERVED_YEAR, both, gap["unserved_gwh"], view.energy(view.unserved))
    target = view.scenario.reliability.unserved_energy_limit_fraction
    view.place.at_most(UNSERVED_TARGET, both, gap["unserved_gwh"], target * gap["load_gwh"])
