"""What can be moved, by which keys, between which ends."""

from __future__ import annotations

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

import powergap
from powergap.results.inputs import flattened
from powergap.scenario.dump import one_line
from powergap.serve.state import PageState
from tests.serve.conftest import DEMAND, LEAD_TIME


def by_key(desk, policy, case="mid", **readings):
    return {one.key: one for one in desk.levers(PageState(policy=policy, case=case, readings=readings))}


def test_ends_are_the_catalogs_low_and_high(desk):
    """Worth of a waiting kW-year: 3,000 to 12,000. Demand additions sum to 105, 125 and 144 GW in the three readings:
    0.84 to 1.152 of mid, rounded outward to steps of 0.05."""
    levers = by_key(desk, "onsite-gas")
    worth = levers["value_of.delayed_load_usd_per_kw_year"]
    assert (worth.low, worth.base, worth.high, worth.is_sourced) == (3000, 9000, 12000, True)
    demand = levers[DEMAND]
    assert (demand.low, demand.base, demand.high, demand.is_factor) == (0.8, 1.0, 1.2, True)
    lead_time = levers[LEAD_TIME]
    assert (lead_time.low, lead_time.base, lead_time.high) == (1.0, 1.5, 2.5)


def test_without_a_range_the_ends_are_half_and_double(desk, tmp_path):
    """A carbon price of 40 that the file gives itself: 20 to 80. At 0 there is nothing to double."""
    from powergap.serve.session import Desk

    key = "finance.carbon_price_usd_per_t"
    assert (by_key(desk, "onsite-gas")[key].high, by_key(desk, "onsite-gas")[key].is_sourced) == (200, False)
    (tmp_path / "dear.yaml").write_text("extends: us-2030\nfinance: {carbon_price_usd_per_t: 40}\n", encoding="utf-8")
    own = by_key(Desk(tmp_path / "dear.yaml", tmp_path), "onsite-gas")[key]
    assert (own.low, own.base, own.high, own.is_sourced) == (20, 40, 80, False)


def test_a_policy_has_the_levers_of_what_it_builds(desk):
    """`grid-only` has no manufacturers; only a policy with flexible connections moves how many are added."""
    flexible = "regions.united_states.grid.additions_gw_per_year.flexible_grid"
    grid, storage = by_key(desk, "grid-only"), by_key(desk, "storage")
    assert not [key for key in grid if key.startswith(("supply_chains", "technologies"))]
    assert flexible in storage
    assert flexible not in grid
    assert "supply_chains.battery.open_slots_gw_per_year" in storage


def test_where_a_reading_is_chosen_the_levers_stand_there(desk):
    """High demand adds 29.6 GW in 2030, mid 29."""
    assert by_key(desk, "grid-only")[DEMAND].last == (" in 2030", 29.0)
    assert by_key(desk, "grid-only", demand="high")[DEMAND].last == (" in 2030", 29.6)


def test_every_key_is_one_of_set(desk):
    """`--set key=value` gives the very values that the lever gives at its lower end."""
    for lever in by_key(desk, "all-of-the-above").values():
        values = lever.at(lever.low)
        sets = [f"{'.'.join(path)}={one_line(value)}" for path, value in values.items()]
        run = powergap.load("us-2030", policies=["all-of-the-above"], cases=["mid"], sets=sets).runs[0]
        flat = flattened(run.model_dump())
        assert {path: flat[path] for path in values} == values
        assert lever.key == ".".join(next(iter(values)))


def test_regions_move_together(tmp_path):
    """One lever for the additions of both regions; a factor of 2 doubles each."""
    from powergap.serve.session import Desk
    from tests.conftest import SCENARIOS

    desk = Desk(SCENARIOS / "tiny" / "two-regions.yaml", tmp_path)
    levers = {one.key: one for one in desk.levers(desk.start)}
    lever = levers["regions.*.demand.additions_gw_per_year"]
    assert len(lever.values) == 2
    for path, value in lever.at(2.0).items():
        assert value == {year: 2 * gw for year, gw in lever.values[path].items()}


def test_a_part_of_the_regions_has_no_slots_to_move(tmp_path):
    """What they show is their share of the national slots; moved, it would be shared out a second time."""
    from powergap.serve.session import Desk

    (tmp_path / "texas.yaml").write_text("extends: us-regions-2030\nonly_regions: [TEX]\n", encoding="utf-8")
    levers = by_key(Desk(tmp_path / "texas.yaml", tmp_path), "onsite-gas")
    assert not [key for key in levers if key.startswith("supply_chains")]
    assert "regions.TEX.demand.additions_gw_per_year" in levers


@pytest.mark.parametrize(("at", "words"), [(1.0, "x1, 29 GW/yr in 2030"), (0.85, "x0.85, 24.65 GW/yr in 2030")])
def test_a_position_in_words(desk, at, words):
    assert by_key(desk, "grid-only")[DEMAND].said(at) == words
