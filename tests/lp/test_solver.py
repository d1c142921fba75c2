"""Solving: statuses, duals, interruption, options, warm starts and threads."""

import _thread
import dataclasses
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyomo.environ as pyo
import pytest

from powergap import lp


def dispatch(demand=(3.0, 5.0), limit=None):
    """Two plants at 40 and 10, at most 4 each; wind first, so demand 3 and 5 costs 30 and 80."""
    m = pyo.ConcreteModel()
    m.P, m.Y = pyo.Set(initialize=["gas", "wind"]), pyo.Set(initialize=[2026, 2027])
    m.demand, m.price = lp.Param(m.Y, array=np.array(demand)), lp.Param(m.P, array=[40.0, 10.0])
    m.output = lp.Var(m.P, m.Y, bounds=(0, 4))
    m.cost = lp.Expression(m.Y, rule=lambda m, y: sum(m.price[p] * m.output[p, y] for p in m.P))
    m.balance = lp.Constraint(m.Y, rule=lambda m, y: sum(m.output[p, y] for p in m.P) == m.demand[y])
    if limit is not None:
        m.limit = lp.Constraint(rule=lambda m: sum(m.output["gas", y] for y in m.Y) <= limit)
    m.total = lp.Objective(rule=lambda m: sum(m.cost[y] for y in m.Y) + 7)
    return lp.compile(m)


def random_program(rows, columns, per_row, seed=1):
    """Packing: maximise a random value within random capacities; sparse, feasible and bounded."""
    rng = np.random.default_rng(seed)
    index = np.concatenate([np.sort(rng.choice(columns, per_row, replace=False)) for _ in range(rows)])
    start = np.arange(0, rows * per_row + 1, per_row, dtype=np.int32)
    value = rng.random(rows * per_row) + 0.01
    block = lp.Block("x", 0, (columns,), (tuple(range(columns)),), ("N",))
    row_block = lp.Block("row", 0, (rows,), (tuple(range(rows)),), ("N",))
    return lp.LinearProgram(
        -rng.random(columns) - 0.1, 0.0, np.zeros(columns), np.full(columns, 1e3),
        np.full(rows, -np.inf), rng.random(rows) + 1, start, index.astype(np.int32), value,
        {"x": block}, {"row": row_block},
    )  # fmt: skip


def slow(size=3000):
    """Keeps every method busy for many seconds, in short iterations."""
    return random_program(size, size, min(size, 25))


def assorted(number):
    return dispatch(demand=(1.0 + number % 7, 8.0 - number % 5))


@pytest.mark.parametrize("method", ["choose", "simplex", "ipm"])
def test_values_duals_and_expressions_come_by_name(method):
    solution = lp.solve(dispatch(), lp.SolverSettings(method=method))
    assert solution.status is lp.SolveStatus.OPTIMAL
    assert solution.objective == pytest.approx(117)
    np.testing.assert_allclose(solution.value("output"), [[0, 1], [3, 4]], atol=1e-9)
    np.testing.assert_allclose(solution.expression("cost"), [30, 80], atol=1e-9)
    np.testing.assert_allclose(solution.dual("balance"), [10, 40], atol=1e-9)
    np.testing.assert_allclose(solution.reduced_cost("output"), [[30, 0], [0, -30]], atol=1e-9)
    np.testing.assert_allclose(solution.activity("balance"), [3, 5], atol=1e-9)
    assert solution.certificate.passes(1e-9)


def test_duals_are_the_change_of_the_objective_per_unit_of_right_hand_side_and_bound():
    """One more GW of the binding `<=` limit saves; of demand costs; of wind's bound saves 30."""
    program = dispatch(demand=(7.0, 5.0), limit=10.0)
    solution, step = lp.solve(program), 1e-4
    for row in range(program.shape[0]):
        lower, upper = program.row_lower.copy(), program.row_upper.copy()
        lower[row] += step
        upper[row] += step
        changed = lp.solve(dataclasses.replace(program, row_lower=lower, row_upper=upper))
        assert (changed.objective - solution.objective) / step == pytest.approx(solution.row_dual[row], abs=1e-6)
    for column in range(program.shape[1]):
        upper = program.column_upper.copy()
        upper[column] += step
        changed = lp.solve(program.with_column_bounds(upper=upper))
        at_upper = min(solution.column_dual[column], 0)
        assert (changed.objective - solution.objective) / step == pytest.approx(at_upper, abs=1e-6)


