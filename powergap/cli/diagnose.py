"""`powergap diagnose`: why a policy has no plan."""

from __future__ import annotations

from typing import Annotated

import typer

from powergap.cli import help as shared
from powergap.cli.engine import interruptible
from powergap.cli.help import Csv, Json, Quiet, examples
from powergap.cli.screen import Screen, records

INFEASIBLE, STOPPED = 3, 4


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples("powergap diagnose my.yaml", "powergap diagnose my.yaml --policy onsite-gas --case high")
    app.command(
        "diagnose", short_help="Show which limits conflict where there is no plan.", epilog=epilog + shared.EXIT_CODES
    )(diagnose)


def diagnose(
    scenario: Annotated[str, shared.SCENARIO],
    policy: Annotated[list[str] | None, shared.POLICY] = None,
    case: Annotated[list[str] | None, shared.CASE] = None,
    sets: Annotated[list[str] | None, shared.SET] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    quiet: Quiet = False,
) -> None:
    """Report for every policy and case whether it has a plan and, if not, which limits conflict.

    For each conflict: a smallest set of limits that cannot all hold, where each is set, and by how much it must move.
    """
    screen = Screen(as_json, as_csv, quiet)
    with screen.telling():
        from powergap.scenario import load

        study = load(scenario, sets=sets or (), policies=policy or None, cases=case or None)
        import pandas as pd

        from powergap.api import diagnose as diagnosed

        def tell(done: int, total: int, doing: str) -> None:
            screen.say(f"diagnosing {done + 1} of {total}; {doing}")

        found = interruptible(lambda cancel: diagnosed(study, progress=tell, cancel=cancel))
        if as_json:
            screen.json([{**vars(one), "table": records(one.table)} for one in found])
        elif as_csv:
            frames = [one.table.assign(policy=one.policy, case=one.case, status=one.status) for one in found]
            screen.csv(pd.concat(frames, ignore_index=True))
        else:
            from powergap.text.diagnosis import render

            screen.data("\n".join(render(one, screen.width) for one in found))
        statuses = {one.status for one in found} - {"feasible"}
        raise typer.Exit(INFEASIBLE if statuses & {"infeasible", "unbounded"} else STOPPED if statuses else 0)
