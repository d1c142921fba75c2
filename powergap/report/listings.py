"""What a page lists without a chart: limits that bind, confirmed bottlenecks, what to order by when."""

from __future__ import annotations

import pandas as pd

from powergap.report.figures import Exhibit
from powergap.report.view import KEYS, View

MOST_ROWS = 12
"""Rows of each policy and case."""


def _binding(view: View) -> pd.DataFrame:
    """Limits that are used up, the dearest first."""
    limits = view.table("limits", "is_binding", "shadow_price_usd_per_unit")
    limits = limits[limits["is_binding"].astype(bool) & (limits["shadow_price_usd_per_unit"] > 1)]
    ranked = limits.sort_values("shadow_price_usd_per_unit", ascending=False, kind="stable")
    top = _named(view, ranked).groupby(KEYS, sort=False).head(MOST_ROWS)
    return top.assign(musd=top["shadow_price_usd_per_unit"] / 1e6)


def _bottlenecks(view: View) -> pd.DataFrame:
    """Limits whose move by one unit was solved again."""
    found = view.table("bottlenecks", "units_moved", "confirmed_saves_usd")
    found = _named(view, found[found["units_moved"].notna()])
    meaning = found["meaning"].astype(str).str.replace("_", " ") if len(found) else ""
    return found.assign(meaning=meaning, busd=found["confirmed_saves_usd"].astype(float) / 1e9)


def _order_by(view: View) -> pd.DataFrame:
    """Orders by the date on which they must be placed."""
    found = view.table("order_by", "is_overdue", "technology", "regret_usd")
    found = _named(view, found)
    return found.assign(
        technology=found["technology"].astype(str).str.replace("_", " "),
        overdue=["overdue" if late else "" for late in found["is_overdue"]],
        busd=found["regret_usd"].astype(float) / 1e9,
    )


def _named(view: View, table: pd.DataFrame) -> pd.DataFrame:
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
            "What binds",
            f"Limits that are used up, the {MOST_ROWS} dearest: the price is what one more unit allowed in that year "
            "would save.",
            True,
            _binding,
            {
                "meaning": "limit",
                "region": "region",
                "year": "year",
                "limit_value": "allowed",
                "unit": "unit",
                "musd": "one more saves, million $",
            },
            "no limit binds at a price",
        ),
        Exhibit(
            "bottlenecks",
            "What one more unit closes",
            "Each limit moved by one unit and everything planned anew, all years together where the year says every.",
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
                "busd": "saves, billion $",
            },
            "powergap explain was not asked about this policy and case",
        ),
        Exhibit(
            "order-by",
            "What to order by when",
            "The last day on which an order still arrives in time, and what its arriving a year late would cost.",
            True,
            _order_by,
            {
                "order_by": "order by",
                "overdue": "",
                "technology": "technology",
                "region": "region",
                "delivers_gw": "GW",
                "delivery_year": "to stand by the end of",
                "regret_gw_yr": "late costs, GW-years",
                "busd": "late costs, billion $",
            },
            "powergap explain was not asked about this policy and case",
        ),
    )
}