def test_the_dual_of_a_binding_upper_limit_is_negative():
    """Gas at 40 is limited to 3.5 of the 4 needed; the rest costs 100, so a unit more gas saves 60."""
    m = pyo.ConcreteModel()
    m.P = pyo.Set(initialize=["gas", "peak"])
    m.price = lp.Param(m.P, array=[40.0, 100.0])
    m.x = lp.Var(m.P, bounds=(0, None))
    m.need = lp.Constraint(rule=lambda m: sum(m.x[p] for p in m.P) >= 4)
    m.limit = lp.Constraint(rule=lambda m: m.x["gas"] <= 3.5)
    m.total = lp.Objective(rule=lambda m: sum(m.price[p] * m.x[p] for p in m.P))
    solution = lp.solve(lp.compile(m))
    assert float(solution.dual("limit")) == pytest.approx(-60)
    assert float(solution.dual("need")) == pytest.approx(100)


@pytest.mark.parametrize("method", ["simplex", "ipm"])
def test_infeasible_and_unbounded_programs_are_told_apart(method):
    settings = lp.SolverSettings(method=method)
    assert lp.solve(dispatch(demand=(9.0, 1.0)), settings).status is lp.SolveStatus.INFEASIBLE
    free = dispatch().with_column_bounds(upper=np.full(4, np.inf)).with_cost(-np.ones(4))
    unbounded = dataclasses.replace(free, row_upper=np.full(2, np.inf))
    assert lp.solve(unbounded, settings).status is lp.SolveStatus.UNBOUNDED
    both = dataclasses.replace(unbounded, column_lower=np.array([0, 0, 0, 5.0]), column_upper=np.array([9, 9, 9, 4.0]))
    assert lp.solve(both, settings).status is lp.SolveStatus.INFEASIBLE


def test_empty_programs_are_optimal():
    m = pyo.ConcreteModel()
    assert lp.solve(lp.compile(m)).status is lp.SolveStatus.OPTIMAL
    m.x = lp.Var(bounds=(2, 5))
    m.cost = lp.Objective(rule=lambda m: 3 * m.x + 1)
    solution = lp.solve(lp.compile(m))
    assert (solution.status, solution.objective) == (lp.SolveStatus.OPTIMAL, 7.0)


def test_limits_are_reported_as_such():
    assert lp.solve(slow(), lp.SolverSettings("simplex", time_limit_seconds=0.2)).status is lp.SolveStatus.TIME_LIMIT
    limited = lp.SolverSettings("simplex", options={"simplex_iteration_limit": 3, "presolve": "off"})
    assert lp.solve(slow(60), limited).status is lp.SolveStatus.ITERATION_LIMIT


@pytest.mark.parametrize("method", ["simplex", "ipm"])
def test_cancel_stops_within_a_second(method):
    program, cancel, stopped = slow(), threading.Event(), []
    timer = threading.Timer(0.4, lambda: (stopped.append(time.process_time()), cancel.set()))
    timer.start()
    solution = lp.solve(program, lp.SolverSettings(method, options={"presolve": "off"}), cancel=cancel)
    assert stopped, "the program was solved before it could be cancelled: make it larger"
    assert solution.status is lp.SolveStatus.INTERRUPTED
    assert time.process_time() - stopped[0] < 5, "seconds of CPU; a tenth of one is usual"


@pytest.mark.parametrize("method", ["simplex", "ipm"])
def test_ctrl_c_stops_within_a_second(method):
    program, stopped = slow(), []
    timer = threading.Timer(0.4, lambda: (stopped.append(time.process_time()), _thread.interrupt_main()))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        lp.solve(program, lp.SolverSettings(method, options={"presolve": "off"}))
    assert time.process_time() - stopped[0] < 5, "seconds of CPU; a tenth of one is usual"


