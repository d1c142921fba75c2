"""A hedge as tables, each long and tidy, with the way to decide and the future in front."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from powergap import lp
from powergap.planning import Plan
from powergap.planning.hedge import ORDERS, Hedge
from powergap.results.digits import clean
from powergap.results.frames import Table, axes_of, labels, long_table, stacked
from powergap.results.manifest import Check, FutureRecord, HedgeManifest, SolverEntry, StageEntry
from powergap.results.run import Result
from powergap.results.run_manifest import now, package_versions, source_of
from powergap.results.tables import capacity_table, gap_table
from powergap.words import HEDGE, KNOWING


class HedgeRun(Result):
    """What `hedge` gives back: tables by way to decide and future, and the hedge's plan in each future."""

    manifest: HedgeManifest

    def gap_by_year(self) -> pd.DataFrame:
        """Gap at the end of each year in GW over all regions, a row per way to decide and future."""
        gap = self["gap"].groupby(["way", "future", "year"], sort=False)["gap_gw"].sum()
        return gap.unstack("year")

    def __repr__(self) -> str:
        """One line: name and futures."""
        return f"HedgeRun({self.name!r}, futures={[one.name for one in self.manifest.futures]})"

    def _repr_html_(self) -> str:
        """The ways to decide, for a notebook."""
        return f"<p><b>{html.escape(self.name)}</b></p>" + self["ways"].round(1).to_html()


def hedge_tables(hedge: Hedge) -> dict[str, Table]:
    """Every table of a hedge."""
    orders = _by_way_and_future(hedge, lambda plan: orders_table(plan, hedge))
    gap = _by_way_and_future(hedge, gap_table)
    outcomes = outcomes_table(hedge, gap, orders)
    made = {
        "ways": ways_table(hedge, outcomes),
        "outcomes": outcomes,
        "orders": orders,
        "gap": gap,
        "capacity": _by_way_and_future(hedge, capacity_table),
    }
    return {name: clean(table, hedge.program.unit) for name, table in made.items()}


def _by_way_and_future(hedge: Hedge, make: Callable[[Plan], Table]) -> Table:
    parts = []
    for way in hedge.ways.values():
        for future, plan in way.plans.items():
            table = make(plan)
            table.insert(0, "future", future)
            table.insert(0, "way", way.name)
            parts.append(table)
    return stacked(parts)


def orders_table(plan: Plan, hedge: Hedge) -> Table:
    """What is ordered in each year, and what of it is never taken; connections are ordered in the year they are added.

    Orders of a year in which the future cannot yet be told from others are marked, under perfect foresight too, and so
    are those that arrive within the planned years.
    """
    program, solution = plan.program, plan.solution
    ordered: dict[str, np.ndarray] = {}
    not_taken: dict[str, np.ndarray] = {}
    first, comes = 0, {}
    for name in ORDERS:
        block = program.columns[name]
        part = slice(first, first + block.size)
        # What is ordered to come after the last planned year has bound 0: by then it is neither taken nor left.
        comes[name] = block.of(program.column_upper) > 0
        ordered[name] = solution.value("commitment")[part].reshape(block.shape)
        not_taken[name] = np.where(comes[name], solution.value("not_taken")[part].reshape(block.shape), 0.0)
        first += block.size
    padding = [(len(labels(plan, "GENERATORS")), 0), (0, 0), (0, 0)]
    machines = long_table(
        axes_of(plan, "ORDERED", "REGIONS", "YEARS"),
        {
            "comes_in_time": comes["order"],
            "ordered_gw": ordered["order"],
            "not_taken_gw": not_taken["order"],
            "ordered_gwh": np.pad(ordered["energy_order"], padding),
            "not_taken_gwh": np.pad(not_taken["energy_order"], padding),
        },
    )
    machines["comes_in_time"] = machines["comes_in_time"] > 0
    connections = long_table(
        axes_of(plan, "CONNECTIONS", "REGIONS", "YEARS"), {"ordered_gw": solution.value("connection_added")}
    )
    connections.insert(3, "comes_in_time", True)
    table = stacked([connections.reindex(columns=machines.columns, fill_value=0.0), machines])
    undecided = {year for year in hedge.outlook.years if _is_shared(hedge, plan.scenario.case, year)}
    table.insert(3, "before_it_is_known", table["year"].isin(undecided))
    return table


def _is_shared(hedge: Hedge, future: str, year: int) -> bool:
    names = hedge.outlook.undecided(year)
    return future in names and len(names) > 1


