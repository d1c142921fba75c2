"""Cuts find what the whole program finds, and prove it on the whole program."""

import dataclasses
import threading

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import block_diag, csr_array, hstack, vstack

from powergap import lp
from powergap.lp.highs import pass_program
from powergap.lp.subproblems import take_apart

SETTINGS = lp.SolverSettings()


def shop(demands=((3.0, 5.0), (4.0, 2.0)), price=(40.0, 10.0), build=12.0, most=np.inf):
    """Two years of two hours. Shared: wind capacity of each year, which never falls. Own: gas and wind by hour.

    Columns: wind capacity 1, 2; then of each year gas h1, gas h2, wind h1, wind h2.
    Rows: capacity 2 >= capacity 1; of each year wind h1, h2 <= capacity; gas + wind = demand of h1, h2.
    """
    identity = np.eye(2)
    year = np.block([[np.zeros((2, 2)), identity], [identity, identity]])
    own = block_diag([year, year])
    shared = np.zeros((8, 2))
    shared[0:2, 0] = shared[4:6, 1] = -1.0
    top = np.zeros((1, 10))
    top[0, :2] = [-1.0, 1.0]
    matrix = csr_array(vstack([csr_array(top), hstack([csr_array(shared), own])]))
    limits = [(-np.inf, 0.0)] * 2
    rows = [(0.0, np.inf)]
    for demand in demands:
        rows += limits + [(each, each) for each in demand]
    lower, upper = np.array(rows).T
    cost = np.array([build, build] + [price[0], price[0], price[1], price[1]] * 2)
    return lp.LinearProgram(
        cost, 7.0, np.zeros(10), np.concatenate([[most, most], np.full(8, np.inf)]), lower, upper,
        matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data, {}, {},
    )  # fmt: skip


SHARED = np.arange(10) < 2


def guess(values, row_dual=(0.0,) * 9):
    """A plan, and prices of the rows where they are given; those of columns are none."""
    return lp.Guess(np.array(values, float), lp.Prices(np.zeros(10), np.array(row_dual, float)))


def test_the_blocks_are_the_years():
    parts = take_apart(shop(), SHARED, smallest=1)
    assert parts.shared.tolist() == [0, 1]
    assert parts.rows.tolist() == [0]
    assert [block.own.tolist() for block in parts.blocks] == [[2, 3, 4, 5], [6, 7, 8, 9]]
    assert [block.shared.tolist() for block in parts.blocks] == [[0], [1]]
    assert [block.rows.tolist() for block in parts.blocks] == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert parts.meetings.tolist() == [1, 1]


def test_a_program_without_blocks_is_its_own_master():
    assert lp.solve_by_cuts(shop(), np.full(10, True), SETTINGS).objective == pytest.approx(267)


def test_small_blocks_are_put_together():
    assert len(take_apart(shop(), SHARED, smallest=1_000).blocks) == 1


@pytest.mark.parametrize("smallest", [1, 1_000])
def test_a_shop_by_hand(smallest):
    """A GW of wind costs 12 a year and saves 30 in each hour that needs it: so does the 5th, in one hour of one year.

    Capacity never falls, so 5 GW stand in both years: 2 * 5 * 12 = 120, wind (3 + 5 + 4 + 2) * 10 = 140, and 7: 267.
    """
    found = lp.solve_by_cuts(shop(), SHARED, SETTINGS, smallest=smallest, gap=1e-9)
    assert found.status is lp.SolveStatus.OPTIMAL
    assert found.objective == pytest.approx(267)
    assert found.column_value[:2] == pytest.approx([5, 5])
    assert found.certificate.passes(1e-6)
    assert found.basis is None


def test_the_duals_price_a_unit_of_demand():
    """One more of demand in the hour of 5 is one more of wind in both years: 2 * 12 + 10; in the hour of 3 only 10."""
    found = lp.solve_by_cuts(shop(), SHARED, SETTINGS, smallest=1)
    assert found.row_dual[[3, 4]] == pytest.approx([10, 34])


