"""A session finds, move by move, what a solve from scratch finds."""

from dataclasses import replace

import numpy as np
import pytest

from powergap import lp
from powergap.lp import session as session_module
from powergap.lp.loaded import Loaded
from tests.lp.test_rays import of


def two_plants():
    """Least 3 x + 5 y where x + y >= 10, x <= 4: 12 + 30."""
    return of([[1.0, 1.0]], [10], [None], [0, 0], [4, 20], [3, 5])


def with_rows(program, lower, upper):
    return replace(program, row_lower=np.array([lower]), row_upper=np.array([upper]))


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("strategy", [session_module.DUAL, lp.PRIMAL])
def test_costs_bounds_and_limits_move_and_come_back(warm, strategy):
    program = two_plants()
    session = lp.Session(program, lp.solve(program).basis, strategy=strategy)
    moved = [
        (program, 42),
        (with_rows(program, 12.0, np.inf), 52),
        (program.with_column_bounds(upper=np.array([6.0, 20.0])), 38),
        (program.with_cost(np.array([3.0, 1.0])), 10),
        (program.with_cost(np.array([3.0, 5.0]), 100.0), 142),
    ]
    for one, cost in [*moved, *reversed(moved)]:
        found = session.solve(one, warm=warm)
        assert (found.status, found.objective) == (lp.SolveStatus.OPTIMAL, pytest.approx(cost))
    session.rewind()
    assert session.solve(program).iterations == 0


def test_that_there_is_no_plan_and_no_least_is_proven():
    program = two_plants()
    session = lp.Session(program)
    assert session.solve(with_rows(program, 30.0, np.inf)).status is lp.SolveStatus.INFEASIBLE
    endless = replace(program, column_upper=np.array([4.0, np.inf]))
    assert session.solve(endless.with_cost(np.array([0.0, -1.0]))).status is lp.SolveStatus.UNBOUNDED
    assert session.solve(program).objective == pytest.approx(42)


def test_quantities_below_one_are_counted_in_their_unit():
    """The same in kW: 1e-6 of everything, so that a tolerance of 1e-7 would be 1% of it."""
    program = of([[1.0, 1.0]], [1e-5], [None], [0, 0], [4e-6, 2e-5], [3, 5])
    session = lp.Session(program)
    assert session.solve(program).objective == pytest.approx(42e-6, rel=1e-9)
    assert session.solve(with_rows(program, 1.2e-5, np.inf)).objective == pytest.approx(52e-6, rel=1e-9)


def test_what_is_not_proven_is_solved_on_its_own(monkeypatch):
    monkeypatch.setattr(Loaded, "run", lambda _: False)
    assert lp.Session(two_plants()).solve(two_plants()).objective == pytest.approx(42)


def test_a_basis_moves_on_along_a_chain_of_columns():
    """Of x, y, z one is basic; a year later the next is."""
    program = of([[1.0, 1.0, 1.0]], [10], [None], [0, 0, 0], [20, 20, 20], [1, 2, 3])
    basis = lp.solve(program, lp.SolverSettings(options={"presolve": "off"})).basis
    names = [[status.name for status in lp.Basis.moved_on(basis, chains).col_status] for chains in ([], [[0, 1, 2]])]
    assert names == [["kBasic", "kLower", "kLower"], ["kLower", "kBasic", "kLower"]]
    around = lp.Basis.moved_on(basis, [[2, 1, 0]])
    assert [status.name for status in around.col_status] == ["kLower", "kLower", "kBasic"]
