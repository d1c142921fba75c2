"""What each figure shows, as a table: policy and case first, units in the names of columns.

A figure that the run cannot fill has a table without rows.
"""

from __future__ import annotations

import pandas as pd

from powergap.report.labels import label_sides
from powergap.report.view import KEYS, ReportView
from powergap.words import LOAD, NATION, WAITING

SEEN_GW = 5e-4
"""Power below this is solver noise or too thin to see."""

TILES = {
    "NW": (0, 0), "CENT": (0, 1), "MIDW": (0, 2), "MIDA": (0, 3), "NY": (0, 4), "NE": (0, 5),
    "CAL": (1, 0), "SW": (1, 1), "TEN": (1, 2), "CAR": (1, 3),
    "TEX": (2, 1), "SE": (2, 2), "FLA": (2, 3),
}  # fmt: skip
"""Row and column of the thirteen regions of EIA form 930, about where they lie."""


def gap_table(view: ReportView) -> pd.DataFrame:
    """Gap at the end of each year, its range over the cases and the reference policy's."""
    by = [*KEYS, "year"]
    gap = _sums(view.table("gap", "gap_gw"), by, "gap_gw")
    over = gap.groupby(["policy", "year"])["gap_gw"]
    gap["least_gw"], gap["most_gw"] = over.transform("min"), over.transform("max")
    reference = gap[gap["policy"] == view.reference].set_index(["case", "year"])["gap_gw"]
    gap["reference_gw"] = [reference.get(key) for key in zip(gap["case"], gap["year"], strict=True)]
    return gap


def last_gap_table(view: ReportView) -> pd.DataFrame:
    """Gap at the end of the last year with its range over the cases."""
    gap = gap_table(view)
    return gap[gap["year"] == view.last_year].drop(columns="reference_gw").reset_index(drop=True)


def closed_table(view: ReportView) -> pd.DataFrame:
    """Who closed the gap by the end of the last year and what still waits."""
    closed = view.table("closed", "source", "closed_gw")
    closed = closed[(closed["year"] == view.last_year) & closed["closed_gw"].notna()]
    if not len(closed):
        return pd.DataFrame(columns=[*KEYS, "family", "gw"])
    parts = view.by_family(closed, "source", KEYS, "closed_gw").rename(columns={"closed_gw": "gw"})
    return _seen(pd.concat([parts, _waiting(view, KEYS)], ignore_index=True), "gw")


def supply_table(view: ReportView) -> pd.DataFrame:
    """Who carries the load in each year's tightest hour and what waits: together, what is wanted."""
    by = [*KEYS, "year"]
    carried = view.by_family(view.table("closed", "source", "carried_gw"), "source", by, "carried_gw")
    parts = carried.rename(columns={"carried_gw": "gw"})
    return _seen(pd.concat([parts, _waiting(view, by)], ignore_index=True), "gw")


def capacity_table(view: ReportView) -> pd.DataFrame:
    """Capacity standing at the end of each year."""
    by = [*KEYS, "year"]
    table = view.by_family(view.table("capacity", "technology", "capacity_gw"), "technology", by, "capacity_gw")
    return _seen(table.rename(columns={"capacity_gw": "gw"}), "gw")


def orders_table(view: ReportView) -> pd.DataFrame:
    """What is ordered and what is delivered in each year."""
    by = [*KEYS, "year"]
    capacity = view.table("capacity", "technology", "ordered_gw", "delivered_gw")
    steps = [
        view.by_family(capacity, "technology", by, f"{step}_gw").rename(columns={f"{step}_gw": "gw"}).assign(step=step)
        for step in ("ordered", "delivered")
    ]
    return _seen(pd.concat(steps, ignore_index=True), "gw")[[*by, "step", "family", "gw"]]


def dispatch_table(view: ReportView) -> pd.DataFrame:
    """Power by hour over the stress days of the last year; what charges storage is negative, the load a family."""
    dispatch = view.table("dispatch", "item", "flow", "period", "hour", "power_gw")
    dispatch = dispatch[dispatch["year"] == view.last_year]
    days = _days(view, dispatch)
    keys = [*KEYS, "period"]
    dispatch = dispatch.merge(days, on=keys)
    signed = dispatch["power_gw"].where(
        (dispatch["flow"] == "supply") | (dispatch["item"] == LOAD), -dispatch["power_gw"]
    )
    flows = dispatch.assign(power_gw=signed)
    by = [*KEYS, "day", "hour", "hours_per_step", "flow"]
    table = view.by_family(flows, "item", by, "power_gw")
    table["from_hour"] = table["hour"] * table["hours_per_step"]
    table["to_hour"] = table["from_hour"] + table["hours_per_step"]
    table = table.rename(columns={"power_gw": "gw"})[[*KEYS, "day", "from_hour", "to_hour", "family", "gw"]]
    return _seen(table, "gw")


