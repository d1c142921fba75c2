"""Limits are ranked by what 10% more of each saves, and none that the study has set itself is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import powergap
from powergap import lp
from powergap.report.listings import LISTINGS
from powergap.report.view import ReportView
from powergap.results.policies import binding_limits
from powergap.results.run_folder import read_run, write_run
from powergap.scenario import dump_yaml, read_study
from tests.docs.pages import script

SMALL = ("chronology={kind: annual}",)
CAP = "limits.co2_mt_per_year=330"


def limits(*rows):
    """Rows of (meaning, limit, price in $ per unit, set by the study); one year, nothing discounted."""
    table = pd.DataFrame(rows, columns=["meaning", "limit_value", "shadow_price_usd_per_unit", "is_user_set"])
    table["cost_musd_per_10_percent"] = 0.1 * table["limit_value"] * table["shadow_price_usd_per_unit"] / 1e6
    return table.assign(is_binding=True)


def test_ranked_by_money_of_ten_percent_whatever_the_unit():
    """A cap of 330 Mt at 3 B$ per Mt: 33 Mt save 99 B$. 0.2 GW of slots at 50 B$ per GW: 0.02 GW save 1 B$.

    10 GW of grid at 40 B$ per GW: 1 GW saves 40 B$. 5 GW of pipeline at 10 B$: 0.5 GW save 5 B$.
    """
    table = limits(
        ("slots", 0.2, 50e9, False), ("grid", 10, 40e9, False), ("pipeline", 5, 10e9, False), ("cap", 330, 3e9, False)
    )
    assert binding_limits(table) == "cap; grid; pipeline"


def test_a_limit_that_the_study_has_set_is_named_however_little_it_saves():
    """0 GW allowed has no tenth; set by the study it is named, behind the three that save most."""
    rows = [(name, 10, price, False) for name, price in (("a", 9e9), ("b", 8e9), ("c", 7e9), ("d", 6e9))]
    assert binding_limits(limits(*rows, ("none", 0, 5e9, False))) == "a; b; c"
    assert binding_limits(limits(*rows, ("none", 0, 5e9, True))) == "a; b; c; none"
    assert binding_limits(limits(*rows, ("idle", 4, 0.0, True))) == "a; b; c", "more of it would save nothing"


def test_years_and_regions_add_up():
    """Twice 0.1 x 3 GW x 10 B$ = 6 B$ beat once 0.1 x 5 GW x 10 B$ = 5 B$."""
    assert binding_limits(limits(("once", 5, 10e9, False), *[("twice", 3, 10e9, False)] * 2), 1) == "twice"


def test_the_saving_of_ten_percent_by_hand(solved):
    """`tiny/lead-time`, no discounting: one more GW of grid in 2026 saves 4,512 M$, and 1 GW a year is allowed.

    A tenth of it, 0.1 GW, saves 451.2 M$.
    """
    row = solved("tiny/lead-time.yaml")["limits"].query("limit == 'connection_additions' and year == 2026")
    assert row["cost_musd_per_10_percent"].item() == pytest.approx(451.2)


@pytest.fixture(scope="module")
def capped():
    return powergap.load("us-2030", sets=[*SMALL, CAP], policies=["all-of-the-above"], cases=["mid"])


@pytest.fixture(scope="module")
def run(capped):
    return powergap.solve(capped)


def test_a_cap_that_opens_the_gap_is_named_first(run, solved):
    """330 Mt open dozens of GW that stay closed without it, though 1 Mt saves less than 1 GW/yr of any slots."""
    free = powergap.solve(powergap.load("us-2030", sets=SMALL, policies=["all-of-the-above"], cases=["mid"]))
    opened = run["policies"]["cumulative_gap_gw"].iloc[0] - free["policies"]["cumulative_gap_gw"].iloc[0]
    assert opened > 20
    binding = run["limits"].query("is_binding and shadow_price_usd_per_unit > 1")
    per_unit = binding.groupby("meaning")["shadow_price_usd_per_unit"].sum().sort_values(ascending=False)
    assert list(per_unit.index).index("CO2 cap") > 3
    assert run["policies"]["binding_limits"].iloc[0].startswith("CO2 cap; ")
    assert [check.name for check in run.manifest.audit if not check.passed] == []


def test_the_report_lists_it(run):
    listed = LISTINGS["limits"].table(ReportView(run))
    assert listed["meaning"].iloc[0] == "CO2 cap"


def user_set(run):
    table = run["limits"]
    return set(table.loc[table["is_user_set"], "key"])


WAYS = {
    "--set": ({}, ["limits.co2_mt_per_year=330"]),
    "own file": ({"limits": {"co2_mt_per_year": 330}}, []),
    "own lever": ({"levers": {"cap": {"set": {"limits": {"co2_mt_per_year": 330}}}},
                   "policies": {"mine": {"levers": ["cap"]}}}, []),
    "own policy": ({"policies": {"mine": {"set": {"limits": {"co2_mt_per_year": 330}}}}}, []),
    "own case": ({"cases": {"mine": {"set": {"limits": {"co2_mt_per_year": 330}}}}}, []),
    "one year": ({"limits": {"co2_mt_per_year": {2026: 330, "then": "hold"}}}, []),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_what_the_study_sets_is_told_from_what_a_bundled_scenario_sets(way, tmp_path):
    """The cap alone is the study's own: neither the grid of us-2030 nor slots of the catalog are."""
    written, sets = WAYS[way]
    (tmp_path / "base.yaml").write_text(dump_yaml({"extends": "us-2030", **written}), encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text("extends: base.yaml\n", encoding="utf-8")
    policy = "mine" if "policies" in written else "onsite-gas"
    case = "mine" if "cases" in written else "mid"
    study = powergap.load(path, sets=[*SMALL, *sets], policies=[policy], cases=[case])
    assert user_set(powergap.solve(study)) == {"limits.co2_mt_per_year"}


def test_slots_of_an_own_catalog_are_the_study_s_own():
    entry = {
        "low": 0.3, "mid": 0.3, "high": 0.3, "unit": "GW/yr", "group": "supply", "source": ["judgment"],
        "date": "2026-01-01", "confidence": "judgment",
    }  # fmt: skip
    chain = {"title": "Mine", "quantities": {"open_slots_gw_per_year": entry}}
    document = {"extends": "us-2030", "catalog": {"supply_chains": {"gas_small": chain}}}
    study = read_study(document, sets=SMALL, policies=["onsite-gas-small"], cases=["mid"])
    assert user_set(powergap.solve(study)) == {"supply_chains.gas_small.open_slots_gw_per_year"}


def test_a_bundled_scenario_as_it_is_sets_nothing_itself(solved):
    assert user_set(solved("tiny/lead-time.yaml")) == set()


def test_a_resolved_scenario_keeps_which_limits_were_set(capped, run, tmp_path):
    """Though the resolved file writes every value out."""
    write_run(run, tmp_path / "run")
    again = powergap.solve(powergap.load(tmp_path / "run" / "scenario.resolved.yaml"))
    assert user_set(again) == user_set(run) == {"limits.co2_mt_per_year"}
    assert list(again["policies"]["binding_limits"]) == list(run["policies"]["binding_limits"])
    assert list(read_run(tmp_path / "run")["limits"]["is_user_set"]) == list(run["limits"]["is_user_set"])
    assert capped.own_keys == ("chronology.kind", "limits")


def test_every_limit_is_an_upper_one_so_that_more_of_it_is_relief():
    """Every row that the ledger names as a limit has an upper end and no lower one."""
    render = script("render_formulation")
    built = render.build(render.everything())
    program = lp.compile(built.model)
    for limit in built.register.limits:
        rows = program.rows[limit.rows]
        assert np.isneginf(rows.of(program.row_lower)).all(), limit.rows
        assert np.isfinite(rows.of(program.row_upper)).all(), limit.rows
