"""`powergap hedge`: what to order now when it is known only later which future comes true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from powergap.cli import help as shared
from powergap.cli.engine import interruptible
from powergap.cli.help import Csv, Json, NoCache, Quiet, Replace, examples
from powergap.cli.progress import progress
from powergap.cli.screen import Screen, records
from powergap.cli.solve import check_target

if TYPE_CHECKING:
    from powergap.results.hedge import HedgeRun
    from powergap.scenario import Outlook


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples(
        "powergap hedge us-2030-futures",
        "powergap hedge us-2030-futures --policy all-of-the-above --case high --out outputs/high-hedge",
        "powergap hedge us-2030-futures --set hedge.risk_weight_fraction=0.5 --out outputs/careful",
        "powergap hedge us-2030-futures --set futures.bust.probability=0.5 --set futures.as-planned.probability=0.3",
    )
    app.command(
        "hedge", short_help="Plan orders that hedge against several futures.", epilog=epilog + shared.EXIT_CODES
    )(hedge)


def hedge(
    scenario: Annotated[str, shared.SCENARIO],
    policy: Annotated[
        str | None,
        typer.Option("--policy", "-p", metavar="NAME", help="Policy; default the one under `hedge` in the scenario."),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            "--case", "-c", metavar="NAME", help="Case that the futures change; default the one under `hedge`."
        ),
    ] = None,
    sets: Annotated[list[str] | None, shared.SET] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder of the result; default outputs/<scenario>-hedge."),
    ] = None,
    replace: Replace = False,
    no_cache: NoCache = False,
    as_json: Json = False,
    as_csv: Csv = False,
    quiet: Quiet = False,
) -> None:
    """Plan the scenario's futures together: what to order now, and the value of hedging and of perfect information.

    The scenario gives each future a probability, the year in which it is known, and what it changes. Orders before that
    year are the same in all futures. The hedge is compared with planning for the mean and with planning for one future,
    each tested in every future.
    """
    with (screen := Screen(as_json, as_csv, quiet)).telling():
        from powergap.scenario import load_outlook

        outlook = load_outlook(scenario, policy=policy, case=case, sets=sets or ())
        for warning in outlook.study.warnings:
            screen.say(f"warning: {warning}")
        folder = out or Path("outputs") / f"{outlook.study.name}-hedge"
        check_target(folder, (), mark="value_of_stochastic_solution_musd")
        if not replace:
            _refuse_other(outlook, folder)
        run = _hedged(screen, outlook, cached=not no_cache)
        from powergap.results.run_folder import write_run
        from powergap.text.findings import audit_sentence, failures
        from powergap.text.hedge import answer, hedge_page

        write_run(run, folder)
        checks = run.manifest.audit
        held = all(check.passed for check in checks)
        if as_json:
            kept = {
                "scenario",
                "policy",
                "case",
                "futures",
                "value_of_stochastic_solution_musd",
                "expected_value_of_perfect_information_musd",
                "audit",
            }
            tables = {name: records(run.tables[name]) for name in ("ways", "outcomes", "orders")}
            about = {"answer": answer(run), "folder": str(folder), "exit_code": 0 if held else 1}
            screen.json(about | run.manifest.model_dump(include=kept) | tables)
        elif as_csv:
            screen.csv(run.tables["outcomes"])
        else:
            screen.data(hedge_page(run, screen.width, ascii_only=screen.ascii_only))
        for line in failures(checks):
            screen.error(f"audit: {line}")
        told = f"{len(run.tables)} tables, {run.manifest.seconds:.1f} s, {audit_sentence(checks)}"
        screen.say(f"\n{folder}: {told}")
        raise typer.Exit(0 if held else 1)


def _refuse_other(outlook: Outlook, folder: Path) -> None:
    """Refuse to replace the hedge of something else, before anything is solved."""
    from powergap.files.replacing import lost_of_hedge, refuse_loss

    futures = [one.name for one in outlook.futures]
    refuse_loss(folder, lost_of_hedge(folder, outlook.study.name, outlook.policy, outlook.case, futures))


def _hedged(screen: Screen, outlook: Outlook, *, cached: bool) -> HedgeRun:
    """Plan with progress on stderr: each future known, the hedge, the mean and belief in each future."""
    with progress(screen) as report:
        report(0, 2 * len(outlook.futures) + 2, "building")
        from powergap.planning import user_cache
        from powergap.run import hedge as planned

        begun: dict[str, None] = {}

        def tell(stage: str) -> None:
            begun.setdefault(stage.replace(",", ":").partition(":")[0])
            report(len(begun) - 1, 2 * len(outlook.futures) + 2, stage)

        cache = user_cache() if cached else None
        return interruptible(lambda cancel: planned(outlook, report=tell, cancel=cancel, cache=cache))
