"""Solve a scenario with the foresight it asks for, and prove the plan over the year where that is asked."""

from __future__ import annotations

import threading
from functools import partial

from powergap import lp
from powergap.planning.by_cuts import cuts_for
from powergap.planning.full_year import proven
from powergap.planning.myopic import plan_year_by_year
from powergap.planning.stages import Plan, Planner, StageReport, compiled, finished
from powergap.scenario.schema import Scenario


def make_plan(
    scenario: Scenario,
    *,
    report: StageReport | None = None,
    cancel: threading.Event | None = None,
    prove: bool = True,
    cache: lp.SolutionCache | None = None,
) -> Plan:
    """Solve a scenario with the foresight it asks for; with `full_year_check`, until it holds over all hours.

    Args:
        scenario: one policy under one case.
        report: called with the name of each stage as it starts.
        cancel: set it from another thread to stop the solver within a second.
        prove: False leaves out the check over the full year that the scenario asks for.
        cache: where solutions are looked up and kept; None solves everything.

    Raises:
        InputError: a profiles file is wrong, or HiGHS does not know an option.
    """
    planner = Planner(scenario, report, cancel, cache)
    if prove and scenario.reliability.full_year_check:
        return proven(scenario, partial(_planned, planner=planner), planner)
    return _planned(scenario, planner)


def _planned(scenario: Scenario, planner: Planner) -> Plan:
    if scenario.foresight.kind == "myopic":
        return plan_year_by_year(scenario, planner)
    formulation, program = compiled(scenario)
    program, solution = planner.optimize(formulation, program, cuts=cuts_for(scenario, program, planner))
    return finished(formulation, program, solution, planner)
