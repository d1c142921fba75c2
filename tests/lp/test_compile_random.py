"""Random models: whatever sets, zeros and relations come together, the program equals Pyomo's own."""

import numpy as np
import pyomo.environ as pyo
from hypothesis import given, settings
from hypothesis import strategies as st
from pyomo.common.errors import InfeasibleConstraintException

from powergap import lp
from tests.lp.reference import assert_same_as_pyomo

LABELS = st.lists(st.sampled_from(["a", "b c", "d", "Z", "é"]), unique=True, max_size=4)
YEARS = st.integers(2020, 2030).flatmap(lambda first: st.integers(1, 4).map(lambda n: list(range(first, first + n))))
NUMBERS = st.sampled_from([0.0, 0.0, 1.0, -1.0, 0.3, 7.0])


@st.composite
def models(draw):
    m = pyo.ConcreteModel()
    plants, regions, years = draw(LABELS), draw(LABELS), draw(YEARS)
    m.G, m.R, m.Y = (pyo.Set(initialize=labels) for labels in (plants, regions, years))
    m.SUB = pyo.Set(initialize=[g for g in plants if draw(st.booleans())])
    m.LATER = pyo.Set(initialize=years[1:])
    pairs = [(g, r) for g in plants for r in regions if draw(st.booleans())]
    m.GR = pyo.Set(dimen=2, initialize=draw(st.permutations(pairs)))
    m.AT = pyo.Set(m.R, initialize=lambda m, r: [g for g, q in pairs if q == r])
    m.LINKS = pyo.Set(m.R, dimen=2, initialize=lambda m, r: [pair for pair in m.GR if pair[1] == r])

    def array(*sets):
        shape = tuple(len(one) for one in sets)
        size = int(np.prod(shape))
        values = draw(st.lists(NUMBERS, min_size=size, max_size=size))
        return lp.Param(*sets, array=np.array(values, float).reshape(shape))

    m.p, m.q, m.share = array(m.G, m.Y), array(m.R), array(m.Y, m.Y)
    m.previous = lp.Param(m.Y, array=np.roll(years, draw(st.integers(0, 3))))
    m.twin = lp.Param(m.G, array=np.array(draw(st.permutations(plants)), dtype=object))
    upper = draw(st.sampled_from([(0, None), (None, None), (-1, 2.5), lambda m, g, r, y: (m.q[r] - 9, m.p[g, y] + 9)]))
    m.x = lp.Var(m.G, m.R, m.Y, bounds=upper)
    m.w = lp.Var(m.GR, m.Y, bounds=(0, None))
    m.z = lp.Var()
    m.e = lp.Expression(m.G, m.R, m.Y, rule=lambda m, g, r, y: m.p[g, y] * m.x[g, r, y] - m.z / 2 + m.q[r])
    m.f = lp.Expression(m.R, m.Y, rule=lambda m, r, y: sum(m.e[g, r, y] for g in m.AT[r]) + m.z)
    for number in range(draw(st.integers(1, 4))):
        m.add_component(f"c{number}", draw(constraints(m)))
    m.total = lp.Objective(
        rule=lambda m: (
            sum(m.q[r] * t[r, y] for t in [m.f, m.f] for r in m.R for y in m.Y)
            + sum(m.w[g, r, y] for g, r in m.GR for y in m.Y)
            + sum(m.e[g, r, y] for g in m.SUB for r in m.R for y in m.LATER)
        )
    )
    return m


@st.composite
def constraints(draw, m):
    bodies = [
        lambda m, g, r, y: m.x[g, r, y],
        lambda m, g, r, y: m.p[g, y] * m.x[g, r, y] - m.x[g, r, m.previous[y]],
        lambda m, g, r, y: sum(m.share[y, v] * m.x[g, r, v] for v in m.Y) + m.z,
        lambda m, g, r, y: m.x[g, r, y] - 0.5 * m.x[g, r, y - 1],
        lambda m, g, r, y: sum(m.x[h, r, y] * m.q[r] for h in m.AT[r]) + sum(m.w[h, s, y] for h, s in m.LINKS[r]),
        lambda m, g, r, y: m.e[g, r, y] + m.e[m.twin[g], r, y] * 2,
        lambda m, g, r, y: m.f[r, y] - sum(m.e[h, r, v] for h in m.SUB for v in m.Y),
        lambda m, g, r, y: sum(m.x[h, r, y] for s in m.R for h in m.AT[s]) - m.x[g, r, y],
        lambda m, g, r, y: sum(m.x[h, r, v] * m.p[h, v] for h in m.G for v in m.LATER) + y * m.z,
    ]
    body, other = draw(st.sampled_from(bodies)), draw(st.sampled_from(bodies))
    forms = [
        lambda m, *i: body(m, *i) <= m.q[i[1]],
        lambda m, *i: body(m, *i) >= other(m, *i) - m.p[i[0], i[2]],
        lambda m, *i: body(m, *i) + m.z == 3,
        lambda m, *i: m.z + other(m, *i) == body(m, *i) + 1,
        lambda m, *i: (m.q[i[1]] - 20, body(m, *i) + m.z, 20 + m.p[i[0], i[2]]),
    ]
    form = draw(st.sampled_from(forms))
    if draw(st.booleans()):
        return lp.Constraint(m.GR, m.LATER, rule=form)
    return lp.Constraint(draw(st.sampled_from([m.G, m.SUB])), m.R, m.LATER, rule=form)


@settings(max_examples=120)
@given(models())
def test_any_model_compiles_to_what_pyomo_makes_of_it(model):
    program = lp.compile(model)
    assert program.row_by_row == ()
    try:
        assert_same_as_pyomo(model, program)
    except (InfeasibleConstraintException, ValueError):  # Pyomo refuses a row such as 0 >= 3
        empty = program.start[1:] == program.start[:-1]
        assert (empty & ((program.row_lower > 0) | (program.row_upper < 0))).any()
