"""Load shapes have the measured load factor and swing; cooling follows the weather and averages to the fleet's PUE."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from powergap.eia.load_shape import (
    MARKETS_MEAN,
    MEASURED,
    ComputerUse,
    catalog_pue,
    compressor_fraction,
    it_load,
    load_shape,
    pue_by_hour,
    read_temperature,
)
from powergap.errors import InputError
from powergap.scenario.read.given_hours import read_profiles
from tests.eia.conftest import DEMAND, write

MARKETS = "tmyx_8_dc_markets_hourly.csv.gz"
TRACE = "google_cell_a_power_hourly_2019-05.csv"


def other_data(folder, name):
    path = Path(DEMAND.parent / folder / name)
    if not path.is_file():
        pytest.skip(f"{path} is not there: the shared data are not part of the repository")
    return path


def swing(load):
    day = load.reshape(-1, 24).mean(axis=0)
    return (day.max() - day.min()) / load.mean()


@pytest.mark.parametrize("kind", MEASURED)
def test_computers_have_the_measured_load_factor_and_swing(kind):
    load = it_load(kind)
    assert (load.max(), load.mean()) == pytest.approx((1.0, MEASURED[kind][0]))
    assert swing(load) == pytest.approx(MEASURED[kind][1])
    assert load.min() > 0.59


def test_mixed_lies_between():
    low, mixed, high = (
        swing(it_load(kind)) for kind in (ComputerUse.TRAINING, ComputerUse.MIXED, ComputerUse.INFERENCE)
    )
    assert low < mixed < high
    assert it_load(ComputerUse.MIXED).mean() == pytest.approx(0.4 * 0.94 + 0.6 * 0.80)


def test_training_is_as_the_google_trace():
    with other_data("data_center_load", TRACE).open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    load = np.array([float(row["mean5"]) for row in rows])
    factor, daily = MEASURED[ComputerUse.TRAINING]
    assert load.mean() / load.max() == pytest.approx(factor, abs=0.001)
    assert swing(load) == pytest.approx(daily, abs=0.002)
    # The trace starts at 07:00 UTC, 3 o'clock in New York; its mean day peaks at 14 h there.
    assert (int(load.reshape(-1, 24).mean(axis=0).argmax()) + 3) % 24 == 14


def test_cooling_worked_by_hand():
    degrees = np.array([-20.0, 10.0, 15.0, 20.0, 35.0])
    carnot = 0.35 * 288
    assert compressor_fraction(degrees) == pytest.approx([0, 0, 0.5 * 10 / carnot, 15 / carnot, 30 / carnot])
    pue = pue_by_hour(degrees, 1.3)
    assert pue[0] == pytest.approx(1.3 - MARKETS_MEAN)
    assert pue[4] == pytest.approx(1.3 - MARKETS_MEAN + 30 / carnot)
    assert pue_by_hour(degrees, 1.0).tolist() == [1.0] * 5
    with pytest.raises(InputError, match="not from 1 to 3"):
        pue_by_hour(degrees, 0.9)


def test_fleet_pue_is_the_mean_over_the_markets():
    with gzip.open(other_data("weather_and_outages", MARKETS), "rt", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = [name for name in rows[0] if name.endswith("__tdb_c")]
    degrees = {name: np.array([float(row[name]) for row in rows]) for name in columns}
    assert len(columns) == 8
    assert np.mean([compressor_fraction(one).mean() for one in degrees.values()]) == pytest.approx(
        MARKETS_MEAN, abs=5e-5
    )
    means = {name: pue_by_hour(one, 1.3).mean() for name, one in degrees.items()}
    assert np.mean(list(means.values())) == pytest.approx(1.3, abs=1e-4)
    assert max(means, key=means.get) == "AZ_Phoenix__tdb_c"
    assert min(means, key=means.get) == "WA_Seattle__tdb_c"
    hot = load_shape(ComputerUse.TRAINING, degrees["TX_DallasFW__tdb_c"], 1.3)
    assert hot.load.max() == 1.0
    assert hot.summary()["load_factor_fraction"] == pytest.approx(0.828, abs=0.001)
    assert hot.summary()["mean_pue"] == pytest.approx(1.338, abs=0.001)
    assert hot.summary()["peak_pue"] == pytest.approx(1.551, abs=0.001)
    new = load_shape(ComputerUse.TRAINING, degrees["TX_DallasFW__tdb_c"], 1.1)
    assert new.summary()["load_factor_fraction"] == pytest.approx(0.892, abs=0.001)


def test_without_cooling_facility_and_computers_are_alike():
    shape = load_shape(ComputerUse.INFERENCE, np.full(8760, 30.0), 1.0)
    assert shape.load == pytest.approx(shape.it)
    assert catalog_pue() == 1.3


def temperatures(path, degrees, name="temperature_degc"):
    return write(path, [f"{value}" for value in degrees], name)


def test_the_file_is_one_that_a_scenario_reads(run, tmp_path):
    hours = np.arange(8760)
    given = np.round(15 - 12 * np.cos(2 * np.pi * hours / 8760) - 4 * np.cos(2 * np.pi * (hours - 4) / 24), 1)
    temperatures(tmp_path / "t.csv", given)
    found = run("profiles", "load", "--kind", "training", "-t", "t.csv", "--to", "load.csv", "--region", "a", "--json")
    assert found.code == 0
    assert found.data["fleet_pue"] == 1.3 and found.data["kind"] == "training"
    read = read_profiles(tmp_path / "load.csv", ["a"])
    assert read["temperature_degc", "a"].ravel().tolist() == given.tolist()
    shape = load_shape(ComputerUse.TRAINING, given, 1.3)
    assert read["load", "a"].ravel() == pytest.approx(shape.load, abs=1e-6)
    everywhere = run("profiles", "load", "-t", "t.csv", "--to", "all.csv")
    assert everywhere.out == "all.csv\n" and "mean pue" in everywhere.err
    assert set(read_profiles(tmp_path / "all.csv", ["a", "b"])) >= {("load", "a"), ("load", "b")}


def test_a_stuck_thermometer_is_no_weather(tmp_path):
    """500 hours of one value from line 1002 on are refused, 47 are not; a whole year of one value is a choice."""
    weather = np.round(15 - 4 * np.cos(2 * np.pi * np.arange(8760) / 24), 1)
    for hours, refused in ((500, True), (48, True), (47, False)):
        given = weather.copy()
        given[1000 : 1000 + hours] = 21.5
        path = temperatures(tmp_path / "t.csv", given)
        if not refused:
            assert read_temperature(path).tolist() == given.tolist()
            continue
        with pytest.raises(InputError) as error:
            read_temperature(path)
        ((line, message),) = [(one.line, one.message) for one in error.value.problems]
        assert line == 1002
        assert message == f"{hours} hours from here on are 21.5 °C: a stuck meter; correct them"
    assert read_temperature(temperatures(tmp_path / "t.csv", np.full(8760, 15.0))).mean() == 15


def test_temperatures_that_are_wrong_are_told_with_their_place(run, tmp_path):
    given = np.full(8760, 15.0).tolist()
    given[3], given[4] = "warm", 99
    path = temperatures(tmp_path / "t.csv", given[:-1])
    with pytest.raises(InputError) as error:
        read_temperature(path)
    told = [(one.line, one.message) for one in error.value.problems]
    assert told[0] == (5, "'warm' is no number")
    assert "8,759 rows of hours" in told[1][1]
    assert told[2][0] == 6 and "'99' is no temperature" in told[2][1]
    found = run("profiles", "load", "-t", path, "--column", "temperature", "--to", "x.csv")
    assert found.code == 2 and "did you mean `temperature_degc`?" in found.err
    assert not (tmp_path / "x.csv").exists()
