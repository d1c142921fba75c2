"""What explains a gap does not depend on the size of the country: a site of MW is explained as exactly as a nation.

Rates (GW closed per GW more, $ per kW-year) stay; amounts grow with the country. Below 1 GW in all the step by which
limits are moved grows with it too; above it is 1 GW, so that only rates are asked for there.
"""

import datetime
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, settings

import powergap
from powergap.explain.attribution import attribution
from powergap.explain.bottlenecks import bottlenecks
from powergap.explain.diagnosis.diagnose import diagnose
from powergap.explain.frontier import frontier
from powergap.explain.order_by import order_by
from powergap.explain.remaining import remaining
from powergap.explain.resolve import Probe
from powergap.explain.side_by_side import Crew
from powergap.explain.subsets import levers_of
from powergap.explain.what_if import what_if
from powergap.planning import make_plan
from tests.conftest import few_of
from tests.explain.test_diagnosis import BY_HAND
from tests.explain.test_diagnosis import HERE as INFEASIBLE
from tests.independent import generate
from tests.planning.test_numerics import scaled

FEW = settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
MANY = settings(FEW, max_examples=30, derandomize=True)

RATES = ["closes_gw_per_unit_more", "closes_gw_yr_per_unit_more", "saves_usd_per_unit_more"]
AMOUNTS = ["confirmed_closes_gw", "confirmed_closes_gw_yr", "confirmed_saves_usd"]
OF_A_LIMIT = ["limit", "key", "item", "region", "year"]
NATION, TOWN, VILLAGE = 1.0, 1e-3, 1e-4
"""Generated scenarios ask for up to 100 GW, so that a thousandth of one is counted in less than a GW."""


def crew():
    return Crew(workers=1)


def limits(scenario):
    """Every limit that binds, each confirmed by a re-solve; lead times aside, which are no limits."""
    probe = Probe(scenario)
    table = bottlenecks(probe, lambda path: "", crew(), top=1000, lead_times=False)
    assert set(table["units_moved"].dropna()) <= {probe.program.step}
    return table.set_index(OF_A_LIMIT).sort_index()


def together(one, other, columns):
    """Columns of two tables, row by row; a limit that one of them does not tell does nothing: 0."""
    rows = one.index.union(other.index)
    return [table[columns].astype(float).reindex(rows).fillna(0.0) for table in (one, other)]


def assert_alike(one, other, factor=1.0, size=1.0, part=1e-5):
    """Within a part in 100,000, if none is told, of each value or of a unit of the size."""
    np.testing.assert_allclose(np.asarray(other, float), factor * np.asarray(one, float), rtol=part, atol=part * size)


def has_a_plan(scenario):
    return make_plan(scenario, prove=False).is_optimal


def assert_limits_alike(scenario, small, large):
    if not has_a_plan(scenario):
        return
    first, second = limits(scaled(scenario, small)), limits(scaled(scenario, large))
    rates, same = together(first, second, RATES)
    for column in RATES:
        assert_alike(rates[column], same[column], size=1e6 if "usd" in column else 1.0)
    if large < NATION:
        amounts, more = together(first, second, AMOUNTS)
        for column in AMOUNTS:
            assert_alike(amounts[column], more[column], large / small, large * (1e6 if "usd" in column else 1.0))


def assert_orders_alike(scenario, small, large):
    """Orders and what their delay costs; what remains; the price of closing the gap."""
    if not has_a_plan(scenario):
        return
    found = []
    for factor in (small, large):
        country = scaled(scenario, factor)
        probe, plan = Probe(country), make_plan(country, prove=False)
        orders = order_by(probe, plan, crew(), today=datetime.date(2026, 1, 1))
        rest = remaining(probe, plan, lambda path: "", crew(), top=0)
        found.append((orders, rest, frontier(probe, crew(), points=4)))
    (orders, rest, price), (later, more, dearer) = found
    times = large / small
    keys = ["order_by", "technology", "region", "delivery_year"]
    pd.testing.assert_frame_equal(orders[keys], later[keys])
    for column in ("delivers_gw", "delivers_gwh"):
        # The tie-break may spend a trace of cost, which moves single orders by more than that.
        assert_alike(orders[column], later[column], times, large, part=1e-3)
    assert_alike(orders["regret_gw_yr"], later["regret_gw_yr"], times, large)
    if scenario.objective == "least_cost":  # near the least gap the last gap-year may cost millions of M$
        assert_alike(orders["regret_usd"], later["regret_usd"], times, later["regret_usd"].abs().max(), part=1e-6)
    for column in ("gap_gw_last_year", "gap_gw_yr"):
        assert_alike(rest[column], more[column], times, large)
    assert_alike(price["supply_cost_usd"], dearer["supply_cost_usd"], times, 1e6 * large)
    assert_alike(price["gap_gw_yr"], dearer["gap_gw_yr"], times, large)


