"""In which order draws are solved, and from which basis each starts.

Of every policy the scenario as it stands comes first, from scratch. Then the first draws, from its basis. All others
start from the basis of one of those (us-2030, all of the above: 0.4 CPU s instead of 0.8), of that which is expected to
be most like their own. Where a policy is solved by cuts, what its blocks were found to cost takes the place of the
basis, that of the nearest. Which start a draw has is fixed by the design and the first draws alone; so its answer is
the same bit for bit whatever was solved before it, by whom, and how often the sweep was stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from powergap.sweep.designs import BASE, SWING, Design
from powergap.sweep.nearest import most_alike
from powergap.sweep.task import Solved, Start, Task, members

Points = npt.NDArray[np.int64]

FIRST_DRAWS = 64
"""Most draws of a policy from which others start; at least eight others are to start from each."""

MOST_POINTS = 25
"""Draws in one task: what a killed worker loses at most."""

BLOCK = 2_000
"""Draws after which the answers so far are those of a smaller sweep; draws with the same start go together within."""


@dataclass(frozen=True)
class _Piece:
    """A task to be: draws and the point whose basis they start from, if any."""

    points: Points
    start: int | None
    keeps_bases: bool = False


@dataclass
class _Policy:
    """How far a policy is.

    Attributes:
        starts: bases by point, of the scenario as it stands and of the first draws.
        ready: what can start now.
        waiting: first draws that have not come back.
    """

    starts: dict[int, Start]
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
        starts: Mapping[str, Mapping[int, Start]],
        versions: Mapping[str, str],
    ) -> None:
        """Plan what is missing.

        Args:
            design: the points.
            policies: every policy is solved at every point.
            done: by policy, which points are solved, [point].
            starts: by policy, bases of all first points; a policy without them has its first points solved again.
            versions: of the packages whose answers count.
        """
        self.design, self.versions = design, versions
        draws = np.flatnonzero(~np.isin(design.roles, (BASE, SWING)))
        self.first: Points = draws[: min(FIRST_DRAWS, len(draws) // 8)]
        self.missing = {policy: np.flatnonzero(~done[policy]) for policy in policies}
        self.policies = {policy: _Policy(dict(starts.get(policy, {}))) for policy in policies}
        self.turn = deque(policies)
        self.to_solve = 0
        for policy, state in self.policies.items():
            if state.starts:
                for point in np.intersect1d(self.missing[policy], [0, *self.first]):
                    self._put(policy, _Piece(np.array([point]), 0 if point else None))
                self._rest(policy)
            elif len(self.missing[policy]):
                self._put(policy, _Piece(np.array([0]), None, keeps_bases=True))

    def next(self) -> Task | None:
        """A task that can start now; None where there is none, or none yet."""
        for _ in range(len(self.turn)):
            policy = self.turn[0]
            self.turn.rotate(-1)
            state = self.policies[policy]
            if state.ready:
                piece = state.ready.popleft()
                quantiles = tuple(map(tuple, self.design.quantiles[piece.points].tolist()))
                start = () if piece.start is None else state.starts.get(piece.start, ())
                points = tuple(piece.points.tolist())
                return Task(policy, points, quantiles, start, piece.keeps_bases, self.versions)
        return None

    def take(self, solved: Solved) -> bool:
        """Go on from what came back; True when the last of a policy's starts came with it."""
        task = solved.task
        if not task.keeps_bases:
            return False
        state = self.policies[task.policy]
        state.starts.update(solved.bases)
        if task.points == (0,) and len(self.first):
            state.waiting = set(self.first.tolist())
            for point in self.first:
                self._put(task.policy, _Piece(np.array([point]), 0, keeps_bases=True))
            return False
        state.waiting -= set(task.points)
        if state.waiting:
            return False
        self._rest(task.policy)
        return True

    def starts(self, policy: str) -> Mapping[int, Start]:
        """Bases of a policy's first points."""
        return self.policies[policy].starts

    def _put(self, policy: str, piece: _Piece) -> None:
        self.policies[policy].ready.append(piece)
        self.to_solve += len(piece.points)

    def _rest(self, policy: str) -> None:
        """Pieces of all points but the first ones, block by block, each of points with the same start."""
        rest = self.missing[policy]
        rest = rest[~np.isin(rest, [0, *self.first])]
        known = dict(sorted(self.policies[policy].starts.items()))
        starts, quantiles = np.array([*known], np.int64), np.nan_to_num(self.design.quantiles, nan=0.5)
        bases = [members(start) for start in known.values()]
        for low in range(0, len(rest), BLOCK):
            block = rest[low : low + BLOCK]
            chosen = np.zeros(len(block), np.int64)
            if known:
                chosen = starts[most_alike(quantiles[starts], bases, quantiles[block])]
            for start in np.unique(chosen).tolist():
                own = block[chosen == start]
                for at in range(0, len(own), MOST_POINTS):
                    self._put(policy, _Piece(own[at : at + MOST_POINTS], start))
