"""`powergap serve`: move the main levers in the browser and see the gap solved again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from powergap.cli import help as shared
from powergap.cli.help import Quiet, examples
from powergap.cli.numbers import count
from powergap.cli.screen import Screen

PORT = 8765


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples(
        "powergap serve us-2030",
        "powergap serve my.yaml --port 9000",
        "powergap serve us-2030 --port 0 --open",
    )
    app.command("serve", short_help="Move the main levers in a browser and see the gap solved again.", epilog=epilog)(
        serve
    )


def serve(
    scenario: Annotated[str, shared.SCENARIO],
    port: Annotated[
        int, typer.Option(metavar="N", parser=count(0, 65535), help="Local port; 0 picks a free one.")
    ] = PORT,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    quiet: Quiet = False,
) -> None:
    """Open a live page: move the main levers of a scenario and see the gap solved again.

    Policy, case, demand, delivery slots, lead times, grid additions, prices and limits, each between the catalog's low
    and high. The adjusted plan is compared with the baseline, and can be saved in this folder as a scenario file that
    `powergap solve` solves to the same gap.

    The page is open to this computer only, at the address that is printed. Ctrl-C stops it.
    """
    screen = Screen(quiet=quiet)
    with screen.telling():
        from powergap.files.extras import needed

        for package in ("starlette", "uvicorn", "altair", "vl_convert", "jinja2"):
            needed(package)
        from powergap.serve.server import serve as serve_until_ended
        from powergap.serve.session import Desk

        desk = Desk(scenario, Path.cwd())
        for warning in desk.study.warnings:
            screen.say(f"warning: {warning}")

        def ready(address: str) -> None:
            screen.data(f"{address}\n")
            screen.say(f"{desk.study.name} is served to this computer only; Ctrl-C stops it")
            if open_browser:
                typer.launch(address)

        try:
            serve_until_ended(desk, port, ready)
        except KeyboardInterrupt:
            screen.say("stopped")
