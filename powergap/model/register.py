"""The register: what a built model is called, measured and limited by, as names and arrays.

Features write it through the ledger while the model is built. Tables, audit, diagnosis, exports and docs read it there
and never the model itself, so a plan can be kept, copied to another process or written to disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from powergap.arrays import Floats
from powergap.words import display_name

if TYPE_CHECKING:
    from powergap.scenario.schema import Scenario

Labels = tuple[Any, ...]
"""The labels of an axis, in the model's order."""


CostKind = Literal["supply", "gap", "unserved"]
"""What a cost pays for: supply, or the price of the gap or of unserved energy, which nobody is billed for."""


@dataclass(frozen=True)
class CostTerm:
    """A term of yearly cost: the items it has, and what it pays for."""

    items: Labels
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
        use: variable or expression that the limit bounds, where the row reads `use - share x base <= 0`; such a
            limit needs a `Factor` too, which says how the share itself moves.
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


@dataclass(frozen=True)
class Factor:
    """A number that multiplies a variable in every row of a constraint: a share, hours a year.

    Attributes:
        rows: name of the constraint, over (item, region, year, ...), (region, year, ...) or (year, ...).
        key: the scenario's key with `{item}` to fill in.
        unit: unit of the factor.
        meaning: the factor in a planner's words, with `{item}` to fill in.
        base: the variable or expression that it multiplies, over the same axes down to the year, with or without item.
        unlimited: the value at which it no longer limits.
        weight: what the product is multiplied by besides, broadcast over the rows.
    """

    rows: str
    key: str
    unit: str
    meaning: str
    base: str
    unlimited: float
    weight: Floats = field(default_factory=lambda: np.ones(()), repr=False)


def meaning_of(one: Limit | Factor, scenario: Scenario, item: str) -> str:
    """The limit or factor in a planner's words, with the item's display name."""
    entries = scenario.supply_chains if one.key.startswith("supply_chains.") else scenario.technologies
    return one.meaning.format(item=display_name(entries, item))


@dataclass(frozen=True)
class Adjustment:
    """A number of the scenario that a planner can change one way, and what a unit of it adds to rows.

    Attributes:
        path: its key, with the year where it has one.
        unit: its unit.
        meaning: the number in a planner's words.
        value: as it stands.
        direction: +1 where more of it loosens the rows, -1 where less does.
        most: how far it can move.
        effects: what a unit of movement adds to each row's activity, by constraint, in the rows' shape.
        item: technology or supply chain; empty where it has none.
        region: region; empty for all.
        year: year; 0 for all.
    """

    path: tuple[str | int, ...]
    unit: str
    meaning: str
    value: float
    direction: int
    most: float
    effects: Mapping[str, Floats] = field(repr=False)
    item: str = ""
    region: str = ""
    year: int = 0


Adjustments = Callable[["Scenario", Mapping[str, Floats]], Iterator[Adjustment]]
"""Gives a feature's adjustments, of a scenario and the headroom and other parameters of its model, by name."""


@dataclass(frozen=True)
class Register:
    """What a model consists of, by name.

    Attributes:
        sets: labels of every index set.
        parameters: arrays of the data, each over its sets.
        wanted: terms of demand, GW, over (region, year).
        supply: terms that carry load, GW, over (region, year, period, hour).
        draw: terms that add to load, GW, over the same.
        costs: terms of yearly cost, M$, not discounted, over (item, region, year).
        emissions: terms of yearly CO2, Mt, over (item, region, year), with their items.
        limits: limits that a planner can move.
        factors: factors that a planner can move.
        adjustments: what else a planner can change, made when it is needed.
    """

    sets: Mapping[str, Labels]
    parameters: Mapping[str, Floats]
    demand: tuple[str, ...]
    supply: tuple[str, ...]
    draw: tuple[str, ...]
    costs: Mapping[str, CostTerm]
    emissions: Mapping[str, Labels]
    limits: tuple[Limit, ...]
    factors: tuple[Factor, ...]
    adjustments: tuple[Adjustments, ...]
