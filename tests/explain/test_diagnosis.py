"""Twenty-two scenarios that cannot be, each for another reason; the amounts are worked by hand in the files."""

from functools import lru_cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

import powergap
from powergap import lp
from powergap.explain.diagnosis import diagnose
from powergap.planning import make_plan
from powergap.text.diagnosis import render

HERE = Path(__file__).parent / "infeasible"
UNSERVED = "reliability.unserved_energy_limit_fraction"
FLEET = "regions.here.demand.base_gw"
HEADROOM = "regions.here.grid.system_load"
CELLS = "technologies.cells."
ENGINE = "technologies.engine."
PLACED = ENGINE + "committed_deliveries_gw_per_year"
HALF_A_PEAK = 5 * 192 / (10 * 8760)
BCF = 8 * 24 * 1000 / 1.037e6

BY_HAND = {
    "co2-cap": {"limits.co2_mt_per_year": 3.8, FLEET: -(10 - 40 / 4.38), UNSERVED: 3.8 / 43.8},
    "later-co2-cap": {"limits.co2_mt_per_year": 3.8, FLEET: -(10 - 40 / 4.38), UNSERVED: 3.8 / 43.8},
    "weak-connection": {HEADROOM: 10, FLEET: -10, UNSERVED: 1},
    "shortest-duration": {
        CELLS + "min_duration_h": -2, CELLS + "committed_duration_h": 2, CELLS + "committed_deliveries_gw_per_year": -2,
    },
    "longest-duration": {
        CELLS + "max_duration_h": 2, CELLS + "committed_duration_h": -2, CELLS + "committed_deliveries_gw_per_year": -2,
    },
    "energy-slots": {
        "supply_chains.cell_makers.open_slots_gwh_per_year": 3, CELLS + "min_duration_h": -1.5,
        CELLS + "committed_duration_h": 1.5, CELLS + "committed_deliveries_gw_per_year": -1.5,
    },
    "build-limit": {"regions.here.build_limit_gw.engine": 0.5, PLACED: -0.5},
    "air-permits": {"regions.here.air_permit_limit_gw": 1, PLACED: -1},
    "gas-supply": {
        "regions.here.gas_supply_limit_bcf_per_day": 1.5 * BCF - 0.2,
        ENGINE + "minimum_load_fraction": 0.2 / BCF / 3 - 0.5, PLACED: 0.2 / BCF / 0.5 - 3,
    },
    "must-run": {ENGINE + "minimum_load_fraction": -0.3, PLACED: -6, "regions.here.demand.additions_gw_per_year": 6},
    "only-together": {
        "regions.here.air_permit_limit_gw": 1, PLACED: -1,
        "technologies.turbine.committed_deliveries_gw_per_year": -1,
    },
    "short-sight": {"limits.co2_mt_per_year": 8.76, "foresight.look_ahead_years": -2, UNSERVED: 2 / 14},
    "delivery-slots": {"supply_chains.manufacturers.open_slots_gw_per_year": 4, FLEET: -4, HEADROOM: 4, UNSERVED: 0.4},
    "connection-additions": {
        "regions.here.grid.additions_gw_per_year.wire": 4, FLEET: -4, HEADROOM: 4, UNSERVED: 0.4,
    },
    "share-of-flexible-load": {
        "technologies.pause.share_of_load_fraction": 0.5, FLEET: -10, HEADROOM: 5, UNSERVED: HALF_A_PEAK,
    },
    "hours-of-flexible-load": {
        "technologies.pause.max_hours_per_year": 96, FLEET: -10, HEADROOM: 5, UNSERVED: HALF_A_PEAK,
    },
    "hours-of-diesels": {
        ENGINE + "max_hours_per_year": 96, "supply_chains.manufacturers.open_slots_gw_per_year": 10, FLEET: -5,
        HEADROOM: 5, UNSERVED: HALF_A_PEAK,
    },
    "relocatable-share": {
        ENGINE + "minimum_load_fraction": -1 / 8, PLACED: -1, "regions.west.demand.additions_gw_per_year": 1,
        "regions.east.demand.additions_gw_per_year": 4, "regions.east.demand.relocatable_fraction": 0.25,
    },
    "room-for-relocation": {
        ENGINE + "minimum_load_fraction": -1 / 8, PLACED: -1, "regions.west.demand.additions_gw_per_year": 1,
        "regions.west.demand.relocation_in_limit_gw": 1,
    },
}  # fmt: skip
"""Conflicts of which every member can end the conflict alone: by how much."""

