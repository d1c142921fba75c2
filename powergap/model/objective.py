"""The objective: all cost terms of the ledger, each year discounted once."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from powergap import lp
from powergap.model.finance import discount_factors
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger


def add_objective(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the discounted sum of all cost terms, M$ at the end of the base year."""
    scenario = inputs.scenario
    factors = discount_factors(scenario.finance.discount_rate, scenario.base_year, scenario.year_list)
    m.discount = lp.Param(m.YEARS, array=factors)
    terms = [(m.component(name), term.items) for name, term in ledger.costs.items()]

    def total_cost(m: Any) -> Any:
        r"""Total discounted cost, :math:`\sum_y \beta_y \sum_{i,r} \text{cost}_{i,r,y}`, M$."""
        total = 0
        for term, items in terms:
            total += sum(m.discount[y] * term[i, r, y] for i in items for r in m.REGIONS for y in m.YEARS)
        return total

    m.total_cost = lp.Objective(rule=total_cost)
