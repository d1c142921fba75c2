"""Uncertain inputs of a study: which values of each policy's scenario they change, and to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import ValidationError

from powergap.arrays import Floats
from powergap.errors import InputError, Problem
from powergap.files.nearest import did_you_mean
from powergap.scenario import Scenario, Study, read_study
from powergap.scenario.file_schema import REGION_DEFAULTS
from powergap.scenario.read.compose import read_override
from powergap.scenario.read.nodes import KeyPath
from powergap.scenario.regions import EXTENSIVE
from powergap.scenario.schema import Readings
from powergap.scenario.sweep_schema import UncertainInput
from powergap.sweep.distributions import BETWEEN, value_at

Leaves = dict[KeyPath, float]

READINGS = ("low", "mid", "high")


@dataclass(frozen=True)
class Input:
    """One uncertain input.

    Attributes:
        name: its key as the file writes it.
        about: its distribution.
        places: by policy, the values of the scenario that it changes; none where the policy has no such value.
        ranges: by policy, low, mid and high of those values in the catalog, [place, 3]; empty for another distribution.
    """

    name: str
    about: UncertainInput
    places: Mapping[str, tuple[KeyPath, ...]]
    ranges: Mapping[str, Floats]

    def values(self, policy: str, quantile: float, before: Sequence[float]) -> list[float]:
        """What its places hold at a quantile, given what they held before."""
        if not before:
            return []
        if self.about.catalog is not None:
            low, mid, high = self.ranges[policy].T
            found: list[float] = BETWEEN[self.about.catalog](np.asarray(quantile), low, mid, high).tolist()
            # Years and counts are whole: between two of them the nearest is drawn.
            return [round(drawn) if isinstance(old, int) else drawn for drawn, old in zip(found, before, strict=True)]
        drawn = float(value_at(self.about, np.asarray(quantile)))
        return [drawn * value for value in before] if self.about.is_factor else [drawn] * len(before)

    def value(self, quantiles: Floats) -> Floats:
        """The number drawn at each quantile; NaN for a catalog range of several values."""
        if self.about.catalog is None:
            return value_at(self.about, quantiles)
        ranges = next((found for found in self.ranges.values() if len(found)), np.empty((0, 3)))
        if len(ranges) != 1:
            return np.full(quantiles.shape, np.nan)
        return BETWEEN[self.about.catalog](quantiles, *ranges[0])


@dataclass(frozen=True)
class UncertainInputs:
    """All uncertain inputs with the scenarios that they change.

    Attributes:
        every: in the file's order.
        scenarios: by policy, what the draws change, under one case.
    """

    every: tuple[Input, ...]
    scenarios: Mapping[str, Scenario]

    @property
    def names(self) -> list[str]:
        """Keys of the inputs."""
        return [one.name for one in self.every]

    @cached_property
    def _plain(self) -> dict[str, dict[str, Any]]:
        return {policy: scenario.model_dump() for policy, scenario in self.scenarios.items()}

    def drawn(self, policy: str, quantiles: Sequence[float]) -> Scenario:
        """A policy's scenario under a draw.

        Args:
            policy: whose scenario.
            quantiles: one for each input; NaN leaves what it would change as it is.

        Raises:
            ValidationError: a value or a combination is not allowed.
        """
        data = self._plain[policy]
        for one, quantile in zip(self.every, quantiles, strict=True):
            if np.isnan(quantile):
                continue
            places = one.places[policy]
            before = [_at(data, place) for place in places]
            for place, value in zip(places, one.values(policy, quantile, before), strict=True):
                data = _with(data, place, value)
        base = self.scenarios[policy]
        return base if data is self._plain[policy] else Scenario.model_validate(data, context={"years": base.year_list})


def inputs_of(study: Study) -> UncertainInputs:
    """The uncertain inputs that a study's `sweep` section names.

    Raises:
        InputError: none is named, or one names nothing, has no range in the catalog, or overlaps another.
    """
    case = study.sweep.case or study.default_case
    if case not in study.cases:
        at = study.where_in_file("sweep", "case")
        raise InputError([_told(at, f"no case `{case}` among those loaded{did_you_mean(case, study.cases)}")])
    scenarios = {policy: study.run(policy, case) for policy in study.policies}
    if not study.sweep.inputs:
        at = study.where_in_file("sweep")
        message = "no uncertain input; name some under `sweep.inputs`, such as `readings.demand: {catalog: pert}`"
        raise InputError([replace(at, key="sweep.inputs", message=message)])
    finder = _Finder(study, case, {policy: leaves(one.model_dump()) for policy, one in scenarios.items()})
    found: list[Input] = []
    problems: list[Problem] = []
    for name, about in study.sweep.inputs.items():
        try:
            found.append(finder.input(name, about))
        except InputError as error:
            problems += [_told(study.where_in_file("sweep", "inputs", name), str(error))]
    problems += list(_overlaps(study, found))
    if problems:
        raise InputError(problems)
    return UncertainInputs(tuple(_without_taken(one, found) for one in found), scenarios)


def check_draws(inputs: UncertainInputs, quantiles: Floats, study: Study) -> None:
    """Refuse inputs that draw what the scenario does not allow, before anything is solved.

    Each input is tried at its least and its largest draw, all others as they are.

    Raises:
        InputError: every input that draws such a value.
    """
    problems: list[Problem] = []
    for column, one in enumerate(inputs.every):
        used = quantiles[:, column][~np.isnan(quantiles[:, column])]
        for quantile in dict.fromkeys((used.min(), used.max())):
            alone = np.full(len(inputs.every), np.nan)
            alone[column] = quantile
            for policy in inputs.scenarios:
                try:
                    inputs.drawn(policy, alone.tolist())
                except ValidationError as error:
                    said = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
                    drawn = one.value(np.array([quantile]))[0]
                    at = study.where_in_file("sweep", "inputs", one.name)
                    what = "a value" if np.isnan(drawn) else f"{drawn:g}"
                    problems.append(_told(at, f"draws {what}, which is not allowed: {said}"))
                    break
    if problems:
        raise InputError(list(dict.fromkeys(problems)))


def leaves(part: Any, path: KeyPath = ()) -> Leaves:
    """Every number of a scenario as plain data, by its path."""
    if isinstance(part, Mapping):
        return {at: value for key, below in part.items() for at, value in leaves(below, (*path, key)).items()}
    return {path: part} if isinstance(part, int | float) and not isinstance(part, bool) else {}


@dataclass(frozen=True)
class _Finder:
    """Finds what a key changes in the scenarios of a study."""

    study: Study
    case: str
    base: Mapping[str, Leaves]

    def input(self, name: str, about: UncertainInput) -> Input:
        path = read_override(f"{name}=0").path
        if path[0] == "readings":
            return self._group(name, path, about)
        places = {policy: tuple(self._under(policy, path)) for policy in self.base}
        if not any(places.values()):
            raise InputError(f"names no number of any policy{self._nearest(name)}")
        if about.catalog is not None:
            groups = [f"readings.{group}" for group in Readings.model_fields]
            return self._ranged(name, about, places, groups)
        self._check_value(path, about, places)
        return Input(name, about, places, {})

    def _under(self, policy: str, path: KeyPath) -> Iterator[KeyPath]:
        """Numbers of a policy at or below a path; a key of every region stands for all regions' values."""
        for place in self.base[policy]:
            own = place[2:] if path[0] in REGION_DEFAULTS and place[0] == "regions" else place
            if own[: len(path)] == path:
                yield place

    def _group(self, name: str, path: KeyPath, about: UncertainInput) -> Input:
        group = str(path[-1])
        if len(path) != 2 or group not in Readings.model_fields:
            raise InputError(f"no group of readings{did_you_mean(group, Readings.model_fields)}")
        if about.catalog is None:
            raise InputError("a group of readings has values of many units; give it `catalog: pert` or `triangular`")
        low, high = (self._read({name: reading}) for reading in ("low", "high"))
        places = {
            policy: tuple(at for at in own if low[policy].get(at) != high[policy].get(at))
            for policy, own in self.base.items()
        }
        return self._ranged(name, about, places, [name])

    def _ranged(
        self, name: str, about: UncertainInput, places: Mapping[str, tuple[KeyPath, ...]], groups: Sequence[str]
    ) -> Input:
        """An input between the catalog's readings; places that read the same in all three are left out."""
        read = [self._read(dict.fromkeys(groups, reading)) for reading in READINGS]
        ranges: dict[str, Floats] = {}
        kept: dict[str, tuple[KeyPath, ...]] = {}
        for policy, own in places.items():
            rows = [[by_policy[policy][at] for by_policy in read] for at in own]
            varied = [len(set(row)) > 1 for row in rows]
            kept[policy] = tuple(at for at, varies in zip(own, varied, strict=True) if varies)
            ranges[policy] = np.array([row for row, varies in zip(rows, varied, strict=True) if varies]).reshape(-1, 3)
            if (np.diff(ranges[policy]) < 0).any():
                raise InputError("does not rise from the low to the high reading; give a distribution of your own")
        if not any(kept.values()):
            raise InputError("has no range in the catalog: low, mid and high read the same; give a distribution")
        return Input(name, about, kept, ranges)

    def _read(self, readings: Mapping[str, str]) -> dict[str, Leaves]:
        """The numbers of every policy under other readings."""
        sets = [f"{group}={reading}" for group, reading in readings.items()]
        policies = list(self.study.policies)
        study = read_study(self.study.composed, sets=sets, policies=policies, cases=[self.case])
        return {policy: leaves(study.run(policy, self.case).model_dump()) for policy in policies}

    def _check_value(self, path: KeyPath, about: UncertainInput, places: Mapping[str, tuple[KeyPath, ...]]) -> None:
        """A single value may stand for one number or for all years of a series, and for several regions if it may."""
        if about.is_factor:
            return
        for own in places.values():
            regions = {at[1] for at in own if at[0] == "regions"}
            ends = {at[2 + len(path) :] if path[0] in REGION_DEFAULTS and at[0] == "regions" else at[len(path) :]
                    for at in own}  # fmt: skip
            if any(len(end) > 1 or (end and not isinstance(end[0], int)) for end in ends):
                raise InputError("names several values; name one of them, or give `is_factor: true`")
            if len(regions) > 1 and any(path[: len(one)] == one for one in EXTENSIVE):
                raise InputError(
                    f"would set the same in each of {len(regions)} regions; name `regions.<name>.…`, or give "
                    "`is_factor: true`"
                )

    def _nearest(self, name: str) -> str:
        known = {".".join(map(str, at)) for own in self.base.values() for at in own}
        known |= {".".join(one.split(".")[2:]) for one in known if one.startswith("regions.")}
        known |= {one.rsplit(".", 1)[0] for one in known}
        return did_you_mean(name, sorted(known), "; keys are listed in docs/scenario-reference.md")


