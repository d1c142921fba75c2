"""The full-year proof: a finished plan is dispatched over all 8,760 hours, and planned again with the days it fails on.

The plan's orders, connections and energized load are held, cost is set aside and unserved energy is minimized. With
the plan held, regions and years have nothing in common any more and are solved one by one; storage is followed hour
by hour through the year, and yearly limits count over the year. The days with the most unserved energy become periods
of their own and the plan is made again, until what is unserved is within the target.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from powergap import lp
from powergap.arrays import Floats
from powergap.planning.proof import ROUNDING, FullYear, Round
from powergap.planning.stages import Plan, Planner, compiled
from powergap.scenario.schema import Scenario

SEEN_BEFORE = 1.001
"""What unserved energy counts on days that are periods of their own already, 1 on all others. What a yearly limit
leaves unserved may fall on any of many days; so it falls on one that the next plan can learn from."""


class Dispatch:
    """The program of one scenario over all hours, built once for all its rounds."""

    def __init__(self, scenario: Scenario) -> None:
        """Build it.

        Raises:
            InputError: the profiles file is missing or wrong.
        """
        self.formulation, program = compiled(_with_chronology(scenario, kind="full", added_days=[]))
        # The target is what is looked for, not what is asked: an impossible target would hide by how much.
        row_upper = program.row_upper.copy()
        row_upper[program.rows["unserved_within_target"].slice] = np.inf
        self.program = replace(program, row_upper=row_upper)

    def unserved_gwh(self, plan: Plan, planner: Planner) -> Floats:
        """Least unserved energy of a plan by day; NaN where no dispatch was found, [region, year, day].

        Raises:
            Cancelled: cancelled.
        """
        unserved, cost = self.program.columns["unserved"], np.zeros(len(self.program.cost))
        of_day = unserved.of(cost)
        of_day[:] = 1.0
        of_day[:, :, np.array(own_days(plan), dtype=int) - 1] = SEEN_BEFORE
        held, values = np.zeros(len(cost), bool), np.zeros(len(cost))
        for name, block in self.program.columns.items():
            if "PERIODS" not in block.set_names:
                held[block.slice] = True
                values[block.slice] = np.maximum(plan.solution.value(name).ravel(), 0.0)
        for number, part in enumerate(lp.parts(self.program.with_cost(cost), held, values), start=1):
            solution = planner.solve(f"full year, part {number}", part.program)
            found = solution.status is lp.SolveStatus.OPTIMAL
            values[part.columns] = solution.column_value if found else np.nan
        by_day: Floats = unserved.of(values).sum(axis=3)
        return by_day


def proven(scenario: Scenario, planned: Callable[[Scenario], Plan], planner: Planner) -> Plan:
    """Plan, dispatch over the year, add the days that fail, and plan again until the target is met.

    A plan of `annual` blocks or of all hours is only checked: it has no days to add. Rounds also end where no
    failing day is left to add, or where no plan serves the days added; the plan before then stands.

    Args:
        scenario: what is asked.
        planned: makes a plan of a scenario.
        planner: solves and keeps account.

    Raises:
        InputError: the profiles file is missing or wrong.
        Cancelled: cancelled.
    """
    plan = planned(scenario)
    if not plan.is_optimal:
        return plan
    profiles, reliability = scenario.chronology.profiles, scenario.reliability
    dispatch = None if scenario.chronology.kind == "full" else Dispatch(scenario)
    proof = FullYear(
        hours=Path(profiles).name if profiles else "parametric",
        # What a plan may leave unserved in the hours it sees, it may leave unserved over the year.
        limit_fraction=max(reliability.full_year_unserved_limit_fraction, reliability.unserved_energy_limit_fraction),
        rounds=(checked(plan, dispatch, planner),),
    )
    while not (ended := proof.reason_to_stop(scenario)):
        days = sorted({*proof.own_days, *proof.failing_days()})
        added = len(days) - len(proof.rounds[0].own_days)
        planner.prefix = f"round {len(proof.rounds)}, {added} days added: "
        following = planned(_with_chronology(scenario, added_days=days))
        if not following.is_optimal:
            ended = f"with {added} days added there is no plan: {following.solution.status.value}"
            break
        plan = following
        proof = replace(proof, rounds=(*proof.rounds, checked(plan, dispatch, planner)))
    proof = replace(proof, ended=ended)
    return replace(plan, scenario=scenario, stages=tuple(planner.stages), full_year=proof)


def checked(plan: Plan, dispatch: Dispatch | None, planner: Planner) -> Round:
    """Dispatch a plan over the year; a plan made over all hours is its own dispatch."""
    if dispatch is None:
        inputs, unserved = plan.inputs, plan.solution.value("unserved").sum(axis=3)
    else:
        inputs, unserved = dispatch.formulation.inputs, dispatch.unserved_gwh(plan, planner)
    load = plan.solution.value("energized") * inputs.shapes.load.sum(axis=(1, 2))[:, None]
    return Round(
        own_days=own_days(plan),
        gap_gw=plan.solution.value("gap"),
        load_gwh=load,
        unserved_gwh=np.where(unserved <= ROUNDING * load[:, :, None], 0.0, unserved),
    )


def own_days(plan: Plan) -> tuple[int, ...]:
    """Calendar days, 1 to 365, that the plan was asked to follow as periods of their own."""
    chronology = plan.inputs.scenario.chronology
    return tuple(sorted(set(chronology.added_days))) if chronology.kind == "representative" else ()


def _with_chronology(scenario: Scenario, **changed: Any) -> Scenario:
    return scenario.model_copy(update={"chronology": scenario.chronology.model_copy(update=changed)})
