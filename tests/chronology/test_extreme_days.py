"""Stress days of given hours are the worst of their season, hot and cold in turn."""

import numpy as np
import pytest

from powergap.chronology.extreme_days import extreme_days

JULY, AUGUST, JANUARY, DECEMBER = 190, 220, 10, 350


def year(mean, **days):
    """A year of one value with other days, each hour of them given or one value for all."""
    hours = np.full((365, 24), float(mean))
    for day, value in days.items():
        hours[int(day[1:])] = value
    return hours


def test_hot_and_cold_in_turn_the_worst_first():
    """System load by day: January 90, December 80, July 100, August 110; the worst hot one is in August."""
    load = year(50, d190=100, d220=110, d10=90, d350=80)
    found = extreme_days({("system_load_gw", "east"): load}, 4)
    assert found == [("hot", AUGUST), ("cold", JANUARY), ("hot", JULY), ("cold", DECEMBER)]
    assert extreme_days({("system_load_gw", "east"): load}, 0) == []


def test_of_days_alike_the_first_of_the_season():
    """Summer is 1 April to 31 October, days 90 to 303; winter begins the year."""
    assert extreme_days({("load", "east"): year(1)}, 3) == [("hot", 90), ("cold", 0), ("hot", 91)]
    edges = year(1, d89=5, d90=2, d303=3, d304=4)
    assert extreme_days({("load", "east"): edges}, 4) == [("hot", 303), ("cold", 89), ("hot", 90), ("cold", 304)]


def test_one_hour_decides_not_the_mean_of_the_day():
    """220 GW in one hour against 150 all day."""
    one_hour = np.where(np.arange(24) == 17, 220.0, 50.0)
    assert extreme_days({("system_load_gw", "east"): year(60, d190=one_hour, d220=150)}, 1) == [("hot", JULY)]


def test_regions_count_by_their_size():
    """In July the large region has 100 + 10 GW, in August the small one doubles: 110 + 10 against 100 + 20."""
    large, small = year(50, d190=111, d220=100), year(5, d190=10, d220=20)
    given = {("system_load_gw", "large"): large, ("system_load_gw", "small"): small}
    assert extreme_days(given, 1) == [("hot", JULY)]


@pytest.mark.parametrize(
    ("column", "july", "january"),
    [("temperature_degc", 41, -20), ("load", 0.99, 0.98), ("sun", 0.2, 0.1), ("wind", 0.2, 0.1)],
)
def test_what_is_worse_depends_on_the_column(column, july, january):
    """Heat in summer and cold in winter, high load, little sun or wind over the day."""
    shape = {"temperature_degc": 15, "load": 0.5, "sun": 1, "wind": 1}[column] + year(0)
    shape[JULY], shape[JANUARY] = july, january
    shape[:, 0] = {"sun": 0}.get(column, shape[:, 0])
    assert extreme_days({(column, "east"): shape}, 2) == [("hot", JULY), ("cold", JANUARY)]


def test_system_load_decides_before_temperature():
    given = {
        ("temperature_degc", "east"): year(15, d220=45, d10=-30),
        ("system_load_gw", "east"): year(50, d190=60, d350=60),
    }
    assert extreme_days(given, 2) == [("hot", JULY), ("cold", DECEMBER)]
