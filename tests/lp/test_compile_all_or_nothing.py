"""Whatever stands in a Pyomo model counts in the program, or the model is refused by name; what is off counts not."""

import pyomo.environ as pyo
import pytest
from pyomo.core.base.matrix_constraint import MatrixConstraint
from pyomo.dae import ContinuousSet, DerivativeVar
from pyomo.gdp import Disjunct, Disjunction
from pyomo.mpec import Complementarity, complements
from pyomo.network import Arc, Port

from powergap import lp


@pytest.fixture
def m():
    """Least x + 2 y where x + y >= 3, both up to 10: 3, all of it x."""
    model = pyo.ConcreteModel()
    model.I = pyo.Set(initialize=[1, 2])
    model.x, model.y = pyo.Var(bounds=(0, 10)), pyo.Var(bounds=(0, 10))
    model.need = pyo.Constraint(expr=model.x + model.y >= 3)
    model.cost = pyo.Objective(expr=model.x + 2 * model.y)
    return model


def least(model):
    solution = lp.solve(lp.compile(model))
    assert solution.status is lp.SolveStatus.OPTIMAL
    return pytest.approx(solution.objective, abs=1e-9)


UNKNOWN = {
    "SOSConstraint": lambda m: pyo.SOSConstraint(var=m.pair, sos=1),
    "Disjunction": lambda m: Disjunction(expr=[[m.x >= 5], [m.y >= 5]]),
    "Disjunct": lambda _: Disjunct(),
    "Complementarity": lambda m: Complementarity(expr=complements(m.x >= 0, m.y >= 0)),
    "LogicalConstraint": lambda m: pyo.LogicalConstraint(expr=m.truth),
    "BooleanVar": lambda _: pyo.BooleanVar(),
    "DerivativeVar": lambda m: DerivativeVar(m.path, wrt=m.time),
    "Port": lambda _: Port(),
    "Arc": lambda m: Arc(source=m.here, destination=m.there),
    "MatrixConstraint": lambda m: MatrixConstraint([1.0, 1.0], [0, 1], [0, 2], [4.0], [9.0], x=[m.x, m.y]),
}


def parts(m):
    """What the components above are made of."""
    m.pair = pyo.Var(m.I)
    m.time = ContinuousSet(bounds=(0, 1))
    m.path = pyo.Var(m.time)


@pytest.mark.parametrize("kind", UNKNOWN)
@pytest.mark.parametrize("where", ["model", "block"])
def test_what_a_linear_program_has_not_is_refused_by_name(m, kind, where):
    parts(m)
    if kind == "LogicalConstraint":
        m.truth = pyo.BooleanVar()
    if kind == "Arc":
        m.here, m.there = Port(), Port()
    if where == "block" and kind in ("SOSConstraint", "DerivativeVar", "LogicalConstraint", "Arc"):
        m.inside = pyo.Block()
        m.inside.odd = UNKNOWN[kind](m)
    elif where == "block":
        m.inside = pyo.Block(m.I)
        m.inside[2].odd = UNKNOWN[kind](m)
    else:
        m.odd = UNKNOWN[kind](m)
    with pytest.raises(ValueError, match=rf"{kind} '[a-z\[\]2.]*odd'"):
        lp.compile(m)


def test_all_unknown_components_are_named_at_once(m):
    m.b, m.d = pyo.BooleanVar(), Disjunct()
    with pytest.raises(ValueError, match="BooleanVar 'b', Disjunct 'd'"):
        lp.compile(m)


def test_what_is_unknown_and_off_is_left_out(m):
    m.d = Disjunct()
    m.k = Complementarity(expr=complements(m.x >= 0, m.y >= 0))
    m.p = Disjunction(m.I, rule=lambda m, i: [m.x >= i, m.y >= i])
    m.d.deactivate()
    m.k.deactivate()
    m.p[1].deactivate()
    m.p[2].deactivate()
    m.p_disjuncts.deactivate()
    assert least(m) == 3


def test_integers_are_refused_wherever_they_stand(m):
    m.b = pyo.Block(m.I)
    m.b[2].n = pyo.Var(domain=pyo.Integers)
    with pytest.raises(ValueError, match=r"'b\[2\].n': only continuous"):
        lp.compile(m)
    m.b[2].n.fix(3)
    assert least(m) == 3


