"""`powergap export` and `powergap audit`: what is done with a run folder."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from powergap.cli import help as shared
from powergap.cli.help import Csv, Json, Quiet, examples
from powergap.cli.screen import Screen
from powergap.errors import InputError


class Format(enum.StrEnum):
    """Formats that a run is exported to."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


def command(app: typer.Typer) -> None:
    """Register `export`."""
    epilog = examples(
        "powergap export outputs/us-2030 --format xlsx --to us-2030.xlsx",
        "powergap export outputs/us-2030 --format parquet --to tables/",
        "powergap export outputs/us-2030 --table gap --to gap.csv",
    )
    app.command(
        "export",
        short_help="Write a run as CSV, Parquet or an Excel workbook.",
        epilog=epilog + shared.EXIT_CODES,
    )(export)


def audit(app: typer.Typer) -> None:
    """Register `audit`."""
    epilog = examples("powergap audit outputs/us-2030", "powergap audit outputs/us-2030 --json")
    app.command("audit", short_help="Recompute every identity that a run promises.", epilog=epilog + shared.EXIT_CODES)(
        audit_run
    )


def export(
    run: Annotated[Path, shared.RUN],
    form: Annotated[
        Format | None,
        typer.Option("--format", "-f", metavar="csv|xlsx|parquet", help="Format; default: by the end of --to."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="File or folder to write; default <scenario>.xlsx or <scenario>-<format>/."),
    ] = None,
    table: Annotated[str | None, typer.Option(metavar="NAME", help="Only this table, for example gap.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Put the hourly tables in the workbook too (dispatch, storage).")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a run's tables as CSV, Parquet or one Excel workbook, and print what was written.

    A folder of CSV or Parquet tables is a data package: datapackage.json tells types, units and meanings.
    """
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.results.export import export as write
        from powergap.results.run_folder import read_run

        suffix = to.suffix.removeprefix(".") if to else ""
        if form is None and suffix not in tuple(Format):
            raise InputError("give --format csv, xlsx or parquet, or --to with a file name that ends in one of them")
        kind = form or Format(suffix)
        found = read_run(run)
        default = Path(f"{found.name}.xlsx" if kind is Format.XLSX else f"{found.name}-{kind.value}")
        files = write(found, to or default, kind.value, table=table, everything=everything)
        if as_json:
            screen.json({"files": [str(file) for file in files]})
        else:
            screen.data("".join(f"{file}\n" for file in files))


def audit_run(
    run: Annotated[Path, shared.RUN], as_json: Json = False, as_csv: Csv = False, quiet: Quiet = False
) -> None:
    """Recompute every identity that a run promises from its tables and scenario alone."""
    screen = Screen(as_json, as_csv, quiet)
    with screen.telling():
        import pandas as pd

        from powergap.results.audit import audit_folder
        from powergap.show.findings import audit_sentence, checks_table, failures

        checks = [check.as_record() for check in audit_folder(run)]
        wrong = failures(checks)
        if as_json:
            screen.json({"run": str(run), "passed": not wrong, "checks": checks})
        elif as_csv:
            screen.csv(pd.DataFrame(checks))
        else:
            screen.data(checks_table(checks, screen.width, ascii_only=screen.ascii_only))
        for line in wrong:
            screen.error(f"audit: {line}")
        screen.say(f"\n{run}: {audit_sentence(checks)}")
        raise typer.Exit(1 if wrong else 0)
