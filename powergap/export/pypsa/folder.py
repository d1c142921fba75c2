"""The folder: PyPSA's tables, the extra rows, the script that adds them, and how they belong together."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from powergap.arrays import Floats
from powergap.errors import InputError
from powergap.export.pypsa import extra_functionality
from powergap.export.pypsa.demand import add_demand, may_leave_unserved
from powergap.export.pypsa.extra import (
    EXTRA_VARIABLES,
    IN_COMPONENTS,
    ExtraRows,
    add_extra_variables,
)
from powergap.export.pypsa.matrix import Matrix
from powergap.export.pypsa.network import LISTS, MW, NOMINAL, OPERATION, Network, Snapshots
from powergap.export.pypsa.storage import add_storages
from powergap.export.pypsa.supply import add_connections, add_flexible_load, add_machines
from powergap.export.solved import SolvedPlan
from powergap.files import bounded
from powergap.files.atomic import folder_written_aside
from powergap.files.replacing import refuse_loss
from powergap.model.finance import discount_factors

FORMAT = "1.4.0"
"""The version of PyPSA whose format the folder has."""

USD = 1e6
"""USD in powergap's M$."""

TONNES = 1e6
"""Tonnes in powergap's Mt."""

DEFAULTS = {
    "p_nom": 0.0, "p_nom_extendable": False, "p_nom_min": 0.0, "p_nom_max": np.inf, "p_min_pu": 0.0, "p_max_pu": 1.0,
    "e_nom": 0.0, "e_nom_extendable": False, "e_nom_max": np.inf, "e_min_pu": 0.0, "e_max_pu": 1.0,
    "e_cyclic_per_period": False, "standing_loss": 0.0, "efficiency": 1.0, "bus2": "", "efficiency2": 1.0,
    "build_year": 0, "lifetime": np.inf, "capital_cost": 0.0, "marginal_cost": 0.0, "p_set": 0.0,
}  # fmt: skip
"""PyPSA's defaults of the attributes that are written for some components of a kind and not for others."""

COLUMNS = {
    "energized", "gap", "moved_in", "moved_out", "connection_added", "connected", "grid_draw", "order", "capacity",
    "output", "energy_order", "energy_capacity", "charge", "discharge", "level", "course", "enrolled", "reduction",
    "unserved", *EXTRA_VARIABLES,
}  # fmt: skip
"""Columns that have a translation."""


def write_network(solved: SolvedPlan, target: Path, *, replace: bool = False) -> list[Path]:
    """Write the network folder of a policy and case.

    Args:
        solved: the policy and case.
        target: the folder.
        replace: whether it may take the place of a network of another scenario, policy or case.

    Returns:
        The files written.

    Raises:
        InputError: PyPSA cannot say what was solved, or the target is a file.
    """
    if target.exists() and not target.is_dir():
        raise InputError(f"{target} is a file; a PyPSA network is a folder")
    if target.is_dir() and any(target.iterdir()) and not (target / "network.csv").is_file():
        raise InputError(f"{target} holds other files; give a new folder, or one that holds a network")
    if not replace:
        refuse_loss(target, _lost(solved, target), "--to")
    tables = network_tables(solved)
    with folder_written_aside(target) as aside:
        (aside / "extra").mkdir()
        for name, table in tables.items():
            table.to_csv(aside / f"{name}.csv", index=False, lineterminator="\n")
        shutil.copyfile(extra_functionality.__file__, aside / "extra_functionality.py")
        meta = json.dumps(_meta(solved, tables["extra/rows"]), indent=2, ensure_ascii=False)
        (aside / "meta.json").write_text(meta + "\n", encoding="utf-8")
    return sorted(path for path in target.rglob("*") if path.is_file())


