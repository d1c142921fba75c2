"""Tiny scenarios whose answers are worked by hand in the scenario files themselves."""

import pytest

YEARS = (2026, 2027, 2028, 2029, 2030)


def gaps(run, policy=None, region=None):
    gap = run["gap"]
    if policy:
        gap = gap[gap["policy"] == policy]
    if region:
        gap = gap[gap["region"] == region]
    return gap.groupby("year")["gap_gw"].sum().tolist()


def total_cost_musd(run):
    return run["cost"]["discounted_cost_usd"].sum() / 1e6


def test_a_grid_that_adds_less_than_wanted_leaves_the_difference(solved):
    """Wanted 4 a year, 1 added: 3, 6, 9, 12, 15 GW."""
    assert gaps(solved("tiny/one-block.yaml")) == pytest.approx([3, 6, 9, 12, 15])


def test_the_objective_is_the_sum_worked_by_hand(solved):
    """45,000 for the gap + 5,694 for energy + 150 for connections = 50,844 M$."""
    run = solved("tiny/one-block.yaml")
    assert run.manifest.runs[0].objective_musd == pytest.approx(50_844)
    by_term = run["cost"].groupby("term")["cost_usd"].sum() / 1e6
    assert by_term["gap"] == pytest.approx(45_000)
    assert by_term["grid_energy"] == pytest.approx(5_694)
    assert by_term["connection"] == pytest.approx(150)


def test_discounting_takes_each_year_to_the_base_year(solved):
    """At 10% the gap alone costs 3000/1.1 + 6000/1.21 + 9000/1.331 + 12000/1.4641 + 15000/1.61051 M$."""
    run = solved("tiny/one-block.yaml", "finance.discount_rate=0.1")
    gap = run["cost"].query("term == 'gap'")["discounted_cost_usd"].sum() / 1e6
    assert gap == pytest.approx(3000 / 1.1 + 6000 / 1.21 + 9000 / 1.331 + 12000 / 1.4641 + 15000 / 1.61051)


def test_emissions_are_energy_bought_times_the_grid_factor(solved):
    """65 GW-yr x 8,760 h x 0.5 t/MWh = 284.7 Mt."""
    assert solved("tiny/one-block.yaml")["emissions"]["co2_t"].sum() / 1e6 == pytest.approx(284.7)


def test_what_is_ordered_arrives_after_its_lead_time(solved):
    run = solved("tiny/lead-time.yaml")
    assert gaps(run) == pytest.approx([3, 6, 7, 8, 9])
    engine = run["capacity"].query("technology == 'engine'")
    assert engine["ordered_gw"].tolist() == pytest.approx([2, 2, 2, 0, 0])
    assert engine["delivered_gw"].tolist() == pytest.approx([0, 0, 2, 2, 2])


def test_with_five_years_of_lead_and_nothing_placed_nothing_arrives_by_2030(solved):
    run = solved("tiny/lead-time.yaml", "technologies.engine.lead_time_years=5")
    assert run["capacity"].query("technology == 'engine'")["capacity_gw"].sum() == 0
    assert gaps(run) == pytest.approx([3, 6, 9, 12, 15])


def test_a_quarter_of_a_year_more_lead_delays_a_quarter_of_each_order(solved):
    """Lead 2.25: an order of x in 2026 gives 0.75 x in 2028, 0.25 x in 2029; slots hold at 2 a year.

    2028: 0.75 a = 2 -> a = 2.6667 ordered in 2026. 2029: 0.25 a + 0.75 b = 2 -> b = 1.7778. 2030: 0.25 b + 0.75 c
    = 2 -> c = 2.0741. The slots are full every year, so the gap is that of two years' lead.
    """
    run = solved("tiny/lead-time.yaml", "technologies.engine.lead_time_years=2.25")
    engine = run["capacity"].query("technology == 'engine'")
    assert engine["ordered_gw"].tolist()[:3] == pytest.approx([2.6667, 1.7778, 2.0741], abs=1e-4)
    assert gaps(run) == pytest.approx([3, 6, 7, 8, 9])


def test_committed_orders_arrive_on_top_of_open_slots(solved):
    """1 GW placed for 2027: gap 3, 5, 6, 7, 8."""
    run = solved("tiny/lead-time.yaml", "technologies.engine.committed_deliveries_gw_per_year={2027: 1}")
    assert gaps(run) == pytest.approx([3, 5, 6, 7, 8])


