"""Proof of optimality: residuals and duality gap of each linear program, and that the tables are its plan."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from powergap import lp
from powergap.arrays import Floats
from powergap.audit.check import AuditReport, Rule
from powergap.audit.expected import ExpectedOutcome
from powergap.audit.view import PlanView
from powergap.planning import Plan
from powergap.results.run_folder import lp_file

FILES = Rule("lp_files_readable", "Every solved linear program is in the run folder, with its solution", "files")
PRIMAL = Rule("certificate_primal", "The plan satisfies every row and bound of its linear program", "relative")
DUAL = Rule("certificate_dual", "The shadow prices are a feasible dual solution", "relative")
NO_GAP = Rule(
    "certificate_duality_gap", "The dual solution proves that no plan is cheaper by more than the tolerance", "relative"
)
WITHOUT = Rule("certificate_infeasible", "What is called infeasible has rows that contradict each other", "runs")
SAME_COST = Rule("certificate_objective", "The linear program's cost at the plan is the manifest's objective", "$M")
SAME_PLAN = Rule("certificate_is_of_the_tables", "The solution in the linear program is the plan in the tables", "GW")


def certificates_in_memory(
    views: Sequence[PlanView], outcomes: Sequence[ExpectedOutcome], plans: Sequence[Plan]
) -> None:
    """Judge the certificates that come with solved plans."""
    by_run = {(plan.scenario.policy, plan.scenario.case): plan for plan in plans}
    for view, outcome in zip(views, outcomes, strict=True):
        plan = by_run[view.scenario.policy, view.scenario.case]
        _judge(view, outcome, plan.certificate, plan.program, plan.solution.column_value)


def certificates_in_folder(views: Sequence[PlanView], outcomes: Sequence[ExpectedOutcome], folder: Path) -> None:
    """Certify the linear programs of a run folder from their arrays."""
    for view, outcome in zip(views, outcomes, strict=True):
        path = folder / lp_file(view.scenario.policy, view.scenario.case)
        told = ""
        try:
            program, solution = lp.load(path)
            if solution is None:
                told = f"{path.name}: has no solution"
            else:
                certificate = lp.certify(program, solution.column_value, solution.row_dual)
                _judge(view, outcome, certificate, program, solution.column_value)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            told = f"{path.name}: {error}"
        view.place.report.told(FILES, [told] if told else [], 1)


def check_without_plan(
    report: AuditReport, outcomes: Sequence[ExpectedOutcome], plans: Sequence[Plan], folder: Path | None
) -> None:
    """Ask of every policy and case that is called infeasible whether the weights of its rows prove it.

    Args:
        report: what is found goes there.
        outcomes: how each is said to have ended.
        plans: of a run in memory.
        folder: of the linear programs of a run that was read; None where there are only plans.
    """
    by_run = {(plan.scenario.policy, plan.scenario.case): (plan.program, plan.solution) for plan in plans}
    for outcome in outcomes:
        key = outcome.policy, outcome.case
        if outcome.status != "infeasible" or not (plans or folder):
            continue
        told = outcome.name
        with suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            program, solution = by_run[key] if folder is None else lp.load(folder / lp_file(*key))
            told = "" if solution and lp.contradiction(program, solution.row_dual).proves else told
        report.told(WITHOUT, [told] if told else [], 1)


def _judge(
    view: PlanView,
    outcome: ExpectedOutcome,
    certificate: lp.Certificate,
    program: lp.LinearProgram,
    values: Floats,
) -> None:
    """Residuals always; dual and gap only of what is called optimal."""
    place, nothing, size = view.place, np.zeros(()), np.ones(())
    place.at_most(PRIMAL, (), np.array(certificate.relative_primal_residual), nothing, size)
    if outcome.status == "optimal":
        place.at_most(DUAL, (), np.array(certificate.relative_dual_residual), nothing, size)
        # Within a millionth, which the rule allows by itself, or what the scenario lets a plan by cuts be off.
        asked = np.array(view.scenario.solver.gap_fraction)
        place.at_most(NO_GAP, (), np.array(certificate.relative_gap), asked, size)
    cost = float(program.cost @ values) + program.offset
    place.equal(SAME_COST, (), np.array(cost), np.array(outcome.objective_musd))
    in_tables = {
        "energized": (("region", "year"), view.gap["energized_gw"]),
        "gap": (("region", "year"), view.gap["gap_gw"]),
        "connected": (("connection", "region", "year"), view.capacity["connection"]["capacity_gw"]),
        "output": (("generator", "region", "year", "period", "hour"), view.power["generator"]),
        "order": (
            ("ordered", "region", "year"),
            np.concatenate([view.capacity[kind]["ordered_gw"] for kind in ("generator", "storage")]),
        ),
    }
    for name, (axes, table) in in_tables.items():
        if name in program.columns and program.columns[name].shape == table.shape:
            place.equal(SAME_PLAN, axes, program.columns[name].of(values), table)
