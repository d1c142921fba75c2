"""The tables of one policy and case as arrays in the scenario's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from powergap.arrays import Floats
from powergap.audit.arithmetic import series
from powergap.audit.check import AuditReport, Checker, Rule
from powergap.audit.coded import CodedTable, Dense, TableAxis
from powergap.audit.terms import TERMS
from powergap.chronology import Shapes, Timeline, lay_out
from powergap.scenario.schema import Scenario

COMPLETE = Rule("tables_complete", "Every table has each of its rows once, each with a finite number", "rows")

KINDS = ("connection", "generator", "storage", "flexible_load")

FIGURES = {
    "gap": (
        "demand_gw", "relocated_in_gw", "energized_gw", "landed_gw", "annual_shortfall_gw",
        "gap_gw", "gap_twh", "load_gwh", "unserved_gwh",
    ),
    "capacity": (
        "ordered_gw", "committed_delivered_gw", "delivered_gw", "retired_gw", "capacity_gw",
        "ordered_gwh", "committed_delivered_gwh", "delivered_gwh", "retired_gwh", "storage_gwh",
    ),
    "cost": ("cost_usd", "discounted_cost_usd"),
    "emissions": ("co2_t",),
    "closed": ("carried_gw", "closed_gw"),
}  # fmt: skip


@dataclass(frozen=True)
class PlanView:
    """One policy and case.

    Attributes:
        scenario, line, shapes: what was asked, the year's layout and the hourly shapes.
        kinds: technologies by kind, with their names, in the scenario's order.
        gap: columns of the gap table, [region, year].
        capacity: columns of the capacity table by kind, [technology, region, year].
        power: power by flow and kind, [technology, region, year, period, hour]; GW.
        unserved, load: the same without a technology, [region, year, period, hour].
        level: energy stored, [storage, region, year, period, hour]; GWh.
        cost, discounted: cost by term, [technology, region, year]; USD.
        emissions: CO2 by kind, [technology, region, year]; t.
        place: applies rules and names places.
    """

    scenario: Scenario
    line: Timeline
    shapes: Shapes
    kinds: Mapping[str, Mapping[str, Any]]
    gap: Mapping[str, Floats]
    capacity: Mapping[str, Mapping[str, Floats]]
    power: Mapping[str, Floats]
    unserved: Floats
    load: Floats
    level: Floats
    cost: Mapping[str, Floats]
    discounted: Mapping[str, Floats]
    emissions: Mapping[str, Floats]
    place: Checker

    @property
    def years(self) -> tuple[int, ...]:
        """The planned years."""
        return self.scenario.year_list

    @property
    def profile(self) -> Floats:
        """Load per energized GW, [region, 1, period, hour]."""
        return self.shapes.load[:, None]

    def column(self, kind: str, key: str, dimensions: int = 3) -> Floats:
        """A figure of each technology of a kind, shaped to go with arrays of that many axes."""
        values = np.array([getattr(technology, key) for technology in self.kinds[kind].values()], dtype=float)
        return values.reshape(-1, *[1] * (dimensions - 1))

    def price(self, kind: str, key: str) -> Floats:
        """A price of each technology of a kind by year, [technology, 1, year]."""
        prices = [series(getattr(technology, key), self.years) for technology in self.kinds[kind].values()]
        return np.array(prices, dtype=float).reshape(-1, 1, len(self.years))

    def energy(self, power: Floats) -> Floats:
        """GWh of a year from GW by period and hour, the last two axes."""
        total: Floats = np.einsum("...dh,d->...", power, self.line.step_weight_h)
        return total

    def regions(self, read: str) -> list[Any]:
        """A figure of every region's demand."""
        return [getattr(region.demand, read) for region in self.scenario.regions.values()]