def test_an_islanded_site_uses_only_what_redundancy_leaves(solved):
    """Ratio 1.5: 3 GW of slots carry 2 GW."""
    run = solved("tiny/overbuild.yaml")
    assert gaps(run) == pytest.approx([3, 6, 7, 8, 9])
    assert run["capacity"].query("technology == 'engine'")["capacity_gw"].max() == pytest.approx(9)


def test_a_grid_parallel_site_uses_its_mean_availability(solved):
    """At 0.9 availability 3 GW of slots carry 2.7 GW a year: gap 3, 6, 6.3, 6.6, 6.9."""
    run = solved("tiny/overbuild.yaml", "technologies.engine.operation=grid_parallel")
    assert gaps(run) == pytest.approx([3, 6, 6.3, 6.6, 6.9])


def test_a_battery_closes_a_gap_only_behind_a_flexible_connection(solved):
    """E + E / (0.8 x 23) = 10 GW."""
    run = solved("tiny/battery.yaml")
    assert gaps(run, "nothing") == pytest.approx([20])
    assert gaps(run, "battery-alone") == pytest.approx([20])
    assert gaps(run, "flexible-alone") == pytest.approx([20])
    assert gaps(run, "both") == pytest.approx([20 - 10 / (1 + 1 / (0.8 * 23))])


def test_load_that_may_move_goes_where_the_grid_has_room(solved):
    run = solved("tiny/two-regions.yaml")
    assert gaps(run, "stay", "east") == pytest.approx([3, 6])
    assert gaps(run, "move", "east") == pytest.approx([1, 2])
    assert gaps(run, "move", "west") == pytest.approx([0, 0])
    moved = run["gap"].query("policy == 'move' and region == 'west'")["relocated_in_gw"].tolist()
    assert moved == pytest.approx([2, 4])


def test_short_sight_orders_too_late(solved):
    """An engine that takes two years is never ordered by a planner who sees one year ahead."""
    run = solved("tiny/short-sight.yaml")
    assert gaps(run, "perfect") == pytest.approx([3, 6, 7, 8, 9], abs=1e-4)
    assert gaps(run, "short-sighted") == pytest.approx([3, 6, 9, 12, 15], abs=1e-4)
    assert gaps(run, "sees-two-years") == pytest.approx([3, 6, 7, 8, 9], abs=1e-4)


def test_an_air_permit_limit_holds_back_combustion(solved):
    """2.5 GW permitted: the engine carries 2, 2.5, 2.5 GW from 2028: gap 3, 6, 7, 9.5, 12.5."""
    run = solved("tiny/lead-time.yaml", "air_permit_limit_gw=2.5")
    assert gaps(run) == pytest.approx([3, 6, 7, 9.5, 12.5])


def test_a_gas_supply_limit_holds_back_output(solved):
    """8 MMBtu/MWh x 24 h x 1,000 MW / 1.037e6 MMBtu/Bcf = 0.185149 Bcf/d a GW; 0.37 Bcf/d carry 1.99839 GW."""
    run = solved("tiny/lead-time.yaml", "gas_supply_limit_bcf_per_day=0.37")
    carried = 0.37 / (8 * 24 * 1000 / 1.037e6)
    assert gaps(run) == pytest.approx([3, 6, 9 - carried, 12 - carried, 15 - carried])


def test_a_cap_on_carbon_holds_back_load(solved):
    """The grid emits 0.5 t/MWh: 11 GW x 8.76 TWh x 0.5 = 48.18 Mt. Capped there, nothing is energized after 2026."""
    run = solved("tiny/one-block.yaml", "limits.co2_mt_per_year=48.18")
    assert gaps(run) == pytest.approx([3, 7, 11, 15, 19])


