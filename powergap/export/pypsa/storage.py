"""Storage in PyPSA: stores for energy, one link in and one out, and a bus on which both ask for power capacity.

Charge and discharge share the power that is there: each draws it from a bus that the storage's power capacity feeds.
A representative day ends where it began, which PyPSA's cyclic stores cannot say for a day: a store forgets its level
before the first step of each day (a standing loss of 1), and a carry-over generator brings back that of the day's last.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from powergap.errors import InputError
from powergap.export.pypsa.matrix import Matrix
from powergap.export.pypsa.network import NO_LIMIT_MW, Network
from powergap.export.pypsa.supply import add_stock, stock_of
from powergap.scenario.schema import Scenario, Storage

AddRow = Callable[[str, dict[int, float]], None]
"""Adds a row `sum of factors x PyPSA's variables = 0` of a name."""


def add_storages(network: Network, matrix: Matrix, scenario: Scenario, add_row: AddRow) -> None:
    """Add every storage in every region."""
    if not matrix.has("charge"):
        return
    available = matrix.per_row("storage_power", "capacity") / matrix.per_row("storage_power", "discharge")
    bound = matrix.columns["order"].of(matrix.program.column_upper)
    chronological = _is_chronological(matrix)
    for i, name in enumerate(matrix.labels("charge")):
        storage = scenario.storages[name]
        p = matrix.labels("capacity").index(name)
        for j, region in enumerate(matrix.labels("charge", 1)):
            bus = network.add("Bus", f"{region} {name}", carrier=name)
            power = network.add("Bus", f"{region} {name} power", carrier="power capacity")
            stock = stock_of(matrix, "capacity_accounting", "capacity", "order", (p, j), bound)
            series = {"p_max_pu": -available[i, j].ravel()}
            add_stock(network, "Generator", f"{region} {name}", stock, "placed", series, bus=power, carrier=name)
            _add_links(network, matrix, storage, region, (i, j), (bus, power))
            _add_energy(network, matrix, storage, bus, (i, j), add_row, chronological=chronological)


def _is_chronological(matrix: Matrix) -> bool:
    """True where the level runs on from day to day, false where each day closes on itself.

    Raises:
        InputError: the level runs in another way.
    """
    if not matrix.has("level"):
        return False
    block = matrix.columns["level"]
    entries = matrix.between("level_accounting", "level").tocoo()
    row, column = np.unravel_index(entries.row, block.shape), np.unravel_index(entries.col, block.shape)
    first = (row[-1] == 0) & ((row[-2] != column[-2]) | (column[-1] != 0))
    days = block.shape[-2]
    if days > 1 and first.any() and (column[-2][first] == (row[-2][first] - 1) % days).all():
        return True
    if (column[-2] != row[-2]).any():
        raise InputError("PyPSA cannot say how this run's storage levels follow each other from day to day")
    return False


def _add_links(
    network: Network, matrix: Matrix, storage: Storage, region: str, place: tuple[int, int], buses: tuple[str, str]
) -> None:
    """Add charge and discharge. A link's own flow is what it takes: discharge delivers less by its efficiency."""
    bus, power = buses
    one_way = storage.round_trip_efficiency_fraction**0.5
    charge = network.add(
        "Link", f"{bus} charge", bus0=region, bus1=bus, bus2=power, carrier="charge", p_nom=NO_LIMIT_MW,
        efficiency=one_way, efficiency2=-1.0,
    )  # fmt: skip
    discharge = network.add(
        "Link", f"{bus} discharge", bus0=bus, bus1=region, bus2=power, carrier="discharge", p_nom=NO_LIMIT_MW,
        efficiency=one_way, efficiency2=-one_way,
    )  # fmt: skip
    network.runs(matrix.column_numbers("charge")[place], "Link", charge)
    network.runs(matrix.column_numbers("discharge")[place], "Link", discharge, one_way)


def _add_energy(
    network: Network, matrix: Matrix, storage: Storage, bus: str, place: tuple[int, int], add_row: AddRow, *,
    chronological: bool,
) -> None:  # fmt: skip
    """Add stores for the energy; what a linked storage does within a day is a store without limits."""
    i, _ = place
    snapshots = network.snapshots
    name = matrix.labels("charge")[i]
    linked = name in matrix.labels("course")
    loss = np.full(snapshots.shape, storage.self_discharge_fraction_per_hour)
    if not chronological:
        loss[..., 0] = 1.0
    static = {"bus": bus, "carrier": name, "e_cyclic_per_period": True}
    series = {"standing_loss": loss.ravel()}
    if linked:
        lid = {"e_nom": NO_LIMIT_MW, "e_min_pu": -1.0}
        course = network.add("Store", f"{bus} course", series=series, **static, **lid)
        place_of_course = (matrix.labels("course").index(name), place[1])
        network.runs(matrix.column_numbers("course")[place_of_course], "Store", course)
    bound = matrix.columns["energy_order"].of(matrix.program.column_upper)
    stock = stock_of(matrix, "energy_capacity_accounting", "energy_capacity", "energy_order", place, bound)
    usable = {"e_max_pu": np.full(snapshots.size, 0.0 if linked else 1.0)}
    stores = add_stock(network, "Store", bus, stock, "placed", usable, **static)
    for store in stores:
        # The share that stands scales the series of a stock; a loss is not scaled.
        _set_loss(network, store, series["standing_loss"])
    if linked:
        return
    level = matrix.column_numbers("level")[matrix.labels("level").index(name), place[1]]
    for store in stores:
        network.runs(level, "Store", store)
    if not chronological:
        _carry_over(network, storage, bus, stores, add_row)


def _set_loss(network: Network, store: str, loss: np.ndarray) -> None:
    if np.ptp(loss) == 0:
        network.static["Store"][store]["standing_loss"] = float(loss[0])
    else:
        network.series.setdefault(("Store", "standing_loss"), {})[store] = loss


def _carry_over(network: Network, storage: Storage, bus: str, stores: list[str], add_row: AddRow) -> None:
    """Bring the level of each day's last step, less a step's loss, to the day's first step."""
    snapshots = network.snapshots
    numbers = np.arange(snapshots.size).reshape(snapshots.shape)
    first = np.zeros(snapshots.shape)
    first[..., 0] = 1.0
    name = network.add(
        "Generator", f"{bus} carry-over", bus=bus, carrier="carry-over", p_nom=NO_LIMIT_MW,
        series={"p_max_pu": first.ravel()},
    )  # fmt: skip
    carried = network.variable("Generator", name, "p")
    kept = (1 - storage.self_discharge_fraction_per_hour) ** snapshots.step_h
    there = {store: network.is_there("Store", store)[snapshots.year] for store in stores}
    for begin, end in zip(numbers[..., 0].ravel(), numbers[..., -1].ravel(), strict=True):
        terms = {carried.start + int(begin): snapshots.step_h}
        for store in stores:
            if there[store][end]:
                terms[network.variable("Store", store, "e").start + int(end)] = -kept
        add_row("level_carries_over", terms)
