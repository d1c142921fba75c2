"""What figures show: figures worked by hand on a battery and on two regions, and sums that must hold on any run."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from powergap.report import tables
from powergap.report.figures import FIGURES
from powergap.report.palette import WAITING
from powergap.report.view import ReportView
from powergap.report.words import answer

E = 10 / (1 + 1 / (0.8 * 23))
"""GW that a battery behind 10 GW of flexible connection carries: E + E / (0.8 x 23) = 10."""


@pytest.fixture(scope="module")
def view(run):
    return ReportView(run)


def of(table, policy, case="mid"):
    return table[(table["policy"] == policy) & (table["case"] == case)]


def test_the_gap_comes_with_its_range_and_the_reference(view):
    """20 GW wanted (15 and 25): 20 - E wait, 15 - E to 25 - E; without anything 20."""
    row = of(tables.gap_table(view), "both").iloc[0]
    told = [row["gap_gw"], row["least_gw"], row["most_gw"], row["reference_gw"]]
    assert told == pytest.approx([20 - E, 15 - E, 25 - E, 20])


def test_what_closed_it_and_what_waits_are_the_reference_gap(view):
    """E of the battery and 20 - E that wait are the 20 GW of the policy that does nothing."""
    rows = of(tables.closed_table(view), "both")
    assert dict(zip(rows["family"], rows["gw"], strict=True)) == pytest.approx({"battery": E, WAITING: 20 - E})


def test_carried_and_waiting_load_is_what_is_wanted(view):
    sums = tables.supply_table(view).groupby(["case", "policy"])["gw"].sum()
    assert sums.xs("high").to_list() == pytest.approx([25.0] * 3)


def test_supply_less_charging_is_the_load_in_every_hour(view):
    """Load is E in every hour. The connection gives 10 GW in 23 hours, of which E / (0.8 x 23) charge the battery, and
    nothing at 17:00, when the battery gives E.
    """
    rows = of(tables.dispatch_table(view), "both")
    load = rows[rows["family"] == "load"].set_index("from_hour")["gw"]
    flows = rows[rows["family"] != "load"]
    assert len(load) == 24
    assert load.to_list() == pytest.approx([E] * 24)
    assert flows.groupby("from_hour")["gw"].sum().to_list() == pytest.approx([E] * 24)
    assert flows[flows["gw"] < 0]["gw"].sum() == pytest.approx(-E / 0.8)
    assert set(rows["to_hour"] - rows["from_hour"]) == {1.0}


def test_stress_days_are_shown_where_there_are_some(solved):
    view = ReportView(solved("tiny/battery.yaml", "chronology.stress_days=2", "chronology.days_per_stress_day=2"))
    assert [day.split()[0] for day in dict.fromkeys(tables.dispatch_table(view)["day"])] == ["hot", "cold"]


def test_costs_and_emissions_are_those_of_the_policies_table(view, run):
    policies = run["policies"].set_index(["policy", "case"])
    cost = tables.cost_table(view).groupby(["policy", "case"])["busd"].sum() * 1e9
    carbon = tables.emissions_table(view).groupby(["policy", "case"])["mt"].sum()
    both = ("both", "mid")
    assert cost[both] == pytest.approx(policies.loc[both, "supply_cost_usd"])
    assert carbon[both] == pytest.approx(policies.loc[both, "co2_mt_last_year"])


def test_a_case_without_a_plan_narrows_the_range(run):
    """Without its low case, the gap of `both` lies between 20 - E and 25 - E."""
    gap = run["gap"]
    fewer = replace(run, tables=run.tables | {"gap": gap[gap["case"] != "low"]})
    assert of(tables.last_gap_table(ReportView(fewer)), "both")["least_gw"].item() == pytest.approx(20 - E)


def test_the_map_tells_regions_apart(solved):
    """East wants 4 GW a year and connects 1, in two years 6 wait; west waits for nothing."""
    rows = of(tables.map_table(ReportView(solved("tiny/two-regions.yaml"))), "stay")
    assert dict(zip(rows["region"], rows["gap_gw"], strict=True)) == pytest.approx({"east": 6.0, "west": 0.0})
    assert "row" not in rows


def test_each_of_the_thirteen_regions_has_a_tile_of_its_own(solved):
    assert len(set(tables.TILES.values())) == len(tables.TILES) == 13
    run = solved("tiny/two-regions.yaml")
    named = run["gap"].assign(region=run["gap"]["region"].map({"east": "MIDA", "west": "TEX"}))
    rows = of(tables.map_table(ReportView(replace(run, tables=run.tables | {"gap": named}))), "stay")
    assert {(row.region, row.row, row.column) for row in rows.itertuples()} == {("MIDA", 0, 3), ("TEX", 2, 1)}


def test_a_tile_has_the_name_that_people_know(solved):
    run = solved("tiny/two-regions.yaml")
    named = run["gap"].assign(region=run["gap"]["region"].map({"east": "MIDA", "west": "TEX"}))
    document = run.document | {"regions": {"MIDA": {"title": "PJM (Mid-Atlantic)"}, "TEX": {"title": "ERCOT (Texas)"}}}
    rows = tables.map_table(ReportView(replace(run, tables=run.tables | {"gap": named}, document=document)))
    assert set(rows["short"]) == {"PJM", "ERCOT"}


def test_one_region_has_no_map(view):
    assert tables.map_table(view).empty


def test_a_run_without_a_plan_has_no_figure_and_says_so(run):
    """Every policy infeasible: the run has no tables and the answer says it."""
    entries = [entry.model_copy(update={"status": "infeasible"}) for entry in run.manifest.runs]
    empty = ReportView(replace(run, tables={}, manifest=run.manifest.model_copy(update={"runs": entries})))
    assert all(figure.table(empty).empty for figure in FIGURES.values())
    assert answer(empty) == "No policy has a plan in case mid."


def test_the_answer_is_a_sentence(view):
    assert answer(view) == (
        "At the end of 2026, 20 GW of data-center demand has no power under nothing (low 15, mid 20, high 25); "
        "both leaves 11 GW (low 5.5, mid 11, high 16)."
    )


def test_headings_of_a_figure_are_columns_of_its_table(view):
    for figure in FIGURES.values():
        table = figure.table(view)
        assert isinstance(table, pd.DataFrame)
        assert {"policy", "case"} <= set(table), figure.name
        if len(table):
            assert set(figure.columns) <= set(table), figure.name
