"""What loading gives: every chosen policy under every chosen case, and where each value is written."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from powergap.catalog.schema import CatalogData
from powergap.errors import InputError, Problem
from powergap.files.bounded import sha256_of
from powergap.files.numbers import is_whole
from powergap.scenario.read.document import FileReading
from powergap.scenario.read.nodes import Key, Map, nearest
from powergap.scenario.read.own_keys import own_keys
from powergap.scenario.read.problems import PolicyCase
from powergap.scenario.schema import Scenario
from powergap.scenario.sweep_schema import SweepSection


@dataclass(frozen=True)
class Choice:
    """A policy or a case as the file describes it."""

    title: str
    description: str = ""
    levers: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Study:
    """A loaded scenario file.

    Attributes:
        name: name of the scenario.
        title: one line.
        description: a paragraph.
        path: the file, None for a document in memory.
        runs: every chosen policy under every chosen case, policy by policy.
        policies: the chosen policies by name.
        cases: the chosen cases by name.
        levers: titles of the levers by name.
        reference_policy: the policy that others are compared with.
        default_case: the case that is shown first.
        sweep: uncertain inputs and draws.
        warnings: located remarks that do not stop a run.
        composed: the document after `extends` and `--set`, as plain data.
    """

    name: str
    title: str
    description: str
    path: Path | None
    runs: tuple[Scenario, ...]
    policies: Mapping[str, Choice]
    cases: Mapping[str, Choice]
    levers: Mapping[str, Choice]
    reference_policy: str
    default_case: str
    sweep: SweepSection
    warnings: tuple[Problem, ...]
    composed: dict[str, Any]
    _portable: dict[str, Any]
    _used: CatalogData
    _trees: Mapping[PolicyCase, Map]
    _whole: Map
    _reading: FileReading

    def __repr__(self) -> str:
        """One line: name, years, policies and cases."""
        years = self.runs[0].years
        chosen = f"policies={list(self.policies)}, cases={list(self.cases)}"
        return f"Study({self.name!r}, {years.first}-{years.last}, {chosen})"

    def _repr_html_(self) -> str:
        """What is asked, for a notebook: title, cases, and each policy with its levers."""
        said = html.escape

        def titles(names: tuple[str, ...]) -> str:
            return ", ".join(self.levers[name].title or name for name in names)

        rows = "".join(
            f"<tr><td>{said(name)}</td><td>{said(one.title)}</td><td>{said(titles(one.levers))}</td></tr>"
            for name, one in self.policies.items()
        )
        years = self.runs[0].years
        return (
            f"<p><b>{said(self.title or self.name)}</b>, {years.first} to {years.last}; "
            f"cases {said(', '.join(self.cases))}; {len(self.runs)} runs</p>"
            f"<table><tr><th>policy</th><th>title</th><th>levers</th></tr>{rows}</table>"
        )

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Name and sha256 of the scenario file and of each file that it extends, in the order read."""
        return tuple(self._reading.digests)

    def run(self, policy: str, case: str | None = None) -> Scenario:
        """The resolved scenario of one policy under one case (default: the default case).

        Raises:
            InputError: the study was not loaded with it.
        """
        wanted = (policy, case or self.default_case)
        for scenario in self.runs:
            if (scenario.policy, scenario.case) == wanted:
                return scenario
        known = ", ".join(f"{one.policy} / {one.case}" for one in self.runs)
        raise InputError(f"no policy {wanted[0]} under case {wanted[1]}; the study has {known}")

    def where(self, scenario: Scenario, *path: Key) -> Problem:
        """Where a value of a run is written: a `Problem` with file, line, column, key and no message.

        Where the value is a default, the closest part around it that is written.
        """
        return self._reading.answered(nearest(self._trees[scenario.policy, scenario.case], path).problem(""))

    def where_in_file(self, *path: Key) -> Problem:
        """As `where`, for a section that is gone in a run, such as `sweep`."""
        return self._reading.answered(nearest(self._whole, path).problem(""))

    def resolved_document(self) -> dict[str, Any]:
        """A document that needs no other file: with the catalog entries in use, readings and sources.

        Written with `dump_yaml` and loaded again, with any version of the catalog, it gives the same runs.
        """
        entries = self._used.model_dump(mode="json", exclude_defaults=True)
        entries["deflators"] = dict(self._used.deflators)
        catalog = {"bundled": False} | {key: _years(value) for key, value in entries.items() if value}
        return {**self._portable, "own_keys": list(self.own_keys), "catalog": catalog}

    @cached_property
    def own_keys(self) -> tuple[str, ...]:
        """Keys that the study's own files or `--set` give, not a bundled scenario or the catalog; maps count once."""
        return own_keys(self._trees.values(), self._whole)

    def digest(self, scenario: Scenario) -> str:
        """sha256 of a run's values as canonical JSON; hourly profiles count by content, not by path."""
        values = scenario.model_dump(mode="json")
        profiles = scenario.chronology.profiles
        if profiles is not None and Path(profiles).is_file():
            values["chronology"]["profiles"] = sha256_of(profiles)
        text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _years(value: Any) -> Any:
    """Turn years back into numbers where JSON made them text."""
    if isinstance(value, dict):
        return {int(k) if isinstance(k, str) and is_whole(k) else k: _years(v) for k, v in value.items()}
    return [_years(item) for item in value] if isinstance(value, list | tuple) else value
