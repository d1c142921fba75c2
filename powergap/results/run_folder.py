"""A run on disk: manifest, resolved scenario, tables and the solved linear programs.

outputs/<scenario>/
    manifest.json            hashes, versions, solver, status, seconds, objective, certificate, audit
    scenario.resolved.yaml   self-contained: solves again without this package's catalog
    tables/<name>.csv        (and .parquet when asked)
    lp/<policy>.<case>.npz   arrays of each linear program with its primal and dual solution
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from powergap import lp
from powergap.errors import InputError, Problem, refuse_unless
from powergap.files.atomic import folder_written_aside, recover
from powergap.files.guarded_csv import write_csv
from powergap.files.nearest import meant, nearest_names
from powergap.results.manifest import Manifest
from powergap.results.reading import read_run_table
from powergap.results.run import Result, Run
from powergap.scenario import dump_yaml, read_resolved

MANIFEST = "manifest.json"
RESOLVED = "scenario.resolved.yaml"
PROFILES = "profiles"
FORMATS = ("csv", "parquet")


def lp_file(policy: str, case: str) -> str:
    """Name of the file that holds a policy's linear program under a case."""
    return f"{policy}.{case}.npz"


def write_run(run: Result, folder: str | os.PathLike[str], formats: tuple[str, ...] = ("csv",)) -> None:
    """Write a run, replacing the folder in one step.

    Args:
        run: a run or a hedge.
        folder: the folder, such as `outputs/us-2030`.
        formats: of the tables: csv, parquet or both; powergap reads csv.

    Raises:
        InputError: the run is something else than `solve` or `hedge` returns.
        OSError: the folder cannot be written; what stood there is untouched.

    Example:
        run = powergap.solve(powergap.load("tiny/lead-time"))
        powergap.write_run(run, "outputs/lead-time")
    """
    refuse_unless(run, Result, "powergap.write_run takes a run of powergap.solve or powergap.hedge")
    with folder_written_aside(Path(folder)) as aside:
        (aside / "tables").mkdir()
        for name, table in run.tables.items():
            if "csv" in formats:
                write_csv(table, aside / "tables" / f"{name}.csv")
            if "parquet" in formats:
                table.to_parquet(aside / "tables" / f"{name}.parquet", index=False)
        (aside / RESOLVED).write_text(dump_yaml(_with_own_profiles(run, aside)), encoding="utf-8")
        (aside / "lp").mkdir()
        for plan in run.plans:
            lp.save(aside / "lp" / lp_file(plan.scenario.policy, plan.scenario.case), plan.program, plan.solution)
        # The manifest comes last: a folder that has one is complete.
        (aside / MANIFEST).write_text(run.manifest.as_text(), encoding="utf-8")


def _with_own_profiles(run: Result, folder: Path) -> dict[str, Any]:
    """The resolved document, naming copies of its hourly profiles that lie beside it; same names are numbered."""
    read = dict.fromkeys(plan.scenario.chronology.profiles for plan in run.plans if plan.scenario.reads_hours)
    copies: dict[str, str] = {}
    for named in filter(None, read):
        path, same = Path(named), sum(Path(one).name == Path(named).name for one in copies)
        copies[named] = f"{PROFILES}/{path.stem}{f'-{same + 1}' if same else ''}{path.suffix}"
        (folder / PROFILES).mkdir(exist_ok=True)
        shutil.copyfile(path, folder / copies[named])
    return run.document if not copies else _renamed(run.document, copies)


def _renamed(part: Any, copies: Mapping[str, str]) -> Any:
    """A document in which every `chronology.profiles` that was copied points into the run folder."""
    if not isinstance(part, dict):
        return part
    renamed = {key: _renamed(value, copies) for key, value in part.items()}
    chronology = renamed.get("chronology")
    if isinstance(chronology, dict) and (copy := copies.get(str(chronology.get("profiles")))):
        renamed["chronology"] = chronology | {"profiles": copy}
    return renamed


def read_run(folder: str | os.PathLike[str]) -> Run:
    """Read a run from its folder.

    Args:
        folder: as `powergap solve` or `write_run` wrote it.

    Returns:
        The run with its tables, manifest and scenario, without the solved plans (`plans` is empty).

    Raises:
        InputError: the folder is missing, is no run, or a file of it is broken.

    Example:
        run = powergap.read_run("outputs/lead-time")
        print(run["policies"])
    """
    refuse_unless(folder, str | os.PathLike, "a run is given as a powergap.Run or as its folder")
    folder = Path(folder)
    recover(folder)
    problems: list[Problem] = []
    if not (folder / MANIFEST).is_file():
        raise InputError([Problem(str(folder), 0, 0, "", _no_run(folder))])
    manifest = Manifest.read(folder / MANIFEST)
    tables = {}
    for name in manifest.tables:
        try:
            tables[name] = read_run_table(folder / "tables" / f"{name}.csv")
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    document = read_resolved(folder / RESOLVED)
    return Run(name=manifest.scenario, tables=tables, manifest=manifest, document=document)


def _no_run(folder: Path) -> str:
    if not folder.exists():
        siblings = [path.name for path in folder.parent.glob("*/")] if folder.parent.is_dir() else []
        return "no such folder" + meant(folder.parent / name for name in nearest_names(folder.name, siblings))
    return f"is no run folder: it has no {MANIFEST}"
