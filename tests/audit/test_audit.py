"""A doctored number is caught by the identities that it breaks, and by no other."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from powergap.audit import Expected, audit
from tests.audit.test_audit_study import audited

ALL = {"policy": "all", "case": "mid", "region": "east"}
BOTH = {"policy": "gas-and-storage", "case": "high", "region": "west"}
TURBINE = {**BOTH, "technology": "turbine"}
BATTERY = {**ALL, "technology": "battery"}

DOCTORED = [
    # table, column, rows, names of the checks that must fail
    ("gap", "demand_gw", ALL, "unconstrained_demand demand_is_energized_or_gap closed_sums_to_gap_closed"),
    ("gap", "relocated_in_gw", ALL,
        "demand_is_energized_or_gap relocation_is_whole moved_load_stays cost_relocation"),
    ("gap", "energized_gw", ALL,
        "demand_is_energized_or_gap landed_is_difference hourly_load load_energy carried_sums_to_energized "
        "limits_value"),
    ("gap", "landed_gw", ALL, "landed_is_difference policies_figures"),
    ("gap", "annual_shortfall_gw", ALL, "shortfall_is_difference"),
    ("gap", "gap_gw", {**ALL, "year": 2028},
        "demand_is_energized_or_gap shortfall_is_difference gap_energy cost_gap closed_sums_to_gap_closed "
        "policies_figures policies_against_reference"),
    ("gap", "gap_twh", ALL, "gap_energy"),
    ("gap", "load_gwh", ALL, "load_energy"),
    ("gap", "unserved_gwh", ALL, "unserved_energy unserved_within_target policies_figures"),
    ("capacity", "ordered_gw", {**ALL, "year": 2028, "technology": "firm"},
        "connection_accounting cost_connection limit_connection_additions limits_used"),
    ("capacity", "capacity_gw", {**ALL, "technology": "firm"}, "connection_accounting cost_grid_capacity"),
    ("capacity", "ordered_gw", TURBINE, "deliveries_follow_orders cost_capital limit_delivery_slots limits_used"),
    ("capacity", "committed_delivered_gw", TURBINE, "committed_deliveries"),
    ("capacity", "delivered_gw", TURBINE,
        "deliveries_follow_orders nothing_before_lead_time capacity_accounting retirements_follow_life"),
    ("capacity", "retired_gw", TURBINE, "capacity_accounting retirements_follow_life"),
    ("capacity", "capacity_gw", {**ALL, "year": 2028, "technology": "solar"}, "capacity_accounting cost_fixed_om"),
    ("capacity", "ordered_gwh", BATTERY,
        "energy_deliveries_follow_orders energy_accounting cost_storage_capital limits_used"),
    ("capacity", "delivered_gwh", BATTERY, "energy_deliveries_follow_orders nothing_before_lead_time"),
    ("capacity", "storage_gwh", BATTERY, "energy_accounting cost_storage_fixed_om"),
    ("capacity", "capacity_gw", {**ALL, "year": 2026, "technology": "pause"},
        "limit_enrolled_within_share limits_used limits_value cost_flexible_load_enrolment"),
    ("dispatch", "power_gw", {**ALL, "item": "firm"},
        "hourly_balance draw_within_connection cost_grid_energy cost_carbon_grid emissions limits_used"),
    ("dispatch", "power_gw", {**BOTH, "item": "turbine"},
        "hourly_balance output_within_usable_capacity cost_fuel cost_variable_om cost_carbon_on_site emissions "
        "limits_used"),
    ("dispatch", "power_gw", {**BOTH, "item": "battery", "flow": "draw"},
        "hourly_balance storage_power level_accounting"),
    ("dispatch", "power_gw", {**BOTH, "item": "load"}, "hourly_balance hourly_load"),
    ("storage", "level_gwh", {**BOTH, "technology": "battery"}, "level_accounting level_within_energy"),
    ("storage", "level_gwh", {**BOTH, "technology": "iron"}, "level_accounting linked_days_fit"),
    ("cost", "cost_usd", {**BOTH, "term": "fuel"}, "cost_fuel cost_is_discounted"),
    ("cost", "discounted_cost_usd", {**BOTH, "term": "capital"},
        "cost_is_discounted cost_sums_to_objective policies_figures"),
    ("emissions", "co2_t", {**BOTH, "technology": "firm"}, "emissions policies_figures"),
    ("closed", "carried_gw", {**BOTH, "source": "firm"},
        "carried_sums_to_energized carried_in_tightest_hour closed_beyond_reference"),
    ("closed", "closed_gw", {**BOTH, "source": "iron"}, "closed_beyond_reference closed_sums_to_gap_closed"),
    ("limits", "limit_value", {**BOTH, "limit": "air_permits"}, "limits_value limits_slack"),
    ("limits", "used", {**BOTH, "limit": "air_permits"}, "limits_used limits_slack"),
    ("limits", "slack", {**BOTH, "limit": "air_permits"}, "limits_slack"),
    ("limits", "shadow_price_usd_per_unit", {**BOTH, "limit": "air_permits"},
        "limits_priced_where_binding limits_relief"),
    ("limits", "cost_musd_per_10_percent", {**BOTH, "limit": "air_permits"}, "limits_relief"),
    ("policies", "cumulative_gap_gw", {"policy": "grid-only"}, "policies_figures"),
    ("policies", "closed_gw", {"policy": "all"}, "policies_against_reference"),
    ("policies", "cost_usd_per_kw_year_closed", {"policy": "all"}, "policies_against_reference"),
    ("periods", "days_per_year", {"policy": "all"}, "periods"),
]  # fmt: skip


def failing(run):
    study, _ = audited()
    return failing_as(run, study.runs)


def failing_as(run, scenarios):
    checks = audit(run.tables, scenarios, Expected.of(run.manifest), run.plans)
    return {check.name for check in checks if not check.passed}


def with_table(name, frame):
    """The honest run with another table; without its plans, so that tables and scenarios stand alone."""
    _, run = audited()
    return dataclasses.replace(run, tables={**run.tables, name: frame}, plans=())


def rows_of(frame, where):
    fits = np.ones(len(frame), dtype=bool)
    for key, value in where.items():
        fits &= (frame[key] == value).to_numpy()
    return frame.index[fits]


def largest(frame, column, where):
    rows = rows_of(frame, where)
    return rows[int(np.nanargmax(frame.loc[rows, column].abs().to_numpy(dtype=float)))]


@pytest.mark.parametrize(
    ("table", "column", "where", "names"), DOCTORED, ids=lambda x: x if str(x).isidentifier() else ""
)
def test_one_number_changed(table, column, where, names):
    frame = audited()[1][table].copy()
    row = largest(frame, column, where)
    step = 1e5 if column == "shadow_price_usd_per_unit" else 0.01
    frame[column] = frame[column].astype(float)
    frame.loc[row, column] = frame.loc[row, column] * 1.01 + step
    assert failing(with_table(table, frame)) == set(names.split())


@pytest.mark.parametrize("table", ["gap", "capacity", "dispatch", "storage", "emissions", "limits", "closed"])
def test_a_row_deleted_repeated_renamed_or_emptied(table):
    frame = audited()[1][table]
    name = next(c for c in ("item", "technology", "source", "region") if c in frame)
    numbers = frame.select_dtypes("number").columns
    middle = frame.index[len(frame) // 2]
    damaged = {
        "deleted": frame.drop(index=middle),
        "repeated": frame.loc[[*frame.index, middle]],
        "renamed": frame.assign(**{name: frame[name].where(frame.index != middle, "nobody")}),
        "emptied": frame.assign(**{numbers[-1]: frame[numbers[-1]].where(frame.index != middle)}),
    }
    for what, other in damaged.items():
        assert "tables_complete" in failing(with_table(table, other.reset_index(drop=True))), what


def test_a_cost_row_deleted():
    frame = audited()[1]["cost"]
    row = largest(frame, "cost_usd", {**BOTH, "term": "fuel"})
    assert failing(with_table("cost", frame.drop(index=row))) == {
        "cost_fuel", "cost_sums_to_objective", "policies_figures"
    }  # fmt: skip


def test_a_column_deleted():
    assert "tables_complete" in failing(with_table("gap", audited()[1]["gap"].drop(columns="gap_twh")))


def test_an_order_moved_a_year_earlier():
    frame = audited()[1]["capacity"].copy()
    rows = rows_of(frame, {"policy": "grid-only", "case": "high", "region": "east", "technology": "turbine"})
    frame.loc[rows, "ordered_gw"] = frame.loc[rows, "ordered_gw"].shift(-1, fill_value=0.0)
    assert {"deliveries_follow_orders", "cost_capital", "limits_used"} <= failing(with_table("capacity", frame))


def test_a_delivery_moved_before_its_lead_time():
    frame = audited()[1]["capacity"].copy()
    rows = rows_of(frame, {"policy": "grid-only", "case": "high", "region": "east", "technology": "turbine"})
    own = frame.loc[rows, "delivered_gw"] - frame.loc[rows, "committed_delivered_gw"]
    frame.loc[rows, "delivered_gw"] += own.shift(-1, fill_value=0.0) - own
    assert {"deliveries_follow_orders", "nothing_before_lead_time"} <= failing(with_table("capacity", frame))


def test_two_sources_change_places_in_what_they_carry():
    frame = audited()[1]["closed"].copy()
    first, second = (rows_of(frame, {**BOTH, "year": 2028, "source": name})[0] for name in ("firm", "flexible"))
    for row, step in ((first, 0.1), (second, -0.1)):
        frame.loc[row, ["carried_gw", "closed_gw"]] += step
    assert failing(with_table("closed", frame)) == {"carried_in_tightest_hour"}


def test_energy_out_of_nothing():
    """Storage charges and discharges at once; supply and draw still balance."""
    frame = audited()[1]["dispatch"].copy()
    where = {**ALL, "year": 2028, "period": "typical-01", "hour": 3, "item": "battery"}
    frame.loc[rows_of(frame, where), "power_gw"] += 0.05
    assert failing(with_table("dispatch", frame)) >= {"level_accounting", "no_charge_while_discharging"}


@pytest.mark.parametrize("named", ["", "air permits", "connection additions firm; connection additions firm"])
def test_wrong_binding_limits(named):
    frame = audited()[1]["policies"].copy()
    frame.loc[0, "binding_limits"] = named
    assert failing(with_table("policies", frame)) == {"policies_binding_limits"}


def test_a_wrong_status_and_a_missing_policy():
    frame = audited()[1]["policies"]
    assert failing(with_table("policies", frame.assign(status="infeasible"))) == {"policies_status"}
    assert failing(with_table("policies", frame.iloc[1:])) == {"policies_status"}


def test_the_manifest_objective_changed():
    _, run = audited()
    runs = [
        entry.model_copy(update={"objective_musd": entry.objective_musd * (1 + 5e-6)}) for entry in run.manifest.runs
    ]
    changed = dataclasses.replace(run, manifest=run.manifest.model_copy(update={"runs": runs}), plans=())
    assert failing(changed) == {"cost_sums_to_objective"}
    plans = dataclasses.replace(changed, plans=run.plans)
    assert failing(plans) == {"cost_sums_to_objective", "certificate_objective"}


def test_a_run_that_the_manifest_does_not_list():
    _, run = audited()
    manifest = run.manifest.model_copy(update={"runs": run.manifest.runs[:-1]})
    fewer = dataclasses.replace(run, manifest=manifest, plans=())
    assert "runs_listed" in failing(fewer)


def test_another_scenario_than_was_solved():
    study, run = audited()
    value_of = study.runs[0].value_of.model_copy(update={"delayed_load_usd_per_kw_year": 2501.0})
    other = [scenario.model_copy(update={"value_of": value_of}) for scenario in study.runs]
    assert failing_as(dataclasses.replace(run, plans=()), other) == {"cost_gap"}