def _days(view: ReportView, dispatch: pd.DataFrame) -> pd.DataFrame:
    """The stress days of every policy and case; where there are none, the period of most load."""
    periods = view.table("periods", "period", "stress", "day_of_year", "hours_per_step")
    stress = periods[periods["stress"] != ""]
    if len(stress):
        chosen = stress.groupby([*KEYS, "stress"], sort=False).head(1)
    else:
        load = _sums(dispatch[dispatch["item"] == LOAD], [*KEYS, "period", "hour"], "power_gw")
        most = load.sort_values("power_gw", ascending=False, kind="stable").groupby(KEYS).head(1)
        chosen = periods.merge(most[[*KEYS, "period"]], on=[*KEYS, "period"])
    names = [
        f"{stress} stress day (day {day})" if stress else f"{period} (day {day})"
        for stress, period, day in zip(chosen["stress"], chosen["period"], chosen["day_of_year"], strict=True)
    ]
    return chosen.assign(day=names)[[*KEYS, "period", "day", "hours_per_step"]]


def cost_table(view: ReportView) -> pd.DataFrame:
    """Cost of supply over all years, not the prices of what waits and is unserved; a term of no technology by name."""
    cost = view.table("cost", "term", "kind", "technology", "discounted_cost_usd")
    cost = cost[cost["kind"] == "supply"]
    cost = cost.assign(technology=cost["technology"].where(cost["technology"] != NATION, cost["term"]))
    table = view.by_family(cost, "technology", KEYS, "discounted_cost_usd")
    table["busd"] = table.pop("discounted_cost_usd") / 1e9
    return _seen(table, "busd")


def unit_cost_table(view: ReportView) -> pd.DataFrame:
    """Cost of the last year per kW closed by then, with its range over the cases."""
    cost = "cost_usd_per_kw_year_closed"
    table = view.table("policies", cost, "closed_gw")
    table = table[table[cost].notna()][[*KEYS, "closed_gw", cost]].rename(columns={cost: "usd_per_kw_year"})
    over = table.groupby("policy")["usd_per_kw_year"]
    return table.assign(least=over.transform("min"), most=over.transform("max")).reset_index(drop=True)


def emissions_table(view: ReportView) -> pd.DataFrame:
    """Emissions of the last year."""
    emissions = view.table("emissions", "technology", "co2_t")
    table = view.by_family(emissions[emissions["year"] == view.last_year], "technology", KEYS, "co2_t")
    table["mt"] = table.pop("co2_t") / 1e6
    return _seen(table, "mt")


def frontier_table(view: ReportView) -> pd.DataFrame:
    """Gap-years against cost of supply: every policy, and the frontier of those that were explained."""
    policies = view.table("policies", "gap_years_gw_yr", "supply_cost_usd").rename(
        columns={"gap_years_gw_yr": "gap_gw_yr"}
    )
    explained = view.table("frontier", "gap_gw_yr", "supply_cost_usd")
    columns = [*KEYS, "gap_gw_yr", "supply_cost_usd"]
    parts = [
        policies.dropna(subset=["supply_cost_usd"])[columns].assign(what="plan"),
        explained[columns].assign(what="frontier"),
    ]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    table["busd"] = table.pop("supply_cost_usd") / 1e9
    # The named plans come first in each case, as the names' sides are told for the first points.
    for _, rows in table.groupby("case", sort=False):
        plans = rows[rows["what"] == "plan"]
        points = rows[["gap_gw_yr", "busd"]].to_numpy(float)
        table.loc[plans.index, "side"] = label_sides(points, plans["policy"].to_list())
    return table


def map_table(view: ReportView) -> pd.DataFrame:
    """Gap of each region at the end of the last year, and where every region has a tile, its short name and place."""
    columns = [*KEYS, "region", "title", "gap_gw", "demand_gw"]
    gap = view.table("gap", "region", "gap_gw", "demand_gw")
    if len(view.regions) < 2:
        return pd.DataFrame(columns=columns)
    last = gap[gap["year"] == view.last_year]
    table = last.assign(title=last["region"].map(view.regions))[columns].reset_index(drop=True)
    if set(view.regions) <= set(TILES):
        table["short"] = [title.partition(" (")[0] for title in table["title"]]  # PJM of "PJM (Mid-Atlantic)"
        table["row"] = [TILES[region][0] for region in table["region"]]
        table["column"] = [TILES[region][1] for region in table["region"]]
    return table


def _waiting(view: ReportView, by: list[str]) -> pd.DataFrame:
    """What waits, as a family of its own, in the last year or in each."""
    gap = view.table("gap", "gap_gw")
    gap = gap if "year" in by else gap[gap["year"] == view.last_year]
    return _sums(gap, by, "gap_gw").rename(columns={"gap_gw": "gw"}).assign(family=WAITING)


def _sums(table: pd.DataFrame, by: list[str], value: str) -> pd.DataFrame:
    return table.groupby(by, sort=False)[value].sum().reset_index()


def _seen(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """Rows that are large enough to see."""
    return table[table[value].abs() >= SEEN_GW].reset_index(drop=True)
