"""`powergap export` and `powergap audit`: what is done with a run folder."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from powergap.cli import help as shared
from powergap.cli.help import Csv, Json, Quiet, Replace, examples
from powergap.cli.screen import Screen


class ExportFormat(enum.StrEnum):
    """Formats that a run is exported to."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    IAMC = "iamc"
    MPS = "mps"
    LP = "lp"
    PYPSA = "pypsa"


def command(app: typer.Typer) -> None:
    """Register `export`."""
    epilog = examples(
        "powergap export outputs/us-2030 --format xlsx --to us-2030.xlsx",
        "powergap export outputs/us-2030 --format parquet --to tables/",
        "powergap export outputs/us-2030 --table gap --to gap.csv",
        "powergap export outputs/us-2030 --format iamc --to us-2030-iamc.csv",
        "powergap export outputs/us-2030 --format mps --policy onsite-gas --case high --to gas.mps",
        "powergap export outputs/us-2030 --format pypsa --policy onsite-gas --to network/",
    )
    app.command(
        "export",
        short_help="Write a run as tables, a workbook, or for PyPSA, pyam or another solver.",
        epilog=epilog + shared.EXIT_CODES,
    )(export)


def audit(app: typer.Typer) -> None:
    """Register `audit`."""
    epilog = examples("powergap audit outputs/us-2030", "powergap audit outputs/us-2030 --json")
    app.command(
        "audit", short_help="Recompute every identity that a run must meet.", epilog=epilog + shared.EXIT_CODES
    )(audit_run)


def export(
    run: Annotated[Path, shared.RUN],
    form: Annotated[
        ExportFormat | None,
        typer.Option(
            "--format",
            "-f",
            metavar="|".join(ExportFormat),
            help="Format; default by the suffix of --to (.csv, .xlsx, ...).",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="File or folder to write; default: named after the scenario and the format."),
    ] = None,
    table: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this table, for example gap (csv, xlsx, parquet).")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Include the hourly tables in the workbook (dispatch, storage).")
    ] = False,
    policy: Annotated[
        str | None, typer.Option(metavar="NAME", help="Policy to export (mps, lp, pypsa: one; iamc: default all).")
    ] = None,
    case: Annotated[
        str | None, typer.Option(metavar="NAME", help="Case to export; default: the run's default case (iamc: all).")
    ] = None,
    replace: Replace = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a run's tables, or its plan in another program's format, and print the files written.

    csv, xlsx and parquet hold the run's tables. A folder of CSV or Parquet tables is a data package; datapackage.json
    gives types, units and meanings. iamc is a table for pyam. mps and lp hold the linear program of one policy and
    case; pypsa holds it as a network folder.
    """
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.api import export as write

        files = write(
            run, to, form=form and form.value, table=table, everything=everything, policy=policy, case=case,
            replace=replace,
        )  # fmt: skip
        if as_json:
            screen.json({"files": [str(file) for file in files]})
        else:
            screen.data("".join(f"{file}\n" for file in files))


def audit_run(
    run: Annotated[Path, shared.RUN], as_json: Json = False, as_csv: Csv = False, quiet: Quiet = False
) -> None:
    """Recompute every identity that a run must meet, from its tables and scenario alone."""
    screen = Screen(as_json, as_csv, quiet)
    with screen.telling():
        import pandas as pd

        from powergap.api import audit as audited
        from powergap.text.findings import audit_sentence, checks_table, failures

        checks = audited(run)
        wrong = failures(checks)
        records = [check.as_record() for check in checks]
        if as_json:
            screen.json({"run": str(run), "passed": not wrong, "checks": records})
        elif as_csv:
            screen.csv(pd.DataFrame(records))
        else:
            screen.data(checks_table(checks, screen.width, ascii_only=screen.ascii_only))
        for line in wrong:
            screen.error(f"audit: {line}")
        screen.say(f"\n{run}: {audit_sentence(checks)}")
        raise typer.Exit(1 if wrong else 0)
