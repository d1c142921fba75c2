"""What one more unit of a limit does, worked by hand on tiny scenarios and checked by finite differences."""

from contextlib import suppress
from random import Random

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from powergap.errors import InfeasibleError
from powergap.explain.bottlenecks import bottlenecks
from powergap.explain.lead_times import lead_time_rows, with_lead_time
from powergap.explain.planner_limits import places
from powergap.explain.resolve import Aim, Change, Probe
from powergap.explain.side_by_side import Crew
from powergap.explain.slopes import at_limit, holds_to, move, slopes
from tests.explain.tiny import limits, probe, row
from tests.independent.generate import scenario as random_scenario

LEAD_TIME = "tiny/lead-time.yaml"

ENGINE_YEAR_MUSD = 100 + 20 + (5 + 8 * 4) * 8.76
"""A GW of engine over a year: 1,000 $/kW over 10 years at 0%, 20 $/kW-yr, 5 + 32 $/MWh in 8,760 h; M$."""


@pytest.mark.parametrize(("year", "standing_years"), [(2028, 3), (2029, 2), (2030, 1)])
def test_one_more_slot_carries_load_from_its_year_to_the_end(year, standing_years):
    """1 GW more in 2028 stands at the end of 2028, 2029 and 2030: 1 GW of the last gap, 3 GW-years."""
    slot = row(limits(LEAD_TIME), "delivery_slots", year)
    assert slot["closes_gw_per_unit_more"] == pytest.approx(1)
    assert slot["closes_gw_yr_per_unit_more"] == pytest.approx(standing_years)
    assert slot["loses_gw_yr_per_unit_less"] == pytest.approx(standing_years)
    assert slot["confirmed_closes_gw"] == pytest.approx(1)
    assert slot["confirmed_closes_gw_yr"] == pytest.approx(standing_years)
    assert slot["limit_value"] == 2
    assert slot["unit"] == "GW/yr"


def test_what_a_slot_saves_is_the_gap_it_closes_less_what_it_costs():
    """Three years at 1,000 less 444.12 M$ per GW: 1,667.64 M$, over five years at 0% 333.528 M$ a year."""
    assert pytest.approx(444.12) == ENGINE_YEAR_MUSD
    slot = row(limits(LEAD_TIME), "delivery_slots", 2028)
    assert slot["saves_usd_per_unit_more"] / 1e6 == pytest.approx(3 * (1000 - ENGINE_YEAR_MUSD))
    assert slot["saves_usd_per_year_per_unit_more"] / 1e6 == pytest.approx(3 * (1000 - ENGINE_YEAR_MUSD) / 5)
    assert slot["confirmed_saves_usd"] / 1e6 == pytest.approx(3 * (1000 - ENGINE_YEAR_MUSD))
    assert slot["costs_usd_per_unit_less"] / 1e6 == pytest.approx(3 * (1000 - ENGINE_YEAR_MUSD))


def test_the_yearly_saving_is_the_even_amount_worth_the_same():
    """At 10% a dollar in each of five years is worth 3.7908 $: the sum is the even amount times that."""
    slot = row(limits(LEAD_TIME, "finance.discount_rate=0.1"), "delivery_slots", 2028)
    annuity = sum(1.1**-n for n in range(1, 6))
    assert slot["saves_usd_per_unit_more"] / slot["saves_usd_per_year_per_unit_more"] == pytest.approx(annuity)
    by_hand = sum((1000 - ENGINE_YEAR_MUSD) / 1.1**n for n in (3, 4, 5))
    assert slot["saves_usd_per_unit_more"] / 1e6 == pytest.approx(by_hand)


def test_a_slot_holds_until_the_gap_of_its_year_is_closed():
    """The gap of 2028 is 7 GW: the seventh slot more closes it, the eighth closes nothing there (2029 and 2030 do)."""
    slot = row(limits(LEAD_TIME), "delivery_slots", 2028)
    assert slot["holds_to_units"] == pytest.approx(7, abs=1e-6)
    assert slot["holds_for"] == "gap-years"
    assert row(limits(LEAD_TIME), "connection_additions", 2026)["holds_to_units"] == pytest.approx(3, abs=1e-6)


def test_one_more_slot_in_every_year_is_the_sum_of_the_years():
    """Before 2028 nothing can arrive: 3 + 2 + 1 GW-years, 3 GW by 2030."""
    every = row(limits(LEAD_TIME), "delivery_slots", "every")
    assert every["confirmed_closes_gw_yr"] == pytest.approx(6)
    assert every["confirmed_closes_gw"] == pytest.approx(3)
    assert every["holds_to_units"] == pytest.approx(3, abs=1e-6)  # wanted grows by 4 a year, the grid takes 1 of it


