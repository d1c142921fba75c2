"""Bottlenecks: what one more unit of each limit closes and saves, the top ones confirmed by a re-solve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from powergap.explain.lead_times import lead_time_rows
from powergap.explain.planner_limits import PlannerLimit, Where, places
from powergap.explain.resolve import Aim, Probe
from powergap.explain.side_by_side import Crew
from powergap.explain.slopes import NOTHING, Move, Slopes, at_limit, holds_to, move, slopes
from powergap.units import USD_PER_MILLION

AIMS = (Aim.LAST_GAP, Aim.GAP_YEARS, Aim.COST)
MEANT = {Aim.GAP_YEARS: "gap-years", Aim.LAST_GAP: "last gap", Aim.COST: "cost"}

KEYS = ["limit", "key", "where", "meaning", "item", "region", "year", "unit", "limit_value", "basis"]
FIGURES = [
    "closes_gw_per_unit_more", "closes_gw_yr_per_unit_more", "saves_usd_per_unit_more",
    "saves_usd_per_year_per_unit_more",
    "loses_gw_per_unit_less", "loses_gw_yr_per_unit_less", "costs_usd_per_unit_less",
    "units_moved", "confirmed_closes_gw", "confirmed_closes_gw_yr", "confirmed_saves_usd",
    "holds_to_units", "holds_for",
]  # fmt: skip
COLUMNS = KEYS + FIGURES


def bottlenecks(probe: Probe, where: Where, crew: Crew, *, top: int = 8, lead_times: bool = True) -> pd.DataFrame:
    """Limits that bind, the one that closes most first.

    Args:
        probe: the policy and case.
        where: tells file and line of a key.
        crew: who does the work.
        top: limits of one year that are confirmed by a re-solve; of limits moved in every year half as many.
        lead_times: ask also what one year less of each technology's lead time closes.

    Returns:
        A row per limit, item, region and year that has an effect; `year` is `every` where all years move at once.
        `basis` says where the estimate comes from: from `beside` the limit it is exact; the `dual` at the limit is
        at least what one unit more closes and at most what one less loses; a lead time is a `re-solve` alone.
    """
    crew.do(probe.base, AIMS, "solving for cost, gap-years and last gap")
    found = [place for place in places(probe) if any(at_limit(probe, aim, place) > 0 for aim in AIMS)]
    rows: list[dict[str, Any]] = lead_time_rows(probe, where, crew) if lead_times else []
    for every in (True, False):
        some = [place for place in found if place.is_every_year is every]
        rows += _rows(probe, some, where, crew, top if not every else (top + 1) // 2)
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(probe: Probe, found: list[PlannerLimit], where: Where, crew: Crew, top: int) -> list[dict[str, Any]]:
    """Rank by what a whole step does, confirm the top, tell the duals of the rest.

    A whole step never closes more than the dual says, so the twice as many of highest dual are tried.
    """
    duals = {place: {aim: at_limit(probe, aim, place) for aim in AIMS} for place in found}
    ranked = sorted(found, key=lambda place: _worth(duals[place]), reverse=True)
    near, rest = ranked[: 2 * top], ranked[2 * top :]
    lead = _leading(probe, near, duals)
    tried = crew.do(lambda place: move(probe, lead, place, probe.program.step), near, "moving limits by one step")
    pairs = sorted(zip(near, tried, strict=True), key=lambda pair: pair[1].closes, reverse=True)
    told = crew.do(lambda pair: _confirmed(probe, lead, *pair), pairs[:top], "confirming bottlenecks")
    rows = [_named(place, where, "beside") | one for (place, _), one in zip(pairs, told, strict=False)]
    for place in [place for place, _ in pairs[top:]] + rest:
        both = {aim: Slopes(dual, dual) for aim, dual in duals[place].items()}
        rows.append(_named(place, where, "dual") | _estimates(probe, both))
    return [row for row in rows if any(row[column] != 0 for column in FIGURES[:6])]


def _leading(probe: Probe, near: list[PlannerLimit], duals: Mapping[PlannerLimit, Mapping[Aim, float]]) -> Aim:
    """What limits are ranked by: gap-years; cost where no limit closes any."""
    return Aim.GAP_YEARS if any(duals[place][Aim.GAP_YEARS] > 0 for place in near) else Aim.COST


def _worth(more: Mapping[Aim, float]) -> tuple[float, float, float]:
    """Rank: by gap-years closed, then the last year's gap, then savings."""
    return more[Aim.GAP_YEARS], more[Aim.LAST_GAP], more[Aim.COST]


def _named(place: PlannerLimit, where: Where, basis: str) -> dict[str, Any]:
    named = {name: getattr(place, name) for name in KEYS if hasattr(place, name)}
    return named | {"where": where(place.path), "limit_value": place.value, "basis": basis}


def _estimates(probe: Probe, both: Mapping[Aim, Slopes]) -> dict[str, float]:
    """Derivatives in planning units; the yearly saving is the even amount in every planned year worth the same."""
    saves = both[Aim.COST].more * USD_PER_MILLION
    return {
        "closes_gw_per_unit_more": both[Aim.LAST_GAP].more,
        "closes_gw_yr_per_unit_more": both[Aim.GAP_YEARS].more,
        "saves_usd_per_unit_more": saves,
        "saves_usd_per_year_per_unit_more": saves / years_worth(probe),
        "loses_gw_per_unit_less": both[Aim.LAST_GAP].less,
        "loses_gw_yr_per_unit_less": both[Aim.GAP_YEARS].less,
        "costs_usd_per_unit_less": both[Aim.COST].less * USD_PER_MILLION,
    }


def years_worth(probe: Probe) -> float:
    """What one dollar in every planned year is worth at the end of the base year, $."""
    return float(np.sum(probe.formulation.register.parameters["discount"]))


def _confirmed(probe: Probe, lead: Aim, place: PlannerLimit, whole: Move) -> dict[str, Any]:
    """Both derivatives, one whole step more re-solved for every aim, and how far the estimate holds."""
    wanted = [aim for aim in AIMS if aim is Aim.COST or probe.base(aim).objective > NOTHING * probe.unit]
    both = {aim: slopes(probe, aim, place) if aim in wanted else Slopes(0.0, float("nan")) for aim in AIMS}
    moves = {aim: move(probe, aim, place, probe.program.step) for aim in wanted if aim is not lead} | {lead: whole}
    closed = {aim: moves[aim].closes if aim in moves else 0.0 for aim in AIMS}
    return _estimates(probe, both) | {
        "units_moved": probe.program.step,
        "confirmed_closes_gw": closed[Aim.LAST_GAP],
        "confirmed_closes_gw_yr": closed[Aim.GAP_YEARS],
        "confirmed_saves_usd": closed[Aim.COST] * USD_PER_MILLION,
        "holds_to_units": holds_to(probe, lead, place, both[lead].more, whole),
        "holds_for": MEANT[lead],
    }
