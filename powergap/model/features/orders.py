"""Orders, deliveries and capacity: what is ordered this year works only after its lead time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.arrays import Floats
from powergap.model.delivery import committed_deliveries, delivery_fractions, standing_fractions
from powergap.model.finance import by_year, capital_recovery_factor
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Adjustment, Limit
from powergap.scenario.schema import Generator, Scenario, Storage
from powergap.words import display_name


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add orders and capacity, GW, with their capital charges and fixed operating cost."""
    scenario = inputs.scenario
    ordered = scenario.ordered
    years = scenario.year_list
    shape = (len(ordered), len(years), len(years))
    delivered = np.zeros(shape)
    standing, charged = np.zeros(shape), np.zeros(shape)
    placed = np.zeros((len(ordered), len(m.REGIONS), len(years)))
    committed_standing, committed_charged = np.zeros_like(placed), np.zeros_like(placed)
    for i, technology in enumerate(ordered.values()):
        delivered[i] = delivery_fractions(years, technology.lead_time_years, technology.earliest_year)
        standing[i] = standing_fractions(delivered[i], technology.life_years)
        charged[i] = standing_fractions(delivered[i], technology.contract_years)
        placed[i] = committed_deliveries(scenario, technology)
        committed_standing[i] = standing_fractions(placed[i], technology.life_years)
        committed_charged[i] = standing_fractions(placed[i], technology.contract_years)
    m.delivered_fraction = lp.Param(m.ORDERED, m.YEARS, m.YEARS, array=delivered)
    m.standing_fraction = lp.Param(m.ORDERED, m.YEARS, m.YEARS, array=standing)
    m.committed_delivery = lp.Param(m.ORDERED, m.REGIONS, m.YEARS, array=placed)
    m.committed_standing = lp.Param(m.ORDERED, m.REGIONS, m.YEARS, array=committed_standing)
    arrives = np.where(delivered.sum(axis=2) > 0, np.inf, 0.0)
    m.order_bound = lp.Param(m.ORDERED, m.YEARS, array=arrives)
    _declare_money(m, scenario, ordered, charged, committed_charged)
    m.order = lp.Var(m.ORDERED, m.REGIONS, m.YEARS, bounds=order_bounds, doc="Ordered in the year, GW")
    m.capacity = lp.Var(m.ORDERED, m.REGIONS, m.YEARS, bounds=(0, None), doc="Standing, end of year, GW")
    m.new_delivery = lp.Expression(m.ORDERED, m.REGIONS, m.YEARS, rule=new_delivery)
    ledger.add_cost("capital", m.ORDERED, capital_cost)
    ledger.add_cost("fixed_om", m.ORDERED, fixed_om_cost)


