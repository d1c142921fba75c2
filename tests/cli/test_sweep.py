"""`powergap sweep` on tiny/one-block: gap at the end of 2030 = 5 x (wanted - 1) GW."""

from __future__ import annotations

import pandas as pd
import pytest

INPUT = ("--input", "demand.additions_gw_per_year={uniform: [3, 5]}", "--draws", "20", "--workers", "1")


def test_tables_are_shown_and_written(powergap, tmp_path):
    outcome = powergap("sweep", "tiny/one-block", *INPUT)
    assert outcome.code == 0
    assert "gap 2030, GW" in outcome.out
    assert "demand.additions_gw_per_year" in outcome.out
    folder = tmp_path / "outputs" / "one-block-sweep"
    assert len(pd.read_csv(folder / "tables" / "gap_quantiles.csv")) == 5
    assert len(pd.read_parquet(folder / "results.parquet")) == 23


def test_json_holds_every_table(powergap):
    """Over 20 draws of a Latin hypercube demand additions lie within a twentieth of evenly spaced ones."""
    data = powergap("sweep", "tiny/one-block", *INPUT, "--json", "--quiet").data
    last = data["tables"]["gap_quantiles"][-1]
    assert last["base_gw"] == 15
    assert last["p50_gw"] == pytest.approx(15, abs=0.5)
    swing = data["tables"]["tornado"][0]
    assert (swing["low_gw"], swing["high_gw"]) == (pytest.approx(11), pytest.approx(19))  # 5 x (3.2 - 1), 5 x (4.8 - 1)


def test_a_finished_sweep_is_only_shown_again_when_asked(powergap):
    first = powergap("sweep", "tiny/one-block", *INPUT)
    again = powergap("sweep", "tiny/one-block", *INPUT)
    assert again.code == 2
    assert "--resume" in again.err
    assert powergap("sweep", "tiny/one-block", *INPUT, "--resume").out == first.out


def test_bad_input_is_told_before_anything_is_solved(powergap, tmp_path):
    outcome = powergap("sweep", "tiny/one-block")
    assert outcome.code == 2
    assert "no uncertain input" in outcome.err
    outcome = powergap("sweep", "tiny/one-block", "--input", "worth.gap={uniform: [3, 2]}")
    assert outcome.code == 2
    assert "must not fall" in outcome.err
    assert not (tmp_path / "outputs").exists()


def test_a_policy_without_any_plan_ends_in_3(powergap):
    """The fleet of 10 GW emits 43.8 Mt a year; no draw of the cap allows that."""
    outcome = powergap(
        "sweep", "tiny/one-block", "--set", "limits.co2_mt_per_year=30", "--workers", "1", "--draws", "4",
        "--input", "limits.co2_mt_per_year={uniform: [10, 40]}",
    )  # fmt: skip
    assert outcome.code == 3
    assert "infeasible" in outcome.out
    assert "No draw has a plan" in outcome.out
