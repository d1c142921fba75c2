"""The gap: demand that has no power, its price and its sum over the years."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from powergap import lp
from powergap.model.finance import by_year
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the gap, GW at the end of the year, with its price and the gap-years."""
    m.gap = lp.Var(m.REGIONS, m.YEARS, bounds=(0, None), doc="Demand less energized load, end of year, GW")
    price = by_year([inputs.scenario.value_of.delayed_load_usd_per_kw_year], inputs.scenario.year_list)
    m.gap_price = lp.Param(m.YEARS, array=price[0])
    m.gap_years = lp.Expression(rule=gap_years)
    ledger.add_cost("gap", m.NATION, gap_cost, kind="gap")


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the identity of demand."""
    wanted = ledger.terms("demand")

    def demand_is_energized_or_gap(m: Any, r: Any, y: Any) -> Any:
        r"""Split demand into energized load and gap.

        .. math:: E_{r,y} + G_{r,y} = W_{r,y} + M^{in}_{r,y} - M^{out}_{r,y}

        Units: GW; dual M$/GW, discounted.
        """
        return m.energized[r, y] + m.gap[r, y] == sum(term[r, y] for term in wanted)

    m.demand_is_energized_or_gap = lp.Constraint(m.REGIONS, m.YEARS, rule=demand_is_energized_or_gap)


def gap_years(m: Any) -> Any:
    r"""Sum of the gap over regions and years, :math:`\sum_{r,y} G_{r,y}`, GW-yr."""
    return sum(m.gap[r, y] for r in m.REGIONS for y in m.YEARS)


def gap_cost(m: Any, i: Any, r: Any, y: Any) -> Any:
    r"""Value of delayed load, :math:`p^{gap}_y G_{r,y}`, M$ (1 $/kW-yr = 1 M$/GW-yr)."""
    return m.gap_price[y] * m.gap[r, y]