def test_a_slot_that_nothing_can_use_is_no_bottleneck():
    table = limits(LEAD_TIME)
    assert table[(table["limit"] == "delivery_slots") & table["year"].isin(["2026", "2027"])].empty


def test_a_year_less_of_lead_time_brings_a_year_of_slots_forward():
    """Lead 1 instead of 2: 2 GW more from 2027 on, 2 x 4 GW-years and 2 GW of the last gap."""
    lead = row(limits(LEAD_TIME), "lead_time", "every")
    assert (lead["item"], lead["key"]) == ("engine", "technologies.engine.lead_time_years")
    assert lead["units_moved"] == -1
    assert lead["confirmed_closes_gw"] == pytest.approx(2)
    assert lead["confirmed_closes_gw_yr"] == pytest.approx(8)
    assert lead["confirmed_saves_usd"] / 1e6 == pytest.approx(8 * (1000 - ENGINE_YEAR_MUSD))


def test_half_a_year_of_lead_time_is_all_there_is_to_take_away():
    """Half of an order comes in its year, so twice what is needed in 2026 is ordered, and stands unused in 2027."""
    sets = ("technologies.engine.lead_time_years=0.5", "technologies.engine.supply_chain=~")
    sets += ("demand.additions_gw_per_year={2026: 20, 2027: 0, 2028: 0, 2029: 0, 2030: 0}",)
    lead = row(limits(LEAD_TIME, *sets), "lead_time", "every")
    assert lead["units_moved"] == -0.5
    assert lead["confirmed_closes_gw_yr"] == 0
    assert lead["confirmed_saves_usd"] > 0


def test_every_row_names_the_scenarios_key():
    table = limits(LEAD_TIME)
    assert row(table, "delivery_slots", 2028)["key"] == "supply_chains.manufacturers.open_slots_gw_per_year"
    assert row(table, "delivery_slots", 2028)["where"] == "supply_chains.manufacturers.open_slots_gw_per_year.2028"
    assert row(table, "connection_additions", 2027)["key"] == "regions.here.grid.additions_gw_per_year.wire"


def test_a_gigawatt_of_flexible_connection_carries_what_a_battery_lets_it():
    """10 GW carry 9.4845 GW; each GW more 0.94845."""
    one = row(limits("tiny/battery.yaml", policy="both"), "connection_additions", 2026)
    assert one["confirmed_closes_gw"] == pytest.approx(9.4845 / 10, abs=1e-4)


def test_at_a_kink_one_more_closes_nothing_and_one_less_loses():
    """Slots of 7 in 2028 close that year's gap, and one a year then keeps step: one more closes nothing in 2028."""
    sets = ("supply_chains.manufacturers.open_slots_gw_per_year={2026: 0, 2027: 0, 2028: 9, 2029: 3, 2030: 3}",)
    asked = probe(LEAD_TIME, *sets)
    place = next(p for p in places(asked) if p.limit == "delivery_slots" and p.year == "2028")
    both = slopes(asked, Aim.GAP_YEARS, place)
    assert asked.base(Aim.GAP_YEARS).objective == pytest.approx(9)
    assert both.more == 0
    assert both.less == pytest.approx(3)


def test_annual_limits_of_every_kind_are_found():
    """Gas supply is held by a row per period; a planner moves one number a year."""
    asked = probe(LEAD_TIME, "gas_supply_limit_bcf_per_day=0.1", "air_permit_limit_gw=1")
    found = {place.limit: place for place in places(asked) if place.year == "2030"}
    assert {"gas_supply", "air_permits", "delivery_slots", "connection_additions"} <= set(found)
    # 8 MMBtu/MWh x 24 h x 1e3 MWh/GWh / 1.037e6 MMBtu/Bcf = 0.18515 Bcf a day for each GW.
    assert slopes(asked, Aim.LAST_GAP, found["gas_supply"]).more == pytest.approx(1 / 0.18515, rel=1e-3)
    assert slopes(asked, Aim.LAST_GAP, found["air_permits"]).more == 0


def test_a_re_solve_leaves_no_trace():
    asked = probe(LEAD_TIME)
    place = next(p for p in places(asked) if p.limit == "delivery_slots" and p.year == "2028")
    before = asked.least(Aim.COST, Change())
    move(asked, Aim.COST, place, 1.0)
    after = asked.least(Aim.COST, Change())
    assert after.value == pytest.approx(before.value)
    assert before.value == pytest.approx(asked.base(Aim.COST).objective)


