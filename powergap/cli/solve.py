"""`powergap solve`: from a scenario to its run folder and one table."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from powergap.cli import help as shared
from powergap.cli.engine import solved
from powergap.cli.help import Csv, Json, NoCache, Quiet, Replace, examples
from powergap.cli.numbers import count
from powergap.cli.screen import Screen, records
from powergap.errors import InputError, Problem
from powergap.text.layout import paragraph

if TYPE_CHECKING:
    from powergap.results.run import Run
    from powergap.scenario import Study


NO_PLAN = {"infeasible", "unbounded", "infeasible or unbounded"}


class TableFormat(enum.StrEnum):
    """Formats of the tables in a run folder."""

    CSV = "csv"
    PARQUET = "parquet"


class ObjectiveName(enum.StrEnum):
    """What is minimized."""

    LEAST_COST = "least_cost"
    LEAST_GAP = "least_gap"


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples(
        "powergap solve us-2030",
        "powergap solve my.yaml --policy onsite-gas --case mid --case high",
        "powergap solve us-2030 --set value_of.delayed_load_usd_per_kw_year=3000 --out outputs/cheap-compute",
        "powergap solve us-regions-2030 --region TEX --region MIDA --case mid",
        "powergap solve us-2030 --json --quiet > us-2030.json",
    )
    app.command(
        "solve",
        short_help="Solve a scenario, write its run folder and show the gap.",
        epilog=epilog + shared.EXIT_CODES,
    )(solve)


def solve(
    scenario: Annotated[str, shared.SCENARIO],
    policy: Annotated[list[str] | None, shared.POLICY] = None,
    case: Annotated[list[str] | None, shared.CASE] = None,
    region: Annotated[list[str] | None, shared.REGION] = None,
    sets: Annotated[list[str] | None, shared.SET] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Run folder; default outputs/<scenario>."),
    ] = None,
    formats: Annotated[
        list[TableFormat] | None,
        typer.Option("--format", "-f", metavar="csv|parquet", help="Format of the tables; may be repeated."),
    ] = None,
    objective: Annotated[
        ObjectiveName | None,
        typer.Option(metavar="least_cost|least_gap", help="Minimize cost, or the gap first and then cost."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", parser=count(1), help="Parallel solves; default one per core.")
    ] = None,
    replace: Replace = False,
    no_cache: NoCache = False,
    as_json: Json = False,
    as_csv: Csv = False,
    quiet: Quiet = False,
) -> None:
    """Solve every policy of a scenario under every case, write the run folder and show the gap.

    The run folder holds tables, the resolved scenario, a manifest and the linear programs, and is replaced as a whole.
    A folder with other files, or with plans or regions that this solve does not cover, needs --replace.

    Earlier solutions with the same inputs and versions are read from the cache; see `powergap cache`.
    """
    with (screen := Screen(as_json, as_csv, quiet)).telling():
        asked = [f"objective={objective.value}", *(sets or ())] if objective else sets or ()
        kinds = tuple(dict.fromkeys(one.value for one in formats or (TableFormat.CSV,)))
        study = load_study(screen, scenario, policy, case, asked, region or ())
        folder = out or Path("outputs") / study.name
        check_target(folder, kinds)
        if not replace:
            _refuse_smaller(study, folder)
        from powergap.planning import user_cache

        run = solved(screen, study, workers, None if no_cache else user_cache())
        from powergap.results.run_folder import write_run

        write_run(run, folder, kinds)
        show(screen, run, study, folder)
        raise typer.Exit(exit_code(run))


def _refuse_smaller(study: Study, folder: Path) -> None:
    """Refuse to put some plans where more stand, before anything is solved."""
    from powergap.files.replacing import lost_of_run, refuse_loss

    plans = {(scenario.policy, scenario.case) for scenario in study.runs}
    regions = {region for scenario in study.runs for region in scenario.regions}
    refuse_loss(folder, lost_of_run(folder, study.name, plans, regions))


def load_study(
    screen: Screen,
    scenario: str,
    policies: list[str] | None,
    cases: list[str] | None,
    sets: list[str] | tuple[()],
    regions: list[str] | tuple[()] = (),
) -> Study:
    """Load what is asked for, and the reference policy with it, without which nothing is closed."""
    from powergap.scenario import load

    study = load(scenario, sets=sets, policies=policies or None, cases=cases or None, regions=regions)
    if study.reference_policy not in study.policies:
        screen.say(f"also solving {study.reference_policy}, the reference for what a policy closes")
        both = [study.reference_policy, *study.policies]
        study = load(scenario, sets=sets, policies=both, cases=cases or None, regions=regions)
    for warning in study.warnings:
        screen.say(f"warning: {warning}")
    return study


def check_target(folder: Path, formats: tuple[str, ...], mark: str = "runs") -> None:
    """Refuse to replace what is no result of this kind, before anything is solved.

    Args:
        folder: where the result is to stand.
        formats: of its tables.
        mark: key by which the manifest of such a result is known.

    Raises:
        InputError: the folder holds something else or cannot be written, or a package is missing.
    """
    if "parquet" in formats:
        from powergap.files.extras import needed

        needed("pyarrow")
    from powergap.files.atomic import refuse_unwritable

    refuse_unwritable(folder)
    if folder.is_dir() and (not any(folder.iterdir()) or _is_result(folder / "manifest.json", mark)):
        return
    if folder.exists() or folder.is_symlink():
        message = "exists and is not a run folder; it would be replaced, so give another --out"
        raise InputError([Problem(str(folder), 0, 0, "", message)])


def _is_result(manifest: Path, mark: str) -> bool:
    from powergap.files.bounded import record

    try:
        found = record(manifest)
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and mark in found


def show(screen: Screen, run: Run, study: Study, folder: Path) -> None:
    """The answer on stdout; where it is written and whether it can be trusted on stderr."""
    from powergap.text.findings import audit_sentence, failures
    from powergap.text.full_year import full_year_lines, missed_targets
    from powergap.text.regions import regions_text
    from powergap.text.summary import Summary, answer, summary_table

    summary = Summary(run)
    if screen.as_json:
        screen.json(_payload(summary, answer(summary), study, folder))
    elif screen.as_csv:
        screen.csv(summary.frame)
    else:
        table = summary_table(summary, screen.width, ascii_only=screen.ascii_only)
        regions = regions_text(summary, screen.width, ascii_only=screen.ascii_only)
        parts = [f"{paragraph(answer(summary), screen.width)}\n", table, regions]
        screen.data("\n".join(part for part in parts if part))
    for entry in run.manifest.runs:
        if entry.status != "optimal":
            message = entry.message
            reason = f": {message}" if message and not message.lower().startswith(entry.status) else ""
            screen.error(f"{entry.policy} / {entry.case}: {entry.status}{reason}")
            if entry.status in NO_PLAN:
                options = f"--policy {entry.policy} --case {entry.case}"
                screen.say(f"    powergap diagnose {study.path or study.name} {options} shows which limits conflict")
    for line in full_year_lines(run.manifest.runs):
        screen.say(line)
    for line in missed_targets(run.manifest.runs):
        screen.error(line)
    checks = run.manifest.audit or []
    for line in failures(checks):
        screen.error(f"audit: {line}")
    told = [f"{len(run.tables)} tables", f"{run.manifest.seconds:.1f} s", audit_sentence(checks)]
    kept = sum(entry.from_cache for entry in run.manifest.runs)
    if kept:
        told.append(f"{kept} of {len(run.plans)} plans from the cache")
    screen.say(f"\n{folder}: {', '.join(told)}")


def _payload(summary: Any, sentence: str, study: Study, folder: Path) -> dict[str, Any]:
    run = summary.run
    manifest = run.manifest
    return {
        "scenario": run.name,
        "title": manifest.title,
        "answer": sentence,
        "folder": str(folder),
        "seconds": manifest.seconds,
        "reference_policy": manifest.reference_policy,
        "default_case": summary.case,
        "years": summary.years,
        "policies": records(summary.frame),
        "full_year": [
            {"policy": entry.policy, "case": entry.case, "found": entry.full_year and entry.full_year.as_record()}
            for entry in manifest.runs
        ],
        "audit": [check.as_record() for check in manifest.audit or ()],
        "warnings": [str(warning) for warning in study.warnings],
        "exit_code": exit_code(run),
    }


def exit_code(run: Run) -> int:
    """3 if a run has no plan, 4 if one stopped short, 1 if the audit fails, else 0."""
    statuses = set(run.status.values())
    if statuses & NO_PLAN:
        return 3
    if statuses != {"optimal"}:
        return 4
    return 0 if all(check.passed for check in run.manifest.audit or ()) else 1
