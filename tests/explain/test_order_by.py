"""Order-by dates and regret, by hand."""

import datetime

import pytest

from powergap.explain.order_by import latest_date, order_by
from powergap.explain.resolve import Probe
from powergap.explain.side_by_side import Crew
from powergap.planning import make_plan
from tests.explain.tiny import plan, probe, scenario

LEAD_TIME = "tiny/lead-time.yaml"
ENGINE_YEAR_MUSD = 100 + 20 + (5 + 8 * 4) * 8.76


def listed(path, *sets, policy=None, today=datetime.date(2027, 6, 1)):
    asked, solved = probe(path, *sets, policy=policy), plan(path, *sets, policy=policy)
    return order_by(asked, solved, Crew(), today=today)


@pytest.mark.parametrize(
    ("year", "lead_time", "date"),
    [
        (2028, 0, datetime.date(2028, 12, 31)),
        (2028, 2, datetime.date(2026, 12, 31)),
        (2028, 1.5, datetime.date(2027, 6, 30)),
        (2028, 0.25, datetime.date(2028, 9, 30)),
        (2029, 0.84, datetime.date(2029, 1, 31)),  # 10.08 months: 11 to be on the safe side
        (2028, 0.8333333333, datetime.date(2028, 2, 29)),
    ],
)
def test_an_order_is_placed_its_lead_time_before_the_end_of_the_year(year, lead_time, date):
    assert latest_date(year, lead_time) == date


def test_orders_are_listed_by_date_with_what_they_deliver():
    table = listed(LEAD_TIME)
    assert table["order_by"].tolist() == ["2026-12-31", "2027-12-31", "2028-12-31"]
    assert table["delivery_year"].tolist() == [2028, 2029, 2030]
    assert table["delivers_gw"].tolist() == pytest.approx([2, 2, 2])
    assert set(table["technology"]) == {"engine"}


def test_orders_due_before_today_are_overdue():
    assert listed(LEAD_TIME)["is_overdue"].tolist() == [True, False, False]
    assert listed(LEAD_TIME, today=datetime.date(2026, 12, 31))["is_overdue"].tolist() == [False] * 3


def test_a_year_late_loses_the_slots_of_the_year_for_good():
    """2 GW of 2028 missing in 2028, 2029 and 2030 at full slots: 6 GW-years, of 2029 4, of 2030 2."""
    table = listed(LEAD_TIME)
    assert table["regret_gw_yr"].tolist() == pytest.approx([6, 4, 2])
    by_hand = [gw_years * (1000 - ENGINE_YEAR_MUSD) for gw_years in (6, 4, 2)]
    assert (table["regret_usd"] / 1e6).tolist() == pytest.approx(by_hand)


def test_the_first_order_a_year_late_is_a_lead_time_a_year_longer():
    """Every delivery a year later: 2 GW from 2029 on, as with a lead time of three years."""
    longer = make_plan(scenario(LEAD_TIME, "technologies.engine.lead_time_years=3"))
    later = float(longer.solution.value("gap").sum()) - 33
    assert listed(LEAD_TIME)["regret_gw_yr"].iloc[0] == pytest.approx(later)


def test_without_slots_a_late_order_is_caught_up_in_the_next_year():
    """Unlimited slots close every gap from 2028 on; the 9 GW of 2028 a year late wait one year."""
    table = listed(LEAD_TIME, "technologies.engine.supply_chain=~")
    assert table["delivers_gw"].iloc[0] == pytest.approx(9)
    assert table["regret_gw_yr"].iloc[0] == pytest.approx(9)


def test_a_fractional_lead_time_has_a_date_within_the_year():
    table = listed(LEAD_TIME, "technologies.engine.lead_time_years=2.25")
    assert table["order_by"].tolist() == ["2026-09-30", "2027-09-30", "2028-09-30"]
    assert table["delivers_gw"].tolist() == pytest.approx([2, 2, 2])


def test_committed_orders_are_not_listed():
    table = listed(LEAD_TIME, "technologies.engine.committed_deliveries_gw_per_year={2027: 1}")
    assert table["delivery_year"].tolist() == [2028, 2029, 2030]


def test_storage_tells_its_energy():
    table = listed("tiny/battery.yaml", policy="both")
    assert table["delivers_gw"].iloc[0] == pytest.approx(9.4845, abs=1e-4)
    assert table["delivers_gwh"].iloc[0] == pytest.approx(9.4845 / 0.8**0.5, abs=1e-3)


def test_under_least_gap_the_regret_is_of_the_least_gap():
    found = scenario(LEAD_TIME, "objective=least_gap")
    table = order_by(Probe(found), make_plan(found), Crew(), today=datetime.date(2026, 1, 1))
    assert table["regret_gw_yr"].tolist() == pytest.approx([6, 4, 2], abs=1e-4)
    assert not table["is_overdue"].any()


def test_nothing_ordered_nothing_listed():
    assert listed("tiny/one-block.yaml").empty