class Tables:
    """All tables of a run, coded once."""

    def __init__(self, tables: Mapping[str, Any], report: AuditReport) -> None:
        """Take the tables by name."""
        self.coded = {name: CodedTable(table) for name, table in tables.items()}
        self.report = report

    def array(
        self, place: Checker, table: str, axes: Sequence[TableAxis], names: Sequence[str], *, sparse: bool = False
    ) -> dict[str, Floats]:
        """Figures of a table for one policy and case; a sparse table leaves out what is zero."""
        coded = self.coded[table]
        policy, case = place.labels["run"]
        found: Dense = coded.dense(coded.rows(str(policy), str(case)), axes, names, 0.0 if sparse else np.nan)
        told = [f"{place.name}, table {table}: {found.faults}"] if found.faults else []
        self.report.told(COMPLETE, told, int(np.prod([len(axis.labels) for axis in axes])))
        return found.values

    def view(self, scenario: Scenario) -> PlanView:
        """One policy and case as arrays."""
        line, shapes = lay_out(scenario)
        technologies = scenario.technologies.items()
        kinds = {kind: {name: tech for name, tech in technologies if tech.kind == kind} for kind in KINDS}
        place = Checker(self.report, f"{scenario.policy} / {scenario.case}".strip(" /"), _labels(scenario, line, kinds))
        yearly = [TableAxis((axis,), place.labels[axis]) for axis in ("region", "year")]
        hourly = [*yearly, TableAxis(("period",), line.names), TableAxis(("hour",), range(line.hours_per_period))]
        names = [name for kind in KINDS for name in kinds[kind]]
        capacity = self.array(place, "capacity", [TableAxis(("technology",), names), *yearly], FIGURES["capacity"])
        power = self._power(place, kinds, hourly)
        level = self.array(
            place, "storage", [TableAxis(("technology",), list(kinds["storage"])), *hourly], ["level_gwh"]
        )
        cost, discounted = self._cost(place, kinds, yearly)
        emitters = [name for kind in ("connection", "generator") for name in kinds[kind]]
        tonnes = self.array(place, "emissions", [TableAxis(("technology",), emitters), *yearly], FIGURES["emissions"])
        return PlanView(
            scenario=scenario, line=line, shapes=shapes, kinds=kinds, place=place,
            gap=self.array(place, "gap", yearly, FIGURES["gap"]),
            capacity={kind: {c: _part(a, kinds, kind) for c, a in capacity.items()} for kind in KINDS},
            power=power, unserved=power.pop("unserved")[0], load=power.pop("load")[0],
            level=level["level_gwh"],
            cost=cost, discounted=discounted,
            emissions={kind: _part(tonnes["co2_t"], kinds, kind) for kind in ("connection", "generator")},
        )  # fmt: skip

    def _power(
        self, place: Checker, kinds: Mapping[str, Mapping[str, Any]], hourly: Sequence[TableAxis]
    ) -> dict[str, Floats]:
        """Power by kind; what charges storage is kept apart as `charge`, what storage gives as `storage`."""
        slots = {kind: [("supply", name) for name in kinds[kind]] for kind in KINDS}
        slots |= {"unserved": [("supply", "unserved")], "load": [("draw", "load")]}
        slots["charge"] = [("draw", name) for name in kinds["storage"]]
        labels = [slot for group in slots.values() for slot in group]
        power = self.array(place, "dispatch", [TableAxis(("flow", "item"), labels), *hourly], ["power_gw"])["power_gw"]
        ends = np.cumsum([len(group) for group in slots.values()])
        return dict(zip(slots, np.split(power, ends[:-1]), strict=True))

    def _cost(
        self, place: Checker, kinds: Mapping[str, Mapping[str, Any]], yearly: Sequence[TableAxis]
    ) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Cost and discounted cost by term, [technology, region, year]."""
        slots = {
            name: [(name, term.kind, one) for one in (_names(kinds, term.of) if term.of else ["all"])]
            for name, term in TERMS.items()
        }
        labels = [slot for group in slots.values() for slot in group]
        axis = TableAxis(("term", "kind", "technology"), labels)
        found = self.array(place, "cost", [axis, *yearly], FIGURES["cost"], sparse=True)
        ends = np.cumsum([len(group) for group in slots.values()])
        parts = [dict(zip(slots, np.split(found[name], ends[:-1]), strict=True)) for name in FIGURES["cost"]]
        return parts[0], parts[1]


def _names(kinds: Mapping[str, Mapping[str, Any]], of: Sequence[str]) -> list[str]:
    """Names of the technologies of some kinds."""
    return [name for kind in of for name in kinds[kind]]


def _labels(scenario: Scenario, line: Timeline, kinds: Mapping[str, Mapping[str, Any]]) -> dict[str, Sequence[object]]:
    """Labels of every axis that places are named by."""
    return {
        "run": (scenario.policy, scenario.case),
        "region": list(scenario.regions),
        "year": list(scenario.year_list),
        "period": line.names,
        "hour": range(line.hours_per_period),
        "ordered": [*kinds["generator"], *kinds["storage"]],
        "all": ["all"],
        **{kind: list(kinds[kind]) for kind in KINDS},
    }


def _part(array: Floats, kinds: Mapping[str, Mapping[str, Any]], kind: str) -> Floats:
    """The technologies of one kind out of an array over all kinds in order."""
    start = 0
    for name in KINDS:
        if name == kind:
            return array[start : start + len(kinds[kind])]
        start += len(kinds[name])
    raise KeyError(kind)