def test_a_block_without_a_plan_at_first_leads_back_to_one():
    """Without gas (a price of 1,000 a unit is no help: it may make nothing) wind must stand from the start."""
    program = shop()
    upper = program.column_upper.copy()
    upper[[2, 3, 6, 7]] = 0.0
    found = lp.solve_by_cuts(
        program.with_column_bounds(upper=upper), SHARED, SETTINGS, start=guess([0] * 10), smallest=1
    )
    assert found.status is lp.SolveStatus.OPTIMAL
    assert found.column_value[:2] == pytest.approx([5, 5])


def test_a_penalty_that_is_too_cheap_is_raised():
    """What a missing GW of wind costs, 100,000 a unit of gas, is far above three times the dearest shared column, 1."""
    program = shop(price=(1e5, 10.0), build=1.0)
    found = lp.solve_by_cuts(program, SHARED, SETTINGS, start=guess([0] * 10), smallest=1)
    assert found.objective == pytest.approx(lp.solve(program).objective)
    assert found.certificate.passes(1e-6)


def test_a_first_plan_that_costs_nothing_is_left():
    """Wind that nobody needs earns 12 a year where it stands: from nothing, which costs 0, to 2 * 5 * 12 and the 7."""
    program = shop(demands=((0.0, 0.0), (0.0, 0.0)), build=-12.0, most=5.0)
    found = lp.solve_by_cuts(program, SHARED, SETTINGS, start=guess([0] * 10), smallest=1)
    assert found.objective == pytest.approx(7 - 120)


def test_no_plan_at_all_is_no_optimum():
    """Wind of 1 GW at most and no gas."""
    program = shop(most=1.0)
    upper = program.column_upper.copy()
    upper[[2, 3, 6, 7]] = 0.0
    with pytest.raises(lp.CutsFailed, match="no plan of the blocks"):
        lp.solve_by_cuts(program.with_column_bounds(upper=upper), SHARED, SETTINGS, smallest=1)


def test_a_master_without_a_plan_is_no_optimum():
    """Capacity of at least 9 where at most 5 may stand."""
    program = shop(most=5.0)
    lower = program.row_lower.copy()
    lower[0] = 9.0
    with pytest.raises(lp.CutsFailed, match="master program"):
        lp.solve_by_cuts(dataclasses.replace(program, row_lower=lower), SHARED, SETTINGS, smallest=1)


def test_a_block_whose_cost_has_no_bound_is_refused():
    program = shop()
    cost = program.cost.copy()
    cost[4] = -1.0
    with pytest.raises(lp.CutsFailed, match="no bound"):
        lp.solve_by_cuts(program.with_cost(cost), SHARED, SETTINGS, smallest=1)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(*[st.integers(0, 9)] * 2), min_size=2, max_size=2),
    st.tuples(st.integers(1, 99), st.integers(0, 50)),
    st.integers(0, 60),
    st.sampled_from([0.5, 2.0, 6.0, np.inf]),
    st.lists(st.integers(0, 9), min_size=2, max_size=2),
    st.lists(st.sampled_from([-60, -30, -1, 0, 0, 5, 40]), min_size=9, max_size=9),
)
def test_the_whole_finds_the_same(demands, price, build, most, start, prices):
    """From any plan and from any prices, however wrong."""
    program = shop(demands, price, build, most)
    whole = lp.solve(program)
    found = lp.solve_by_cuts(program, SHARED, SETTINGS, start=guess(start + [0] * 8, prices), smallest=1)
    assert found.status is lp.SolveStatus.OPTIMAL
    assert found.objective == pytest.approx(whole.objective, rel=1e-6, abs=1e-6)
    assert found.certificate.passes(1e-6)


def prices_of(solution):
    return lp.Prices(solution.column_dual, solution.row_dual)


