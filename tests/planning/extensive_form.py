"""The futures of a scenario as one ordinary Pyomo model, put together by labels: nothing of powergap/lp/tree.py.

Every future is a block that holds powergap's own model, expanded to ordinary Pyomo. An order is a variable of its own
that each future takes or leaves; what is not taken costs its capital charges all the same. Cost and CVaR are written as
in Rockafellar and Uryasev (2000).
"""

from __future__ import annotations

from itertools import pairwise

import pyomo.environ as pyo

from powergap import lp
from powergap.model import build

SAME = ("connection_added", "energized", "moved_in", "moved_out")


def least_weighed_cost(outlook):
    """Optimum of the extensive form, M$."""
    whole = pyo.ConcreteModel()
    whole.FUTURES = pyo.Set(initialize=[future.name for future in outlook.futures])
    whole.future = pyo.Block(whole.FUTURES)
    costs = {}
    for future in outlook.futures:
        model = build(future.scenario).model
        lp.expand(model)
        objective = next(model.component_objects(pyo.Objective))
        objective.deactivate()
        block = whole.future[future.name]
        block.transfer_attributes_from(model)
        costs[future.name] = next(block.component_objects(pyo.Objective)).expr + not_taken(block)
    whole.same = pyo.ConstraintList()
    for year in outlook.years:
        names = [one.name for one in outlook.futures if one.revealed is None or one.revealed > year]
        for first, other in pairwise(names):
            decided_together(whole, first, other, year)
    share = {future.name: future.probability for future in outlook.futures}
    whole.threshold, whole.beyond = pyo.Var(), pyo.Var(whole.FUTURES, bounds=(0, None))
    whole.excess = pyo.Constraint(whole.FUTURES, rule=lambda m, name: m.beyond[name] >= costs[name] - m.threshold)
    expected = sum(share[name] * cost for name, cost in costs.items())
    tail = whole.threshold + sum(share[name] * whole.beyond[name] for name in share) / outlook.tail
    whole.cost = pyo.Objective(expr=(1 - outlook.risk_weight) * expected + outlook.risk_weight * tail)
    found = pyo.SolverFactory("appsi_highs").solve(whole)
    pyo.assert_optimal_termination(found)
    return pyo.value(whole.cost)


def not_taken(block):
    """Variables of what is ordered beyond what is taken; their cost is that of the order in the objective, M$."""
    block.left = pyo.Var(list(block.order), bounds=(0, None))
    block.left_energy = pyo.Var(list(block.energy_order), bounds=(0, None))
    years, discount = list(block.YEARS), block.discount
    power = sum(
        discount[y] * block.regional_multiplier[r] * block.capital_charge[p, v, y] * block.left[p, r, v]
        for p, r, v in block.order
        for y in years
    )
    energy = sum(
        discount[y] * block.regional_multiplier[r] * block.energy_capital_charge[s, v, y] * block.left_energy[s, r, v]
        for s, r, v in block.energy_order
        for y in years
    )
    return power + energy


def decided_together(whole, first, other, year):
    one, two = whole.future[first], whole.future[other]
    for order, left in (("order", "left"), ("energy_order", "left_energy")):
        for index in one.component(order):
            if index[-1] == year:
                mine, its = (block.component(order)[index] + block.component(left)[index] for block in (one, two))
                whole.same.add(mine == its)
    for name in SAME:
        if one.component(name) is not None:
            for index in one.component(name):
                if index[-1] == year:
                    whole.same.add(one.component(name)[index] == two.component(name)[index])
