"""Manifests written by hand; what a test does not name is of a small run that went well."""

from __future__ import annotations

import datetime
from typing import Any

from powergap import lp
from powergap.results.manifest import FullYearEntry, HoursEntry, Manifest, RunEntry, SolverEntry

FULL_YEAR = FullYearEntry(
    hours="hours.csv", within_target=True, ended="within target", unserved_limit_fraction=1e-5, rounds=2, days_added=7,
    own_days=[1], unserved_mwh_before=812.3, unserved_mwh_after=0.0, days_short=0,
)  # fmt: skip


def run_entry(**given: Any) -> RunEntry:
    """One policy and case."""
    return RunEntry(**{
        "policy": "gas", "case": "mid", "scenario_sha256": "0" * 64, "status": "optimal", "objective": "least_cost",
        "objective_musd": 1.0, "chronology": "annual", "hours": HoursEntry(given=[], parametric=[]), "projects": {},
        "full_year": None, "foresight": "perfect", "message": "", "rows": 1, "columns": 1, "nonzeros": 1, "stages": [],
        "solver": SolverEntry(name="HiGHS", method="auto", options={}), "from_cache": False,
        "certificate": lp.Certificate(0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0), "certified": True,
    } | given)  # fmt: skip


def manifest(**given: Any) -> Manifest:
    """Of a run."""
    return Manifest(**{
        "scenario": "two", "title": "", "source": "", "reference_policy": "grid-only", "default_case": "mid",
        "created_utc": datetime.datetime(2026, 11, 23, 19, tzinfo=datetime.UTC), "versions": {"powergap": "0.0.0"},
        "python": "3", "platform": "", "seconds": 1.0, "tables": [], "runs": [],
    } | given)  # fmt: skip
