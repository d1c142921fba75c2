"""Calendar days with a period of their own are taken out of the period that stood for them, and nothing else moves."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from powergap.chronology import lay_out, make_timeline
from powergap.chronology.timeline import with_own_days
from powergap.scenario.schema import Chronology
from tests.chronology.test_timeline_and_shapes import scenario

GIVEN = {("system_load_gw", "east"): 50 + 10 * np.sin(np.arange(8760) / 97).reshape(365, 24)}


def made_up(**asked):
    """Four typical days and a hot one, day 198 to 201 of 0 to 364 with the shape of 200."""
    return make_timeline(Chronology(typical_days=4, stress_days=1, days_per_stress_day=4, **asked))


def test_a_day_leaves_its_period_and_keeps_its_stress():
    """Days 0 to 91 of the year are typical-01 (92 of them), days 183 to 273 less four typical-03 (87). The first day
    of the year and the 201st, which the hot day stood for, leave 91 and 3 and stand for one each.
    """
    before, after = made_up(), made_up(added_days=[201, 1, 1])
    assert before.names == ("typical-01", "typical-02", "typical-03", "typical-04", "hot-1")
    assert before.days_per_year.tolist() == [92, 91, 87, 91, 4]
    assert after.names == (*before.names, "day-001", "day-201")
    assert after.days_per_year.tolist() == [91, 91, 87, 91, 3, 1, 1]
    assert after.stress == ("", "", "", "", "hot", "", "hot")
    assert after.day_of_year[-2:].tolist() == [0, 200]
    assert (after.previous_period == np.arange(7)[:, None]).all()


def test_a_period_that_stands_for_no_day_any_more_is_gone():
    after = made_up(added_days=[199, 200, 201, 202])
    assert after.names == (
        "typical-01",
        "typical-02",
        "typical-03",
        "typical-04",
        *(f"day-{n}" for n in range(199, 203)),
    )
    assert after.days_per_year.tolist() == [92, 91, 87, 91, 1, 1, 1, 1]


def test_a_stress_day_of_given_hours_is_a_period_of_its_own_already():
    line = make_timeline(Chronology(typical_days=3, stress_days=2), GIVEN)
    assert with_own_days(line, [int(day) + 1 for day in line.day_of_year[-2:]]).names == line.names


@settings(max_examples=30)
@given(days=st.lists(st.integers(1, 365)), stress=st.integers(0, 4), real=st.booleans())
def test_whatever_the_days_the_calendar_is_kept(days, stress, real):
    """365 days, each stood for once; the days asked for by themselves, all others by the same day as before."""
    chronology = Chronology(typical_days=5, stress_days=stress)
    before = make_timeline(chronology, GIVEN if real else None)
    after = with_own_days(before, days)
    own = np.array(sorted(set(days)), dtype=int) - 1
    others = np.setdiff1d(np.arange(365), own)
    assert np.array_equal(np.bincount(after.calendar), after.days_per_year)
    assert after.days_per_year.sum() == 365 and after.days_per_year.min() >= 1
    assert after.day_of_year[after.calendar[own]].tolist() == own.tolist()
    assert (after.days_per_year[after.calendar[own]] == 1).all()
    assert np.array_equal(after.day_of_year[after.calendar[others]], before.day_of_year[before.calendar[others]])
    assert len(set(after.names)) == len(after.names) == len(after.stress)


def test_every_day_on_its_own_is_the_full_year(table):
    """Given system load and, with stress on the same days, the parametric load, temperature, sun and wind beside it."""
    path = table("system_load_gw", value=lambda hour: 500 + 100 * np.sin(hour / 97))
    asked = [f"chronology.profiles={path}", "chronology.typical_days=3"]
    _, full = lay_out(scenario(*asked, "chronology.kind=full"))
    line, own = lay_out(scenario(*asked, f"chronology.added_days={list(range(1, 366))}"))
    order = np.argsort(line.day_of_year)
    for shape in ("load", "headroom_gw", "temperature_degc", "sun", "wind"):
        assert np.allclose(getattr(own, shape)[:, order], getattr(full, shape))
