"""Demand: demand, what of it is energized, the gap, and load that moved between regions."""

from __future__ import annotations

import numpy as np

from powergap.arrays import Floats
from powergap.audit.arithmetic import series
from powergap.audit.check import Rule
from powergap.audit.view import PlanView
from powergap.scenario.schema import Demand

DEMAND = Rule("unconstrained_demand", "Demand is the base-year fleet plus all demand additions, as facility load", "GW")
SPLIT = Rule(
    "demand_is_energized_or_gap",
    "Demand plus load that moved in is energized or in the gap",
    "GW",
    rows=("demand_is_energized_or_gap",),
)
WHOLE = Rule(
    "relocation_is_whole",
    "What moves out of regions moves into others: over all regions it sums to zero",
    "GW",
    rows=("moved_load_is_whole",),
)
POSITIVE = Rule("gap_not_negative", "The gap is never negative", "GW")
STAYS = Rule(
    "energized_never_falls",
    "Energized load never falls and starts at the base-year fleet or above",
    "GW",
    rows=("fleet_stays_energized", "sites_stay_energized"),
)
LANDED = Rule("landed_is_difference", "Landed load is what energized load grew by in the year", "GW")
SHORTFALL = Rule("shortfall_is_difference", "The annual shortfall is what the gap grew by in the year", "GW")
GAP_ENERGY = Rule("gap_energy", "Gap energy is the gap over the year at the mean of the load profile", "TWh/yr")
LOAD_ENERGY = Rule("load_energy", "Yearly load is energized load over the year along its profile", "GWh/yr")
MOVED_STAYS = Rule(
    "moved_load_stays",
    "Load that moved into a region stays there",
    "GW",
    rows=("moved_load_stays",),
)

BOTH = ("region", "year")


def check_demand(view: PlanView) -> None:
    """Compare the gap table with the scenario."""
    place, gap = view.place, view.gap
    factor = np.array([_facility_load(region.demand) for region in view.scenario.regions.values()])
    fleet = factor * np.array(view.regions("base_gw"))
    added = np.array([series(each, view.years) for each in view.regions("additions_gw_per_year")])
    wanted = fleet[:, None] + factor[:, None] * added.cumsum(axis=1)
    energized, left = gap["energized_gw"], gap["gap_gw"]
    place.equal(DEMAND, BOTH, gap["demand_gw"], wanted)
    place.equal(SPLIT, BOTH, gap["demand_gw"] + gap["relocated_in_gw"], energized + left)
    moved = np.abs(gap["relocated_in_gw"]).sum(axis=0)
    place.equal(WHOLE, ("year",), gap["relocated_in_gw"].sum(axis=0), np.zeros(len(view.years)), moved)
    place.at_most(POSITIVE, BOTH, -left, np.zeros_like(left))
    before = np.column_stack([fleet, energized[:, :-1]])
    place.at_most(STAYS, BOTH, before, energized)
    place.equal(LANDED, BOTH, gap["landed_gw"], energized - before, energized)
    gap_before = np.column_stack([np.zeros(len(fleet)), left[:, :-1]])
    place.equal(SHORTFALL, BOTH, gap["annual_shortfall_gw"], left - gap_before, gap["demand_gw"])
    per_gw = view.energy(view.shapes.load)[:, None]
    place.equal(LOAD_ENERGY, BOTH, gap["load_gwh"], energized * per_gw)
    hours = view.line.days_per_year.sum() * 24
    place.equal(GAP_ENERGY, BOTH, gap["gap_twh"], left * per_gw / hours * 8.76)


def check_moved(view: PlanView, moved_out: Floats) -> None:
    """Load that moved in, [region, year], from what is told of load that moved out."""
    moved_in = view.gap["relocated_in_gw"] + moved_out
    before = np.column_stack([np.zeros(len(moved_in)), moved_in[:, :-1]])
    view.place.at_most(MOVED_STAYS, BOTH, before, moved_in, view.gap["demand_gw"])


def _facility_load(demand: Demand) -> float:
    """GW of facility load in one GW of what the demand counts."""
    per_gw: dict[str, float] = {
        "nameplate": demand.utilization_fraction,
        "it_load": demand.power_usage_effectiveness,
    }
    return per_gw.get(demand.of, 1.0)
