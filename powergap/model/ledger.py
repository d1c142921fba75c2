"""The shared sums: what features of the model have in common is a named term in one of these accounts.

The balance, the objective, the cost table and the emissions table read the same terms, so a table that does
not add up to the objective cannot be written. A feature declares its terms; it never sees another feature's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import pyomo.environ as pyo

from powergap import lp

Rule = Callable[..., Any]
CostKind = Literal["supply", "gap", "unserved"]
"""What a cost pays for: supply, or the price of the gap or of unserved energy, which nobody is billed for."""


@dataclass(frozen=True)
class CostTerm:
    """A term of yearly cost: the items it has, and what it pays for."""

    items: pyo.Set
    kind: CostKind


@dataclass(frozen=True)
class Limit:
    """A limit that a planner can move: which rows hold it and what it is called in the scenario.

    The rows read `use <= limit`, so that more of it is relief; their axes are (item, region, year), (region, year),
    (item, year) or (year,).

    Attributes:
        rows: name of the constraint.
        key: the scenario's key with `{item}` and `{region}` to fill in.
        unit: unit of the limit.
        axes: names of the row's axes, of item, region and year.
        meaning: the limit in a planner's words, with `{item}` to fill in.
        use: variable or expression that the limit bounds, where the row reads `use - share x base <= 0`.
    """

    rows: str
    key: str
    unit: str
    axes: tuple[str, ...]
    meaning: str
    use: str = ""

    def path(self, item: str = "", region: str = "") -> tuple[str, ...]:
        """The key as a path, for one item and region."""
        return tuple(part.format(item=item, region=region) for part in self.key.split("."))


@dataclass
class Ledger:
    """Named terms by account.

    Attributes:
        wanted: terms of wanted load, GW, over (region, year).
        supply: terms that carry load, GW, over (region, year, period, hour).
        draw: terms that add to load, GW, over the same.
        costs: terms of yearly cost, M$, not discounted, over (item, region, year).
        emissions: terms of yearly CO2, Mt, over (item, region, year), with their item set.
        limits: limits that a planner can move.
    """

    model: pyo.ConcreteModel
    wanted: list[str] = field(default_factory=list)
    supply: list[str] = field(default_factory=list)
    draw: list[str] = field(default_factory=list)
    costs: dict[str, CostTerm] = field(default_factory=dict)
    emissions: dict[str, pyo.Set] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)

    def add_wanted(self, name: str, rule: Rule) -> None:
        """Add a term of wanted load, GW, with `rule(m, r, y)`."""
        m = self.model
        self._add(self.wanted, name, (m.REGIONS, m.YEARS), rule)

    def add_supply(self, name: str, rule: Rule) -> None:
        """Add power that carries load, GW, with `rule(m, r, y, d, h)`."""
        m = self.model
        self._add(self.supply, name, (m.REGIONS, m.YEARS, m.PERIODS, m.HOURS), rule)

    def add_draw(self, name: str, rule: Rule) -> None:
        """Add power that load must share, GW, with `rule(m, r, y, d, h)`."""
        m = self.model
        self._add(self.draw, name, (m.REGIONS, m.YEARS, m.PERIODS, m.HOURS), rule)

    def add_cost(self, name: str, items: pyo.Set, rule: Rule, kind: CostKind = "supply") -> None:
        """Add a yearly cost, M$ of that year, not discounted, with `rule(m, item, r, y)`."""
        self._add_yearly(f"cost_{name}", items, rule)
        self.costs[f"cost_{name}"] = CostTerm(items, kind)

    def add_emissions(self, name: str, items: pyo.Set, rule: Rule) -> None:
        """Add yearly emissions, MtCO2, with `rule(m, item, r, y)`."""
        self._add_yearly(f"emissions_{name}", items, rule)
        self.emissions[f"emissions_{name}"] = items

    def add_limit(self, limit: Limit) -> None:
        """Name rows as a limit that a planner can move."""
        self.limits.append(limit)

    def terms(self, account: str) -> list[Any]:
        """The account's terms as Pyomo expressions, to be summed in a rule."""
        return [self.model.component(name) for name in getattr(self, account)]

    def _add(self, account: list[str], name: str, index: tuple[pyo.Set, ...], rule: Rule) -> None:
        self.model.add_component(name, lp.Expression(*index, rule=rule, doc=rule.__doc__))
        account.append(name)

    def _add_yearly(self, name: str, items: pyo.Set, rule: Rule) -> None:
        m = self.model
        m.add_component(name, lp.Expression(items, m.REGIONS, m.YEARS, rule=rule, doc=rule.__doc__))
