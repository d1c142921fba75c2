"""The gap by region: what each wants, what has power, what moved, under the policies at the ends."""

from __future__ import annotations

import pandas as pd

from powergap.text.layout import Column, table
from powergap.text.numbers import fixed, signed
from powergap.text.summary import Summary, at_the_ends

LEAST_SHOWN_GW = 0.05


def regions_text(summary: Summary, width: int | None, *, ascii_only: bool = False) -> str:
    """A table a policy, for the reference policy and the one with the least gap; empty with one region."""
    gap = summary.run.tables.get("gap")
    if gap is None or gap["region"].nunique() < 2:
        return ""
    parts = []
    for policy in at_the_ends(summary):
        rows = gap[(gap["policy"] == policy) & (gap["case"] == summary.case)]
        parts.append(_of_policy(summary, policy, rows, width, ascii_only=ascii_only))
    return "\n".join(parts)


def _of_policy(summary: Summary, policy: str, rows: pd.DataFrame, width: int | None, *, ascii_only: bool) -> str:
    """Gap by region and year, and the last year's wanted, moved and energized load."""
    by_year = rows.pivot(index="region", columns="year", values="gap_gw").loc[list(rows["region"].unique())]
    last = rows[rows["year"] == summary.years[-1]].set_index("region").loc[list(by_year.index)]
    over, at_end = f"year-end gap, GW ({summary.case})", f"end of {summary.years[-1]}, GW"
    columns = [
        Column(policy, [_name(summary, str(region)) for region in by_year.index], right=False),
        *(Column(str(year), [fixed(gw) for gw in by_year[year]], over, rank=1) for year in summary.years),
        Column("demand", [fixed(gw) for gw in last["demand_gw"]], at_end, rank=3, below="demand {} GW"),
    ]
    if (last["relocated_in_gw"].abs() >= LEAST_SHOWN_GW).any():
        moved = [signed(gw) for gw in last["relocated_in_gw"]]
        columns.append(Column("moved in", moved, at_end, rank=2, below="moved in {} GW"))
    energized = [fixed(gw) for gw in last["energized_gw"]]
    columns.append(Column("energized", energized, at_end, rank=4, below="energized {} GW"))
    return table(columns, width, ascii_only=ascii_only)


def _name(summary: Summary, region: str) -> str:
    """Name and title, for example `TEX: ERCOT (Texas)`."""
    entry = (summary.run.document.get("regions") or {}).get(region) or {}
    return f"{region}: {entry['title']}" if entry.get("title") else region
