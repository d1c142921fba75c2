"""One function per table. Every table is long and tidy, with units in the column names and no total rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from powergap.planning import Plan
from powergap.results.frames import long_table, stacked
from powergap.results.limits import limits_table

Table = pd.DataFrame
USD_PER_MILLION = 1e6
TONNES_PER_MEGATONNE = 1e6


def labels(plan: Plan, axis: str) -> list[Any]:
    """Labels of a set of the model."""
    return list(plan.ledger.model.component(axis))


def _yearly(plan: Plan, *axes: str) -> dict[str, list[Any]]:
    names = {"REGIONS": "region", "YEARS": "year", "PERIODS": "period", "HOURS": "hour"}
    return {names.get(axis, "technology"): labels(plan, axis) for axis in axes}


def gap_table(plan: Plan) -> Table:
    """Wanted, energized and gap at the end of each year, by region.

    Gap energy is what the gap would have drawn over the year at the load profile's mean.
    """
    solution, scenario = plan.solution, plan.scenario
    energized, gap = solution.value("energized"), solution.value("gap")
    fleet = np.array([r.demand.base_gw * r.demand.facility_load_per_gw for r in scenario.regions.values()])
    before = np.concatenate([fleet[:, None], energized[:, :-1]], axis=1)
    gap_before = np.concatenate([np.zeros((len(fleet), 1)), gap[:, :-1]], axis=1)
    relocated = np.zeros_like(gap)
    if "moved_in" in plan.program.columns:
        relocated = solution.value("moved_in") - solution.value("moved_out")
    mean_load = _mean_load(plan)
    return long_table(
        _yearly(plan, "REGIONS", "YEARS"),
        {
            "wanted_gw": energized + gap - relocated,
            "relocated_in_gw": relocated,
            "energized_gw": energized,
            "landed_gw": energized - before,
            "annual_shortfall_gw": gap - gap_before,
            "gap_gw": gap,
            "gap_twh": gap * mean_load[:, None] * 8.76,
            "load_gwh": solution.expression("load_gwh"),
            "unserved_gwh": solution.expression("unserved_gwh"),
        },
    )


def _mean_load(plan: Plan) -> np.ndarray:
    """Mean over the year of load per unit of peak, [region]."""
    weight = plan.inputs.timeline.step_weight_h
    profile = plan.inputs.shapes.load
    return (profile * weight[None, :, None]).sum(axis=(1, 2)) / (weight.sum() * profile.shape[2])


CAPACITY_COLUMNS = [
    "technology", "region", "year", "ordered_gw", "placed_delivered_gw", "delivered_gw", "retired_gw", "capacity_gw",
    "ordered_gwh", "placed_delivered_gwh", "delivered_gwh", "retired_gwh", "storage_gwh",
]  # fmt: skip


def capacity_table(plan: Plan) -> Table:
    """Orders, deliveries and standing capacity of every technology, by region and year."""
    parts = [_connections(plan), _ordered(plan), _enrolled(plan)]
    return stacked(parts).reindex(columns=CAPACITY_COLUMNS).fillna(0.0)


def _connections(plan: Plan) -> Table:
    added, connected = plan.solution.value("connection_added"), plan.solution.value("connected")
    values = {"ordered_gw": added, "delivered_gw": added, "capacity_gw": connected}
    return long_table(_yearly(plan, "CONNECTIONS", "REGIONS", "YEARS"), values)


def _ordered(plan: Plan) -> Table:
    solution, m = plan.solution, plan.ledger.model
    capacity, own = solution.value("capacity"), solution.expression("new_delivery")
    delivered = own + m.placed_delivery.array
    energy_order, energy_placed, energy_delivered, energy = (np.zeros_like(capacity) for _ in range(4))
    storages = slice(len(labels(plan, "GENERATORS")), None)
    energy_order[storages] = solution.value("energy_order")
    energy_placed[storages] = m.placed_energy_delivery.array
    energy_delivered[storages] = energy_placed[storages] + solution.expression("new_energy_delivery")
    energy[storages] = solution.value("energy_capacity")
    return long_table(
        _yearly(plan, "ORDERED", "REGIONS", "YEARS"),
        {
            "ordered_gw": solution.value("order"),
            "placed_delivered_gw": np.broadcast_to(m.placed_delivery.array, capacity.shape),
            "delivered_gw": delivered,
            "retired_gw": _retired(capacity, delivered),
            "capacity_gw": capacity,
            "ordered_gwh": energy_order,
            "placed_delivered_gwh": energy_placed,
            "delivered_gwh": energy_delivered,
            "retired_gwh": _retired(energy, energy_delivered),
            "storage_gwh": energy,
        },
    )


def _retired(standing: np.ndarray, delivered: np.ndarray) -> np.ndarray:
    """What stood a year before or was delivered and stands no more; years on the last axis."""
    before = np.concatenate([np.zeros_like(standing[..., :1]), standing[..., :-1]], axis=-1)
    return before + delivered - standing


def _enrolled(plan: Plan) -> Table:
    values = {"capacity_gw": plan.solution.value("enrolled")}
    return long_table(_yearly(plan, "TRANCHES", "REGIONS", "YEARS"), values)


def _hourly_items(plan: Plan) -> list[tuple[str, str, str, np.ndarray]]:
    """(item, technology set, flow, power) of everything in the balance; power is [item, r, y, d, h]."""
    s = plan.solution
    load = s.expression("facility_load")[None]
    return [
        ("CONNECTIONS", "supply", "", s.value("grid_draw")),
        ("GENERATORS", "supply", "", s.value("output")),
        ("STORAGES", "supply", "", s.value("discharge")),
        ("TRANCHES", "supply", "", s.value("reduction")),
        ("", "supply", "unserved", s.value("unserved")[None]),
        ("", "draw", "load", load),
        ("STORAGES", "draw", "", s.value("charge")),
    ]


def dispatch_table(plan: Plan) -> Table:
    """Power by hour: what supplies load and what draws it. Supply and draw balance in every hour."""
    rest = _yearly(plan, "REGIONS", "YEARS", "PERIODS", "HOURS")
    rest["period"] = list(plan.inputs.timeline.names)
    frames = []
    for axis, flow, name, power in _hourly_items(plan):
        items = labels(plan, axis) if axis else [name]
        frame = long_table({"item": items, **rest}, {"power_gw": power})
        frame.insert(1, "flow", flow)
        frames.append(frame)
    return stacked(frames)


def storage_table(plan: Plan) -> Table:
    """Energy stored at the end of each step; for storage linked over days, relative to the day's midnight."""
    rest = _yearly(plan, "REGIONS", "YEARS", "PERIODS", "HOURS")
    rest["period"] = list(plan.inputs.timeline.names)
    frames = [
        long_table({"technology": labels(plan, "DAILY_STORAGES"), **rest}, {"level_gwh": plan.solution.value("level")})
    ]
    if "course" in plan.program.columns:
        linked = {"technology": labels(plan, "LINKED_STORAGES"), **rest}
        frames.append(long_table(linked, {"level_gwh": plan.solution.value("course")}))
    return stacked(frames)


