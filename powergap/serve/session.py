"""The scenario on the desk: its levers, what is found where they are moved, and what is saved of it."""

from __future__ import annotations

import datetime
import os
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from powergap.comparison import Comparison, compare
from powergap.errors import InputError, Problem
from powergap.explain.diagnosis import diagnose_plan
from powergap.files.atomic import file_written_aside
from powergap.names import file_name_refusal
from powergap.planning import Replanner
from powergap.results.run import Run
from powergap.run import solve
from powergap.scenario import Study, bundled_scenarios, dump_yaml, load, read_study
from powergap.scenario.dump import comment
from powergap.scenario.read.compose import locate
from powergap.scenario.schema import Readings
from powergap.serve.levers import Slider, levers_of
from powergap.serve.state import PageState, document_of, moved_levers

NO_PLAN = ("infeasible", "unbounded", "infeasible or unbounded")


@dataclass(frozen=True)
class Finding:
    """What a position gives.

    Attributes:
        position: what was chosen and moved.
        levers: levers of its policy and case.
        base: run of the scenario as it stands, the reference policy and the one in detail.
        run: run of the same with what was moved.
        comparison: the first beside the second.
        reasons: why the policy in detail has no plan; empty where it has one.
        seconds: wall time of solving, audit included.
    """

    position: PageState
    levers: tuple[Slider, ...]
    base: Run
    run: Run
    comparison: Comparison
    reasons: tuple[str, ...]
    seconds: float


