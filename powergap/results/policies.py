"""One row a policy and case: the gap, what was closed against the reference policy, cost and binding limits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from powergap.results.frames import Table

KEYS = ["policy", "case"]


def closed_table(carried: Table, reference_policy: str) -> Table:
    """Who closed the gap: what each source carries beyond what it carries under the reference policy.

    What is carried sums to energized load, so the parts sum to the gap closed wherever demand is the same under
    both policies of a case. A policy that changes demand itself closes gap in that way too, and no source is named.
    """
    keys = ["case", "region", "year", "source"]
    reference = carried[carried["policy"] == reference_policy].set_index(keys)["carried_gw"]
    rows = []
    for policy, part in carried.groupby("policy", sort=False):
        own = part.set_index(keys)["carried_gw"]
        both = own.index.union(reference.index, sort=False)
        both = both[both.get_level_values("case").isin(part["case"].unique())]
        frame = pd.DataFrame({"carried_gw": own.reindex(both, fill_value=0.0)}, index=both)
        before = reference.reindex(both, fill_value=0.0)
        has_reference = both.get_level_values("case").isin(reference.index.get_level_values("case"))
        frame["closed_gw"] = np.where(has_reference, frame["carried_gw"] - before, np.nan)
        frame = frame.reset_index()
        frame.insert(0, "policy", policy)
        rows.append(frame)
    table = pd.concat(rows, ignore_index=True)
    return table[["policy", "case", "region", "year", "source", "carried_gw", "closed_gw"]]


def policies_table(tables: Mapping[str, Table], status: Mapping[tuple[str, str], str], reference_policy: str) -> Table:
    """Summary of every policy and case.

    Cost per GW closed is the yearly cost of supply in the last year beyond the reference policy's, per kW of
    gap closed by then. Costs are discounted to the end of the base year unless said otherwise.
    """
    rows = []
    for (policy, case), state in status.items():
        row: dict[str, object] = {"policy": policy, "case": case, "status": state}
        gap = _of(tables["gap"], policy, case)
        if len(gap):
            row |= _gap_figures(gap) | _cost_figures(_of(tables["cost"], policy, case), gap["year"].max())
            row["co2_mt_last_year"] = _last(_of(tables["emissions"], policy, case), "co2_t") / 1e6
            row["binding_limits"] = binding_limits(_of(tables["limits"], policy, case))
        rows.append(row)
    table = pd.DataFrame(rows)
    if "cumulative_gap_gw" not in table:
        return table
    return _against_reference(table, reference_policy)


def _of(table: Table, policy: str, case: str) -> Table:
    return table[(table["policy"] == policy) & (table["case"] == case)]


def _last(table: Table, column: str) -> float:
    return float(table.loc[table["year"] == table["year"].max(), column].sum())


def _gap_figures(gap: Table) -> dict[str, float]:
    years = gap["year"].nunique()
    return {
        "cumulative_gap_gw": _last(gap, "gap_gw"),
        "gap_years_gw_yr": float(gap["gap_gw"].sum()),
        "mean_landed_gw_per_year": float(gap["landed_gw"].sum()) / years,
        "unserved_gwh": float(gap["unserved_gwh"].sum()),
    }


def _cost_figures(cost: Table, last_year: int) -> dict[str, float]:
    kind, in_last = cost["kind"], cost["year"] == last_year
    figures = {
        f"{name}_cost_usd": float(cost.loc[kind == name, "discounted_cost_usd"].sum())
        for name in ("supply", "gap", "unserved")
    }
    return figures | {"supply_cost_last_year_usd": float(cost.loc[in_last & (kind == "supply"), "cost_usd"].sum())}


def _against_reference(table: Table, reference_policy: str) -> Table:
    """Add what each policy closes and costs beyond the reference policy of the same case."""
    reference = table[table["policy"] == reference_policy].set_index("case")
    for column, source in (("closed_gw", "cumulative_gap_gw"), ("closed_gap_years_gw_yr", "gap_years_gw_yr")):
        table[column] = table["case"].map(reference[source]) - table[source]
    extra = table["supply_cost_last_year_usd"] - table["case"].map(reference["supply_cost_last_year_usd"])
    closed = table["closed_gw"].where(table["closed_gw"] > 1e-6)
    table["cost_usd_per_kw_year_closed"] = extra / (closed * 1e6)
    return table


def binding_limits(limits: Table, most: int = 3) -> str:
    """The limits that bind, the one worth most first: by what a tenth more of it in every year saves.

    After the first `most` stand only those that the study has set itself, so that none of them is ever left out.
    """
    binding = limits[limits["is_binding"] & (limits["shadow_price_usd_per_unit"] > 1.0)]
    by_limit = binding.groupby("meaning", sort=False)
    worth = by_limit["cost_musd_per_10_percent"].sum().sort_values(ascending=False, kind="stable")
    is_user_set = by_limit["is_user_set"].any()
    return "; ".join(name for place, name in enumerate(worth.index) if place < most or is_user_set[name])
