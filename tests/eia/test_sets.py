"""Profile sets are what a scenario reads, whole or not at all, with a record of where they come from."""

from __future__ import annotations

import hashlib
import json
import zoneinfo

import numpy as np
import pandas as pd
import pytest

from powergap.chronology import lay_out
from powergap.eia import headroom_gw, make_profile_set, read_demand
from powergap.eia.choices import chosen_years, parse_regions
from powergap.eia.sets import standard_offset
from powergap.errors import InputError
from powergap.scenario import load
from powergap.scenario.read.given_hours import read_profiles
from tests.conftest import SCENARIOS
from tests.eia.conftest import balance_rows, shared, write, write_wide, year_of_load


def two_years(path):
    return write_wide(path, pd.DataFrame({"PJM": pd.concat([year_of_load(2019), year_of_load(2020)])}))


def test_a_leap_year_loses_29_february_and_no_other_hour(tmp_path):
    demand = read_demand([two_years(tmp_path / "w.csv")])
    found = make_profile_set(demand, 2020)
    assert len(found.hours) == 8760 and found.record["leap_day_dropped"]
    mw = year_of_load(2020)
    kept = mw[~((mw.index.month == 2) & (mw.index.day == 29))]
    assert (found.hours["PJM:system_load_gw"] * 1000).to_numpy() == pytest.approx(kept.to_numpy())
    assert not make_profile_set(demand, 2019).record["leap_day_dropped"]


def test_hours_are_on_the_clock_that_was_asked_for(tmp_path):
    demand = read_demand([two_years(tmp_path / "w.csv")])
    central = make_profile_set(demand, 2019, "UTC-6")
    assert central.hours["PJM:system_load_gw"].iloc[0] == year_of_load().iloc[6] / 1000
    assert central.hours["PJM:system_load_gw"].iloc[-1] == year_of_load(2020).iloc[5] / 1000
    assert central.record["clock"].startswith("UTC-6, no daylight saving")


@pytest.mark.skipif(not zoneinfo.available_timezones(), reason="this system has no time zones")
def test_zones_with_daylight_saving_give_standard_time(tmp_path):
    demand = read_demand([two_years(tmp_path / "w.csv")])
    by_name = make_profile_set(demand, 2019, "America/Chicago")
    assert by_name.hours.equals(make_profile_set(demand, 2019, "UTC-6").hours)
    assert standard_offset("Australia/Sydney", 2019).total_seconds() == 10 * 3600


@pytest.mark.parametrize(("zone", "hours"), [("UTC", 0), ("utc-05:00", -5), ("UTC+1", 1)])
def test_standard_time_of_zones(zone, hours):
    assert standard_offset(zone, 2019).total_seconds() == hours * 3600


@pytest.mark.parametrize("zone", ["Mars", "UTC-25", "Asia/Kolkata", "", "../etc"])
def test_zones_that_are_refused(zone):
    with pytest.raises(InputError):
        standard_offset(zone, 2019)


def test_the_engine_reads_a_set_and_finds_the_same_headroom(run, tmp_path):
    """Seasonal peaks in the scenario, hours in the set: flexible connections may draw what `headroom_gw` says."""
    two_years(tmp_path / "w.csv")
    first = load(SCENARIOS / "tiny" / "one-block.yaml").runs[0]
    name = next(iter(first.regions))
    assert run("profiles", "import-eia930", "w.csv", "--to", "set", "-r", f"{name}=PJM", "--year", 2019).code == 0
    peaks = json.loads((tmp_path / "set" / "profile-set.json").read_text())["regions"][name]
    system = {key: peaks[key] for key in ("summer_peak_gw", "winter_peak_gw")}
    region = first.regions[name]
    grid = region.grid.model_copy(
        update={"system_load": type(region.grid).model_validate({**region.grid.model_dump(), "system_load": system})
                .system_load}
    )  # fmt: skip
    chronology = first.chronology.model_copy(
        update={"kind": "full", "profiles": str(tmp_path / "set" / "hours.csv"), "stress_days": 0}
    )
    scenario = first.model_copy(
        update={"chronology": chronology, "regions": {name: region.model_copy(update={"grid": grid})}}
    )
    _, shapes = lay_out(scenario)
    expected = headroom_gw(pd.DataFrame({name: year_of_load() / 1000}))[name]
    assert shapes.headroom_gw[0].ravel() == pytest.approx(expected.to_numpy(), abs=1e-6)
    assert expected.min() == 0 and expected.mean() > 10


