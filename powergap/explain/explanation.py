"""Why is there a gap, and what would close it: every table of one policy under one case, and what they say."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from powergap import lp
from powergap.errors import InfeasibleError, InputError, SolverStoppedError, refuse_unless
from powergap.explain.alternatives import alternatives
from powergap.explain.attribution import attribution
from powergap.explain.bottlenecks import bottlenecks
from powergap.explain.frontier import frontier
from powergap.explain.order_by import order_by
from powergap.explain.planner_limits import Where
from powergap.explain.remaining import remaining
from powergap.explain.resolve import Probe
from powergap.explain.sentences import sentences
from powergap.explain.side_by_side import Crew
from powergap.explain.subsets import levers_of
from powergap.explain.waiting import waiting
from powergap.parallel import Progress
from powergap.planning import Plan, make_plan
from powergap.results.digits import clean
from powergap.results.run import Run, RunSource, table_of
from powergap.results.run_folder import RESOLVED
from powergap.scenario import Scenario, Study, load, read_study
from powergap.words import display_name

SECTIONS = ("bottlenecks", "remaining", "attribution", "order_by", "waiting", "frontier", "alternatives")
"""What can be requested; `attribution` brings the table `levers` with it."""


@dataclass(frozen=True, repr=False)
class Explanation:
    """Tables and sentences of one policy under one case.

    Attributes:
        scenario: name of the scenario.
        policy: the build-out policy.
        case: the case.
        objective: what the plan minimizes.
        tables: bottlenecks, remaining, attribution, levers, order_by, waiting, frontier, alternatives, as far
            as requested.
        sentences: what the tables say, in words.
        names: display names of technologies.
        subsets_solved: of the levers, for the attribution; 0 where it was not requested.
    """

    scenario: str
    policy: str
    case: str
    objective: str
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    subsets_solved: int = 0

    def __getitem__(self, table: str) -> pd.DataFrame:
        """One table by name, for example `explanation["bottlenecks"]`.

        Raises:
            InputError: there is no such table, or its section was not requested.
        """
        return table_of(self.tables, table, f"the explanation of {self.scenario}")

    def __repr__(self) -> str:
        """The sentences, one a line."""
        return "\n".join([f"{self.scenario}, {self.policy} / {self.case}", *self.sentences])

    def _repr_html_(self) -> str:
        """Sentences and tables for a notebook."""
        told = "".join(f"<li>{_escaped(sentence)}</li>" for sentence in self.sentences)
        head = f"<p><b>{_escaped(self.scenario)}</b>: {_escaped(self.policy)} / {_escaped(self.case)}</p>"
        tables = (f"<p>{name}</p>{table.round(3).to_html()}" for name, table in self.tables.items())
        return f"{head}<ul>{told}</ul>{''.join(tables)}"


@dataclass(frozen=True)
class _Subject:
    """What is explained and what the sections need of it."""

    study: Study
    scenario: Scenario
    plan: Plan
    probe: Probe
    crew: Crew
    where: Where
    top: int
    today: datetime.date


def explain(
    item: RunSource,
    policy: str | None = None,
    case: str | None = None,
    *,
    today: datetime.date | None = None,
    top: int = 8,
    sections: Sequence[str] = SECTIONS,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    workers: int | None = None,
) -> Explanation:
    """Explain the gap of one policy under one case.

    Args:
        item: a study, a run, a run folder, or a scenario by file or name.
        policy: default the policy with the most levers.
        case: default the scenario's default case.
        today: orders due before are overdue; default the date of today.
        top: limits that are confirmed by a re-solve.
        sections: which of `SECTIONS` are worked out.
        progress: called with solves done, solves in all and what is being done.
        cancel: set it from another thread to stop before the next solve.
        workers: solves at a time; default one on each core.

    Returns:
        A table for each section and sentences that say what the tables mean.

    Raises:
        InputError: there is no such policy, case or section, or the item cannot be read.
        InfeasibleError: the policy has no plan.
        SolverStoppedError: HiGHS found no proof of an optimum.
        Cancelled: the cancel event was set.

    Example:
        why = powergap.explain("outputs/lead-time", sections=["bottlenecks", "order_by"])
        print(why)
    """
    if unknown := [name for name in sections if name not in SECTIONS]:
        raise InputError(f"unknown section `{unknown[0]}`; expected one of {', '.join(SECTIONS)}")
    study = study_of(item, policy, case)
    crew = Crew(progress, cancel or threading.Event(), workers)
    return _explained(_subject(study, chosen(study, policy, case), crew, top, today), sections)


def _subject(study: Study, scenario: Scenario, crew: Crew, top: int, today: datetime.date | None) -> _Subject:
    plan = crew.do(_planned, [scenario], "solving the policy")[0]
    where = _where(study, scenario)
    return _Subject(study, scenario, plan, Probe(scenario), crew, where, top, today or datetime.date.today())


def _explained(subject: _Subject, sections: Sequence[str]) -> Explanation:
    study, scenario = subject.study, subject.scenario
    tables: dict[str, pd.DataFrame] = {}
    for name in SECTIONS:
        if name in sections:
            tables |= _MAKERS[name](subject)
    subject.probe.close()
    subsets = int(tables["levers"].attrs.get("subsets_solved", 0)) if "levers" in tables else 0
    for table in tables.values():
        table.insert(0, "case", scenario.case)
        table.insert(0, "policy", scenario.policy)
    tables = {name: clean(table, subject.plan.program.unit) for name, table in tables.items()}
    told = sentences(subject.plan, tables, subsets)
    names = {name: display_name(scenario.technologies, name) for name in scenario.technologies}
    return Explanation(study.name, scenario.policy, scenario.case, scenario.objective, tables, told, names, subsets)


def study_of(item: RunSource, policy: str | None = None, case: str | None = None) -> Study:
    """The study behind an item, loaded as far as needed.

    Raises:
        InputError: it cannot be read, or there is no such policy or case.
    """
    if isinstance(item, Study):
        return item
    policies, cases = [policy] if policy else None, [case] if case else None
    if isinstance(item, Run):
        return read_study(item.document, policies=policies, cases=cases)
    refuse_unless(item, str | os.PathLike, "explain takes a run of powergap.solve, a run folder, study or scenario")
    path = Path(item)
    return load(path / RESOLVED if path.is_dir() else item, policies=policies, cases=cases)


def chosen(study: Study, policy: str | None = None, case: str | None = None) -> Scenario:
    """One policy under one case: as named, else the policy with the most levers and the default case.

    Raises:
        InputError: the study was not loaded with it.
    """
    policies = list(study.policies) or [study.runs[0].policy]
    name = policy or max(policies, key=lambda one: len(study.policies[one].levers) if one in study.policies else 0)
    cases = [one.case for one in study.runs if one.policy == name]
    reading = case or (study.default_case if study.default_case in cases else (cases or [""])[0])
    return study.run(name, reading)


def _planned(scenario: Scenario) -> Plan:
    plan = make_plan(scenario, prove=False)  # over the same periods as every re-solve
    if plan.solution.status in lp.WITHOUT:
        raise InfeasibleError(f"{scenario.policy} / {scenario.case} has no plan: {plan.solution.status.value}")
    if not plan.is_optimal:
        raise SolverStoppedError(f"{scenario.policy} / {scenario.case}: {plan.solution.message}")
    return plan


def _where(study: Study, scenario: Scenario) -> Where:
    """`file:line` of a key, the file counted from here where it lies below; the catalog's entry has no line."""

    def where(path: Sequence[str | int]) -> str:
        place = study.where(scenario, *path)
        if not place.line:
            return place.file
        file = Path(place.file)
        if file.is_absolute() and file.is_relative_to(Path.cwd()):
            file = file.relative_to(Path.cwd())
        return f"{file.as_posix()}:{place.line}"

    return where


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _bottlenecks(subject: _Subject) -> dict[str, pd.DataFrame]:
    return {"bottlenecks": bottlenecks(subject.probe, subject.where, subject.crew, top=subject.top)}


