"""Cost: every term recomputed from capacity and dispatch, discounted once, summing to the objective."""

from __future__ import annotations

from typing import Any

import numpy as np

from powergap.arrays import Floats
from powergap.audit.arithmetic import (
    KILOWATTS_PER_GIGAWATT,
    MEGAWATT_HOURS_PER_GIGAWATT_HOUR,
    arriving_share,
    discounting,
    last_years,
    placed,
    series,
    yearly_payment,
)
from powergap.audit.check import Rule
from powergap.audit.terms import TERMS
from powergap.audit.view import PlanView

DISCOUNTED = Rule("cost_is_discounted", "Discounted cost is the year's cost at the discount rate, once", "USD/yr")
OBJECTIVE = Rule("cost_sums_to_objective", "Discounted cost over all terms is the solved program's cost", "$M")

RULES = {name: Rule(f"cost_{name}", term.sentence, "USD/yr") for name, term in TERMS.items()}


def check_money(view: PlanView, moved_out: Floats, objective_musd: float | None) -> None:
    """Compare the cost table with capacity, dispatch, the scenario and the objective."""
    place, total, size = view.place, 0.0, 0.0
    factor = discounting(view.scenario)
    expected = _expected(view, moved_out)
    for term, entry in TERMS.items():
        axis = {("generator", "storage"): "ordered", (): "all"}.get(entry.of, entry.of[0] if entry.of else "all")
        axes = (axis, "region", "year")
        place.equal(RULES[term], axes, view.cost[term], expected[term])
        place.equal(DISCOUNTED, axes, view.discounted[term], view.cost[term] * factor)
        total += float(view.discounted[term].sum()) / 1e6
        size += float(np.abs(view.discounted[term]).sum()) / 1e6
    if objective_musd is not None:
        place.equal(OBJECTIVE, (), np.array(total), np.array(objective_musd))


def _expected(view: PlanView, moved_out: Floats) -> dict[str, Floats]:
    """Every term's cost, USD, [technology, region, year]."""
    value_of, moved_in = view.scenario.value_of, view.gap["relocated_in_gw"] + moved_out
    relocation = np.array([series(price, view.years) for price in view.regions("relocation_cost_usd_per_kw_year")])
    unserved = view.energy(view.unserved) * MEGAWATT_HOURS_PER_GIGAWATT_HOUR
    nation = {
        "gap": series(value_of.delayed_load_usd_per_kw_year, view.years) * KILOWATTS_PER_GIGAWATT * view.gap["gap_gw"],
        "unserved_energy": series(value_of.unserved_energy_usd_per_mwh, view.years) * unserved,
        "relocation": relocation * KILOWATTS_PER_GIGAWATT * moved_in,
    }
    terms = {term: cost[None] for term, cost in nation.items()} | _grid(view) | _built(view) | _run(view)
    carbon = series(view.scenario.finance.carbon_price_usd_per_t, view.years)
    terms["carbon_grid"] = carbon * emitted(view, "connection")
    terms["carbon_on_site"] = carbon * emitted(view, "generator")
    return terms


def megawatt_hours(view: PlanView, flow: str) -> Floats:
    """Energy of a year, MWh, [technology, region, year]."""
    return view.energy(view.power[flow]) * MEGAWATT_HOURS_PER_GIGAWATT_HOUR


def emitted(view: PlanView, kind: str) -> Floats:
    """CO2 of grid draw or on-site output, t, [technology, region, year]."""
    if kind == "connection":
        return view.column(kind, "co2_t_per_mwh") * megawatt_hours(view, kind)
    fuels = view.scenario.fuels
    carbon = [fuels[g.fuel].co2_t_per_mmbtu if g.fuel else 0.0 for g in view.kinds[kind].values()]
    burnt = view.column(kind, "heat_rate_mmbtu_per_mwh") * megawatt_hours(view, kind)
    return np.array(carbon).reshape(-1, 1, 1) * burnt


