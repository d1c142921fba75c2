"""`powergap hedge` on the newsvendor, whose numbers stand in its file."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd


def test_it_says_what_to_order_and_what_hedging_is_worth(powergap):
    done = powergap("hedge", "tiny/newsvendor")
    assert done.code == 0
    assert done.out.startswith(
        "In 2026 commit to 8 GW of engine. Value of the stochastic solution: $0.60 billion against planning for the "
        "mean; expected value of perfect information: $0.90 billion.\n"
    )
    rows = [line.split() for line in done.out.splitlines()]
    assert ["engine", "2026", "8.00", "5.00", "8.00", "2.00"] in rows
    assert ["mean", "3.0", "4.5", "+0.6", "1.5", "1.5", "3.0", "0.0"] in rows
    assert ["bust", "0.50", "0.0", "0.0", "6.0", "1.8"] in rows
    assert "outputs/newsvendor-hedge: 5 tables" in done.err
    assert "identities hold" in done.err


def test_the_folder_holds_tables_manifest_and_a_scenario_that_hedges_again(powergap):
    powergap("hedge", "tiny/newsvendor", "--out", "here")
    manifest = json.loads(Path("here/manifest.json").read_text())
    assert (manifest["value_of_stochastic_solution_musd"], manifest["expected_value_of_perfect_information_musd"]) == (
        600,
        900,
    )
    assert all(check["passed"] for check in manifest["audit"])
    ways = pd.read_csv("here/tables/ways.csv").set_index("way")["expected_cost_musd"]
    assert ways.to_dict() == {"hedge": 2400, "perfect foresight": 1500, "mean": 3000, "boom": 2400, "bust": 3600}
    assert powergap("hedge", "here/scenario.resolved.yaml", "--json").data["value_of_stochastic_solution_musd"] == 600


def test_as_data(powergap):
    found = powergap("hedge", "tiny/newsvendor", "--json").data
    assert found["expected_value_of_perfect_information_musd"] == 900
    assert found["exit_code"] == 0
    assert [row["future"] for row in found["outcomes"][:2]] == ["boom", "bust"]
    assert powergap("hedge", "tiny/newsvendor", "--csv").out.startswith("way,future,probability,cost_musd,")


def test_solve_and_hedge_do_not_replace_each_other(powergap):
    powergap("solve", "tiny/newsvendor", "--out", "run")
    assert powergap("hedge", "tiny/newsvendor", "--out", "run").code == 2
    powergap("hedge", "tiny/newsvendor", "--out", "hedge")
    assert powergap("solve", "tiny/newsvendor", "--out", "hedge").code == 2
    told = powergap("audit", "hedge")
    assert told.code == 2
    assert "holds no run of `powergap solve`" in told.err


def test_a_future_without_a_plan_ends_in_3(powergap):
    sets = ("technologies.wire.co2_t_per_mwh=0.5", "limits.co2_mt_per_year=1")
    done = powergap("hedge", "tiny/newsvendor", *(part for text in sets for part in ("--set", text)))
    assert done.code == 3
    assert "there is no plan for the future `boom`" in done.err
    assert not Path("outputs").exists()


def test_validate_checks_the_futures(powergap):
    assert powergap("validate", "tiny/newsvendor").code == 0
    done = powergap("validate", "tiny/newsvendor", "--set", "futures.bust.probability=0.4")
    assert done.code == 2
    assert "the probabilities sum to 0.9; expected 1" in done.err


def test_a_second_hedge_reads_the_first(powergap):
    powergap("hedge", "tiny/newsvendor")
    stages = json.loads(Path("outputs/newsvendor-hedge/manifest.json").read_text())["stages"]
    again = powergap("hedge", "tiny/newsvendor")
    kept = json.loads(Path("outputs/newsvendor-hedge/manifest.json").read_text())["stages"]
    assert again.code == 0
    assert all(stage["kept_since_utc"] for stage in kept)
    assert not all(stage["kept_since_utc"] for stage in stages)
