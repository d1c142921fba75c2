"""What planners read first: who closed the gap, and one row a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from powergap.arrays import Floats
from powergap.audit.check import RELATIVE, Checker, Rule
from powergap.audit.coded import TableAxis
from powergap.audit.expected import Expected
from powergap.audit.terms import TERMS
from powergap.audit.view import PlanView, Tables

CARRIED_SUM = Rule("carried_sums_to_energized", "What all sources carry sums to energized load", "GW")
CARRIED_HOUR = Rule(
    "carried_in_tightest_hour",
    "What a source carries is what it supplies minus what charges it, in the hour of the largest grid shortfall",
    "GW",
)  # fmt: skip
CLOSED = Rule("closed_beyond_reference", "A source closes what it carries beyond the reference policy", "GW")
CLOSED_SUM = Rule(
    "closed_sums_to_gap_closed",
    "Over all sources and regions the parts sum to the gap closed against the reference policy "
    "(plus any difference of demand)", "GW",
)  # fmt: skip
FIGURES = Rule("policies_figures", "The policies table repeats the figures of the other tables", "its unit")
AGAINST = Rule("policies_against_reference", "The policies table compares each policy with the reference", "its unit")
BINDING = Rule(
    "policies_binding_limits",
    "The policies table names the limits of which 10% more saves most, and every one that the study sets",
    "names",
)  # fmt: skip
STATUS = Rule("policies_status", "The policies table has one row a policy and case, with the solver's status", "rows")

MOST_NAMED = 3


def check_closed(view: PlanView, tables: Tables, reference: PlanView | None) -> None:
    """Compare the closed table with dispatch, the gap table and the reference policy's."""
    sources = _sources(view)
    more = [] if reference is None else [source for source in _sources(reference) if source not in sources]
    labels = {**view.place.labels, "source": [*sources, *more]}
    place = Checker(view.place.report, view.place.name, labels)
    axes = [
        TableAxis(("source",), labels["source"]),
        *(TableAxis((name,), labels[name]) for name in ("region", "year")),
    ]
    columns = ["carried_gw"] if reference is None else ["carried_gw", "closed_gw"]
    table = tables.array(place, "closed", axes, columns)
    carried = table["carried_gw"]
    place.equal(CARRIED_SUM, ("region", "year"), carried.sum(axis=0), view.gap["energized_gw"])
    place.equal(CARRIED_HOUR, ("source", "region", "year"), carried, _tightest(view, carried))
    if reference is None or _frame(view) != _frame(reference):
        return
    before = _carried_before(place, tables, reference, axes)
    place.equal(CLOSED, ("source", "region", "year"), table["closed_gw"], carried - before)
    gap, old = view.gap, reference.gap
    closed = (old["gap_gw"] - gap["gap_gw"] + gap["demand_gw"] - old["demand_gw"]).sum(axis=0)
    parts = table["closed_gw"].sum(axis=(0, 1))
    place.equal(CLOSED_SUM, ("year",), parts, closed, gap["demand_gw"].sum(axis=0))


def _frame(view: PlanView) -> tuple[object, ...]:
    return view.years, tuple(view.scenario.regions)


def _sources(view: PlanView) -> list[str]:
    return [*(name for kind in view.kinds.values() for name in kind), "unserved"]


def _carried_before(place: Checker, tables: Tables, reference: PlanView, axes: Sequence[TableAxis]) -> Floats:
    """What the reference policy carries, with nothing for sources it has not."""
    coded = tables.coded["closed"]
    rows = coded.rows(reference.scenario.policy, reference.scenario.case)
    return coded.dense(rows, axes, ["carried_gw"], 0.0).values["carried_gw"]


def _tightest(view: PlanView, carried: Floats) -> Floats:
    """Net supply, scaled to the year's peak, in that tightest hour which is nearest to what the table says.

    Tightest are the hours with the most load beyond firm connections and the headroom of flexible ones;
    several may be equally tight.
    """
    power = {**view.power, "storage": view.power["storage"] - view.power["charge"]}
    parts = [power[kind] for kind in view.kinds] + [view.unserved[None]]
    scaled = np.concatenate(parts) / view.profile
    expected = np.zeros((len(carried), *scaled.shape[1:3], scaled[0, 0, 0].size))
    expected[: len(scaled)] = scaled.reshape(*scaled.shape[:3], -1)
    connected = view.capacity["connection"]["capacity_gw"]
    flexible = np.array([c.requires_headroom for c in view.kinds["connection"].values()], dtype=bool)
    firm, loose = (connected[chosen].sum(axis=0)[..., None, None] for chosen in (~flexible, flexible))
    short = view.load - firm - np.minimum(loose, view.shapes.headroom_gw[:, None])
    short = short.reshape(*short.shape[:2], -1)
    candidate = short >= short.max(axis=-1, keepdims=True) - 1e-8
    miss = np.nanmax(np.abs(expected - carried[..., None]), axis=0, initial=0.0)
    hour = np.where(candidate, miss, np.inf).argmin(axis=-1)
    nearest: Floats = np.take_along_axis(expected, hour[None, ..., None], axis=-1)[..., 0]
    return nearest