@pytest.mark.parametrize("form", ["SOS2", "INC", "BIGM_BIN", "DCC"])
def test_a_piecewise_function_is_refused_by_what_it_is_made_of(m, form):
    m.z = pyo.Var()
    m.bend = pyo.Piecewise(m.z, m.x, pw_pts=[0, 5, 10], f_rule=[0, 1, 5], pw_constr_type="EQ", pw_repn=form)
    with pytest.raises(ValueError, match="'bend"):
        lp.compile(m)


def test_components_that_say_nothing_about_the_solution_are_passed_over(m):
    m.s, m.p, m.e = pyo.Suffix(direction=pyo.Suffix.IMPORT), pyo.Param(initialize=2), pyo.Expression(expr=m.x)
    m.r, m.o, m.u, m.t = pyo.RangeSet(3), pyo.SetOf([1, 2]), m.I | {3}, ContinuousSet(bounds=(0, 1))
    m.a, m.c = pyo.BuildAction(rule=lambda _: None), pyo.BuildCheck(rule=lambda _: True)
    assert least(m) == 3


def test_an_abstract_model_is_refused():
    abstract = pyo.AbstractModel()
    abstract.x = pyo.Var()
    abstract.row = pyo.Constraint(rule=lambda m: m.x >= 1)
    with pytest.raises(ValueError, match="not constructed"):
        lp.compile(abstract)


@pytest.mark.parametrize("rows", [pyo.Constraint, lp.Constraint], ids=["Pyomo", "lazy"])
def test_a_row_that_is_off_does_not_count(m, rows):
    """x >= 4 and x >= 8; without the second 4, with the second changed to x >= 5 it is 5."""
    m.row = rows(m.I, rule=lambda m, i: m.x >= 4 * i)
    assert least(m) == 8
    m.row[2].deactivate()
    assert least(m) == 4
    assert lp.compile(m).rows["row"].labels == ((1,),)
    m.row[2].activate()
    m.row[2].set_value(m.x >= 5)
    assert least(m) == 5
    m.row.deactivate()
    assert least(m) == 3
    m.row[1].activate()
    assert least(m) == 4


def test_a_row_without_sets_that_is_off_or_changed(m):
    m.row = lp.Constraint(rule=lambda m: m.x >= 4)
    assert least(m) == 4
    m.row[None].set_value(m.x >= 6)
    assert least(m) == 6
    m.row.deactivate()
    assert least(m) == 3


def test_a_block_that_is_off_does_not_count(m):
    m.b = pyo.Block(m.I, rule=lambda b, i: b.add_component("row", pyo.Constraint(expr=m.x >= 4 * i)))
    m.b[1].deeper = pyo.Block()
    m.b[1].deeper.row = pyo.Constraint(expr=m.x >= 9)
    m.b[1].deeper.cost = pyo.Objective(expr=m.y)
    m.b[1].deeper.odd = pyo.BooleanVar()
    m.b[1].deeper.deactivate()
    assert least(m) == 8
    m.b[2].deactivate()
    assert least(m) == 4
    m.b.deactivate()
    assert least(m) == 3


def test_of_several_objectives_the_one_that_is_on_counts(m):
    """x + 2 y: 3; 5 x + y: 3, all of it y; 7 x: 0."""
    m.other = pyo.Objective(m.I, rule=lambda m, i: 5 * m.x + m.y if i == 1 else 7 * m.x)
    with pytest.raises(ValueError, match=r"more than one active objective: cost, other\[1\], other\[2\]"):
        lp.compile(m)
    m.other[1].deactivate()
    with pytest.raises(ValueError, match=r"more than one active objective: cost, other\[2\]$"):
        lp.compile(m)
    m.cost.deactivate()
    assert least(m) == 0
    m.other[1].activate()
    m.other[2].deactivate()
    assert least(m) == 3
    m.other[1].deactivate()
    assert not lp.compile(m).cost.any()