def outcomes_table(hedge: Hedge, gap: Table, orders: Table) -> Table:
    """What comes of each way to decide in each future: cost, gap, and what was ordered in vain.

    Stranded is capacity that comes, or could have come, within the planned years beyond what would have been ordered
    had the future been known from the start.
    """
    by = ["way", "future"]
    last = hedge.outlook.years[-1]
    at_end = gap[gap["year"] == last].groupby(by, sort=False)["gap_gw"].sum()
    over_years = gap.groupby(by, sort=False)["gap_gw"].sum()
    not_taken = orders.groupby(by, sort=False)["not_taken_gw"].sum()
    stranded = _stranded(orders).groupby(by, sort=False)["stranded_gw"].sum()
    knew = {future: plan.solution.objective for future, plan in hedge.ways[KNOWING].plans.items()}
    rows = [
        {
            "way": way.name,
            "future": one.name,
            "probability": one.probability,
            "cost_musd": plan.solution.objective,
            "above_knowing_musd": plan.solution.objective - knew[one.name],
            "gap_gw": at_end[way.name, one.name],
            "gap_years_gw": over_years[way.name, one.name],
            "stranded_gw": stranded.get((way.name, one.name), 0.0),
            "not_taken_gw": not_taken[way.name, one.name],
            "paid_in_vain_musd": paid_for_nothing(plan),
        }
        for way in hedge.ways.values()
        for one, plan in zip(hedge.outlook.futures, way.plans.values(), strict=bool(way.plans))
    ]
    return pd.DataFrame(rows)


def _stranded(orders: Table) -> Table:
    """Capacity ordered in all beyond that of perfect foresight, by technology and region."""
    keys = ["future", "technology", "region"]
    summed = orders[orders["comes_in_time"]].groupby(["way", *keys], sort=False)["ordered_gw"].sum().reset_index()
    knew = summed[summed["way"] == KNOWING].set_index(keys)["ordered_gw"]
    beyond = summed["ordered_gw"] - knew.reindex(pd.MultiIndex.from_frame(summed[keys])).to_numpy()
    return summed.assign(stranded_gw=np.maximum(beyond, 0.0))


def paid_for_nothing(plan: Plan) -> float:
    """Discounted capital charges of orders before they are taken, or that never are, M$."""
    cost, columns = plan.program.cost, plan.program.columns
    return sum(float(columns[name].of(cost) @ plan.solution.value(name)) for name in ("taken", "not_taken"))


def ways_table(hedge: Hedge, outcomes: Table) -> Table:
    """One row for each way to decide: cost and gap over all futures, and what it costs beyond the hedge."""
    own, rows = hedge.weighed(HEDGE), []
    for way in hedge.ways.values():
        row: dict[str, Any] = {"way": way.name}
        if way.plans:
            mine = outcomes[outcomes["way"] == way.name]
            share, cost = mine["probability"].to_numpy(), mine["cost_musd"].to_numpy()
            weighed = hedge.weighed(way.name)
            row |= {
                "expected_cost_musd": float(share @ cost),
                "tail_cost_musd": lp.conditional_value_at_risk(cost, share, hedge.risk.tail),
                "weighed_cost_musd": weighed,
                "above_hedge_musd": (weighed or 0.0) - (own or 0.0),
                "expected_gap_gw": float(share @ mine["gap_gw"]),
                "expected_gap_years_gw": float(share @ mine["gap_years_gw"]),
                "expected_stranded_gw": float(share @ mine["stranded_gw"]),
            }
        rows.append(row | {"reason": way.reason})
    return pd.DataFrame(rows)


def hedge_manifest(hedge: Hedge, made: Mapping[str, Table], seconds: float, checks: Sequence[Check]) -> HedgeManifest:
    """What was planned, from what, how it ended and what proves it: the checks of its audit among that."""
    outlook, (rows, columns) = hedge.outlook, hedge.program.shape
    return HedgeManifest(
        scenario=outlook.study.name,
        title=outlook.study.title,
        source=source_of(outlook.study),
        policy=outlook.policy,
        case=outlook.case,
        created_utc=now(),
        versions=package_versions(),
        seconds=round(seconds, 3),
        risk_weight_fraction=hedge.risk.weight,
        tail_fraction=hedge.risk.tail,
        futures=[
            FutureRecord(
                name=one.name,
                title=one.title,
                probability=one.probability,
                revealed=one.revealed,
                scenario_sha256=outlook.study.digest(one.scenario),
            )
            for one in outlook.futures
        ],
        value_of_stochastic_solution_musd=hedge.value_of_stochastic_solution,
        expected_value_of_perfect_information_musd=hedge.expected_value_of_perfect_information,
        tables=list(made),
        rows=rows,
        columns=columns,
        nonzeros=len(hedge.program.value),
        solver=SolverEntry.of(outlook.futures[0].scenario),
        certificate=hedge.certificate,
        stages=StageEntry.each(hedge.stages),
        audit=list(checks),
    )
