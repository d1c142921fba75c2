"""A small study that uses everything the audit has a rule for; the audit passes it and every other honest run."""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np
import pytest

from powergap.audit import Expected, audit
from powergap.audit.arithmetic import arriving_share, last_years, units_to_install, yearly_payment
from powergap.run import solve
from powergap.scenario import load, read_study
from powergap.scenario.schema import Storage
from tests.conftest import SCENARIOS

ORDERED = {
    "supply_chain": "manufacturers",
    "life_years": 20,
    "contract_years": 10,
    "fixed_om_usd_per_kw_year": 10,
    "forced_outage_fraction": 0.03,
}
TECHNOLOGIES = {
    "firm": {
        "kind": "connection", "title": "Firm grid", "requires_headroom": False, "base_connected_by_fleet": True,
        "connection_cost_usd_per_kw": 200, "contract_years": 10, "capacity_price_usd_per_kw_year": 100,
        "energy_price_usd_per_mwh": 60, "co2_t_per_mwh": 0.3,
    },
    "flexible": {
        "kind": "connection", "title": "Flexible grid", "requires_headroom": True,
        "connection_cost_usd_per_kw": 150, "contract_years": 10, "capacity_price_usd_per_kw_year": 0,
        "energy_price_usd_per_mwh": 55, "co2_t_per_mwh": 0.3,
    },
    "turbine": {
        **ORDERED, "kind": "generator", "title": "Turbine", "lead_time_years": 1.25, "life_years": 2,
        "capital_cost_usd_per_kw": 1500, "variable_om_usd_per_mwh": 4, "unit_size_mw": 50, "site_load_mw": 500,
        "fuel": "gas", "heat_rate_mmbtu_per_mwh": 9, "combustion": True, "derate_fraction_per_degc": 0.007,
        "minimum_load_fraction": 0.2, "committed_deliveries_gw_per_year": {2026: 1.0},
    },
    "solar": {
        **ORDERED, "kind": "generator", "title": "Solar", "operation": "grid_parallel", "lead_time_years": 1,
        "supply_chain": None, "capital_cost_usd_per_kw": 800, "unit_size_mw": 10, "profile": "solar",
        "capacity_factor_fraction": 0.25,
    },
    "battery": {
        **ORDERED, "kind": "storage", "title": "Battery", "lead_time_years": 0.5, "capital_cost_usd_per_kw": 200,
        "energy_cost_usd_per_kwh": 150, "fixed_om_usd_per_kwh_year": 1, "variable_om_usd_per_mwh": 1,
        "round_trip_efficiency_fraction": 0.85, "self_discharge_fraction_per_hour": 0.001,
        "committed_deliveries_gw_per_year": {2026: 0.5},
    },
    "iron": {
        **ORDERED, "kind": "storage", "title": "Iron air", "supply_chain": None, "lead_time_years": 1,
        "capital_cost_usd_per_kw": 300, "energy_cost_usd_per_kwh": 15, "round_trip_efficiency_fraction": 0.45,
        "max_duration_h": 100, "link_days": True, "committed_deliveries_gw_per_year": {2027: 0.5},
        "committed_duration_h": 60,
    },
    "pause": {
        "kind": "flexible_load", "title": "Pause", "share_of_load_fraction": 0.1, "max_hours_per_year": 200,
        "price_usd_per_mwh": 300, "enrolment_usd_per_kw_year": 5,
    },
}  # fmt: skip
LEVERS = {"gas": ["turbine"], "storage": ["flexible", "battery", "iron"], "rest": ["solar", "pause"]}


def regions():
    region = {
        "demand": {"base_gw": 4, "additions_gw_per_year": 3, "relocatable_fraction": 0.3,
                   "relocation_cost_usd_per_kw_year": 20},
        "grid": {"additions_gw_per_year": {"firm": 1},
                 "system_load": {"summer_peak_gw": 60, "winter_peak_gw": 50}},
        "share_of_committed_deliveries_fraction": 0.5, "gas_supply_limit_bcf_per_day": 0.4,
        "air_permit_limit_gw": 3,
    }  # fmt: skip
    west = {**region, "demand": {**region["demand"], "additions_gw_per_year": 1, "relocation_in_limit_gw": 2}}
    west["sun"] = {"capacity_factor_fraction": 0.3}
    west["grid"] = {**region["grid"], "additions_gw_per_year": {"firm": 1.5}}
    return {"east": region, "west": west}


