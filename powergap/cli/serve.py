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
    app.command("serve", short_help="Move the main levers in the browser and see the gap solved again.", epilog=epilog)(
        serve
    )


def serve(
    scenario: Annotated[str, shared.SCENARIO],
    port: Annotated[
        int, typer.Option(metavar="N", parser=count(0, 65535), help="Port of this machine; 0 takes a free one.")
    ] = PORT,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    quiet: Quiet = False,
) -> None:
    """Serve a page on which the main levers of a scenario are moved and the gap is solved again at once.

    Policy, case, demand, delivery slots, lead times, grid additions, prices and limits; every key as `--set` takes
    it, between the catalog's low and high. What was moved is compared with the scenario as it stands, and saved as a
    scenario file in this folder that `powergap solve` solves to the same gap.

    Only this machine can open the page, with the address that is printed. Ctrl-C ends it.
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
            screen.say(f"{desk.study.name} is served on this machine alone; Ctrl-C ends it")
            if open_browser:
                typer.launch(address)

        try:
            serve_until_ended(desk, port, ready)
        except KeyboardInterrupt:
            screen.say("ended")