def test_progress_lines_are_passed_on():
    lines = []
    lp.solve(slow(200), on_progress=lines.append)
    assert any("rows" in line for line in lines)


def test_parallel_threads_give_what_serial_solves_give():
    """2 threads, 20 solves each, compiling included."""
    serial = [lp.solve(assorted(k)).objective for k in range(20)]
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(lambda: [lp.solve(assorted(k)).objective for k in range(20)]) for _ in range(2)]
        assert [run.result(timeout=60) for run in runs] == [serial, serial]


def test_the_number_of_threads_can_change_between_solves():
    for threads in (1, 2, 1):
        assert lp.solve(dispatch(), lp.SolverSettings(threads=threads)).status is lp.SolveStatus.OPTIMAL


def test_a_warm_start_needs_no_iterations_even_after_a_row_was_added():
    program = slow(80)
    first = lp.solve(program)
    assert first.iterations > 0
    again = lp.solve(program, warm_start=first.basis)
    assert (again.iterations, again.status) == (0, lp.SolveStatus.OPTIMAL)
    ceiling = program.with_row("ceiling", program.cost, upper=first.objective + 1e-6)
    held = lp.solve(ceiling.with_cost(np.ones(80)), warm_start=first.basis)
    assert held.status is lp.SolveStatus.OPTIMAL
    assert float(program.cost @ held.column_value) <= first.objective + 2e-6
    with pytest.raises(ValueError, match="another shape"):
        lp.solve(slow(50), warm_start=first.basis)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"simplex_scale_stratgy": 1}, "no option 'simplex_scale_stratgy'.*simplex_scale_strategy"),
        ({"simplex_scale_strategy": 99}, "does not take the value 99"),
        ({"presolve": "perhaps"}, "does not take the value 'perhaps'"),
    ],
)
def test_wrong_options_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        lp.solve(dispatch(), lp.SolverSettings(options=options))


@pytest.mark.parametrize("wrong", [{"method": "magic"}, {"threads": 0}, {"time_limit_seconds": -1.0}])
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must|choose"):
        lp.SolverSettings(**wrong)


def test_an_optimum_that_does_not_certify_is_not_called_optimal():
    """No residual is below -1, so even a right answer fails: only the handling of a failure is tested here."""
    strict = lp.SolverSettings("ipm", tolerance=-1.0)
    solution = lp.solve(dispatch(), strict)
    assert solution.status is lp.SolveStatus.NUMERICAL
    assert "does not hold" in solution.message


def corner(a, b):
    """Most of x + 1.5 y where x + y <= 4 and a x + b y <= 6."""
    m = pyo.ConcreteModel()
    m.N = pyo.Set(initialize=["x", "y"])
    m.take, m.worth = lp.Param(m.N, array=np.array([a, b])), lp.Param(m.N, array=np.array([1.0, 1.5]))
    m.amount = lp.Var(m.N, domain=pyo.NonNegativeReals)
    m.first = lp.Constraint(rule=lambda m: sum(m.amount[n] for n in m.N) <= 4)
    m.second = lp.Constraint(rule=lambda m: sum(m.take[n] * m.amount[n] for n in m.N) <= 6)
    m.total = lp.Objective(rule=lambda m: -sum(m.worth[n] * m.amount[n] for n in m.N))
    return lp.compile(m)


def test_a_kept_basis_that_is_none_of_the_program_is_a_start_all_the_same():
    """Both x and y are basic where x + 2 y <= 6 (2 and 2, worth 5); they depend where 2 x + 2 y <= 6 (0 and 3, 4.5)."""
    first = lp.solve(corner(1.0, 2.0))
    assert first.objective == pytest.approx(-5)
    packed = lp.Basis.of(first).pack()
    assert lp.Basis.members(packed).tolist() == [True, True, False, False]
    kept = lp.Basis.unpack(packed)
    found = lp.solve(corner(2.0, 2.0), warm_start=kept.highs)
    assert found.status is lp.SolveStatus.OPTIMAL
    np.testing.assert_allclose(found.value("amount"), [0, 3], atol=1e-9)
