"""What a planner can move: numbers of the scenario, and what moving each does to the rows of the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from powergap import lp
from powergap.explain.diagnosis.number import Floats, Movable
from powergap.model.delivery import placed_deliveries, standing_fractions
from powergap.planning import Plan
from powergap.planning.myopic import DECIDED, ROUNDING
from powergap.scenario import Scenario

FACTORS = (
    ("output_above_minimum", "technologies.{item}.minimum_load_fraction", "fraction", "minimum load of {item}",
     "capacity", 0.0),
    ("output_within_hours", "technologies.{item}.max_hours_per_year", "h", "hours of {item}", "capacity", 8784.0),
    ("duration_at_least", "technologies.{item}.min_duration_h", "h", "shortest duration of {item}", "capacity", 0.0),
    ("duration_at_most", "technologies.{item}.max_duration_h", "h", "longest duration of {item}", "capacity", 1000.0),
    ("enrolled_within_share", "technologies.{item}.share_of_load_fraction", "fraction", "share of {item}",
     "energized", 1.0),
    ("reduction_within_hours", "technologies.{item}.max_hours_per_year", "h", "hours of {item}", "enrolled", 8784.0),
    ("unserved_within_target", "reliability.unserved_energy_limit_fraction", "fraction", "unserved energy allowed",
     "energized", 1.0),
)  # fmt: skip
"""Numbers that multiply a variable: rows, key, unit, meaning, the variable, and the value that no longer limits."""

NOT_AS_LEDGER = {row[0] for row in FACTORS} | {"relocation_share"}


def movables_of(plan: Plan) -> tuple[lp.LinearProgram, list[Movable]]:
    """Every number that a planner can move, and the program with what a myopic planner has decided as rows."""
    program, decided = _decided(plan)
    plan = replace(plan, program=program)
    parts = (_limits, _factors, _placed, _durations_of_placed, _demand, _relocatable, _headroom)
    return program, [*(one for part in parts for one in part(plan)), *decided]


def _numbers(block: lp.Block) -> npt.NDArray[np.int64]:
    return block.start + np.arange(block.size).reshape(block.shape)


def loosening(program: lp.LinearProgram, rows: npt.NDArray[np.int64]) -> Floats:
    """+1 for rows with a lower limit, -1 for rows with an upper one."""
    return np.where(np.isfinite(program.row_lower[rows]), 1.0, -1.0)


def _limits(plan: Plan) -> Iterator[Movable]:
    """Upper limits of the ledger by item, region and year; the periods of a year move together."""
    program = plan.program
    for limit in plan.ledger.limits:
        block = program.rows.get(limit.rows)
        if block is None or not block.size or limit.rows in NOT_AS_LEDGER:
            continue
        axes = limit.axes if len(limit.axes) == len(block.labels) else ("pair", *limit.axes[2:])
        outer = [axis for axis in axes if axis != "period"]
        numbers = _numbers(block)
        for place in np.ndindex(numbers.shape[: len(outer)]):
            told = {axis: block.labels[at][place[at]] for at, axis in enumerate(outer)}
            item, region = told.get("pair", (told.get("item", ""), told.get("region", "")))
            rows = np.ravel(numbers[place])
            path = (*limit.path(item, region), told["year"])
            yield Movable(path, limit.unit, limit.meaning.format(item=item.replace("_", " ")),
                          float(program.row_upper[rows[0]]), 1, np.inf, rows, -np.ones(len(rows)),
                          item=item, region=region, year=told["year"])  # fmt: skip


def _factors(plan: Plan) -> Iterator[Movable]:
    """Shares and hours that multiply a variable, over all regions and years."""
    for name, key, unit, meaning, variable, extreme in FACTORS:
        if name not in plan.program.rows or not plan.program.rows[name].size:
            continue
        numbers, columns = _numbers(plan.program.rows[name]), plan.program.columns[variable]
        for at, item in enumerate(plan.program.rows[name].labels[0] if "{item}" in key else [""]):
            rows = numbers[at] if item else numbers
            of_item = columns.labels[0].index(item) if len(columns.shape) == 3 else None
            multiplied = _numbers(columns) if of_item is None else _numbers(columns)[of_item]
            multiplied = multiplied.reshape(multiplied.shape + (1,) * (rows.ndim - 2))
            path = tuple(part.format(item=item) for part in key.split("."))
            value = float(_value(plan.scenario, path))
            if value == extreme:
                continue
            effect = np.broadcast_to(_weight(plan, name, item), rows.shape).ravel() * loosening(
                plan.program, rows.ravel()
            )
            yield Movable(path, unit, meaning.format(item=item.replace("_", " ")), value,
                          1 if extreme > value else -1, abs(extreme - value), rows.ravel(), effect,
                          np.broadcast_to(multiplied, rows.shape).ravel(), item=item)  # fmt: skip


def _value(scenario: Scenario, path: Sequence[str | int]) -> Any:
    part: Any = scenario
    for key in path:
        part = part[key] if isinstance(part, dict) else getattr(part, str(key))
    return part


def _weight(plan: Plan, name: str, item: str) -> Any:
    """What a factor multiplies besides its variable."""
    m = plan.ledger.model
    if name == "output_above_minimum":
        return m.usable_fraction.array[list(m.GENERATORS).index(item)][:, None]
    if name == "unserved_within_target":
        return np.einsum("rdh,d->r", m.load_profile.array, m.step_weight_h.array)[:, None]
    return 1.0


def _placed(plan: Plan) -> Iterator[Movable]:
    """Deliveries of placed orders, which may be fewer: national, by year."""
    scenario, program = plan.scenario, plan.program
    for item, technology in scenario.ordered.items():
        arrivals = placed_deliveries(scenario, technology)
        for at, year in enumerate(scenario.year_list):
            value = technology.placed_deliveries_gw_per_year.get(year, 0.0)
            if value <= 0:
                continue
            once = np.zeros_like(arrivals)
            once[:, at] = arrivals[:, at] / value
            standing = standing_fractions(once, technology.life_years).ravel()
            rows, effect = _item_rows(program, "capacity_accounting", item), standing
            if item in scenario.storages:
                energy = _item_rows(program, "energy_capacity_accounting", item)
                rows = np.concatenate([rows, energy])
                effect = np.concatenate([standing, standing * scenario.storages[item].placed_duration_h])
            yield Movable(("technologies", item, "placed_deliveries_gw_per_year", year), "GW/yr",
                          f"placed deliveries of {item.replace('_', ' ')}", value, -1, value, rows, effect,
                          item=item, year=year)  # fmt: skip


def _item_rows(program: lp.LinearProgram, name: str, item: str) -> npt.NDArray[np.int64]:
    block = program.rows[name]
    return np.ravel(_numbers(block)[block.labels[0].index(item)])


def _durations_of_placed(plan: Plan) -> Iterator[Movable]:
    """Hours of storage of placed deliveries, either way."""
    for item, storage in plan.scenario.storages.items():
        standing = standing_fractions(placed_deliveries(plan.scenario, storage), storage.life_years).ravel()
        if not standing.any():
            continue
        rows = _item_rows(plan.program, "energy_capacity_accounting", item)
        value = storage.placed_duration_h
        for direction, most in ((1, 1000 - value), (-1, value)):
            yield Movable(("technologies", item, "placed_duration_h"), "h",
                          f"hours of placed {item.replace('_', ' ')}", value, direction, most, rows,
                          -direction * standing, item=item)  # fmt: skip


def _demand(plan: Plan) -> Iterator[Movable]:
    """The base-year fleet, which may be smaller, and wanted additions, which may be larger."""
    program, years = plan.program, plan.scenario.year_list
    wanted = _numbers(program.rows["wanted_is_energized_or_gap"])
    hung = _numbers(program.rows["connection_accounting"])
    carries = np.array([float(c.base_connected_by_fleet) for c in plan.scenario.connections.values()])
    for at, (name, region) in enumerate(plan.scenario.regions.items()):
        factor = region.demand.facility_load_per_gw
        key = ("regions", name, "demand")
        rows = [_numbers(program.rows["fleet_stays_energized"])[at], wanted[at], hung[:, at].ravel()]
        effect = [np.ones(1), np.ones(len(years)), np.repeat(carries, len(years))]
        if region.demand.base_gw > 0:
            yield Movable((*key, "base_gw"), "GW", "base-year fleet", region.demand.base_gw, -1, region.demand.base_gw,
                          np.concatenate(rows), factor * np.concatenate(effect), region=name)  # fmt: skip
        for later, year in enumerate(years):
            some, moved = [wanted[at, later:]], [-np.ones(len(years) - later)]
            if "relocation_share" in program.rows:
                some.append(_numbers(program.rows["relocation_share"])[at, later:])
                moved.append(-region.demand.relocatable_fraction * np.ones(len(years) - later))
            yield Movable((*key, "additions_gw_per_year", year), "GW/yr", "wanted additions",
                          region.demand.additions_gw_per_year[year], 1, np.inf,
                          np.concatenate(some), factor * np.concatenate(moved), region=name, year=year)  # fmt: skip


def _relocatable(plan: Plan) -> Iterator[Movable]:
    """The share of additions that may leave, which may be larger."""
    if "relocation_share" not in plan.program.rows:
        return
    for at, (name, region) in enumerate(plan.scenario.regions.items()):
        so_far = np.cumsum(list(region.demand.additions_gw_per_year.values())) * region.demand.facility_load_per_gw
        share = region.demand.relocatable_fraction
        yield Movable(("regions", name, "demand", "relocatable_fraction"), "fraction", "share that may move out", share,
                      1, 1 - share, _numbers(plan.program.rows["relocation_share"])[at], -so_far,
                      region=name)  # fmt: skip


def _headroom(plan: Plan) -> Iterator[Movable]:
    """Headroom of the region's own system, by the same GW in every hour."""
    block = plan.program.rows["draw_within_headroom"]
    for at, name in enumerate(block.labels[0]):
        rows = _numbers(block)[at].ravel()
        least = float(plan.program.row_upper[rows].min())
        yield Movable(("regions", name, "grid", "system_load"), "GW", "headroom in the tightest hour", least, 1, np.inf,
                      rows, -np.ones(len(rows)), region=name)  # fmt: skip


