"""A hedge as text: what to order now, what comes of it in each future, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from powergap.results.names import display_names
from powergap.text.layout import Column, paragraph, table
from powergap.text.numbers import fixed, short, signed
from powergap.words import HEDGE, KNOWING

if TYPE_CHECKING:
    from powergap.results.hedge import HedgeRun

LEAST_SHOWN_GW = 0.005


def answer(run: HedgeRun) -> str:
    """What to order now and what the VSS and the EVPI are, in words."""
    orders, manifest, names = run.tables["orders"], run.manifest, display_names(run.document)
    early = orders[(orders["way"] == HEDGE) & orders["before_it_is_known"]]
    first = early["year"].min()
    now = early[early["year"] == first].drop_duplicates(["technology", "region"])
    by_technology = now.groupby("technology", sort=False)["ordered_gw"].sum()
    listed = [f"{short(gw)} GW of {names.get(name, name)}" for name, gw in by_technology.items() if gw > LEAST_SHOWN_GW]
    told = f"In {first} commit to {', '.join(listed) or 'nothing'}." if len(early) else "Nothing is uncertain."
    hedging = manifest.value_of_stochastic_solution_musd
    knowing = manifest.expected_value_of_perfect_information_musd
    value = "unknown" if hedging is None else f"${_billions(hedging)} billion against planning for the mean"
    return (
        f"{told} Value of the stochastic solution: {value}; expected value of perfect information: "
        f"${_billions(knowing)} billion."
    )


def hedge_text(run: HedgeRun, width: int | None, *, ascii_only: bool = False) -> str:
    """Orders to place before anything is known, ways to decide, and what comes of the hedge."""
    parts = [_orders(run.tables, display_names(run.document)), _ways(run.tables), _outcomes(run.tables)]
    return "\n".join(table(columns, width, ascii_only=ascii_only) for columns in parts if columns[0].cells)


def hedge_page(run: HedgeRun, width: int | None, *, ascii_only: bool = False) -> str:
    """The answer in words, then the tables."""
    said = paragraph(answer(run), width)
    return f"{said}\n\n{hedge_text(run, width, ascii_only=ascii_only)}"


def _orders(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[Column]:
    """Orders of the years in which no future is known yet, a column a way; they are the same in every future."""
    orders = tables["orders"]
    counted = orders[(orders["way"] == HEDGE) & orders["before_it_is_known"]].groupby("year")["future"].nunique()
    years = counted.index[counted == orders["future"].nunique()]
    early = orders[orders["year"].isin(years) & (orders["way"] != KNOWING)]
    of_one = early[early["future"] == orders["future"].iloc[0]]
    shown = of_one.groupby(["technology", "year"], sort=False)["ordered_gw"].transform("max") > LEAST_SHOWN_GW
    summed = of_one[shown].groupby(["technology", "year", "way"], sort=False)["ordered_gw"].sum().unstack("way")
    over = "GW, by strategy"
    ways = [way for way in tables["ways"]["way"] if way in summed]
    return [
        Column("order in advance", [f"{names.get(name, name)} {year}" for name, year in summed.index], right=False),
        *(Column(way, [fixed(gw, 2) for gw in summed[way]], over, rank=1) for way in ways),
    ]


def _ways(tables: Mapping[str, pd.DataFrame]) -> list[Column]:
    """What each way to decide costs, and the gap it leaves in each future."""
    ways, outcomes = tables["ways"], tables["outcomes"]
    last = tables["gap"]["year"].max()
    gaps = outcomes.pivot(index="way", columns="future", values="gap_gw").reindex(ways["way"])
    return [
        Column("strategy", list(ways["way"]), right=False),
        Column("expected", _column(ways["expected_cost_musd"]), "cost, $B", rank=1),
        Column("worst", _column(ways["tail_cost_musd"]), "cost, $B", rank=2),
        Column("above hedge", [signed(_thousandth(cost)) for cost in ways["above_hedge_musd"]], "cost, $B", rank=1),
        Column("GW-years", [fixed(gw) for gw in ways["expected_gap_years_gw"]], "expected gap", rank=2),
        Column(str(last), [fixed(gw) for gw in ways["expected_gap_gw"]], "expected gap", rank=1),
        *(
            Column(
                str(future), [fixed(gw) for gw in gaps[future]], f"gap {last}, GW", rank=3, below=f"{future} {{}} GW"
            )
            for future in outcomes["future"].unique()
        ),
    ]


def _outcomes(tables: Mapping[str, pd.DataFrame]) -> list[Column]:
    """The hedge by future: the gap of every year, and what was ordered in vain."""
    gap, outcomes = tables["gap"], tables["outcomes"]
    own = gap[gap["way"] == HEDGE].groupby(["future", "year"], sort=False)["gap_gw"].sum().unstack("year")
    rows = outcomes[outcomes["way"] == HEDGE].set_index("future").loc[list(own.index)]
    return [
        Column("future (hedge)", list(own.index), right=False),
        Column("probability", [fixed(share, 2) for share in rows["probability"]], rank=2),
        *(Column(str(year), [fixed(gw) for gw in own[year]], "year-end gap, GW", rank=1) for year in own),
        Column("stranded GW", [fixed(gw) for gw in rows["stranded_gw"]], rank=3, below="stranded {} GW"),
        Column("regret, $B", _column(rows["above_knowing_musd"]), rank=3, below="regret ${} billion"),
    ]


def _column(millions: Sequence[float] | pd.Series) -> list[str]:
    return [fixed(_thousandth(value)) for value in millions]


def _thousandth(millions: float) -> float:
    return millions / 1e3


def _billions(millions: float) -> str:
    return fixed(_thousandth(millions), 2 if abs(millions) < 10_000 else 1)
