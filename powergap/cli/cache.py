"""`powergap cache`: where solutions are kept, how much room they take, and how to be rid of them."""

from __future__ import annotations

from typing import Annotated

import typer

from powergap.cli.help import EXIT_CODES, Json, Quiet, examples
from powergap.cli.screen import Screen


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples("powergap cache", "powergap cache --clear", "POWERGAP_CACHE_MB=200 powergap solve us-2030")
    app.command("cache", short_help="Show where solutions are cached, or clear them.", epilog=epilog + EXIT_CODES)(
        cache
    )


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove every solution.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show where earlier solutions are cached and how much space they take, or clear them.

    POWERGAP_CACHE_DIR names another folder; POWERGAP_CACHE_MB limits its size, 1000 megabytes by default. The least
    recently used solutions are removed first.
    """
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.planning import user_cache

        kept = user_cache()
        if clear:
            count, size = kept.room()
            kept.clear()
            screen.say(f"removed {count} solutions, {size / 1e6:.1f} MB")
        count, size = kept.room()
        most = kept.most_bytes / 1e6
        if as_json:
            screen.json({"folder": str(kept.folder), "solutions": count, "size_mb": size / 1e6, "most_mb": most})
        else:
            screen.data(f"{kept.folder}: {count} solutions, {size / 1e6:.1f} of at most {most:.0f} MB\n")
