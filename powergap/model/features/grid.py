"""Grid connection: firm ones in every hour, flexible ones only where the region's system has headroom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.arrays import Floats
from powergap.model.delivery import whole_years
from powergap.model.finance import by_year, capital_recovery_factor
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Adjustment, Limit
from powergap.scenario.schema import Scenario


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add connections, GW, the power drawn over them and what both cost."""
    scenario = inputs.scenario
    m.connection_limit = lp.Param(m.CONNECTIONS, m.REGIONS, m.YEARS, array=_addition_limits(m, scenario))
    m.base_connection = lp.Param(m.CONNECTIONS, m.REGIONS, array=_base_connections(m, scenario))
    m.headroom = lp.Param(m.REGIONS, m.PERIODS, m.HOURS, array=inputs.shapes.headroom_gw)
    m.has_come = lp.Param(m.YEARS, m.YEARS, array=np.triu(np.ones((len(m.YEARS), len(m.YEARS)))))
    _declare_prices(m, scenario)
    three = (m.CONNECTIONS, m.REGIONS, m.YEARS)
    m.connection_added = lp.Var(*three, bounds=(0, None), doc="Connection added in the year, GW/yr")
    m.connected = lp.Var(*three, bounds=(0, None), doc="Connection, end of year, GW")
    m.grid_draw = lp.Var(*three, m.PERIODS, m.HOURS, bounds=(0, None), doc="Power drawn, GW")
    m.bought_gwh = lp.Expression(*three, rule=bought_gwh)
    ledger.add_supply("grid", grid_supply)
    ledger.add_cost("connection", m.CONNECTIONS, connection_cost)
    ledger.add_cost("grid_capacity", m.CONNECTIONS, grid_capacity_cost)
    ledger.add_cost("grid_energy", m.CONNECTIONS, grid_energy_cost)
    ledger.add_emissions("grid", m.CONNECTIONS, grid_emissions)


def _addition_limits(m: pyo.ConcreteModel, scenario: Scenario) -> np.ndarray:
    """Most that can be added, GW/yr, [connection, region, year]; 0 where the scenario names none."""
    table = np.zeros((len(m.CONNECTIONS), len(m.REGIONS), len(m.YEARS)))
    for i, c in enumerate(scenario.connections):
        for j, region in enumerate(scenario.regions.values()):
            if c in region.grid.additions_gw_per_year:
                table[i, j] = list(region.grid.additions_gw_per_year[c].values())
    return table


def _base_connections(m: pyo.ConcreteModel, scenario: Scenario) -> np.ndarray:
    """Connection of the base-year fleet, GW facility load, [connection, region]."""
    fleet = [r.demand.base_gw * r.demand.facility_load_per_gw for r in scenario.regions.values()]
    carries = [float(connection.base_connected_by_fleet) for connection in scenario.connections.values()]
    return np.outer(carries, fleet)


def _declare_prices(m: pyo.ConcreteModel, scenario: Scenario) -> None:
    """Add prices; a region's own energy or capacity price stands before the technology's."""
    wacc = scenario.finance.weighted_average_cost_of_capital
    charge = np.zeros((len(m.CONNECTIONS), len(m.YEARS), len(m.YEARS)))
    energy = np.zeros((len(m.CONNECTIONS), len(m.REGIONS), len(m.YEARS)))
    capacity, co2 = np.zeros_like(energy), np.zeros(len(m.CONNECTIONS))
    count = np.arange(len(m.YEARS))
    for i, technology in enumerate(scenario.connections.values()):
        co2[i] = technology.co2_t_per_mwh
        age = count[None, :] - count[:, None]
        in_contract = (age >= 0) & (age < whole_years(technology.contract_years))
        recovery = capital_recovery_factor(wacc, technology.contract_years)
        cost = by_year([technology.connection_cost_usd_per_kw], scenario.year_list)[0]
        charge[i] = cost[:, None] * recovery * in_contract
        for j, region in enumerate(scenario.regions.values()):
            own_energy, own_capacity = region.grid.energy_price_usd_per_mwh, region.grid.capacity_price_usd_per_kw_year
            energy[i, j] = list((own_energy or technology.energy_price_usd_per_mwh).values())
            capacity[i, j] = list(technology.capacity_price_usd_per_kw_year.values())
            if own_capacity is not None and not technology.requires_headroom:
                capacity[i, j] = list(own_capacity.values())
    m.connection_charge = lp.Param(m.CONNECTIONS, m.YEARS, m.YEARS, array=charge)
    m.energy_price = lp.Param(m.CONNECTIONS, m.REGIONS, m.YEARS, array=energy)
    m.capacity_price = lp.Param(m.CONNECTIONS, m.REGIONS, m.YEARS, array=capacity)
    m.grid_co2 = lp.Param(m.CONNECTIONS, array=co2)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the rows of connection and headroom."""
    three = (m.CONNECTIONS, m.REGIONS, m.YEARS)
    m.connection_additions = lp.Constraint(*three, rule=connection_additions)
    m.connection_accounting = lp.Constraint(*three, rule=connection_accounting)
    m.draw_within_connection = lp.Constraint(*three, m.PERIODS, m.HOURS, rule=draw_within_connection)
    m.draw_within_headroom = lp.Constraint(
        m.REGIONS_WITH_FLEXIBLE, m.YEARS, m.PERIODS, m.HOURS, rule=draw_within_headroom
    )
    ledger.add_limit(
        Limit("connection_additions", "regions.{region}.grid.additions_gw_per_year.{item}", "GW/yr",
              ("item", "region", "year"), "{item} additions")
    )  # fmt: skip
    ledger.add_adjustments(headroom)


def headroom(scenario: Scenario, parameters: Mapping[str, Floats]) -> Iterator[Adjustment]:
    """Headroom of a region's own system, by the same GW in every hour; none where no connection needs it."""
    if not any(connection.requires_headroom for connection in scenario.connections.values()):
        return
    for at, name in enumerate(scenario.regions):
        effect = np.zeros((len(scenario.regions), 1, 1, 1))
        effect[at] = -1.0
        least = float(parameters["headroom"][at].min())
        yield Adjustment(("regions", name, "grid", "system_load"), "GW", "headroom in the tightest hour", least, 1,
                         np.inf, {"draw_within_headroom": effect}, region=name)  # fmt: skip


