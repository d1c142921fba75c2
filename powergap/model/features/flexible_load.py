"""Flexible load: tranches that are turned down for a price, within yearly limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.model.finance import by_year
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Factor, Limit


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add enrolled load and hourly reduction, GW, and what both cost."""
    tranches, years = inputs.scenario.flexible_loads, inputs.scenario.year_list

    def column(key: str) -> np.ndarray:
        return np.array([getattr(tranche, key) for tranche in tranches.values()], dtype=float)

    def price(key: str) -> np.ndarray:
        return by_year([getattr(tranche, key) for tranche in tranches.values()], years)

    m.share_of_load = lp.Param(m.TRANCHES, array=column("share_of_load_fraction"))
    m.reduction_hours = lp.Param(m.TRANCHES, array=column("max_hours_per_year"))
    m.reduction_price = lp.Param(m.TRANCHES, m.YEARS, array=price("price_usd_per_mwh"))
    m.enrolment_price = lp.Param(m.TRANCHES, m.YEARS, array=price("enrolment_usd_per_kw_year"))
    three = (m.TRANCHES, m.REGIONS, m.YEARS)
    m.enrolled = lp.Var(*three, bounds=(0, None), doc="Load that stands ready to be turned down, GW")
    m.reduction = lp.Var(*three, m.PERIODS, m.HOURS, bounds=(0, None), doc="Load turned down, GW")
    m.reduced_gwh = lp.Expression(*three, rule=reduced_gwh)
    ledger.add_supply("reduced", reduced)
    ledger.add_cost("flexible_load", m.TRANCHES, flexible_load_cost)
    ledger.add_cost("flexible_load_enrolment", m.TRANCHES, enrolment_cost)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the rows that keep reductions within share, load and hours."""
    three = (m.TRANCHES, m.REGIONS, m.YEARS)
    m.enrolled_within_share = lp.Constraint(*three, rule=enrolled_within_share)
    m.reduction_within_enrolled = lp.Constraint(*three, m.PERIODS, m.HOURS, rule=reduction_within_enrolled)
    m.reduction_within_hours = lp.Constraint(*three, rule=reduction_within_hours)
    ledger.add_limit(
        Limit("enrolled_within_share", "technologies.{item}.share_of_load_fraction", "GW",
              ("item", "region", "year"), "share of {item}", use="enrolled")
    )  # fmt: skip
    ledger.add_limit(
        Limit("reduction_within_hours", "technologies.{item}.max_hours_per_year", "GWh/yr",
              ("item", "region", "year"), "hours of {item}", use="reduced_gwh")
    )  # fmt: skip
    ledger.add_factor(
        Factor("enrolled_within_share", "technologies.{item}.share_of_load_fraction", "fraction", "share of {item}",
               "energized", unlimited=1.0)
    )  # fmt: skip
    ledger.add_factor(
        Factor("reduction_within_hours", "technologies.{item}.max_hours_per_year", "h", "hours of {item}", "enrolled",
               unlimited=8784.0)
    )  # fmt: skip


def reduced_gwh(m: Any, k: Any, r: Any, y: Any) -> Any:
    r"""Energy turned down in the year, :math:`\sum_{d,h} w_d F_{k,r,y,d,h}`, GWh."""
    return sum(m.step_weight_h[d] * m.reduction[k, r, y, d, h] for d in m.PERIODS for h in m.HOURS)


def reduced(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Load turned down, :math:`\sum_k F_{k,r,y,d,h}`, GW."""
    return sum(m.reduction[k, r, y, d, h] for k in m.TRANCHES)


def enrolled_within_share(m: Any, k: Any, r: Any, y: Any) -> Any:
    r"""Enrol no more than the tranche's share of energized load.

    .. math:: N_{k,r,y} \le s_k E_{r,y}

    Units: GW; dual M$/GW, discounted.
    """
    return m.enrolled[k, r, y] - m.share_of_load[k] * m.energized[r, y] <= 0


def reduction_within_enrolled(m: Any, k: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Turn down no more than is enrolled and running.

    .. math:: F_{k,r,y,d,h} \le \ell_{r,d,h} N_{k,r,y}

    Units: GW; dual M$/GW, discounted and weighted by the hours the step stands for.
    """
    return m.reduction[k, r, y, d, h] <= m.load_profile[r, d, h] * m.enrolled[k, r, y]


def reduction_within_hours(m: Any, k: Any, r: Any, y: Any) -> Any:
    r"""Turn down no more full-load hours a year than agreed.

    .. math:: \sum_{d,h} w_d F_{k,r,y,d,h} \le \bar h_k N_{k,r,y}

    Units: GWh/yr; dual M$/GWh, discounted.
    """
    return m.reduced_gwh[k, r, y] <= m.reduction_hours[k] * m.enrolled[k, r, y]


def flexible_load_cost(m: Any, k: Any, r: Any, y: Any) -> Any:
    r"""Value of delayed load, :math:`10^{-3} p_{k,y} \sum_{d,h} w_d F_{k,r,y,d,h}`, M$."""
    return 1e-3 * m.reduction_price[k, y] * m.reduced_gwh[k, r, y]


def enrolment_cost(m: Any, k: Any, r: Any, y: Any) -> Any:
    r"""Payment for standing ready, :math:`n_{k,y} N_{k,r,y}`, M$."""
    return m.enrolment_price[k, y] * m.enrolled[k, r, y]
