"""Futures of a scenario: one policy under one case, once for each way in which things may turn out.

A future lays its `set` over that of the case, so that futures load as cases of a study. Until a future is revealed it
cannot be told from those that are not revealed either; so whatever is given by year must be the same until then.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from powergap.errors import InputError, Problem
from powergap.files.nearest import did_you_mean
from powergap.scenario.file_schema import SECTIONS, ScenarioFile
from powergap.scenario.read.compose import compose, locate, with_overrides
from powergap.scenario.read.document import FileReading
from powergap.scenario.read.load import LoadOptions, read_overrides, sections_of, study_of
from powergap.scenario.read.nodes import Key, KeyPath, Map, Member, as_map, find, merge, nearest, with_node, without
from powergap.scenario.read.own_words import own_word_problems
from powergap.scenario.read.problems import one_of
from powergap.scenario.schema import Scenario
from powergap.scenario.study import Study

PROBABILITY_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Future:
    """One way in which things may turn out.

    Attributes:
        name: as in the file.
        title: one line.
        probability: above 0; those of all futures sum to 1.
        revealed: year at whose start it is known whether it comes true; None: once no other is left.
        scenario: what is then asked.
    """

    name: str
    title: str
    probability: float
    revealed: int | None
    scenario: Scenario


@dataclass(frozen=True)
class Outlook:
    """The futures of one policy under one case.

    Attributes:
        study: the futures as cases of one policy.
        policy: name of the policy.
        case: name of the case that the futures change.
        futures: in the file's order.
        risk_weight: of the worst futures' mean cost against the expected cost.
        tail: share of the futures that are the worst.
    """

    study: Study
    policy: str
    case: str
    futures: tuple[Future, ...]
    risk_weight: float
    tail: float

    @property
    def years(self) -> tuple[int, ...]:
        """Every planned year in order."""
        return self.futures[0].scenario.year_list

    def undecided(self, year: int) -> tuple[str, ...]:
        """Names of the futures that cannot be told apart when the decisions of a year are taken."""
        return tuple(one.name for one in self.futures if one.revealed is None or one.revealed > year)

    def knowledge(self) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
        """Futures that cannot be told apart, two or more, and the years in which it is they."""
        years_of: dict[tuple[str, ...], list[int]] = {}
        for year in self.years:
            years_of.setdefault(self.undecided(year), []).append(year)
        for names, years in years_of.items():
            if len(names) > 1:
                yield names, tuple(years)

    def resolved_document(self) -> dict[str, Any]:
        """A document that needs no other file and has the same futures."""
        document = self.study.resolved_document()
        cases = document.pop("cases")
        document.pop("default_case")
        futures = {
            one.name: {
                "title": one.title,
                "probability": one.probability,
                **({} if one.revealed is None else {"revealed": one.revealed}),
                "set": cases[one.name].get("set", {}),
            }
            for one in self.futures
        }
        hedge = {"policy": self.policy, "risk_weight_fraction": self.risk_weight, "tail_fraction": self.tail}
        return {**document, "cases": {self.case: {}}, "futures": futures, "hedge": hedge}


def load_outlook(
    path_or_name: str | os.PathLike[str],
    *,
    policy: str | None = None,
    case: str | None = None,
    sets: Sequence[str] = (),
) -> Outlook:
    """Load the futures of a scenario file.

    Args:
        path_or_name: a file, or a name of `bundled_scenarios()`.
        policy: which one; default as `hedge` says, or the only one.
        case: which one; default as `hedge` says, or the default case.
        sets: `path=value`, laid over everything, futures included.

    Raises:
        InputError: every problem in the file or in one of its futures.

    Example:
        outlook = powergap.load_outlook("us-2030-futures")
        print([future.name for future in outlook.futures])
    """
    path = locate(path_or_name)
    reading = FileReading(path.parent)
    with reading.answering():
        return _outlook(path, reading, policy, case, sets)


def _outlook(path: Path, reading: FileReading, policy: str | None, case: str | None, sets: Sequence[str]) -> Outlook:
    overrides = read_overrides(sets)
    whole = with_overrides(compose(path, reading), (one for one in overrides if one.path[0] in SECTIONS))
    sections, problems = sections_of(whole)
    problems = problems or [*_problems(whole, sections), *own_word_problems(whole)]
    if problems:
        raise InputError(sorted(problems))
    policy = _chosen("policy", policy or sections.hedge.policy, list(sections.policies) or ["base"], None)
    known_cases = list(sections.cases) or ["mid"]
    usual = sections.default_case or ("mid" if "mid" in known_cases else known_cases[0])
    case = _chosen("case", case or sections.hedge.case, known_cases, usual)
    of_body = [text for text, one in zip(sets, overrides, strict=True) if one.path[0] not in SECTIONS]
    study = study_of(
        _futures_as_cases(whole, case), path, reading, path.stem, LoadOptions(of_body, [policy], None, None)
    )
    futures = tuple(
        Future(name, one.title, one.probability, one.revealed, study.run(policy, name))
        for name, one in sections.futures.items()
    )
    hedge = sections.hedge
    outlook = Outlook(study, policy, case, futures, hedge.risk_weight_fraction, hedge.tail_fraction)
    if problems := [*_not_planned(outlook, whole), *_known_too_early(outlook)]:
        raise InputError(sorted(dict.fromkeys(problems)))
    return outlook


def _chosen(noun: str, asked: str | None, known: Sequence[str], usual: str | None) -> str:
    name = asked or usual or (known[0] if len(known) == 1 else None)
    if name is None:
        raise InputError([Problem(f"--{noun}", 0, 0, "", f"which {noun}? {one_of(known)}; or name it under `hedge`")])
    if name not in known:
        message = f"unknown {noun} `{name}`{did_you_mean(name, known, one_of(known))}"
        raise InputError([Problem(f"--{noun}", 0, 0, "", message)])
    return name


def _problems(whole: Map, sections: ScenarioFile) -> list[Problem]:
    """What is wrong with the futures before any is resolved."""
    written = as_map(whole.get("futures"))
    if not sections.futures:
        return [whole.place.problem("the scenario has no `futures`; see docs/hedge.md", "futures")]
    found = [
        written.members[name].key_place.problem("a future that cannot come true; leave it out", "probability")
        for name, one in sections.futures.items()
        if one.probability <= 0
    ]
    total = sum(one.probability for one in sections.futures.values())
    if abs(total - 1) > PROBABILITY_TOLERANCE:
        found.append(written.place.problem(f"the probabilities sum to {total:g}; expected 1"))
    hedge = whole.get("hedge") or whole
    if sections.hedge.risk_weight_fraction >= 1:
        message = "expected a weight below 1: at 1 all but the worst futures would cost nothing"
        found.append(hedge.place.problem(message, "risk_weight_fraction"))
    if sections.hedge.tail_fraction <= 0:
        found.append(hedge.place.problem("expected a share above 0", "tail_fraction"))
    return found


def _futures_as_cases(whole: Map, case: str) -> Map:
    """The file with its futures in the place of its cases, each over the chosen case."""
    over = find(whole, ("cases", case, "set"))
    futures = as_map(whole.get("futures"))
    cases: dict[Key, Member] = {}
    for name, member in futures.members.items():
        own = find(member.node, ("set",))
        both = over if own is None else merge(over, own)
        shown = without(as_map(member.node), "probability", "revealed", "set")
        cases[name] = Member(member.key_place, shown if both is None else with_node(shown, "set", both))
    tree = without(whole, "futures", "hedge", "default_case")
    return with_node(tree, "cases", Map(cases, futures.place))


def _not_planned(outlook: Outlook, whole: Map) -> Iterator[Problem]:
    """What a hedge is not made for, and futures that do not hold the same things."""
    first = outlook.futures[0]
    for one in outlook.futures:
        scenario, where = one.scenario, outlook.study.where
        years = scenario.years
        if one.revealed is not None and not years.first <= one.revealed <= years.last:
            place = nearest(whole, ("futures", one.name, "revealed"))
            yield place.problem(f"expected a year from {years.first} to {years.last}, not {one.revealed}")
        for key, asked, path in (
            ("least_cost", scenario.objective, ("objective",)),
            ("perfect", scenario.foresight.kind, ("foresight", "kind")),
            (False, scenario.reliability.full_year_check, ("reliability", "full_year_check")),
        ):
            if asked != key:
                message = f"a hedge is planned with {str(key).lower()} only, not {str(asked).lower()}"
                yield _with_message(where(scenario, *path), message)
        for part in ("years", "chronology", "technologies", "regions"):
            mine, its = getattr(scenario, part), getattr(first.scenario, part)
            same = list(mine) == list(its) if isinstance(mine, dict) else mine == its
            if not same:
                message = f"all futures have the same {part}; `{one.name}` and `{first.name}` differ"
                yield _with_message(where(scenario, part), message)


def _known_too_early(outlook: Outlook) -> Iterator[Problem]:
    """Values of a year in which the future cannot yet be told from another that has other ones."""
    last = max(outlook.futures, key=lambda one: math.inf if one.revealed is None else one.revealed)
    its = last.scenario.model_dump(exclude={"case"})
    for one in outlook.futures:
        for path, mine, theirs in _different(one.scenario.model_dump(exclude={"case"}), its, outlook.years, ()):
            if one.revealed is None or int(path[-1]) < one.revealed:
                known = f"not revealed before {one.revealed}" if one.revealed else "never revealed"
                message = f"in {path[-1]} it is {mine:g}, but {theirs:g} in `{last.name}`, and `{one.name}` is {known}"
                yield _with_message(outlook.study.where(one.scenario, *path), message)


def _different(mine: Any, its: Any, years: tuple[int, ...], path: KeyPath) -> Iterator[tuple[KeyPath, float, float]]:
    """Values by year that differ, with the path to them; beside one by year a number holds for every year."""
    if isinstance(mine, dict) and isinstance(its, int | float):
        its = dict.fromkeys(years, its)
    elif isinstance(its, dict) and isinstance(mine, int | float):
        mine = dict.fromkeys(years, mine)
    if not (isinstance(mine, dict) and isinstance(its, dict)):
        return
    by_year = bool(mine) and all(key in years for key in mine)
    for key in mine:
        if by_year and key in its and mine[key] != its[key]:
            yield (*path, key), mine[key], its[key]
        elif not by_year and key in its:
            yield from _different(mine[key], its[key], years, (*path, key))


def _with_message(where: Problem, message: str) -> Problem:
    return replace(where, message=message)
