"""The 13 regions together are the nation of us-2030."""

import numpy as np
import pytest

import powergap
from tests.test_bundled_scenarios import assert_sound

CODES = {"CAL", "CAR", "CENT", "FLA", "MIDA", "MIDW", "NE", "NW", "NY", "SE", "SW", "TEN", "TEX"}
SUMMED = (
    ("base fleet", lambda r: {0: r.demand.base_gw}),
    ("demand additions", lambda r: r.demand.additions_gw_per_year),
    ("firm grid", lambda r: r.grid.additions_gw_per_year["firm_grid"]),
    ("faster grid", lambda r: r.grid.additions_gw_per_year["faster_grid"]),
    ("flexible grid", lambda r: r.grid.additions_gw_per_year["flexible_grid"]),
    ("gas supply", lambda r: r.gas_supply_limit_bcf_per_day),
    ("air permits", lambda r: r.air_permit_limit_gw),
)


@pytest.fixture(scope="module")
def studies():
    return powergap.load("us-regions-2030"), powergap.load("us-2030")


@pytest.mark.parametrize("case", ["low", "mid", "high"])
@pytest.mark.parametrize(("what", "read"), SUMMED, ids=[what for what, _ in SUMMED])
def test_regions_add_up_to_the_nation_in_every_case(studies, case, what, read):
    regions, nation = (study.run("all-of-the-above", case).regions for study in studies)
    assert set(regions) == CODES
    whole = read(nation["united_states"])
    parts = [read(region) for region in regions.values()]
    assert whole == pytest.approx({year: sum(part[year] for part in parts) for year in whole}, rel=1e-9), what


def test_policies_makers_and_rates_are_those_of_the_nation(studies):
    regions, nation = studies
    assert [(run.policy, run.case) for run in regions.runs] == [(run.policy, run.case) for run in nation.runs]
    for here, there in zip(regions.runs, nation.runs, strict=True):
        assert (here.technologies, here.supply_chains, here.finance) == (
            there.technologies, there.supply_chains, there.finance
        )  # fmt: skip


def test_cost_and_gas_price_differ_by_region_but_not_on_average(studies):
    """Weighted by demand additions the multipliers average 1 and the adders 0, to the digits that ship."""
    regions = studies[0].run("grid-only", "mid").regions.values()
    wanted = np.array([sum(r.demand.additions_gw_per_year.values()) for r in regions])
    cost = np.array([r.capital_cost_multiplier for r in regions])
    gas = np.array([r.fuel_price_adder_usd_per_mmbtu["natural_gas"] for r in regions])
    assert np.average(cost, weights=wanted) == pytest.approx(1, abs=1e-3)
    assert np.average(gas, weights=wanted) == pytest.approx(0, abs=5e-3)
    assert cost.max() - cost.min() > 0.1
    assert gas.max() - gas.min() > 0.5


def test_grid_only_is_sound_and_nothing_of_the_national_grid_is_lost_where_load_may_move(solved):
    """75 GW as in us-2030: what a region cannot use, load from elsewhere does; without moving some would stay idle."""
    shapes = ("chronology.kind=annual", "chronology.stress_days=1")
    run = powergap.solve(powergap.load("us-regions-2030", policies=["grid-only"], sets=shapes))
    assert_sound(run)
    last = run["gap"].query("case == 'mid' and year == 2030").set_index("region")
    assert last["gap_gw"].sum() == pytest.approx(75, abs=0.01)
    assert last["relocated_in_gw"].sum() == pytest.approx(0, abs=1e-6)
    assert last["relocated_in_gw"].max() > 0.5
    fixed = powergap.load(
        "us-regions-2030", policies=["grid-only"], cases=["mid"], sets=[*shapes, "demand.relocatable_fraction=0"]
    )
    assert powergap.solve(fixed)["gap"].query("year == 2030")["gap_gw"].sum() > 75.5


def test_two_regions_alone_have_every_lever_and_are_sound():
    study = powergap.load(
        "us-regions-2030", policies=["grid-only", "all-of-the-above"], cases=["mid"], regions=["TEX", "SE"],
        sets=["chronology.typical_days=1", "chronology.stress_days=1"],
    )  # fmt: skip
    run = powergap.solve(study)
    assert_sound(run)
    gap = run["gap"].query("year == 2030").groupby("policy")["gap_gw"].sum()
    assert gap["all-of-the-above"] < gap["grid-only"]
