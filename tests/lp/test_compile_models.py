"""Hand models, one per feature: the compiled program equals what Pyomo makes of the expanded model."""

import numpy as np
import pyomo.environ as pyo
import pytest

from powergap import lp
from tests.lp.reference import assert_same_as_pyomo, dense


@pytest.fixture
def model():
    m = pyo.ConcreteModel()
    m.G = pyo.Set(initialize=["gas", "oil", "battery"])
    m.S = pyo.Set(initialize=["battery"], within=m.G)
    m.R = pyo.Set(initialize=["north", "south"])
    m.Y = pyo.Set(initialize=[2026, 2027, 2028])
    m.later = pyo.Set(initialize=[2027, 2028])
    m.NOTHING = pyo.Set(initialize=[])
    m.x = lp.Var(m.G, m.R, m.Y, bounds=(0, None))
    m.z = lp.Var(bounds=(None, 9))
    m.demand = lp.Param(m.R, m.Y, array=np.arange(1.0, 7.0).reshape(2, 3))
    return m


def check(m, *row_by_row):
    program = assert_same_as_pyomo(m)
    assert program.row_by_row == row_by_row
    return program


def test_rows_and_columns_are_in_declaration_order(model):
    """x is [3, 2, 3] at 0, z one column at 18; balance is [2, 3] at 0, cap one row at 6."""
    model.balance = lp.Constraint(
        model.R, model.Y, rule=lambda m, r, y: sum(m.x[g, r, y] for g in m.G) == m.demand[r, y]
    )
    model.cap = lp.Constraint(rule=lambda m: m.z <= 5)
    model.cost = lp.Objective(rule=lambda m: m.z + 3)
    program = check(model)
    assert list(program.columns) == ["x", "z"]
    assert list(program.rows) == ["balance", "cap"]
    assert program.columns["x"].shape == (3, 2, 3)
    assert program.columns["z"].start == 18
    assert program.columns["z"].shape == ()
    assert program.rows["cap"].start == 6
    assert program.columns["x"].position("oil", "south", 2027) == 6 + 3 + 1
    assert program.columns["x"].set_names == ("G", "R", "Y")
    assert (program.offset, program.cost[18]) == (3.0, 1.0)
    with pytest.raises(KeyError, match="'x' has no index"):
        program.columns["x"].position("coal", "south", 2027)


@pytest.mark.parametrize(
    "rule",
    [
        lambda m, g, r: m.x[g, r, 2026] == 3,
        lambda m, g, r: 3 == m.x[g, r, 2026],  # noqa: SIM300
        lambda m, g, r: m.x[g, r, 2026] <= m.demand[r, 2026],
        lambda m, g, r: m.demand[r, 2027] <= m.x[g, r, 2026],
        lambda m, g, r: m.x[g, r, 2026] >= m.z + 2,
        lambda m, g, r: m.x[g, r, 2026] + 1 <= m.x[g, r, 2027] - m.demand[r, 2028],
        lambda m, g, r: (1, m.x[g, r, 2026] + 4, m.demand[r, 2028] + 6),
        lambda m, g, r: (None, m.x[g, r, 2026], 7),
        lambda m, g, r: (2, m.x[g, r, 2026], None),
        lambda m, g, r: (m.x[g, r, 2026], m.z),
        lambda m, g, r: pyo.inequality(1, m.x[g, r, 2026] - m.z, 4),
    ],
)
def test_every_form_of_relation_is_compiled(model, rule):
    model.row = lp.Constraint(model.G, model.R, rule=rule)
    check(model)


def test_arithmetic_on_data_and_variables_is_compiled(model):
    model.rate = lp.Param(model.Y, array=[0.5, 0.0, 2.0])
    model.flag = lp.Param(model.Y, array=[True, False, True])
    model.single = lp.Param(array=4.0)
    model.mutable = pyo.Param(initialize=3.0, mutable=True)
    model.plain = pyo.Param(model.R, initialize={"north": 1.5, "south": 2.5})
    model.row = lp.Constraint(
        model.R,
        model.later,
        rule=lambda m, r, y: (
            -(m.x["gas", r, y] / 4 - m.z * (1 + m.rate[y]) ** 2)
            + m.flag[y] * m.x["oil", r, y] * abs(-m.plain[r])
            + m.single * pyo.exp(m.rate[y]) * m.z
            + (y - 2020) * m.mutable
            <= 8 * m.x["gas", r, y - 1] + sum(m.rate[v] for v in m.Y) + sum(2 for v in m.Y)
        ),
    )
    check(model)


