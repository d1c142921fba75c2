"""The cost of waiting and of speed: idle compute, and plant that bridges the wait and is then left standing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from powergap.model.finance import by_year
from powergap.planning import Plan
from powergap.units import USD_PER_MILLION

STRANDED_BELOW = 0.10
"""A machine is stranded in a year in which it delivers less than this share of what it could."""

COLUMNS = ["what", "technology", "region", "year", "gw", "usd", "share_used_fraction"]
STANDS = 1e-6
"""Less is rounding: GW, or of a small program its units."""


def waiting(plan: Plan, *, stranded_below: float = STRANDED_BELOW) -> pd.DataFrame:
    """Idle compute by region and year, and stranded bridge plant by technology, region and year.

    Args:
        plan: a solved policy and case.
        stranded_below: share of usable energy under which a machine that was used more before is stranded.

    Returns:
        `idle compute`: the gap, GW, at the worth of a GW-year of compute, $ of the year. `stranded plant`: standing
        capacity, GW, and its capital charges of the year, $.
    """
    return pd.DataFrame([*_idle(plan), *_stranded(plan, stranded_below)], columns=COLUMNS)


def _idle(plan: Plan) -> list[list[object]]:
    gap = plan.solution.value("gap")
    price = by_year([plan.scenario.value_of.delayed_load_usd_per_kw_year], plan.scenario.year_list)[0] * 1e6
    return [
        ["idle compute", "", region, year, float(gap[r, y]) + 0.0, float(gap[r, y] * price[y]) + 0.0, np.nan]
        for r, region in enumerate(plan.scenario.regions)
        for y, year in enumerate(plan.scenario.year_list)
    ]


def _stranded(plan: Plan, below: float) -> list[list[object]]:
    used = share_used(plan)
    before = np.concatenate([np.zeros_like(used[..., :1]), np.maximum.accumulate(used, axis=-1)[..., :-1]], axis=-1)
    capacity = plan.solution.value("capacity")[: used.shape[0]]
    charge = plan.solution.expression("cost_capital")[: used.shape[0]] * USD_PER_MILLION
    places = np.argwhere((used < below) & (before >= below) & (capacity > STANDS * plan.program.unit))
    names, regions, years = list(plan.scenario.generators), list(plan.scenario.regions), plan.scenario.year_list
    return [
        ["stranded plant", names[g], regions[r], years[y], *(float(a[g, r, y]) for a in (capacity, charge, used))]
        for g, r, y in places
    ]


def share_used(plan: Plan) -> np.ndarray:
    """Energy generated over what the standing machines could generate in the year, [generator, region, year]."""
    given = plan.register.parameters
    hours = np.einsum("grdh,d->gr", given["usable_fraction"], given["step_weight_h"])
    standing = plan.solution.value("capacity")[: len(hours)]
    could = hours[..., None] * standing
    made = plan.solution.expression("generated_gwh")
    share: np.ndarray = np.divide(made, could, out=np.zeros_like(made), where=could > STANDS * plan.program.unit)
    return share