def document():
    """Two regions, three years, three days."""
    more = {name: {"set": {"technologies": {t: TECHNOLOGIES[t] for t in of}}} for name, of in LEVERS.items()}
    flexible = {name: {"grid": {"additions_gw_per_year": {"flexible": 1}}} for name in ("east", "west")}
    more["storage"]["set"]["regions"] = flexible
    return {
        "name": "audited", "base_year": 2025, "years": {"first": 2026, "last": 2028}, "dollar_year": 2025,
        "catalog": {"bundled": False},
        "chronology": {"kind": "representative", "typical_days": 2, "stress_days": 1, "days_per_stress_day": 4},
        "regions": regions(),
        "technologies": {"firm": TECHNOLOGIES["firm"]},
        "supply_chains": {"manufacturers": {"title": "Manufacturers", "open_slots_gw_per_year": 1.5,
                                     "open_slots_gwh_per_year": 6}},
        "fuels": {"gas": {"title": "Gas", "price_usd_per_mmbtu": 4, "transport_usd_per_mmbtu": 1,
                          "co2_t_per_mmbtu": 0.053, "is_pipeline_gas": True}},
        "finance": {"discount_rate": 0.07, "weighted_average_cost_of_capital": 0.08, "carbon_price_usd_per_t": 10},
        "value_of": {"delayed_load_usd_per_kw_year": 2500, "unserved_energy_usd_per_mwh": 20000},
        "limits": {"co2_mt_per_year": 60},
        "levers": more,
        "policies": {"grid-only": {"levers": ["gas"]}, "gas-and-storage": {"levers": ["gas", "storage"]},
                     "all": {"levers": list(LEVERS)}},
        "reference_policy": "grid-only",
        "cases": {"mid": {}, "high": {"set": {"regions": {"east": {"demand": {"additions_gw_per_year": 4}}}}}},
    }  # fmt: skip


@lru_cache
def audited():
    """The study and its run, solved once a session."""
    study = read_study(document())
    return study, solve(study)


def audited_again(study, run):
    return audit(run.tables, study.runs, Expected.of(run.manifest), run.plans)


def test_an_honest_run_passes_every_check_and_uses_all_of_them():
    study, run = audited()
    checks = audited_again(study, run)
    assert [(check.name, check.where) for check in checks if not check.passed] == []
    idle = {check.name for check in checks if not check.compared}
    assert idle == set()
    assert len(checks) == len({check.name for check in checks}) > 80


def test_the_record_is_json():
    study, run = audited()
    records = [check.as_record() for check in audited_again(study, run)]
    assert json.loads(json.dumps(records, allow_nan=False)) == records


@pytest.mark.parametrize("path", sorted((SCENARIOS / "tiny").glob("*.yaml")), ids=lambda path: path.stem)
def test_tiny_scenarios_pass(path):
    study = load(path)
    assert [(c.name, c.worst, c.where) for c in audited_again(study, solve(study)) if not c.passed] == []


def test_orders_arrive_after_their_lead_time():
    battery = {**TECHNOLOGIES["battery"], "lead_time_years": 1.25}
    late = Storage.model_validate(battery, context={"years": (2026, 2027, 2028)})
    assert arriving_share((2026, 2027, 2028), late).tolist() == [[0, 0.75, 0.25], [0, 0, 0.75], [0, 0, 0]]
    waits = late.model_copy(update={"earliest_year": 2028})
    assert arriving_share((2026, 2027, 2028), waits).tolist() == [[0, 0, 1.0], [0, 0, 0.75], [0, 0, 0]]


def test_arithmetic_by_hand():
    assert last_years(np.array([1.0, 2.0, 3.0, 4.0]), 2).tolist() == [1, 3, 5, 7]
    assert last_years(np.array([1.0, 2.0]), 30).tolist() == [1, 3]
    assert yearly_payment(0.08, 15) == pytest.approx(0.1168295)
    assert yearly_payment(0, 4) == 0.25
    assert units_to_install(4, 0.9, 0.98) == 6  # 0.9^4 (1 + 4 x 0.1 + 10 x 0.01) = 0.984
    assert units_to_install(4, 1.0, 0.999) == 4