@pytest.mark.parametrize(("small", "large"), [(VILLAGE, TOWN), (TOWN, NATION), (NATION, 10.0)])
@pytest.mark.parametrize("seed", few_of(range(30), 2))
def test_limits_that_bind_are_the_same_in_any_size(seed, small, large):
    """Of fixed seeds: one scenario in about a hundred has a price that the solver's tolerance leaves 1% off."""
    scenario = generate.scenario(Random(seed))
    if has_a_plan(scenario):
        assert_limits_alike(scenario, small, large)


@pytest.mark.parametrize("seed", [468, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (406, 451))])
def test_hours_of_a_year_that_are_worth_little_are_worth_the_same(seed):
    """Of 468 one GWh more was told to save the nation 4,247 $, between the 1,953 that it saves and 12,000 for one less.

    It was read 0.1 MWh beside the limit: in an hour that stands for 365 that is 0.3 kW, which is nothing to the solver.
    """
    scenario = generate.scenario(Random(seed))
    assert has_a_plan(scenario)
    assert_limits_alike(scenario, TOWN, NATION)


@pytest.mark.parametrize(("small", "large"), [(VILLAGE, TOWN), (NATION, 10.0)])
@pytest.mark.parametrize("seed", few_of(range(30), 2))
def test_orders_and_the_price_of_the_gap_grow_with_the_country(seed, small, large):
    scenario = generate.scenario(Random(seed))
    if has_a_plan(scenario):
        assert_orders_alike(scenario, small, large)


def battery(factor, yielding=10):
    """A system whose only gap is closed by a battery behind a flexible connection; each is one lever."""
    sizes = {
        "demand.additions_gw_per_year": 20,
        "grid.additions_gw_per_year.yielding": yielding,
        "grid.system_load.summer_peak_gw": 2000,
        "grid.system_load.winter_peak_gw": 2000,
    }
    return powergap.load("tiny/battery", sets=[f"{key}={size * factor!r}" for key, size in sizes.items()])


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 0.1])
def test_levers_share_the_gap_alike(factor):
    """The battery closes 9.4845 GW of 20 with the connection, either none alone, so that each is told half of it."""
    told = []
    for size in (factor, 1.0):
        study = battery(size)
        told.append(attribution(levers_of(study, study.run("both")), crew()).levers)
    small, whole = told
    assert whole["closed_gw_yr"].tolist() == pytest.approx([9.4845 / 2] * 2, abs=1e-4)
    for column in ("closed_gw_yr", "closed_gw_last_year", "supply_cost_usd"):
        assert_alike(whole[column], small[column], factor, factor)
    assert_alike(whole["usd_per_kw_year_closed"], small["usd_per_kw_year_closed"])


@pytest.mark.parametrize("factor", [1e-6, 1e-3])
def test_what_if_tells_the_same_changes(factor):
    """Twice the connection carries twice the load, 18.969 GW of 20, in a nation and at a site of 20 kW."""
    told = []
    for size in (factor, 1.0):
        changed = f"grid.additions_gw_per_year.yielding={20 * size!r}"
        told.append(what_if(battery(size), [changed], policies=["both"]).changes)
    small, whole = told
    assert small[["policy", "quantity", "year"]].equals(whole[["policy", "quantity", "year"]])
    gap = whole[(whole["quantity"] == "gap_gw") & (whole["policy"] == "both")]
    assert gap["what if"].tolist() == pytest.approx([20 - 2 * 9.4845], abs=1e-3)
    grows = whole["quantity"].isin(["gap_gw", "closed_gw", "supply_cost_usd", "co2_mt_last_year"])
    for column in ("before", "what if", "change"):
        assert_alike(whole.loc[grows, column], small.loc[grows, column], factor, 10 * factor)
        assert_alike(whole.loc[~grows, column], small.loc[~grows, column])


@pytest.mark.parametrize("name", BY_HAND)
def test_a_conflict_is_the_same_in_any_size(name):
    """The same limits, which must move by a ten thousandth; hours and shares by the same."""
    study = powergap.load(INFEASIBLE / f"{name}.yaml")
    (run, *_) = study.runs
    tables = [diagnose(study, scaled(run, factor)).table for factor in (1.0, 1e-4)]
    whole, small = (table.set_index(["conflict", "key", "year"]).sort_index() for table in tables)
    assert len(whole)
    assert whole.index.equals(small.index)
    assert whole["is_enough_alone"].tolist() == small["is_enough_alone"].tolist()
    factor = np.where(whole["unit"].isin(["h", "fraction"]), 1.0, 1e-4)
    np.testing.assert_allclose(small["must_move_by"], factor * whole["must_move_by"], rtol=1e-5, atol=1e-10)
