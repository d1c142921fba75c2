"""Conflicts in a planner's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from powergap import lp
from powergap.arrays import Floats
from powergap.explain.again import solved_again
from powergap.explain.diagnosis.elastic import NOTHING, Elastic
from powergap.explain.diagnosis.number import Movable
from powergap.planning import Plan
from powergap.scenario import Study

COLUMNS = [
    "conflict", "key", "file", "line", "item", "region", "year", "unit",
    "limit", "must_move_by", "to", "is_enough_alone", "sentence",
]  # fmt: skip


@dataclass(frozen=True)
class Diagnosis:
    """Why a policy has no plan under a case.

    Attributes:
        policy: build-out policy.
        case: case.
        status: `feasible`, `infeasible`, `unbounded`, or how the solver stopped short.
        table: a row for every limit of every conflict; limits of one conflict cannot hold together, and moving one of
            them by `must_move_by` ends it where `is_enough_alone`.
        sentences: the same in words.
    """

    policy: str
    case: str
    status: str
    table: pd.DataFrame
    sentences: tuple[str, ...]

    @property
    def is_feasible(self) -> bool:
        """True where there is a plan."""
        return self.status == "feasible"


def conflicts(study: Study, plan: Plan, elastic: Elastic) -> Diagnosis:
    """Conflicts one after the other; the limits of those found are let go to find the next."""
    sets: list[list[int]] = []
    while True:
        gone = [group for members in sets for group in members]
        found = elastic.moves([group for group in elastic.groups if group not in gone], gone)
        if found is None:
            break
        sets.append(elastic.irreducible(found[0]))
        if not sets[-1]:
            break
    rows: list[dict[str, Any]] = []
    sentences: list[str] = []
    for number, members in enumerate(sets, start=1):
        free = [group for other in sets if other is not members for group in other]
        told = sorted((_answer(study, plan, elastic, group, members, free) for group in members), key=_rank)
        head = f"Conflict {number} of {len(sets)}: these" if len(sets) > 1 else "These"
        sentences.append(f"{head} cannot hold together: {'; '.join(one[0]['meaning'] for one in told)}.")
        sentences += [one[0]["sentence"] for one in told]
        rows += [{"conflict": number, **row} for one in told for row in one]
    return diagnosis_of(plan, "infeasible", rows, tuple(sentences))


def _rank(rows: list[dict[str, Any]]) -> tuple[bool, float]:
    """What is enough alone first, then by the movement relative to the limit."""
    return not rows[0]["is_enough_alone"], sum(abs(row["must_move_by"]) / row["size"] for row in rows)


def _answer(
    study: Study, plan: Plan, elastic: Elastic, group: int, members: list[int], free: list[int]
) -> list[dict[str, Any]]:
    """How far one group must move: a row for every year in which it does."""
    numbers = elastic.members[group]
    amount, ending = elastic.alone(group, free), "this change alone is enough"
    is_enough = amount is not None
    if amount is None:
        held = [other for other in elastic.groups if other not in members and other not in free]
        found = elastic.moves([group, *held], free)
        moved = np.full(len(elastic.movables), np.nan) if found is None else found[1]
        amount, ending = moved[numbers], f"together with {_others(elastic, held, moved)}"
    moving = [
        (elastic.movables[n], float(by))
        for n, by in zip(numbers, amount, strict=True)
        if by > NOTHING * (1.0 if elastic.movables[n].is_pure else elastic.unit)
    ]
    moving = moving or [(elastic.movables[numbers[0]], np.nan)]
    first = moving[0][0]
    place = study.where(plan.scenario, *first.path)
    where = f"{first.key}, {place.file}{f':{place.line}' if place.line else ''}"
    if np.isnan(moving[0][1]):
        sentence = f"{first.told} ({where}) cannot change enough to end the conflict."
    else:
        sentence = f"{first.told} {_moves(moving)} ({where}); {ending}."
    return [
        {
            "key": one.key, "file": place.file, "line": study.where(plan.scenario, *one.path).line, "item": one.item,
            "region": one.region, "year": one.year or None, "unit": one.unit, "limit": one.value,
            "must_move_by": one.direction * by, "to": _moved(one, by), "is_enough_alone": is_enough,
            "sentence": sentence[0].upper() + sentence[1:], "meaning": one.told, "size": one.size(elastic.unit),
        }
        for one, by in moving
    ]  # fmt: skip


def _others(elastic: Elastic, held: list[int], moved: Floats, most: int = 3) -> str:
    """What else must move, the furthest first, each key in the year in which it moves most."""
    scaled = {group: float(np.sum((moved * elastic.price)[elastic.members[group]])) for group in held}
    others = [group for group in sorted(held, key=lambda group: -scaled[group]) if scaled[group] > NOTHING]
    told = []
    for group in others[:most]:
        number = max(elastic.members[group], key=lambda number: moved[number])
        told.append(
            f"{elastic.movables[number].told}, which {_moves([(elastic.movables[number], float(moved[number]))])}"
        )
    return "; ".join(told) + (f"; and {len(others) - most} more" if len(others) > most else "")


def _moved(one: Movable, by: float) -> float:
    """The limit after the movement; rounding never takes it below zero."""
    return max(0.0, one.value + one.direction * by)


def _moves(moving: Sequence[tuple[Movable, float]]) -> str:
    """`must rise by 3.8 from 40 to 43.8 MtCO2/yr in 2026, by 2 from 40 to 42 MtCO2/yr in 2027`."""
    told = []
    for one, by in moving:
        unit = "" if one.unit == "fraction" else f" {one.unit}"
        year = f" in {one.year}" if one.year else ""
        told.append(f"by {by:,.6g} from {one.value:,.6g} to {_moved(one, by):,.6g}{unit}{year}")
    return f"must {'rise' if moving[0][0].direction > 0 else 'fall'} {', '.join(told)}"


def rigid(plan: Plan, movables: Sequence[Movable]) -> str:
    """The sentence for a conflict that no movable limit ends."""
    touched = np.concatenate([np.zeros(0, int), *(one.rows for one in movables)])
    names = [
        name
        for name, block in plan.program.rows.items()
        if block.size and not np.isin(np.arange(block.size) + block.start, touched).any()
    ]
    return f"No change of a limit makes it feasible: the conflict is in the model's own rows ({', '.join(names)})."


def unbounded(plan: Plan) -> Iterator[str]:
    """The columns whose cost below zero pays for growing without end, and the limits that are missing."""
    program = plan.program
    ray = solved_again(lp.directions(program))
    names, grows = program.names(program.columns), ray.column_value
    for block in program.columns.values():
        gain = (program.cost * grows)[block.slice]
        if block.size and gain.min() < -1e-9:
            at = block.start + int(np.argmin(gain))
            price = program.cost[at]
            priced = _priced(plan, block, at)
            yield f"Cost falls without bound as {names[at]} grows: it costs {price:,.6g} $M a unit{priced}."
    block = program.columns["order"]
    growing = np.argwhere(block.of(grows).reshape(block.shape) > 1e-9)
    for item in dict.fromkeys(str(block.labels[0][index[0]]) for index in growing):
        if plan.scenario.ordered[item].supply_chain is None:
            yield f"Nothing limits orders of {item}: technologies.{item}.supply_chain is not set."


def _priced(plan: Plan, block: lp.Block, at: int) -> str:
    """The keys that make the price of a column."""
    if block.name != "output":
        return ""
    item, region = (block.labels[axis][place] for axis, place in enumerate(_place(block, at)[:2]))
    fuel = plan.scenario.generators[item].fuel
    return f" (fuels.{fuel}.price_usd_per_mmbtu and regions.{region}.fuel_price_adder_usd_per_mmbtu.{fuel})"


def _place(block: lp.Block, at: int) -> list[int]:
    return [int(one) for one in np.unravel_index(at - block.start, block.shape)]


def diagnosis_of(plan: Plan, status: str, rows: list[dict[str, Any]], sentences: tuple[str, ...]) -> Diagnosis:
    """A diagnosis of a plan from its rows and sentences."""
    table = pd.DataFrame(rows, columns=COLUMNS)
    return Diagnosis(plan.scenario.policy, plan.scenario.case, status, table, sentences)
