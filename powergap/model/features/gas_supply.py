"""Gas supply: pipelines deliver only so much a day to on-site plants of a region."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Limit
from powergap.units import MMBTU_PER_BILLION_CUBIC_FEET


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the gas that generators burn per GWh and the regions whose supply is limited."""
    scenario = inputs.scenario
    per_gwh = [
        g.heat_rate_mmbtu_per_mwh * 1e3 / MMBTU_PER_BILLION_CUBIC_FEET
        if g.fuel is not None and scenario.fuels[g.fuel].is_pipeline_gas
        else 0.0
        for g in scenario.generators.values()
    ]
    m.gas_bcf_per_gwh = lp.Param(m.GENERATORS, array=np.array(per_gwh, dtype=float))
    limits = {
        name: list(region.gas_supply_limit_bcf_per_day.values())
        for name, region in scenario.regions.items()
        if region.gas_supply_limit_bcf_per_day is not None
    }
    m.GAS_LIMITED = pyo.Set(initialize=list(limits))
    table = np.array(list(limits.values()), dtype=float).reshape(len(limits), len(m.YEARS))
    m.gas_supply_limit = lp.Param(m.GAS_LIMITED, m.YEARS, array=table)
    m.period_h = pyo.Param(initialize=inputs.timeline.hours_per_step)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the daily limit."""
    m.gas_supply = lp.Constraint(m.GAS_LIMITED, m.YEARS, m.PERIODS, rule=gas_supply)
    ledger.add_limit(
        Limit("gas_supply", "regions.{region}.gas_supply_limit_bcf_per_day", "Bcf/d",
              ("region", "year", "period"), "pipeline gas")
    )  # fmt: skip


def gas_supply(m: Any, r: Any, y: Any, d: Any) -> Any:
    r"""Burn no more gas on any day than pipelines deliver.

    .. math:: \sum_g q_g \Delta \sum_h P_{g,r,y,d,h} \le \bar Q_{r,y}

    Units: Bcf/d; dual M$ per Bcf/d, discounted and weighted by the days the period stands for.
    """
    burnt = sum(m.gas_bcf_per_gwh[g] * m.output[g, r, y, d, h] for g in m.GENERATORS for h in m.HOURS)
    return m.period_h * burnt <= m.gas_supply_limit[r, y]
