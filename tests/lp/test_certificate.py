"""The certificate accepts an optimum and nothing else."""

import numpy as np
import pytest

from powergap import lp
from tests.lp.test_solver import dispatch, slow


@pytest.fixture(params=[dispatch, lambda: slow(60)], ids=["dispatch", "dense"])
def solved(request):
    return lp.solve(request.param())


def test_an_optimum_passes_and_its_objectives_meet(solved):
    certificate = lp.certify(solved.program, solved.column_value, solved.row_dual)
    assert certificate.passes(1e-9)
    assert certificate.primal_objective == pytest.approx(solved.objective)
    assert certificate.dual_objective == pytest.approx(solved.objective)


def test_doctored_vectors_fail(solved):
    for name, step in (("column_value", 0.1), ("column_value", -0.1), ("row_dual", 0.1), ("row_dual", -0.1)):
        vectors = {"column_value": solved.column_value, "row_dual": solved.row_dual}
        vectors[name] = vectors[name] + step
        assert not lp.certify(solved.program, **vectors).passes(1e-4), (name, step)


def test_a_feasible_point_that_is_not_optimal_fails_by_its_gap_alone():
    """Gas for wind: output 3, 4 and 0, 1 costs 287 + 7 less ... in any case more than 117."""
    program = dispatch()
    worse = lp.certify(program, np.array([3.0, 4.0, 0.0, 1.0]), np.array([10.0, 40.0]))
    assert worse.is_primal_feasible(1e-12)
    assert worse.relative_dual_residual == 0
    assert worse.primal_objective == 3 * 40 + 4 * 40 + 10 + 7
    assert worse.relative_gap == pytest.approx(1 - 117 / 297)
    assert not worse.passes(0.1)


def test_residuals_are_the_largest_violations():
    """Demand 3 met with 2.5 misses 0.5; output 4.25 is 0.25 above its bound."""
    certificate = lp.certify(dispatch(), np.array([0.0, 0.75, 2.5, 4.25]), np.array([10.0, 40.0]))
    assert certificate.primal_residual == 0.5
    assert certificate.as_record()["primal_residual"] == 0.5


def test_a_dual_sign_without_a_bound_to_lean_on_is_a_dual_residual():
    """slow() has only upper row bounds, so a positive row dual proves nothing."""
    program = slow(20)
    assert lp.certify(program, np.zeros(20), np.full(20, 0.5)).dual_residual >= 0.5


def test_not_a_number_never_passes(solved):
    broken = solved.column_value.copy()
    broken[0] = np.nan
    assert not lp.certify(solved.program, broken, solved.row_dual).passes(1e9)


def test_vectors_of_the_wrong_length_are_refused(solved):
    with pytest.raises(ValueError, match="columns"):
        lp.certify(solved.program, solved.column_value[:-1], solved.row_dual)
