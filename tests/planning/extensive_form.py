"""The futures of a scenario as one ordinary Pyomo model, put together by labels, without powergap.lp.extensive_form.

Every future is a block that holds powergap's own model, expanded to ordinary Pyomo. What is ordered in a year may be
taken as if it had been ordered in a later one, at the dearer capital charge of the two, or be left, at its own. Cost
and CVaR are written as in Rockafellar and Uryasev (2000).
"""

from __future__ import annotations

from itertools import pairwise

import pyomo.environ as pyo

from powergap import lp
from powergap.model import build

SAME = ("order_given", "energy_order_given", "connection_added", "energized", "moved_in", "moved_out")


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
    """Orders as given and as taken, for `order` and `energy_order`; what is paid beyond the orders as taken, M$."""
    return waiting(block, "order", block.capital_charge) + waiting(block, "energy_order", block.energy_capital_charge)


def waiting(block, name, charge):
    taken_as, years = block.component(name), list(block.YEARS)
    index = list(taken_as)
    given, left = pyo.Var(index, bounds=(0, None)), pyo.Var(index, bounds=(0, None))
    later = pyo.Var([(*one, w) for one in index for w in years if w >= one[-1]], bounds=(0, None))
    rows = pyo.ConstraintList()
    for part, component in (("given", given), ("left", left), ("later", later), ("rows", rows)):
        block.add_component(f"{name}_{part}", component)
    for p, r, v in index:
        rows.add(given[p, r, v] == left[p, r, v] + sum(later[p, r, v, w] for w in years if w >= v))
        rows.add(taken_as[p, r, v] == sum(later[p, r, early, v] for early in years if early <= v))

    def price(p, r, v):
        return sum(pyo.value(block.discount[y] * block.regional_multiplier[r] * charge[p, v, y]) for y in years)

    paid_before = sum(max(price(p, r, v) - price(p, r, w), 0) * later[p, r, v, w] for p, r, v, w in later)
    return paid_before + sum(price(*one) * left[one] for one in index)


def decided_together(whole, first, other, year):
    one, two = whole.future[first], whole.future[other]
    for name in SAME:
        if one.component(name) is not None:
            for index in one.component(name):
                if index[-1] == year:
                    whole.same.add(one.component(name)[index] == two.component(name)[index])
