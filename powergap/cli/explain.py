"""`powergap explain`: why there is a gap and what would close it."""

from __future__ import annotations

import datetime
import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from powergap.cli import help as shared
from powergap.cli.engine import interruptible
from powergap.cli.help import Json, Quiet, Replace, complete_item, examples
from powergap.cli.numbers import count
from powergap.cli.progress import progress
from powergap.cli.screen import Screen, records

if TYPE_CHECKING:
    from powergap.explain.explanation import Explanation


class ExplainSection(enum.StrEnum):
    """What can be explained."""

    BOTTLENECKS = "bottlenecks"
    REMAINING = "remaining"
    ATTRIBUTION = "attribution"
    ORDER_BY = "order_by"
    WAITING = "waiting"
    FRONTIER = "frontier"
    ALTERNATIVES = "alternatives"


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples(
        "powergap explain us-2030 --policy gas-and-storage",
        "powergap explain outputs/us-2030 --policy all-of-the-above --case high --top 12",
        "powergap explain us-2030 --only bottlenecks --only order_by --to why/",
    )
    app.command(
        "explain",
        short_help="Explain why there is a gap, what would close it, and what to order when.",
        epilog=epilog + shared.EXIT_CODES,
    )(explain)


def explain(
    item: Annotated[
        str,
        typer.Argument(
            metavar="RUN|SCENARIO",
            help="A run folder, a scenario file or the name of a bundled one.",
            autocompletion=complete_item,
        ),
    ],
    policy: Annotated[
        str | None,
        typer.Option("--policy", "-p", metavar="NAME", help="Policy; default the one with the most levers."),
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", "-c", metavar="NAME", help="Case; default the scenario's.")
    ] = None,
    top: Annotated[
        int, typer.Option(metavar="N", parser=count(1), help="Bottlenecks to confirm by solving again.")
    ] = 8,
    only: Annotated[
        list[ExplainSection] | None,
        typer.Option(metavar="NAME", help=f"Only this part; may be repeated: {', '.join(ExplainSection)}."),
    ] = None,
    today: Annotated[
        datetime.datetime | None,
        typer.Option(
            metavar="DATE", formats=["%Y-%m-%d"], help="Orders due before this date are overdue; default today."
        ),
    ] = None,
    to: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write the tables to as CSV.")] = None,
    replace: Replace = False,
    workers: Annotated[
        int | None, typer.Option(metavar="N", parser=count(1), help="Parallel solves; default one per core.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Explain why there is a gap and what would close it: limits, levers, orders and the cost of closing it faster.

    For a run folder, the tables are also written into the folder and listed in its manifest.
    """
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.explain.folder import add_to_run, refuse_other_tables, write_tables
        from powergap.files.atomic import refuse_unwritable
        from powergap.results.manifest import Manifest
        from powergap.results.run_folder import MANIFEST, RESOLVED

        if to:
            refuse_unwritable(to / "x")
            refuse_other_tables(to, item, policy, case, replace=replace)
        options: dict[str, Any] = {"top": top, "workers": workers, "today": today.date() if today else None}
        if only:
            options["sections"] = tuple(one.value for one in only)
        folder = Path(item)
        explained = None
        if folder.is_dir():
            Manifest.read(folder / MANIFEST)
            explained = (folder / RESOLVED).read_bytes()
        found = _explained(screen, item, policy, case, options)
        files = add_to_run(found, folder, explained) if explained is not None else []
        if to:
            files += write_tables(found, to)
        _show(screen, found, files)


def _explained(screen: Screen, item: str, policy: str | None, case: str | None, options: dict[str, Any]) -> Explanation:
    """Explain with progress on stderr."""
    with progress(screen) as report:
        report(0, 1, "loading")
        from powergap.explain.explanation import explain as explained

        return interruptible(lambda cancel: explained(item, policy, case, progress=report, cancel=cancel, **options))


def _show(screen: Screen, found: Explanation, files: list[Path]) -> None:
    if screen.as_json:
        import numpy as np

        tables = {name: records(table.replace([np.inf, -np.inf], np.nan)) for name, table in found.tables.items()}
        screen.json(
            {
                "scenario": found.scenario,
                "policy": found.policy,
                "case": found.case,
                "objective": found.objective,
                "sentences": found.sentences,
                "tables": tables,
                "subsets_solved": found.subsets_solved,
                "files": [str(file) for file in files],
            }
        )
        return
    from powergap.text.explanation import explanation_text

    screen.data(explanation_text(found, screen.width, ascii_only=screen.ascii_only))
    if files:
        screen.say(f"\n{len(files)} files written: {', '.join(map(str, files))}")