def test_an_infeasible_policy_says_so():
    with pytest.raises(InfeasibleError):
        probe(LEAD_TIME, "limits.co2_mt_per_year=1").base(Aim.COST)


def loss(asked, aim, place, step):
    """A step down and the optimum there: a finite derivative means that some step, if a short one, has a plan."""
    for short in (step, step / 10, step / 100, step / 1000):
        with suppress(InfeasibleError):
            return short, asked.afresh(aim, place.moved(asked, -short)).value
    return pytest.fail(f"{place.limit} has a finite derivative, but no plan a millionth below")


@settings(max_examples=12)
@example(146, Aim.COST)  # no plan a thousandth below
@given(st.integers(0, 10**6), st.sampled_from([Aim.COST, Aim.GAP_YEARS, Aim.LAST_GAP]))
def test_derivatives_are_finite_differences_of_rebuilt_programs(seed, aim):
    """Right and left derivative against programs solved from scratch with the limit moved by a thousandth."""
    asked = Probe(random_scenario(Random(seed)))
    try:
        base = asked.base(aim).objective
    except InfeasibleError:
        assume(False)
    found = [p for p in places(asked) if at_limit(asked, aim, p) > 1e-3]
    assume(found)
    place = found[seed % len(found)]
    step = 1e-3 * max(1.0, place.size)
    both = slopes(asked, aim, place)
    tolerance = 1e-5 * (1 + abs(base))
    more = base - asked.afresh(aim, place.moved(asked, step)).value
    assert more <= both.more * step + tolerance
    near = holds_to(asked, aim, place, both.more, move(asked, aim, place, step))
    if near >= step:
        assert more == pytest.approx(both.more * step, abs=tolerance)
    if np.isfinite(both.less):
        short, less = loss(asked, aim, place, step)
        assert less - base >= both.less * short - tolerance
    assert both.more <= at_limit(asked, aim, place) + 1e-6 * (1 + both.more)
    if all(asked.program.row_upper[row] > step for row in place.rows):
        # Only then is one unit less the same move backwards: a year without any has nothing to take away.
        assert np.isnan(both.less) or both.less >= at_limit(asked, aim, place) - 1e-6 * (1 + both.more)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_a_whole_unit_never_closes_more_than_estimated(seed):
    asked = Probe(random_scenario(Random(seed)))
    try:
        table = bottlenecks(asked, lambda path: "", Crew(workers=1), top=3, lead_times=False)
    except InfeasibleError:
        assume(False)
    sure = table.dropna(subset=["confirmed_saves_usd"])
    slack = 1e-5 * (1 + asked.base(Aim.GAP_YEARS).objective)
    assert (sure["confirmed_closes_gw_yr"] <= sure["closes_gw_yr_per_unit_more"] + slack).all()
    assert (sure["confirmed_closes_gw_yr"] >= -slack).all()
    whole = sure[(sure["holds_to_units"] >= 1) & (sure["holds_for"] == "gap-years")]
    assert whole["confirmed_closes_gw_yr"].to_numpy() == pytest.approx(
        whole["closes_gw_yr_per_unit_more"].to_numpy(), abs=10 * slack
    )


def test_a_shorter_lead_time_is_the_scenario_with_that_lead_time():
    moved = with_lead_time(probe(LEAD_TIME).scenario, "engine", 1.0)
    assert moved.ordered["engine"].lead_time_years == 1
    assert Probe(moved).base(Aim.GAP_YEARS).objective == pytest.approx(33 - 8)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_a_shifted_basis_finds_what_a_solve_from_scratch_finds(seed):
    """One year less of lead time: never worse, and the same from the shifted basis and from nothing."""
    asked = Probe(random_scenario(Random(seed)))
    names = [name for name, technology in asked.scenario.ordered.items() if technology.lead_time_years >= 1]
    assume(names)
    try:
        base = asked.base(Aim.COST).objective
    except InfeasibleError:
        assume(False)
    name = names[seed % len(names)]
    moved = with_lead_time(asked.scenario, name, asked.scenario.ordered[name].lead_time_years - 1)
    fresh = base - Probe(moved).base(Aim.COST).objective
    rows = {row["item"]: row for row in lead_time_rows(asked, lambda path: "", Crew(workers=1))}
    told = rows[name]["confirmed_saves_usd"] / 1e6 if name in rows else 0.0
    assert told == pytest.approx(fresh, abs=2e-6 * (1 + abs(base)))