def test_load_that_can_be_turned_down_needs_less_connection_at_the_peak(solved):
    """A peak block of 8 days: half the load may yield for 200 h, more than the 192 h of the peak.

    Outside the peak the load is 0.6 of its peak: 11 GW of connection carry min(11 / 0.6, 11 / 0.5) = 18.33 GW,
    but only 14 are wanted; the gap of 2026 closes.
    """
    tranche = (
        "technologies.pause={kind: flexible_load, title: Pause, share_of_load_fraction: 0.5,"
        " max_hours_per_year: 200, price_usd_per_mwh: 10}"
    )
    sets = ("chronology.stress_days=2", "demand.profile.load_factor_fraction=0.6", tranche)
    assert gaps(solved("tiny/one-block.yaml", *sets))[0] == pytest.approx(0)
    assert gaps(solved("tiny/one-block.yaml", *sets[:2]))[0] == pytest.approx(3)


def test_too_few_hours_of_flexible_load_help_too_little(solved):
    """96 of the peak's 192 h: on average half of what is enrolled, 0.25 E, can be off: 0.75 E = 11, E = 14.667."""
    tranche = (
        "technologies.pause={kind: flexible_load, title: Pause, share_of_load_fraction: 0.5,"
        " max_hours_per_year: 96, price_usd_per_mwh: 10}"
    )
    sets = ("chronology.stress_days=2", "demand.profile.load_factor_fraction=0.6", "demand.additions_gw_per_year=9")
    gap = gaps(solved("tiny/one-block.yaml", *sets, tranche))[0]
    assert gap == pytest.approx(19 - 11 / 0.75)


def test_emergency_machines_run_only_their_hours(solved):
    """Diesel allowed 100 h against a peak of 192 h: 1 GW of it carries 100/192 GW through the peak."""
    diesel = (
        "technologies.diesel={kind: generator, title: Diesel, lead_time_years: 0, life_years: 20, contract_years: 10,"
        " capital_cost_usd_per_kw: 100, fixed_om_usd_per_kw_year: 1, forced_outage_fraction: 0, unit_size_mw: 2,"
        " overbuild_ratio: 1, max_hours_per_year: 100, supply_chain: sets}"
    )
    chain = "supply_chains.sets={title: Sets, open_slots_gw_per_year: 1}"
    sets = ("chronology.stress_days=2", "demand.profile.load_factor_fraction=0.6", diesel, chain)
    assert gaps(solved("tiny/one-block.yaml", *sets))[0] == pytest.approx(3 - 100 / 192)


def test_least_gap_closes_what_cost_alone_would_leave(solved):
    """Compute worth 1 $/kW-yr is not worth an engine; asked for the least gap, the plan builds it all the same."""
    cheap = "value_of.delayed_load_usd_per_kw_year=1"
    assert sum(gaps(solved("tiny/lead-time.yaml", cheap))) > 34
    least = solved("tiny/lead-time.yaml", cheap, "objective=least_gap")
    assert gaps(least) == pytest.approx([3, 6, 7, 8, 9], abs=1e-4)


def test_retired_machines_leave_the_gap_they_had_closed(solved):
    """A life of two years: in 2030 the 2 GW of 2028 leave as 2 GW arrive. Standing 2, 4, 4; gap 3, 6, 7, 8, 11."""
    run = solved("tiny/lead-time.yaml", "technologies.engine.life_years=2", "technologies.engine.contract_years=2")
    assert gaps(run) == pytest.approx([3, 6, 7, 8, 11])
    assert run["capacity"].query("technology == 'engine'")["retired_gw"].tolist() == pytest.approx([0, 0, 0, 0, 2])


def test_cold_that_fails_machines_together_lowers_what_they_carry(solved):
    """At -20 °C (1 - 0.24) / (1 - 0.05) = 0.8 of the usable 0.95 GW per GW is left: 2, 4, 6 GW carry 0.76 of it."""
    run = solved("tiny/cold-outage.yaml")
    assert gaps(run) == pytest.approx([3, 6, 9 - 1.52, 12 - 3.04, 15 - 4.56])
    cold = run["dispatch"].query("item == 'engine' and year == 2030 and period.str.contains('cold')")
    assert len(cold) == 24
    assert cold["power_gw"].tolist() == pytest.approx([4.56] * 24)


def test_outages_below_the_mean_earn_nothing(solved):
    """A curve of 0.02 everywhere, under the 0.05 mean, leaves 0.95 GW per GW: 1.9, 3.8, 5.7 GW carried."""
    mild = "technologies.engine.forced_outage_by_temperature={-15: 0.02}"
    assert gaps(solved("tiny/cold-outage.yaml", mild)) == pytest.approx([3, 6, 7.1, 8.2, 9.3])
