"""A program that falls apart once columns are held: the parts together are the whole."""

from dataclasses import replace

import numpy as np
import pytest

import powergap
from powergap import lp
from powergap.lp.subproblems import parts
from powergap.planning import make_plan
from tests.conftest import SCENARIOS


@pytest.fixture(scope="module")
def plan():
    sets = ("chronology.kind=representative", "chronology.typical_days=2", "chronology.stress_days=1")
    return make_plan(powergap.load(SCENARIOS / "tiny/two-regions.yaml", sets=sets).runs[-1])


@pytest.fixture(scope="module")
def held(plan):
    """Everything but dispatch, held half a GW below what was planned, so that something is left unserved."""
    columns = plan.program.columns
    mask = np.zeros(len(plan.program.cost), bool)
    for block in columns.values():
        mask[block.slice] = "PERIODS" not in block.set_names
    values = np.maximum(plan.solution.column_value, 0.0)
    values[columns["connected"].slice] = np.maximum(values[columns["connected"].slice] - 0.5, 0.0)
    return mask, values


@pytest.fixture(scope="module")
def dispatch(plan):
    """The program without its target for unserved energy, in which cost is left as it is."""
    free = plan.program.row_upper.copy()
    free[plan.program.rows["unserved_within_target"].slice] = np.inf
    return replace(plan.program, row_upper=free)


def whole(program, mask, values):
    """The held program in one piece: rows that meet held columns alone are let go, as the parts do."""
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    lower[mask] = upper[mask] = values[mask]
    row_of = np.repeat(np.arange(program.shape[0]), np.diff(program.start))
    meets_free = np.bincount(row_of, ~mask[program.index], program.shape[0]) > 0
    row_lower = np.where(meets_free, program.row_lower, -np.inf)
    row_upper = np.where(meets_free, program.row_upper, np.inf)
    program = replace(program, row_lower=row_lower, row_upper=row_upper)
    return lp.solve(program.with_column_bounds(lower, upper))


@pytest.mark.parametrize(("smallest", "at_least"), [(1, 4), (60, 2), (10**6, 1)])
def test_solving_the_parts_is_solving_the_whole(dispatch, held, smallest, at_least):
    """Two regions and two years are four parts once orders are held, or fewer put together."""
    mask, values = held
    found = list(parts(dispatch, mask, values, smallest))
    assert len(found) >= at_least
    solutions = [lp.solve(part.program) for part in found]
    expected = whole(dispatch, mask, values)
    assert expected.status is lp.SolveStatus.OPTIMAL
    held_cost = dispatch.cost[mask] @ values[mask] + dispatch.offset
    assert sum(one.objective for one in solutions) + held_cost == pytest.approx(expected.objective, rel=1e-9)
    assert expected.objective > held_cost + 1


def test_every_free_column_is_in_one_part(dispatch, held):
    mask, values = held
    columns = np.concatenate([part.columns for part in parts(dispatch, mask, values, 1)])
    assert sorted(columns) == list(np.flatnonzero(~mask))


def test_a_part_that_is_too_small_is_solved_with_the_next(dispatch, held):
    mask, values = held
    alone, together = (len(list(parts(dispatch, mask, values, smallest))) for smallest in (1, 10**6))
    assert together == 1 < alone


def test_nothing_free_leaves_no_part(dispatch):
    assert list(parts(dispatch, np.ones(len(dispatch.cost), bool), np.zeros(len(dispatch.cost)))) == []
