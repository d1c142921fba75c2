"""The IAMC format: one long table of model, scenario, region, variable, unit, year and value, as pyam reads it.

Variables are named `Group|...|<technology>` with the scenario's own names at the end. Stocks are at year end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from powergap.errors import InputError, refuse_unless
from powergap.export.solved import choose
from powergap.files.atomic import file_written_aside
from powergap.files.extras import needed
from powergap.files.guarded_csv import write_csv
from powergap.results.digits import clean
from powergap.results.run import Run
from powergap.results.run_folder import read_run

COLUMNS = ["model", "scenario", "region", "variable", "unit", "year", "value"]
KEYS = ["policy", "case", "region", "year"]


@dataclass(frozen=True)
class IamcVariable:
    """An IAMC variable: a column of a table in a unit.

    Attributes:
        table, column: where its values stand.
        name: its name; the values of the columns in `by` follow, each behind a `|`.
        unit: its unit, `{dollar_year}` to fill in.
        by: columns that tell its parts, such as the technology.
        factor: unit per unit of the column.
    """

    table: str
    column: str
    name: str
    unit: str
    by: tuple[str, ...] = ()
    factor: float = 1.0


VARIABLES = (
    IamcVariable("gap", "demand_gw", "Load|Electricity|Data Centers|Demand", "GW"),
    IamcVariable("gap", "energized_gw", "Load|Electricity|Data Centers|Energized", "GW"),
    IamcVariable("gap", "relocated_in_gw", "Load|Electricity|Data Centers|Relocated In", "GW"),
    IamcVariable("gap", "landed_gw", "Load Additions|Electricity|Data Centers", "GW/yr"),
    IamcVariable("gap", "gap_gw", "Capacity Gap|Electricity|Data Centers", "GW"),
    IamcVariable("gap", "annual_shortfall_gw", "Capacity Gap Additions|Electricity|Data Centers", "GW/yr"),
    IamcVariable("gap", "load_gwh", "Final Energy|Electricity|Data Centers", "GWh/yr"),
    IamcVariable("gap", "unserved_gwh", "Unserved Energy|Electricity|Data Centers", "GWh/yr"),
    IamcVariable("capacity", "capacity_gw", "Capacity|Electricity|Data Centers", "GW", ("technology",)),
    IamcVariable("capacity", "delivered_gw", "Capacity Additions|Electricity|Data Centers", "GW/yr", ("technology",)),
    IamcVariable("capacity", "ordered_gw", "Capacity Orders|Electricity|Data Centers", "GW/yr", ("technology",)),
    IamcVariable("capacity", "storage_gwh", "Storage Capacity|Electricity|Data Centers", "GWh", ("technology",)),
    IamcVariable("energy", "energy_gwh", "Secondary Energy|Electricity|Data Centers", "GWh/yr", ("item",)),
    IamcVariable("emissions", "co2_t", "Emissions|CO2|Electricity|Data Centers", "Mt CO2/yr", ("technology",), 1e-6),
    IamcVariable("cost", "cost_usd", "Cost|Electricity|Data Centers", "million USD_{dollar_year}/yr",
             ("term", "technology"), 1e-6),
)  # fmt: skip


def write_iamc(folder: Path, target: Path, *, policy: str | None = None, case: str | None = None) -> Path:
    """Write a run folder as an IAMC table.

    Args:
        folder: the run folder.
        target: `.csv` or `.xlsx` (sheet `data`, where pyam looks).
        policy: only this one; default: all.
        case: only this one; default: all.

    Raises:
        InputError: the folder is no run, there is no such policy or case, or the name has another ending.
    """
    if target.suffix not in (".csv", ".xlsx"):
        raise InputError(f"{target}: an IAMC table is a .csv or .xlsx file")
    run = read_run(folder)
    table = iamc_table(run, policy=policy, case=case)
    with file_written_aside(target) as aside:
        if target.suffix == ".csv":
            write_csv(table, aside)
        else:
            needed("xlsxwriter")
            text = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
            with pd.ExcelWriter(aside, engine="xlsxwriter", engine_kwargs=text) as book:
                table.to_excel(book, sheet_name="data", index=False)
    return target


def iamc_table(run: Run, *, policy: str | None = None, case: str | None = None) -> pd.DataFrame:
    """A run as an IAMC table, a row per region, variable and year.

    Raises:
        InputError: there is no such policy or case, or no plan at all.
    """
    refuse_unless(run, Run, "an IAMC table is made of a run of powergap.solve")
    if not run.tables.keys() >= {"gap", "capacity"}:
        raise InputError(f"run {run.name} has no plan to hand over")
    tables = {**run.tables, "energy": _energy(run)}
    if policy is not None or case is not None:
        known = policy or next(iter(run.status))[0]
        known, of = choose(run, known, case)
        keep = {"policy": known if policy else None, "case": of if case else None}
        for column, value in keep.items():
            if value is not None:
                tables = {name: table[table[column] == value] for name, table in tables.items()}
    long = pd.concat(_rows(run, tables), ignore_index=True)
    return clean(long.sort_values(COLUMNS[1:-1], kind="stable", ignore_index=True))


def _rows(run: Run, tables: dict[str, pd.DataFrame]) -> Iterator[pd.DataFrame]:
    model = f"powergap {run.manifest.versions['powergap']}"
    for variable in VARIABLES:
        table = tables[variable.table]
        sums = table.groupby([*KEYS, *variable.by], sort=False, as_index=False)[variable.column].sum()
        names = pd.Series(variable.name, index=sums.index)
        for column in variable.by:
            names = names + "|" + sums[column]
        scenario = run.name + " " + sums["policy"] + " " + sums["case"]
        value = sums[variable.column] * variable.factor
        unit = variable.unit.format(dollar_year=run.document["dollar_year"])
        yield pd.DataFrame(
            {"model": model, "scenario": scenario, "region": sums["region"], "variable": names, "unit": unit,
             "year": sums["year"], "value": value}
        )[COLUMNS]  # fmt: skip


def _energy(run: Run) -> pd.DataFrame:
    """Energy that each source supplies in the year, GWh."""
    supply = run["dispatch"].query("flow == 'supply'")
    weights = run["periods"].assign(hours=lambda t: t["days_per_year"] * t["hours_per_step"])
    joined = supply.merge(weights[["policy", "case", "period", "hours"]], on=["policy", "case", "period"])
    return joined.assign(energy_gwh=joined["power_gw"] * joined["hours"])
