"""Cross-checks: what no single value can tell. Each is a sentence and a function that yields problems.

`ON_THE_TREE` looks at what is written and runs even where other values are wrong; `ON_THE_SCENARIO` needs a
scenario whose every value is valid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from powergap.catalog.reader import Catalog
from powergap.errors import Problem
from powergap.files.nearest import did_you_mean, meant, nearest_names
from powergap.scenario.bounds import size_problem
from powergap.scenario.read.nodes import Key, Map, Place, Scalar, Sequence, as_map, find, nearest
from powergap.scenario.regional import capacity_factor
from powergap.scenario.schema import Generator, Scenario

DAYS = 365

MOST_OUTAGE = 0.99
"""Share of the year beyond which a machine counts as never there; its redundancy would be hundreds of units for one."""


@dataclass(frozen=True)
class Written:
    """What is written for one run, and what names it may use.

    `whole` is the composed file: values may name technologies that only some levers or policies bring, and `brought`
    holds these.
    """

    tree: Map
    catalog: Catalog
    whole: Map
    brought: Mapping[Key, str]

    def at(self, *path: Key) -> Any:
        """The plain value at a path, None where nothing (or no plain value) is written."""
        return getattr(find(self.tree, path), "value", None)

    def place(self, *path: Key) -> Place:
        """Where a value, or the closest part around it, is written."""
        return nearest(self.tree, path)

    def own_place(self, *paths: tuple[Key, ...]) -> Place:
        """Of values that do not go together, the first that the named file or the command line gives, else the first.

        Whoever lays a value over one of another file can mend the own one only.
        """
        places = [self.place(*path) for path in paths]
        own = (one for one in places if one.file == self.whole.place.file or one.file.startswith("--"))
        return next(own, places[0])

    def keys(self, *path: Key) -> Iterator[tuple[Key, Place]]:
        """The keys of a map, with their places."""
        for key, member in as_map(find(self.tree, path)).members.items():
            if not (isinstance(member.node, Scalar) and member.node.value is None):
                yield key, member.key_place

    def is_sealed(self) -> bool:
        """True for a file with its own catalog only: it may name what the runs it records did not use."""
        return getattr(find(self.whole, ("catalog", "bundled")), "value", True) is False

    def kinds(self) -> dict[Key, str]:
        """Kind of every technology of the catalog, of any layer of the file, and of the run."""
        written = {name: str(self.at("technologies", name, "kind") or "") for name, _ in self.keys("technologies")}
        return {**self.brought, **written}


def brought(catalog: Catalog, whole: Map) -> dict[Key, str]:
    """Kind of every technology of the catalog and of the levers, policies and cases of a file."""
    known: dict[Key, str] = {name: item.facts.get("kind", "") for name, item in catalog.data.technologies.items()}
    for section in ("levers", "policies", "cases"):
        for layer in as_map(whole.get(section)).members.values():
            for name, member in as_map(find(layer.node, ("set", "technologies"))).members.items():
                kind = getattr(find(member.node, ("kind",)), "value", None)
                known[name] = str(kind or known.get(name, ""))
    return known


def _years_in_order(run: Written) -> Iterator[Problem]:
    first, last, base = run.at("years", "first"), run.at("years", "last"), run.at("base_year")
    if isinstance(first, int) and isinstance(last, int) and first > last:
        place = run.own_place(("years", "last"), ("years", "first"))
        yield place.problem(f"the last year {last} is before the first year {first}")
    if isinstance(first, int) and isinstance(base, int) and base != first - 1:
        message = f"the base year is the year before the first: expected {first - 1}, got {base}"
        yield run.own_place(("base_year",), ("years", "first")).problem(message)


def _connections_known(run: Written) -> Iterator[Problem]:
    if run.is_sealed():
        return
    kinds = run.kinds()
    connections = [name for name, kind in kinds.items() if kind == "connection"]
    for region, _ in run.keys("regions"):
        for name, place in run.keys("regions", region, "grid", "additions_gw_per_year"):
            if name not in kinds:
                yield place.problem(f"unknown connection technology `{name}`{did_you_mean(name, connections)}")
            elif kinds[name] and kinds[name] != "connection":
                yield place.problem(f"`{name}` is a {kinds[name]}, not a connection{did_you_mean(name, connections)}")


def _limited_technologies_known(run: Written) -> Iterator[Problem]:
    if run.is_sealed():
        return
    kinds = run.kinds()
    for region, _ in run.keys("regions"):
        for name, place in run.keys("regions", region, "build_limit_gw"):
            if name not in kinds:
                yield place.problem(f"unknown technology `{name}`{did_you_mean(name, kinds)}")
            elif kinds[name] not in {"generator", "storage", ""}:
                yield place.problem(f"`{name}` is no generator or storage: only what is ordered has a build limit")


def _priced_fuels_known(run: Written) -> Iterator[Problem]:
    if run.is_sealed():
        return
    known = [*run.catalog.data.fuels, *(name for name, _ in run.keys("fuels"))]
    for region, _ in run.keys("regions"):
        for name, place in run.keys("regions", region, "fuel_price_adder_usd_per_mmbtu"):
            if name not in known:
                yield place.problem(f"unknown fuel `{name}`{did_you_mean(name, known)}")


def _asked_regions_known(run: Written) -> Iterator[Problem]:
    """Asked for under another name, a region is most likely meant by a word of its title: PJM for MIDA."""
    asked = run.tree.get("only_regions")
    words: dict[str, Key] = {}
    for name, _ in run.keys("regions"):
        told = f"{name} {run.at('regions', name, 'title') or ''}".casefold()
        words |= {word: name for word in re.findall(r"\w+", told) if word not in words}
    known = list(dict.fromkeys(words.values()))
    for item in asked.items if isinstance(asked, Sequence) else ():
        if isinstance(item, Scalar) and item.value not in known:
            hint = meant(words[near] for near in nearest_names(str(item.value), words))
            known_regions = f"; the regions are {', '.join(map(str, known))}"
            yield item.place.problem(f"unknown region `{item.value}`{hint or known_regions}")


@dataclass(frozen=True)
class Resolved(Written):
    """A valid scenario beside the tree it came from."""

    scenario: Scenario


def _headroom_needs_load(run: Resolved) -> Iterator[Problem]:
    for name, technology in run.scenario.technologies.items():
        if technology.kind != "connection" or not technology.requires_headroom:
            continue
        for region, data in run.scenario.regions.items():
            if any(data.grid.additions_gw_per_year.get(name, {}).values()) and data.grid.system_load is None:
                message = f"missing; `{name}` may draw only within the headroom of the region's own load"
                yield run.place("regions", region, "grid").problem(message, "system_load")


def _committed_shares_add_up(run: Resolved) -> Iterator[Problem]:
    regions = run.scenario.regions
    booked = [name for name, t in run.scenario.technologies.items() if any(placed(t).values())]
    shares = {name: region.share_of_committed_deliveries_fraction for name, region in regions.items()}
    written = sum(1 for _ in run.keys("regions"))
    if written == 1 or not booked:
        return
    divides = f"it divides the national committed deliveries of {', '.join(booked[:3])}"
    total = sum(share or 0.0 for share in shares.values())
    if len(regions) == written and abs(total - 1) > 1e-6:
        message = f"share_of_committed_deliveries_fraction of the regions adds up to {total:g}, not 1; {divides}"
        yield run.place("regions").problem(message)
    elif total > 1 + 1e-6:
        message = f"share_of_committed_deliveries_fraction of {', '.join(regions)} adds up to {total:g}, more than 1"
        yield run.place("only_regions").problem(f"{message}; {divides}")
    elif len(regions) < written:
        for name in (name for name, share in shares.items() if share is None):
            message = f"missing; {divides}, also where one region is solved alone"
            yield run.place("regions", name).problem(message, "share_of_committed_deliveries_fraction")


def placed(technology: Any) -> dict[int, float]:
    """Committed deliveries of a technology in GW/yr by year; none for kinds that are not ordered."""
    found: dict[int, float] = getattr(technology, "committed_deliveries_gw_per_year", {})
    return found


def _durations_in_order(run: Resolved) -> Iterator[Problem]:
    for name, technology in run.scenario.technologies.items():
        if technology.kind == "storage" and technology.min_duration_h > technology.max_duration_h:
            shortest, longest = technology.min_duration_h, technology.max_duration_h
            message = f"the shortest duration {shortest:g} h exceeds the longest {longest:g} h"
            path = ("technologies", name)
            yield run.own_place((*path, "min_duration_h"), (*path, "max_duration_h")).problem(message)


def _stress_days_fit(run: Resolved) -> Iterator[Problem]:
    """Days of a file of hours stand for themselves alone, and all hours have no days that stand for others."""
    chronology = run.scenario.chronology
    made_up = chronology.kind == "annual" or (chronology.kind == "representative" and chronology.profiles is None)
    count, each = chronology.stress_days, chronology.days_per_stress_day
    if made_up and count * each >= DAYS:
        message = f"{count} stress days of {each} days each are {count * each:,} days"
        path = ("chronology",)
        place = run.own_place((*path, "days_per_stress_day"), (*path, "stress_days"))
        yield place.problem(f"{message}; a year has {DAYS}, and some must be left for the others")


def _generators(run: Resolved) -> Iterator[tuple[str, Generator]]:
    for name, technology in run.scenario.technologies.items():
        if isinstance(technology, Generator):
            yield name, technology


def _sun_and_wind_have_capacity_factors(run: Resolved) -> Iterator[Problem]:
    for name, machine in _generators(run):
        lacking = [key for key, region in run.scenario.regions.items() if capacity_factor(machine, region) is None]
        if lacking:
            message = f"missing; a `{machine.profile}` profile needs its yearly mean, a fraction"
            own = "sun" if machine.profile == "solar" else "wind"
            message += f", here or under `{own}` of every region (not under {', '.join(lacking[:3])})"
            yield run.place("technologies", name).problem(message, "capacity_factor_fraction")


def _fuel_matches_heat_rate(run: Resolved) -> Iterator[Problem]:
    for name, machine in _generators(run):
        if machine.fuel is None and machine.heat_rate_mmbtu_per_mwh > 0:
            yield run.place("technologies", name).problem("missing; a heat rate above 0 needs a fuel", "fuel")
        elif machine.fuel is not None and machine.heat_rate_mmbtu_per_mwh == 0:
            message = "missing; a machine that burns fuel needs a heat rate above 0 MMBtu/MWh"
            path = ("technologies", name)
            yield run.own_place((*path, "fuel"), (*path, "heat_rate_mmbtu_per_mwh")).problem(message)


def _generators_available(run: Resolved) -> Iterator[Problem]:
    for name, machine in _generators(run):
        if machine.forced_outage_fraction + machine.planned_outage_fraction > MOST_OUTAGE:
            path = ("technologies", name)
            place = run.own_place((*path, "forced_outage_fraction"), (*path, "planned_outage_fraction"))
            yield place.problem(
                f"forced and planned outage add up to more than {MOST_OUTAGE}; the machine would never run"
            )


def _availability_can_be_met(run: Resolved) -> Iterator[Problem]:
    if run.scenario.reliability.availability_target_fraction < 1:
        return
    for name, machine in _generators(run):
        fails = machine.forced_outage_fraction + machine.planned_outage_fraction > 0
        if fails and machine.operation == "islanded" and machine.overbuild_ratio is None:
            message = (
                f"no number of units that fail, as `{name}` does, is there in every hour; give less than 1, or its "
            )
            place = run.own_place(("reliability", "availability_target_fraction"), ("technologies", name))
            yield place.problem(f"{message}overbuild_ratio")


def _fleet_hangs_on_grid(run: Resolved) -> Iterator[Problem]:
    fleet = any(region.demand.base_gw > 0 for region in run.scenario.regions.values())
    held = any(t.kind == "connection" and t.base_connected_by_fleet for t in run.scenario.technologies.values())
    if fleet and not held:
        message = "no connection with `base_connected_by_fleet: true`; the base-year fleet must hang on one"
        yield run.place("technologies").problem(message)


def _of_a_size_that_can_be_solved(run: Resolved) -> Iterator[Problem]:
    if said := size_problem(run.scenario):
        yield run.place("chronology").problem(said)


TreeCheck = Callable[[Written], Iterator[Problem]]
ScenarioCheck = Callable[[Resolved], Iterator[Problem]]

ON_THE_TREE: tuple[tuple[str, TreeCheck], ...] = (
    ("years run forward from the year after the base year", _years_in_order),
    ("grid additions name connection technologies", _connections_known),
    ("build limits name technologies", _limited_technologies_known),
    ("fuel price adders name fuels", _priced_fuels_known),
    ("the regions that are asked for exist", _asked_regions_known),
)
ON_THE_SCENARIO: tuple[tuple[str, ScenarioCheck], ...] = (
    ("connections within headroom know the region's own load", _headroom_needs_load),
    ("the regions' shares of committed deliveries add up to 1", _committed_shares_add_up),
    ("the shortest storage duration is at most the longest", _durations_in_order),
    ("stress days fit into the year", _stress_days_fit),
    ("sun and wind have a capacity factor in every region", _sun_and_wind_have_capacity_factors),
    ("a fuel is given exactly where the heat rate is above 0", _fuel_matches_heat_rate),
    ("every generator is available some of the time", _generators_available),
    ("the availability target can be met by machines that fail", _availability_can_be_met),
    ("the base-year fleet hangs on a connection", _fleet_hangs_on_grid),
    ("the linear program is of a size that can be solved", _of_a_size_that_can_be_solved),
)
