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

import numpy as np
import numpy.typing as npt

from powergap import lp
from powergap.planning.proof import FullYear, Round
from powergap.planning.stages import Plan, Planner, compiled
from powergap.scenario.schema import Scenario

Floats = npt.NDArray[np.float64]


class Dispatch:
    """The program of one scenario over all hours, built once for all its rounds."""

    def __init__(self, scenario: Scenario) -> None:
        """Build it.

        Raises:
            InputError: the profiles file is missing or wrong.
        """
        chronology = scenario.chronology.model_copy(update={"kind": "full", "added_days": []})
        self.formulation, program = compiled(scenario.model_copy(update={"chronology": chronology}))
        cost = np.zeros(len(program.cost))
        cost[program.columns["unserved"].slice] = 1.0
        # The target is what is looked for, not what is asked: an impossible target would hide by how much.
        row_upper = program.row_upper.copy()
        row_upper[program.rows["unserved_within_target"].slice] = np.inf
        self.program = replace(program.with_cost(cost, 0.0), row_upper=row_upper)

    def unserved_gwh(self, plan: Plan, planner: Planner) -> Floats:
        """Least unserved energy of a plan by day; NaN where it cannot be dispatched, [region, year, day].

        Raises:
            InterruptedError: cancelled.
        """
        held, values = np.zeros(len(self.program.cost), bool), np.zeros(len(self.program.cost))
        for name, block in self.program.columns.items():
            if "PERIODS" not in block.set_names:
                held[block.slice] = True
                values[block.slice] = np.maximum(plan.solution.value(name).ravel(), 0.0)
        for part in lp.parts(self.program, held, values):
            solution = planner.solve("full year", part.program)
            found = solution.status is lp.SolveStatus.OPTIMAL
            values[part.columns] = solution.column_value if found else np.nan
        unserved: Floats = self.program.columns["unserved"].of(values).sum(axis=3)
        return unserved


def proven(scenario: Scenario, planned: Callable[[Scenario], Plan], planner: Planner) -> Plan:
    """Plan, dispatch over the year, add the days that fail, and plan again until the target is met.

    A plan of `annual` blocks is only checked: it has no days to add. Rounds also end where no failing day is left
    to add, or where no plan serves the days added; the plan before then stands.

    Args:
        scenario: what is asked.
        planned: makes a plan of a scenario.
        planner: solves and keeps account.

    Raises:
        InputError: the profiles file is missing or wrong.
        InterruptedError: cancelled.
    """
    plan = planned(scenario)
    if not plan.is_optimal:
        return plan
    chronology = scenario.chronology
    dispatch = None if chronology.kind == "full" else Dispatch(scenario)
    proof = FullYear(
        hours=f"profiles {Path(chronology.profiles).name}" if chronology.profiles else "parametric year",
        # What a plan may leave unserved in the hours it sees, it may leave unserved over the year.
        limit_fraction=max(
            scenario.reliability.full_year_unserved_limit_fraction, scenario.reliability.unserved_energy_limit_fraction
        ),
        rounds=(checked(plan, dispatch, planner),),
    )
    most = scenario.reliability.full_year_max_rounds if chronology.kind == "representative" else 0
    while not proof.is_met and len(proof.rounds) <= most and (days := proof.failing_days()):
        own = {"added_days": sorted({*proof.added_days, *days})}
        following = planned(scenario.model_copy(update={"chronology": chronology.model_copy(update=own)}))
        if not following.is_optimal:
            break
        plan = following
        proof = replace(proof, rounds=(*proof.rounds, checked(plan, dispatch, planner)))
    return replace(plan, scenario=scenario, full_year=proof)


def checked(plan: Plan, dispatch: Dispatch | None, planner: Planner) -> Round:
    """Dispatch a plan over the year; a plan made over all hours is its own dispatch."""
    if dispatch is None:
        inputs, unserved = plan.inputs, plan.solution.value("unserved").sum(axis=3)
    else:
        inputs, unserved = dispatch.formulation.inputs, dispatch.unserved_gwh(plan, planner)
    chronology = plan.inputs.scenario.chronology
    return Round(
        own_days=tuple(sorted(set(chronology.added_days))) if chronology.kind == "representative" else (),
        gap_gw=plan.solution.value("gap"),
        load_gwh=plan.solution.value("energized") * inputs.shapes.load.sum(axis=(1, 2))[:, None],
        unserved_gwh=unserved,
    )
