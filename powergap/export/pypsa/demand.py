"""Demand in PyPSA: demand at a bus of its own, which links energize and the gap, a generator, leaves over.

The demand bus counts MW of yearly peak. A link energizes load for good: what it delivers to the demand bus is its size,
what it draws from the region's bus follows the load's profile.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from powergap.arrays import Floats
from powergap.errors import InputError
from powergap.export.pypsa.matrix import Matrix
from powergap.export.pypsa.network import MW, NO_LIMIT_MW, Network

MOVING = "moving load"
ALWAYS: dict[str, Any] = {"p_min_pu": 1.0, "p_max_pu": 1.0}
"""A size that runs at its full in every hour."""


def demand_bus(region: str) -> str:
    """Name of a region's demand bus."""
    return f"{region} demand"


def may_leave_unserved(matrix: Matrix) -> bool:
    """True if the target lets any energy go unserved."""
    return bool(matrix.per_row("unserved_within_target", "energized").any())


def add_demand(network: Network, matrix: Matrix) -> None:
    """Add buses, demand, energized load, the gap, moves and unserved energy."""
    profile = -matrix.per_row("power_balance", "energized") / matrix.per_row("power_balance", "unserved")
    if (profile <= 0).any():
        raise InputError("PyPSA cannot say a load profile that is 0 in some hour: the energizing link divides by it")
    regions = matrix.labels("energized")
    wanted = matrix.limit("demand_is_energized_or_gap") / matrix.per_row("demand_is_energized_or_gap", "gap")
    fleet = matrix.rows["fleet_stays_energized"]
    least = fleet.of(matrix.program.row_lower)[:, 0]
    for i, region in enumerate(regions):
        network.add("Bus", region, carrier="power")
        network.add("Bus", demand_bus(region), carrier="data-center load")
        hourly = np.repeat(wanted[i] * MW, network.snapshots.size // len(network.snapshots.years))
        network.add("Load", f"{region} demand", bus=demand_bus(region), series={"p_set": hourly})
        _add_energized(network, matrix, i, profile[i].ravel(), least[i])
        _add_gap(network, matrix, i)
        _add_unserved(network, matrix, i)
    if matrix.has("moved_in"):
        network.add("Bus", MOVING, carrier="data-center load")
        for i in range(len(regions)):
            _add_moves(network, matrix, i)


def _add_energized(network: Network, matrix: Matrix, i: int, profile: Floats, least_gw: float) -> None:
    """Add a link a year for the load that is energized in it and stays so."""
    region, years = matrix.labels("energized")[i], network.snapshots.years
    columns = matrix.column_numbers("energized")[i]
    for v, year in enumerate(years):
        name = network.add(
            "Link", f"{region} energized {year}", bus0=region, bus1=demand_bus(region), carrier="energized load",
            p_nom_extendable=True, p_nom_min=least_gw * MW if v == 0 else 0.0, **network.lives(v, len(years) - 1),
            series={"p_min_pu": profile, "p_max_pu": profile, "efficiency": 1 / profile},
        )  # fmt: skip
        network.means(columns[v:], "Link", name)


def _add_gap(network: Network, matrix: Matrix, i: int) -> None:
    region = matrix.labels("gap")[i]
    for v, year in enumerate(network.snapshots.years):
        name = network.add(
            "Generator", f"{region} gap {year}", bus=demand_bus(region), carrier="gap", p_nom_extendable=True,
            **ALWAYS, **network.lives(v, v),
        )  # fmt: skip
        network.means(matrix.column_numbers("gap")[i, v], "Generator", name)


def _add_unserved(network: Network, matrix: Matrix, i: int) -> None:
    """Add unserved energy, unless the target leaves none."""
    if not may_leave_unserved(matrix):
        return
    region = matrix.labels("gap")[i]
    name = network.add("Generator", f"{region} unserved", bus=region, carrier="unserved", p_nom=NO_LIMIT_MW)
    network.runs(matrix.column_numbers("unserved")[i], "Generator", name)


def _add_moves(network: Network, matrix: Matrix, i: int) -> None:
    """Add a link a year out of the region's demand and one into it, over the bus of moving load."""
    region = matrix.labels("moved_in")[i]
    rooms = matrix.labels("relocation_room")
    for v, year in enumerate(network.snapshots.years):
        room = matrix.limit("relocation_room")[rooms.index(region), v] if region in rooms else np.inf
        most = {"moved_in": room, "moved_out": matrix.limit("relocation_share")[i, v]}
        ends = {"moved_in": (demand_bus(region), MOVING), "moved_out": (MOVING, demand_bus(region))}
        for block, (bus0, bus1) in ends.items():
            name = network.add(
                "Link", f"{region} {block.replace('_', ' ')} {year}", bus0=bus0, bus1=bus1, carrier="moved load",
                p_nom_extendable=True, p_nom_max=most[block] * MW, **ALWAYS, **network.lives(v, v),
            )  # fmt: skip
            network.means(matrix.column_numbers(block)[i, v], "Link", name)
