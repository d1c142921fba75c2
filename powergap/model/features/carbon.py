"""Carbon: a price on emissions and, if asked, a cap over all regions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.model.finance import by_year
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Limit


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the carbon price."""
    scenario = inputs.scenario
    price = by_year([scenario.finance.carbon_price_usd_per_t], scenario.year_list)
    m.carbon_price = lp.Param(m.YEARS, array=price[0])
    ledger.add_cost("carbon_grid", m.CONNECTIONS, carbon_grid_cost)
    ledger.add_cost("carbon_on_site", m.GENERATORS, carbon_on_site_cost)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the cap where the scenario has one."""
    cap = inputs.scenario.limits.co2_mt_per_year
    m.CAPPED_YEARS = pyo.Set(initialize=list(cap or {}))
    m.co2_cap = lp.Param(m.CAPPED_YEARS, array=np.array(list((cap or {}).values()), dtype=float))
    m.emissions_cap = lp.Constraint(m.CAPPED_YEARS, rule=emissions_cap)
    ledger.add_limit(Limit("emissions_cap", "limits.co2_mt_per_year", "MtCO2/yr", ("year",), "CO2 cap"))


def emissions_cap(m: Any, y: Any) -> Any:
    r"""Emit no more than the cap, over all regions.

    .. math:: \sum_{r} \left( \sum_g \varepsilon_{g,r,y} + \sum_c \varepsilon_{c,r,y} \right) \le \bar{\varepsilon}_y

    Units: MtCO2/yr; dual M$/Mt = $/t, discounted.
    """
    on_site = sum(m.emissions_on_site[g, r, y] for g in m.GENERATORS for r in m.REGIONS)
    return on_site + sum(m.emissions_grid[c, r, y] for c in m.CONNECTIONS for r in m.REGIONS) <= m.co2_cap[y]


def carbon_grid_cost(m: Any, c: Any, r: Any, y: Any) -> Any:
    r"""Carbon price on power bought, :math:`p^{CO2}_y \varepsilon_{c,r,y}`, M$."""
    return m.carbon_price[y] * m.emissions_grid[c, r, y]


def carbon_on_site_cost(m: Any, g: Any, r: Any, y: Any) -> Any:
    r"""Carbon price on power generated, :math:`p^{CO2}_y \varepsilon_{g,r,y}`, M$."""
    return m.carbon_price[y] * m.emissions_on_site[g, r, y]
