"""Small studies with sweeps whose answers are known by hand.

`one-block` wants 4 GW more a year and its only wire adds 1 GW a year, so the gap at the end of 2030 is
5 x (wanted - 1). Policy `two` adds 2 GW a year instead: 5 x (wanted - 2).
"""

from __future__ import annotations

from powergap.scenario import read_study
from powergap.scenario.schema import Readings

INPUTS = {
    "demand.additions_gw_per_year": {"uniform": [20, 30]},
    "value_of.delayed_load_usd_per_kw_year": {"uniform": [500, 4000]},
    "technologies.gas_reciprocating_engine.lead_time_years": {"uniform": [1, 3]},
}
DEMAND = "demand.additions_gw_per_year"


def study(sweep, **more):
    policies = {"one": {}, "two": {"set": {"grid": {"additions_gw_per_year": {"wire": 2}}}}}
    return read_study({"extends": "tiny/one-block", "name": "blocks", "policies": policies, "sweep": sweep} | more)


def wanted(draws=24, **more):
    """Demand additions between 3 and 5 GW a year."""
    return study({"draws": draws, "inputs": {DEMAND: {"uniform": [3, 5]}}} | more)


def gas(draws=16, **more):
    """A policy with machines to choose, in a year of two blocks: 12 of 16 draws start from four first ones."""
    own = {f"readings.{group}": None for group in Readings.model_fields}
    document = {
        "extends": "us-2030",
        "name": "gas",
        "chronology": {"kind": "annual"},
        "sweep": {"design": "latin_hypercube", "draws": draws, "seed": 3, "inputs": own | INPUTS} | more,
    }
    return read_study(document, policies=["grid-only", "onsite-gas-small"])
