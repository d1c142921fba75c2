"""Which solved draw another one should start from: the one whose basis is most like what its own will be.

The way from a start to an optimum is as long as the bases differ, and they differ more for some inputs than for others:
under all of the above of us-2030 delivery slots change five times as much of the basis as the price of a gap does. So
what is in the basis is fitted, member by member, as a straight line over the inputs' quantiles, and the start that
shares most with the basis so expected is taken. Of the fit only the number of members that each two starts share is
needed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats

Members = npt.NDArray[np.bool_]

RIDGE = 0.3
"""Draws from one end of an input's range to its middle that the fit is held back by; 0.1 to 2 do as well."""


def most_alike(starts: Floats, bases: Sequence[Members], points: Floats) -> npt.NDArray[np.int64]:
    """The start whose basis is expected to differ least from that of each point; the nearest of several.

    Args:
        starts: quantiles of the inputs at each start, [start, input].
        bases: which columns and rows are basic at each start, [start][columns + rows]; those of another length share
            nothing.
        points: quantiles of what is to be solved, [point, input].

    Returns:
        Position of a start for each point, [point].
    """
    shared = _shared(bases)
    known, asked = _with_one(starts), _with_one(points)
    held = RIDGE * np.diag([0.0, *np.ones(starts.shape[1])])
    weights = asked @ np.linalg.solve(known.T @ known + held, known.T)
    differing = np.diag(shared) - 2 * (weights @ shared)
    apart = ((points[:, None, :] - starts[None, :, :]) ** 2).sum(axis=2) / (1 + starts.shape[1])
    # Whole members: what hangs on the last digit of a product must not decide. The distance, below 1, decides ties.
    return (np.rint(differing) + apart).argmin(axis=1)


def _shared(bases: Sequence[Members]) -> Floats:
    """Members that each two bases have in common, [start, start]."""
    shared = np.zeros((len(bases), len(bases)))
    sizes = np.array([len(basis) for basis in bases])
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size).tolist()
        members = np.array([bases[number] for number in alike], np.float32)
        shared[np.ix_(alike, alike)] = members @ members.T
    return shared


def _with_one(quantiles: Floats) -> Floats:
    return np.column_stack([np.ones(len(quantiles)), quantiles - 0.5])
