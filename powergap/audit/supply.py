"""Supply that is built: connections, orders, lead times, deliveries, retirements and standing capacity."""

from __future__ import annotations

import numpy as np

from powergap.arrays import Floats
from powergap.audit.arithmetic import arrived_by, arriving_share, last_years, placed
from powergap.audit.check import Rule
from powergap.audit.view import PlanView
from powergap.scenario.schema import Ordered, Storage

CONNECTED = Rule(
    "connection_accounting",
    "Connected capacity is that of the base-year fleet plus all additions to date",
    "GW",
    rows=("connection_accounting",),
)
PLACED = Rule("committed_deliveries", "Deliveries of committed orders are the scenario's", "GW")
DELIVERED = Rule("deliveries_follow_orders", "Deliveries are orders after their lead time, plus committed orders", "GW")
EARLY = Rule("nothing_before_lead_time", "Nothing arrives before the lead time of what was ordered has passed", "GW")
EARLIEST = Rule("nothing_before_earliest_year", "Nothing arrives before the year in which it is first delivered", "GW")
IDLE = Rule("orders_can_arrive", "Nothing is ordered that cannot arrive within the planned years", "GW")
STANDING = Rule(
    "capacity_accounting",
    "Capacity is last year's plus deliveries minus retirements",
    "GW",
    rows=("capacity_accounting",),
)
RETIRED = Rule("retirements_follow_life", "Capacity retires at the end of its life, not before or after", "GW")
ENERGY_DELIVERED = Rule("energy_deliveries_follow_orders", "Storage energy arrives after its lead time", "GWh")
ENERGY_STANDING = Rule(
    "energy_accounting",
    "Storage energy is all that was delivered and is within its life",
    "GWh",
    rows=("energy_capacity_accounting",),
)
DURATION = Rule(
    "storage_duration",
    "Storage lasts between its shortest and longest duration at full power",
    "GWh",
    rows=("duration_at_least", "duration_at_most"),
)

CONNECTION = ("connection", "region", "year")
ORDERED = ("ordered", "region", "year")
STORAGE = ("storage", "region", "year")


def check_supply(view: PlanView) -> None:
    """Compare the capacity table with the scenario and with itself."""
    _connections(view)
    for kind in ("generator", "storage"):
        if view.kinds[kind]:
            _ordered(view, kind)
    if view.kinds["storage"]:
        _storage_energy(view)


def _connections(view: PlanView) -> None:
    """Connection accumulates; nothing of it retires."""
    table = view.capacity["connection"]
    by_fleet = view.column("connection", "base_connected_by_fleet")
    fleet = [r.demand.base_gw * r.demand.facility_load_per_gw for r in view.scenario.regions.values()]
    expected = by_fleet * np.array(fleet)[None, :, None] + table["ordered_gw"].cumsum(axis=2)
    view.place.equal(CONNECTED, CONNECTION, table["capacity_gw"], expected)
    view.place.equal(CONNECTED, CONNECTION, table["delivered_gw"], table["ordered_gw"])
    view.place.equal(CONNECTED, CONNECTION, table["retired_gw"], np.zeros_like(expected))


def arrivals(view: PlanView, kind: str, orders: Floats) -> Floats:
    """Deliveries of orders in the plan, [technology, region, year]."""
    shares = [arriving_share(view.years, technology) for technology in view.kinds[kind].values()]
    delivered: Floats = np.einsum("prv,pvy->pry", orders, np.array(shares))
    return delivered


def committed_before(view: PlanView, kind: str) -> Floats:
    """Deliveries of orders placed before the plan, [technology, region, year]."""
    return np.array([placed(view.scenario, technology) for technology in view.kinds[kind].values()])


def standing(view: PlanView, kind: str, delivered: Floats) -> Floats:
    """What was delivered and is within its life, [technology, region, year]."""
    lives = [technology.life_years for technology in view.kinds[kind].values()]
    return np.array([last_years(flow, life) for flow, life in zip(delivered, lives, strict=True)])


def _ordered(view: PlanView, kind: str) -> None:
    """Orders, deliveries, retirements and capacity of one kind, GW."""
    place, axes, table = view.place, (kind, "region", "year"), view.capacity[kind]
    before_plan, orders = committed_before(view, kind), table["ordered_gw"]
    place.equal(PLACED, axes, table["committed_delivered_gw"], before_plan)
    place.equal(DELIVERED, axes, table["delivered_gw"], before_plan + arrivals(view, kind, orders))
    technologies = list(view.kinds[kind].values())
    _lead_time(view, technologies, axes, table["delivered_gw"] - before_plan, orders)
    capacity = table["capacity_gw"]
    before = np.concatenate([np.zeros_like(capacity[..., :1]), capacity[..., :-1]], axis=2)
    place.equal(STANDING, axes, capacity, before + table["delivered_gw"] - table["retired_gw"])
    flow = standing(view, kind, table["delivered_gw"])
    earlier = np.concatenate([np.zeros_like(flow[..., :1]), flow[..., :-1]], axis=2)
    place.equal(RETIRED, axes, table["retired_gw"], earlier + table["delivered_gw"] - flow, capacity)


def _lead_time(view: PlanView, technologies: list[Ordered], axes: tuple[str, ...], own: Floats, orders: Floats) -> None:
    """What arrived by the end of a year was ordered a lead time before, whatever the yearly split."""
    possible = np.array([arrived_by(view.years, technology) for technology in technologies])
    most = np.einsum("prv,pvy->pry", orders, possible)
    view.place.at_most(EARLY, axes, own.cumsum(axis=2), most, orders.cumsum(axis=2))
    too_early = np.array([[year < (t.earliest_year or 0) for year in view.years] for t in technologies])
    view.place.at_most(EARLIEST, axes, np.where(too_early[:, None], own, 0.0), np.zeros_like(own))
    never = np.array([arriving_share(view.years, t).sum(axis=1) <= 0 for t in technologies])
    view.place.at_most(IDLE, axes, np.where(never[:, None], orders, 0.0), np.zeros_like(orders))


def _storage_energy(view: PlanView) -> None:
    """Energy of storage, GWh, sized apart from its power."""
    place, table = view.place, view.capacity["storage"]
    storages: list[Storage] = list(view.kinds["storage"].values())
    own = arrivals(view, "storage", table["ordered_gwh"])
    given = committed_before(view, "storage") * view.column("storage", "committed_duration_h")
    place.equal(ENERGY_DELIVERED, STORAGE, table["committed_delivered_gwh"], given)
    place.equal(ENERGY_DELIVERED, STORAGE, table["delivered_gwh"], given + own)
    flow = standing(view, "storage", given + own)
    earlier = np.concatenate([np.zeros_like(flow[..., :1]), flow[..., :-1]], axis=2)
    place.equal(ENERGY_STANDING, STORAGE, table["storage_gwh"], flow)
    place.equal(ENERGY_STANDING, STORAGE, table["retired_gwh"], earlier + given + own - flow, flow)
    own = table["delivered_gwh"] - table["committed_delivered_gwh"]
    _lead_time(view, list(storages), STORAGE, own, table["ordered_gwh"])
    power = table["capacity_gw"]
    place.at_most(DURATION, STORAGE, view.column("storage", "min_duration_h") * power, table["storage_gwh"])
    place.at_most(DURATION, STORAGE, table["storage_gwh"], view.column("storage", "max_duration_h") * power)
