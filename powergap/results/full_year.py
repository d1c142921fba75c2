"""What the check over the full year found, as a table and for the manifest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from powergap.planning import Plan
from powergap.results.frames import axes_of, long_table
from powergap.results.manifest import FullYearEntry

MWH_PER_GWH = 1e3


def full_year_table(plan: Plan) -> pd.DataFrame:
    """Every round of the full-year proof by region and year; no rows where it was not asked for."""
    proof = plan.full_year
    rounds = proof.rounds if proof else ()
    shape = (len(rounds), *plan.solution.value("gap").shape)
    load = np.reshape([found.load_gwh for found in rounds], shape)
    added = [proof.days_added(number) for number in range(len(rounds))] if proof else []
    table = long_table(
        {"round": list(range(len(rounds))), **axes_of(plan, "REGIONS", "YEARS")},
        {
            "days_added": np.reshape(added, (-1, 1, 1)),
            "gap_gw": np.reshape([found.gap_gw for found in rounds], shape),
            "load_gwh": load,
            "unserved_mwh": np.reshape([found.unserved_gwh.sum(axis=2) for found in rounds], shape) * MWH_PER_GWH,
            "unserved_limit_mwh": (proof.limit_fraction if proof else 0.0) * load * MWH_PER_GWH,
            "days_short": np.reshape([found.days_short.sum(axis=2) for found in rounds], shape),
        },
    )
    return table.astype({"round": int, "days_added": int, "days_short": int})


def full_year_entry(plan: Plan) -> FullYearEntry | None:
    """What was done, in a record; None where the plan was not dispatched over the year."""
    proof = plan.full_year
    if proof is None:
        return None
    first, last = (_mwh(found.unserved_gwh) for found in (proof.rounds[0], proof.rounds[-1]))
    return FullYearEntry(
        hours=proof.hours,
        within_target=proof.is_met,
        ended=proof.ended,
        unserved_limit_fraction=proof.limit_fraction,
        rounds=len(proof.rounds) - 1,
        days_added=proof.days_added(),
        own_days=list(proof.own_days),
        unserved_mwh_before=first,
        unserved_mwh_after=last,
        days_short=int(proof.rounds[-1].days_short.any(axis=(0, 1)).sum()),
    )


def _mwh(unserved_gwh: np.ndarray) -> float | None:
    """Over all regions, years and days; None where there is no dispatch."""
    total = float(unserved_gwh.sum()) * MWH_PER_GWH
    return None if np.isnan(total) else total
