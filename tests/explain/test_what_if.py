"""What-if gives the change only, and what it changes to is what a fresh solve gives."""

import json

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

import powergap
from powergap.errors import InputError
from powergap.explain.what_if import what_if
from powergap.results.run_folder import write_run
from tests.conftest import SCENARIOS

FILE = SCENARIOS / "tiny" / "lead-time.yaml"
SHORT = SCENARIOS / "tiny" / "short-sight.yaml"
SLOTS = "supply_chains.manufacturers.open_slots_gw_per_year=3"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "lead-time"
    write_run(powergap.solve(powergap.load(FILE)), path)
    return path


def gap_changes(found):
    gap = found.changes[found.changes["quantity"] == "gap_gw"]
    return dict(zip(gap["year"], gap["change"], strict=True))


def test_only_the_change_is_told(folder):
    """3 instead of 2 slots a year from 2028 on: gap 3, 6, 6, 6, 6 instead of 3, 6, 7, 8, 9."""
    found = what_if(folder, [SLOTS])
    assert gap_changes(found) == pytest.approx({2028: -1, 2029: -2, 2030: -3})
    assert found.inputs["key"].tolist() == ["supply_chains.manufacturers.open_slots_gw_per_year"]
    assert {"supply_cost_usd", "co2_mt_last_year"} <= set(found.changes["quantity"])


def test_co2_changes_by_what_is_generated(folder):
    """3 GW more in 2030 x 8.76 TWh x 8 MMBtu/MWh x 0.05 t/MMBtu = 10.512 Mt."""
    changes = what_if(folder, [SLOTS]).changes.set_index("quantity")
    assert changes.loc["co2_mt_last_year", "change"] == pytest.approx(10.512)


@pytest.mark.parametrize(
    "sets",
    [
        [SLOTS],
        ["technologies.engine.lead_time_years=1.5"],
        ["value_of.delayed_load_usd_per_kw_year=100"],
        ["limits.co2_mt_per_year=60", "finance.discount_rate=0.07"],
        ["years.last=2028"],
    ],
)
@pytest.mark.parametrize("kind", ["folder", "study", "scenario", "run"])
def test_it_is_a_fresh_solve_to_the_last_digit(folder, kind, sets):
    item = {"folder": folder, "scenario": FILE}.get(kind)
    if kind in ("study", "run"):
        study = powergap.load(FILE)
        item = powergap.solve(study) if kind == "run" else study
    found = what_if(item, sets)
    fresh = powergap.solve(powergap.load(FILE, sets=sets))
    assert found.run.tables.keys() == fresh.tables.keys()
    for name, table in fresh.tables.items():
        pd.testing.assert_frame_equal(found.run.tables[name], table, check_exact=True)


def test_a_change_that_changes_nothing_solves_nothing(folder):
    def never(study):
        raise AssertionError

    found = what_if(folder, ["supply_chains.manufacturers.open_slots_gw_per_year=2"], solve=never)
    assert found.is_same
    assert found.changes.empty
    assert found.inputs.empty


def test_a_run_at_hand_is_not_solved_again(folder):
    solved = []

    def once(study):
        solved.append(study)
        return powergap.solve(study)

    what_if(folder, [SLOTS], solve=once)
    assert len(solved) == 1


def test_chosen_policies_only_with_their_reference():
    found = what_if(SHORT, [SLOTS], policies=["sees-two-years"])
    assert set(found.run.status) == {("perfect", "mid"), ("sees-two-years", "mid")}
    whole = powergap.solve(powergap.load(SHORT))
    part = what_if(whole, [SLOTS], policies=["sees-two-years"])
    assert set(part.changes["policy"]) == {"perfect", "sees-two-years"}
    assert not part.comparison.notes


def test_no_change_or_a_wrong_one_is_refused(folder):
    with pytest.raises(InputError, match="at least one change"):
        what_if(folder, [])
    with pytest.raises(InputError, match="slotz"):
        what_if(folder, ["supply_chains.manufacturers.open_slotz=1"])


def test_the_command_tells_the_change(folder):
    from powergap.cli.what_if import command

    app = typer.Typer()
    app.callback()(lambda: None)
    command(app)
    run = CliRunner().invoke(app, ["what-if", str(folder), "--set", SLOTS, "--json", "--quiet"])
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert [row["year"] for row in told["changes"] if row["quantity"] == "gap_gw"] == [2028, 2029, 2030]
    text = CliRunner().invoke(app, ["what-if", str(folder), "--set", SLOTS, "--quiet"])
    assert "open_slots_gw_per_year" in text.stdout
