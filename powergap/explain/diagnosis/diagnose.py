"""Diagnose a policy that has no plan."""

from __future__ import annotations

import threading

from powergap import lp
from powergap.explain.diagnosis.elastic import Elastic
from powergap.explain.diagnosis.movable import movables_of
from powergap.explain.diagnosis.words import Diagnosis, conflicts, diagnosis_of, rigid, unbounded
from powergap.planning import Plan, make_plan
from powergap.scenario import Scenario, Study


def diagnose(study: Study, scenario: Scenario, *, cancel: threading.Event | None = None) -> Diagnosis:
    """Solve one policy under one case and, if it has no plan, say which limits conflict.

    Args:
        study: what the scenario was loaded as; tells where each value is written.
        scenario: one policy under one case.
        cancel: set it from another thread to stop the first solve.

    Raises:
        InputError: a profiles file is wrong.
    """
    return diagnose_plan(study, make_plan(scenario, cancel=cancel, prove=False))


def diagnose_plan(study: Study, plan: Plan) -> Diagnosis:
    """Say which limits conflict in a plan that was found infeasible, or what makes it unbounded."""
    status = plan.solution.status
    if status is lp.SolveStatus.OPTIMAL:
        return diagnosis_of(plan, "feasible", [], ("Every limit can hold: there is a plan.",))
    if status is not lp.SolveStatus.UNBOUNDED:
        program, movables = movables_of(plan)
        elastic = Elastic(program, movables)
        if elastic.moves(elastic.groups) is not None:
            return conflicts(study, plan, elastic)
        if not elastic.can_be_met:
            return diagnosis_of(plan, "infeasible", [], (rigid(plan, movables),))
    if status in (lp.SolveStatus.UNBOUNDED, lp.SolveStatus.INFEASIBLE_OR_UNBOUNDED):
        return diagnosis_of(plan, "unbounded", [], tuple(unbounded(plan)))
    return diagnosis_of(plan, status.value, [], (f"The solver stopped early: {plan.solution.message}",))