def test_a_rule_over_a_subset_indexes_a_variable_over_the_superset(model):
    """battery is the third plant, so the first entry of the first row is column 2 * 6."""
    model.row = lp.Constraint(model.S, model.R, rule=lambda m, s, r: m.x[s, r, 2026] <= m.demand[r, 2026])
    assert check(model).index[0] == 12


def test_a_component_over_part_of_a_set_is_indexed_by_label(model):
    model.late = lp.Var(model.later, bounds=(0, 1))
    model.row = lp.Constraint(model.later, rule=lambda m, y: m.x["gas", "north", y] <= 2 * m.late[y])
    model.all = lp.Constraint(rule=lambda m: sum(m.x["gas", "north", y] - m.late[y] for y in m.later) <= 1)
    check(model)


def test_index_arithmetic_follows_labels_not_positions(model):
    model.even = pyo.Set(initialize=[2026, 2028])
    model.row = lp.Constraint(model.even, rule=lambda m, y: m.x["gas", "north", 4054 - y] <= m.demand["north", y])
    check(model)


def test_indices_can_be_data():
    """The store of hour h follows that of the hour before it, and the day before where the day begins."""
    m = pyo.ConcreteModel()
    m.S, m.D = pyo.Set(initialize=["b"]), pyo.Set(initialize=["mon", "tue"])
    m.H = pyo.Set(initialize=[1, 2, 3])
    m.previous_hour = lp.Param(m.H, array=[3, 1, 2])
    m.previous_day = lp.Param(m.D, m.H, array=[["tue", "mon", "mon"], ["mon", "tue", "tue"]])
    m.level = lp.Var(m.S, m.D, m.H, bounds=(0, 4))
    m.flow = lp.Var(m.S, m.D, m.H)
    m.step = lp.Constraint(
        m.S,
        m.D,
        m.H,
        rule=lambda m, s, d, h: (
            m.level[s, d, h] == m.level[s, m.previous_day[d, h], m.previous_hour[h]] + m.flow[s, d, h]
        ),
    )
    program = check(m)
    assert dense(program)[0, :6].tolist() == [1, 0, 0, 0, 0, -1]


def test_a_step_into_itself_cancels():
    m = pyo.ConcreteModel()
    m.H = pyo.Set(initialize=[1, 2])
    m.previous = lp.Param(m.H, array=[1, 1])
    m.level = lp.Var(m.H)
    m.step = lp.Constraint(m.H, rule=lambda m, h: m.level[h] - m.level[m.previous[h]] <= 5)
    assert dense(check(m)).tolist() == [[0, 0], [-1, 1]]


def test_zero_coefficients_are_dropped_and_repeated_columns_merged(model):
    """share is lower triangular: 1 + 2 + 3 of 9 entries remain per plant and region."""
    share = np.tril(np.ones((3, 3)))
    model.share = lp.Param(model.Y, model.Y, array=share)
    model.row = lp.Constraint(
        model.G,
        model.R,
        model.Y,
        rule=lambda m, g, r, y: sum(m.share[y, v] * m.x[g, r, v] for v in m.Y) <= 4,
    )
    model.twice = lp.Constraint(model.R, rule=lambda m, r: sum(m.x["gas", r, 2026] for y in m.Y) + m.z + m.z >= 1)
    model.mixed = lp.Constraint(
        model.Y,
        rule=lambda m, y: sum(m.x["gas", r, v] for r in m.R for v in m.Y) - m.x["gas", "north", y] <= 2,
    )
    program = check(model)
    assert program.start[program.rows["twice"].start] == 6 * 6