def check_policies(views: Sequence[PlanView], tables: Tables, table: pd.DataFrame, expected: Expected) -> None:
    """Compare the policies table with the other tables and the manifest."""
    states = {(one.policy, one.case): one.status for one in expected.outcomes}
    rows = {(row["policy"], row["case"]): row for row in table.to_dict("records")}
    told = [
        f"{policy} / {case}"
        for policy, case in states
        if rows.get((policy, case), {}).get("status") != states[policy, case]
    ]
    told += [f"{policy} / {case} is unknown or repeated" for policy, case in rows if (policy, case) not in states]
    told += [f"{len(table)} rows for {len(states)} policies and cases"] if len(table) != len(states) else []
    views[0].place.report.told(STATUS, told, len(states))
    by_run = {(view.scenario.policy, view.scenario.case): _figures(view) for view in views}
    for view in views:
        key = view.scenario.policy, view.scenario.case
        if key in rows:
            _row(view, FIGURES, rows[key], by_run[key])
            before = by_run.get((expected.reference_policy, key[1]))
            _row(view, AGAINST, rows[key], _against(by_run[key], before))
            _binding(view, tables, str(rows[key]["binding_limits"]))


def _figures(view: PlanView) -> dict[str, float]:
    """A policy's figures from the other tables."""
    gap, by_kind = view.gap["gap_gw"], dict.fromkeys((term.kind for term in TERMS.values()), 0.0)
    for name, term in TERMS.items():
        by_kind[term.kind] += float(view.discounted[name].sum())
    supply = [name for name, term in TERMS.items() if term.kind == "supply"]
    return {
        "cumulative_gap_gw": float(gap[:, -1].sum()),
        "gap_years_gw_yr": float(gap.sum()),
        "mean_landed_gw_per_year": float(view.gap["landed_gw"].sum()) / len(view.years),
        "unserved_gwh": float(view.gap["unserved_gwh"].sum()),
        **{f"{kind}_cost_usd": cost for kind, cost in by_kind.items()},
        "supply_cost_last_year_usd": sum(float(view.cost[term][..., -1].sum()) for term in supply),
        "co2_mt_last_year": sum(float(co2[..., -1].sum()) for co2 in view.emissions.values()) / 1e6,
    }


def _against(own: Mapping[str, float], before: Mapping[str, float] | None) -> dict[str, float]:
    """What a policy closes and costs beyond the reference; NaN without one, or with nothing closed."""
    if before is None:
        before = dict.fromkeys(own, float("nan"))
    closed = before["cumulative_gap_gw"] - own["cumulative_gap_gw"]
    extra = own["supply_cost_last_year_usd"] - before["supply_cost_last_year_usd"]
    figures = {
        "closed_gw": closed,
        "closed_gap_years_gw_yr": before["gap_years_gw_yr"] - own["gap_years_gw_yr"],
    }
    # Where next to nothing is closed, the quotient is rounding.
    figures["cost_usd_per_kw_year_closed"] = extra / (closed * 1e6) if closed > 1e-6 else float("nan")
    return figures


def _row(view: PlanView, rule: Rule, row: Mapping[Any, Any], expected: Mapping[str, float]) -> None:
    """Compare figures; one that is missing on one side only is infinitely wrong."""
    place = Checker(view.place.report, view.place.name, {**view.place.labels, "figure": [(name,) for name in expected]})
    wanted = np.array(list(expected.values()))
    found = np.array([float(row.get(name, np.nan)) for name in expected])
    found = np.where(np.isnan(found) != np.isnan(wanted), np.inf, found)
    floor = np.array([1e6 if name.endswith("_usd") else 1.0 for name in expected])
    closed = np.array(expected.get("closed_gw", 1.0))
    floor = np.where([name.endswith("_closed") for name in expected], 1.0 / np.clip(closed, 1e-6, 1.0), floor)
    place.equal(rule, ("figure",), found, np.nan_to_num(wanted), np.maximum(np.abs(np.nan_to_num(wanted)), floor))


def _binding(view: PlanView, tables: Tables, named: str) -> None:
    """The limits named are binding ones, and none that is left out is worth more or set by the study itself."""
    coded = tables.coded["limits"]
    table = coded.table.iloc[coded.rows(view.scenario.policy, view.scenario.case)]
    dear = table[table["is_binding"].astype(bool) & (table["shadow_price_usd_per_unit"] > 1.0)]
    by_limit = dear.groupby("meaning")
    worth, is_set = by_limit["cost_musd_per_10_percent"].sum(), by_limit["is_user_set"].any()
    names = named.split("; ") if named else []
    wrong = [name for name in names if name not in worth.index]
    if len(set(names)) != len(names) or len(names) < min(MOST_NAMED, len(worth)):
        wrong.append(f"{len(names)} of {len(worth)} named")
    if not wrong:
        left = worth.drop(names)
        ranked = worth[names[:MOST_NAMED]]
        wrong += [f"{name} is left out" for name in left.index if is_set[name]]
        wrong += [f"{name} is named" for name in names[MOST_NAMED:] if not is_set[name]]
        after = worth.drop(names[:MOST_NAMED])
        if len(after) and after.max() > ranked.min() + RELATIVE * abs(ranked.min()):
            wrong.append(f"{after.idxmax()} saves more")
    view.place.report.told(BINDING, [f"{view.place.name}: {name}" for name in wrong], max(1, len(names)))
