"""More supply, sooner or cheaper, never costs more and never leaves more of a gap, in any scenario.

Two statements are theorems of a linear program and are asked of it: under `least_cost` the cost, in which the gap has
its price, does not rise, and under `least_gap` the gap-years do not. The gap itself may widen under `least_cost`: where
a machine gets cheaper that yields little per slot, it may take the slots of one that yields more. In the same way the
cost may rise under `least_gap`: closing more of the gap costs.
"""

from random import Random

import pytest
from hypothesis import given, settings

from powergap.planning import make_plan
from tests.independent import generate
from tests.properties.changes import MORE, prices, same

RELATIVE, GW_YEARS, MILLION_DOLLARS = 1e-6, 1e-5, 1e-4

CHEAPER = prices(0.7)
SAVES_IN = {
    1: [("more", "grid additions"), *(("cheaper", what) for what in (
        "capital", "fixed operation", "connections", "grid power of a region", "carbon", "the gap"))],
    4: [("more", "running hours"), ("more", "sun and wind"), ("cheaper", "fuel")],
    5: [*(("more", what) for what in ("slots for a year longer", "shorter lead times", "storage durations")),
        ("cheaper", "variable operation"), ("cheaper", "unserved energy")],
    10: [("more", "delivery slots")],
    11: [("more", "load that may move"), ("more", "room for moved load"), ("cheaper", "moving load")],
    12: [("more", "flexible load"), ("cheaper", "flexible load")],
    14: [("more", "pipeline gas"), ("more", "unserved energy")],
    37: [("more", "build limits")],
    71: [("more", "air permits")],
    77: [("more", "carbon")],
}  # fmt: skip
"""Numbers of generated scenarios in which a change saves; look for others where the generator has changed."""

FEW = settings(max_examples=2)
MANY = settings(FEW, max_examples=30, derandomize=True)


def planned(scenario, objective):
    plan = make_plan(scenario.model_copy(update={"objective": objective}), prove=False)
    return plan if plan.is_optimal else None


def assert_no_dearer(before, after):
    first, then = planned(before, "least_cost"), planned(after, "least_cost")
    if first is not None:
        assert then is not None, "a plan is still a plan"
        allowed = MILLION_DOLLARS + RELATIVE * abs(first.solution.objective)
        assert then.solution.objective <= first.solution.objective + allowed


def assert_no_wider(before, after):
    first, then = planned(before, "least_gap"), planned(after, "least_gap")
    if first is not None:
        assert then is not None, "a plan is still a plan"
        gap = first.solution.value("gap").sum()
        assert then.solution.value("gap").sum() <= gap + GW_YEARS + RELATIVE * gap


def assert_more_never_hurts(scenario, what):
    fair, more = MORE[what]
    before = fair(scenario)
    assert_no_dearer(before, more(before))
    assert_no_wider(before, more(before))


@pytest.mark.parametrize("what", MORE)
@FEW
@given(generate.scenarios)
def test_more_never_hurts(what, scenario):
    assert_more_never_hurts(scenario, what)


@pytest.mark.parametrize("what", CHEAPER)
@FEW
@given(generate.scenarios)
def test_cheaper_never_costs_more(what, scenario):
    assert_no_dearer(scenario, CHEAPER[what](scenario))


def test_none_of_it_is_empty_talk():
    """Every change saves more than 1 M$ in a numbered scenario: its properties do not hold of nothing."""
    changes = {("more", what): pair for what, pair in MORE.items()}
    changes |= {("cheaper", what): (same, change) for what, change in CHEAPER.items()}
    assert {pair for pairs in SAVES_IN.values() for pair in pairs} == changes.keys()
    for seed, pairs in SAVES_IN.items():
        for pair in pairs:
            fair, change = changes[pair]
            before = fair(generate.scenario(Random(seed)))
            first, then = planned(before, "least_cost"), planned(change(before), "least_cost")
            assert then.solution.objective < first.solution.objective - 1, pair


@pytest.mark.slow
@pytest.mark.parametrize("what", MORE)
@MANY
@given(generate.scenarios)
def test_more_never_hurts_in_many(what, scenario):
    assert_more_never_hurts(scenario, what)


@pytest.mark.slow
@pytest.mark.parametrize("what", CHEAPER)
@MANY
@given(generate.scenarios)
def test_cheaper_never_costs_more_in_many(what, scenario):
    assert_no_dearer(scenario, CHEAPER[what](scenario))