def test_empty_sets_give_no_rows_no_columns_and_empty_sums(model):
    model.none = lp.Var(model.NOTHING, model.R, bounds=lambda m, n, r: (0, m.demand[r, 2026]))
    model.nodata = lp.Param(model.NOTHING, array=np.zeros(0))
    model.expr = lp.Expression(model.NOTHING, model.R, rule=lambda m, n, r: m.none[n, r] + 1)
    model.norow = lp.Constraint(model.NOTHING, model.R, rule=lambda m, n, r: m.none[n, r] <= m.nodata[n])
    model.row = lp.Constraint(
        model.R,
        rule=lambda m, r: (
            sum(m.nodata[n] * m.none[n, r] + m.expr[n, r] for n in m.NOTHING) + m.z
            <= sum(m.nodata[n] for n in m.NOTHING)
        ),
    )
    model.total = lp.Objective(rule=lambda m: m.z + sum(m.none[n, r] for n in m.NOTHING for r in m.R) + sum([]))
    program = check(model)
    assert program.columns["none"].shape == (0, 2)
    assert program.rows["norow"].size == 0
    assert program.expression("expr").evaluate(np.zeros(19)).shape == (0, 2)


def test_a_set_of_tuples_is_one_axis():
    m = pyo.ConcreteModel()
    m.L = pyo.Set(dimen=2, initialize=[("n", "s"), ("s", "n"), ("w", "s")])
    m.Some = pyo.Set(dimen=2, initialize=[("w", "s"), ("n", "s")], within=m.L)
    m.R, m.Y = pyo.Set(initialize=["n", "s", "w"]), pyo.Set(initialize=[1, 2])
    m.loss = lp.Param(m.L, array=[0.1, 0.2, 0.0])
    m.flow = lp.Var(m.L, m.Y, bounds=lambda m, a, b, y: (0, m.loss[a, b] * y))
    m.node = lp.Var(m.R, m.Y)
    m.row = lp.Constraint(m.L, m.Y, rule=lambda m, a, b, y: m.flow[a, b, y] <= (1 - m.loss[a, b]) * m.node[b, y])
    m.sub = lp.Constraint(m.Some, rule=lambda m, a, b: m.flow[a, b, 2] - m.node[a, 1] <= 1)
    m.joint = lp.Constraint(m.Y, rule=lambda m, y: sum(m.flow[a, b, y] - m.node[a, y] for a, b in m.L) == 0)
    program = check(m)
    assert program.columns["flow"].shape == (3, 2)
    assert program.columns["flow"].position(("w", "s"), 2) == 5


def test_an_index_made_of_two_axes_finds_members_of_a_set_of_tuples():
    m = pyo.ConcreteModel()
    m.A, m.B = pyo.Set(initialize=["p", "q"]), pyo.Set(initialize=[1, 2])
    m.AB = pyo.Set(dimen=2, initialize=[("q", 2), ("p", 1), ("p", 2), ("q", 1)])
    m.x = lp.Var(m.AB)
    m.row = lp.Constraint(m.A, rule=lambda m, a: sum(m.x[a, b] for b in m.B) <= m.x[a, 1])
    check(m)


@pytest.mark.parametrize("first", ["R", "Y"])
def test_sums_over_sets_of_unequal_length_are_compiled(first):
    m = pyo.ConcreteModel()
    m.R, m.Y = pyo.Set(initialize=["n", "s", "w"]), pyo.Set(initialize=[1, 2])
    m.G = pyo.Set(initialize=["a", "b", "c"])
    m.SUPPLIERS = pyo.Set(m.R, initialize={"n": ["c", "a"], "s": [], "w": ["b"]})
    m.weight = lp.Param(m.G, m.Y, array=[[1.0, 2.0], [0.0, 3.0], [5.0, 6.0]])
    m.x = lp.Var(m.G, m.R, m.Y)
    m.z = lp.Var()
    order = (m.R, m.Y) if first == "R" else (m.Y, m.R)

    def supply(m, *index):
        r, y = index if first == "R" else index[::-1]
        fixed = sum(m.weight[g, y] for g in m.SUPPLIERS[r])
        return sum(m.weight[g, y] * m.x[g, r, y] + 1 for g in m.SUPPLIERS[r]) + m.z == fixed

    m.row = lp.Constraint(*order, rule=supply)
    m.total = lp.Objective(rule=lambda m: sum(m.x[g, r, y] for y in m.Y for r in m.R for g in m.SUPPLIERS[r]))
    check(m)


