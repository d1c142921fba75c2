"""That there is no plan, or none that is cheapest, is said where the numbers prove it and nowhere else."""

import dataclasses

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from powergap import lp
from powergap.lp import solver
from powergap.lp.highs import QuietHighs
from tests.lp.test_solver import dispatch


def of(matrix, row_lower, row_upper, column_lower, column_upper, cost=None) -> lp.LinearProgram:
    """A program from lists; None is no bound."""
    table = csr_array(np.array(matrix, float))
    lower, upper = (np.array([sign * np.inf if one is None else one for one in bounds], float)
                    for sign, bounds in ((-1, row_lower + column_lower), (1, row_upper + column_upper)))  # fmt: skip
    rows, columns = table.shape
    return lp.LinearProgram(
        np.zeros(columns) if cost is None else np.array(cost, float), 0.0, lower[rows:], upper[rows:],
        lower[:rows], upper[:rows], table.indptr.astype(np.int32), table.indices.astype(np.int32), table.data, {}, {},
    )  # fmt: skip


def fleet(cap) -> lp.LinearProgram:
    """A fleet of at least 10 GW that emits 2 Mt a GW, from machines of at most 30 GW, under a cap in Mt."""
    return of([[1.0], [2.0]], [10, None], [None, cap], [0], [30])


def test_a_contradiction_as_worked_by_hand():
    """Twice the first row less the second: 2 x - 2 x = 0 is to be 20 - 17 = 3; by weights of 2/3 and -1/3 it is 1.

    With 9.. GW, say x = 9, the fleet is short of 1 and the cap is missed by 1: no x misses both by less.
    """
    program = fleet(17.0)
    found = lp.contradiction(program, np.array([2.0, -1.0]))
    assert found.proves
    assert found.miss == pytest.approx(1.0)
    assert found.reach == np.inf
    np.testing.assert_allclose(found.weight, [2 / 3, -1 / 3])
    solution = lp.solve(program)
    assert solution.status is lp.SolveStatus.INFEASIBLE
    assert lp.contradiction(program, solution.row_dual).proves


@pytest.mark.parametrize("weight", [[2.0, 1.0], [1.0, -1.0], [0.0, 0.0], [-2.0, 1.0], [np.nan, 1.0]])
def test_other_weights_prove_nothing_of_it(weight):
    assert not lp.contradiction(fleet(17.0), np.array(weight)).proves


def test_no_weights_contradict_a_program_that_has_a_plan():
    weights = np.random.default_rng(1).normal(size=(200, 2))
    assert not any(lp.contradiction(fleet(20.0), weight).proves for weight in weights)


def test_a_column_without_a_bound_undoes_a_contradiction_that_leans_on_it():
    """x - y >= 1 and y - x >= 1 contradict each other; with 1.0001 y in the first y = -20,000 is a plan."""
    never = of([[1, -1], [-1, 1]], [1, 1], [None, None], [None, None], [None, None])
    assert lp.contradiction(never, np.ones(2)).proves
    far = of([[1, -1.0001], [-1, 1]], [1, 1], [None, None], [None, None], [None, None])
    found = lp.contradiction(far, np.ones(2))
    assert not found.proves
    assert found.reach == pytest.approx(20_000, rel=1e-3), "y must go to 2 / 0.0001"
    assert lp.solve(far).status is lp.SolveStatus.OPTIMAL


def test_bounds_that_cross_contradict_each_other():
    """Between 5 and 4 every value misses one of the two by half of 1 at least."""
    for program in (of([[1]], [0], [9], [5], [4]), of([[1]], [5], [4], [0], [9])):
        solution = lp.solve(program)
        assert solution.status is lp.SolveStatus.INFEASIBLE
        assert lp.contradiction(program, solution.row_dual).miss == 0.5


def test_a_descent_as_worked_by_hand():
    """x - y <= 3 at a cost of -1 each: along (1, 1) cost falls and the row stays; along (1, 0) it is in the way."""
    program = of([[1, -1]], [None], [3], [0, 0], [None, None], [-1, -1])
    assert lp.descent(program, np.array([7.0, 7.0])).proves
    assert not lp.descent(program, np.array([1.0, 0.0])).proves
    assert not lp.descent(program, np.array([-1.0, -1.0])).proves, "the way up, and through the lower bounds"
    assert not lp.descent(program, np.zeros(2)).proves
    solution = lp.solve(program)
    assert solution.status is lp.SolveStatus.UNBOUNDED
    assert lp.descent(program, solution.column_dual).proves
    assert lp.certify(program, solution.column_value, np.zeros(1)).is_primal_feasible()


