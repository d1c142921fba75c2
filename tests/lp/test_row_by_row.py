"""Rules that cannot be called with placeholders are called with real indices, and say so."""

import numpy as np
import pyomo.environ as pyo
import pytest

from powergap import lp
from tests.lp.reference import assert_same_as_pyomo


@pytest.fixture
def model():
    m = pyo.ConcreteModel()
    m.R, m.Y = pyo.Set(initialize=["n", "s"]), pyo.Set(initialize=[1, 2, 3])
    m.of = lp.Param(m.R, array=["east", "west"])
    m.x = lp.Var(m.R, m.Y, bounds=(0, None))
    return m


@pytest.mark.parametrize(
    "rule",
    [
        lambda m, r, y: m.x[r, y] <= (1 if r == "n" else 2),
        lambda m, r, y: m.x[r, y] <= (1 if r != "n" else 2),
        lambda m, r, y: m.x[r, y] <= (1 if r in ["n"] else 2),
        lambda m, r, y: m.x[r, y] <= {"n": 1, "s": 2}[r],
        lambda m, r, y: m.x[r, y] <= (1 if m.of[r] == "east" else 2),
        lambda m, r, y: m.x[r, y] <= (1 if y > 1 else 2),
        lambda m, r, y: m.x[r, y] <= sum(m.x[r, v] for v in m.Y if v < y) + 1,
        lambda m, r, y: sum([m.x[r, v] for v in m.Y]) <= 1,
        lambda m, r, y: m.x[r, y] <= max(y, 2),
    ],
)
def test_a_rule_that_branches_gives_the_same_rows(model, rule):
    model.row = lp.Constraint(model.R, model.Y, rule=rule)
    assert assert_same_as_pyomo(model).row_by_row == ("row",)


def test_skipped_rows_are_left_out_and_the_block_lists_those_kept(model):
    def rule(m, r, y):
        if r == "s" and y > 1:
            return pyo.Constraint.Skip if y == 2 else pyo.Constraint.Feasible
        return m.x[r, y] >= 1

    model.row = lp.Constraint(model.R, model.Y, rule=rule)
    block = assert_same_as_pyomo(model).rows["row"]
    assert block.shape == (4,)
    assert block.labels == ((("n", 1), ("n", 2), ("n", 3), ("s", 1)),)
    assert block.position(("s", 1)) == 3


def test_what_uses_such_an_expression_is_called_row_by_row_too(model):
    model.e = lp.Expression(model.R, model.Y, rule=lambda m, r, y: (y if r == "n" else 2) * m.x[r, y] + 1)
    model.row = lp.Constraint(model.R, model.Y, rule=lambda m, r, y: m.e[r, y] <= 5)
    model.cost = lp.Objective(rule=lambda m: sum(m.e[r, y] for r in m.R for y in m.Y))
    program = assert_same_as_pyomo(model)
    assert program.row_by_row == ("row", "cost")
    assert program.expression("e").evaluate(np.ones(6)).tolist() == [[2, 3, 4], [3, 3, 3]]


@pytest.mark.parametrize("kind", ["constraint", "objective", "bounds", "expression"])
def test_an_unknown_name_surfaces_with_the_component(model, kind):
    def rule(m, *index):
        return m.nonexistent[index]

    if kind == "constraint":
        model.wrong = lp.Constraint(model.R, rule=rule)
    elif kind == "objective":
        model.wrong = lp.Objective(rule=rule)
    elif kind == "bounds":
        model.wrong = lp.Var(model.R, bounds=rule)
    else:
        model.wrong = lp.Expression(model.R, rule=rule)
    with pytest.raises(AttributeError, match=r"'wrong'.*nonexistent"):
        lp.compile(model).expression("wrong")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            lambda m, r, y: m.x[r, y] <= m.x[r, y - 1],
            r"Constraint 'wrong': index 'n', 0 is not in .*'x'|index 0",
        ),
        (lambda m, r, y: m.x[r, y] <= m.x["w", y], "Constraint 'wrong'.*'w'"),
        (lambda m, r, y: m.x[m.of[r], y] <= 1, "Constraint 'wrong'.*'east'"),
        (lambda m, r, y: sum(m.x[r, v + 1] for v in m.Y) <= 1, "Constraint 'wrong'.*4"),
    ],
)
def test_an_index_outside_its_set_is_a_key_error_that_names_both(model, rule, text):
    model.wrong = lp.Constraint(model.R, model.Y, rule=rule)
    with pytest.raises(KeyError, match=text):
        lp.compile(model)


@pytest.mark.parametrize(
    "rule",
    [
        lambda m, r, y: m.x[r, y] * m.x[r, y] <= 1,
        lambda m, r, y: m.x[r, y] < 1,
        lambda m, r, y: 1 / m.x[r, y] <= 1,
        lambda m, r, y: m.x[r, y],
        lambda m, r, y: False,
        lambda m, r, y: pyo.Constraint.Infeasible,
        lambda m, r, y: (None, m.x[r, y], float("nan")),
        lambda m, r, y: float("nan") * m.x[r, y] <= 1,
    ],
)
def test_what_is_not_a_linear_row_is_a_value_error_that_names_the_constraint(model, rule):
    model.wrong = lp.Constraint(model.R, model.Y, rule=rule)
    with pytest.raises(ValueError, match="wrong"):
        lp.compile(model)


def test_division_by_zero_data_surfaces(model):
    model.zero = lp.Param(model.Y, array=[1.0, 0.0, 1.0])
    model.wrong = lp.Constraint(model.R, model.Y, rule=lambda m, r, y: m.x[r, y] / m.zero[y] <= 1)
    with pytest.raises(ZeroDivisionError):
        lp.compile(model)


def test_a_param_of_the_wrong_shape_is_refused_by_name(model):
    with pytest.raises(ValueError, match=r"Param 'short'.*\(2,\).*\(3,\)"):
        model.short = lp.Param(model.Y, array=[1.0, 2.0])


def test_array_bounds_of_the_wrong_shape_are_refused_by_name(model):
    model.wrong = lp.Var(model.R, model.Y, bounds=(0, np.ones((3, 2))))
    with pytest.raises(ValueError, match=r"'wrong'.*\(3, 2\).*\(2, 3\)"):
        lp.compile(model)


def test_integer_variables_and_maximisation_are_refused(model):
    with pytest.raises(ValueError, match="minimised"):
        lp.Objective(rule=lambda m: 0, sense=pyo.maximize)
    model.count = lp.Var(model.R, domain=pyo.NonNegativeIntegers)
    with pytest.raises(ValueError, match=r"'count'.*continuous"):
        lp.compile(model)


def test_two_objectives_are_refused(model):
    model.a = lp.Objective(rule=lambda m: m.x["n", 1])
    model.b = lp.Objective(rule=lambda m: m.x["n", 2])
    with pytest.raises(ValueError, match="more than one"):
        lp.compile(model)


def test_an_unknown_expression_is_a_key_error(model):
    with pytest.raises(KeyError, match="no expression 'nothing'"):
        lp.compile(model).expression("nothing")