def test_ragged_sums_over_links_are_compiled():
    m = pyo.ConcreteModel()
    m.R, m.Y = pyo.Set(initialize=["n", "s", "w"]), pyo.Set(initialize=[1, 2])
    m.L = pyo.Set(dimen=2, initialize=[("n", "s"), ("s", "n"), ("w", "s")])
    m.INTO = pyo.Set(m.R, dimen=2, initialize=lambda m, r: [link for link in m.L if link[1] == r])
    m.flow = lp.Var(m.L, m.Y)
    m.need = lp.Var(m.R, m.Y)
    m.row = lp.Constraint(
        m.R, m.Y, rule=lambda m, r, y: sum(0.9 * m.flow[a, b, y] for a, b in m.INTO[r]) >= m.need[r, y]
    )
    check(m)


def test_expressions_are_inlined_and_keep_their_own_values(model):
    """unit = 2 x + demand + z; total over 18 units = 36 + 3 * 21 + 18 at x = z = 1."""
    model.unit = lp.Expression(
        model.G, model.R, model.Y, rule=lambda m, g, r, y: 2 * m.x[g, r, y] + m.demand[r, y] + m.z
    )
    model.total = lp.Expression(rule=lambda m: sum(m.unit[g, r, y] for g in m.G for r in m.R for y in m.Y))
    model.late = lp.Expression(model.later, rule=lambda m, y: m.unit["gas", "north", y] - m.unit["oil", "south", y - 1])
    model.row = lp.Constraint(model.S, model.later, rule=lambda m, s, y: m.unit[s, "south", y] <= 3 * m.late[y])
    model.cap = lp.Constraint(rule=lambda m: m.total <= 100)
    model.cost = lp.Objective(rule=lambda m: 2 * m.total + m.late[2027])
    program = check(model)
    ones = np.ones(19)
    assert program.expression("unit").evaluate(ones)[2, 1].tolist() == [2 + 4 + 1, 2 + 5 + 1, 2 + 6 + 1]
    assert program.expression("total").evaluate(ones) == 36 + 63 + 18
    cost, offset = program.objective_of("total")
    assert (cost.tolist(), offset) == ([2.0] * 18 + [18.0], 63.0)
    assert program.objective_of("late")[1] == (2 - 4) + (3 - 5)
    assert list(program.columns) == ["x", "z"], "an expression adds no variable"


def test_sums_over_python_lists_of_expressions_work_in_any_nesting(model):
    model.a = lp.Expression(model.R, model.Y, rule=lambda m, r, y: m.x["gas", r, y])
    model.b = lp.Expression(model.R, model.Y, rule=lambda m, r, y: 3 * m.x["oil", r, y] + 1)
    model.discount = lp.Param(model.Y, array=[1.0, 0.9, 0.8])
    terms = [model.a, model.b]
    model.row = lp.Constraint(model.R, model.Y, rule=lambda m, r, y: sum(t[r, y] for t in terms) + m.z >= 1)
    model.none = lp.Constraint(model.R, rule=lambda m, r: sum(t[r, 2026] for t in []) + m.z >= 1)
    model.cost = lp.Objective(
        rule=lambda m: (
            sum(m.discount[y] * t[r, y] for r in m.R for t in terms for y in m.Y)
            + sum(sum(t[r, y] for t in terms) for r in m.R for y in m.Y)
            + sum((2 * m.x["gas", r, 2026] for r in m.R), m.z)
        )
    )
    check(model)


