"""What remains of the gap, and because of which limit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from powergap.explain.planner_limits import PlannerLimit, Where, places
from powergap.explain.resolve import Aim, Probe
from powergap.explain.side_by_side import Crew
from powergap.explain.slopes import NOTHING, at_limit
from powergap.planning import Plan

COLUMNS = ["cause", "limit", "key", "where", "item", "region", "gap_gw_last_year", "gap_gw_yr"]


def remaining(probe: Probe, plan: Plan, where: Where, crew: Crew, *, top: int = 6) -> pd.DataFrame:
    """The plan's gap in three kinds of rows.

    `choice`: more could be closed, but costs more than delayed load is valued at. `limits`: no plan can close it; with
    the choice it makes up the plan's gap-years. `lifted`: how much of what limits hold open would close if that one
    limit were gone in all years; these do not add up, since limits stand in for each other.

    Args:
        probe: the policy and case.
        plan: its plan.
        where: tells file and line of a key.
        crew: who does the work.
        top: limits that are lifted, those of highest dual.
    """
    gap = plan.solution.value("gap")
    least = {aim: probe.base(aim).objective for aim in (Aim.LAST_GAP, Aim.GAP_YEARS)}
    limits = {"gap_gw_last_year": least[Aim.LAST_GAP], "gap_gw_yr": least[Aim.GAP_YEARS]}
    choice = {
        "gap_gw_last_year": float(gap[:, -1].sum()) - least[Aim.LAST_GAP],
        "gap_gw_yr": float(gap.sum()) - least[Aim.GAP_YEARS],
    }
    every = [place for place in places(probe) if place.is_every_year and at_limit(probe, Aim.GAP_YEARS, place) > 0]
    every.sort(key=lambda place: at_limit(probe, Aim.GAP_YEARS, place), reverse=True)
    lifted = crew.do(lambda place: _lifted(probe, place, where), every[:top], "lifting limits")
    lifted.sort(key=lambda row: row["gap_gw_yr"], reverse=True)
    blank = dict.fromkeys(COLUMNS, "")
    worth = ("value_of", "delayed_load_usd_per_kw_year")
    by_limits = blank | {"cause": "limits", "limit": "all"} | limits
    by_choice = blank | {"cause": "choice", "key": ".".join(worth), "where": where(worth)} | choice
    rows = [by_limits, by_choice, *lifted]
    return pd.DataFrame(rows, columns=COLUMNS)


def _lifted(probe: Probe, place: PlannerLimit, where: Where) -> dict[str, Any]:
    row: dict[str, Any] = {"cause": "lifted", "limit": place.limit, "key": place.key, "where": where(place.path)}
    row |= {"item": place.item, "region": place.region}
    for aim, column in ((Aim.LAST_GAP, "gap_gw_last_year"), (Aim.GAP_YEARS, "gap_gw_yr")):
        base = probe.base(aim).objective
        row[column] = base - probe.afresh(aim, place.lifted()).value if base > NOTHING * probe.unit else 0.0
    return row
