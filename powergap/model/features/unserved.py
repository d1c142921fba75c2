"""Unserved energy: an operating fault of energized load, priced and kept under the reliability target."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.model.finance import by_year
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Factor


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add unserved power, GW, at its price."""
    scenario = inputs.scenario
    price = by_year([scenario.value_of.unserved_energy_usd_per_mwh], scenario.year_list)
    m.unserved_price = lp.Param(m.YEARS, array=price[0])
    m.unserved_limit = pyo.Param(initialize=scenario.reliability.unserved_energy_limit_fraction)
    m.unserved = lp.Var(m.REGIONS, m.YEARS, m.PERIODS, m.HOURS, bounds=(0, None), doc="Load not served, GW")
    m.unserved_gwh = lp.Expression(m.REGIONS, m.YEARS, rule=unserved_gwh)
    m.load_gwh = lp.Expression(m.REGIONS, m.YEARS, rule=load_gwh)
    ledger.add_supply("not_served", not_served)
    ledger.add_cost("unserved_energy", m.NATION, unserved_energy_cost, kind="unserved")


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the reliability target and the bound by load."""
    m.unserved_within_load = lp.Constraint(m.REGIONS, m.YEARS, m.PERIODS, m.HOURS, rule=unserved_within_load)
    m.unserved_within_target = lp.Constraint(m.REGIONS, m.YEARS, rule=unserved_within_target)
    hours_at_full_load = np.einsum("rdh,d->r", m.load_profile.array, m.step_weight_h.array)
    ledger.add_factor(
        Factor("unserved_within_target", "reliability.unserved_energy_limit_fraction", "fraction",
               "unserved energy allowed", "energized", unlimited=1.0, weight=hours_at_full_load[:, None])
    )  # fmt: skip


def unserved_gwh(m: Any, r: Any, y: Any) -> Any:
    r"""Energy not served in the year, :math:`\sum_{d,h} w_d Z_{r,y,d,h}`, GWh."""
    return sum(m.step_weight_h[d] * m.unserved[r, y, d, h] for d in m.PERIODS for h in m.HOURS)


def load_gwh(m: Any, r: Any, y: Any) -> Any:
    r"""Energy that energized load takes in the year, :math:`E_{r,y} \sum_{d,h} w_d \ell_{r,d,h}`, GWh."""
    return sum(m.step_weight_h[d] * m.load_profile[r, d, h] for d in m.PERIODS for h in m.HOURS) * m.energized[r, y]


def not_served(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Load not served, :math:`Z_{r,y,d,h}`, GW."""
    return m.unserved[r, y, d, h]


def unserved_within_load(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Leave no more unserved than there is load.

    .. math:: Z_{r,y,d,h} \le \ell_{r,d,h} E_{r,y}

    Units: GW; dual M$/GW, discounted and weighted by the hours the step stands for.
    """
    return m.unserved[r, y, d, h] <= m.load_profile[r, d, h] * m.energized[r, y]


def unserved_within_target(m: Any, r: Any, y: Any) -> Any:
    r"""Keep unserved energy under the target share of load.

    .. math:: \sum_{d,h} w_d Z_{r,y,d,h} \le \epsilon E_{r,y} \sum_{d,h} w_d \ell_{r,d,h}

    Units: GWh/yr; dual M$/GWh, discounted.
    """
    return m.unserved_gwh[r, y] <= m.unserved_limit * m.load_gwh[r, y]


def unserved_energy_cost(m: Any, i: Any, r: Any, y: Any) -> Any:
    r"""Price of unserved energy, :math:`10^{-3} p^{uns}_y \sum_{d,h} w_d Z_{r,y,d,h}`, M$."""
    return 1e-3 * m.unserved_price[y] * m.unserved_gwh[r, y]
