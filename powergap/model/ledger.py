"""The shared sums: what features of the model have in common is a named term in one of these accounts.

The balance, the objective, the cost table and the emissions table read the same terms, so a table that does
not add up to the objective cannot be written. A feature declares its terms; it never sees another feature's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pyomo.environ as pyo

from powergap import lp
from powergap.model.register import Adjustments, CostKind, CostTerm, Factor, Limit, Register

PyomoRule = Callable[..., Any]


@dataclass
class Ledger:
    """Named terms by account.

    Attributes:
        wanted: terms of demand, GW, over (region, year).
        supply: terms that carry load, GW, over (region, year, period, hour).
        draw: terms that add to load, GW, over the same.
        costs: terms of yearly cost, M$, not discounted, over (item, region, year).
        emissions: terms of yearly CO2, Mt, over (item, region, year), with their item set.
        limits: limits that a planner can move.
        factors: shares and hours that a planner can move.
        adjustments: functions that give what else a planner can change.
    """

    model: pyo.ConcreteModel
    demand: list[str] = field(default_factory=list)
    supply: list[str] = field(default_factory=list)
    draw: list[str] = field(default_factory=list)
    costs: dict[str, CostTerm] = field(default_factory=dict)
    emissions: dict[str, pyo.Set] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)
    factors: list[Factor] = field(default_factory=list)
    adjustments: list[Adjustments] = field(default_factory=list)

    def add_demand(self, name: str, rule: PyomoRule) -> None:
        """Add a term of demand, GW, with `rule(m, r, y)`."""
        m = self.model
        self._add(self.demand, name, (m.REGIONS, m.YEARS), rule)

    def add_supply(self, name: str, rule: PyomoRule) -> None:
        """Add power that carries load, GW, with `rule(m, r, y, d, h)`."""
        m = self.model
        self._add(self.supply, name, (m.REGIONS, m.YEARS, m.PERIODS, m.HOURS), rule)

    def add_draw(self, name: str, rule: PyomoRule) -> None:
        """Add power that load must share, GW, with `rule(m, r, y, d, h)`."""
        m = self.model
        self._add(self.draw, name, (m.REGIONS, m.YEARS, m.PERIODS, m.HOURS), rule)

    def add_cost(self, name: str, items: pyo.Set, rule: PyomoRule, kind: CostKind = "supply") -> None:
        """Add a yearly cost, M$ of that year, not discounted, with `rule(m, item, r, y)`."""
        self._add_yearly(f"cost_{name}", items, rule)
        self.costs[f"cost_{name}"] = CostTerm(items, kind)

    def add_emissions(self, name: str, items: pyo.Set, rule: PyomoRule) -> None:
        """Add yearly emissions, MtCO2, with `rule(m, item, r, y)`."""
        self._add_yearly(f"emissions_{name}", items, rule)
        self.emissions[f"emissions_{name}"] = items

    def add_limit(self, limit: Limit) -> None:
        """Name rows as a limit that a planner can move."""
        self.limits.append(limit)

    def add_factor(self, factor: Factor) -> None:
        """Name a number that multiplies a variable in rows, and that a planner can move."""
        self.factors.append(factor)

    def add_adjustments(self, adjustments: Adjustments) -> None:
        """Add a function at module level that gives other numbers that a planner can change."""
        self.adjustments.append(adjustments)

    def terms(self, account: str) -> list[Any]:
        """The account's terms as Pyomo expressions, to be summed in a rule."""
        return [self.model.component(name) for name in getattr(self, account)]

    def closed(self) -> Register:
        """The register of the finished model.

        Raises:
            ValueError: a limit on a share has no factor, so that nobody could say how the share moves.
        """
        with_factor = {factor.rows for factor in self.factors}
        for limit in self.limits:
            if limit.use and limit.rows not in with_factor:
                raise ValueError(f"limit {limit.rows} is a share of {limit.use}: add the Factor that moves it")
        return Register(
            sets=lp.sets(self.model),
            parameters=lp.parameters(self.model),
            demand=tuple(self.demand),
            supply=tuple(self.supply),
            draw=tuple(self.draw),
            costs={name: replace(term, items=tuple(term.items)) for name, term in self.costs.items()},
            emissions={name: tuple(items) for name, items in self.emissions.items()},
            limits=tuple(self.limits),
            factors=tuple(self.factors),
            adjustments=tuple(self.adjustments),
        )

    def _add(self, account: list[str], name: str, index: tuple[pyo.Set, ...], rule: PyomoRule) -> None:
        self.model.add_component(name, lp.Expression(*index, rule=rule, doc=rule.__doc__))
        account.append(name)

    def _add_yearly(self, name: str, items: pyo.Set, rule: PyomoRule) -> None:
        m = self.model
        m.add_component(name, lp.Expression(items, m.REGIONS, m.YEARS, rule=rule, doc=rule.__doc__))
