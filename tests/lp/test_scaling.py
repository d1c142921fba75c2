"""Numbers of any size: an answer is the right one to the digit that matters, or it is refused by name."""

import dataclasses
import re
from fractions import Fraction

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from powergap import lp
from powergap.lp.highs import QuietHighs, pass_program
from powergap.lp.model_file import ENDINGS
from powergap.lp.scaling import Scaling
from tests.lp.exact import optimum
from tests.lp.test_rays import of
from tests.lp.test_solver import dispatch

OPTIMAL, UNBOUNDED = lp.SolveStatus.OPTIMAL, lp.SolveStatus.UNBOUNDED
CLAIMS = (OPTIMAL, lp.SolveStatus.INFEASIBLE, UNBOUNDED, lp.SolveStatus.INFEASIBLE_OR_UNBOUNDED)


def lost_entry(a=9e-10):
    """Least of 1e-9 x + 1,000 y where a x + y >= 1: x = 1 / a, at 1e-9 / a; without the entry y = 1, at 1,000."""
    return of([[a, 1]], [1], [None], [0, 0], [None, None], [1e-9, 1e3])


def lost_row(a=1e-10):
    """Least x where a x >= 2: 2 / a; without the entry there is no plan."""
    return of([[a]], [2], [None], [0], [None], [1])


@pytest.mark.parametrize("power", range(-14, 15, 2))
def test_an_entry_of_any_size_counts(power):
    size = 10.0**power
    assert lp.solve(lost_entry(size)).objective == pytest.approx(min(1e-9 / size, 1e3), rel=1e-9, abs=0)
    assert lp.solve(lost_row(size)).objective == pytest.approx(2 / size, rel=1e-9, abs=0)


def test_the_certificate_and_the_ray_are_judged_in_the_program_s_own_numbers():
    """What HiGHS makes of the programs without the entries that it drops: neither proves anything."""
    certificate = lp.certify(lost_entry(), np.array([0.0, 1.0]), np.array([1000.0]))
    assert certificate.relative_dual_residual == pytest.approx(899 / 901), "900e-9 - 1e-9, of 900e-9 + 1e-9"
    assert not certificate.passes(1e-5)
    assert lp.certify(lost_entry(), np.array([1 / 9e-10, 0.0]), np.array([1 / 0.9])).passes(1e-9)
    assert not lp.contradiction(lost_row(), np.ones(1)).proves
    assert lp.contradiction(of([[1e-10]], [2], [None], [0], [1e10]), np.ones(1)).proves, "1e-10 x is 1 at most"


def test_a_direction_that_leans_on_a_bound_of_a_small_step_proves_nothing():
    """4e5 y - 4e-4 z >= 0 with y <= 9e-5: y cannot rise with z for ever, however small a step of 1e-9 looks."""
    program = of([[4e5, -4e-4]], [0], [None], [0, 0], [9e-5, None], [0, -1])
    assert not lp.descent(program, np.array([1e-9, 1.0])).proves
    assert lp.solve(program).objective == pytest.approx(-9e4)


@pytest.mark.parametrize(
    "program",
    [
        of([[1e16]], [2], [None], [0], [None], [1]),
        of([[1e16, 1]], [2], [None], [0, 0], [None, 1], [1, 1]),
        of([[1]], [2], [None], [0], [None], [1e25]),
        of([[1, 1]], [2], [None], [0, 0], [None, 1], [1e25, 1]),
        of([[1]], [1e30], [None], [0], [None], [1]),
        of([[1]], [2], [None], [1e25], [None], [1]),
        of([[1]], [2], [None], [0], [1e25], [1]),
        of([[1, 0], [0, 1]], [1e-12, 1], [None, None], [0, 0], [None, None], [1e-12, 1e-12]),
    ],
    ids=["entry", "entries", "cost", "costs", "limit", "lower bound", "upper bound", "costs near nothing"],
)
def test_what_is_an_error_or_infinite_to_the_solver_is_a_number(program):
    solution = lp.solve(program)
    assert solution.status is OPTIMAL
    assert solution.objective == pytest.approx(float(optimum(program)[1]), rel=1e-9, abs=0)


def test_a_bound_that_the_solver_takes_for_none_is_named_where_it_matters():
    solution = lp.solve(of([[1]], [2], [None], [0], [1e25], [-1]))
    assert solution.status is lp.SolveStatus.NUMERICAL
    assert "takes for none: bound 1e+25 of column 0" in solution.message


