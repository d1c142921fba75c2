"""The contents page of the linear program."""

from __future__ import annotations

from dataclasses import dataclass

import pyomo.environ as pyo

from powergap.model.balance import add_balance
from powergap.model.features import (
    air_permit,
    carbon,
    demand,
    flexible_load,
    gap,
    gas_supply,
    grid,
    linked_storage,
    on_site,
    orders,
    relocation,
    storage,
    supply_chain,
    unserved,
)
from powergap.model.inputs import Inputs, make_inputs
from powergap.model.ledger import Ledger
from powergap.model.objective import add_objective
from powergap.model.register import Register
from powergap.model.sets import add_sets
from powergap.scenario.schema import Scenario

FEATURES = (
    demand,
    relocation,
    grid,
    orders,
    on_site,
    storage,
    linked_storage,
    supply_chain,
    flexible_load,
    unserved,
    gas_supply,
    air_permit,
    carbon,
    gap,
)
"""Every feature declares its variables and ledger terms before any adds its rows, so their order is free."""


@dataclass(frozen=True)
class Formulation:
    """The model with what it was built from."""

    model: pyo.ConcreteModel
    inputs: Inputs
    register: Register


def build(scenario: Scenario) -> Formulation:
    """Put the linear program of a scenario together.

    Raises:
        InputError: a profiles file is missing or wrong.
    """
    inputs = make_inputs(scenario)
    model = pyo.ConcreteModel(name=scenario.name)
    ledger = Ledger(model)
    add_sets(model, inputs)
    for feature in FEATURES:
        feature.declare(model, inputs, ledger)
    for feature in FEATURES:
        feature.constrain(model, inputs, ledger)
    add_balance(model, ledger)
    add_objective(model, inputs, ledger)
    return Formulation(model, inputs, ledger.closed())