def test_products_of_sets_and_sets_given_as_lists_are_axes(model):
    model.RY = model.R * model.Y
    model.w = lp.Var(model.RY, ["p", "q"])
    model.row = lp.Constraint(model.RY, rule=lambda m, r, y: m.w[r, y, "p"] <= m.x["gas", r, y])
    assert check(model).columns["w"].shape == (2, 3, 2)


def test_bounds_are_numbers_arrays_or_rules_within_the_domain(model):
    array = np.arange(6.0).reshape(2, 3)
    model.a = lp.Var(model.R, model.Y, bounds=(None, array))
    model.b = lp.Var(model.R, bounds=lambda m, r: (-m.demand[r, 2026], None))
    model.c = lp.Var(model.R, bounds=(-1, 1), domain=pyo.NonNegativeReals)
    model.free = lp.Var(model.R)
    model.branch = lp.Var(model.R, bounds=lambda m, r: (0, 1) if r == "north" else (2, None))
    model.row = lp.Constraint(model.R, rule=lambda m, r: m.a[r, 2026] + m.b[r] + m.c[r] + m.branch[r] <= m.free[r])
    program = check(model, "branch")
    assert program.columns["a"].of(program.column_upper).tolist() == array.tolist()
    assert program.columns["branch"].of(program.column_lower).tolist() == [0, 2]


def test_a_fixed_variable_has_both_bounds_at_its_value(model):
    model.x["oil", "south", 2027].fix(2.5)
    model.x["oil", "south", 2028].setub(7)
    program = lp.compile(model)
    place = program.columns["x"].position("oil", "south", 2027)
    assert (program.column_lower[place], program.column_upper[place]) == (2.5, 2.5)
    assert program.column_upper[place + 1] == 7


def test_inactive_components_are_left_out(model):
    model.row = lp.Constraint(model.R, rule=lambda m, r: m.z <= 1)
    model.row.deactivate()
    assert lp.compile(model).shape == (0, 19)


def test_sub_blocks_are_compiled_under_their_full_names(model):
    model.part = pyo.Block()
    model.part.y = lp.Var(model.R)
    model.part.row = lp.Constraint(model.R, rule=lambda b, r: b.y[r] <= b.model().z)
    program = check(model)
    assert list(program.columns) == ["x", "z", "part.y"]
    assert list(program.rows) == ["part.row"]


def test_a_data_object_equals_its_compiled_row(model):
    """model.row["south"] is the ordinary ConstraintData: x[gas,south,2026] + z <= 4."""
    model.row = lp.Constraint(model.R, rule=lambda m, r: m.x["gas", r, 2026] + m.z <= m.demand[r, 2026])
    data = model.row["south"]
    assert (str(data.body), data.ub) == ("x[gas,south,2026] + z", 4.0)
    program = lp.compile(model)
    row = program.rows["row"].position("south")
    found = dense(program)[row]
    assert {program.names(program.columns)[k]: found[k] for k in np.flatnonzero(found)} == {
        "x[gas,south,2026]": 1.0,
        "z": 1.0,
    }
    assert program.row_upper[row] == 4.0
    assert model.x["gas", "south", 2026].lb == 0
    assert model.demand["south", 2026] == 4.0


def test_large_irregular_blocks_are_split_without_changing_the_matrix(model, monkeypatch):
    monkeypatch.setattr("powergap.lp.rows.LARGEST_DENSE", 4)
    test_zero_coefficients_are_dropped_and_repeated_columns_merged(model)


def test_a_block_built_from_ordinary_pyomo_components_compiles_too(model):
    model.p = pyo.Var(model.R, bounds=(0, 3))
    model.e = pyo.Expression(model.R, rule=lambda m, r: 2 * m.p[r])
    model.ordinary = pyo.Constraint(model.R, rule=lambda m, r: m.p[r] + m.x["gas", r, 2026] <= 1)
    model.lazy = lp.Constraint(model.R, rule=lambda m, r: m.p[r] >= m.z)
    model.cost = pyo.Objective(expr=sum(model.p[r] for r in model.R))
    program = check(model, "ordinary", "cost")
    assert program.expression("e").evaluate(np.arange(21.0)).tolist() == [38, 40]