class Desk:
    """One scenario; asked from several threads at once, each question stands for itself."""

    def __init__(self, scenario: str | os.PathLike[str], folder: Path) -> None:
        """Load it.

        Args:
            scenario: a file or the name of a bundled scenario.
            folder: where scenarios are saved, and from where they name the one they extend.

        Raises:
            InputError: every problem of the scenario.
        """
        self.study = load(scenario)
        self.folder = folder
        self.extends = _name_of(locate(scenario), folder)
        self._planner = Replanner()
        self._bases: dict[tuple[str, str], Run] = {}
        self._levers: dict[tuple[object, ...], tuple[Slider, ...]] = {}

    @property
    def start(self) -> PageState:
        """Where the page begins: the default case, and the first policy that orders machines."""
        case = self.study.default_case
        named = [policy for policy in self.study.policies if self.study.run(policy, case).ordered]
        return PageState(policy=next(iter(named or self.study.policies)), case=case)

    def levers(self, position: PageState) -> tuple[Slider, ...]:
        """The levers of a policy under a case and the readings chosen.

        Raises:
            InputError: there is no such policy, case or reading.
        """
        key = (position.policy, position.case, *sorted(position.readings.items()))
        if key not in self._levers:
            at = (position.readings, *({**dict.fromkeys(Readings.model_fields, end)} for end in ("low", "high")))
            stands, low, high = (
                self.as_moved(PageState(policy=position.policy, case=position.case, readings=readings), ()).run(
                    position.policy, position.case
                )
                for readings in at
            )
            self._levers[key] = tuple(levers_of(stands, low, high))
        return self._levers[key]

    def as_moved(self, position: PageState, levers: tuple[Slider, ...]) -> Study:
        """The scenario with what was moved, as a file saved here would be read.

        Raises:
            InputError: there is no such policy or case, or a value is not plausible.
        """
        for noun, name, known in (
            ("policy", position.policy, self.study.policies),
            ("case", position.case, self.study.cases),
        ):
            if name not in known:
                raise InputError(f"no {noun} `{name}` in {self.study.name}")
        document = document_of(self.study, self.extends, position, levers)
        return read_study(document, policies=self._policies(position), cases=[position.case], folder=self.folder)

    def find(self, position: PageState, cancel: threading.Event) -> Finding:
        """Solve a position, from the last basis where that helps.

        Raises:
            InputError: as `as_moved`.
            Cancelled: cancelled.
        """
        levers = self.levers(position)
        study = self.as_moved(position, levers)
        started = time.monotonic()
        base = self._base(position, cancel)
        is_moved = bool(position.readings or moved_levers(position, levers))
        run = self._solved(study, cancel) if is_moved else base
        return self._finding(position, study, base, run, time.monotonic() - started)

    def save(self, position: PageState, name: str, cancel: threading.Event) -> tuple[Path, Finding]:
        """Write what was moved as a scenario file, and solve that file from scratch as `powergap solve` does.

        Raises:
            InputError: the name is none, or taken, or what was moved makes no valid scenario; nothing is written then.
            Cancelled: cancelled.
        """
        if told := file_name_refusal(name):
            raise InputError(told)
        target = self.folder / f"{name}.yaml"
        if os.path.lexists(target):
            raise InputError([Problem(str(target), 0, 0, "", "already exists; give another name")])
        levers = self.levers(position)
        base = self._base(position, cancel)
        document = document_of(self.study, self.extends, position, levers)
        titled = {"extends": document.pop("extends"), "name": name, "title": f"{self.study.title or name}, adjusted"}
        with file_written_aside(target, replaces=False) as aside:
            aside.write_text(self._comment(position, levers, name) + dump_yaml(titled | document), encoding="utf-8")
            _refuse_invalid(aside, target)
        study = load(target, policies=self._policies(position), cases=[position.case])
        started = time.monotonic()
        run = solve(study, cancel=cancel)
        return target, self._finding(position, study, base, run, time.monotonic() - started)

    def _base(self, position: PageState, cancel: threading.Event) -> Run:
        """The run of the scenario as it stands, solved once for each policy and case."""
        key = (position.policy, position.case)
        if key not in self._bases:
            self._bases[key] = self._solved(self.as_moved(position.start, ()), cancel)
        return self._bases[key]

    def _solved(self, study: Study, cancel: threading.Event) -> Run:
        return solve(study, cancel=cancel, planner=self._planner)

    def _finding(self, position: PageState, study: Study, base: Run, run: Run, seconds: float) -> Finding:
        plan = next(plan for plan in run.plans if plan.scenario.policy == position.policy)
        reasons: tuple[str, ...] = ()
        if plan.solution.status.value in NO_PLAN:
            reasons = diagnose_plan(study, plan).sentences
        elif not plan.has_values:
            reasons = (f"The solver stopped early: {plan.solution.message}",)
        return Finding(position, self.levers(position), base, run, compare([base, run]), reasons, seconds)

    def _policies(self, position: PageState) -> list[str]:
        """The policy in detail and the reference policy, from which what is closed is counted."""
        return list(dict.fromkeys((self.study.reference_policy, position.policy)))

    def _comment(self, position: PageState, levers: tuple[Slider, ...], name: str) -> str:
        """What was moved, for people, at the top of the file."""
        day = datetime.datetime.now(datetime.UTC).date()
        lines = [
            f"{self.study.name} with values adjusted on the page of `powergap serve`, {day};",
            f"case {position.case} only, viewed under policy {position.policy}.",
            "",
            f"  powergap solve {name}.yaml",
            f"  powergap compare {self.extends} {name}.yaml",
            "",
            *(f"readings.{group}: {reading}" for group, reading in position.readings.items()),
        ]
        for lever, at in moved_levers(position, levers):
            lines.append(f"{lever.group}, {lever.title}: {lever.said(at)}; baseline {lever.said(lever.base)}")
        return comment(lines)


def _refuse_invalid(aside: Path, target: Path) -> None:
    """Refuse a file, before it takes its name, that `powergap solve` would refuse under any policy or case."""
    try:
        load(aside)
    except InputError as error:
        if not error.problems:
            raise
        own = [replace(one, file=str(target)) if one.file == str(aside) else one for one in error.problems]
        raise InputError(own) from None


def _name_of(path: Path, folder: Path) -> str:
    """How a file in a folder names the scenario that it extends."""
    bundled = {file: name for name, file in bundled_scenarios().items()}
    return bundled[path] if path in bundled else Path(os.path.relpath(path, folder)).as_posix()