CLAIMS = [highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnbounded,
          highspy.HighsModelStatus.kUnboundedOrInfeasible]  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_a_claim_that_is_false_is_not_believed(monkeypatch, claim):
    """A solver that says so of every program, also of one with an optimum of 117."""
    monkeypatch.setattr(QuietHighs, "getModelStatus", lambda _: claim)
    solution = lp.solve(dispatch())
    assert solution.status is lp.SolveStatus.NUMERICAL
    assert "does not prove it" in solution.message


def test_a_claim_without_a_ray_is_proven_by_the_least_that_rows_can_be_missed_by(monkeypatch):
    monkeypatch.setattr(QuietHighs, "getDualRayExist", lambda _: (highspy.HighsStatus.kOk, False))
    solution = lp.solve(fleet(17.0))
    assert solution.status is lp.SolveStatus.INFEASIBLE
    assert lp.contradiction(fleet(17.0), solution.row_dual).miss == pytest.approx(1.0)


def test_what_nothing_proves_is_not_believed_even_where_it_is_true(monkeypatch):
    monkeypatch.setattr(solver, "contradiction", lambda program, _: lp.contradiction(program, np.zeros(2)))
    assert lp.solve(fleet(17.0)).status is lp.SolveStatus.NUMERICAL


@pytest.mark.parametrize("cap", [17.0, 19.999, 19.99999])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e3])
def test_a_small_conflict_in_a_system_of_any_size_is_proven(cap, size):
    program = fleet(cap)
    bounds = ("row_lower", "row_upper", "column_lower", "column_upper")
    scaled = dataclasses.replace(program, **{name: getattr(program, name) * size for name in bounds})
    solution = lp.solve(scaled)
    assert solution.status is lp.SolveStatus.INFEASIBLE
    assert lp.contradiction(scaled, solution.row_dual).miss == pytest.approx((20 - cap) / 3 * size, rel=1e-6)


def has_a_plan(matrix, row_lower, row_upper, column_lower, column_upper) -> bool:
    bounds = list(zip(column_lower, column_upper, strict=True))
    if any(None not in pair and pair[0] > pair[1] for pair in bounds):
        return False
    above = [(row, up) for row, up in zip(matrix, row_upper, strict=True) if up is not None]
    above += [([-one for one in row], -low) for row, low in zip(matrix, row_lower, strict=True) if low is not None]
    rows, limits = [row for row, _ in above], [limit for _, limit in above]
    return linprog(np.zeros(len(bounds)), rows or None, limits or None, bounds=bounds).status == 0


whole = st.integers(-3, 3).map(float)


@settings(max_examples=300)
@given(data=st.data(), rows=st.integers(1, 4), columns=st.integers(1, 4))
def test_whatever_the_program_the_answer_is_proven_and_that_of_another_reader(data, rows, columns):
    """Against scipy's reading of the same numbers, which takes them as inequalities on one side."""
    matrix = [[data.draw(whole) for _ in range(columns)] for _ in range(rows)]
    bound = st.none() | whole
    row_lower, row_upper = ([data.draw(bound) for _ in range(rows)] for _ in "lu")
    column_lower, column_upper = ([data.draw(bound) for _ in range(columns)] for _ in "lu")
    cost = [data.draw(whole) for _ in range(columns)]
    program = of(matrix, row_lower, row_upper, column_lower, column_upper, cost)
    solution = lp.solve(program)
    has_plan = has_a_plan(matrix, row_lower, row_upper, column_lower, column_upper)
    if solution.status is lp.SolveStatus.INFEASIBLE:
        assert not has_plan
        assert lp.contradiction(program, solution.row_dual).proves
    elif solution.status is lp.SolveStatus.UNBOUNDED:
        assert has_plan
        assert lp.descent(program, solution.column_dual).proves
    else:
        assert solution.status is lp.SolveStatus.OPTIMAL
        assert has_plan