def capped(limit=10.0):
    """The shop where all gas of the first year together may be 1 at most: a row over all its hours."""
    program = shop(demands=((3.0, 5.0), (4.0, 2.0)))
    matrix = csr_array((program.value, program.index, program.start), shape=program.shape)
    matrix = csr_array(vstack([matrix, csr_array(np.array([[0, 0, 1, 1, 0, 0, 0, 0, 0, 0]], float))]))
    return dataclasses.replace(
        program, row_lower=np.append(program.row_lower, -np.inf), row_upper=np.append(program.row_upper, limit),
        start=matrix.indptr.astype(np.int32), index=matrix.indices.astype(np.int32), value=matrix.data,
    )  # fmt: skip


def test_the_optimum_and_its_prices_prove_themselves_at_once():
    """Wind at 35 a year: without the cap 3 GW would stand, with it 4, so that gas of the first year is 1 at most.

    They cost 2 * 4 * 35, wind (3 + 4 + 4 + 2) * 10, 1 of gas 40, and 7: 457. A GW less would save 35 in each year and
    cost 30 in one hour of each, so a unit more of gas in the first is worth 10.
    """
    program = capped(limit=1.0)
    program.cost[:2] = 35.0
    whole = lp.solve(program)
    assert whole.objective == pytest.approx(457)
    assert whole.row_dual[9] == pytest.approx(-10)
    best = lp.Guess(whole.column_value, prices_of(whole))
    found = lp.solve_by_cuts(program, SHARED, SETTINGS, start=best, smallest=1)
    assert found.objective == pytest.approx(457)
    assert "1 rounds" in found.message
    unpriced = lp.solve_by_cuts(program, SHARED, SETTINGS, start=lp.Guess(whole.column_value), smallest=1)
    assert unpriced.iterations > 1


def test_a_column_settles_where_prices_and_limits_meet():
    """The guess has 3.98 GW in year 1, where its price and the cap's meet at 4: the first answer is there all the same.

    Year 2, for which any capacity from 2 to 4 GW is worth its price, stays where it is.
    """
    program = capped(limit=1.0)
    program.cost[:2] = 35.0
    whole = lp.solve(program)
    off = whole.column_value - 0.02 * (np.arange(10) == 0)
    found = lp.solve_by_cuts(program, SHARED, SETTINGS, start=lp.Guess(off, prices_of(whole)), smallest=1)
    assert found.objective == pytest.approx(457)
    assert found.iterations == 1


def test_a_solver_with_other_threads_in_the_callers_thread_does_no_harm():
    """HiGHS keeps the number of threads of the first run in a thread, and refuses to run with another."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 2)
    pass_program(highs, shop())
    highs.run()
    try:
        assert lp.solve_by_cuts(shop(), SHARED, SETTINGS, smallest=1).objective == pytest.approx(267)
    finally:
        highspy.Highs.resetGlobalScheduler(True)


def test_a_loose_gap_is_kept_and_proven():
    found = lp.solve_by_cuts(shop(), SHARED, SETTINGS, gap=0.5)
    assert 267 - 1e-6 <= found.objective <= 267 * 2
    assert found.certificate.relative_gap <= 0.5
    assert found.certificate.is_primal_feasible()


def test_rounds_that_do_not_suffice_are_told():
    with pytest.raises(lp.CutsFailed, match="apart after 1 rounds"):
        lp.solve_by_cuts(shop(), SHARED, SETTINGS, start=guess([0] * 10), most_rounds=1)


def test_cancel_and_time_limit_are_told():
    cancel = threading.Event()
    cancel.set()
    assert lp.solve_by_cuts(shop(), SHARED, SETTINGS, cancel=cancel).status is lp.SolveStatus.INTERRUPTED
    late = lp.SolverSettings(time_limit_seconds=0.0)
    assert lp.solve_by_cuts(shop(), SHARED, late).status is lp.SolveStatus.TIME_LIMIT


def test_each_round_is_told():
    lines = []
    lp.solve_by_cuts(shop(), SHARED, SETTINGS, on_progress=lines.append)
    assert lines[0].startswith("round 1: within ")
