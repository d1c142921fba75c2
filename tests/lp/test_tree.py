"""Programs side by side: decisions in common, weighed cost, the mean of all data, and what is paid but not taken."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from powergap import lp
from powergap.lp import tree
from tests.lp.test_solver import dispatch

RISKLESS = lp.Risk()


def test_apart_they_cost_the_mean_of_their_costs():
    """Demands of 3 and 5 cost 30 + 80 + 7, of 1 and 2 10 + 20 + 7; a quarter and three quarters."""
    copies = {"a": dispatch(), "b": dispatch(demand=(1.0, 2.0))}
    joined = lp.side_by_side(copies, [0.25, 0.75], [], RISKLESS)
    solution = lp.solve(joined.program)
    assert solution.objective == pytest.approx(0.25 * 117 + 0.75 * 37)
    assert solution.value("a/output").ravel() == pytest.approx([0, 1, 3, 4])
    assert solution.column_value[joined.column_places["b"]] == pytest.approx([0, 0, 1, 2])


def test_together_they_decide_the_same():
    """Gas of 2027 is needed in `a` (1 of 5) and not in `b`; held equal, `b` runs 1 of gas and 1 of wind: 50, not 20."""
    copies = {"a": dispatch(), "b": dispatch(demand=(1.0, 2.0))}
    gas_2027 = copies["a"].columns["output"].position("gas", 2027)
    joined = lp.side_by_side(copies, [0.25, 0.75], [(("a", "b"), np.array([gas_2027]))], RISKLESS)
    solution = lp.solve(joined.program)
    assert solution.value("b/output").ravel() == pytest.approx([0, 1, 1, 1])
    assert solution.objective == pytest.approx(0.25 * 117 + 0.75 * 67)


@pytest.mark.parametrize("weight", [0.3, 0.9])
def test_the_worst_count_as_their_weight_says(weight):
    """Costs of 117 and 37; the worst half is 117 with a quarter and 37 with another: 77."""
    copies = {"a": dispatch(), "b": dispatch(demand=(1.0, 2.0))}
    risk = lp.Risk(weight, 0.5)
    solution = lp.solve(lp.side_by_side(copies, [0.25, 0.75], [], risk).program)
    assert solution.objective == pytest.approx((1 - weight) * 57 + weight * 77)
    assert risk.weighed(np.array([117.0, 37.0]), np.array([0.25, 0.75])) == pytest.approx(solution.objective)


def test_the_mean_program_has_the_mean_of_the_data():
    """Demands of 3 and 5, and of 1 and 2, in halves: 2 and 3.5, all wind: 20 + 35 + 7."""
    mean = lp.mean_program([dispatch(), dispatch(demand=(1.0, 2.0))], [0.5, 0.5])
    assert lp.solve(mean).objective == pytest.approx(62)
    with pytest.raises(ValueError, match="of different shapes have no mean"):
        lp.mean_program([dispatch(), dispatch(limit=3)], [0.5, 0.5])


def test_what_is_not_taken_is_paid():
    """All output is committed to. At least 3 of wind are committed in 2026 where 1 is wanted: 30 are paid, not 10."""
    program = dispatch(demand=(1.0, 2.0))
    committed = lp.with_commitments(program, np.arange(4))
    assert lp.solve(committed).objective == pytest.approx(37)
    lower = committed.column_lower.copy()
    lower[committed.columns["commitment"].start + program.columns["output"].position("wind", 2026)] = 3
    solution = lp.solve(committed.with_column_bounds(lower))
    assert solution.objective == pytest.approx(57)
    assert solution.value("not_taken") == pytest.approx([0, 0, 2, 0])
    assert solution.expression("cost") == pytest.approx([10, 20]), "expressions of the model stay"


def test_the_worked_example():
    assert doctest.testmod(tree, extraglobs={"np": np}).failed == 0