def grid_supply(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Power drawn from the grid, :math:`\sum_c D_{c,r,y,d,h}`, GW."""
    return sum(m.grid_draw[c, r, y, d, h] for c in m.CONNECTIONS)


def bought_gwh(m: Any, c: Any, r: Any, y: Any) -> Any:
    r"""Energy drawn in the year, :math:`\sum_{d,h} w_d D_{c,r,y,d,h}`, GWh."""
    return sum(m.step_weight_h[d] * m.grid_draw[c, r, y, d, h] for d in m.PERIODS for h in m.HOURS)


def connection_additions(m: Any, c: Any, r: Any, y: Any) -> Any:
    r"""Keep additions within what the grid can add in the year; what is not used is lost.

    .. math:: B_{c,r,y} \le \bar B_{c,r,y}

    Units: GW/yr; dual M$ per GW/yr, discounted.
    """
    return m.connection_added[c, r, y] <= m.connection_limit[c, r, y]


def connection_accounting(m: Any, c: Any, r: Any, y: Any) -> Any:
    r"""Let connection be the base-year fleet's plus all additions so far.

    .. math:: C_{c,r,y} = C_{c,r,0} + \sum_{v \le y} B_{c,r,v}

    Units: GW; dual M$/GW, discounted.
    """
    added = sum(m.has_come[v, y] * m.connection_added[c, r, v] for v in m.YEARS)
    return m.connected[c, r, y] == m.base_connection[c, r] + added


def draw_within_connection(m: Any, c: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Draw no more than is connected.

    .. math:: D_{c,r,y,d,h} \le C_{c,r,y}

    Units: GW; dual M$/GW, discounted and weighted by the hours the step stands for.
    """
    return m.grid_draw[c, r, y, d, h] <= m.connected[c, r, y]


def draw_within_headroom(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Draw over flexible connections only what the region's system has headroom for.

    .. math:: \sum_{c \in flexible} D_{c,r,y,d,h} \le H_{r,d,h}

    Units: GW; dual M$/GW, discounted and weighted by the hours the step stands for.
    """
    return sum(m.grid_draw[c, r, y, d, h] for c in m.FLEXIBLE_CONNECTIONS) <= m.headroom[r, d, h]


def connection_cost(m: Any, c: Any, r: Any, y: Any) -> Any:
    r"""Capital charges of added connection, :math:`\sum_v a_{c,v,y} B_{c,r,v}`, M$."""
    return sum(m.connection_charge[c, v, y] * m.connection_added[c, r, v] for v in m.YEARS)


def grid_capacity_cost(m: Any, c: Any, r: Any, y: Any) -> Any:
    r"""Capacity charges on all connection, :math:`p^{cap}_{c,r,y} C_{c,r,y}`, M$."""
    return m.capacity_price[c, r, y] * m.connected[c, r, y]


def grid_energy_cost(m: Any, c: Any, r: Any, y: Any) -> Any:
    r"""Energy bought, :math:`10^{-3} p^{en}_{c,r,y} \sum_{d,h} w_d D_{c,r,y,d,h}`, M$."""
    return 1e-3 * m.energy_price[c, r, y] * m.bought_gwh[c, r, y]


def grid_emissions(m: Any, c: Any, r: Any, y: Any) -> Any:
    r"""Emissions of power bought, :math:`10^{-3} e_c \sum_{d,h} w_d D_{c,r,y,d,h}`, MtCO2."""
    return 1e-3 * m.grid_co2[c] * m.bought_gwh[c, r, y]