def _overlaps(study: Study, found: Sequence[Input]) -> Iterator[Problem]:
    """Two keys, none of them a group of readings, that change the same value."""
    own = [one for one in found if not one.name.startswith("readings.")]
    for number, one in enumerate(own):
        for other in own[:number]:
            shared = [set(one.places[policy]) & set(other.places[policy]) for policy in one.places]
            if any(shared):
                at = study.where_in_file("sweep", "inputs", one.name)
                yield _told(at, f"changes the same values as `{other.name}`")


def _without_taken(one: Input, found: Sequence[Input]) -> Input:
    """A group of readings without the values that inputs of their own change."""
    if not one.name.startswith("readings."):
        return one
    places, ranges = {}, {}
    for policy, own in one.places.items():
        taken = {at for other in found if not other.name.startswith("readings.") for at in other.places[policy]}
        kept = [at not in taken for at in own]
        places[policy] = tuple(at for at, keep in zip(own, kept, strict=True) if keep)
        ranges[policy] = one.ranges[policy][np.array(kept, bool)] if own else one.ranges[policy]
    return Input(one.name, one.about, places, ranges)


def _told(at: Problem, message: str) -> Problem:
    return replace(at, message=message)


def _at(data: Mapping[Any, Any], path: KeyPath) -> Any:
    part: Any = data
    for key in path:
        part = part[key]
    return part


def _with(data: Mapping[Any, Any], path: KeyPath, value: float) -> dict[Any, Any]:
    """The data with one value replaced; parts that are not on the way are shared."""
    first, *rest = path
    if rest:
        return {**data, first: _with(data[first], tuple(rest), value)}
    return {**data, first: value}
