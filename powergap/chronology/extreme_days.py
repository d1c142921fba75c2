"""The days of given hours that decide adequacy: the worst of the warm half of the year, and of the cold one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats

FIRST_SUMMER_DAY, LAST_SUMMER_DAY = 90, 303

Badness = Callable[[Floats], Floats]
StressKind = Literal["hot", "cold"]


def _highest(shape: Floats) -> Floats:
    return shape.max(axis=1)


def _lowest(shape: Floats) -> Floats:
    return -shape.min(axis=1)


def _least(shape: Floats) -> Floats:
    return -shape.sum(axis=1)


WORST_BY: dict[str, dict[StressKind, Badness]] = {
    "system_load_gw": {"hot": _highest, "cold": _highest},
    "temperature_degc": {"hot": _highest, "cold": _lowest},
    "load": {"hot": _highest, "cold": _highest},
    "sun": {"hot": _least, "cold": _least},
    "wind": {"hot": _least, "cold": _least},
}
"""How bad days are in the warm and in the cold half of the year, [day, hour] -> [day], by the first column that is
given. Within a season the threshold is one number, so the highest system load leaves the least headroom."""


def extreme_days(given: Mapping[tuple[str, str], Floats], count: int) -> list[tuple[StressKind, int]]:
    """The worst days: hot (April to October), cold (November to March), the next hot one, and so on.

    A day is as bad as the regions' badness summed. Regions count as they are, so that a large one counts for more;
    of days alike, the first of the year is taken.

    Args:
        given: shapes by (column, region), each [365, 24]; one at least.
        count: days to find.

    Returns:
        Kind and day of the year from 0, each day once.
    """
    column = next(kind for kind in WORST_BY if any(kind == one for one, _ in given))
    shapes = [shape for (kind, _), shape in given.items() if kind == column]
    day = np.arange(len(shapes[0]))
    summer = (day >= FIRST_SUMMER_DAY) & (day <= LAST_SUMMER_DAY)
    seasons: dict[StressKind, npt.NDArray[np.bool_]] = {"hot": summer, "cold": ~summer}
    ranked = {}
    for kind, season in seasons.items():
        badness = sum(WORST_BY[column][kind](shape) for shape in shapes)
        worst_first = np.argsort(-badness, kind="stable")
        ranked[kind] = worst_first[season[worst_first]]
    alternating = [(kind, rank) for rank in range(count) for kind in seasons]
    return [(kind, int(ranked[kind][rank])) for kind, rank in alternating[:count]]
