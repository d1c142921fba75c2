"""When a program is solved by cuts, and where the cuts start.

A program of many hours is large only in its hours: regions meet in delivery slots and moved load, years in orders and
connections, which have no hour. Given those, every year of every region can be dispatched alone. So the columns without
an hour are shared and the rest falls into blocks. The rounds start at the plan of fewer days, which is seldom far off.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from powergap import lp
from powergap.arrays import Floats
from powergap.planning.stages import Cuts, Planner, compiled
from powergap.scenario.schema import Scenario

WITHIN_A_YEAR = {"PERIODS", "HOURS", "DAYS"}
"""Sets whose members lie within a year."""

LARGE = 150_000
"""Rows from which cuts pay.

In `us-regions-2030` with all levers, as a whole and by cuts, cpu s: 219,000 rows (1 typical and 2 stress days) 55 and
25; 800,000 rows (12 and 3) over 1,000 and 80. Below 60,000 rows cuts lost in every trial.
"""

ROUGH = 2e-3
"""Gap and shortage to which the plan of fewer days is brought: rounds beyond that do not make a better start."""


def cuts_for(scenario: Scenario, program: lp.LinearProgram, planner: Planner) -> Cuts | None:
    """The shared columns of a program and who guesses them, where cuts are asked for or are likely to be quicker.

    The guess is made once, by the planner, when it is first asked for.
    """
    method = scenario.solver.method
    if method == "cuts" or (method == "choose" and program.shape[0] >= LARGE):
        return Cuts(shared_columns(program), cache(partial(_from_fewer_days, scenario, program, planner)))
    return None


def shared_columns(program: lp.LinearProgram) -> npt.NDArray[np.bool_]:
    """Which columns have no hour, [columns]."""
    shared = np.zeros(len(program.cost), bool)
    for block in program.columns.values():
        shared[block.slice] = not WITHIN_A_YEAR & set(block.set_names)
    return shared


def _from_fewer_days(scenario: Scenario, program: lp.LinearProgram, planner: Planner) -> lp.Guess | None:
    """What has no hour in the plan of fewer days, 0 for all else; None where there is no such plan.

    Raises:
        Cancelled: cancelled.
    """
    coarse = of_fewer_days(scenario)
    if coarse is None:
        return None
    _, small = compiled(coarse)
    solution = planner.solve("fewer days first", small, cuts=cuts_for(coarse, small, planner), rough=ROUGH)
    if solution.status is not lp.SolveStatus.OPTIMAL:
        return None
    rows, columns = program.shape
    values = _without_hours(program.columns, small.columns, solution.column_value, columns)
    if scenario.objective == "least_gap":
        # What it finds are prices of the least cost, with a price on the gap.
        return lp.Guess(values)
    column_dual = _without_hours(program.columns, small.columns, solution.column_dual, columns)
    return lp.Guess(values, lp.Prices(column_dual, _without_hours(program.rows, small.rows, solution.row_dual, rows)))


def _without_hours(blocks: Mapping[str, lp.Block], small: Mapping[str, lp.Block], values: Floats, size: int) -> Floats:
    """Values of the smaller program in the places of the larger one, 0 where hours count, [size]."""
    found = np.zeros(size)
    for name, block in blocks.items():
        like = small.get(name)  # fewer days may need fewer kinds of rows
        if like is not None and not WITHIN_A_YEAR & set(block.set_names) and like.shape == block.shape:
            found[block.slice] = values[like.slice]
    return found


def of_fewer_days(scenario: Scenario) -> Scenario | None:
    """The scenario on fewer days; None where a year has no days to leave out."""
    chronology = scenario.chronology
    days = chronology.typical_days + chronology.stress_days + len(chronology.added_days)
    fewer: dict[str, Any] = {"added_days": []}
    if chronology.kind == "annual":
        return None
    if chronology.kind == "full":
        fewer |= {"kind": "representative", "typical_days": 12, "stress_days": 3}
    elif days > 6:
        fewer |= {"typical_days": 1, "stress_days": 2}
    else:
        fewer |= {"kind": "annual", "stress_days": 0}
    return scenario.model_copy(update={"chronology": chronology.model_copy(update=fewer)})