def _decided(plan: Plan) -> tuple[lp.LinearProgram, list[Movable]]:
    """What a myopic planner decided in earlier years: bounds of columns, turned into rows that can be loosened."""
    program = plan.program
    if plan.scenario.foresight.kind != "myopic":
        return program, []
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    width = upper - lower
    held = [
        (block, index)
        for block in (program.columns[name] for name in DECIDED if name in program.columns)
        for index in np.argwhere((width[_numbers(block)] > 0) & (width[_numbers(block)] < 3 * ROUNDING * program.unit))
    ]
    found: list[Movable] = []
    for number, (block, index) in enumerate(held):
        column = int(_numbers(block)[tuple(index)])
        program = program.with_row(f"decided_{number}", np.eye(1, len(lower), column)[0], lower[column], upper[column])
        value = (lower[column] + upper[column]) / 2
        *where, year = (block.labels[at][place] for at, place in enumerate(index))
        lower[column], upper[column] = 0.0, np.inf
        found += [
            Movable(("foresight", "look_ahead_years"), "GWh" if "energy" in block.name else "GW",
                    f"{block.name.replace('_', ' ')} as decided by a short-sighted planner", value, direction,
                    np.inf if direction > 0 else value, np.array([program.shape[0] - 1]),
                    np.array([-float(direction)]), item=where[0] if len(where) > 1 else "", region=where[-1],
                    year=int(year))
            for direction in (-1, 1)
        ]  # fmt: skip
    return program.with_column_bounds(lower, upper), found
