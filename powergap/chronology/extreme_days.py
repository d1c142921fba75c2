"""The days of given hours that decide adequacy: the worst of the warm half of the year, and of the cold one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FIRST_SUMMER_DAY, LAST_SUMMER_DAY = 90, 303

WORST_BY = (("system_load_gw", 1, 1), ("temperature_degc", 1, -1), ("load", 1, 1), ("sun", -1, -1))
"""What days are ranked by, the first that is given, and whether more (+1) or less (-1) of it is worse in the warm
and in the cold half of the year. Within a season the threshold is one number, so the highest system load leaves the
least headroom."""


def extreme_days(given: Mapping[tuple[str, str], Floats], count: int) -> list[tuple[Literal["hot", "cold"], int]]:
    """The worst days: hot (April to October), cold (November to March), the next hot one, and so on.

    A day is as bad as the sum over the regions of each one's worst hour. Regions are summed as they are, so that a
    large one counts for more; of days alike, the first of the year is taken.

    Args:
        given: shapes by (column, region), each [365, 24]; one at least.
        count: days to find.

    Returns:
        Kind and day of the year from 0, each day once.
    """
    column, *signs = next(row for row in WORST_BY if any(kind == row[0] for kind, _ in given))
    shapes = [shape for (kind, _), shape in given.items() if kind == column]
    day = np.arange(len(shapes[0]))
    summer = (day >= FIRST_SUMMER_DAY) & (day <= LAST_SUMMER_DAY)
    ranked = []
    for sign, season in zip(signs, (summer, ~summer), strict=True):
        badness = sum((sign * shape).max(axis=1) for shape in shapes)
        worst_first = np.argsort(-badness, kind="stable")
        ranked.append([int(one) for one in worst_first if season[one]])
    kinds: tuple[Literal["hot", "cold"], ...] = ("hot", "cold")
    return [(kinds[number % 2], ranked[number % 2][number // 2]) for number in range(count)]
