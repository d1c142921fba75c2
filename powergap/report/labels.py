"""Where the names of points go, so that none lies on another name, on a point or outside the plot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

PLOT = np.array([540.0, 320.0])
"""Width and height that names are laid out for, in pixels; on a wider plot they have more room."""

LETTER, LINE, AWAY = 6.0, 13.0, 7.0
"""Width of a letter, height of a line, and how far a name starts from its point, in pixels."""

SIDES = {"right above": (1, 1), "left below": (-1, -1), "right below": (1, -1), "left above": (-1, 1)}
"""Sides in the order in which they are tried, as directions of x and y."""


def label_sides(points: np.ndarray, names: Sequence[str]) -> list[str]:
    """The first side of each point on which its name is free, points from left to right; else the first.

    Args:
        points: x and y of every point, [point, 2]; points beyond those named are only kept free.
        names: names of the first points.
    """
    least = points.min(axis=0)
    span = np.maximum(points.max(axis=0) - least, 1e-9)
    places = (points - least) / span * PLOT
    taken: list[np.ndarray] = []
    sides = [next(iter(SIDES))] * len(names)
    for number in np.argsort(places[: len(names), 0], kind="stable"):
        boxes = {side: _box(places[number], len(names[number]), toward) for side, toward in SIDES.items()}
        free = [side for side, box in boxes.items() if _is_free(box, taken, np.delete(places, number, axis=0))]
        sides[number] = (free or sides)[0]
        taken.append(boxes[sides[number]])
    return sides


def _box(point: np.ndarray, letters: int, toward: tuple[int, int]) -> np.ndarray:
    """Lower left and upper right corner of a name beside a point, [corner, 2]."""
    across, up = toward
    near = point + np.array([across * AWAY, up * 1.0])
    far = near + np.array([across * letters * LETTER, up * LINE])
    return np.stack([np.minimum(near, far), np.maximum(near, far)])


def _is_free(box: np.ndarray, taken: Sequence[np.ndarray], points: np.ndarray) -> bool:
    low, high = box
    inside = low[0] >= 0 and high[0] <= PLOT[0]
    on_point = np.any(np.all((points > low - 4) & (points < high + 4), axis=1))
    on_name = any(np.all(low < other[1]) and np.all(high > other[0]) for other in taken)
    return bool(inside and not on_point and not on_name)
