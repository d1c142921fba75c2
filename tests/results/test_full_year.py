"""The full-year check in table, manifest, run folder, audit and on the screen; answers of `tiny/missed-peak`."""

import pytest

import powergap
from powergap.audit import Expected, audit, audit_folder
from powergap.results.run_folder import write_run
from powergap.text.full_year import full_year_lines, missed_targets
from tests.conftest import SCENARIOS
from tests.manifests import FULL_YEAR, run_entry

PATH = "tiny/missed-peak.yaml"
BEFORE = 27_496.42
"""MWh; worked out in tests/planning/test_full_year.py."""

WORST = set(range(197, 206))
"""The nine hottest days; of the two that come next, which are alike, either may be the tenth."""


@pytest.fixture
def run(solved):
    return solved(PATH)


def failing(run):
    scenarios = powergap.load(SCENARIOS / PATH).runs
    return {
        check.name: check.where
        for check in audit(run.tables, scenarios, Expected.of(run.manifest), run.plans)
        if not check.passed
    }


def test_the_table_has_a_row_a_round(run):
    rows = run["full_year"].to_dict("list")
    assert rows["policy"] == ["checked", "checked"]
    assert rows["round"] == [0, 1]
    assert rows["days_added"] == [0, 10]
    assert rows["days_short"] == [35, 0]
    assert rows["unserved_mwh"] == pytest.approx([BEFORE, 0], abs=0.01)
    assert rows["gap_gw"] == pytest.approx([9.952150, 10])
    assert rows["load_gwh"] == pytest.approx([10.047850 * 7884, 78_840])
    assert rows["unserved_limit_mwh"] == pytest.approx([0.01 * load for load in rows["load_gwh"]])


def test_the_manifest_says_what_was_done_or_that_nothing_was(run):
    unchecked, found = (entry.full_year for entry in run.manifest.runs)
    assert unchecked is None
    checked = found.as_record()
    assert len(checked["own_days"]) == 10
    assert set(checked.pop("own_days")) > WORST
    assert checked.pop("unserved_mwh_before") == pytest.approx(BEFORE, abs=0.01)
    assert checked == {
        "hours": "parametric",
        "within_target": True,
        "ended": "within target",
        "unserved_limit_fraction": 1e-5,
        "rounds": 1,
        "days_added": 10,
        "unserved_mwh_after": 0.0,
        "days_short": 0,
    }


def test_the_other_tables_are_those_of_the_plan_that_stands(run):
    periods = run["periods"].groupby("policy")["day_of_year"].apply(list)
    assert periods["unchecked"] == [183]
    assert set(periods["checked"]) > WORST | {183}
    assert run["gap"].set_index("policy")["gap_gw"].to_dict() == pytest.approx({"unchecked": 9.952150, "checked": 10})


def test_a_folder_audits_from_its_files(run, tmp_path):
    write_run(run, tmp_path / "run")
    assert [check.name for check in audit_folder(tmp_path / "run") if not check.passed] == []
    (tmp_path / "run/tables/full_year.csv").unlink()
    assert [check.name for check in audit_folder(tmp_path / "run") if not check.passed] == ["files_complete"]


@pytest.mark.parametrize(
    ("column", "at_round", "by", "rule"),
    [
        ("gap_gw", 1, 0.01, "full_year_plan_stands"),
        ("load_gwh", 1, 1, "full_year_load"),
        ("unserved_limit_mwh", 1, 1, "full_year_target"),
        ("unserved_mwh", 0, 1, "full_year_told"),
        ("unserved_mwh", 1, 1000, "full_year_told"),
        ("days_added", 1, 1, "full_year_told"),
    ],
)
def test_the_audit_finds_a_figure_that_was_changed(run, column, at_round, by, rule):
    table = run["full_year"].copy()
    table[column] = table[column] + by * (table["round"] == at_round)
    changed = powergap.results.run.Run(run.name, {**run.tables, "full_year": table}, run.manifest, run.document)
    assert rule in failing(changed)


@pytest.mark.parametrize(("change", "rule"), [("leave out", "full_year_as_asked"), ("other days", "periods")])
def test_the_audit_finds_a_manifest_that_was_changed(run, change, rule):
    first, entry = run.manifest.runs
    days = [1, *entry.full_year.own_days[1:]]
    found = None if change == "leave out" else entry.full_year.model_copy(update={"own_days": days})
    runs = [first, entry.model_copy(update={"full_year": found})]
    manifest = run.manifest.model_copy(update={"runs": runs})
    assert rule in failing(powergap.results.run.Run(run.name, run.tables, manifest, run.document))


def test_the_run_as_it_is_passes(run):
    assert failing(run) == {}


def entry(**found):
    return run_entry(full_year=FULL_YEAR.model_copy(update=found))


def test_what_was_done_is_told_in_a_line():
    runs = [entry(), entry(rounds=0, days_added=0), run_entry(status="infeasible")]
    assert full_year_lines(runs) == [
        "full year: dispatched over the 8,760 hours of hours.csv; 1 of 2 plans within target as first made",
        "  gas / mid: 2 rounds, 7 days added, unserved 812 -> 0 MWh",
        "  gas / mid: not checked (infeasible)",
    ]
    assert missed_targets(runs) == []
    assert full_year_lines(runs[2:]) == ["full year: not checked (reliability.full_year_check)"]


def test_a_missed_target_is_told_with_its_reason():
    ended = "every failing day is a period of its own"
    runs = [entry(within_target=False, ended=ended, rounds=1, days_added=1, unserved_mwh_after=99.5, days_short=2)]
    assert full_year_lines(runs) == [
        "full year: dispatched over the 8,760 hours of hours.csv; 0 of 1 plan within target as first made"
    ]
    assert missed_targets(runs) == [
        "full year: gas / mid: 1 round, 1 day added, unserved 812 -> 100 MWh on 2 days, beyond target: " + ended
    ]


def test_a_plan_that_cannot_be_dispatched_has_no_figure():
    ended = "no dispatch was found of a region and year"
    run = entry(within_target=False, ended=ended, rounds=0, days_added=0, unserved_mwh_after=None, days_short=365)
    assert "unserved 812 -> - MWh on 365 days" in missed_targets([run])[0]
