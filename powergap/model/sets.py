"""The index sets of the model, in the scenario's order."""

from __future__ import annotations

import pyomo.environ as pyo

from powergap.model.inputs import Inputs
from powergap.words import NATION


def add_sets(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Add every index set.

    REGIONS r; YEARS y (and order years v), FIRST_YEAR and LATER_YEARS (all but the first); PERIODS d; HOURS h of a
    period; CONNECTIONS c, FLEXIBLE_CONNECTIONS (and REGIONS_WITH_FLEXIBLE); GENERATORS g; STORAGES s (DAILY_STORAGES,
    LINKED_STORAGES); ORDERED p (generators and storages); TRANCHES k of flexible load; NATION for what has no item.
    """
    scenario, line = inputs.scenario, inputs.timeline
    linked = [name for name, tech in scenario.storages.items() if tech.link_days and not line.is_chronological]
    flexible = [name for name, tech in scenario.connections.items() if tech.requires_headroom]
    members: dict[str, list[str] | list[int]] = {
        "REGIONS": list(scenario.regions),
        "YEARS": list(scenario.year_list),
        "FIRST_YEAR": [scenario.years.first],
        "LATER_YEARS": list(scenario.year_list[1:]),
        "PERIODS": list(range(len(line.names))),
        "HOURS": list(range(line.hours_per_period)),
        "CONNECTIONS": list(scenario.connections),
        "FLEXIBLE_CONNECTIONS": flexible,
        "REGIONS_WITH_FLEXIBLE": list(scenario.regions) if flexible else [],
        "GENERATORS": list(scenario.generators),
        "STORAGES": list(scenario.storages),
        "DAILY_STORAGES": [name for name in scenario.storages if name not in linked],
        "LINKED_STORAGES": linked,
        "ORDERED": list(scenario.ordered),
        "TRANCHES": list(scenario.flexible_loads),
        "NATION": [NATION],
    }
    for name, values in members.items():
        m.add_component(name, pyo.Set(initialize=values))