def _lost(solved: SolvedPlan, target: Path) -> list[str]:
    """What the network that stands in a folder is of, where that is something else."""
    try:
        about = bounded.record(target / "meta.json")
    except (OSError, ValueError):
        about = None
    own = {"scenario": solved.run.name, "policy": solved.scenario.policy, "case": solved.scenario.case}
    if not isinstance(about, dict):
        return ["a network of another program"] if (target / "network.csv").is_file() else []
    return [f"{key} {about.get(key)}" for key, value in own.items() if about.get(key) != value]


def network_tables(solved: SolvedPlan) -> dict[str, pd.DataFrame]:
    """Every table of the folder by its name without ending.

    Raises:
        InputError: PyPSA cannot say what was solved.
    """
    matrix = Matrix(solved.program)
    _refuse_what_cannot_be_said(solved, matrix)
    network = Network(_snapshots(solved))
    rows = ExtraRows(network)
    add_demand(network, matrix)
    add_connections(network, matrix)
    add_machines(network, matrix)
    add_storages(network, matrix, solved.scenario, rows.add_equality)
    add_flexible_load(network, matrix)
    add_extra_variables(network, matrix)
    translation, given = network.translation(len(solved.program.cost))
    _add_costs(network, translation.T @ solved.program.cost, solved.program.offset + float(solved.program.cost @ given))
    per_mwh = _emissions_per_mwh(network, matrix) if matrix.has("emissions_cap") else None
    elsewhere = IN_COMPONENTS | ({"emissions_cap"} if per_mwh else set())
    if not may_leave_unserved(matrix):
        elsewhere |= {"unserved_within_load", "unserved_within_target"}
    for block in matrix.rows:
        if matrix.has(block) and block not in elsewhere:
            rows.add_block(matrix, block, translation, given)
    tables = {"network": pd.DataFrame({"name": [solved.name], "_multi_invest": [1], "pypsa_version": [FORMAT]})}
    tables |= _time_tables(network) | _component_tables(network) | _carbon_tables(network, matrix, per_mwh)
    return tables | {f"extra/{name}": table for name, table in rows.tables().items()}


def _refuse_what_cannot_be_said(solved: SolvedPlan, matrix: Matrix) -> None:
    """Refuse myopic foresight, and columns that have no translation."""
    if solved.scenario.foresight.kind == "myopic":
        raise InputError("PyPSA cannot say foresight.kind `myopic`: it sees all years of a network at once")
    unknown = [name for name in matrix.columns if matrix.has(name) and name not in COLUMNS]
    if unknown:
        raise InputError(f"the export to PyPSA has no words for {', '.join(unknown)} of the linear program")


def _snapshots(solved: SolvedPlan) -> Snapshots:
    scenario, periods = solved.scenario, solved.periods
    hours = len(solved.program.columns["unserved"].labels[-1])
    step_h = float(periods["hours_per_step"].iloc[0])
    weight = np.repeat(periods["days_per_year"].to_numpy(float) * step_h, hours)
    discount = discount_factors(scenario.finance.discount_rate, scenario.base_year, scenario.year_list)
    return Snapshots(
        scenario.year_list, discount, tuple(periods["period"]), hours, step_h,
        np.tile(weight, len(scenario.year_list)),
    )  # fmt: skip


def _add_costs(network: Network, cost: Floats, constant: float) -> None:
    """Give each component its cost, which PyPSA weighs by year and hours; what is given gets a generator of its own."""
    snapshots = network.snapshots
    weight = snapshots.discount[snapshots.year] * snapshots.weight_h
    for (kind, name, attribute), variable in list(network.variables.items()):
        own = cost[variable.start : variable.start + variable.size] * USD
        if not own.any():
            continue
        static = network.static[kind][name]
        if attribute == NOMINAL[kind]:
            static["capital_cost"] = own[0] / (network.is_there(kind, name) @ snapshots.discount)
        elif attribute == OPERATION[kind]:
            hourly = np.where(network.is_there(kind, name)[snapshots.year], own / weight, own.max() / weight.max())
            if np.ptp(hourly) <= 1e-12 * np.abs(hourly).max():
                static["marginal_cost"] = hourly[0]
            else:
                network.series.setdefault((kind, "marginal_cost"), {})[name] = hourly
    if constant:
        bus = next(iter(network.static["Bus"]))
        network.add(
            "Generator", "given costs", bus=bus, carrier="given costs", p_nom_extendable=True, p_nom_min=1.0,
            p_nom_max=1.0, p_max_pu=0.0, capital_cost=constant * USD / snapshots.discount.sum(),
        )  # fmt: skip


