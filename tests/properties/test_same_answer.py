"""The same question in another shape has the same answer: names, order, halves and units change nothing."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings

from powergap.planning import make_plan
from tests.independent import generate
from tests.properties.changes import SAME, dollars, gigawatts

FEW = settings(max_examples=2)
MANY = settings(FEW, max_examples=30, derandomize=True)


def answer(scenario):
    """Status, objective in M$, gap-years; of a plan that is not there only the status."""
    plan = make_plan(scenario, prove=False)
    assert plan.is_optimal == (plan.solution.status.name == "OPTIMAL"), "the certificate stands by the solver"
    if not plan.is_optimal:
        return plan.solution.status, None, None
    return plan.solution.status, plan.solution.objective, plan.solution.value("gap").sum()


def assert_same_but_for(scenario, changed, gap_factor=1.0, cost_factor=1.0):
    """Under least cost the same cost: which of several plans of the same cost is shown may differ, and its gap with it.

    Under least gap the gap-years are asked too. There the cost is that of a gap a hair above the least, and near it a
    gap-year may have any price, so that it is not.
    """
    before, cost, gap = answer(scenario)
    after, other_cost, other_gap = answer(changed)
    assert after is before
    if cost is None:
        return
    if scenario.objective == "least_gap":
        assert other_gap == pytest.approx(gap_factor * gap, rel=1e-6, abs=1e-5 * gap_factor)
    else:
        assert other_cost == pytest.approx(cost_factor * cost, rel=1e-6, abs=1e-4 * cost_factor)


@pytest.mark.parametrize("how", SAME)
@FEW
@given(generate.scenarios)
def test_another_shape_has_the_same_answer(how, scenario):
    assert_same_but_for(scenario, SAME[how](scenario))


@pytest.mark.slow
@pytest.mark.parametrize("how", SAME)
@MANY
@given(generate.scenarios)
def test_another_shape_has_the_same_answer_in_many(how, scenario):
    assert_same_but_for(scenario, SAME[how](scenario))


@FEW
@given(generate.scenarios)
def test_ten_times_the_gigawatts_have_ten_times_the_gap_and_the_cost(scenario):
    assert_same_but_for(scenario, gigawatts(scenario, 10), gap_factor=10, cost_factor=10)


@FEW
@given(generate.scenarios)
def test_ten_times_the_prices_have_the_same_gap_and_ten_times_the_cost(scenario):
    assert_same_but_for(scenario, dollars(scenario, 10), cost_factor=10)


@pytest.mark.slow
@MANY
@given(generate.scenarios)
def test_gigawatts_and_dollars_in_many(scenario):
    assert_same_but_for(scenario, gigawatts(scenario, 10), gap_factor=10, cost_factor=10)
    assert_same_but_for(scenario, dollars(scenario, 10), cost_factor=10)


def test_a_half_is_half():
    """The halves of a region add up to it, whatever it holds; the rest of the scenario is untouched."""
    for seed in range(30):
        scenario = generate.scenario(Random(seed))
        name, whole = next(iter(scenario.regions.items()))
        changed = SAME["a region in halves"](scenario)
        halves = [changed.regions[f"{name}-{number}"] for number in (1, 2)]
        assert sum(half.demand.base_gw for half in halves) == whole.demand.base_gw
        for connection, series in whole.grid.additions_gw_per_year.items():
            both = np.sum([list(half.grid.additions_gw_per_year[connection].values()) for half in halves], axis=0)
            assert both == pytest.approx(list(series.values()))
        assert changed.technologies == scenario.technologies