def test_what_no_scaling_brings_together_is_refused_with_row_column_and_value():
    m = pyo.ConcreteModel()
    m.N = pyo.Set(initialize=["oil", "gas"])
    m.x, m.y = lp.Var(m.N, bounds=(0, None)), lp.Var(bounds=(0, None))
    m.weight = lp.Param(m.N, m.N, array=[[1.0, 1e-30], [1.0, 1.0]])
    m.need = lp.Constraint(m.N, rule=lambda m, n: sum(m.weight[n, k] * m.x[k] for k in m.N) - m.y >= 3)
    m.cost = lp.Objective(rule=lambda m: sum(m.x[k] for k in m.N))
    with pytest.raises(ValueError, match=r"1e-30 of column 'x\[gas\]' in row 'need\[oil\]'"):
        lp.solve(lp.compile(m))


def test_what_rounding_leaves_of_nothing_changes_nothing():
    """A column of at most 4 GW with 1e-17 more in a row is the program without, to the last bit."""
    program = dispatch()
    noisy = program.with_row("noise", np.array([1.0, 1e-17, 1.0, 1.0]), lower=0.0)
    plain = program.with_row("noise", np.array([1.0, 0.0, 1.0, 1.0]), lower=0.0)
    assert noisy.scaling is None
    assert plain.with_cost(plain.cost + np.array([0, 0, 0, 1e-17 - 10])).scaling is None, "a cost of 1e-17"
    np.testing.assert_array_equal(lp.solve(noisy).column_value, lp.solve(plain).column_value)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("size", [1e-11, 1e-9, 1e15, 1e17])
