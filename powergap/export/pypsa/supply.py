"""Supply in PyPSA: a generator for each year's additions of a connection and each year's orders of a machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from powergap.arrays import Floats, Integers
from powergap.export.pypsa.matrix import Matrix
from powergap.export.pypsa.network import MW, Network


@dataclass(frozen=True)
class Stock:
    """Capacity, or storage energy, of one technology in one region.

    Attributes:
        order: columns of the program that order it, [order year].
        stock: columns that count what stands, [year].
        given: what stands without orders, GW, [year].
        fractions: share of an order that stands at the end of a year, [year, order year].
        most: most that may be ordered, GW, [order year].
    """

    order: Integers
    stock: Integers
    given: Floats
    fractions: Floats
    most: Floats


def add_stock(
    network: Network, kind: str, name: str, stock: Stock, given_as: str, series: dict[str, Floats], **static: Any
) -> list[str]:
    """Add a component for what is given and one for each year's orders.

    What stands differs from year to year (late deliveries, retirements): the series, per unit of what is ordered, are
    scaled by the share that stands.

    Args:
        network: where to add them.
        kind: Generator or Store.
        name: the start of their names; the year of the order follows.
        stock: what is ordered and what stands.
        given_as: end of the name of what is given.
        series: values by attribute per unit of what stands, [snapshot].
        **static: further attributes.

    Returns:
        Their names.
    """
    size = "e_nom" if kind == "Store" else "p_nom"
    year = network.snapshots.year
    names = []
    largest = stock.given.max()
    if largest > 0:
        standing = stock.given / largest
        scaled = {key: values * standing[year] for key, values in series.items()}
        names.append(network.add(kind, f"{name} {given_as}", series=scaled, **{size: largest * MW}, **static))
    network.given(stock.stock, stock.given)
    for v, of in enumerate(network.snapshots.years):
        stands = np.flatnonzero(stock.fractions[:, v])
        if not len(stands) or stock.most[v] <= 0:
            continue
        scaled = {key: values * stock.fractions[year, v] for key, values in series.items()}
        one = network.add(
            kind, f"{name} {of}", series=scaled, **static, **network.lives(stands[0], stands[-1]),
            **{f"{size}_extendable": True, f"{size}_max": stock.most[v] * MW},
        )  # fmt: skip
        network.means(stock.order[v], kind, one)
        network.means(stock.stock[stands], kind, one, stock.fractions[stands, v])
        names.append(one)
    return names


def stock_of(matrix: Matrix, rows: str, stock: str, order: str, place: tuple[int, int], most: Floats) -> Stock:
    """The stock of one technology and region, by their positions in the blocks."""
    given, fractions = matrix.standing(rows, stock, order)
    return Stock(
        matrix.column_numbers(order)[place], matrix.column_numbers(stock)[place], given[place], fractions[place],
        most[place],
    )  # fmt: skip


def add_connections(network: Network, matrix: Matrix) -> None:
    """Add grid connections; flexible ones behind a link that carries what the region's system has headroom for."""
    headroom = matrix.limit("draw_within_headroom") if matrix.has("draw_within_headroom") else None
    flexible = _flexible(matrix)
    always = np.ones(network.snapshots.size)
    most = matrix.limit("connection_additions")
    for j, region in enumerate(matrix.labels("grid_draw", 1)):
        if headroom is not None:
            network.add("Bus", f"{region} headroom", carrier="power")
            room = headroom[j].ravel()
            per_unit = room / room.max() if room.max() > 0 else room
            network.add(
                "Link", f"{region} headroom", bus0=f"{region} headroom", bus1=region, carrier="headroom",
                p_nom=room.max() * MW, series={"p_max_pu": per_unit},
            )  # fmt: skip
        for i, connection in enumerate(matrix.labels("grid_draw")):
            stock = stock_of(matrix, "connection_accounting", "connected", "connection_added", (i, j), most)
            bus = f"{region} headroom" if connection in flexible else region
            names = add_stock(
                network, "Generator", f"{region} {connection}", stock, "fleet", {"p_max_pu": always}, bus=bus,
                carrier=connection,
            )  # fmt: skip
            for name in names:
                network.runs(matrix.column_numbers("grid_draw")[i, j], "Generator", name)


def _flexible(matrix: Matrix) -> set[str]:
    """Connections that draw within headroom."""
    if not matrix.has("draw_within_headroom"):
        return set()
    block = matrix.columns["grid_draw"]
    columns = matrix.between("draw_within_headroom", "grid_draw").tocoo().col
    return {block.labels[0][i] for i in set(np.unravel_index(columns, block.shape)[0].tolist())}


def add_machines(network: Network, matrix: Matrix) -> None:
    """Add on-site generators: usable capacity and least load as per-unit series."""
    if not matrix.has("output"):
        return
    usable = matrix.share("output_within_capacity", "output", "capacity")
    least = matrix.share("output_above_minimum", "output", "capacity") if matrix.has("output_above_minimum") else None
    with_least = matrix.labels("output_above_minimum")
    bound = matrix.columns["order"].of(matrix.program.column_upper)
    for i, machine in enumerate(matrix.labels("output")):
        p = matrix.labels("capacity").index(machine)
        for j, region in enumerate(matrix.labels("output", 1)):
            stock = stock_of(matrix, "capacity_accounting", "capacity", "order", (p, j), bound)
            series = {"p_max_pu": usable[i, j].ravel()}
            if least is not None and machine in with_least:
                series["p_min_pu"] = least[with_least.index(machine), j].ravel()
            names = add_stock(
                network, "Generator", f"{region} {machine}", stock, "placed", series, bus=region, carrier=machine
            )
            for name in names:
                network.runs(matrix.column_numbers("output")[i, j], "Generator", name)


def add_flexible_load(network: Network, matrix: Matrix) -> None:
    """Add tranches of flexible load: a generator a year whose size is what is enrolled."""
    if not matrix.has("reduction"):
        return
    share = matrix.share("reduction_within_enrolled", "reduction", "enrolled")
    columns = matrix.column_numbers("enrolled")
    for k, tranche in enumerate(matrix.labels("reduction")):
        for j, region in enumerate(matrix.labels("reduction", 1)):
            for v, year in enumerate(network.snapshots.years):
                name = network.add(
                    "Generator", f"{region} {tranche} {year}", bus=region, carrier=tranche, p_nom_extendable=True,
                    series={"p_max_pu": share[k, j].ravel()}, **network.lives(v, v),
                )  # fmt: skip
                network.means(columns[k, j, v], "Generator", name)
                network.runs(matrix.column_numbers("reduction")[k, j], "Generator", name)
