"""The table of limits: how far each is used and what one more unit of it would save."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from powergap.model.register import Limit, meaning_of
from powergap.planning import Plan
from powergap.scenario.read.nodes import spell

BINDING = 1e-6
"""A limit binds when it is used to within this share of itself (or this much, near zero)."""

RELIEF = 0.1
"""Share by which limits are relieved to compare them: their units differ, a share of each does not."""

COLUMNS = [
    "limit", "meaning", "key", "item", "region", "year", "unit",
    "limit_value", "used", "slack", "is_binding", "shadow_price_usd_per_unit", "cost_musd_per_10_percent",
    "is_user_set",
]  # fmt: skip


def limits_table(plan: Plan, own_keys: Collection[str] = ()) -> pd.DataFrame:
    """Every limit with its use, slack and shadow price, and what a tenth more of it would save.

    The shadow price is what one more unit of the limit in that year saves, in dollars of that year per unit
    and year: the row's dual, which is discounted M$ per unit and negative for a binding upper limit, with its
    sign turned and its discounting taken out. Where the optimum is degenerate it is one of several valid
    prices; a re-solve with the limit moved tells what a whole unit does.

    The saving of a tenth more is the same price times a tenth of the limit, M$ discounted, so that it adds up over
    years and limits of any unit compare. Every limit is an upper one: more of it is relief, and the saving positive.

    Args:
        plan: a plan with values.
        own_keys: keys that the study sets itself, see `Study.own_keys`.
    """
    rows = plan.program.rows
    present = [limit for limit in plan.register.limits if limit.rows in rows and rows[limit.rows].size]
    records = [record for limit in present for record in _records(plan, limit)]
    table = pd.DataFrame(records, columns=["limit", "meaning", "key", "item", "region", "year", "unit"])
    numbers = [_numbers(plan, limit) for limit in present] or [np.zeros((4, 0))]
    most, used, price, relief = np.concatenate(numbers, axis=1)
    table["limit_value"], table["used"], table["slack"] = most, used, most - used
    table["is_binding"] = most - used <= BINDING * np.maximum(1.0, np.abs(most))
    table["shadow_price_usd_per_unit"] = price
    table["cost_musd_per_10_percent"] = relief
    table["is_user_set"] = _is_among(table, own_keys)
    return table[COLUMNS]


def _is_among(table: pd.DataFrame, own_keys: Collection[str]) -> np.ndarray:
    """Whether each row's key, or the key of its year, is one of the study's own or stands below one."""
    below = tuple(key + mark for key in own_keys for mark in ".[")
    keys = zip(table["key"], table["year"], strict=True)
    return np.array([f"{key}.{year}.".startswith(below) for key, year in keys], dtype=bool)


def _records(plan: Plan, limit: Limit) -> list[tuple[Any, ...]]:
    """Names of every row of a limit, its periods taken together, in the order of the rows."""
    labels = plan.program.rows[limit.rows].labels
    axes = [axis for axis in limit.axes if axis != "period"]
    records = []
    for combination in product(*labels[: len(labels) - ("period" in limit.axes)]):
        # Rows over (item, region) pairs have one axis for both.
        flat = [part for label in combination for part in (label if isinstance(label, tuple) else (label,))]
        place = {"item": "", "region": "", **dict(zip(axes, flat, strict=True))}
        meaning = meaning_of(limit, plan.scenario, place["item"])
        key = spell(limit.path(place["item"], place["region"]))
        records.append((limit.rows, meaning, key, place["item"], place["region"], place["year"], limit.unit))
    return records


def _numbers(plan: Plan, limit: Limit) -> np.ndarray:
    """Limit, use, shadow price and saving of a tenth more of every row, [4, row].

    Of the periods of a year the one with the most use counts; a tenth more is given in all of them.
    """
    solution, program = plan.solution, plan.program
    used, most = solution.activity(limit.rows), program.rows[limit.rows].of(program.row_upper)
    if limit.use:
        # The row reads "use - share x base <= 0": what it allows is the use less the row's activity.
        use = solution.value(limit.use) if limit.use in program.columns else solution.expression(limit.use)
        used, most = use, most + use - used
    dual = solution.dual(limit.rows)
    relief = -dual * RELIEF * most
    if "period" in limit.axes:
        tightest = used.argmax(axis=-1)[..., None]
        most, used = (np.take_along_axis(array, tightest, axis=-1)[..., 0] for array in (most, used))
        dual, relief = dual.sum(axis=-1), relief.sum(axis=-1)
    price = -dual / plan.register.parameters["discount"] * 1e6
    return np.stack([most.ravel(), used.ravel(), price.ravel(), relief.ravel()]) + 0.0
