"""The frontier of gap against cost: the least cost of supply for every ceiling on gap-years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from powergap.explain.resolve import Aim, Change, Probe
from powergap.explain.side_by_side import Crew
from powergap.units import USD_PER_MILLION

COLUMNS = ["gap_gw_yr", "gap_gw_last_year", "supply_cost_usd", "marginal_usd_per_kw_year"]


def frontier(probe: Probe, crew: Crew, *, points: int = 12) -> pd.DataFrame:
    """Cost of supply (what waits is free) under a falling ceiling on gap-years, each solved from the one before.

    From the gap of the cheapest supply to the least gap that limits allow, closer together towards the least.

    Args:
        probe: the policy and case.
        crew: who does the work.
        points: ceilings, at least 2.

    Returns:
        A row per ceiling, the loosest first. The marginal cost is that of each kW-year closed on the way from the row
        before, $ discounted.
    """
    crew.do(probe.base, (Aim.GAP_YEARS, Aim.SUPPLY_COST), "solving for least gap and cheapest supply")
    least = probe.base(Aim.GAP_YEARS).objective
    cheapest = probe.base(Aim.SUPPLY_COST)
    most = float(cheapest.value("gap").sum())
    least = min(most, probe.just_above(least))
    ceilings = least + (most - least) * np.linspace(1.0, 0.0, points) ** 2
    changes = [Change(rows={probe.ceiling: float(ceiling)}) for ceiling in ceilings]
    outcomes = crew.do(lambda some: probe.along(Aim.SUPPLY_COST, some), [changes], "frontier of gap and cost")[0]
    rows = [
        {
            "gap_gw_yr": float(probe.gap(outcome).sum()),
            "gap_gw_last_year": float(probe.gap(outcome)[:, -1].sum()),
            "supply_cost_usd": outcome.value * USD_PER_MILLION,
        }
        for outcome in outcomes
        if outcome is not None
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    closed = -table["gap_gw_yr"].diff()
    closed_kw = 1e6 * closed.where(closed > 1e-9 * probe.unit)
    table["marginal_usd_per_kw_year"] = table["supply_cost_usd"].diff() / closed_kw
    return table
