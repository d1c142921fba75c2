"""What the tables say, in a planner's words and with units; every number is one of the tables'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from powergap.planning import Plan
from powergap.scenario.quantities import yearly
from powergap.words import display_name

MOST = 3
"""Rows of each table that have a sentence."""


def sentences(plan: Plan, tables: Mapping[str, pd.DataFrame], subsets: int) -> list[str]:
    """The answer first, then what each table says."""
    told = [_headline(plan)]
    tellers = {
        "remaining": _remaining,
        "bottlenecks": _bottlenecks,
        "attribution": None,
        "levers": _levers,
        "order_by": _orders,
        "waiting": _waiting,
        "frontier": _frontier,
    }
    for name, tell in tellers.items():
        if tell is not None and name in tables and len(tables[name]):
            told += tell(plan, tables[name])
    if subsets and "attribution" in tables and tables["attribution"]["standard_error_gw"].any():
        told.append(f"The shares of the levers are estimates from {subsets:,} of their subsets; errors are shown.")
    return told


def number(value: float) -> str:
    """Three figures that count.

    >>> number(1234.5), number(19.46), number(0.05432), number(0)
    ('1,234', '19.5', '0.0543', '0')
    """
    if abs(value) < 1e-9:
        return "0"
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return text.removesuffix(".0")


def billions(usd: float) -> str:
    """`$4.5 billion`, with three figures."""
    return f"${number(usd / 1e9)} billion"


def _technology(plan: Plan, name: str) -> str:
    return display_name(plan.scenario.technologies, name)


def _in(plan: Plan, region: str) -> str:
    """` in ERCOT (Texas)`; nothing where the scenario has one region."""
    regions = plan.scenario.regions
    return f" in {regions[region].title or region}" if region and len(regions) > 1 else ""


def _headline(plan: Plan) -> str:
    gap = plan.solution.value("gap")
    scenario = plan.scenario
    name = " / ".join(filter(None, (scenario.policy, scenario.case)))
    years = str(scenario.years.last) if len(gap[0]) == 1 else f"{scenario.years.first}-{scenario.years.last}"
    least = scenario.objective.replace("_", "-")
    return (
        f"Under {name}, the {least} plan leaves a gap of {number(float(gap[:, -1].sum()))} GW at the end of "
        f"{scenario.years.last} and {number(float(gap.sum()))} GW-years over {years}."
    )


def _remaining(plan: Plan, table: pd.DataFrame) -> list[str]:
    by_cause = table.set_index("cause")["gap_gw_yr"]
    told = [
        f"Limits keep {number(float(by_cause['limits']))} GW-years open at any cost; another "
        f"{number(max(0.0, float(by_cause['choice'])))} could be closed, but for more than delayed load is valued at."
    ]
    lifted = table[(table["cause"] == "lifted") & (table["gap_gw_yr"] > 1e-6 * plan.program.unit)].head(MOST)
    return told + [
        f"Without the limit {row['key']}, {number(row['gap_gw_yr'])} of these GW-years could be closed."
        for row in lifted.to_dict("records")
    ]


def _bottlenecks(plan: Plan, table: pd.DataFrame) -> list[str]:
    limits = table[table["limit"] != "lead_time"].dropna(subset=["confirmed_saves_usd"])
    limits = limits[(limits["confirmed_closes_gw_yr"] > 0) | (limits["confirmed_saves_usd"] > 0)]
    every = limits["year"] == "every"
    told = [
        _limit(plan, row) for row in pd.concat([limits[every].head(MOST), limits[~every].head(MOST)]).to_dict("records")
    ]
    return told + [_lead_time(plan, row) for row in table[table["limit"] == "lead_time"].head(MOST).to_dict("records")]


def _limit(plan: Plan, row: Mapping[Any, Any]) -> str:
    when = "in every year" if row["year"] == "every" else f"in {row['year']}"
    place = _in(plan, row["region"])
    estimate = row["closes_gw_yr_per_unit_more"] if row["holds_for"] == "gap-years" else None
    holds = f", as estimated up to {number(row['holds_to_units'])} {row['unit']}"
    confirmed = row["confirmed_closes_gw_yr"]
    step = row["units_moved"]
    if estimate is not None and row["holds_to_units"] < step:
        is_near = abs(estimate * step - confirmed) <= 0.01 * estimate * step
        first = f"; the first {number(row['holds_to_units'])} at a rate of {number(estimate)} per unit"
        holds = ", as estimated to 1%" if is_near else first
    more = f"One more {row['unit']}" if step == 1 else f"{number(step)} {row['unit']} more"
    return (
        f"{more} of {row['meaning']}{place} {when} closes {number(row['confirmed_closes_gw'])} GW "
        f"of the last year's gap and {number(row['confirmed_closes_gw_yr'])} GW-years, and saves "
        f"{billions(row['confirmed_saves_usd'])} (re-solved{holds})."
    )


def _lead_time(plan: Plan, row: Mapping[Any, Any]) -> str:
    return (
        f"Cutting the lead time of {_technology(plan, row['item'])} from {number(row['limit_value'])} to "
        f"{number(row['limit_value'] + row['units_moved'])} years closes "
        f"{number(row['confirmed_closes_gw'])} GW of the last year's gap and "
        f"{number(row['confirmed_closes_gw_yr'])} GW-years, and saves {billions(row['confirmed_saves_usd'])} "
        "(re-solved)."
    )


def _levers(plan: Plan, table: pd.DataFrame) -> list[str]:
    whole = number(table["closed_gw_last_year"].sum())
    told = []
    for row in table.sort_values("closed_gw_yr", ascending=False, kind="stable").head(MOST).to_dict("records"):
        cost = row["usd_per_kw_year_closed"]
        price = "" if cost != cost else f", at ${number(cost)} per kW-year closed"  # noqa: PLR0124 - NaN is not itself
        told.append(
            f"{row['lever']} closed {number(row['closed_gw_last_year'])} of the {whole} GW closed by "
            f"{plan.scenario.years.last} and {number(row['closed_gw_yr'])} GW-years{price}."
        )
    return told


def _orders(plan: Plan, table: pd.DataFrame) -> list[str]:
    overdue = int(table["is_overdue"].sum())
    told = [f"{overdue} of the plan's {len(table)} orders are overdue."] if overdue else []
    for row in table.head(MOST).to_dict("records"):
        what = _technology(plan, row["technology"]) + _in(plan, row["region"])
        late = " (overdue)" if row["is_overdue"] else ""
        told.append(
            f"Order {number(row['delivers_gw'])} GW of {what} by {row['order_by']}{late} "
            f"for delivery by the end of {row['delivery_year']}; a one-year delay costs "
            f"{number(row['regret_gw_yr'])} GW-years and {billions(row['regret_usd'])}."
        )
    return told


def _waiting(plan: Plan, table: pd.DataFrame) -> list[str]:
    idle = table[table["what"] == "idle compute"]
    told = [f"Delayed load is valued at {billions(idle['usd'].sum())} over the plan, undiscounted."]
    stranded = table[table["what"] == "stranded plant"]
    for technology, rows in stranded.groupby("technology", sort=False):
        told.append(
            f"Up to {number(rows.groupby('year')['gw'].sum().max())} GW of {_technology(plan, str(technology))} "
            "stand idle later, at "
            f"{billions(rows['usd'].sum())} of capital charges."
        )
    return told


def _frontier(plan: Plan, table: pd.DataFrame) -> list[str]:
    known = table.dropna(subset=["marginal_usd_per_kw_year"])
    if not len(known):
        return []
    value = yearly(plan.scenario.value_of.delayed_load_usd_per_kw_year, plan.scenario.year_list)
    ends = " to $".join(dict.fromkeys(number(price) for price in (min(value), max(value))))
    first, last = known.iloc[0], known.iloc[-1]
    return [
        f"Closing the gap costs ${number(first['marginal_usd_per_kw_year'])} per kW-year at first and "
        f"${number(last['marginal_usd_per_kw_year'])} for the last of it, discounted; delayed load is valued at "
        f"${ends} per kW-year."
    ]