def _declare_money(
    m: pyo.ConcreteModel,
    scenario: Scenario,
    ordered: dict[str, Generator | Storage],
    charged: np.ndarray,
    committed_charged: np.ndarray,
) -> None:
    """Add yearly capital charges per GW by order year and year, and fixed cost per GW."""
    wacc = scenario.finance.weighted_average_cost_of_capital
    regional = np.array([region.capital_cost_multiplier for region in scenario.regions.values()])
    per_order = np.zeros_like(charged)
    placed = np.zeros_like(committed_charged)
    for i, technology in enumerate(ordered.values()):
        recovery = capital_recovery_factor(wacc, technology.contract_years)
        yearly = np.array(list(technology.capital_cost_usd_per_kw.values())) * recovery
        yearly = yearly * (1 - technology.investment_tax_credit_fraction)
        per_order[i] = yearly[:, None] * charged[i]
        placed[i] = yearly[0] * committed_charged[i] * regional[:, None]
    m.capital_charge = lp.Param(m.ORDERED, m.YEARS, m.YEARS, array=per_order)
    m.committed_capital_charge = lp.Param(m.ORDERED, m.REGIONS, m.YEARS, array=placed)
    m.regional_multiplier = lp.Param(m.REGIONS, array=regional)
    fixed = by_year([technology.fixed_om_usd_per_kw_year for technology in ordered.values()], scenario.year_list)
    m.fixed_om = lp.Param(m.ORDERED, m.YEARS, array=fixed)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add capacity accounting and build limits."""
    m.capacity_accounting = lp.Constraint(m.ORDERED, m.REGIONS, m.YEARS, rule=capacity_accounting)
    limits = {
        (name, place): list(series.values())
        for place, region in inputs.scenario.regions.items()
        for name, series in region.build_limit_gw.items()
        if name in inputs.scenario.technologies and name in m.ORDERED
    }
    m.BUILD_LIMITED = pyo.Set(dimen=2, initialize=list(limits))
    table = np.array(list(limits.values()), dtype=float).reshape(len(limits), len(m.YEARS))
    m.build_limit = lp.Param(m.BUILD_LIMITED, m.YEARS, array=table)
    m.build_limited = lp.Constraint(m.BUILD_LIMITED, m.YEARS, rule=build_limited)
    ledger.add_limit(
        Limit("build_limited", "regions.{region}.build_limit_gw.{item}", "GW", ("item", "region", "year"),
              "build limit of {item}")
    )  # fmt: skip
    ledger.add_adjustments(committed_orders)


def committed_orders(scenario: Scenario, parameters: Mapping[str, Floats]) -> Iterator[Adjustment]:
    """Deliveries of committed orders, which may be fewer: national, by year."""
    for p, (item, technology) in enumerate(scenario.ordered.items()):
        arrivals = committed_deliveries(scenario, technology)
        name = display_name(scenario.technologies, item)
        for at, year in enumerate(scenario.year_list):
            value = technology.committed_deliveries_gw_per_year.get(year, 0.0)
            if value <= 0:
                continue
            once = np.zeros_like(arrivals)
            once[:, at] = arrivals[:, at] / value
            power = np.zeros_like(parameters["committed_standing"])
            power[p] = standing_fractions(once, technology.life_years)
            effects = {"capacity_accounting": power}
            if item in scenario.storages:
                first = len(scenario.ordered) - len(scenario.storages)
                effects["energy_capacity_accounting"] = power[first:] * scenario.storages[item].committed_duration_h
            yield Adjustment(("technologies", item, "committed_deliveries_gw_per_year", year), "GW/yr",
                             f"committed deliveries of {name}", value, -1, value, effects,
                             item=item, year=year)  # fmt: skip


def order_bounds(m: Any, p: Any, r: Any, v: Any) -> Any:
    """Orders that cannot arrive within the planned years are not placed."""
    return (0, m.order_bound[p, v])


def new_delivery(m: Any, p: Any, r: Any, y: Any) -> Any:
    r"""Deliveries of orders placed within the plan, :math:`\sum_v \delta_{p,v,y} O_{p,r,v}`, GW/yr."""
    return sum(m.delivered_fraction[p, v, y] * m.order[p, r, v] for v in m.YEARS)


def capacity_accounting(m: Any, p: Any, r: Any, y: Any) -> Any:
    r"""Let capacity be committed orders plus own orders that have arrived and not retired.

    .. math:: K_{p,r,y} = K^{committed}_{p,r,y} + \sum_v \sigma_{p,v,y} O_{p,r,v}

    Units: GW; dual M$/GW, discounted.
    """
    arrived = sum(m.standing_fraction[p, v, y] * m.order[p, r, v] for v in m.YEARS)
    return m.capacity[p, r, y] == m.committed_standing[p, r, y] + arrived


def build_limited(m: Any, p: Any, r: Any, y: Any) -> Any:
    r"""Keep capacity within what the region allows.

    .. math:: K_{p,r,y} \le \bar K_{p,r,y}

    Units: GW; dual M$/GW, discounted.
    """
    return m.capacity[p, r, y] <= m.build_limit[p, r, y]


def capital_cost(m: Any, p: Any, r: Any, y: Any) -> Any:
    r"""Capital charges over the contract, M$: :math:`m_r \sum_v a_{p,v,y} O_{p,r,v}` plus committed orders'."""
    own = sum(m.capital_charge[p, v, y] * m.order[p, r, v] for v in m.YEARS)
    return m.committed_capital_charge[p, r, y] + m.regional_multiplier[r] * own


def fixed_om_cost(m: Any, p: Any, r: Any, y: Any) -> Any:
    r"""Fixed operation and maintenance, :math:`f_{p,y} K_{p,r,y}`, M$."""
    return m.fixed_om[p, y] * m.capacity[p, r, y]
