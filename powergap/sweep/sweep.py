"""The straight line of a sweep: inputs -> design -> tasks -> store -> results."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from powergap.errors import InputError, Problem, refuse_unless
from powergap.files.extras import needed
from powergap.parallel import Progress
from powergap.scenario import Study
from powergap.sweep.designs import Design, design_of
from powergap.sweep.inputs import UncertainInputs, check_draws, inputs_of
from powergap.sweep.record import FORMAT, SweepRecord, checked_points
from powergap.sweep.schedule import Schedule
from powergap.sweep.store import ABOUT, PARTS, POINTS, RESULTS, STARTS, Store, read_part
from powergap.sweep.versions import versions
from powergap.sweep.workers import Workers, workers_of


@dataclass(frozen=True)
class Sweep:
    """A sweep's answers.

    Attributes:
        about: what was asked.
        points: role and quantiles of every draw.
        rows: one row per draw and policy: status, cost, gap by year.
    """

    about: SweepRecord
    points: pd.DataFrame
    rows: pd.DataFrame

    @property
    def policies(self) -> list[str]:
        """In the scenario's order."""
        return self.about.policies

    @property
    def years(self) -> list[int]:
        """Planned years."""
        return self.about.years

    @property
    def inputs(self) -> list[str]:
        """Keys of the uncertain inputs."""
        return list(self.about.inputs)

    @property
    def is_whole(self) -> bool:
        """True when every policy is solved at every point."""
        return len(self.rows) == len(self.points) * len(self.policies)


def sweep(
    study: Study,
    folder: str | os.PathLike[str],
    *,
    resume: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    security: Any = None,
    progress: Progress | None = None,
) -> Sweep:
    """Solve every policy of a study on every draw of its `sweep` section.

    Args:
        study: a loaded scenario.
        folder: where answers are kept as they come.
        resume: finish what the folder holds of this very sweep.
        workers: processes on this machine; default its cores. 1 is this process, without Dask.
        scheduler: address of a Dask scheduler, such as `tls://host:8786`, instead of this machine.
        security: `distributed.Security` with the certificates that the scheduler needs; default Dask's configuration.
        progress: called as answers come.

    Returns:
        The draws and, for each draw and policy, status, cost and gap by year; `powergap.sweep.answers` has the tables.

    Raises:
        InputError: an input, a distribution, the folder or the scheduler is wrong; nothing has been solved then.
        SolverStoppedError: the scheduler went away; `resume` does the rest.
        OSError: the folder cannot be written, as where the disk is full; `resume` does the rest.

    Example:
        uncertain = "sweep.inputs.[value_of.delayed_load_usd_per_kw_year]={uniform: [1500, 4500]}"
        study = powergap.load("tiny/lead-time", sets=[uncertain, "sweep.draws=4"])
        print(powergap.sweep(study, "outputs/lead-time-sweep", workers=1).rows)
    """
    refuse_unless(study, Study, "powergap.sweep takes a study that powergap.load returns")
    needed("pyarrow")
    inputs, design = prepared(study)
    about = _about(study, inputs, design)
    store = Store(folder := Path(folder))
    _refuse_other(store, about, resume=resume)  # at once, since the lock is a file in the folder
    team_of = partial(workers_of, inputs, scheduler, workers or os.cpu_count() or 1, security)
    with store.locked():
        _refuse_other(store, about, resume=resume)  # another process may have begun one meanwhile
        _solve_missing(store, about, design, team_of, progress)
        if not (folder / RESULTS).is_file():
            store.write_results(about.policies, len(design.roles))
    return read_sweep(folder)


def prepared(study: Study) -> tuple[UncertainInputs, Design]:
    """What a study's `sweep` section asks for, before anything is solved.

    Raises:
        InputError: an input or a distribution is wrong.
    """
    inputs = inputs_of(study)
    design = design_of(study)
    check_draws(inputs, design.quantiles, study)
    return inputs, design


def read_sweep(folder: Path) -> Sweep:
    """Read a sweep's answers, all of them or those that are there by now.

    Raises:
        InputError: the folder holds no sweep, or no answer yet.
    """
    store = Store(folder)
    about = store.about
    rows = store.read()
    return Sweep(about, checked_points(read_part(folder / POINTS), about, folder / POINTS), rows)


