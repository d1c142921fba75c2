"""`powergap sweep`: every policy on many draws of what is uncertain."""

from __future__ import annotations

import enum
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from powergap.cli import help as shared
from powergap.cli.help import Csv, Json, Quiet, examples
from powergap.cli.numbers import count
from powergap.cli.progress import Report, progress
from powergap.cli.screen import BAD_INPUT, INTERRUPTED, Screen, records
from powergap.errors import InputError, system_reason

if TYPE_CHECKING:
    import pandas as pd

    from powergap.sweep import Sweep


class DesignName(enum.StrEnum):
    """Designs of draws."""

    LATIN_HYPERCUBE = "latin_hypercube"
    SOBOL = "sobol"
    GRID = "grid"
    SALTELLI = "saltelli"


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples(
        "powergap sweep us-2030 --draws 200",
        "powergap sweep us-2030 --resume",
        "powergap sweep us-2030 --policy onsite-gas --policy storage --input "
        "'value_of.delayed_load_usd_per_kw_year={uniform: [1500, 4500]}'",
        "powergap sweep my.yaml --scheduler tls://10.0.0.5:8786 "
        "--tls-ca-file ca.pem --tls-cert me.pem --tls-key me.key",
    )
    app.command(
        "sweep",
        short_help="Solve every policy over many draws of the uncertain inputs.",
        epilog=epilog + shared.EXIT_CODES.replace("interrupted; nothing is written", "interrupted; --resume continues"),
    )(sweep)


def sweep(
    scenario: Annotated[str, shared.SCENARIO],
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            "-i",
            metavar="KEY=DISTRIBUTION",
            help="Add an uncertain input to `sweep.inputs`, or replace the one with that key.",
        ),
    ] = None,
    policy: Annotated[list[str] | None, shared.POLICY] = None,
    case: Annotated[str | None, typer.Option("--case", "-c", metavar="NAME", help="Case for all other values.")] = None,
    sets: Annotated[list[str] | None, shared.SET] = None,
    draws: Annotated[
        int | None, typer.Option(metavar="N", parser=count(2), help="Number of draws; default `sweep.draws`.")
    ] = None,
    design: Annotated[
        DesignName | None,
        typer.Option(metavar="latin_hypercube|sobol|grid|saltelli", help="Sampling design; default `sweep.design`."),
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", parser=count(0), help="Seed; default `sweep.seed`.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder; default outputs/<scenario>-sweep.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Finish the sweep in the folder, or show it again.")] = False,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", parser=count(1), help="Local processes; default one per core."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Use a Dask scheduler, tls://host:8786, instead of local processes."),
    ] = None,
    tls_ca_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CA certificate of the scheduler, PEM.")
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Client certificate for the scheduler, PEM.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Private key of --tls-cert, PEM.")] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    quiet: Quiet = False,
) -> None:
    """Solve every policy over many draws of the uncertain inputs: quantiles of the gap, what moves it, regret.

    Results are saved as they come. After an interruption, `--resume` solves what is missing and ends with the same
    results as a sweep that was never stopped. Tables are written to the same folder.
    """
    with (screen := Screen(as_json, as_csv, quiet)).telling():
        from powergap.scenario import load
        from powergap.sweep import answers
        from powergap.sweep import sweep as run
        from powergap.sweep.tls import security_of

        security = security_of(tls_ca_file, tls_cert, tls_key)
        if security and not scheduler:
            raise InputError("certificates need --scheduler; local workers have their own")
        asked = {"draws": draws, "design": design and design.value, "seed": seed, "case": case}
        changes = [f"sweep.{key}={value}" for key, value in asked.items() if value is not None]
        study = load(scenario, sets=[*(sets or ()), *_inputs(inputs or ()), *changes], policies=policy or None)
        for warning in study.warnings:
            screen.say(f"warning: {warning}")
        folder = out or Path("outputs") / f"{study.name}-sweep"
        with _keeping(screen), progress(screen) as report:
            found = run(
                study, folder, resume=resume, workers=workers, scheduler=scheduler, security=security,
                progress=_Pace(report),
            )  # fmt: skip
        _show(screen, found, folder, answers.write(found, folder))
        raise typer.Exit(_exit_code(found))


KEPT = "what is solved is kept; `--resume` finishes the sweep"


@contextmanager
def _keeping(screen: Screen) -> Iterator[None]:
    """Whatever stops a sweep, what it has solved is kept; say so."""
    try:
        yield
    except KeyboardInterrupt:
        screen.error(f"interrupted; {KEPT}")
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        screen.error(f"error: {system_reason(error)}; {KEPT}")
        raise typer.Exit(BAD_INPUT) from None


def _show(screen: Screen, found: Sweep, folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    from powergap.text.sweep import headline, sweep_text

    if screen.as_json:
        told = {name: records(frame) for name, frame in tables.items()}
        screen.json(
            {"folder": str(folder), "about": found.about.as_record(), "answer": headline(found), "tables": told}
        )
    elif screen.as_csv:
        screen.csv(tables["gap_quantiles"])
    else:
        screen.data(sweep_text(found, screen.width, ascii_only=screen.ascii_only))
    screen.say(f"\n{folder}: {len(found.points):,} points x {len(found.policies)} policies, {len(tables)} tables")


def _inputs(asked: list[str] | tuple[()]) -> Iterator[str]:
    """Each `key=distribution` as values of the scenario file: what the file has for the key goes first."""
    for text in asked:
        key, equals, value = text.partition("=")
        yield f"sweep.inputs.[{key.strip()}]=~"
        yield f"sweep.inputs.[{key.strip()}]{equals}{value}"


class _Pace:
    """Tells how fast it goes and how long it will take."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.began: tuple[float, int] | None = None

    def __call__(self, done: int, total: int, doing: str) -> None:
        now = time.monotonic()
        if self.began is None:
            self.began = (now, done)
        seconds, solved = now - self.began[0], done - self.began[1]
        pace = ""
        if seconds > 1 and solved > 0:
            left = (total - done) * seconds / solved
            pace = f", {solved / seconds:.1f} solves a second, {_duration(left)} left"
        self.report(done, total, doing + pace)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _exit_code(sweep: Sweep) -> int:
    """3 where a policy has no plan on any draw, else 0: single draws without one are told in the tables."""
    from powergap.sweep.draw import OPTIMAL

    solved = set(sweep.rows.loc[sweep.rows["status"] == OPTIMAL, "policy"])
    return 0 if solved == set(sweep.policies) else 3