def test_a_changed_objective_counts_as_it_is(m):
    m.del_component(m.cost)
    m.cost = lp.Objective(rule=lambda m: m.x + 2 * m.y)
    assert least(m) == 3
    m.cost.set_value(4 * m.x + 2 * m.y + 1)
    assert least(m) == 7


def test_fixed_variables_are_at_their_value_even_beyond_their_bounds(m):
    m.x.fix(1)
    assert least(m) == 1 + 2 * 2
    m.x.fix(12)
    assert least(m) == 12
    m.x.set_value(None)
    with pytest.raises(ValueError, match="'x'"):
        lp.compile(m)


def test_a_reference_is_no_second_component(m):
    m.row = pyo.Constraint(m.I, rule=lambda m, i: m.x >= 2 * i)
    m.rows, m.costs, m.xs = pyo.Reference(m.row[:]), pyo.Reference(m.cost), pyo.Reference(m.x)
    m.uses = lp.Constraint(rule=lambda m: m.xs[None] + m.y >= 7)
    program = lp.compile(m)
    assert (list(program.columns), list(program.rows)) == (["x", "y"], ["need", "row", "uses"])
    assert least(m) == 7
    m.row.deactivate()
    m.row[1].activate()
    m.uses.deactivate()
    assert least(m) == 3


def test_a_reference_to_what_is_not_in_the_model_is_refused(m):
    m.b = pyo.Block()
    m.b.row = pyo.Constraint(m.I, rule=lambda b, i: b.model().x >= 2 * i)
    m.rows = pyo.Reference(m.b.row[:])
    m.b.deactivate()
    with pytest.raises(ValueError, match=r"'rows' refers to 'b.row\[1\]'"):
        lp.compile(m)


def test_sets_without_an_end_hold_what_was_put_in(m):
    """v[a] + v[b, 1] >= 7 at 1 and 3 each, v[a] from 2 to 9, v[b, 1] up to 4, x from 4: 4 + 7."""
    m.row = pyo.Constraint(pyo.Any)
    m.row["a"], m.row["b", 1] = m.x >= 4, m.y >= 0
    m.v = pyo.Var(pyo.Any, dense=False, bounds=(0, 9))
    m.v["a"].setlb(2)
    m.v["b", 1].setub(4)
    m.part = pyo.Constraint(pyo.Any, m.I)
    m.part["v", 2] = m.v["a"] + m.v["b", 1] >= 7
    m.e = pyo.Expression(pyo.Any)
    m.e["q"] = m.v["a"] + 3 * m.v["b", 1]
    m.cost.set_value(m.x + 2 * m.y + m.e["q"])
    m.none = pyo.Constraint(pyo.NonNegativeIntegers)
    m.lazy = lp.Constraint(m.I, rule=lambda m, i: m.v["a"] >= i)
    program = lp.compile(m)
    assert program.columns["v"].labels == (("a", ("b", 1)),)
    assert program.names(program.columns) == ["x", "y", "v[a]", "v[b,1]"]
    assert program.rows["row"].position(("b", 1)) == 2
    assert program.rows["part"].labels == ((("v", 2),),)
    assert program.rows["none"].size == 0
    assert program.expression("e").block.labels == (("q",),)
    assert least(m) == 11


@pytest.mark.parametrize("where", [pyo.Any, pyo.NonNegativeIntegers], ids=str)
@pytest.mark.parametrize(
    "make",
    [
        lp.Var,
        lambda where: lp.Constraint(where, rule=lambda m, _: m.x >= 1),
        lambda where: lp.Expression(where, rule=lambda m, _: m.x),
    ],
)
def test_a_rule_over_a_set_without_an_end_is_refused_by_name(m, where, make):
    m.endless = make(where)
    with pytest.raises(ValueError, match="'endless': its set has no end"):
        lp.compile(m).expression("endless")


def test_data_over_a_set_without_an_end_are_refused_by_name(m):
    with pytest.raises(ValueError, match="'p': a set has no end"):
        m.p = lp.Param(pyo.Any, array=[1.0])


