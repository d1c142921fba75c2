"""The table of limits: how far each is used and what one more unit of it would save."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from powergap.model.ledger import Limit
from powergap.planning import Plan
from powergap.results.frames import long_table, stacked

BINDING = 1e-6
"""A limit binds when it is used to within this share of itself (or this much, near zero)."""


def limits_table(plan: Plan) -> pd.DataFrame:
    """Every limit with its use, slack and shadow price.

    The shadow price is what one more unit of the limit in that year saves, in dollars of that year per unit
    and year: the row's dual, which is discounted M$ per unit and negative for a binding upper limit, with its
    sign turned and its discounting taken out. Where the optimum is degenerate it is one of several valid
    prices; a re-solve with the limit moved tells what a whole unit does.
    """
    rows = plan.program.rows
    present = [limit for limit in plan.ledger.limits if limit.rows in rows and rows[limit.rows].size]
    frames = [_one_limit(plan, limit) for limit in present]
    return stacked(frames) if frames else pd.DataFrame(columns=COLUMNS)


def _one_limit(plan: Plan, limit: Limit) -> pd.DataFrame:
    solution, program = plan.solution, plan.program
    block = program.rows[limit.rows]
    rows = slice(block.start, block.start + int(np.prod(block.shape)))
    used, most = solution.activity(limit.rows), program.row_upper[rows].reshape(block.shape)
    if limit.use:
        # The row reads "use - share x base <= 0": what it allows is the use less the row's activity.
        use = solution.value(limit.use) if limit.use in program.columns else solution.expression(limit.use)
        used, most = use, most + use - used
    position = limit.axes.index("year") - (len(limit.axes) - len(block.shape))
    discount = plan.ledger.model.discount.array
    by_year = discount.reshape([-1 if axis == position else 1 for axis in range(len(block.shape))])
    price = -solution.dual(limit.rows) / by_year * 1e6
    table = long_table(
        _axes(block, limit), {"limit_value": most, "used": used, "shadow_price_usd_per_unit": price + 0.0}
    )
    table = _tidy(table, limit)
    table.insert(0, "limit", limit.rows)
    table["slack"] = table["limit_value"] - table["used"]
    table["is_binding"] = table["slack"] <= BINDING * np.maximum(1.0, table["limit_value"].abs())
    return table[COLUMNS]


COLUMNS = [
    "limit", "meaning", "key", "item", "region", "year", "unit",
    "limit_value", "used", "slack", "is_binding", "shadow_price_usd_per_unit",
]  # fmt: skip


def _axes(block: Any, limit: Limit) -> dict[str, list[Any]]:
    """Labels by column; rows over (item, region) pairs have one axis for both."""
    names = limit.axes if len(limit.axes) == len(block.labels) else ("pair", *limit.axes[2:])
    return {name: list(labels) for name, labels in zip(names, block.labels, strict=True)}


def _tidy(table: pd.DataFrame, limit: Limit) -> pd.DataFrame:
    """Spread pairs, keep the tightest period of a year, and name the scenario's key of each row."""
    if "pair" in table:
        table["item"] = [pair[0] for pair in table["pair"]]
        table["region"] = [pair[1] for pair in table["pair"]]
    for column in ("region", "item"):
        if column not in table:
            table[column] = ""
    if "period" in table:
        keys = ["item", "region", "year"]
        together = table.groupby(keys, sort=False)["shadow_price_usd_per_unit"].transform("sum")
        table = table.assign(shadow_price_usd_per_unit=together)
        table = table.loc[table.groupby(keys, sort=False)["used"].idxmax()].reset_index(drop=True)
    pairs = zip(table["item"], table["region"], strict=True)
    table["key"] = [limit.key.format(item=item, region=region) for item, region in pairs]
    table["meaning"] = [limit.meaning.format(item=item.replace("_", " ")) for item in table["item"]]
    table["unit"] = limit.unit
    return table