def test_a_model_file_holds_numbers_of_any_size(tmp_path, size, ending):
    """What the solver would leave out, refuse or take for none stands in the file."""
    program = of([[size, 1]], [1], [None], [0, 0], [None, 1e25], [1e-9, 1e3])
    column, row = lp.Block("x", 0, (2,), ((1, 2),), ("N",)), lp.Block("row", 0, (), (), ())
    named = dataclasses.replace(program, columns={"x": column}, rows={"row": row})
    lp.write_model(named, tmp_path / f"model{ending}")
    words = (tmp_path / f"model{ending}").read_text().split()
    numbers = {float(word) for word in words if re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", word)}
    assert {size, 1e-9, 1e25} <= numbers


def test_a_model_file_does_not_leave_a_coefficient_out_without_a_word(tmp_path):
    with pytest.raises(ValueError, match="1e-13"):
        lp.write_model(of([[1e-13, 1]], [1], [None], [0, 0], [None, None]), tmp_path / "model.mps")


def test_an_ordinary_program_is_handed_over_as_it_is():
    program = dispatch()
    assert program.scaling is None
    assert program.for_solver() is program


@st.composite
def programs(draw):
    """Up to 3 rows and columns; entries and costs of any of 28 decades, bounds of a few GW."""
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    digit, sign = st.integers(1, 9), st.sampled_from([-1.0, 1.0])
    number = st.builds(lambda s, d, p: s * d * 2.0**p, sign, digit, st.integers(-46, 46))
    bound = st.none() | st.just(0.0) | st.builds(lambda s, d, p: s * d * 2.0**p, sign, digit, st.integers(-4, 7))
    limit = st.sampled_from([0.0, 0.0, 0.0, None, -8.0])
    several = lambda one, count: draw(st.lists(one, min_size=count, max_size=count))  # noqa: E731
    matrix = [several(number | st.just(0.0), columns) for _ in range(rows)]
    row_limits = _ordered(several(bound, rows), several(bound, rows))
    column_limits = _ordered(several(limit, columns), several(bound, columns))
    return of(matrix, *row_limits, *column_limits, several(number | st.just(0.0), columns))


def _ordered(lower, upper):
    pairs = [(b, a) if None not in (a, b) and a > b else (a, b) for a, b in zip(lower, upper, strict=True)]
    return [low for low, _ in pairs], [high for _, high in pairs]


def loosened(program):
    """The exact optimum where every bound gives way by a hundredth of the solver's tolerance, as it is handed over."""
    inner = program.for_solver()
    moved = {}
    for name, sign in (("row_lower", -1), ("row_upper", 1), ("column_lower", -1), ("column_upper", 1)):
        bound = getattr(inner, name)
        size = np.maximum(1.0, np.where(np.isfinite(bound), np.abs(bound), 0.0))
        moved[name] = bound + sign * 1e-9 * size
    status, objective, _ = optimum(dataclasses.replace(inner, **moved))
    factor = 1 / program.unit if program.scaling is None else program.scaling.cost
    return status, None if objective is None else objective / Fraction(factor)


def assert_right(program):
    """What is claimed is what fractions say, or lies between that and what they say with loosened bounds."""
    try:
        solution = lp.solve(program)
    except ValueError as error:
        assert "too far from" in str(error)
        return False
    if solution.status not in CLAIMS:
        return False
    status, objective, point = optimum(program)
    if solution.status is lp.SolveStatus.INFEASIBLE_OR_UNBOUNDED:
        assert status is not OPTIMAL
    elif solution.status is not OPTIMAL or status is UNBOUNDED:
        assert solution.status is status
    elif status is OPTIMAL and abs(solution.objective - objective) <= allowed(program, objective, point):
        pass
    else:
        loose, least = loosened(program)
        slack = 1e-5 * abs(solution.objective)
        assert loose is OPTIMAL, "there is no plan with a little room either"
        assert solution.objective >= float(least) - slack
        assert objective is None or solution.objective <= float(objective) + slack
    return True


def allowed(program, objective, point):
    """One part in 100,000 of the costs, or a hundredth of the solver's tolerance in the units it counts in."""
    unit = program.unit if program.scaling is None else 1 / program.scaling.cost
    terms = sum(abs(Fraction(float(cost)) * value) for cost, value in zip(program.cost, point, strict=True))
    return 1e-5 * float(max(abs(objective), terms)) + 1e-8 * unit


@settings(max_examples=300)
@given(programs())
def test_an_answer_to_numbers_of_any_size_is_right_or_none(program):
    assert_right(program)


@pytest.mark.parametrize(
    "any_program",
    [
        False,
        pytest.param(True, marks=pytest.mark.xfail(strict=False, reason="met to the solver's own 1e-7 only")),
    ],
    ids=["needs a scaling", "any"],
)
@settings(max_examples=150)
@given(st.data(), st.integers(1, 3), st.integers(1, 3))
def test_rows_columns_and_costs_in_any_unit_have_the_answer_of_the_plain_program(any_program, data, rows, columns):
    """Numbers up to 4, then every row, every column and the costs times a power of two from 1e-14 to 1e14.

    A known defect: to programs that need no scaling the solver's own tolerances apply: `1.2e-4 x >= 0` holds for it at
    x = -5e-4, which is 6e-8 short, and a cost of 2,048 makes that an objective of -1.
    """
    several = lambda one, count: data.draw(st.lists(one, min_size=count, max_size=count))  # noqa: E731
    whole, power = st.integers(-4, 4).map(float), st.integers(-46, 46)
    bound = st.none() | whole
    plain = of(
        [several(whole, columns) for _ in range(rows)], *_ordered(several(bound, rows), several(bound, rows)),
        *_ordered(several(st.just(0.0) | bound, columns), several(bound, columns)), several(whole, columns),
    )  # fmt: skip
    row, column = (2.0 ** np.array(several(power, count)) for count in (rows, columns))
    cost = 2.0 ** data.draw(power)
    stretched = Scaling(row, column, cost).scaled(plain)
    stretched = dataclasses.replace(stretched, is_scaled=False)
    assume(any_program or stretched.scaling is not None)
    first, second = lp.solve(plain), lp.solve(stretched)
    assert second.status is first.status
    if first.status is OPTIMAL:
        assert second.objective == pytest.approx(first.objective * cost, rel=1e-7, abs=1e-7 * cost)
        assert second.certificate.passes(1e-6)
        np.testing.assert_allclose(second.row_value, stretched.activity(second.column_value))
        reduced = stretched.cost - transposed(stretched) @ second.row_dual
        plainly = 1 / (column * cost)
        np.testing.assert_allclose(second.column_dual * plainly, reduced * plainly, atol=1e-9)


def transposed(program):
    return csr_array((program.value, program.index, program.start), shape=program.shape).T


def test_a_basis_of_a_scaled_program_is_a_start_of_it():
    program = Scaling(np.full(2, 2.0**-40), np.full(4, 2.0**30), 1.0).scaled(dispatch())
    program = dataclasses.replace(program, is_scaled=False)
    first = lp.solve(program)
    again = lp.solve(program, warm_start=first.basis)
    assert (again.status, again.iterations) == (OPTIMAL, 0)
    assert again.objective == pytest.approx(117)


def test_a_program_that_needs_a_scaling_is_not_handed_over_without():
    with pytest.raises(ValueError, match="too far apart"):
        pass_program(QuietHighs(), lost_entry())
    with pytest.raises(ValueError, match="too far apart"):
        pass_program(QuietHighs(), lost_entry().in_unit())
    with pytest.raises(lp.CutsFailed, match="scaling"):
        lp.solve_by_cuts(lost_entry(), np.array([True, False]), lp.SolverSettings())
