"""What a planner can move: numbers of the scenario, and what moving each does to the rows of the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from powergap import lp
from powergap.arrays import Floats
from powergap.explain.diagnosis.number import Movable
from powergap.model.register import meaning_of
from powergap.planning import Plan
from powergap.planning.myopic import DECIDED, ROUNDING
from powergap.scenario import Scenario


def movables_of(plan: Plan) -> tuple[lp.LinearProgram, list[Movable]]:
    """Every number that a planner can move, and the program with what a myopic planner has decided as rows."""
    program, decided = _decided(plan)
    plan = replace(plan, program=program)
    adjusted = list(_adjustments(plan))
    factors = list(_factors(plan))
    # A limit whose key an adjustment moves is computed from that number: it does not move by itself.
    computed = {one.key for one in adjusted}
    limits = [one for one in _limits(plan) if one.key not in computed]
    return program, [*limits, *factors, *adjusted, *decided]


def _numbers(block: lp.Block) -> npt.NDArray[np.int64]:
    return block.start + np.arange(block.size).reshape(block.shape)


def loosening(program: lp.LinearProgram, rows: npt.NDArray[np.int64]) -> Floats:
    """+1 for rows with a lower limit, -1 for rows with an upper one."""
    return np.where(np.isfinite(program.row_lower[rows]), 1.0, -1.0)


def _limits(plan: Plan) -> Iterator[Movable]:
    """Upper limits by item, region and year, but for shares; the periods of a year move together."""
    program = plan.program
    for limit in plan.register.limits:
        block = program.rows.get(limit.rows)
        if block is None or not block.size or limit.use:
            continue
        axes = limit.axes if len(limit.axes) == len(block.labels) else ("pair", *limit.axes[2:])
        outer = [axis for axis in axes if axis != "period"]
        numbers = _numbers(block)
        for place in np.ndindex(numbers.shape[: len(outer)]):
            named = {axis: block.labels[at][place[at]] for at, axis in enumerate(outer)}
            item, region = named.get("pair", (named.get("item", ""), named.get("region", "")))
            rows = np.ravel(numbers[place])
            path = (*limit.path(item, region), named["year"])
            yield Movable(path, limit.unit, meaning_of(limit, plan.scenario, item),
                          float(program.row_upper[rows[0]]), 1, np.inf, rows, -np.ones(len(rows)),
                          item=item, region=region, year=named["year"])  # fmt: skip


def _factors(plan: Plan) -> Iterator[Movable]:
    """Shares and hours that multiply a variable, over all regions and years."""
    program = plan.program
    for factor in plan.register.factors:
        block = program.rows[factor.rows]
        if not block.size:
            continue
        items = block.labels[0] if "{item}" in factor.key else [""]
        weights = np.broadcast_to(factor.weight, block.shape)
        for at, item in enumerate(items):
            rows = _numbers(block)[at] if item else _numbers(block)
            weight = weights[at] if item else weights
            path = tuple(part.format(item=item) for part in factor.key.split("."))
            value = float(_value(plan.scenario, path))
            if value == factor.unlimited:
                continue
            signed = weight.ravel() * loosening(program, rows.ravel())
            multiplied = sparse.diags(signed) @ _multiplied(program, factor.base, item, rows.shape)
            effect = abs(multiplied).max(axis=1).toarray().ravel()
            yield Movable(path, factor.unit, meaning_of(factor, plan.scenario, item), value,
                          1 if factor.unlimited > value else -1, abs(factor.unlimited - value), rows.ravel(), effect,
                          multiplied.tocsr(), item=item)  # fmt: skip


def _multiplied(program: lp.LinearProgram, base: str, item: str, shape: tuple[int, ...]) -> sparse.csr_matrix:
    """What a factor multiplies in each row of a shape, of the item where the base has one, [row, column]."""
    width = len(program.cost)
    if base in program.columns:
        block = program.columns[base]
        matrix = sparse.csr_matrix(
            (np.ones(block.size), _numbers(block).ravel(), np.arange(block.size + 1)), shape=(block.size, width)
        )
    else:
        found = program.expression(base)
        block = found.block
        matrix = sparse.csr_matrix((found.value, found.index, found.start), shape=(block.size, width))
    places = np.arange(block.size).reshape(block.shape)
    if item and len(block.shape) == 3:
        places = places[block.labels[0].index(item)]
    places = places.reshape(places.shape + (1,) * (len(shape) - places.ndim))
    return matrix[np.broadcast_to(places, shape).ravel()]


def _value(scenario: Scenario, path: Sequence[str | int]) -> Any:
    part: Any = scenario
    for key in path:
        part = part[key] if isinstance(part, dict) else getattr(part, str(key))
    return part


def _adjustments(plan: Plan) -> Iterator[Movable]:
    """What the features of the model name besides: committed orders, demand, headroom."""
    rows, register = plan.program.rows, plan.register
    for adjustments in register.adjustments:
        for one in adjustments(plan.scenario, register.parameters):
            effects = {name: np.broadcast_to(effect, rows[name].shape).ravel() for name, effect in one.effects.items()}
            effect = np.concatenate(list(effects.values()))
            touched = np.flatnonzero(effect)
            numbers = np.concatenate([np.ravel(_numbers(rows[name])) for name in effects])
            yield Movable(one.path, one.unit, one.meaning, one.value, one.direction, one.most, numbers[touched],
                          effect[touched], item=one.item, region=one.region, year=one.year)  # fmt: skip


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
