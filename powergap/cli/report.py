"""`powergap plot` and `powergap report`: a run to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from powergap.cli import help as shared
from powergap.cli.help import Json, Quiet, examples
from powergap.cli.screen import Screen


def plot_command(app: typer.Typer) -> None:
    """Register `plot`."""
    epilog = examples(
        "powergap plot outputs/us-2030 --figure gap --to gap.svg",
        "powergap plot outputs/us-2030 --figure dispatch --policy all-of-the-above --case high --to day.pdf",
    )
    app.command("plot", short_help="Draw one figure of a run.", epilog=epilog + shared.EXIT_CODES)(plot)


def report_command(app: typer.Typer) -> None:
    """Register `report`."""
    epilog = examples("powergap report outputs/us-2030 --to us-2030.html")
    app.command(
        "report", short_help="Write a run as one HTML page that works offline.", epilog=epilog + shared.EXIT_CODES
    )(report)


SWEEP = typer.Option("--sweep", metavar="DIR", help="Folder of a sweep of the same scenario, for figures of its draws.")


def _complete_figure(incomplete: str) -> list[str]:
    from powergap.report.figures import DRAW_FIGURES, FIGURES

    return [name for name in FIGURES | DRAW_FIGURES if name.startswith(incomplete)]


def plot(
    run: Annotated[Path, shared.RUN],
    figure: Annotated[
        str,
        typer.Option(
            "--figure",
            "-f",
            metavar="NAME",
            autocompletion=_complete_figure,
            help="last-gap, gap, closed, supply, capacity, orders, dispatch, cost, unit-cost, frontier, emissions, "
            "map; with --sweep draws, tornado or regret.",
        ),
    ],
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy", "-p", metavar="NAME", help="Only this policy; may be repeated where several are shown."
        ),
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", "-c", metavar="NAME", help="Case; default the scenario's.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File that ends in svg, png or pdf; default <scenario>-<figure>.svg."),
    ] = None,
    sweep: Annotated[Path | None, SWEEP] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw one figure of a run as SVG, PNG or PDF, for print, and print the file written.

    A figure of one policy (supply, capacity, orders, dispatch, map) shows --policy, else the policy that was explained,
    else the one with the least gap.
    """
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.report.plot import plot as draw
        from powergap.results.run_folder import read_run
        from powergap.sweep import read_sweep

        found = read_run(run)
        target = to or Path(f"{found.name}-{figure}.svg")
        drawn = read_sweep(sweep) if sweep else None
        _told(screen, draw(found, figure, target, policies=policy or (), case=case, sweep=drawn))


def report(
    run: Annotated[Path, shared.RUN],
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; default <scenario>.html.")] = None,
    sweep: Annotated[Path | None, SWEEP] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a run as one HTML page: the answer, figures by policy and case, sources and proof.

    The page is self-contained and works offline. The same run gives the same bytes.
    """
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.api import report as written

        _told(screen, written(run, to, sweep=sweep))


def _told(screen: Screen, file: Path) -> None:
    if screen.as_json:
        screen.json({"files": [str(file)]})
    else:
        screen.data(f"{file}\n")