def _solve_missing(
    store: Store,
    about: SweepRecord,
    design: Design,
    team_of: Callable[[], AbstractContextManager[Workers]],
    progress: Progress | None,
) -> None:
    """Solve what the folder lacks; a sweep begins once its workers are there."""
    policies, points = about.policies, len(design.roles)
    schedule = Schedule(design, policies, store.done(policies, points), store.read_starts(policies), versions())
    if not schedule.to_solve:
        return
    with team_of() as team:
        if not (store.folder / ABOUT).is_file():
            store.create(about, design.table())
        _run(schedule, team, store, progress, points * len(policies))


def _run(schedule: Schedule, team: Workers, store: Store, progress: Progress | None, whole: int) -> None:
    done = sum(len(schedule.design.roles) - len(missing) for missing in schedule.missing.values())
    added = 0
    while True:
        while team.has_room and (task := schedule.next()) is not None:
            team.give(task)
        if team.is_idle:
            return
        for solved in team.collect():
            store.add(solved.rows)
            if schedule.take(solved):
                store.write_starts(solved.task.policy, schedule.starts(solved.task.policy))
            done, added = done + len(solved.rows), added + 1
            if added % 50 == 0:
                store.join_small_parts()
        if progress:
            progress(min(done, whole), whole, team.name)


def _refuse_other(store: Store, about: SweepRecord, *, resume: bool) -> None:
    """Refuse a folder that holds anything else than this very sweep, or that without `resume`.

    Raises:
        InputError: something else stands there.
    """
    folder = store.folder
    if (folder / ABOUT).is_file():
        found = store.about
        if found.sha256 != about.sha256:
            asked, there = about.as_record(), found.as_record()
            differing = [key for key in asked if key != "sha256" and there.get(key) != asked[key]]
            message = f"holds another sweep ({', '.join(differing)} differ); give another --out"
            raise InputError([Problem(str(folder), 0, 0, "", message)])
        if not resume:
            message = "holds this sweep already; --resume finishes and shows it, another --out begins anew"
            raise InputError([Problem(str(folder), 0, 0, "", message)])
        return
    if folder.exists() and any(path.name not in {".lock", PARTS, STARTS, POINTS} for path in folder.iterdir()):
        raise InputError([Problem(str(folder), 0, 0, "", "exists and is not a sweep; give another --out")])


def _about(study: Study, inputs: UncertainInputs, design: Design) -> SweepRecord:
    """What is asked, with a hash over all that decides the answers."""
    section = study.sweep.model_dump(mode="json", exclude_defaults=True)
    first = next(iter(inputs.scenarios.values()))
    about: dict[str, Any] = {
        "format": FORMAT,
        "scenario": study.name,
        "title": study.title,
        "case": first.case,
        "years": list(first.year_list),
        "policies": list(inputs.scenarios),
        "levers": {policy: list(study.policies[policy].levers) for policy in inputs.scenarios},
        "inputs": {one.name: section["inputs"].get(one.name, {}) for one in inputs.every},
        "correlations": section.get("correlations", []),
        "design": study.sweep.design,
        "seed": study.sweep.seed,
        "points": len(design.roles),
        "draws": int(np.isin(design.roles, "draw").sum()),
        "quantiles_sha256": hashlib.sha256(design.quantiles.tobytes()).hexdigest(),
        "scenario_sha256": {policy: study.digest(scenario) for policy, scenario in inputs.scenarios.items()},
        "ranges_sha256": _ranges_digest(inputs),
        "versions": dict(versions()),
    }
    text = json.dumps(about, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return SweepRecord(**about, sha256=hashlib.sha256(text.encode()).hexdigest())


def _ranges_digest(inputs: UncertainInputs) -> str:
    """sha256 over the catalog ranges of the inputs and the values that they change."""
    text = json.dumps(
        [
            [
                one.name,
                policy,
                [list(map(str, place)) for place in places],
                one.ranges.get(policy, np.empty(0)).tolist(),
            ]
            for one in inputs.every
            for policy, places in one.places.items()
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()
