"""Typical days of given hours: days grouped by Ward's method, each group represented by a real day of it.

Ward's method joins, step by step, the two groups whose union adds least to the squared distances from the groups'
means. Nothing is drawn at random, so the same hours give the same days. The day that represents a group is its
medoid, the member nearest to the group's mean: a day that happened, with its own course and peak, which the mean of
many days would flatten.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from powergap.arrays import Floats, Integers


def features(shapes: Iterable[Floats]) -> Floats:
    """Days as points whose distances tell how much they differ, [day, feature].

    Every shape counts the same: it is divided by the standard deviation of its hours. A constant one counts nothing.

    Args:
        shapes: one or more, each [day, hour] in any unit.
    """
    return np.hstack([(shape - shape.mean()) / (shape.std() or 1.0) for shape in shapes])


def typical_days(points: Floats, count: int) -> tuple[Integers, Integers]:
    """Group days and choose the one that represents each group.

    Args:
        points: days as points, [day, feature].
        count: groups to make, from 1 to the number of days.

    Returns:
        The representing days in order of the year, [group], and the group of each day, [day].
    """
    group = _groups(points, count)
    medoids = np.array([_medoid(points, np.flatnonzero(group == one)) for one in range(count)])
    order = np.argsort(medoids)
    return medoids[order], np.argsort(order)[group]


def _groups(points: Floats, count: int) -> Integers:
    if count == len(points):  # also a single day, of which there is no tree
        return np.arange(count)
    from scipy.cluster.hierarchy import cut_tree, linkage  # a second of import that only given hours need

    groups: Integers = cut_tree(linkage(points, "ward"), n_clusters=count).ravel().astype(np.int64)
    return groups


def _medoid(points: Floats, members: Integers) -> int:
    """The member nearest to the mean of all; the first of the year among equals."""
    distance = np.square(points[members] - points[members].mean(axis=0)).sum(axis=1)
    return int(members[distance.argmin()])
