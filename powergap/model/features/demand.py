"""Demand: how much load is wanted, how it draws power by the hour, and that a connected site stays connected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.arrays import Floats
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Adjustment
from powergap.scenario.schema import Scenario


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add wanted and energized load, GW at the end of the year, and the hourly load per energized GW."""
    demands = [region.demand for region in inputs.scenario.regions.values()]
    factor = np.array([demand.facility_load_per_gw for demand in demands])
    base = factor * np.array([demand.base_gw for demand in demands])
    additions = np.array([list(demand.additions_gw_per_year.values()) for demand in demands])
    m.base_load = lp.Param(m.REGIONS, array=base)
    m.unconstrained_demand = lp.Param(
        m.REGIONS, m.YEARS, array=base[:, None] + factor[:, None] * additions.cumsum(axis=1)
    )
    m.load_profile = lp.Param(m.REGIONS, m.PERIODS, m.HOURS, array=inputs.shapes.load)
    m.step_weight_h = lp.Param(m.PERIODS, array=inputs.timeline.step_weight_h)
    m.energized = lp.Var(m.REGIONS, m.YEARS, bounds=(0, None), doc="Load that has power, end of year, GW")
    ledger.add_demand("demand_in_region", demand_in_region)
    ledger.add_draw("facility_load", facility_load)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the two rows that keep connected sites connected."""
    m.fleet_stays_energized = lp.Constraint(m.REGIONS, m.FIRST_YEAR, rule=fleet_stays_energized)
    m.sites_stay_energized = lp.Constraint(m.REGIONS, m.LATER_YEARS, rule=sites_stay_energized)
    ledger.add_adjustments(fleet_and_additions)


def fleet_and_additions(scenario: Scenario, parameters: Mapping[str, Floats]) -> Iterator[Adjustment]:
    """The base-year fleet, which may be smaller, and demand additions, which may be larger."""
    years = scenario.year_list
    carries = np.array([float(c.base_connected_by_fleet) for c in scenario.connections.values()])
    for at, (name, region) in enumerate(scenario.regions.items()):
        here = np.zeros((len(scenario.regions), len(years)))
        here[at] = region.demand.facility_load_per_gw
        key = ("regions", name, "demand")
        if region.demand.base_gw > 0:
            effects = {
                "fleet_stays_energized": here[:, :1],
                "demand_is_energized_or_gap": here,
                "connection_accounting": carries[:, None, None] * here,
            }
            yield Adjustment((*key, "base_gw"), "GW", "base-year fleet", region.demand.base_gw, -1,
                             region.demand.base_gw, effects, region=name)  # fmt: skip
        for first, year in enumerate(years):
            later = -here * (np.arange(len(years)) >= first)
            effects = {"demand_is_energized_or_gap": later}
            if "relocatable_load" in parameters:
                effects["relocation_share"] = region.demand.relocatable_fraction * later
            yield Adjustment((*key, "additions_gw_per_year", year), "GW/yr", "demand additions",
                             region.demand.additions_gw_per_year[year], 1, np.inf, effects, region=name,
                             year=year)  # fmt: skip


def demand_in_region(m: Any, r: Any, y: Any) -> Any:
    r"""Demand that originates in the region, :math:`W_{r,y}`, GW."""
    return m.unconstrained_demand[r, y]


def facility_load(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Hourly facility load, :math:`\ell_{r,d,h} E_{r,y}`, GW."""
    return m.load_profile[r, d, h] * m.energized[r, y]


def fleet_stays_energized(m: Any, r: Any, y: Any) -> Any:
    r"""Keep the base-year fleet connected.

    .. math:: E_{r,y_1} \ge E_{r,0}

    Units: GW; dual M$/GW, discounted.
    """
    return m.energized[r, y] >= m.base_load[r]


def sites_stay_energized(m: Any, r: Any, y: Any) -> Any:
    r"""Keep every connected site connected.

    .. math:: E_{r,y} \ge E_{r,y-1}

    Units: GW; dual M$/GW, discounted.
    """
    return m.energized[r, y] >= m.energized[r, y - 1]
