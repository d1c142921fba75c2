"""One function per table. Every table is long and tidy, with units in the column names and no total rows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

import numpy as np

from powergap.planning import Plan
from powergap.results.frames import Table, axes_of, labels, long_table, stacked
from powergap.results.full_year import full_year_table
from powergap.results.hourly import carried_table, dispatch_table, periods_table, storage_table
from powergap.results.limits import limits_table
from powergap.units import TONNES_PER_MEGATONNE, USD_PER_MILLION

CENT = 0.01
"""A cost below this is rounding; its row is left out, USD."""


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
        axes_of(plan, "REGIONS", "YEARS"),
        {
            "demand_gw": energized + gap - relocated,
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
    "technology", "region", "year", "ordered_gw", "committed_delivered_gw", "delivered_gw", "retired_gw", "capacity_gw",
    "ordered_gwh", "committed_delivered_gwh", "delivered_gwh", "retired_gwh", "storage_gwh",
]  # fmt: skip


def capacity_table(plan: Plan) -> Table:
    """Orders, deliveries and standing capacity of every technology, by region and year."""
    parts = [_connections(plan), _ordered(plan), _enrolled(plan)]
    return stacked(parts).reindex(columns=CAPACITY_COLUMNS).fillna(0.0)


def _connections(plan: Plan) -> Table:
    added, connected = plan.solution.value("connection_added"), plan.solution.value("connected")
    values = {"ordered_gw": added, "delivered_gw": added, "capacity_gw": connected}
    return long_table(axes_of(plan, "CONNECTIONS", "REGIONS", "YEARS"), values)


def _ordered(plan: Plan) -> Table:
    solution, given = plan.solution, plan.register.parameters
    capacity, own = solution.value("capacity"), solution.expression("new_delivery")
    delivered = own + given["committed_delivery"]
    energy_order, energy_committed, energy_delivered, energy = (np.zeros_like(capacity) for _ in range(4))
    storages = slice(len(labels(plan, "GENERATORS")), None)
    energy_order[storages] = solution.value("energy_order")
    energy_committed[storages] = given["committed_energy_delivery"]
    energy_delivered[storages] = energy_committed[storages] + solution.expression("new_energy_delivery")
    energy[storages] = solution.value("energy_capacity")
    return long_table(
        axes_of(plan, "ORDERED", "REGIONS", "YEARS"),
        {
            "ordered_gw": solution.value("order"),
            "committed_delivered_gw": given["committed_delivery"],
            "delivered_gw": delivered,
            "retired_gw": _retired(capacity, delivered),
            "capacity_gw": capacity,
            "ordered_gwh": energy_order,
            "committed_delivered_gwh": energy_committed,
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
    return long_table(axes_of(plan, "TRANCHES", "REGIONS", "YEARS"), values)


def cost_table(plan: Plan) -> Table:
    """Cost by term, technology, region and year: of the year, and discounted to the end of the base year.

    The register's kind of each term stands beside it, so that nothing downstream need know the terms by name.
    """
    discount = plan.register.parameters["discount"]
    frames = []
    for name, term in plan.register.costs.items():
        cost = plan.solution.expression(name) * USD_PER_MILLION
        axes = {"technology": list(term.items), **axes_of(plan, "REGIONS", "YEARS")}
        values = {"cost_usd": cost, "discounted_cost_usd": cost * discount}
        frame = long_table(axes, values)
        frame.insert(0, "term", name.removeprefix("cost_"))
        frame.insert(1, "kind", term.kind)
        frames.append(frame[frame["cost_usd"].abs() > CENT])
    return stacked(frames)


def emissions_table(plan: Plan) -> Table:
    """CO2 by technology, region and year."""
    frames = []
    for term, items in plan.register.emissions.items():
        axes = {"technology": list(items), **axes_of(plan, "REGIONS", "YEARS")}
        frames.append(long_table(axes, {"co2_t": plan.solution.expression(term) * TONNES_PER_MEGATONNE}))
    return stacked(frames)


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
    "full_year": full_year_table,
}


def tables(plan: Plan, own_keys: Collection[str] = ()) -> dict[str, Table]:
    """Every table of one plan, with the policy and case in front.

    Args:
        plan: a plan with values.
        own_keys: keys that the study sets itself, see `Study.own_keys`; the limits table marks them.
    """
    built = {}
    for name, make in (TABLES | {"limits": partial(limits_table, own_keys=own_keys)}).items():
        table = make(plan)
        table.insert(0, "case", plan.scenario.case)
        table.insert(0, "policy", plan.scenario.policy)
        built[name] = table
    return built