def test_members_of_mixed_length_are_told_apart(m):
    """a alone, and a with 1 or 2: at least as many as it has labels, at 1, 2 and 3 each: 1 + 4 + 6, and x is 3."""
    m.S = pyo.Set(dimen=None, initialize=["a", ("a", 1), ("a", 2)])
    m.v = pyo.Var(m.S, bounds=(0, 5))
    m.row = pyo.Constraint(m.S, rule=lambda m, *i: m.v[i if len(i) > 1 else i[0]] >= len(i))
    m.cost.set_value(m.x + 2 * m.y + m.v["a"] + 2 * m.v["a", 1] + 3 * m.v["a", 2])
    assert least(m) == 3 + 11
    m.w = pyo.Var(m.S, m.I, bounds=(0, 5))
    m.more = pyo.Constraint(expr=m.w["a", 1, 2] + 2 * m.w["a", 1] >= 4)
    m.cost.set_value(m.w["a", 1] + m.w["a", 1, 2] + 5 * m.w["a", 2])
    assert least(m) == 2
    m.lazy = lp.Var(m.S)
    with pytest.raises(ValueError, match="'lazy': its set has no end or members of mixed length"):
        lp.compile(m)


def test_rules_that_loop_over_members_of_mixed_length_are_called_row_by_row(m):
    m.S = pyo.Set(dimen=None, initialize=["a", ("a", 1)])
    m.F = pyo.Set(m.I, dimen=None, initialize={1: ["a"], 2: [("a", 1), "a"]})
    m.v = pyo.Var(m.S, bounds=(0, 5))
    m.all = lp.Constraint(rule=lambda m: sum(m.v[s] for s in m.S) >= 6)
    m.some = lp.Constraint(m.I, rule=lambda m, i: sum(m.v[s] for s in m.F[i]) >= i)
    m.cost.set_value(m.v["a"] + 3 * m.v["a", 1])
    program = lp.compile(m)
    assert {"all", "some"} <= set(program.row_by_row)
    assert least(m) == 5 + 3


@pytest.mark.parametrize(
    ("members", "options"),
    [
        ([3, 1, 2], {}),
        ([3, 1, 2], {"ordered": pyo.Set.SortedOrder}),
        ([3, "a", 2.5], {}),
        (["b", None, 0], {}),
        ([("a", 1), ("b", 2), ("a", None)], {"dimen": 2}),
        ([0.1, 0.30000000000000004, 1e-9], {}),
        ([True, 2, "True"], {}),
    ],
    ids=str,
)
def test_members_of_any_kind_and_order_keep_their_own_numbers(m, members, options):
    """Each member's variable is at least its own limit, by rule and by array, and counts as often as its own price."""
    m.S = pyo.Set(initialize=members, **options)
    order = list(m.S)
    limit = {member: 1.0 + k for k, member in enumerate(order)}
    m.limit = lp.Param(m.S, array=[limit[member] for member in order])
    m.v = lp.Var(m.S, bounds=(0, 9))
    m.row = lp.Constraint(m.S, rule=lambda m, *i: m.v[i] >= m.limit[i])
    m.last = lp.Constraint(rule=lambda m: m.v[order[-1]] >= 7)
    m.del_component(m.cost)
    m.cost = lp.Objective(rule=lambda m: sum(m.limit[i] * m.v[i] for i in m.S) + m.x + 2 * m.y)
    expected = sum(one * one for one in limit.values()) + (7 - len(order)) * len(order)
    assert least(m) == expected + 3


def test_ranges_of_fractions_and_sets_of_lists_are_sets(m):
    m.R, m.L = pyo.RangeSet(0, 1, 0.25), pyo.SetOf(["b", "a"])
    m.v = lp.Var(m.R, m.L, bounds=(0, 5))
    m.row = lp.Constraint(m.R, m.L, rule=lambda m, r, _: m.v[r, _] >= r)
    m.del_component(m.cost)
    m.cost = lp.Objective(rule=lambda m: sum(m.v[r, k] for r in m.R for k in m.L))
    assert least(m) == 2 * 2.5


def test_an_endless_range_of_fractions_without_data_has_no_columns(m):
    m.R = pyo.RangeSet(0, 1, 0)
    m.v = pyo.Var(m.R)
    assert lp.compile(m).columns["v"].size == 0
