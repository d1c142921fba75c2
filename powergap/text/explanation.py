"""An explanation as text: what it says, then its tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pandas as pd

from powergap.text.layout import Column, paragraph, table
from powergap.text.numbers import NOTHING, fixed, is_missing

MOST_ROWS = 30
"""Rows of a table that are shown; the files and JSON hold all."""


class Explained(Protocol):
    """What is shown of an explanation."""

    @property
    def scenario(self) -> str: ...  # noqa: D102
    @property
    def policy(self) -> str: ...  # noqa: D102
    @property
    def case(self) -> str: ...  # noqa: D102
    @property
    def tables(self) -> dict[str, pd.DataFrame]: ...  # noqa: D102
    @property
    def sentences(self) -> list[str]: ...  # noqa: D102
    @property
    def names(self) -> dict[str, str]: ...  # noqa: D102


def explanation_text(explanation: Explained, width: int | None, *, ascii_only: bool = False) -> str:
    """Sentences, then each table under its heading."""
    parts = [f"{explanation.scenario}: {explanation.policy} / {explanation.case}\n"]
    parts.append("".join(paragraph(f"- {sentence}", width) + "\n" for sentence in explanation.sentences))
    for name, (head, columns) in _TABLES.items():
        found = explanation.tables.get(name)
        if found is not None and len(found):
            shown = (found[found["units_moved"].notna()] if name == "bottlenecks" else found).head(MOST_ROWS)
            shown = shown if len(shown) else found.head(MOST_ROWS)
            if "technology" in shown:
                shown = shown.assign(technology=shown["technology"].replace(explanation.names))
            text = table(columns(shown), width, ascii_only=ascii_only)
            more = f"and {len(found) - len(shown)} more rows\n" if len(found) > len(shown) else ""
            parts.append(f"{head}\n\n{text}{more}")
    return "\n".join(parts)


def figure(value: Any, decimals: int = 2) -> str:
    """A number; `-` where there is none, `no plan` where nothing would be left."""
    if is_missing(value):
        return NOTHING
    return "no plan" if value in (float("inf"), float("-inf")) else fixed(float(value), decimals)


def _numbers(frame: pd.DataFrame, column: str, factor: float = 1.0, decimals: int = 2) -> list[str]:
    return [figure(None if is_missing(value) else value * factor, decimals) for value in frame[column]]


def _text(frame: pd.DataFrame, column: str) -> list[str]:
    return ["" if is_missing(value) else str(value) for value in frame[column]]


def _bottlenecks(frame: pd.DataFrame) -> list[Column]:
    names = [
        " ".join(filter(None, (meaning, f"({region})" if region else "")))
        for meaning, region in zip(frame["meaning"], _text(frame, "region"), strict=True)
    ]
    estimate, confirmed = "estimate per unit more", "re-solved"
    return [
        Column("limit", names, right=False, wraps=20),
        Column("year", _text(frame, "year")),
        Column("unit", _text(frame, "unit"), right=False),
        Column("GW", _numbers(frame, "closes_gw_per_unit_more"), estimate, rank=2),
        Column("GW-yr", _numbers(frame, "closes_gw_yr_per_unit_more"), estimate, rank=2),
        Column("$M/yr", _numbers(frame, "saves_usd_per_year_per_unit_more", 1e-6, 0), estimate, rank=2),
        Column("units", _numbers(frame, "units_moved", 1.0, 1), confirmed, rank=1),
        Column("GW", _numbers(frame, "confirmed_closes_gw"), confirmed, rank=1),
        Column("GW-yr", _numbers(frame, "confirmed_closes_gw_yr"), confirmed, rank=1),
        Column("$B", _numbers(frame, "confirmed_saves_usd", 1e-9), confirmed, rank=1),
        Column("holds\nto units", _numbers(frame, "holds_to_units"), rank=3, below="estimate holds to {} units"),
        Column("GW-yr per\nunit less", _numbers(frame, "loses_gw_yr_per_unit_less"), rank=4),
        Column("key", _text(frame, "key"), right=False, rank=5, wraps=30, below="{}"),
        Column("where", _text(frame, "where"), right=False, rank=6, wraps=20, below="{}"),
    ]


def _remaining(frame: pd.DataFrame) -> list[Column]:
    words = {"limits": "held open by limits", "choice": "costs more to close than its value"}
    names = [
        words.get(cause, f"would close without {key}") for cause, key in zip(frame["cause"], frame["key"], strict=True)
    ]
    return [
        Column("gap", names, right=False, wraps=30),
        Column("last year\nGW", _numbers(frame, "gap_gw_last_year")),
        Column("GW-yr", _numbers(frame, "gap_gw_yr")),
        Column("where", _text(frame, "where"), right=False, rank=1, wraps=20),
    ]


def _attribution(frame: pd.DataFrame) -> list[Column]:
    wide = frame.pivot_table(index="lever", columns="year", values="closed_gw", aggfunc="sum", sort=False)
    over = "gap closed by year end, GW"
    years = [Column(str(year), [figure(value) for value in wide[year]], over, rank=1) for year in wide.columns]
    return [Column("lever", [str(lever) for lever in wide.index], right=False), *years]


def _levers(frame: pd.DataFrame) -> list[Column]:
    return [
        Column("lever", _text(frame, "lever"), right=False),
        Column("closed\nGW", _numbers(frame, "closed_gw_last_year")),
        Column("closed\nGW-yr", _numbers(frame, "closed_gw_yr")),
        Column("standard\nerror", _numbers(frame, "standard_error_gw_yr"), rank=3),
        Column("supply cost\n$B discounted", _numbers(frame, "supply_cost_usd", 1e-9), rank=1),
        Column("$ per kW-yr\nclosed", _numbers(frame, "usd_per_kw_year_closed", 1.0, 0), rank=1),
        Column("what it is", _text(frame, "title"), right=False, rank=2, wraps=24, below="{}"),
    ]


def _order_by(frame: pd.DataFrame) -> list[Column]:
    return [
        Column("order by", _text(frame, "order_by"), right=False),
        Column("", ["overdue" if late else "" for late in frame["is_overdue"]], right=False),
        Column("technology", _text(frame, "technology"), right=False),
        Column("region", _text(frame, "region"), right=False, rank=1),
        Column("GW", _numbers(frame, "delivers_gw")),
        Column("GWh", _numbers(frame, "delivers_gwh"), rank=2),
        Column("in", _text(frame, "delivery_year")),
        Column("GW-yr", _numbers(frame, "regret_gw_yr"), "a one-year delay costs", rank=1),
        Column("$B", _numbers(frame, "regret_usd", 1e-9), "a one-year delay costs", rank=1),
    ]


def _waiting(frame: pd.DataFrame) -> list[Column]:
    return [
        Column("what", _text(frame, "what"), right=False),
        Column("technology", _text(frame, "technology"), right=False),
        Column("region", _text(frame, "region"), right=False),
        Column("year", _text(frame, "year")),
        Column("GW", _numbers(frame, "gw")),
        Column("$B of the year", _numbers(frame, "usd", 1e-9)),
    ]


def _frontier(frame: pd.DataFrame) -> list[Column]:
    return [
        Column("gap\nGW-yr", _numbers(frame, "gap_gw_yr")),
        Column("last year\nGW", _numbers(frame, "gap_gw_last_year")),
        Column("supply cost\n$B discounted", _numbers(frame, "supply_cost_usd", 1e-9)),
        Column("$ per kW-yr\nclosed", _numbers(frame, "marginal_usd_per_kw_year", 1.0, 0)),
    ]


def _alternatives(frame: pd.DataFrame) -> list[Column]:
    return [
        Column("technology", _text(frame, "technology"), right=False),
        Column("region", _text(frame, "region"), right=False, rank=2),
        Column("least\nGW", _numbers(frame, "least_gw")),
        Column("planned\nGW", _numbers(frame, "planned_gw")),
        Column("most\nGW", _numbers(frame, "most_gw")),
        Column("least\nGWh", _numbers(frame, "least_gwh"), rank=1),
        Column("most\nGWh", _numbers(frame, "most_gwh"), rank=1),
        Column("needed", ["yes" if needed else "" for needed in frame["is_needed"]], right=False),
    ]


_TABLES: dict[str, tuple[str, Callable[[pd.DataFrame], list[Column]]]] = {
    "remaining": ("What remains of the gap, and why", _remaining),
    "bottlenecks": ("What one more unit of a limit closes and saves", _bottlenecks),
    "attribution": ("Gap closed by each lever", _attribution),
    "levers": ("What each lever closes and costs", _levers),
    "order_by": ("Order-by dates", _order_by),
    "waiting": ("Cost of delay", _waiting),
    "frontier": ("Gap against cost", _frontier),
    "alternatives": ("Capacity in the last year in any plan that costs at most 2% more", _alternatives),
}
