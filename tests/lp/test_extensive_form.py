"""Programs side by side: decisions in common, weighed cost, the mean of all data, and what is paid but not taken."""

from __future__ import annotations

import numpy as np
import pytest

from powergap import lp
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


def committing(program, index, least):
    """The program with what is committed to in mind, at least so much of one output."""
    columns = program.columns["output"]
    committed = lp.with_commitments(program, np.arange(columns.start, columns.start + 4).reshape(2, 2))
    lower = committed.column_lower.copy()
    lower[committed.columns["commitment"].start + columns.position(*index)] = least
    return lp.solve(committed.with_column_bounds(lower))


def test_what_is_not_taken_is_paid():
    """At least 3 of wind are committed for 2027, where 2 are wanted: 10 + 30 + 7; nothing is taken before its time."""
    program = dispatch(demand=(1.0, 2.0))
    assert committing(program, ("wind", 2027), 0).objective == pytest.approx(37)
    solution = committing(program, ("wind", 2027), 3)
    assert solution.objective == pytest.approx(47)
    assert solution.value("commitment") == pytest.approx([0, 0, 1, 3])
    assert solution.value("not_taken") == pytest.approx([0, 0, 0, 1])
    assert solution.expression("cost") == pytest.approx([10, 20]), "expressions of the model stay"


def test_what_is_early_is_taken_later():
    """3 of wind are committed for 2026, where 1 is wanted: the other 2 serve 2027, at the same price."""
    solution = committing(dispatch(demand=(1.0, 2.0)), ("wind", 2026), 3)
    assert solution.objective == pytest.approx(37)
    assert solution.value("commitment") == pytest.approx([0, 0, 3, 0])
    assert solution.value("taken") == pytest.approx([0, 0, 0, 1, 2, 0])
