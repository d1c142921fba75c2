"""Headroom against figures worked by hand, and against the definition summed hour by hour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from powergap.eia import headroom_gw, headroom_table, seasonal_peaks_gw
from powergap.errors import InputError
from tests.eia.conftest import year_of_load

SUMMER_HOURS = (30 + 31 + 30 + 31 + 31 + 30 + 31) * 24
WINTER_HOURS = 8760 - SUMMER_HOURS


def two_peaks(years=(2019,)):
    """60 GW always, but 100 GW in one hour of July and 90 GW in one of January."""
    hours = pd.date_range(f"{years[0]}-01-01", f"{years[-1] + 1}-01-01", freq="h", inclusive="left", tz="UTC")
    load = pd.DataFrame({"here": 60.0}, index=hours)
    for year in years:
        load.loc[f"{year}-07-20 20:00+00:00", "here"] = 100.0
        load.loc[f"{year}-01-15 13:00+00:00", "here"] = 90.0
    return load


def test_headroom_is_the_seasonal_peak_less_load():
    load = two_peaks()
    room = headroom_gw(load)["here"]
    assert seasonal_peaks_gw(load).loc["here"].tolist() == [100.0, 90.0]
    assert room.value_counts().to_dict() == {40.0: SUMMER_HOURS - 1, 30.0: WINTER_HOURS - 1, 0.0: 2}
    assert room["2019-04-01 00:00+00:00"] == 40 and room["2019-03-31 23:00+00:00"] == 30
    assert room["2019-10-31 23:00+00:00"] == 40 and room["2019-11-01 00:00+00:00"] == 30


def test_headroom_worked_by_hand():
    """Above 30 GW every winter hour is curtailed by L - 30, and the two peak hours by all of L.

    2 L + (winter - 1)(L - 30) = c 8760 L, so L = 30 (winter - 1) / (winter - 1 + 2 - 8760 c).
    """
    found = headroom_table(two_peaks(), [0.0025, 0.01]).set_index("curtailment_fraction")
    for rate in (0.0025, 0.01):
        by_hand = 30 * (WINTER_HOURS - 1) / (WINTER_HOURS + 1 - 8760 * rate)
        assert found["headroom_gw"][rate] == pytest.approx(by_hand, rel=1e-12)
    row = found.loc[0.01]
    assert row["headroom_fraction_of_peak"] == row["headroom_gw"] / 100
    assert row["curtailed_hours_per_year"] == WINTER_HOURS + 1
    assert row["mean_event_hours"] == (WINTER_HOURS + 1) / 3  # January to March, the hour of July, November on
    kept = (WINTER_HOURS - 1) / (WINTER_HOURS + 1)
    assert [row[f"hours_keeping_{share}_fraction"] for share in (50, 75, 90)] == [kept] * 3


def test_a_rate_below_the_share_of_hours_without_room_leaves_nothing():
    assert headroom_table(two_peaks(), [1 / 8760])["headroom_gw"].tolist() == [pytest.approx(0.0, abs=1e-12)]


def test_years_count_the_same_and_share_the_highest_peaks():
    load = two_peaks((2018, 2019))
    load.loc["2018-07-20 20:00+00:00", "here"] = 80.0
    found = headroom_table(load, [0.01])["headroom_gw"].iloc[0]
    # 2018 has one hour less without room; in July it has 20 GW. Mean of two years, each over 8760 L:
    by_hand = (2 * 30 * (WINTER_HOURS - 1) + 20) / (2 * (WINTER_HOURS - 1) + 4 - 2 * 8760 * 0.01)
    assert found == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("growth", [0.0, 0.001])
def test_bisection_meets_the_definition(growth):
    mw = pd.concat([year_of_load(2019), year_of_load(2020, 78_000)])
    load = pd.DataFrame({"a": mw, "b": mw * 0.3 + 500 * np.sin(np.arange(len(mw)))}, index=mw.index) / 1000
    table = headroom_table(load, growth_fraction=growth)
    room = headroom_gw(load, growth_fraction=growth)
    for row in table.itertuples():
        assert row.headroom_gw > 0
        excess = (row.headroom_gw - room[row.region]).clip(lower=0)
        by_year = excess.groupby(excess.index.year).agg(["sum", "size"])
        share = (by_year["sum"] / (row.headroom_gw * by_year["size"])).mean()
        assert share == pytest.approx(row.curtailment_fraction, rel=1e-9)
        assert row.curtailed_hours_per_year == (excess > 0).sum() / 2
    assert (table.groupby("region")["headroom_gw"].diff().dropna() > 0).all()


def test_growth_takes_headroom_and_given_peaks_are_used():
    load = two_peaks()
    grown = headroom_gw(load, growth_fraction=0.1)["here"]
    assert grown["2019-06-01 00:00+00:00"] == pytest.approx(34)
    assert grown.min() == 0
    peaks = pd.DataFrame({"summer_peak_gw": [110.0], "winter_peak_gw": [95.0]}, index=["here"])
    assert headroom_gw(load, peaks)["here"].min() == 5
    assert headroom_table(load, [0.0025], peaks=peaks)["summer_peak_gw"].tolist() == [110]


@pytest.mark.parametrize("rates", [[], [0.0], [1.0], [-0.1], [0.25, 25.0]])
def test_rates_that_are_no_fraction_are_refused(rates):
    with pytest.raises(InputError, match=r"0\.0025 for 0\.25%"):
        headroom_table(two_peaks(), rates)


def test_parts_of_years_are_refused():
    """A year of six hours would count as much as a whole one."""
    load = two_peaks()
    with pytest.raises(InputError, match="2018 has 6, 2019 has 8,754"):
        headroom_table(load.set_axis(load.index - pd.Timedelta(hours=6)))
    with pytest.raises(InputError, match="both summer"):
        seasonal_peaks_gw(load[:100])
