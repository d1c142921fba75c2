"""The page's answer in a sentence, and every policy in a row."""

from __future__ import annotations

import pandas as pd

from powergap.report.view import ReportView
from powergap.text.numbers import fixed, is_missing, short
from powergap.text.summary import OPTIMAL


def answer(view: ReportView) -> str:
    """The gap at the end under the reference policy and under the one that leaves the least, with their ranges."""
    summary = view.summary
    told = [p for p in dict.fromkeys((view.reference, view.best)) if summary.years and _gap(view, p) is not None]
    if not told:
        return f"No policy has a plan in case {view.case}."
    first, *rest = told
    gap = _gap(view, first)
    start = (
        f"At the end of {view.last_year}, {short(gap)} GW of data-center demand has no power under {first}"
        f"{_range(view, first)}"
    )
    return (
        start
        + "".join(f"; {policy} leaves {short(_gap(view, policy))} GW{_range(view, policy)}" for policy in rest)
        + "."
    )


def policy_rows(view: ReportView) -> pd.DataFrame:
    """Every policy in a row: the gap at the end in each case; the rest in the case that is shown first."""
    frame = view.summary.frame
    rows = []
    titles = view.titles("policies")
    for policy in view.policies:
        figures = frame[(frame["policy"] == policy) & (frame["case"] == view.case)]
        known = figures.iloc[0].to_dict() if len(figures) else {}
        cost = known.get("supply_cost_usd")
        rows.append(
            {"policy": policy, "": titles.get(policy, "")}
            | {f"{view.last_year} gap, {case}, GW": fixed(_gap(view, policy, case)) for case in view.cases}
            | {
                "closed, GW": fixed(known.get("closed_gw")),
                "supply cost, $ billion discounted": fixed(None if is_missing(cost) else float(cost or 0.0) / 1e9),
                "$ per kW-year closed": fixed(known.get("cost_usd_per_kw_year_closed"), 0),
                "what closed it, GW": str(known.get("closed_by") or ""),
                "limited by": "; ".join(
                    filter(None, (str(known.get("binding_limits") or ""), _unsolved(view, policy)))
                ),
            }
        )
    return pd.DataFrame(rows)


def _unsolved(view: ReportView, policy: str) -> str:
    """`high: infeasible` for the cases that were not solved to the end."""
    ends = {case: view.run.status.get((policy, case), OPTIMAL) for case in view.cases}
    return "; ".join(f"{case}: {status}" for case, status in ends.items() if status != OPTIMAL)


def _gap(view: ReportView, policy: str, case: str | None = None) -> float | None:
    return view.summary.gap_of(policy, case or view.case, view.last_year) if view.last_year else None


def _range(view: ReportView, policy: str) -> str:
    """` (low 50, mid 75, high 100)`; nothing where there is one case."""
    if len(view.cases) < 2:
        return ""
    return f" ({', '.join(f'{case} {short(_gap(view, policy, case))}' for case in view.cases)})"
