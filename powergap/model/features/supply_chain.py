"""Supply chains: the manufacturers' open delivery slots, shared by the classes they build."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Limit


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the chains in use, who is in which, and their open delivery slots."""
    scenario = inputs.scenario
    chain_of = {name: technology.supply_chain for name, technology in scenario.ordered.items()}
    names = [name for name in scenario.supply_chains if name in chain_of.values()]
    chains = [scenario.supply_chains[name] for name in names]
    m.CHAINS = pyo.Set(initialize=names)
    members = [[float(chain_of[p] == name) for p in m.ORDERED] for name in names]
    m.in_chain = lp.Param(m.CHAINS, m.ORDERED, array=_table(members, len(names), len(m.ORDERED)))
    slots = [list(chain.open_slots_gw_per_year.values()) for chain in chains]
    m.open_slots = lp.Param(m.CHAINS, m.YEARS, array=_table(slots, len(names), len(m.YEARS)))
    energy = {
        name: list(chain.open_slots_gwh_per_year.values())
        for name, chain in zip(names, chains, strict=True)
        if chain.open_slots_gwh_per_year is not None
    }
    m.ENERGY_CHAINS = pyo.Set(initialize=list(energy))
    members = [[float(chain_of[s] == name) for s in m.STORAGES] for name in energy]
    m.in_energy_chain = lp.Param(m.ENERGY_CHAINS, m.STORAGES, array=_table(members, len(energy), len(m.STORAGES)))
    m.open_energy_slots = lp.Param(
        m.ENERGY_CHAINS, m.YEARS, array=_table(list(energy.values()), len(energy), len(m.YEARS))
    )


def _table(rows: list[list[float]], height: int, width: int) -> np.ndarray:
    return np.array(rows, dtype=float).reshape(height, width)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the rows that keep deliveries within open delivery slots."""
    m.delivery_slots = lp.Constraint(m.CHAINS, m.YEARS, rule=delivery_slots)
    m.energy_delivery_slots = lp.Constraint(m.ENERGY_CHAINS, m.YEARS, rule=energy_delivery_slots)
    axes = ("item", "year")
    ledger.add_limit(
        Limit("delivery_slots", "supply_chains.{item}.open_slots_gw_per_year", "GW/yr", axes,
              "delivery slots for {item}")
    )  # fmt: skip
    ledger.add_limit(
        Limit("energy_delivery_slots", "supply_chains.{item}.open_slots_gwh_per_year", "GWh/yr", axes,
              "energy delivery slots for {item}")
    )  # fmt: skip


def delivery_slots(m: Any, c: Any, y: Any) -> Any:
    r"""Keep a chain's deliveries on top of committed orders within its open delivery slots.

    .. math:: \sum_{p \in c} \sum_r \sum_v \delta_{p,v,y} O_{p,r,v} \le S_{c,y}

    Units: GW/yr; dual M$ per GW/yr, discounted.
    """
    delivered = sum(m.in_chain[c, p] * m.new_delivery[p, r, y] for p in m.ORDERED for r in m.REGIONS)
    return delivered <= m.open_slots[c, y]


def energy_delivery_slots(m: Any, c: Any, y: Any) -> Any:
    r"""Keep a storage chain's delivered energy within its open delivery slots.

    .. math:: \sum_{s \in c} \sum_r \sum_v \delta_{s,v,y} O^{E}_{s,r,v} \le S^{E}_{c,y}

    Units: GWh/yr; dual M$ per GWh/yr, discounted.
    """
    delivered = sum(m.in_energy_chain[c, s] * m.new_energy_delivery[s, r, y] for s in m.STORAGES for r in m.REGIONS)
    return delivered <= m.open_energy_slots[c, y]