def _time_tables(network: Network) -> dict[str, pd.DataFrame]:
    snapshots = network.snapshots
    table = snapshots.table()
    table.insert(0, "", range(len(table)))
    periods = {"period": snapshots.years, "objective": snapshots.discount, "years": 1.0}
    return {"snapshots": table, "investment_periods": pd.DataFrame(periods)}


def _component_tables(network: Network) -> dict[str, pd.DataFrame]:
    """PyPSA's tables of components and of their series."""
    tables = {}
    for kind, components in network.static.items():
        if components:
            table = pd.DataFrame.from_dict(components, orient="index")
            table = table.fillna({column: value for column, value in DEFAULTS.items() if column in table})
            if "build_year" in table:
                table["build_year"] = table["build_year"].astype(int)
            tables[LISTS[kind]] = table.rename_axis("name").reset_index()
    for (kind, attribute), columns in network.series.items():
        table = pd.DataFrame(columns)
        table.insert(0, "", range(len(table)))
        tables[f"{LISTS[kind]}-{attribute}"] = table
    return tables


def _emissions_per_mwh(network: Network, matrix: Matrix) -> dict[str, float] | None:
    """Emissions of each technology under the cap, t/MWh; None where they differ by region or hour."""
    hours = network.snapshots.weight_h.reshape(network.snapshots.shape)
    found = {}
    for block in filter(matrix.has, ("grid_draw", "output")):
        total = np.asarray(matrix.between("emissions_cap", block).sum(axis=0)).reshape(matrix.columns[block].shape)
        for name, part in zip(matrix.labels(block), total / hours, strict=True):
            if np.ptp(part) > 1e-9 * np.abs(part).max():
                return None
            found[name] = float(part.flat[0]) * TONNES / MW
    return found


def _carbon_tables(network: Network, matrix: Matrix, per_mwh: dict[str, float] | None) -> dict[str, pd.DataFrame]:
    """Carriers with their emissions, and the caps as global constraints."""
    names = dict.fromkeys(
        one["carrier"] for kind in network.static.values() for one in kind.values() if "carrier" in one
    )
    carriers = pd.DataFrame({"name": list(names), "co2_emissions": [(per_mwh or {}).get(name, 0.0) for name in names]})
    if not per_mwh:
        return {"carriers": carriers}
    years = matrix.labels("emissions_cap")
    caps = pd.DataFrame(
        {"name": [f"co2 {year}" for year in years], "type": "primary_energy", "carrier_attribute": "co2_emissions",
         "sense": "<=", "constant": matrix.limit("emissions_cap") * TONNES, "investment_period": years}
    )  # fmt: skip
    return {"carriers": carriers, "global_constraints": caps}


def _meta(solved: SolvedPlan, rows: pd.DataFrame) -> dict[str, Any]:
    """What the network is, what PyPSA must find, and what its components could not say."""
    return {
        "scenario": solved.run.name,
        "policy": solved.scenario.policy,
        "case": solved.scenario.case,
        "powergap": solved.run.manifest.versions["powergap"],
        "units": "MW, MWh, USD",
        "dollar_year": solved.scenario.dollar_year,
        "discounted_to_end_of": solved.scenario.base_year,
        "objective_usd": solved.solution.objective * USD,
        "extra_rows": rows["block"].value_counts(sort=False).to_dict(),
    }
