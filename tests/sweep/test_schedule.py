"""In which order draws are handed out and what each starts from, with a solver that only makes up bases."""

import zlib
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from powergap.sweep import schedule as schedules
from powergap.sweep.designs import design_of
from powergap.sweep.schedule import Schedule
from powergap.sweep.task import TaskResult

from .samples import wanted

POLICY = "grid-only"
DESIGN = design_of(wanted(draws=100))
DRAWS = DESIGN.rows("draw").tolist()
FIRST = DRAWS[:25]
STEPS = [[0], FIRST[:4], FIRST[4:16], FIRST[16:]]


def basis(point):
    """A basis of 30 columns and 10 rows that only this point has."""
    statuses = np.random.default_rng(point).integers(0, 2, 40).astype(np.uint8)
    return (np.array([10, 30], "<i8").tobytes() + zlib.compress(statuses.tobytes()),)


BASES = {basis(point): point for point in [0, *FIRST]}


class Run:
    """A sweep that notes where every point started and what a folder would hold of it."""

    def __init__(self, done=(), starts=None, failing=()):
        self.done, self.kept, self.failing = set(done), dict(starts or {}), set(failing)
        self.started, self.order, self.together = {}, [], []

    def go(self, tasks):
        """Solve as many tasks, two at a time and the later one first."""
        done = np.isin(np.arange(len(DESIGN.roles)), list(self.done))
        schedule = Schedule(DESIGN, [POLICY], {POLICY: done}, {POLICY: self.kept}, {})
        while tasks > 0:
            for task in [task for task in (schedule.next(), schedule.next()) if task][::-1]:
                self._solve(schedule, task)
                tasks -= 1
            if not any(state.ready for state in schedule.policies.values()):
                break
        return self

    def _solve(self, schedule, task):
        self.together.append(len(set(task.starts)))
        for point, start in zip(task.points, task.starts, strict=True):
            self.started[point] = BASES[start] if start else None
            self.order.append(point)
        solved = set(task.points) - self.failing
        self.done |= set(task.points)
        bases = {point: basis(point) for point in solved} if task.keeps_bases else {}
        if schedule.take(TaskResult(task, pd.DataFrame(), bases)):
            self.kept = dict(schedule.starts(POLICY))


def test_first_draws_are_solved_step_by_step():
    """A quarter of 100 draws are first ones: 4, 12 more and the last 9; then the 75 others and inputs moved alone."""
    run = Run().go(1_000)
    assert [sorted(run.order[low:high]) for low, high in ((0, 1), (1, 5), (5, 17), (17, 26))] == STEPS
    assert sorted(run.order) == list(range(len(DESIGN.roles)))


def test_what_a_draw_starts_from_is_solved_in_an_earlier_step():
    run = Run().go(1_000)
    assert run.started[0] is None
    for number, step in enumerate(STEPS[1:], 1):
        earlier = {point for before in STEPS[:number] for point in before}
        assert {run.started[point] for point in step} <= earlier
    rest = set(run.order) - {point for step in STEPS for point in step}
    used = {run.started[point] for point in rest}
    assert used <= {0, *FIRST}
    assert used & set(STEPS[3])


@pytest.mark.parametrize("failing", [(), (0,), (FIRST[1], FIRST[9])])
@pytest.mark.parametrize("stopped_after", [1, 3, 5, 12, 17, 20, 26, 28])
def test_after_a_stop_every_draw_starts_where_it_would_have(stopped_after, failing):
    """Also those that are solved again for their basis, and where a first draw has no plan."""
    whole = Run(failing=failing).go(1_000)
    stopped = Run(failing=failing).go(stopped_after)
    resumed = Run(stopped.done, stopped.kept, failing).go(1_000)
    assert resumed.done == whole.done
    assert {point: whole.started[point] for point in resumed.started} == resumed.started


def test_after_a_stop_bases_of_whole_steps_are_not_sought_again():
    """After the second of three steps of first draws and one draw of the third, its 9 alone are missing of all 26."""
    stopped = Run().go(17)
    again = [point for point in Run(stopped.done, stopped.kept).go(1_000).order if point in FIRST]
    assert sorted(again) == FIRST[16:]
    assert set(stopped.kept) == {point for step in STEPS[:3] for point in step}


def test_few_draws_have_no_first_ones():
    design = design_of(wanted(draws=3))
    schedule = Schedule(design, [POLICY], {POLICY: np.zeros(len(design.roles), bool)}, {}, {})
    task = schedule.next()
    assert (task.points, task.starts, schedule.next()) == ((0,), ((),), None)
    assert schedule.take(TaskResult(task, pd.DataFrame(), {0: basis(0)}))
    rest = []
    while (task := schedule.next()) is not None:
        assert set(task.starts) == {basis(0)}
        assert not task.keeps_bases
        rest += task.points
    assert sorted(rest) == list(range(1, len(design.roles)))


def test_tasks_are_small_while_others_wait_and_hold_what_starts_alike():
    """128 of 512 draws are first ones, in steps of 4, 12, 48 and 64: tasks of 1, 1, 3 and 4 draws; then of 25."""
    design = design_of(wanted(draws=512))
    schedule = Schedule(design, [POLICY], {POLICY: np.zeros(len(design.roles), bool)}, {}, {})
    sizes, rest = [], []
    while (task := schedule.next()) is not None:
        if task.keeps_bases:
            sizes.append(len(task.points))
        else:
            rest.append(task)
        schedule.take(TaskResult(task, pd.DataFrame(), {point: basis(point) for point in task.points}))
    assert sizes == [1] + 16 * [1] + 16 * [3] + 16 * [4]
    assert {len(task.points) for task in rest[:-1]} == {25}
    in_order = [start for task in rest for start in task.starts]
    changes = sum(one != other for one, other in pairwise(in_order))
    assert 1 < len(set(in_order)) == changes + 1


def test_a_task_does_not_hold_more_than_can_be_sent(monkeypatch):
    """Bases of some 40 bytes and room for 100: of two starts at most."""
    monkeypatch.setattr(schedules, "MOST_BYTES", 100)
    assert {len(basis(point)[0]) for point in (0, *FIRST)} <= set(range(34, 51))
    run = Run()
    run.go(1_000)
    assert max(run.together) == 2
    assert sorted(run.order) == list(range(len(DESIGN.roles)))
