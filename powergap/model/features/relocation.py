"""Relocation: a share of demand additions may be built in another region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.arrays import Floats
from powergap.model.finance import by_year
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Adjustment, Limit
from powergap.scenario.schema import Scenario


def _is_possible(inputs: Inputs) -> bool:
    regions = inputs.scenario.regions.values()
    return len(regions) > 1 and any(region.demand.relocatable_fraction > 0 for region in regions)


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add load moved in and out, GW at the end of the year, where some region lets load go."""
    if not _is_possible(inputs):
        return
    demands = {name: region.demand for name, region in inputs.scenario.regions.items()}
    additions = np.array([list(demand.additions_gw_per_year.values()) for demand in demands.values()])
    share = np.array([d.relocatable_fraction * d.facility_load_per_gw for d in demands.values()])
    m.relocatable_load = lp.Param(m.REGIONS, m.YEARS, array=share[:, None] * additions.cumsum(axis=1))
    rooms = {name: demand.relocation_in_limit_gw for name, demand in demands.items()}
    m.REGIONS_WITH_ROOM_LIMIT = pyo.Set(initialize=[name for name, room in rooms.items() if room is not None])
    room = np.array([list(room.values()) for room in rooms.values() if room is not None])
    m.relocation_in_limit = lp.Param(
        m.REGIONS_WITH_ROOM_LIMIT, m.YEARS, array=room.reshape(len(m.REGIONS_WITH_ROOM_LIMIT), len(m.YEARS))
    )
    prices = by_year([d.relocation_cost_usd_per_kw_year for d in demands.values()], inputs.scenario.year_list)
    m.relocation_price = lp.Param(m.REGIONS, m.YEARS, array=prices)
    m.moved_out = lp.Var(m.REGIONS, m.YEARS, bounds=(0, None), doc="Demand built elsewhere, GW")
    m.moved_in = lp.Var(m.REGIONS, m.YEARS, bounds=(0, None), doc="Demand taken from elsewhere, GW")
    ledger.add_demand("moved_in_less_out", moved_in_less_out)
    ledger.add_cost("relocation", m.NATION, relocation_cost)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the rows that keep moved load whole and within its limits."""
    if not _is_possible(inputs):
        return
    m.moved_load_is_whole = lp.Constraint(m.YEARS, rule=moved_load_is_whole)
    m.relocation_share = lp.Constraint(m.REGIONS, m.YEARS, rule=relocation_share)
    m.relocation_room = lp.Constraint(m.REGIONS_WITH_ROOM_LIMIT, m.YEARS, rule=relocation_room)
    m.moved_load_stays = lp.Constraint(m.REGIONS, m.LATER_YEARS, rule=moved_load_stays)
    key = "regions.{region}.demand."
    axes = ("region", "year")
    ledger.add_limit(Limit("relocation_share", key + "relocatable_fraction", "GW", axes, "demand that may move out"))
    ledger.add_limit(Limit("relocation_room", key + "relocation_in_limit_gw", "GW", axes, "demand that may move in"))
    ledger.add_adjustments(relocatable_shares)


def relocatable_shares(scenario: Scenario, parameters: Mapping[str, Floats]) -> Iterator[Adjustment]:
    """The share of additions that may leave, which may be larger."""
    for at, (name, region) in enumerate(scenario.regions.items()):
        effect = np.zeros_like(parameters["relocatable_load"])
        effect[at] = -np.cumsum(list(region.demand.additions_gw_per_year.values())) * region.demand.facility_load_per_gw
        share = region.demand.relocatable_fraction
        yield Adjustment(("regions", name, "demand", "relocatable_fraction"), "fraction", "share that may move out",
                         share, 1, 1 - share, {"relocation_share": effect}, region=name)  # fmt: skip


def moved_in_less_out(m: Any, r: Any, y: Any) -> Any:
    r"""Load moved in less load moved out, :math:`M^{in}_{r,y} - M^{out}_{r,y}`, GW."""
    return m.moved_in[r, y] - m.moved_out[r, y]


def relocation_cost(m: Any, i: Any, r: Any, y: Any) -> Any:
    r"""Yearly cost of load that moved into the region, :math:`p^{move}_{r,y} M^{in}_{r,y}`, M$."""
    return m.relocation_price[r, y] * m.moved_in[r, y]


def moved_load_is_whole(m: Any, y: Any) -> Any:
    r"""Let what leaves arrive.

    .. math:: \sum_r M^{in}_{r,y} = \sum_r M^{out}_{r,y}

    Units: GW; dual M$/GW, discounted.
    """
    return sum(m.moved_in[r, y] for r in m.REGIONS) == sum(m.moved_out[r, y] for r in m.REGIONS)


def relocation_share(m: Any, r: Any, y: Any) -> Any:
    r"""Let only the relocatable share of demand additions leave.

    .. math:: M^{out}_{r,y} \le \rho_r \sum_{v \le y} A_{r,v}

    Units: GW; dual M$/GW, discounted.
    """
    return m.moved_out[r, y] <= m.relocatable_load[r, y]


def relocation_room(m: Any, r: Any, y: Any) -> Any:
    r"""Let no more arrive than the region takes.

    .. math:: M^{in}_{r,y} \le \bar M_{r,y}

    Units: GW; dual M$/GW, discounted.
    """
    return m.moved_in[r, y] <= m.relocation_in_limit[r, y]


def moved_load_stays(m: Any, r: Any, y: Any) -> Any:
    r"""Keep load where it moved.

    .. math:: M^{in}_{r,y} \ge M^{in}_{r,y-1}

    Units: GW; dual M$/GW, discounted.
    """
    return m.moved_in[r, y] >= m.moved_in[r, y - 1]
