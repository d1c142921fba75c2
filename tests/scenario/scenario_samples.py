"""A small valid scenario, one key to a line, and a small catalog: tests change single lines of it."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

from powergap.catalog.reader import Catalog
from powergap.catalog.schema import CatalogData

VALID = """\
name: small
title: A small study
base_year: 2025
years: {first: 2026, last: 2028}
dollar_year: 2025
x-cheap: &cheap {discount_rate: 0.05, weighted_average_cost_of_capital: 0.08}
regions:
  pjm:
    demand:
      base_gw: 20
      additions_gw_per_year: {2026: 8, 2027: 9, 2028: 10}
    grid:
      additions_gw_per_year:
        firm: {2026: 3, then: hold}
        flexible: 1
      system_load: {summer_peak_gw: 160, winter_peak_gw: 145}
    share_of_committed_deliveries_fraction: 0.6
  ercot:
    demand: {base_gw: 10, additions_gw_per_year: {from_catalog: wanted, times: 0.5}}
    grid:
      additions_gw_per_year: {firm: 2, flexible: 1}
      system_load: {summer_peak_gw: 85, winter_peak_gw: 80}
    share_of_committed_deliveries_fraction: 0.4
climate: {mean_degc: 15}
technologies:
  firm: {}
  engine:
    lead_time_years: 1.5
  battery: {}
  own_cell:
    kind: generator
    title: Own fuel cell
    unit_size_mw: 0.3
    lead_time_years: 1
    life_years: 15
    contract_years: 12
    capital_cost_usd_per_kw: {2026: 4000, then: {growth_fraction_per_year: -0.05}}
    fixed_om_usd_per_kw_year: 100
    forced_outage_fraction: 0.02
    fuel: gas
    heat_rate_mmbtu_per_mwh: 7
    supply_chain: own_makers
supply_chains:
  own_makers: {title: Manufacturers, open_slots_gw_per_year: {2026: 0.5, then: {add_per_year: 0.5}}}
finance: *cheap
value_of: {delayed_load_usd_per_kw_year: 5000, unserved_energy_usd_per_mwh: 20000}
levers:
  more-slots:
    title: More slots
    set:
      supply_chains: {engine_makers: {open_slots_gw_per_year: {from_catalog: slots, times: 2}}}
  flexible:
    set: {technologies: {flexible: {}}}
  no-battery:
    set: {technologies: {battery: ~}}
policies:
  wait: {title: Wait}
  build:
    title: Build
    levers: [more-slots, flexible]
  lean:
    levers: [no-battery]
    set: {value_of: {delayed_load_usd_per_kw_year: 3000}}
reference_policy: wait
cases:
  mid: {}
  high: {set: {readings: {demand: high, cost: high}}}
"""


def quantity(low: Any, mid: Any, high: Any, unit: str, group: str, **more: Any) -> dict[str, Any]:
    """A catalog quantity without a real source."""
    basis = {"source": ["judgment"], "date": datetime.date(2026, 11, 1), "confidence": "judgment"}
    money = {"dollar_year": 2025} if "USD" in unit else {}
    return {"low": low, "mid": mid, "high": high, "unit": unit, "group": group} | basis | money | more


def one(value: Any, unit: str, group: str) -> dict[str, Any]:
    return quantity(value, value, value, unit, group)


ORDERED = {
    "lead_time_years": quantity(1, 2, 3, "years", "lead_time"),
    "life_years": one(20, "years", "performance"),
    "contract_years": one(15, "years", "cost"),
    "capital_cost_usd_per_kw": quantity(1500, 1800, 2500, "USD/kW", "cost"),
    "fixed_om_usd_per_kw_year": one(20, "USD/kW-yr", "cost"),
    "forced_outage_fraction": one(0.04, "fraction", "performance"),
}
CONNECTION = {
    "connection_cost_usd_per_kw": quantity(100, 300, 900, "USD/kW", "cost"),
    "contract_years": one(14, "years", "cost"),
    "capacity_price_usd_per_kw_year": one(120, "USD/kW-yr", "fuel"),
    "energy_price_usd_per_mwh": one({2025: 50, "then": {"growth_fraction_per_year": 0.02}}, "USD/MWh", "fuel"),
    "co2_t_per_mwh": one(0.36, "tCO2/MWh", "performance"),
}
CATALOG: dict[str, Any] = {
    "technologies": {
        "firm": {
            "title": "Firm",
            "facts": {"kind": "connection", "requires_headroom": False, "base_connected_by_fleet": True},
            "quantities": CONNECTION,
        },
        "flexible": {
            "title": "Flexible",
            "facts": {"kind": "connection", "requires_headroom": True},
            "quantities": CONNECTION,
        },
        "engine": {
            "title": "Engine",
            "facts": {
                "kind": "generator",
                "supply_chain": "engine_makers",
                "fuel": "gas",
                "combustion": True,
            },
            "quantities": ORDERED
            | {
                "unit_size_mw": one(11, "MW", "performance"),
                "heat_rate_mmbtu_per_mwh": one(8.3, "MMBtu/MWh", "performance"),
                "committed_deliveries_gw_per_year": one({2026: 0.5}, "GW/yr", "supply"),
            },
        },
        "battery": {
            "title": "Battery",
            "facts": {"kind": "storage", "supply_chain": "cell_makers"},
            "quantities": ORDERED
            | {
                "energy_cost_usd_per_kwh": quantity(150, 200, 300, "USD/kWh", "cost"),
                "round_trip_efficiency_fraction": one(0.86, "fraction", "performance"),
            },
        },
    },
    "supply_chains": {
        "engine_makers": {
            "title": "Engine manufacturers",
            "quantities": {"open_slots_gw_per_year": quantity(1, 2, 3, "GW/yr", "supply")},
        },
        "cell_makers": {
            "title": "Cell manufacturers",
            "quantities": {
                "open_slots_gw_per_year": one(10, "GW/yr", "supply"),
                "open_slots_gwh_per_year": one(40, "GWh/yr", "supply"),
            },
        },
    },
    "fuels": {
        "gas": {
            "title": "Gas",
            "facts": {"is_pipeline_gas": True},
            "quantities": {
                "price_usd_per_mmbtu": quantity(3, 4, 6, "USD/MMBtu", "fuel"),
                "co2_t_per_mmbtu": one(0.053, "tCO2/MMBtu", "performance"),
            },
        },
    },
    "quantities": {
        "wanted": quantity({2026: 4, "then": "hold"}, {2026: 6, "then": {"add_per_year": 1}}, 30, "GW/yr", "demand"),
        "slots": quantity(1, 2, 3, "GW/yr", "supply"),
        "base": quantity(40, 50, 60, "GW", "demand"),
    },
    "deflators": {2024: 0.97, 2025: 1.0, 2026: 1.03},
    "sources": {"judgment": {"title": "Judgment", "date": "2026"}},
}


@cache
def catalog() -> Catalog:
    return Catalog(CatalogData.model_validate(CATALOG))
