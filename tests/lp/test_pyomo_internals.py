"""Pins what `pyomo_internals` relies on; a Pyomo that changes it fails here first."""

import ast
import builtins
import threading
from pathlib import Path

import pyomo.environ as pyo
import pytest
from pyomo.common.errors import TemplateExpressionError

import powergap
from powergap import lp
from powergap.lp import components
from powergap.lp.pyomo_internals import (
    ConstantSum,
    Lookup,
    Placeholder,
    VariableSum,
    axis_sets,
    templatize,
)


@pytest.fixture
def model():
    m = pyo.ConcreteModel()
    m.R, m.Y = pyo.Set(initialize=["n", "s"]), pyo.Set(initialize=[1, 2])
    m.p = lp.Param(m.R, array=["a", "b"])
    m.x = lp.Var(m.R, m.Y)
    return m


def call(m, rule, *sets):
    m.add_component("con", lp.Constraint(*sets, rule=rule))
    return templatize(m, m.con._rule, m.con.index_set())


def test_a_rule_is_called_with_one_placeholder_per_label(model):
    template, indices = call(model, lambda m, r, y: m.x[r, y] <= y, model.R, model.Y)
    assert [type(index) for index in indices] == [Placeholder, Placeholder]
    assert template.args[0]._args_ == (model.x, *indices)
    assert template.args[1] is indices[1]


def test_a_sum_over_sets_is_one_node_that_knows_whether_it_holds_variables(model):
    template, _ = call(model, lambda m: sum(m.x[r, y] for r in m.R for y in m.Y) <= sum(y for y in m.Y))
    left, right = template.args
    assert (type(left), type(right)) == (VariableSum, ConstantSum)
    assert [group[0]._set.name for group in left.template_iters()] == ["R", "Y"]


@pytest.mark.parametrize("compare", [lambda r: r == "n", lambda r: r != "n", lambda r: r in ["n"]])
def test_comparing_an_index_raises_instead_of_answering_false(model, compare):
    with pytest.raises(TemplateExpressionError):
        call(model, lambda m, r: m.x[r, 1] <= (1 if compare(r) else 2), model.R)


def test_comparing_looked_up_data_raises_too(model):
    kinds = []
    with pytest.raises(TemplateExpressionError):
        call(model, lambda m, r: kinds.append(type(m.p[r])) or m.p[r] == "a", model.R)
    assert kinds == [Lookup]


def test_data_at_plain_labels_stay_data(model):
    template, _ = call(model, lambda m, r: m.x[r, 1] <= (1 if m.p["n"] == "a" else 2), model.R)
    assert template.args[1] == 1


def test_a_loop_over_a_set_outside_sum_raises(model):
    with pytest.raises(TemplateExpressionError, match="outside of sum"):
        call(model, lambda m: max([m.x[r, 1] for r in m.R], key=id) <= 1)


def test_sum_and_set_iteration_are_restored_even_after_an_error(model):
    original = builtins.sum
    with pytest.raises(ZeroDivisionError):
        call(model, lambda m: 1 / 0)
    assert builtins.sum is original
    assert list(model.R) == ["n", "s"]


def test_other_threads_see_ordinary_sets_and_sums_while_a_rule_is_compiled(model):
    seen = []

    def look():
        seen.append((list(model.R), sum(y for y in model.Y), sum((), 4), model.x["n", 1].name))

    def rule(m, r):
        other = threading.Thread(target=look)
        other.start()
        other.join()
        return m.x[r, 1] <= 1

    call(model, rule, model.R)
    assert seen == [(["n", "s"], 3, 4, "x[n,1]")]


def test_data_objects_are_not_made_while_a_rule_is_compiled(model):
    model.e = lp.Expression(model.R, rule=lambda m, r: sum(m.x[r, y] for y in m.Y))
    model.row = lp.Constraint(rule=lambda m: m.e["n"] + m.x["s", 2] <= 1)
    assert lp.compile(model).row_by_row == ()
    assert (len(model.e), len(model.x)) == (0, 0)


def test_products_of_sets_are_taken_apart_and_other_sets_are_not(model):
    model.pairs = pyo.Set(dimen=2, initialize=[("n", 1)])
    model.a = lp.Var(model.R * model.Y, model.pairs)
    model.b = lp.Var(model.R | model.Y)
    assert [index_set.name for index_set in axis_sets(model.a)] == ["R", "Y", "pairs"]
    assert len(axis_sets(model.b)) == 1
    assert axis_sets(lp.Var()) == ()


PACKAGE = Path(powergap.__file__).parent
OUTSIDE = [
    path for room in ("lp", "model") for path in (PACKAGE / room).rglob("*.py") if path.name != "pyomo_internals.py"
]
OF_OTHERS = {"_compresslevel"}
"""Private names that are not of Pyomo: of `zipfile`."""


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


def private_names_of_others(path):
    """Private names that a module imports from Pyomo, or reads or writes of anything but its own objects."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pyomo"):
            yield from (one.name for one in node.names if is_private(one.name))
        elif isinstance(node, ast.Attribute) and is_private(node.attr):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if owner not in {"self", "cls"}:
                yield node.attr


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_private_names_of_pyomo_stand_nowhere_else(path):
    assert set(private_names_of_others(path)) - OF_OTHERS == set()


def test_lazy_components_name_nothing_private_of_pyomo_as_their_own():
    """Pyomo's private attributes are theirs too by inheritance, read through `self`."""
    tree = ast.parse(Path(components.__file__).read_text(encoding="utf-8"))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    methods = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    own = {name for name in attributes | methods if is_private(name)}
    kinds = (pyo.Var, pyo.Param, pyo.Expression, pyo.Constraint, pyo.Objective)
    plain = pyo.ConcreteModel()
    plain.one = pyo.Set(initialize=[1])
    for kind in kinds:
        plain.add_component(f"scalar_{kind.__name__}", kind())
        if kind is not pyo.Objective:
            plain.add_component(f"indexed_{kind.__name__}", kind(plain.one))
    assert own & {name for component in plain.component_objects() for name in dir(component)} == set()
