"""Typical days of given hours, from the file to the audited folder: answers by hand, and what the manifest says.

The system has room in every hour but one: 17:00 on 20 July (day 201), when it touches its peak of 2,000 GW. Behind
10 GW of flexible connection a battery of 80% carries E of 20 GW wanted through that hour.
"""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest

import powergap
from powergap.audit import Expected, audit
from powergap.eia import make_profile_set, read_demand
from powergap.results.run_folder import read_run, write_run
from tests.conftest import SCENARIOS
from tests.eia.conftest import write_wide, year_of_load

IN_THE_DAY = 10 / (1 + 1 / (0.8 * 23))
"""Charged over the other 23 hours of the day: E + E / (0.8 x 23) = 10."""

OVER_THE_YEAR = 10 / (1 + 1 / (0.8 * 8759))
"""Charged over the other 8,759 hours of the year."""


@pytest.fixture
def hours(tmp_path):
    """1,000 GW on the first five days of each week, 900 on the others, and the one hour."""
    load = np.repeat(np.where(np.arange(365) % 7 < 5, 1000.0, 900.0)[:, None], 24, axis=1)
    load[200, 17] = 2000
    path = tmp_path / "given" / "hours.csv"
    path.parent.mkdir()
    rows = (f"{hour},{value:.0f}" for hour, value in enumerate(load.ravel()))
    path.write_text("\n".join(["hour,here:system_load_gw", *rows]) + "\n")
    return path


def solved(*sets):
    return powergap.solve(powergap.load(SCENARIOS / "tiny/battery.yaml", policies=["both"], sets=sets))


def days(hours):
    return (f"chronology.profiles={hours}", "chronology.typical_days=2", "chronology.stress_days=1")


@pytest.mark.parametrize(
    ("sets", "energized"),
    [
        ((), IN_THE_DAY),
        (("technologies.cells.link_days=true",), OVER_THE_YEAR),
        (("chronology.added_days=[3, 201, 300]",), IN_THE_DAY),
        (("chronology.kind=full",), OVER_THE_YEAR),
    ],
    ids=["days", "linked days", "added days", "full year"],
)
def test_the_worst_day_decides_and_storage_spans_what_it_is_let(hours, sets, energized):
    run = solved(*days(hours), *sets)
    assert 20 - run.gap_by_year().loc[("both", "mid"), 2026] == pytest.approx(energized, rel=1e-6)
    assert all(check.passed for check in run.manifest.audit)


def test_periods_are_days_of_the_file(hours):
    """261 days of the first kind, of which the one with the hour stands for itself, and 104 of the second."""
    run = solved(*days(hours))
    periods = run["periods"][["period", "stress", "day_of_year", "days_per_year"]]
    assert periods.to_numpy().tolist() == [
        ["typical-01", "", 1, 260],
        ["typical-02", "", 6, 104],
        ["hot-1", "hot", 201, 1],
    ]


def test_the_folder_solves_and_audits_without_the_file(hours, tmp_path):
    run = solved(*days(hours))
    write_run(run, tmp_path / "run")
    text = hours.read_bytes()
    hours.unlink()
    assert (tmp_path / "run" / "profiles" / "hours.csv").read_bytes() == text
    again = powergap.load(tmp_path / "run" / "scenario.resolved.yaml")
    assert again.digest(again.runs[0]) == run.manifest.runs[0].scenario_sha256
    found = read_run(tmp_path / "run")
    assert all(check.passed for check in audit(found.tables, again.runs, Expected.of(found.manifest)))
    assert powergap.solve(again).gap_by_year().equals(run.gap_by_year())


def test_the_manifest_says_which_hours_were_used(hours):
    run = solved(*days(hours))
    assert run.manifest.runs[0].hours.as_record() == {
        "given": ["system_load_gw"],
        "parametric": ["load", "temperature_degc", "sun", "wind"],
        "file": "hours.csv",
        "sha256": hashlib.sha256(hours.read_bytes()).hexdigest(),
    }
    made_up = solved()
    assert made_up.manifest.runs[0].hours.as_record() == {
        "given": [],
        "parametric": ["load", "system_load_gw", "temperature_degc", "sun", "wind"],
    }


def test_the_manifest_counts_what_a_profile_set_filled(tmp_path):
    """One hour is missing and filled. A set whose hours were changed by hand since says nothing of them any more."""
    load = pd.DataFrame({"here": year_of_load()})
    load.loc["2019-03-10 04:00", "here"] = np.nan
    found = make_profile_set(read_demand([write_wide(tmp_path / "w.csv", load)]), 2019, fill_hours=1)
    for name, text in found.files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    path = tmp_path / "hours.csv"
    run = solved(*days(path))
    told = run.manifest.runs[0].hours.profile_set
    assert told["treatment_hours"] == {"here": {"missing": 1, "interpolated": 1}}
    assert (told["year"], told["clock"][:4], [one["file"] for one in told["sources"]]) == (2019, "UTC+", ["w.csv"])
    assert json.dumps(told)
    path.write_text(path.read_text().replace("\n0,", "\n0,1"))
    changed = solved(*days(path))
    assert "profile_set" not in changed.manifest.runs[0].hours.as_record()


def test_profiles_of_the_same_name_are_kept_apart(hours, tmp_path):
    """Two cases with hours.csv of two folders: the second has room all year, and 10 GW are energized there."""
    other = tmp_path / "mild" / "hours.csv"
    other.parent.mkdir()
    other.write_text(hours.read_text().replace(",2000", ",1000"))
    scenario = tmp_path / "two-years.yaml"
    scenario.write_text(
        "extends: tiny/battery\n"
        "chronology: {typical_days: 2, stress_days: 1}\n"
        "cases:\n"
        "  hot: {set: {chronology: {profiles: given/hours.csv}}}\n"
        "  mild: {set: {chronology: {profiles: mild/hours.csv}}}\n"
    )
    run = powergap.solve(powergap.load(scenario, policies=["both"]))
    write_run(run, tmp_path / "run")
    again = powergap.load(tmp_path / "run" / "scenario.resolved.yaml")
    assert {one.case: one.chronology.profiles.split("/profiles/")[1] for one in again.runs} in (
        {"hot": "hours.csv", "mild": "hours-2.csv"},
        {"hot": "hours-2.csv", "mild": "hours.csv"},
    )
    gap = powergap.solve(again).gap_by_year()[2026]
    assert gap["both", "hot"] == pytest.approx(20 - IN_THE_DAY) and gap["both", "mild"] == pytest.approx(10)
