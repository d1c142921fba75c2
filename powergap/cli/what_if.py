"""`powergap what-if`: change some values and show only what that changes."""

from __future__ import annotations

from typing import Annotated

import typer

from powergap.cli import help as shared
from powergap.cli.engine import solved
from powergap.cli.help import Csv, Json, Quiet, complete_item, examples
from powergap.cli.screen import Screen, records
from powergap.cli.solve import exit_code


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples(
        "powergap what-if outputs/us-2030 --set value_of.delayed_load_usd_per_kw_year=3000",
        "powergap what-if us-2030 --policy onsite-gas --case mid --set limits.co2_mt_per_year=400",
    )
    app.command(
        "what-if", short_help="Change some values and show only what that changes.", epilog=epilog + shared.EXIT_CODES
    )(what_if)


def what_if(
    item: Annotated[
        str, typer.Argument(metavar="RUN|SCENARIO", help="A run folder or a scenario.", autocompletion=complete_item)
    ],
    sets: Annotated[list[str], shared.SET],
    policy: Annotated[list[str] | None, shared.POLICY] = None,
    case: Annotated[list[str] | None, shared.CASE] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    quiet: Quiet = False,
) -> None:
    """Change some values, solve again, and show only what changes: gap by year, gap closed, cost, CO2.

    A run folder is taken as solved; only the change is solved. Nothing is written.
    """
    screen = Screen(as_json, as_csv, quiet)
    with screen.telling():
        from powergap.explain.what_if import what_if as asked
        from powergap.text.comparison import comparison_text

        found = asked(item, sets, policies=policy, cases=case, solve=lambda study: solved(screen, study))
        if as_json:
            screen.json(
                {
                    "sets": list(found.sets),
                    "is_same": found.is_same,
                    "changes": records(found.changes),
                    "inputs": records(found.inputs),
                    "notes": list(found.comparison.notes),
                }
            )
        elif as_csv:
            screen.csv(found.changes)
        else:
            screen.data(comparison_text(found.comparison, screen.width, ascii_only=screen.ascii_only))
        raise typer.Exit(exit_code(found.run))