NOT_ONE_NUMBER = (HEADROOM, "foresight.look_ahead_years")
"""Headroom moves by the same GW in every hour, which no single number of the scenario does; nor is a decision one."""


@lru_cache
def diagnosed(name):
    study = powergap.load(HERE / f"{name}.yaml")
    return study.runs[0], diagnose(study, study.runs[0])


def moved(scenario, path, year, by):
    """The scenario with one number moved."""
    document = scenario.model_dump()
    *above, last = [int(part) if part.isdecimal() else part for part in path.split(".")] + ([year] if year else [])
    part = document
    for key in above:
        part = part[key]
    part[last] = max(0.0, part[last] + by)
    return type(scenario).model_validate(document, context={"years": scenario.year_list})


def has_plan(scenario):
    return make_plan(scenario).solution.status is lp.SolveStatus.OPTIMAL


@pytest.mark.parametrize("name", BY_HAND)
def test_the_conflict_is_found_and_measured_as_worked_by_hand(name):
    _, diagnosis = diagnosed(name)
    assert diagnosis.status == "infeasible"
    assert diagnosis.table["is_enough_alone"].all()
    assert set(diagnosis.table["conflict"]) == {1}
    found = dict(zip(diagnosis.table["key"], diagnosis.table["must_move_by"], strict=True))
    assert found == pytest.approx(BY_HAND[name], rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("name", BY_HAND)
def test_moving_any_one_as_told_makes_a_plan_and_moving_it_less_does_not(name):
    """Irreducible: no member could be left out, since moving it alone is enough; and the amounts are the least."""
    scenario, diagnosis = diagnosed(name)
    assert not has_plan(scenario)
    for row in diagnosis.table.to_dict("records"):
        if row["key"] in NOT_ONE_NUMBER:
            continue
        year = int(row["year"]) if row["year"] == row["year"] and row["year"] else None
        # A trace beyond the boundary, where HiGHS need not decide by rounding; 0 and 1 are the end of the range.
        trace = 0 if row["to"] in (pytest.approx(0), pytest.approx(1)) else 1e-5
        beyond = moved(scenario, row["key"], year, row["must_move_by"] * (1 + trace))
        assert has_plan(beyond), row["sentence"]
        assert not has_plan(moved(scenario, row["key"], year, row["must_move_by"] * 0.999)), row["sentence"]


def test_a_short_sighted_planner_is_told_what_an_earlier_year_decided():
    _, diagnosis = diagnosed("short-sight")
    rows = diagnosis.table.set_index("key")
    assert rows.loc["foresight.look_ahead_years", ["limit", "to", "year"]].tolist() == pytest.approx([14, 12, 2026])
    assert rows.loc["limits.co2_mt_per_year", "year"] == 2027


def test_what_is_not_enough_alone_says_what_else_must_move():
    """Two regions: fewer placed is enough for both, a permit in the west is not."""
    _, diagnosis = diagnosed("two-regions")
    rows = diagnosis.table.set_index("key")
    assert rows["must_move_by"].to_dict() == pytest.approx({PLACED: -2, "regions.west.air_permit_limit_gw": 1})
    assert rows["is_enough_alone"].to_dict() == {PLACED: True, "regions.west.air_permit_limit_gw": False}
    assert "build limit of engine (east), which must rise by 1 from 1 to 2 GW" in diagnosis.sentences[-1]


def test_moving_both_as_told_together_makes_a_plan():
    scenario, _ = diagnosed("two-regions")
    west = moved(scenario, "regions.west.air_permit_limit_gw", 2026, 1)
    assert not has_plan(west)
    assert has_plan(moved(west, "regions.east.build_limit_gw.engine", 2026, 1))


def test_conflicts_that_have_nothing_in_common_are_told_one_by_one():
    _, diagnosis = diagnosed("two-conflicts")
    found = {
        number: dict(zip(rows["key"], rows["must_move_by"], strict=True))
        for number, rows in diagnosis.table.groupby("conflict")
    }
    assert sorted(found.values(), key=len) == [
        pytest.approx({"regions.here.build_limit_gw.engine": 0.5, PLACED: -0.5}),
        pytest.approx(BY_HAND["longest-duration"]),
    ]


def test_every_limit_is_named_with_file_and_line():
    _, diagnosis = diagnosed("air-permits")
    row = diagnosis.table.set_index("key").loc["regions.here.air_permit_limit_gw"]
    written = (HERE / "air-permits.yaml").read_text().splitlines()
    assert Path(row["file"]).name == "air-permits.yaml"
    assert written[int(row["line"]) - 1] == "air_permit_limit_gw: 2"
    assert (row["limit"], row["to"], row["unit"]) == (2, 3, "GW")


@pytest.mark.parametrize("name", ["base", "engine-base", "battery-base", "two-regions-base"])
def test_what_has_a_plan_is_feasible(name):
    _, diagnosis = diagnosed(name)
    assert diagnosis.is_feasible
    assert diagnosis.table.empty


def test_a_price_below_zero_without_a_limit_is_named():
    """Gas that pays to be burnt, and batteries without manufacturers' limit to lose the power in."""
    sets = (
        "regions.here.fuel_price_adder_usd_per_mmbtu.gas=-20",
        "technologies.engine.supply_chain=~",
        "technologies.engine.lead_time_years=0",
        "technologies.cells={kind: storage, title: Cells, lead_time_years: 0, life_years: 9, contract_years: 9,"
        " capital_cost_usd_per_kw: 1, energy_cost_usd_per_kwh: 1, fixed_om_usd_per_kw_year: 0,"
        " forced_outage_fraction: 0, round_trip_efficiency_fraction: 0.5}",
    )
    study = powergap.load(HERE / "engine-base.yaml", sets=sets)
    diagnosis = diagnose(study, study.runs[0])
    assert diagnosis.status == "unbounded"
    told = " ".join(diagnosis.sentences)
    assert "output[engine,here,2026" in told
    assert "fuels.gas.price_usd_per_mmbtu" in told
    assert "technologies.cells.supply_chain" in told


def test_the_text_has_a_line_for_every_limit():
    _, diagnosis = diagnosed("two-conflicts")
    text = render(diagnosis)
    assert text.count("\n  - ") == len(diagnosis.table)
    assert "Conflict 2 of 2" in text
    assert max(map(len, render(diagnosis, 80).splitlines())) <= 80 or "/" in text


def test_the_command_ends_in_3_without_a_plan_and_in_0_with_one():
    import typer

    from powergap.cli.diagnose import command

    app = typer.Typer()
    app.callback()(lambda: None)
    command(app)
    run = CliRunner().invoke(app, ["diagnose", str(HERE / "co2-cap.yaml")])
    assert run.exit_code == 3
    assert "limits.co2_mt_per_year" in run.stdout
    run = CliRunner().invoke(app, ["diagnose", str(HERE / "base.yaml")])
    assert run.exit_code == 0
    assert "feasible" in run.stdout


def test_a_conflict_whose_proof_cancels_to_nothing_is_found():
    """A cap of 100 MtCO2 on a fleet that draws 402 TWh of grid power at 0.36 t/MWh, 145 Mt: 45.2 Mt too few in 2026.

    The re-solves look for any plan, at no cost: their dual objectives are sums of 89 that cancel to 1e-14.
    """
    sets = ["chronology.kind=annual", "limits.co2_mt_per_year=100"]
    study = powergap.load("us-2030", sets=sets, policies=["onsite-gas"], cases=["mid"])
    table = diagnose(study, study.runs[-1]).table
    cap = table[(table["key"] == "limits.co2_mt_per_year") & (table["year"] == 2026)]
    assert cap["must_move_by"].item() == pytest.approx(45.177, abs=1e-3)
    assert table["is_enough_alone"].all()
