"""A run as files for other programs: CSV and Parquet tables that make a data package, or one Excel workbook."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pandas as pd

from powergap.errors import InputError
from powergap.export.data_package import FILE, lost_of_package, write_descriptor
from powergap.export.workbook import write_workbook
from powergap.files.atomic import file_written_aside
from powergap.files.extras import needed
from powergap.files.guarded_csv import write_csv
from powergap.files.replacing import refuse_loss
from powergap.results.run import Result

FORMATS = ("csv", "xlsx", "parquet")
HOURLY = ("dispatch", "storage")
"""Tables by hour: exported to a workbook only when asked for."""


def export(
    run: Result,
    target: Path,
    form: str,
    *,
    table: str | None = None,
    everything: bool = False,
    replace: bool = False,
) -> list[Path]:
    """Write a run's tables for another program.

    Args:
        run: what to export, a hedge too.
        target: an `.xlsx` file; for CSV and Parquet a folder, which becomes a data package, or a file when one
            table is asked for.
        form: csv, xlsx or parquet.
        table: only this table.
        everything: a workbook with the hourly tables too.
        replace: whether a data package may take the place of one of another scenario or of more tables.

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
        return [write_workbook(run, target, chosen, whole=table is None)]
    if form == "parquet":
        needed("pyarrow")
    write = write_csv if form == "csv" else _write_parquet
    if table is not None and (target.suffix == f".{form}" or target.is_file()):
        return [_written(target, chosen[table], write)]
    _refuse_file(target)
    if table is None and not replace:
        refuse_loss(target, lost_of_package(target, run, chosen), "--to")
    files = {name: target / f"{name}.{form}" for name in chosen}
    with ExitStack() as all_written:
        # What is opened first takes its place last: a folder that has a descriptor is complete.
        if table is None:
            about = all_written.enter_context(file_written_aside(target / FILE))
        for name, path in files.items():
            write(chosen[name], all_written.enter_context(file_written_aside(path)))
        if table is None:
            write_descriptor(run, files, about)
            (target / FILE).unlink(missing_ok=True)
    return [*files.values(), *([target / FILE] if table is None else [])]


def _chosen(run: Result, table: str | None) -> dict[str, pd.DataFrame]:
    return dict(run.tables) if table is None else {table: run[table]}


def _refuse_file(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError(f"{target} is a file; give a folder for several tables, or one table with --table")


def _written(path: Path, table: pd.DataFrame, write: Callable[[pd.DataFrame, Path], None]) -> Path:
    with file_written_aside(path) as aside:
        write(table, aside)
    return path


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False)
