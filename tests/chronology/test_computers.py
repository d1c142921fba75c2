"""Load by what the computers do: measured swing and load factor, cooling by weather, the same year in every layout."""

from typing import get_args

import numpy as np
import pytest

from powergap.chronology import lay_out
from powergap.eia.load_shape import ComputerUse, it_load, pue_by_hour
from powergap.scenario.region_schema import LoadProfile
from tests.chronology.test_timeline_and_shapes import scenario

STILL = "climate={mean_degc: 20, seasonal_swing_degc: 0, daily_swing_degc: 0, hot_day_degc: 20, cold_day_degc: 20}"


def test_a_scenario_knows_every_kind_of_computers():
    assert set(get_args(LoadProfile.model_fields["kind"].annotation)) == {"seasonal", *ComputerUse}


def load_of(*sets):
    line, shapes = lay_out(scenario(*sets))
    load = shapes.load[0]
    return line, load, float((load * line.step_weight_h[:, None]).sum() / 8760)


@pytest.mark.parametrize(("kind", "mean"), [("training", 0.94), ("inference", 0.80), ("mixed", 0.856)])
def test_where_it_is_always_20_degrees_the_load_is_that_of_the_computers(kind, mean):
    """PUE is the same in every hour and falls out: mean over peak is as measured; mixed 0.4 x 0.94 + 0.6 x 0.80."""
    asked = (f"demand.profile.kind={kind}", STILL, "chronology.stress_days=0")
    _, year, over_year = load_of(*asked, "chronology.kind=full")
    assert year.ravel() == pytest.approx(it_load(ComputerUse(kind)))
    assert over_year == pytest.approx(mean)
    _, days, over_days = load_of(*asked)
    assert over_days == pytest.approx(mean), "typical days stand for days of all places on the slow wave"
    assert days == pytest.approx(np.tile(days[0], (len(days), 1))), "and are alike without weather"
    assert days[0].argmax() == 14


def test_stress_days_have_no_slack_and_typical_days_the_mean_of_four_weeks():
    """Training at 14 h: 1 on both stress days; else 1 - 0.06 + 0.047 / 2 = 0.9635, the slow wave's share taken off.

    a = 0.05 x 0.94 = 0.047 is the day's range, of which half is lost on average; 0.0365 is the slow wave's mean.
    """
    line, load, _ = load_of("demand.profile.kind=training", STILL)
    at_14 = {stress: load[period, 14] for period, stress in enumerate(line.stress)}
    assert at_14 == pytest.approx({"": 0.9635, "hot": 1.0, "cold": 1.0})


def test_cooling_follows_the_weather():
    """Hot day 35 °C against 20 °C at 14 h: the ratio of the loads is that of PUE(35) and PUE(20)."""
    warm = STILL.replace("hot_day_degc: 20", "hot_day_degc: 35")
    line, load, _ = load_of("demand.profile.kind=training", "demand.power_usage_effectiveness=1.4", warm)
    hot, cold = (load[line.stress.index(kind), 14] for kind in ("hot", "cold"))
    at_35, at_20 = pue_by_hour(np.array([35.0, 20.0]), 1.4)
    assert hot == 1.0
    assert cold == pytest.approx(at_20 / at_35)
    assert at_35 / at_20 > 1.05


@pytest.mark.parametrize("kind", ["training", "inference", "mixed"])
def test_annual_blocks_have_the_peak_and_the_mean_of_the_full_year(kind):
    asked = f"demand.profile.kind={kind}"
    _, blocks, _ = load_of(asked, "chronology.kind=annual")
    _, year, mean = load_of(asked, "chronology.kind=full")
    assert year.max() == 1.0
    assert sorted(blocks.ravel()) == pytest.approx([mean, 1.0])
    _, _, over_days = load_of(asked)
    assert over_days == pytest.approx(mean, rel=2e-3)


def test_a_day_of_its_own_has_its_own_place_on_the_slow_wave():
    """Day 15 is two weeks after the top, in the lull: at 14 h it has 1 - 2 x 0.0365 = 0.927, to the year's odd days."""
    line, load, _ = load_of("demand.profile.kind=training", STILL, "chronology.added_days=[15]")
    assert load[line.names.index("day-015"), 14] == pytest.approx(it_load(ComputerUse.TRAINING)[14 * 24 + 14])
    assert load[line.names.index("day-015"), 14] == pytest.approx(0.927, abs=1e-3)
