"""In which order draws are solved, and from which basis each starts.

Of every policy the scenario as it stands comes first, from scratch. Then the first draws in steps, after each of which
four times as many are solved, and at last all others. A draw starts from the basis of one that an earlier step has
solved (us-2030, all of the above: 0.4 CPU s instead of 0.8), of that which is expected to be most like its own. Where a
policy is solved by cuts, what its blocks were found to cost takes the place of the basis, that of the nearest. Which
start a draw has is fixed by the design and the steps before alone; so its answer is the same bit for bit whatever else
was solved before it, by whom, and how often the sweep was stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from powergap.sweep.designs import BASE, SWING, Design
from powergap.sweep.nearest import most_alike
from powergap.sweep.task import PackedStart, Task, TaskResult, members

Points = npt.NDArray[np.int64]

FIRST_DRAWS = 128
"""Most draws of a policy from which others start, and a quarter of them at most. CPU s of a draw of all of the above
from 64, 128 and 256 of us-2030: 0.72, 0.62, 0.60; but each is kept, which where it is cuts may take 2 MB."""

STEP = 4
"""How many times as many first draws are solved after a step as before: 64 of us-2030 take 51 CPU s where those before
help, and 61 all from the scenario as it stands."""

MOST_POINTS = 25
"""Draws in one task: what a killed worker loses at most."""

FEWEST_TASKS = 16
"""Tasks that a step of a policy is cut into before any holds two draws: many workers share a step, and each task costs
those that hand it out some 25 CPU ms."""

MOST_BYTES = 8_000_000
"""Of what the draws of one task start from: bases take 1 kB, but cuts may take 2 MB, and Dask warns above 10."""

BLOCK = 2_000
"""Draws after which the answers so far are those of a smaller sweep; those with the same start come together in it."""

SCRATCH = -1
"""In the place of a point: there is no basis to start from."""


@dataclass(frozen=True)
class _Piece:
    """A task to be: draws and the points whose bases they start from, or SCRATCH."""

    points: Points
    starts: Points
    keeps_bases: bool = False


@dataclass
class _Policy:
    """How far a policy is.

    Attributes:
        starts: bases by point, of the scenario as it stands and of the first draws.
        step: how many steps have begun.
        ready: what can start now.
        waiting: points of the last step that have not come back.
    """

    starts: dict[int, PackedStart]
    step: int = 0
    ready: deque[_Piece] = field(default_factory=deque)
    waiting: set[int] = field(default_factory=set)


class Schedule:
    """Hands out tasks as soon as the bases they start from are there, policy by policy in turn.

    Attributes:
        to_solve: solves that are missing, those that are only repeated for their basis included.
    """

    def __init__(
        self,
        design: Design,
        policies: Sequence[str],
        done: Mapping[str, npt.NDArray[np.bool_]],
        starts: Mapping[str, Mapping[int, PackedStart]],
        versions: Mapping[str, str],
    ) -> None:
        """Plan what is missing.

        Args:
            design: the points.
            policies: every policy is solved at every point.
            done: by policy, which points are solved, [point].
            starts: by policy, bases of whole steps; a step without them has all of its points solved again.
            versions: of the packages whose answers count.
        """
        self.design, self.versions = design, versions
        draws = np.flatnonzero(~np.isin(design.roles, (BASE, SWING)))
        first = draws[: min(FIRST_DRAWS, len(draws) // 4)]
        bounds = [STEP**power for power in range(1, len(first)) if STEP**power < len(first)]
        self.steps = [points for points in (np.array([0]), *np.split(first, bounds)) if len(points)]
        self.missing = {policy: np.flatnonzero(~done[policy]) for policy in policies}
        self.policies = {policy: _Policy(dict(starts.get(policy, {}))) for policy in policies}
        self.turn = deque(policies)
        self.to_solve = 0
        for policy in policies:
            if len(self.missing[policy]):
                self._go_on(policy)

    def next(self) -> Task | None:
        """A task that can start now; None where there is none, or none yet."""
        for _ in range(len(self.turn)):
            policy = self.turn[0]
            self.turn.rotate(-1)
            state = self.policies[policy]
            if state.ready:
                piece = state.ready.popleft()
                quantiles = tuple(map(tuple, self.design.quantiles[piece.points].tolist()))
                starts = tuple(state.starts.get(start, ()) for start in piece.starts.tolist())
                points = tuple(piece.points.tolist())
                return Task(policy, points, quantiles, starts, piece.keeps_bases, self.versions)
        return None

    def take(self, solved: TaskResult) -> bool:
        """Go on from what came back; True when a step of a policy's starts is whole with it."""
        task = solved.task
        if not task.keeps_bases:
            return False
        state = self.policies[task.policy]
        state.starts.update(solved.bases)
        state.waiting -= set(task.points)
        if state.waiting:
            return False
        self._go_on(task.policy)
        return True

    def starts(self, policy: str) -> Mapping[int, PackedStart]:
        """Bases of a policy's first points."""
        return self.policies[policy].starts

    def _put(self, policy: str, step: int, points: Points, most: int, *, keeps_bases: bool = False) -> None:
        """Cut points that are solved after some steps into pieces of so many at most, by where they start."""
        state, chosen = self.policies[policy], self._chosen(policy, points, step)
        largest = max((sum(map(len, start)) for start in state.starts.values()), default=0)
        together = max(1, MOST_BYTES // max(1, largest))
        order = np.argsort(chosen, kind="stable")
        bundle = np.unique(chosen[order], return_inverse=True)[1] // together
        for own in np.split(order, np.flatnonzero(np.diff(bundle)) + 1):
            for low in range(0, len(own), most):
                piece = own[low : low + most]
                state.ready.append(_Piece(points[piece], chosen[piece], keeps_bases))
        self.to_solve += len(points)

    def _go_on(self, policy: str) -> None:
        """Begin a policy's next step, or where all have come back the rest."""
        state = self.policies[policy]
        while state.step < len(self.steps) and not state.waiting:
            self._begin(policy, state.step)
            state.step += 1
        if not state.waiting:
            self._rest(policy)

    def _begin(self, policy: str, step: int) -> None:
        """Pieces of a step; where bases are known only of what is missing, and nothing waits for it."""
        state, points = self.policies[policy], self.steps[step]
        most = -(-len(points) // FEWEST_TASKS)
        is_known = not state.starts.keys().isdisjoint(points.tolist())
        if is_known:
            points = np.intersect1d(points, self.missing[policy])
        else:
            state.waiting = set(points.tolist())
        self._put(policy, step, points, most, keeps_bases=not is_known)

    def _rest(self, policy: str) -> None:
        """Pieces of all points but the first ones, block by block."""
        rest = np.setdiff1d(self.missing[policy], np.concatenate(self.steps))
        for low in range(0, len(rest), BLOCK):
            self._put(policy, len(self.steps), rest[low : low + BLOCK], MOST_POINTS)

    def _chosen(self, policy: str, points: Points, step: int) -> Points:
        """From which of the points that are solved before a step each of some points starts."""
        starts = self.policies[policy].starts
        known = [point for before in self.steps[:step] for point in before.tolist() if point in starts]
        if not known or not len(points):
            return np.full(len(points), SCRATCH)
        quantiles = np.nan_to_num(self.design.quantiles, nan=0.5)
        bases = [members(starts[point]) for point in known]
        return np.array(known)[most_alike(quantiles[known], bases, quantiles[points])]