def test_the_command_writes_hours_and_record(run, tmp_path):
    path = write(
        tmp_path / "EIA930_BALANCE_2019.csv", balance_rows("PJM", year_of_load().drop(year_of_load().index[9]))
    )
    refused = run("profiles", "import-eia930", path, "--to", "set", "--json")
    assert refused.code == 2 and not (tmp_path / "set").exists()
    assert refused.data["problems"][0]["line"] == 10
    assert "--fill 1 would fill" in refused.err
    found = run("profiles", "import-eia930", path, "--to", "set", "--fill", 1)
    assert found.code == 0 and found.out.splitlines() == ["set/hours.csv", "set/profile-set.json"]
    assert "PJM: 1 missing, 1 interpolated" in found.err
    record = json.loads((tmp_path / "set" / "profile-set.json").read_text())
    assert record["sources"][0]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert record["sources"][0]["file"] == path.name
    assert record["regions"]["PJM"]["treatment_hours"] == {"missing": 1, "interpolated": 1}
    assert (record["year"], record["rows"], record["growth_fraction"]) == (2019, 8760, 0.0)
    assert str(tmp_path) not in json.dumps(record)
    assert len(read_profiles(tmp_path / "set" / "hours.csv", ["PJM"])) == 1


def test_a_set_is_replaced_and_anything_else_is_not(run, tmp_path):
    two_years(tmp_path / "w.csv")
    write_first = ("profiles", "import-eia930", "w.csv", "--to", "set", "--quiet")
    assert run(*write_first).code == 0
    (tmp_path / "set" / "note.txt").write_text("kept only while the set is not replaced")
    assert run(*write_first, "--year", 2019).code == 0
    assert sorted(path.name for path in (tmp_path / "set").iterdir()) == ["hours.csv", "profile-set.json"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    refused = run("profiles", "import-eia930", "w.csv", "--to", "other")
    assert refused.code == 2 and "is not a profile set" in refused.err
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["mine.txt"]


def test_headroom_of_small_files_as_text_csv_and_json(run, tmp_path):
    two_years(tmp_path / "w.csv")
    text = run("headroom", "w.csv", "--rate", 0.01)
    assert text.code == 0 and "headroom GW" in text.out and "2019-2020 in UTC" in text.err
    table = run("headroom", "w.csv", "--csv", "--quiet", "--from", 2020)
    assert table.out.startswith("region,curtailment_fraction,headroom_gw") and not table.err
    data = run("headroom", "w.csv", "--json", "--growth", 0.001, "--to", 2019).data
    assert (data["first_year"], data["last_year"], data["growth_fraction"]) == (2019, 2019, 0.001)
    assert [row["curtailment_fraction"] for row in data["headroom"]] == [0.0025, 0.005, 0.01]
    narrow = run("headroom", "w.csv", "--published", "--json").data["headroom"]
    assert narrow[0]["published_gw"] == 13.3


def test_a_file_of_semicolons_is_read_and_said(run, tmp_path):
    path = two_years(tmp_path / "w.csv")
    path.write_text(path.read_text().replace(",", ";"))
    done = run("headroom", path)
    assert done.code == 0
    assert "warning: " in done.err and "has cells separated by semicolons, and was read as such" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--rate", 25], "0.0025 for 0.25%"),
        (["--from", 2020, "--to", 2019], "is after"),
        (["--from", 2021], "none of them was requested"),
        (["--from", 2023, "--to", 2024], "none from 2023-01-01"),
        (["-r", "PJM=,x"], "expected NAME"),
        (["-r", "a=PJM,a=PJM"], "named twice"),
        (["-r", "PJMM"], "did you mean `PJM`?"),
    ],
)
def test_wrong_choices_are_told(run, tmp_path, arguments, told):
    two_years(tmp_path / "w.csv")
    found = run("headroom", "w.csv", *arguments)
    assert found.code == 2 and told in found.err and not found.out


def test_choices(tmp_path):
    assert parse_regions(["a=PJM+MISO, b", "c"]) == {"a": ["PJM", "MISO"], "b": ["b"], "c": ["c"]}
    part = write_wide(tmp_path / "p.csv", pd.DataFrame({"PJM": year_of_load()[:4000]}))
    with pytest.raises(InputError, match="no calendar year is whole"):
        chosen_years(read_demand([part]), None, None)
    assert np.array(chosen_years(read_demand([part]), 2019, 2019)).tolist() == [2019]


def test_cleaned_data_need_no_treatment(run, tmp_path):
    """None of the rules rejects an hour of the 54 balancing authorities of 2019."""
    path = shared("eia930_cleaned_BAs_2019_utc.csv.gz")
    found = run("profiles", "import-eia930", path, "--to", "set", "--json")
    assert found.code == 0
    assert len(found.data["regions"]) == 54
    assert not any(region["treatment_hours"] for region in found.data["regions"].values())
    assert found.data["regions"]["PJM"]["mean_gw"] == pytest.approx(91.351, abs=0.001)
    assert found.data["regions"]["PJM"]["summer_peak_gw"] == 152.315
