"""What a page lists without a chart: limits that bind, bottlenecks, what to order by when, how policies differ."""

from __future__ import annotations

import pandas as pd

from powergap.report.figures import Exhibit
from powergap.report.palette import colours
from powergap.report.tables import closed_table
from powergap.report.view import KEYS, ReportView
from powergap.words import WAITING

MOST_ROWS = 12
"""Rows of each policy and case."""

FIGURES_OF_A_POLICY = {
    "gap_years_gw_yr": ("gap over all years, GW-years", 1.0),
    "supply_cost_usd": ("cost of supply, $ billion discounted", 1e-9),
    "cost_usd_per_kw_year_closed": ("cost of closing, $ per kW-year", 1.0),
    "co2_mt_last_year": ("CO2, million tonnes", 1.0),
}
"""Columns of the policies table that are set beside each other: heading and factor."""

OVER_ALL_YEARS = ("gap_years_gw_yr", "supply_cost_usd")


def _binding(view: ReportView) -> pd.DataFrame:
    """Limits that are used up, first that of which a tenth more saves most; of each that the study has set, a year."""
    limits = view.table("limits", "is_binding", "meaning", "shadow_price_usd_per_unit", "is_user_set")
    limits = limits[limits["is_binding"].astype(bool) & (limits["shadow_price_usd_per_unit"] > 1)]
    if not len(limits):
        return limits
    ranked = limits.sort_values("cost_musd_per_10_percent", ascending=False, kind="stable")
    first_of_its_own = ranked["is_user_set"].astype(bool) & ~ranked.duplicated([*KEYS, "meaning"])
    top = ranked[(ranked.groupby(KEYS, sort=False).cumcount() < MOST_ROWS) | first_of_its_own]
    return _named(view, top).assign(musd=top["shadow_price_usd_per_unit"] / 1e6)


def _bottlenecks(view: ReportView) -> pd.DataFrame:
    """Limits whose move by one unit was solved again."""
    found = view.table("bottlenecks", "units_moved", "confirmed_saves_usd")
    found = _named(view, found[found["units_moved"].notna()])
    return found.assign(busd=found["confirmed_saves_usd"].astype(float) / 1e9)


def _order_by(view: ReportView) -> pd.DataFrame:
    """Orders by the date on which they must be placed."""
    found = view.table("order_by", "is_overdue", "technology", "regret_usd")
    found = _named(view, found)
    return found.assign(
        technology=found["technology"].replace(view.names),
        overdue=["overdue" if late else "" for late in found["is_overdue"]],
        busd=found["regret_usd"].astype(float) / 1e9,
    )


def _results(view: ReportView) -> pd.DataFrame:
    """The same figures of every policy and case, so that any two can stand beside each other."""
    if len(view.policies) < 2:
        return pd.DataFrame()
    by = [*KEYS, "year"]
    gap = view.table("gap", "gap_gw").groupby(by, sort=False)["gap_gw"].sum().reset_index()
    policies = view.table("policies")
    parts = [gap.rename(columns={"gap_gw": "value"}).assign(what="gap, GW")]
    for column, (what, factor) in FIGURES_OF_A_POLICY.items():
        if column in policies:
            known = policies.dropna(subset=[column])
            year = "" if column in OVER_ALL_YEARS else view.last_year
            parts.append(known[KEYS].assign(what=what, year=year, value=known[column] * factor))
    return pd.concat([*parts, _carriers(view)], ignore_index=True)[[*KEYS, "what", "year", "value"]]


def _carriers(view: ReportView) -> pd.DataFrame:
    """What each family of technologies closes by the end of the last year; 0 where a policy has none of it."""
    closed = closed_table(view)
    closed = closed[closed["family"] != WAITING]
    wide = closed.pivot_table(index=KEYS, columns="family", values="gw", aggfunc="sum", sort=False)
    solved = view.table("gap")[KEYS].drop_duplicates()
    wide = wide.reindex(pd.MultiIndex.from_frame(solved)).fillna(0.0)[list(colours(closed["family"]))]
    tall = wide.reset_index().melt(id_vars=KEYS, var_name="family", value_name="value")
    return tall.assign(what="closed by " + tall["family"].astype(str) + ", GW", year=view.last_year)


def _inputs(view: ReportView) -> pd.DataFrame:
    """Inputs in which each policy differs from the reference policy."""
    return view.table("inputs", "key")


def _named(view: ReportView, table: pd.DataFrame) -> pd.DataFrame:
    """With the regions' titles."""
    if "region" not in table:
        return table
    names = table["region"].fillna("")
    return table.assign(region=[view.regions.get(name, name) for name in names])


LISTINGS = {
    one.name: one
    for one in (
        Exhibit(
            "limits",
            "Binding limits",
            f"Binding limits: the {MOST_ROWS} where 10% more in that year would save most (discounted), and every "
            "other one that the study sets itself.",
            True,
            _binding,
            {
                "meaning": "limit",
                "region": "region",
                "year": "year",
                "limit_value": "allowed",
                "unit": "unit",
                "cost_musd_per_10_percent": "10% more saves, $ million",
                "musd": "one more saves, $ million",
            },
            "no limit binds at a price",
        ),
        Exhibit(
            "bottlenecks",
            "What one more unit closes",
            "Each limit raised by one unit and the plan solved again; where the year is `every`, in all years.",
            True,
            _bottlenecks,
            {
                "meaning": "limit",
                "region": "region",
                "year": "year",
                "units_moved": "moved by",
                "unit": "unit",
                "confirmed_closes_gw": "closes, GW",
                "confirmed_closes_gw_yr": "closes, GW-years",
                "busd": "saves, $ billion",
            },
            "powergap explain was not run for this policy and case",
        ),
        Exhibit(
            "order-by",
            "What to order by when",
            "The last day to order for delivery in time, and what a one-year delay would cost.",
            True,
            _order_by,
            {
                "order_by": "order by",
                "overdue": "",
                "technology": "technology",
                "region": "region",
                "delivers_gw": "GW",
                "delivery_year": "delivered by the end of",
                "regret_gw_yr": "delay costs, GW-years",
                "busd": "delay costs, $ billion",
            },
            "powergap explain was not run for this policy and case",
        ),
        Exhibit(
            "differences",
            "What differs in the results",
            "The policy in detail compared with another; figures that are 0 under both are left out. What closes the "
            "gap is measured against the reference policy.",
            True,
            _results,
            {"what": "figure", "year": "year", "against": "other policy", "value": "this policy", "change": "change"},
            is_beside=True,
        ),
        Exhibit(
            "inputs",
            "What differs in the inputs",
            "Values under this policy that differ from the reference policy; (given) where that one has no such entry.",
            True,
            _inputs,
            {"key": "key", "reference_value": "reference policy", "policy_value": "this policy"},
            "this policy has the same inputs as the reference policy",
        ),
    )
}
