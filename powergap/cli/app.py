"""`powergap`: the commands and what they have in common."""

from __future__ import annotations

from typing import Annotated

import typer

from powergap import __version__
from powergap.cli import (
    cache,
    catalog,
    compare,
    convert,
    diagnose,
    explain,
    export,
    hedge,
    profiles,
    report,
    scenarios,
    serve,
    solve,
    sweep,
    what_if,
)
from powergap.cli.help import EXIT_CODES, examples

app = typer.Typer(
    name="powergap",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "powergap solve us-2030",
        "powergap solve us-2030 --set value_of.delayed_load_usd_per_kw_year=3000 --out outputs/cheap-compute",
        "powergap compare outputs/us-2030 outputs/cheap-compute",
        "powergap report outputs/us-2030 --to us-2030.html",
        "powergap export outputs/us-2030 --format xlsx --to us-2030.xlsx",
    )
    + EXIT_CODES,
)
for command in (
    solve.command,
    compare.command,
    hedge.command,
    explain.command,
    diagnose.command,
    what_if.command,
    serve.command,
    sweep.command,
    report.report_command,
    report.plot_command,
    export.command,
    scenarios.scenarios,
    scenarios.validate,
    scenarios.new,
    scenarios.schema,
    catalog.command,
    cache.command,
    convert.convert,
    convert.reconcile,
    profiles.profiles,
    profiles.headroom,
    export.audit,
):
    command(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"powergap {__version__}")
        raise typer.Exit


@app.callback()
def powergap(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Project the data-center power gap by year: what closes it, what it costs, and which limits bind."""


def main() -> None:
    """Run the command line."""
    app(prog_name="powergap")
