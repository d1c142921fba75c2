"""Help texts shared by the commands, and options that mean the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

EXIT_CODES = """

\b
Exit codes:
  0    done
  1    a bug, or a result that fails its audit
  2    wrong usage or bad input
  3    a policy is infeasible or unbounded; the others are solved, shown and written
  4    the solver stopped early; the best known solution is kept and marked
  130  interrupted; nothing is written
"""


def examples(*lines: str) -> str:
    """Examples for the end of a help page."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def complete_scenario(incomplete: str) -> list[str]:
    """Scenario files below what is typed, then bundled names."""
    try:
        from powergap.scenario.read.compose import bundled_scenarios

        return [*_paths(incomplete), *(name for name in bundled_scenarios() if name.startswith(incomplete))]
    except Exception:
        return []


def complete_item(incomplete: str) -> list[str]:
    """Run folders and scenarios."""
    return [*complete_run(incomplete), *complete_scenario(incomplete)]


def complete_run(incomplete: str) -> list[str]:
    """Folders below what is typed, run folders or on the way to one."""
    return [path.as_posix() for path in _below(incomplete) if path.is_dir()]


def _paths(incomplete: str) -> Iterator[str]:
    for path in _below(incomplete):
        if path.is_dir():
            yield f"{path.as_posix()}/"
        elif path.suffix in (".yaml", ".yml"):
            yield path.as_posix()


def _below(incomplete: str) -> list[Path]:
    folder = Path(incomplete) if incomplete.endswith("/") else Path(incomplete).parent
    if not folder.is_dir():
        return []
    visible = (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))
    return [path for path in visible if path.as_posix().startswith(incomplete.removeprefix("./"))]


def _names(section: str) -> Any:
    """Completion of the names in a section of the scenario that stands on the command line."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            from powergap.scenario.read.compose import compose, locate
            from powergap.scenario.read.nodes import Map

            names = compose(locate(str(ctx.params["scenario"]))).get(section)
            known = names.members if isinstance(names, Map) else ()
            return [str(name) for name in known if str(name).startswith(incomplete)]
        except Exception:
            return []

    return complete


SCENARIO = typer.Argument(
    metavar="SCENARIO", help="A scenario file or the name of a bundled one.", autocompletion=complete_scenario
)
RUN = typer.Argument(metavar="RUN", help="A run folder, as `powergap solve` writes it.", autocompletion=complete_run)
POLICY = typer.Option(
    "--policy",
    "-p",
    metavar="NAME",
    help="Only this policy; may be repeated.",
    autocompletion=_names("policies"),
)
CASE = typer.Option(
    "--case", "-c", metavar="NAME", help="Only this case; may be repeated.", autocompletion=_names("cases")
)
REGION = typer.Option(
    "--region",
    "-r",
    metavar="NAME",
    help="Only this region; may be repeated. National delivery slots and the CO2 limit are scaled to these "
    "regions' share of demand additions, committed orders keep their regional shares, and load moves among these "
    "regions only.",
    autocompletion=_names("regions"),
)
SET = typer.Option(
    "--set",
    "-s",
    metavar="PATH=VALUE",
    help="Change one value of the scenario; may be repeated; the last one wins.",
)
NoCache = Annotated[bool, typer.Option("--no-cache", help="Do not read or write the cache.")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace a result that holds more than this one; refused otherwise.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
