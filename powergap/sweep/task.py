"""A piece of work for one worker: some draws of one policy, each with what it starts from."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap import lp
from powergap.sweep.draw import Answer, solve_draw
from powergap.sweep.inputs import UncertainInputs
from powergap.sweep.versions import check_versions

PackedStart = tuple[bytes, ...]
"""What each stage of the objective starts from, packed; nothing to start from scratch."""


@dataclass(frozen=True)
class Task:
    """Draws of one policy.

    Attributes:
        policy: its name.
        points: numbers of the draws.
        quantiles: of each input under each draw, [point, input]; NaN leaves the scenario's value.
        starts: where each of them starts.
        keeps_bases: whether the optimal bases are wanted back.
        versions: of the packages whose answers count; a worker with others refuses.
    """

    policy: str
    points: tuple[int, ...]
    quantiles: tuple[tuple[float, ...], ...]
    starts: tuple[PackedStart, ...]
    keeps_bases: bool
    versions: Mapping[str, str]


@dataclass(frozen=True)
class TaskResult:
    """What came of a task: a row for each draw, and the bases that were asked for by draw."""

    task: Task
    rows: pd.DataFrame
    bases: Mapping[int, PackedStart] = field(default_factory=dict)


def solve_task(inputs: UncertainInputs, task: Task) -> TaskResult:
    """Solve the draws of a task one by one; one that fails is recorded and the next is solved.

    Raises:
        InputError: this worker has other versions than the sweep.
    """
    check_versions(task.versions)
    unpacked: dict[PackedStart, list[lp.Basis | lp.Pool]] = {}
    years = inputs.scenarios[task.policy].year_list
    answers: list[Answer] = []
    bases: dict[int, PackedStart] = {}
    _set_aside_what_stays()
    for point, quantiles, start in zip(task.points, task.quantiles, task.starts, strict=True):
        if start not in unpacked:
            unpacked = {start: [_unpacked(one) for one in start]}  # draws with the same start follow each other
        try:
            answer, found = solve_draw(inputs.drawn(task.policy, quantiles), unpacked[start])
        except Exception as error:
            answer, found = Answer.without(len(years), _reason(error)), []
        answers.append(answer)
        if task.keeps_bases and found:
            bases[point] = tuple(one.pack() for one in found)
    return TaskResult(task, rows_of(task.policy, task.points, answers, years), bases)


def members(start: PackedStart) -> npt.NDArray[np.bool_]:
    """What is basic where the last stage starts, [columns + rows]; nothing where it starts from cuts."""
    return np.zeros(0, bool) if start[-1].startswith(lp.Pool.MARK) else lp.Basis.members(start[-1])


def _unpacked(packed: bytes) -> lp.Basis | lp.Pool:
    return lp.Pool.unpack(packed) if packed.startswith(lp.Pool.MARK) else lp.Basis.unpack(packed)


@cache
def _set_aside_what_stays() -> None:
    """Once a process: let the garbage collector look through the models of draws alone, a tenth of building one."""
    gc.collect()
    gc.freeze()


def rows_of(policy: str, points: Sequence[int], answers: Sequence[Answer], years: Sequence[int]) -> pd.DataFrame:
    """One row per draw of a policy; the columns of every sweep's results, but for the years."""
    columns: dict[str, Any] = {
        "point": np.array(points, np.int64),
        "policy": pd.array([policy] * len(points), dtype="str"),
        "status": pd.array([one.status for one in answers], dtype="str"),
        "reason": pd.array([one.reason for one in answers], dtype="str"),
        "cost_musd": np.array([one.cost_musd for one in answers], float),
        "supply_cost_musd": np.array([one.supply_cost_musd for one in answers], float),
    }
    for position, year in enumerate(years):
        columns[f"gap_gw_{year}"] = np.array([one.gap_gw[position] for one in answers], float)
    for position, year in enumerate(years):
        columns[f"stranded_gw_{year}"] = np.array([one.stranded_gw[position] for one in answers], float)
    columns["scenario_sha256"] = pd.array([one.scenario_sha256 for one in answers], dtype="str")
    return pd.DataFrame(columns)


def failed(task: Task, years: Sequence[int], reason: str) -> TaskResult:
    """A task of which nothing came back."""
    answers = [Answer.without(len(years), reason)] * len(task.points)
    return TaskResult(task, rows_of(task.policy, task.points, answers, years))


def _reason(error: Exception) -> str:
    errors = getattr(error, "errors", None)
    said = str(errors()[0]["msg"]) if callable(errors) else str(error)
    return f"{type(error).__name__}: {said}".replace("\n", " ")[:300]
