"""Hours stand for the whole year, and shapes have the peak, mean and extremes that were asked for."""

import numpy as np
import pytest

import powergap
from powergap.chronology import lay_out, make_timeline
from powergap.scenario.schema import Chronology
from tests.conftest import SCENARIOS

KINDS = ["annual", "representative", "full"]


def scenario(*sets):
    return powergap.load(SCENARIOS / "us-2030.yaml", sets=sets, policies=["grid-only"], cases=["mid"]).runs[0]


@pytest.mark.parametrize("kind", KINDS)
def test_periods_stand_for_365_days(kind):
    line = make_timeline(Chronology(kind=kind))
    assert line.days_per_year.sum() == 365
    assert line.step_weight_h.sum() * line.hours_per_period == pytest.approx(8760)
    assert np.array_equal(np.bincount(line.calendar, minlength=len(line.names)), line.days_per_year)


def test_a_representative_day_follows_on_itself_and_a_full_year_on_the_day_before():
    """Hour 0 of the third day comes after hour 23 of the third day, or of the second."""
    day = make_timeline(Chronology(kind="representative"))
    assert (day.previous_period[2, 0], day.previous_hour[0]) == (2, 23)
    year = make_timeline(Chronology(kind="full"))
    assert (year.previous_period[2, 0], year.previous_hour[0]) == (1, 23)
    assert year.previous_period[0, 0] == 364


def test_stress_days_alternate_hot_and_cold_and_are_always_kept():
    line = make_timeline(Chronology(typical_days=4, stress_days=3, days_per_stress_day=5))
    assert line.names[-3:] == ("hot-1", "cold-1", "hot-2")
    assert line.days_per_year[-3:].tolist() == [5, 5, 5]


@pytest.mark.parametrize("kind", KINDS)
def test_load_peaks_at_one_on_a_hot_day_and_has_the_load_factor_asked_for(kind):
    chosen = scenario(f"chronology.kind={kind}")
    line, shapes = lay_out(chosen)
    load = shapes.load[0]
    assert load.max() == pytest.approx(1.0)
    mean = (load * line.days_per_year[:, None]).sum() / (365 * line.hours_per_period)
    assert mean == pytest.approx(0.90, abs=0.003)


def test_the_day_swings_by_what_was_asked_for():
    chosen = scenario("demand.profile.daily_swing_fraction=0.2", "demand.profile.load_factor_fraction=0.8")
    load = lay_out(chosen)[1].load[0]
    assert np.allclose(np.ptp(load, axis=1), 0.2)


def test_stress_days_touch_the_threshold_and_typical_days_leave_headroom():
    chosen = scenario()
    line, shapes = lay_out(chosen)
    headroom = shapes.headroom_gw[0]
    stress = np.array([bool(kind) for kind in line.stress])
    assert np.allclose(headroom[stress].min(axis=1), 0)
    assert headroom[~stress].min() > 50
    assert (headroom >= 0).all()


def test_the_sun_shines_by_day_and_its_mean_is_one():
    chosen = scenario()
    line, shapes = lay_out(chosen)
    sun = shapes.sun[0]
    assert np.allclose(sun[:, [0, 1, 2, 23]], 0)
    assert (sun * line.days_per_year[:, None]).sum() / 8760 == pytest.approx(1.0)


def full(path):
    return scenario("chronology.kind=full", f"chronology.profiles={path}")


def test_a_table_of_hours_stands_before_the_parametric_shape(table):
    chosen = full(table("load", value=lambda hour: 1.0 if hour == 5000 else 0.7))
    shapes = lay_out(chosen)[1]
    assert shapes.load[0].ravel()[5000] == 1.0
    assert shapes.load.mean() == pytest.approx(0.7 + 0.3 / 8760)
    assert shapes.temperature_degc.max() > 30, "columns it lacks stay parametric"


def test_headroom_from_a_table_is_threshold_less_load(table):
    """Summer threshold 777 GW, load 700 GW: 77 GW of headroom on 1 July."""
    chosen = full(table("system_load_gw", value=lambda hour: 700))
    shapes = lay_out(chosen)[1]
    assert shapes.headroom_gw[0, 181, 12] == pytest.approx(77)
