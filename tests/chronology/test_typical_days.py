"""Typical days are real days, each standing for the days like it; every figure is worked by hand."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from powergap.chronology import make_timeline
from powergap.chronology.clustering import features, typical_days
from powergap.eia import read_demand
from powergap.scenario.schema import Chronology
from tests.eia.conftest import shared


def column(*values):
    """Days of one feature."""
    return np.array(values, dtype=float)[:, None]


@pytest.mark.parametrize(
    ("count", "medoids", "groups"),
    [
        (6, [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]),
        (3, [1, 3, 5], [0, 0, 0, 1, 1, 2]),
        (2, [2, 5], [0, 0, 0, 0, 0, 1]),
        (1, [3], [0, 0, 0, 0, 0, 0]),
    ],
)
def test_groups_by_wards_method_and_the_day_nearest_to_their_mean(count, medoids, groups):
    """Days 0 1 2 10 11 30. Of three groups {0 1 2}, {10 11}, {30} joining the first two adds 3*2/5 * 9.5^2 = 217,
    the last two 2*1/3 * 19.5^2 = 254, so the first two join. Means: 1; 10.5, as near to 10 as to 11, so the first;
    of {0 1 2 10 11} 4.8, nearest to 2; of all 9, nearest to 10.
    """
    found = typical_days(column(0, 1, 2, 10, 11, 30), count)
    assert (found[0].tolist(), found[1].tolist()) == (medoids, groups)


def test_groups_are_in_the_order_of_the_year_of_their_medoids():
    """The first day is an outlier, the second to fourth are alike, and the first of these stands for them."""
    medoids, group = typical_days(column(9, 0, 0, 0, 5, 5), 3)
    assert (medoids.tolist(), group.tolist()) == ([0, 1, 4], [0, 1, 1, 1, 2, 2])


def test_shapes_count_the_same_in_any_unit_and_a_constant_one_not_at_all():
    """[1 3 5] has mean 3 and standard deviation sqrt(8/3); in MW too."""
    gw = np.array([[1.0], [3.0], [5.0]])
    expected = [[-2 / (8 / 3) ** 0.5], [0], [2 / (8 / 3) ** 0.5]]
    assert features([gw]) == pytest.approx(np.array(expected))
    assert features([gw, 1000 * gw, np.full_like(gw, 7)]) == pytest.approx(np.hstack([expected, expected, 0 * gw]))


def weeks():
    """System load of 50 GW all day, 40 on days 5 and 6 of each week, 80 on day 200 and 70 on day 10."""
    load = np.repeat(np.where(np.arange(365) % 7 < 5, 50.0, 40.0)[:, None], 24, axis=1)
    load[200], load[10] = 80, 70
    return {("system_load_gw", "east"): load}


def test_a_year_of_two_kinds_of_days_and_two_extremes():
    """52 weeks and a day have 261 days of 50 GW and 104 of 40; days 200 and 10, both of them days of 50 GW by the
    calendar, are the extremes: 259 + 104 + 1 + 1 = 365. The first day of each kind stands for it.
    """
    line = make_timeline(Chronology(typical_days=2, stress_days=2), weeks())
    assert line.names == ("typical-01", "typical-02", "hot-1", "cold-1")
    assert line.stress == ("", "", "hot", "cold")
    assert line.day_of_year.tolist() == [0, 5, 200, 10]
    assert line.days_per_year.tolist() == [259, 104, 1, 1]
    assert line.calendar[[0, 4, 5, 6, 7, 10, 200, 364]].tolist() == [0, 0, 1, 1, 0, 3, 2, 0]


def test_days_alike_leave_the_energy_of_the_year_as_it_is():
    """24 * (259*50 + 104*40 + 80 + 70) = 24 * 17,260 GWh = 414.24 TWh."""
    given = weeks()
    line = make_timeline(Chronology(typical_days=2, stress_days=2), given)
    load = given["system_load_gw", "east"]
    assert (load[line.day_of_year].sum(axis=1) * line.days_per_year).sum() == load.sum() == 414_240


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), levels=st.integers(1, 50), typical=st.integers(1, 365), stress=st.integers(0, 5))
def test_whatever_the_hours(seed, levels, typical, stress):
    """365 days are stood for, each by a period that has its weight; typical days are days that they stand for;
    stress days stand for themselves alone; the same hours give the same days. What energy is lost is no more than
    what the days differ from those that stand for them. With few levels many days are alike.
    """
    load = np.random.default_rng(seed).integers(1, levels + 1, (365, 1)) + np.cos(np.arange(24.0))
    given = {("load", "east"): load}
    chronology = Chronology(typical_days=typical, stress_days=stress)
    line = make_timeline(chronology, given)
    assert len(line.names) == min(typical, 365 - stress) + stress
    assert line.days_per_year.sum() == 365
    assert np.array_equal(np.bincount(line.calendar), line.days_per_year)
    assert np.array_equal(line.calendar[line.day_of_year], np.arange(len(line.names)))
    assert [bool(kind) for kind in line.stress] == [False] * (len(line.names) - stress) + [True] * stress
    assert (line.days_per_year[len(line.names) - stress :] == 1).all()
    again = make_timeline(chronology, {key: hours.copy() for key, hours in given.items()})
    assert np.array_equal(again.calendar, line.calendar) and again.day_of_year.tolist() == line.day_of_year.tolist()
    represented = (load[line.day_of_year].sum(axis=1) * line.days_per_year).sum()
    differ = np.abs(load - load[line.day_of_year[line.calendar]]).sum()
    assert abs(represented - load.sum()) <= differ * (1 + 1e-9) + 1e-6


def test_as_many_typical_days_as_days_are_the_full_year():
    load = 50 + 10 * np.sin(np.arange(8760)).reshape(365, 24)
    line = make_timeline(Chronology(typical_days=365, stress_days=4), {("system_load_gw", "east"): load})
    assert (line.days_per_year == 1).all()
    assert np.array_equal(line.day_of_year[line.calendar], np.arange(365))


def test_real_load_of_the_year_is_met_by_few_days():
    """Energy of the system load of 2019 in the 13 EIA-930 regions, 12 typical and 2 stress days against 365."""
    demand = read_demand([shared("eia930_cleaned_13regions_2015-07_2020-07_utc.csv.gz")]).mw.loc["2019"]
    for name in demand:
        load = demand[name].to_numpy().reshape(365, 24)
        line = make_timeline(Chronology(typical_days=12, stress_days=2), {("system_load_gw", name): load})
        represented = load[line.day_of_year].sum(axis=1) @ line.days_per_year
        assert represented == pytest.approx(load.sum(), rel=0.005), name
