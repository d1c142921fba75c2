"""What remains, what waiting costs, and the frontier of gap against cost."""

from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from powergap.errors import InfeasibleError
from powergap.explain.frontier import frontier
from powergap.explain.remaining import remaining
from powergap.explain.resolve import Aim, Probe
from powergap.explain.side_by_side import Crew
from powergap.explain.waiting import waiting
from tests.explain.tiny import plan, probe
from tests.independent.generate import scenario as random_scenario

LEAD_TIME = "tiny/lead-time.yaml"
ENGINE_YEAR_MUSD = 100 + 20 + (5 + 8 * 4) * 8.76


def test_idle_compute_is_the_gap_at_its_worth():
    """3, 6, 7, 8, 9 GW at 1,000 $/kW-yr."""
    idle = waiting(plan(LEAD_TIME)).query("what == 'idle compute'")
    assert idle["gw"].tolist() == pytest.approx([3, 6, 7, 8, 9])
    assert (idle["usd"] / 1e9).tolist() == pytest.approx([3, 6, 7, 8, 9])


def test_a_bridge_is_stranded_once_the_grid_has_caught_up():
    """The grid adds 21 GW in 2029: engines ordered for 2028 then stand; 100 M$ a year each GW."""
    sets = ("grid.additions_gw_per_year={wire: {2026: 1, 2027: 1, 2028: 1, 2029: 21, 2030: 4}}",)
    stranded = waiting(plan(LEAD_TIME, *sets)).query("what == 'stranded plant'")
    assert stranded["technology"].tolist() == ["engine", "engine"]
    assert stranded["year"].tolist() == [2029, 2030]
    assert stranded["gw"].tolist() == pytest.approx([2, 2])
    assert (stranded["usd"] / 1e6).tolist() == pytest.approx([200, 200])
    assert stranded["share_used_fraction"].tolist() == pytest.approx([0, 0], abs=1e-9)


def test_nothing_is_stranded_while_it_runs():
    assert waiting(plan(LEAD_TIME)).query("what == 'stranded plant'").empty


def test_the_frontier_runs_from_nothing_built_to_the_least_gap():
    """Nothing: 4, 8, 12, 16, 20 GW wait. The first 15 GW-years closed are the grid's, the next 12 the engines'.

    A GW-year of grid costs 87.6 M$ of energy and 10 of connection, of engines 444.12 M$.
    """
    table = frontier(probe(LEAD_TIME), Crew(), points=40)
    assert len(table) == 40
    assert table["gap_gw_yr"].iloc[[0, -1]].tolist() == pytest.approx([60, 33], abs=1e-4)
    assert table["gap_gw_last_year"].iloc[[0, -1]].tolist() == pytest.approx([20, 9], abs=1e-3)
    marginal = table["marginal_usd_per_kw_year"].dropna()
    assert marginal.iloc[0] == pytest.approx(97.6)
    assert marginal.iloc[-1] == pytest.approx(ENGINE_YEAR_MUSD, rel=1e-3)
    whole = 15 * 97.6 + 12 * ENGINE_YEAR_MUSD
    assert np.ptp(table["supply_cost_usd"]) / 1e6 == pytest.approx(whole, rel=1e-5)


def test_twelve_points_unless_more_are_asked_for():
    assert len(frontier(probe(LEAD_TIME), Crew())) == 12


@settings(max_examples=8)
@given(st.integers(0, 10**6))
def test_the_frontier_falls_and_is_convex(seed):
    asked = Probe(random_scenario(Random(seed)))
    try:
        table = frontier(asked, Crew(workers=1))
    except InfeasibleError:
        assume(False)
    cost = table["supply_cost_usd"].to_numpy() / 1e6
    assume(np.ptp(table["gap_gw_yr"]) > 1e-2)
    scale = 1e-6 * (1 + np.abs(cost).max())
    assert (np.diff(table["gap_gw_yr"]) <= 1e-6).all()
    assert (np.diff(cost) >= -scale).all()
    gap = table["gap_gw_yr"].to_numpy()
    for left, middle, right in zip(range(10), range(1, 11), range(2, 12), strict=True):
        if gap[left] - gap[right] < 1e-3:
            continue
        share = (gap[middle] - gap[right]) / (gap[left] - gap[right])
        assert cost[middle] <= share * cost[left] + (1 - share) * cost[right] + scale


def what_remains(path, *sets):
    return remaining(probe(path, *sets), plan(path, *sets), lambda path: "", Crew())


def test_what_remains_is_what_limits_hold_open():
    """33 GW-years; the grid alone, unlimited, would close all of it, unlimited engines all from 2028 on: 24."""
    table = what_remains(LEAD_TIME).set_index("cause")
    assert table.loc["limits", "gap_gw_yr"] == pytest.approx(33)
    assert table.loc["choice", "gap_gw_yr"] == pytest.approx(0, abs=1e-6)
    lifted = table.loc["lifted"].set_index("limit")["gap_gw_yr"]
    assert lifted["connection_additions"] == pytest.approx(33)
    assert lifted["delivery_slots"] == pytest.approx(24)


def test_what_is_not_worth_closing_is_a_choice():
    """At 300 $/kW-yr an engine at 444.12 is not worth it: the gap of 45 is 33 of limits and 12 of choice."""
    table = what_remains(LEAD_TIME, "value_of.delayed_load_usd_per_kw_year=300").set_index("cause")
    assert table.loc["limits", "gap_gw_yr"] == pytest.approx(33)
    assert table.loc["choice", "gap_gw_yr"] == pytest.approx(12)


def test_the_cost_aims_differ_by_the_price_of_the_gap():
    asked = probe(LEAD_TIME)
    assert asked.base(Aim.COST).objective == pytest.approx(
        33_000 + asked.base(Aim.COST).value("gap").sum() * 0 + 65 * 87.6 + 150 + 12 * ENGINE_YEAR_MUSD
    )