def _remaining(subject: _Subject) -> dict[str, pd.DataFrame]:
    return {"remaining": remaining(subject.probe, subject.plan, subject.where, subject.crew)}


def _attribution(subject: _Subject) -> dict[str, pd.DataFrame]:
    levers = levers_of(subject.study, subject.scenario)
    found = attribution(levers, subject.crew, plan=subject.plan)
    found.levers.attrs["subsets_solved"] = found.subsets_solved
    return {"attribution": found.closed, "levers": found.levers}


def _order_by(subject: _Subject) -> dict[str, pd.DataFrame]:
    return {"order_by": order_by(subject.probe, subject.plan, subject.crew, today=subject.today)}


def _waiting(subject: _Subject) -> dict[str, pd.DataFrame]:
    return {"waiting": waiting(subject.plan)}


def _frontier(subject: _Subject) -> dict[str, pd.DataFrame]:
    return {"frontier": frontier(subject.probe, subject.crew)}


def _alternatives(subject: _Subject) -> dict[str, pd.DataFrame]:
    return {"alternatives": alternatives(subject.scenario, plan=subject.plan).table.drop(columns="sentence")}


_MAKERS: Mapping[str, Callable[[_Subject], dict[str, pd.DataFrame]]] = {
    "bottlenecks": _bottlenecks,
    "remaining": _remaining,
    "attribution": _attribution,
    "order_by": _order_by,
    "waiting": _waiting,
    "frontier": _frontier,
    "alternatives": _alternatives,
}
