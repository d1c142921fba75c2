"""Limits as a planner moves them: which rows move together, what they are called and where they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from powergap.explain.resolve import Change, Probe
from powergap.model.register import Limit, meaning_of
from powergap.scenario.read.nodes import spell

EVERY_YEAR = "every"
Where = Callable[[Sequence[str | int]], str]
"""Gives `file:line` of a key of the scenario, empty where it was not read from a file."""


@dataclass(frozen=True)
class PlannerLimit:
    """Rows that move together when a planner changes one number of the scenario, or one in every year.

    Attributes:
        limit: the limit's name in the tables.
        key: the scenario's key.
        item: technology or supply chain; empty where the limit has none.
        region: region; empty where the limit is national.
        year: year, or `every`.
        unit: unit of the limit.
        value: the limit; NaN for a share, and in every year where the years differ.
        meaning: the limit in a planner's words.
        path: the key as a path, down to the year where it names one.
        rows: rows of the program.
        size: the largest of the rows' limits; of a share, what a unit of the plan weighs in the rows at most.
        is_share: True where the limit is a share of something that the plan decides, not a number.
    """

    limit: str
    key: str
    item: str
    region: str
    year: str
    unit: str
    value: float
    meaning: str
    path: tuple[str | int, ...] = field(repr=False)
    rows: tuple[int, ...] = field(repr=False)
    size: float = field(repr=False)
    is_share: bool = field(repr=False)

    @property
    def is_every_year(self) -> bool:
        """True where the limit moves in every year at once."""
        return self.year == EVERY_YEAR

    def moved(self, probe: Probe, units: float) -> Change:
        """The limit with so many units more; never below nothing, where it is not already."""
        upper = probe.program.row_upper
        least = -np.inf if self.is_share else 0.0
        return Change(rows={row: float(max(upper[row] + units, min(upper[row], least))) for row in self.rows})

    def lifted(self) -> Change:
        """The limit gone."""
        return Change(rows=dict.fromkeys(self.rows, np.inf))


def places(probe: Probe) -> list[PlannerLimit]:
    """Every limit of the ledger by item, region and year, and once more for every year together."""
    found: list[PlannerLimit] = []
    for limit in probe.formulation.register.limits:
        if limit.rows in probe.program.rows and probe.program.rows[limit.rows].size:
            found += _of_limit(probe, limit)
    return found


def _of_limit(probe: Probe, limit: Limit) -> list[PlannerLimit]:
    by_name: dict[tuple[str, str], dict[int, list[int]]] = {}
    for item, region, year, row in _labelled(probe, limit):
        by_name.setdefault((item, region), {}).setdefault(year, []).append(row)
    found = []
    for (item, region), by_year in by_name.items():
        found += [_place(probe, limit, item, region, str(year), rows) for year, rows in by_year.items()]
        every = [row for rows in by_year.values() for row in rows]
        if len(by_year) == 1:
            continue
        found.append(_place(probe, limit, item, region, EVERY_YEAR, every))
    return found


def _place(probe: Probe, limit: Limit, item: str, region: str, year: str, rows: list[int]) -> PlannerLimit:
    upper = probe.program.row_upper[rows]
    value = float(upper[0]) if not limit.use and np.ptp(upper) == 0 else float("nan")
    parts: list[str | int] = [*limit.path(item, region)]
    if year != EVERY_YEAR and not limit.use:
        parts.append(int(year))
    return PlannerLimit(
        limit=limit.rows,
        key=spell(limit.path(item, region)),
        item=item,
        region=region,
        year=year,
        unit=limit.unit,
        value=value,
        meaning=meaning_of(limit, probe.scenario, item),
        path=tuple(parts),
        rows=tuple(rows),
        size=_weight(probe, rows) if limit.use else float(np.abs(upper).max()),
        is_share=bool(limit.use),
    )


def _weight(probe: Probe, rows: list[int]) -> float:
    """What a unit of the plan weighs in rows at most: of an hour's GW in the GWh of a year, the hours it stands for."""
    start, value = probe.program.start, probe.program.value
    return probe.unit * max(float(np.abs(value[start[row] : start[row + 1]]).max(initial=0.0)) for row in rows)


def _labelled(probe: Probe, limit: Limit) -> Iterator[tuple[str, str, int, int]]:
    """Item, region, year and row of every row of a limit."""
    block = probe.program.rows[limit.rows]
    names = limit.axes if len(limit.axes) == len(block.labels) else ("pair", *limit.axes[2:])
    for row, labels in enumerate(product(*block.labels), start=block.start):
        told = dict(zip(names, labels, strict=True))
        item, region = told.get("pair", (told.get("item", ""), told.get("region", "")))
        yield item, region, int(told["year"]), row
