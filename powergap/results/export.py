"""A run as files for other programs: CSV and Parquet tables, or one Excel workbook."""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from powergap.errors import InputError
from powergap.results.atomic import file_written_aside
from powergap.results.run import Run

FORMATS = ("csv", "xlsx", "parquet")
HOURLY = ("dispatch", "storage")
"""Tables by hour: exported to a workbook only when asked for."""

MOST_ROWS, MOST_COLUMNS_WIDE, MOST_NAME = 1_048_576, 60, 31
EXTRA = {"xlsxwriter": "excel", "pyarrow": "parquet"}
NUMBER_FORMATS: dict[str, str] = {
    "_usd": "#,##0",
    "_usd_per_kw_year_closed": "#,##0",
    "_usd_per_unit": "#,##0.00",
    "_gw": "#,##0.000",
    "_gwh": "#,##0.000",
    "_twh": "#,##0.000",
    "_gw_yr": "#,##0.000",
    "_gw_per_year": "#,##0.000",
    "_t": "#,##0",
    "_mt_last_year": "#,##0.000",
}
"""Excel number format by the unit at the end of a column's name; other numbers as they are."""


def export(run: Run, target: Path, form: str, *, table: str | None = None, everything: bool = False) -> list[Path]:
    """Write a run's tables for another program.

    Args:
        run: what to export.
        target: an `.xlsx` file; for CSV and Parquet a folder, or a file when one table is asked for.
        form: csv, xlsx or parquet.
        table: only this table.
        everything: a workbook with the hourly tables too.

    Returns:
        The files written.

    Raises:
        InputError: an unknown format or table, a missing package, or more rows than a sheet holds.
    """
    if form not in FORMATS:
        raise InputError(f"unknown format `{form}`; expected one of {', '.join(FORMATS)}")
    chosen = _chosen(run, table)
    if form == "xlsx":
        if table is None and not everything:
            chosen = {name: one for name, one in chosen.items() if name not in HOURLY}
        return [_write_workbook(run, target, chosen, summary=table is None)]
    if form == "parquet":
        needed("pyarrow")
    write = _write_csv if form == "csv" else _write_parquet
    if table is not None and (target.suffix == f".{form}" or target.is_file()):
        return [_written(target, chosen[table], write)]
    _refuse_file(target)
    return [_written(target / f"{name}.{form}", one, write) for name, one in chosen.items()]


def needed(package: str) -> Any:
    """Import a package that only an extra brings.

    Raises:
        InputError: it is not installed; the message names the extra.
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        extra = EXTRA[package]
        raise InputError(f"this needs the package {package}: pip install 'powergap[{extra}]'") from error


def _chosen(run: Run, table: str | None) -> dict[str, pd.DataFrame]:
    if table is None:
        return dict(run.tables)
    if table not in run.tables:
        raise InputError(f"the run has no table `{table}`; it has {', '.join(run.tables)}")
    return {table: run.tables[table]}


def _refuse_file(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError(f"{target} is a file; give a folder for several tables, or one table with --table")


def _written(path: Path, table: pd.DataFrame, write: Callable[[pd.DataFrame, Path], None]) -> Path:
    with file_written_aside(path) as aside:
        write(table, aside)
    return path


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n")


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False)


def _write_workbook(run: Run, target: Path, tables: Mapping[str, pd.DataFrame], *, summary: bool) -> Path:
    """One sheet a table; text stays text, whatever it starts with."""
    xlsxwriter = needed("xlsxwriter")
    if target.is_dir() or not target.suffix:
        target = target / f"{run.name}.xlsx"
    for name, table in tables.items():
        if len(table) >= MOST_ROWS:
            raise InputError(
                f"table {name} has {len(table):,} rows and a sheet holds {MOST_ROWS - 1:,}; use --format parquet or csv"
            )
    sheets = ({"Summary": _summary(run)} if summary else {}) | dict(tables)
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "constant_memory": True,
    }
    with file_written_aside(target) as aside, xlsxwriter.Workbook(str(aside), options) as book:
        created = datetime.datetime.fromisoformat(run.manifest["created_utc"]).replace(tzinfo=None)
        book.set_properties({"title": run.name, "comments": "written by powergap", "created": created})
        for name, table in sheets.items():
            _write_sheet(book, name[:MOST_NAME], table)
    return target


def _summary(run: Run) -> pd.DataFrame:
    """The answer first: the gap by year, then what the policies table says."""
    if "policies" not in run.tables:
        return pd.DataFrame([{"policy": p, "case": c, "status": status} for (p, c), status in run.status.items()])
    gaps = run.gap_by_year().rename(columns=lambda year: f"gap_{year}_gw").reset_index()
    return run.tables["policies"].merge(gaps, on=["policy", "case"], how="left")[
        ["policy", "case", "status", *[name for name in gaps if name not in ("policy", "case")]]
        + [name for name in run.tables["policies"] if name not in ("policy", "case", "status")]
    ]


def _write_sheet(book: Any, name: str, table: pd.DataFrame) -> None:
    """Header frozen and filtered, columns as wide as what stands in them."""
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = [_number_format(book, column) for column in map(str, table.columns)]
    for place, column in enumerate(map(str, table.columns)):
        sheet.set_column(place, place, _width(column, table.iloc[:, place]))
    sheet.freeze_panes(1, 0)
    if len(table.columns):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    sheet.write_row(0, 0, list(map(str, table.columns)), head)
    missing = table.isna().to_numpy()
    for row, values in enumerate(table.itertuples(index=False, name=None)):
        for place, value in enumerate(values):
            if not missing[row, place]:
                _write_cell(sheet, row + 1, place, value, formats[place])


def _write_cell(sheet: Any, row: int, place: int, value: Any, form: Any) -> None:
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, form if isinstance(value, float) else None)
    else:
        sheet.write_string(row, place, str(value))


def _number_format(book: Any, column: str) -> Any:
    fitting = [suffix for suffix in NUMBER_FORMATS if column.endswith(suffix)]
    return book.add_format({"num_format": NUMBER_FORMATS[max(fitting, key=len)]}) if fitting else None


def _width(column: str, values: pd.Series) -> int:
    """Wide enough for the first thousand values and half of the heading, which wraps."""
    if pd.api.types.is_float_dtype(values):
        longest = max((len(f"{value:,.3f}") for value in values.head(1000).dropna()), default=0)
    else:
        longest = max(map(len, values.head(1000).astype(str)), default=0)
    return min(MOST_COLUMNS_WIDE, max(8, longest + 2, len(column) // 2 + 3))
