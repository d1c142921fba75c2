"""What commands do beyond the engine, for Python and the commands alike: diagnose, audit and hand on.

A run is given as `Run` or as its folder wherever one is taken.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from powergap.audit.folder import audit_folder
from powergap.errors import InputError, refuse_unless
from powergap.explain.diagnosis import diagnose as diagnose_one
from powergap.explain.diagnosis.words import Diagnosis
from powergap.export import FORMATS as OF_PROGRAMS
from powergap.export import hand_over
from powergap.export.tables import FORMATS as OF_TABLES
from powergap.export.tables import export as export_tables
from powergap.parallel import Progress
from powergap.results.manifest import Check
from powergap.results.run import Result, Run
from powergap.results.run_folder import read_run
from powergap.scenario import Study
from powergap.sweep import Sweep, read_sweep

Folder = str | os.PathLike[str]

ENDINGS = {"xlsx": ".xlsx", "iamc": ".iamc.csv", "mps": ".mps", "lp": ".lp"}
"""End of the default file name; the other formats are folders."""


def diagnose(
    study: Study, *, progress: Progress | None = None, cancel: threading.Event | None = None
) -> list[Diagnosis]:
    """Find which limits conflict under each policy and case that has no plan.

    Args:
        study: a loaded scenario.
        progress: called with policies and cases done, their number, and the one that is next.
        cancel: set it from another thread to stop the solve that runs.

    Returns:
        A diagnosis for every policy and case, in the study's order; `status` is `feasible` where there is a plan.

    Raises:
        InputError: a profiles file is wrong.

    Example:
        study = powergap.load("tiny/one-block", sets=["years.last=2026", "limits.co2_mt_per_year=40"])
        print(powergap.diagnose(study)[0].table)
    """
    refuse_unless(study, Study, "powergap.diagnose takes a study that powergap.load returns")
    found = []
    for number, one in enumerate(study.runs):
        if progress:
            progress(number, len(study.runs), f"{one.policy} / {one.case}")
        found.append(diagnose_one(study, one, cancel=cancel))
    return found


def audit(folder: Folder) -> list[Check]:
    """Recompute every identity that a run promises from the tables and the scenario in its folder.

    Args:
        folder: a run folder. The audit of a run in memory is in its `manifest.audit`.

    Returns:
        One check for each identity: whether it holds, and the largest breach in the unit of the check.

    Raises:
        InputError: the folder is no run, or a file of it cannot be read.

    Example:
        assert all(check.passed for check in powergap.audit("outputs/lead-time"))
    """
    refuse_unless(folder, str | os.PathLike, "powergap.audit takes a run folder")
    return audit_folder(Path(folder))


def report(run: Run | Folder, to: Folder | None = None, *, sweep: Sweep | Folder | None = None) -> Path:
    """Write a run as one HTML page that works offline; needs the extra `report`.

    Args:
        run: a run or its folder.
        to: the file; default `<scenario>.html`.
        sweep: a sweep of the same scenario or its folder, for the figures of its draws.

    Returns:
        The file.

    Raises:
        InputError: the run or the sweep cannot be read, or a package is missing.

    Example:
        powergap.report("outputs/lead-time", "lead-time.html")
    """
    from powergap.report.page import write_report

    found = run if isinstance(run, Run) else read_run(run)
    drawn = sweep if sweep is None or isinstance(sweep, Sweep) else read_sweep(Path(sweep))
    return write_report(found, Path(to or f"{found.name}.html"), drawn)


def export(
    run: Result | Folder,
    to: Folder | None = None,
    *,
    form: str | None = None,
    table: str | None = None,
    everything: bool = False,
    policy: str | None = None,
    case: str | None = None,
    replace: bool = False,
) -> list[Path]:
    """Write a run's tables, or its plan in the format of another program.

    Args:
        run: a run or its folder; iamc, mps, lp and pypsa take a folder.
        to: file or folder; default named after the scenario and the format.
        form: csv, xlsx, parquet, iamc, mps, lp or pypsa; default by the end of `to`.
        table: only this table (csv, xlsx, parquet).
        everything: put the hourly tables in the workbook too.
        policy: which one (mps, lp, pypsa; iamc: default all).
        case: which one; default the run's default case (iamc: all).
        replace: whether a folder may take the place of one of another scenario or of more tables.

    Returns:
        The files written.

    Raises:
        InputError: the run cannot be read, the format does not take an option, or a package is missing.

    Example:
        powergap.export("outputs/lead-time", "gap.csv", table="gap")
    """
    formats = (*OF_TABLES, *OF_PROGRAMS)
    form = form or (Path(to).suffix.removeprefix(".") if to else "")
    if form not in formats:
        raise InputError(f"give --format {', '.join(formats)}, or --to with a file name that ends in one of them")
    of_tables = {"--table": table is not None, "--all": everything}
    of_programs = {"--policy": policy is not None, "--case": case is not None}
    taken, refused = (of_tables, of_programs) if form in OF_TABLES else (of_programs, of_tables)
    if wrong := [option for option, is_given in refused.items() if is_given]:
        raise InputError(f"--format {form} does not take {' or '.join(wrong)}; it takes {' and '.join(taken)}")
    found = run if isinstance(run, Result) else read_run(run)
    target = Path(to or found.name + ENDINGS.get(form, f"-{form}"))
    if form in OF_TABLES:
        return export_tables(found, target, form, table=table, everything=everything, replace=replace)
    if isinstance(run, Result):
        raise InputError(f"{form} is made of a run folder: powergap.write_run writes one")
    return hand_over(Path(run), target, form, policy=policy, case=case, replace=replace)