def _grid(view: PlanView) -> dict[str, Floats]:
    """Connection, capacity and energy."""
    table, wacc = view.capacity["connection"], view.scenario.finance.weighted_average_cost_of_capital
    price = np.zeros((2, *table["capacity_gw"].shape))
    charge = np.zeros_like(table["ordered_gw"])
    for i, connection in enumerate(view.kinds["connection"].values()):
        paid = series(connection.connection_cost_usd_per_kw, view.years) * table["ordered_gw"][i]
        charge[i] = yearly_payment(wacc, connection.contract_years) * last_years(paid, connection.contract_years)
        for j, region in enumerate(view.scenario.regions.values()):
            own = region.grid.capacity_price_usd_per_kw_year if not connection.requires_headroom else None
            price[0, i, j] = series(own or connection.capacity_price_usd_per_kw_year, view.years)
            energy = region.grid.energy_price_usd_per_mwh or connection.energy_price_usd_per_mwh
            price[1, i, j] = series(energy, view.years)
    return {
        "connection": charge * KILOWATTS_PER_GIGAWATT,
        "grid_capacity": price[0] * KILOWATTS_PER_GIGAWATT * table["capacity_gw"],
        "grid_energy": price[1] * megawatt_hours(view, "connection"),
    }


def _built(view: PlanView) -> dict[str, Floats]:
    """Capital charges and fixed cost of what was ordered: per kW, and per kWh of storage."""
    parts: dict[str, list[Floats]] = {"capital": [], "fixed_om": []}
    for kind in ("generator", "storage"):
        table = view.capacity[kind]
        charges = [
            _charge(view, technology, technology.capital_cost_usd_per_kw, orders, 1.0)
            for technology, orders in zip(view.kinds[kind].values(), table["ordered_gw"], strict=True)
        ]
        parts["capital"] += charges
        parts["fixed_om"] += list(view.price(kind, "fixed_om_usd_per_kw_year") * table["capacity_gw"])
    storages, table = view.kinds["storage"], view.capacity["storage"]
    energy = [
        _charge(view, storage, storage.energy_cost_usd_per_kwh, orders, storage.committed_duration_h)
        for storage, orders in zip(storages.values(), table["ordered_gwh"], strict=True)
    ]
    terms = {name: list(part) for name, part in parts.items()} | {"storage_capital": energy}
    terms["storage_fixed_om"] = list(view.price("storage", "fixed_om_usd_per_kwh_year") * table["storage_gwh"])
    none = np.zeros((0, *view.gap["gap_gw"].shape))
    return {name: np.array(part) * KILOWATTS_PER_GIGAWATT if part else none for name, part in terms.items()}


def _charge(view: PlanView, technology: Any, price: Any, orders: Floats, per_committed: float) -> Floats:
    """Yearly payments on everything within its contract, USD per kW times GW, [region, year].

    An order costs what it cost in the year it was placed; orders placed before the plan cost as in its first
    year.
    """
    wacc, years = view.scenario.finance.weighted_average_cost_of_capital, view.years
    cost = series(price, years)
    arriving = np.einsum("rv,v,vy->ry", orders, cost, arriving_share(years, technology))
    multiplier = np.array([region.capital_cost_multiplier for region in view.scenario.regions.values()])
    arriving = arriving + cost[0] * per_committed * placed(view.scenario, technology)
    share = yearly_payment(wacc, technology.contract_years) * (1 - technology.investment_tax_credit_fraction)
    yearly: Floats = multiplier[:, None] * share * last_years(arriving, technology.contract_years)
    return yearly


def _run(view: PlanView) -> dict[str, Floats]:
    """What running costs: fuel, variable operation and maintenance, flexible load."""
    output = megawatt_hours(view, "generator")
    fuel = np.zeros_like(output)
    for i, generator in enumerate(view.kinds["generator"].values()):
        if generator.fuel is None:
            continue
        bought = view.scenario.fuels[generator.fuel]
        for j, region in enumerate(view.scenario.regions.values()):
            adder = region.fuel_price_adder_usd_per_mmbtu.get(generator.fuel, 0.0)
            parts = (bought.price_usd_per_mmbtu, bought.transport_usd_per_mmbtu, adder)
            price = sum(series(part, view.years) for part in parts)
            fuel[i, j] = generator.heat_rate_mmbtu_per_mwh * price * output[i, j]
    enrolled = view.capacity["flexible_load"]["capacity_gw"] * KILOWATTS_PER_GIGAWATT
    reduced, discharged = megawatt_hours(view, "flexible_load"), megawatt_hours(view, "storage")
    return {
        "fuel": fuel,
        "variable_om": view.price("generator", "variable_om_usd_per_mwh") * output,
        "storage_variable_om": view.price("storage", "variable_om_usd_per_mwh") * discharged,
        "flexible_load": view.price("flexible_load", "price_usd_per_mwh") * reduced,
        "flexible_load_enrolment": view.price("flexible_load", "enrolment_usd_per_kw_year") * enrolled,
    }
