"""A clock that a file states, in the name of a column or in its stamps, is heeded: hours are turned, or refused."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from powergap.eia.clock import stated_offset
from powergap.eia.load_shape import read_temperature
from powergap.errors import InputError
from powergap.files.clock_names import says_utc
from powergap.scenario.read.given_hours import read_profiles
from tests.eia.conftest import write

HOURS = pd.date_range("2007-01-01", periods=8760, freq="h")
WEATHER = np.round(15 - 4 * np.cos(2 * np.pi * (np.arange(8760) - 4) / 24) + np.arange(8760) / 1000, 3)
UTC = ["time(UTC)", "datetime_utc", "UTC", "Date/Time (GMT)", "Time [UTC]", "TimeUTC", "utc time", "hour (Z)", "UTC+0"]
SILENT = ["time", "hour", "outcome", "Zone", "hour_ending_lst", "local_time", "Local Standard Time", "time (CST)",
          "utc_offset_seconds", "UTC offset", "dutch", "hour_z"]  # fmt: skip
FIXED = {"time (UTC-6)": -6, "Local time (UTC-06:00)": -6, "utc+1": 1, "GMT -5": -5}


def weather(folder, name="time", stamp="%Y%m%d:%H%M", more=""):
    rows = [f"{hour:{stamp}},{value:g}{more}" for hour, value in zip(HOURS, WEATHER, strict=True)]
    return write(folder / "w.csv", rows, f"{name},T2m{',local_time' if more else ''}")


def told(wrong):
    with pytest.raises(InputError) as error:
        wrong()
    ((line, message),) = [(one.line, one.message) for one in error.value.problems]
    return line, message


@pytest.mark.parametrize(
    ("name", "hours"), [*((name, 0) for name in UTC), *((name, None) for name in SILENT), *FIXED.items()]
)
def test_names_that_state_a_clock(tmp_path, name, hours):
    found = stated_offset(write(tmp_path / "f.csv", ["1,2"], f"{name},T2m"), [name, "T2m"])
    assert found == (None if hours is None else timedelta(hours=hours))
    assert says_utc(name) == (hours == 0)


@pytest.mark.parametrize(
    ("name", "stamp"),
    [*((name, "%Y%m%d:%H%M") for name in UTC), *(("time", f"%Y-%m-%d{form}") for form in
     ("T%H:%MZ", " %H:%M UTC", "T%H:%M:%S+00:00", " %H:%M+0000", "T%H+00", "T%H:%M:%S.000Z"))],
)  # fmt: skip
def test_hours_of_utc_are_turned_or_refused(tmp_path, name, stamp):
    """Hour 0 in Chicago is hour 6 of UTC; the last six hours of the year are the first of the file."""
    path = weather(tmp_path, name, stamp)
    line, message = told(lambda: read_temperature(path, "T2m"))
    assert line == 1 and "states that its hours are UTC" in message and "--timezone UTC-6" in message
    found = read_temperature(path, "T2m", "UTC-6")
    assert found.tolist() == [*WEATHER[6:], *WEATHER[:6]]
    assert read_temperature(path, "T2m", "UTC").tolist() == WEATHER.tolist()
    assert read_temperature(path, "T2m", "UTC+1").tolist() == [WEATHER[-1], *WEATHER[:-1]]


@pytest.mark.parametrize("name", SILENT)
def test_hours_of_no_stated_clock_are_local(tmp_path, name):
    path = weather(tmp_path, name)
    assert read_temperature(path, "T2m").tolist() == WEATHER.tolist()
    assert "does not state its clock" in told(lambda: read_temperature(path, "T2m", "UTC-6"))[1]


def test_a_fixed_offset_is_local_standard_time(tmp_path):
    for path in (weather(tmp_path, "time (UTC-6)"), weather(tmp_path, stamp="%Y-%m-%dT%H:%M-06:00")):
        assert read_temperature(path, "T2m").tolist() == WEATHER.tolist()
        assert read_temperature(path, "T2m", "UTC-7").tolist() == [*WEATHER[1:], WEATHER[0]]


def test_two_clocks_and_daylight_saving_are_refused(tmp_path):
    both = weather(tmp_path, "time(UTC)", more=",2007-01-01")
    assert "two clocks are stated: 'local_time', 'time(UTC)'" in told(lambda: read_temperature(both, "T2m", "UTC-6"))[1]
    rows = [f"{hour:%Y-%m-%dT%H:%M}{'-05:00' if 1000 <= row < 7000 else '-06:00'},{WEATHER[row]:g}"
            for row, hour in enumerate(HOURS)]  # fmt: skip
    summer = write(tmp_path / "s.csv", rows, "time,T2m")
    line, message = told(lambda: read_temperature(summer, "T2m"))
    assert line == 1002 and "daylight saving" in message
    half = weather(tmp_path, "time (UTC+5:30)")
    assert "no whole number of hours" in told(lambda: read_temperature(half, "T2m", "UTC-6"))[1]


def test_the_command_turns_the_hours_of_a_pvgis_file(run, tmp_path):
    weather(tmp_path, "time(UTC)")
    command = ("profiles", "load", "-t", "w.csv", "--column", "T2m", "--to", "load.csv")
    refused = run(*command)
    assert refused.code == 2 and "--timezone UTC-6" in refused.err and not (tmp_path / "load.csv").exists()
    assert run(*command, "--timezone", "Mars").code == 2
    turned = run(*command, "--timezone", "UTC-6")
    assert turned.code == 0 and "converted from the time zone of w.csv to UTC-6 standard time" in turned.err
    assert read_profiles(tmp_path / "load.csv", ["a"])["temperature_degc", "a"].ravel()[0] == WEATHER[6]


def test_a_scenarios_hours_in_utc_are_refused_as_such(tmp_path):
    path = write(tmp_path / "h.csv", ["1,0.5"] * 8760, "time(UTC),load")
    assert "hours count in local standard time, not in UTC" in told(lambda: read_profiles(path, ["a"]))[1]
