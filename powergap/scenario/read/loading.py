"""Run after run: resolve, validate, check, and collect what is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from powergap.catalog.reader import Catalog
from powergap.catalog.schema import CatalogData
from powergap.errors import InputError, Problem
from powergap.scenario.bounds import MOST_VALUES, too_many_values, values
from powergap.scenario.read import checks, warnings
from powergap.scenario.read.document import FileReading
from powergap.scenario.read.named_files import PROFILES
from powergap.scenario.read.nodes import Key, Map, find, nearest
from powergap.scenario.read.only_regions import with_only_its_regions
from powergap.scenario.read.outside import OUTSIDE
from powergap.scenario.read.problems import PolicyCase, problems_of, told_once
from powergap.scenario.read.resolve import Resolver, Used
from powergap.scenario.read.variants import Variants
from powergap.scenario.schema import Scenario


@dataclass
class Loading:
    """Resolves and validates run after run, and collects what is wrong."""

    catalog: Catalog
    whole: Map
    reading: FileReading
    runs: dict[PolicyCase, Scenario] = field(default_factory=dict)
    trees: dict[PolicyCase, Map] = field(default_factory=dict)
    found: dict[PolicyCase, list[Problem]] = field(default_factory=dict)
    lever_problems: list[Problem] = field(default_factory=list)
    used: Used = field(default_factory=Used)
    cache: dict[Any, Any] = field(default_factory=dict)
    values: int = 0

    def add(self, run: PolicyCase, body: Map) -> None:
        """Resolve one policy under one case."""
        tree, scenario, problems = self.resolved(run, body, self.used)
        self.trees[run], self.found[run] = tree, problems
        if scenario is not None:
            self.runs[run] = scenario

    def try_lever(self, lever: str, body: Map) -> None:
        """Check a lever that no policy uses; only what is wrong in the lever itself is told."""
        _, _, problems = self.resolved(("", ""), body, Used())
        self.lever_problems += [one for one in problems if one.key.startswith(f"levers.{lever}.")]

    def resolved(self, run: PolicyCase, body: Map, used: Used) -> tuple[Map, Scenario | None, list[Problem]]:
        """One run as a tree and, if every value is valid, as a scenario; and all that is wrong with it."""
        own = self.whole.get("catalog")
        resolver = Resolver(self.catalog, own if isinstance(own, Map) else Map({}, self.whole.place), used, self.cache)
        tree, data = resolver.resolve(body)
        self.values += values(tree, len(resolver.years))
        if self.values > MOST_VALUES:
            raise too_many_values(self.whole)
        problems = resolver.problems
        for key in ("policy", "case"):
            if key in data:
                problems.append(tree.members[key].key_place.problem("unknown key"))
        data |= {"policy": run[0], "case": run[1]}
        for _, check in checks.ON_THE_TREE:
            problems += check(checks.Written(tree, self.catalog, self.whole, self.brought))
        try:
            scenario = Scenario.model_validate(data, context={"years": resolver.years})
        except ValidationError as error:
            return tree, None, problems + problems_of(error, tree, Scenario)
        if problems:
            return tree, None, problems
        if scenario.chronology.profiles is not None:
            self.reading.request(FilePath(scenario.chronology.profiles), nearest(tree, PROFILES))
        scenario = with_only_its_regions(scenario)
        seen = checks.Resolved(tree, self.catalog, self.whole, self.brought, scenario)
        for _, judge in (*checks.ON_THE_SCENARIO, *OUTSIDE):
            problems += judge(seen)
        return tree, scenario, problems

    @cached_property
    def brought(self) -> dict[Key, str]:
        """Kind of every technology that the catalog or a lever, policy or case brings."""
        return checks.brought(self.catalog, self.whole)

    def finish(self, problems: list[Problem]) -> None:
        """Raise everything found, each problem once."""
        problems = problems + told_once(self.found) + self.lever_problems
        if problems:
            raise InputError(sorted(dict.fromkeys(problems)))

    def warnings(self) -> Iterable[Problem]:
        """Remarks on all runs, each once, and stale catalog values."""
        found: dict[PolicyCase, list[Problem]] = {}
        for run, scenario in self.runs.items():
            seen = checks.Resolved(self.trees[run], self.catalog, self.whole, self.brought, scenario)
            found[run] = [problem for _, check in warnings.WARNINGS for problem in check(seen)]
        named = dict.fromkeys(scenario.chronology.profiles for scenario in self.runs.values() if scenario.reads_hours)
        files = warnings.notes_of_files(name for name in named if name is not None)
        stale = warnings.stale_entries(self.used_entries(), datetime.date.today())
        return [*told_once(found, names_runs=True), *files, *stale]

    def idle_levers(self, variants: Variants) -> Iterator[Problem]:
        """Levers without which a policy is the same under every case."""
        for policy in dict.fromkeys(policy for policy, _ in self.runs):
            listed = find(self.whole, ("policies", policy, "levers"))
            for position, lever in enumerate(variants.levers(policy)):
                if self.values > MOST_VALUES // 2:  # a remark is not worth as much again as the runs took
                    return
                if all(
                    self.resolved(run, variants.body(*run, without=lever), Used())[1] == scenario
                    for run, scenario in self.runs.items()
                    if run[0] == policy
                ):
                    place = nearest(listed, (position,)) if listed else self.whole.place
                    yield place.problem(f"`{lever}` changes nothing: `{policy}` is the same without it")

    def used_entries(self) -> CatalogData:
        """The catalog entries that the runs have read."""
        used = self.used
        return self.catalog.used(used.technologies, used.supply_chains, used.fuels, used.quantities)