def periods_table(plan: Plan) -> Table:
    """The periods of the year and how many days each stands for."""
    line = plan.inputs.timeline
    return pd.DataFrame(
        {
            "period": line.names,
            "stress": line.stress,
            "day_of_year": line.day_of_year + 1,
            "days_per_year": line.days_per_year,
            "hours_per_step": line.hours_per_step,
        }
    )


def cost_table(plan: Plan) -> Table:
    """Cost by term, technology, region and year: of the year, and discounted to the end of the base year."""
    m = plan.ledger.model
    frames = []
    for term, items in plan.ledger.costs.items():
        cost = plan.solution.expression(term) * USD_PER_MILLION
        axes = {"technology": list(items), **_yearly(plan, "REGIONS", "YEARS")}
        values = {"cost_usd": cost, "discounted_cost_usd": cost * m.discount.array}
        frame = long_table(axes, values)
        frame.insert(0, "term", term.removeprefix("cost_"))
        frames.append(frame[frame["cost_usd"] != 0])
    return stacked(frames)


def emissions_table(plan: Plan) -> Table:
    """CO2 by technology, region and year."""
    frames = []
    for term, items in plan.ledger.emissions.items():
        axes = {"technology": list(items), **_yearly(plan, "REGIONS", "YEARS")}
        frames.append(long_table(axes, {"co2_t": plan.solution.expression(term) * TONNES_PER_MEGATONNE}))
    return stacked(frames)


def carried_table(plan: Plan) -> Table:
    """Energized load by what carries it in the year's tightest hour.

    The tightest hour of a region and year is the one with the most load beyond what the grid could deliver
    over the connections and within headroom. What each source supplies in it, net of charging, is scaled to
    the year's peak, so that the parts sum to energized load.
    """
    solution, m = plan.solution, plan.ledger.model
    connected = solution.value("connected")
    flexible = np.isin(labels(plan, "CONNECTIONS"), labels(plan, "FLEXIBLE_CONNECTIONS"))
    firm = connected[~flexible].sum(axis=0)[:, :, None, None]
    room = np.minimum(connected[flexible].sum(axis=0)[:, :, None, None], m.headroom.array[:, None])
    load = solution.expression("facility_load")
    beyond = (load - firm - room).reshape(*load.shape[:2], -1)
    # Rounding must not decide between equally tight hours: the first one within a watt counts.
    tightest = (beyond >= beyond.max(axis=-1, keepdims=True) - 1e-9).argmax(axis=-1)
    scale = 1 / np.take_along_axis(plan.inputs.shapes.load.reshape(load.shape[0], -1), tightest, axis=1)
    frames = []
    for axis, flow, name, power in _hourly_items(plan):
        if name == "load":
            continue
        flat = power.reshape(*power.shape[:3], power.shape[3] * power.shape[4])
        then = np.take_along_axis(flat, np.broadcast_to(tightest[None, ..., None], (*flat.shape[:3], 1)), axis=-1)
        sign = 1.0 if flow == "supply" else -1.0
        axes = {"source": labels(plan, axis) if axis else [name], **_yearly(plan, "REGIONS", "YEARS")}
        frames.append(long_table(axes, {"carried_gw": sign * then[..., 0] * scale}))
    keys = ["source", "region", "year"]
    table = stacked(frames)
    return table.groupby(keys, sort=False)["carried_gw"].sum().reset_index()


TABLES: dict[str, Callable[[Plan], Table]] = {
    "gap": gap_table,
    "capacity": capacity_table,
    "carried": carried_table,
    "cost": cost_table,
    "emissions": emissions_table,
    "limits": limits_table,
    "dispatch": dispatch_table,
    "storage": storage_table,
    "periods": periods_table,
}


def tables(plan: Plan) -> dict[str, Table]:
    """Every table of one plan, with the policy and case in front."""
    built = {}
    for name, make in TABLES.items():
        table = make(plan)
        table.insert(0, "case", plan.scenario.case)
        table.insert(0, "policy", plan.scenario.policy)
        built[name] = table
    return built
