"""The audit of a run: every policy and case, then what compares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from powergap.audit.certificates import (
    certificates_in_folder,
    certificates_in_memory,
    check_without_plan,
)
from powergap.audit.check import AuditReport, Rule
from powergap.audit.demand import check_demand, check_moved
from powergap.audit.dispatch import check_dispatch
from powergap.audit.expected import Expected, ExpectedOutcome
from powergap.audit.full_year import as_planned, check_full_year
from powergap.audit.limits import check_limits
from powergap.audit.money import check_money, emitted
from powergap.audit.storage import check_storage
from powergap.audit.summary import check_closed, check_policies
from powergap.audit.supply import check_supply
from powergap.audit.view import PlanView, Tables
from powergap.planning import Plan
from powergap.results.manifest import Check
from powergap.scenario import Scenario

EMISSIONS = Rule("emissions", "Emissions are energy drawn or generated times what it emits", "t/yr")
PERIODS = Rule(
    "periods", "The periods are those of the scenario's chronology and represent all days of the year", "rows"
)
LISTED = Rule("runs_listed", "The manifest lists every policy and case of the scenario once", "runs")


def audit(
    frames: Mapping[str, pd.DataFrame],
    scenarios: Sequence[Scenario],
    expected: Expected,
    plans: Sequence[Plan] = (),
    lp_folder: Path | None = None,
) -> list[Check]:
    """Recompute every identity of a run from its tables and scenarios.

    Args:
        frames: the tables by name.
        scenarios: policies and cases of the run, resolved.
        expected: how each is said to have ended.
        plans: as solved; none where the run was read from a folder.
        lp_folder: the folder of the exported linear programs; read when there are no solved plans.

    Returns:
        One check per identity, each with the worst place over all policies and cases. Of policies and cases
        without a plan (infeasible ones) there is only that to check.
    """
    report = AuditReport()
    outcomes = {(one.policy, one.case): one for one in expected.outcomes}
    _listed(report, expected.outcomes, scenarios)
    check_without_plan(report, expected.outcomes, plans, lp_folder)
    with_plan = {key for key, one in outcomes.items() if one.objective_musd is not None}
    solved = [s for s in scenarios if (s.policy, s.case) in with_plan]
    if not solved or not frames:
        return report.checks
    tables = Tables(frames, report)
    views = [tables.view(as_planned(s, outcomes[s.policy, s.case])) for s in solved]
    of = {(view.scenario.policy, view.scenario.case): view for view in views}
    listed = [outcomes[key] for key in of]
    for view, asked, outcome in zip(views, solved, listed, strict=True):
        _one(view, tables, outcome)
        check_full_year(view, tables, asked, outcome)
        check_closed(view, tables, of.get((expected.reference_policy, view.scenario.case)))
    check_policies(views, tables, frames["policies"], expected)
    if plans:
        certificates_in_memory(views, listed, plans)
    elif lp_folder is not None:
        certificates_in_folder(views, listed, lp_folder)
    return report.checks


def _listed(report: AuditReport, outcomes: Sequence[ExpectedOutcome], scenarios: Sequence[Scenario]) -> None:
    """Compare the manifest's list with the scenarios."""
    asked = [f"{scenario.policy} / {scenario.case}" for scenario in scenarios]
    listed = [f"{one.policy} / {one.case}" for one in outcomes]
    wrong = [f"{name} is missing" for name in asked if name not in listed]
    wrong += [f"{name} is unknown" for name in listed if name not in asked]
    wrong += ["one is listed twice"] if len(set(listed)) < len(listed) else []
    report.told(LISTED, wrong, len(asked))


def _one(view: PlanView, tables: Tables, outcome: ExpectedOutcome) -> None:
    """Everything that one policy and case must hold by itself."""
    _periods(view, tables)
    check_demand(view)
    check_supply(view)
    check_dispatch(view)
    check_storage(view)
    moved_out = check_limits(view, tables)
    check_moved(view, moved_out)
    check_money(view, moved_out, outcome.objective_musd)
    for kind, tonnes in view.emissions.items():
        view.place.equal(EMISSIONS, (kind, "region", "year"), tonnes, emitted(view, kind))


def _periods(view: PlanView, tables: Tables) -> None:
    """Compare the periods table with the scenario's chronology, row by row."""
    coded, line = tables.coded["periods"], view.line
    table = coded.table.iloc[coded.rows(view.scenario.policy, view.scenario.case)]
    expected = zip(
        line.names, line.stress, line.day_of_year + 1, line.days_per_year,
        [line.hours_per_step] * len(line.names), strict=True,
    )  # fmt: skip
    columns = ["period", "stress", "day_of_year", "days_per_year", "hours_per_step"]
    found = list(table[columns].itertuples(index=False, name=None))
    rows = [tuple(row) for row in expected]
    wrong = [f"{view.place.name}: {row[0]}" for row, other in zip(rows, found, strict=False) if tuple(other) != row]
    wrong += [f"{view.place.name}: {len(found)} of {len(rows)} periods"] if len(found) != len(rows) else []
    if not np.isclose(line.days_per_year.sum(), 365):
        wrong.append(f"{view.place.name}: {line.days_per_year.sum():g} days a year")
    view.place.report.told(PERIODS, wrong, len(rows))
