"""Air permits: on-site combustion capacity that a region's permits allow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Limit


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add which generators burn and the regions whose permits are limited."""
    scenario = inputs.scenario
    burns = [float(generator.combustion) for generator in scenario.generators.values()]
    m.needs_air_permit = lp.Param(m.GENERATORS, array=np.array(burns, dtype=float))
    limits = {
        name: list(region.air_permit_limit_gw.values())
        for name, region in scenario.regions.items()
        if region.air_permit_limit_gw is not None
    }
    m.PERMIT_LIMITED = pyo.Set(initialize=list(limits))
    table = np.array(list(limits.values()), dtype=float).reshape(len(limits), len(m.YEARS))
    m.air_permit_limit = lp.Param(m.PERMIT_LIMITED, m.YEARS, array=table)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the permit limit."""
    m.air_permits = lp.Constraint(m.PERMIT_LIMITED, m.YEARS, rule=air_permits)
    ledger.add_limit(
        Limit("air_permits", "regions.{region}.air_permit_limit_gw", "GW", ("region", "year"),
              "air permits")
    )  # fmt: skip


def air_permits(m: Any, r: Any, y: Any) -> Any:
    r"""Install no more combustion capacity than is permitted.

    .. math:: \sum_{g \in burning} K_{g,r,y} \le \bar A_{r,y}

    Units: GW; dual M$/GW, discounted.
    """
    return sum(m.needs_air_permit[g] * m.capacity[g, r, y] for g in m.GENERATORS) <= m.air_permit_limit[r, y]
