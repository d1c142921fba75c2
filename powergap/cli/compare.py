"""`powergap compare`: results and inputs side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from powergap.cli.engine import solved
from powergap.cli.help import EXIT_CODES, Csv, Json, Quiet, complete_item, examples
from powergap.cli.screen import Screen, records
from powergap.cli.solve import exit_code


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples(
        "powergap compare outputs/us-2030 outputs/cheap-compute",
        "powergap compare us-2030 my-variant.yaml",
        "powergap compare outputs/us-2030 outputs/cheap-compute --csv > difference.csv",
    )
    app.command("compare", short_help="Show which results and inputs differ between runs.", epilog=epilog + EXIT_CODES)(
        compare
    )


def compare(
    items: Annotated[
        list[str],
        typer.Argument(
            metavar="A B ...",
            help="Run folders or scenarios; the first is the base.",
            autocompletion=complete_item,
        ),
    ],
    as_json: Json = False,
    as_csv: Csv = False,
    quiet: Quiet = False,
) -> None:
    """Show which results and inputs differ between runs.

    Scenarios are solved first, and not written. CSV holds the results; JSON holds the inputs too.
    """
    screen = Screen(as_json, as_csv, quiet)
    with screen.telling():
        from powergap.comparison import compare as compared
        from powergap.text.comparison import comparison_text

        found = compared(items, solve=lambda study: solved(screen, study))
        if as_json:
            screen.json(
                {
                    "base": found.labels[0],
                    "labels": list(found.labels),
                    "results": records(found.results),
                    "inputs": records(found.inputs),
                    "notes": list(found.notes),
                }
            )
        elif as_csv:
            screen.csv(found.results)
        else:
            screen.data(comparison_text(found, screen.width, ascii_only=screen.ascii_only))
        raise typer.Exit(max(exit_code(run) if run.plans else 0 for run in found.runs))
