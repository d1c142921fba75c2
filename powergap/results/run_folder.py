"""A run on disk: manifest, resolved scenario, tables and the solved linear programs.

outputs/<scenario>/
    manifest.json            hashes, versions, solver, status, seconds, objective, certificate, audit
    scenario.resolved.yaml   self-contained: solves again without this package's catalog
    tables/<name>.csv        (and .parquet when asked)
    lp/<policy>.<case>.npz   arrays of each linear program with its primal and dual solution
"""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from powergap import bounded, lp
from powergap.errors import InputError, Problem
from powergap.results.atomic import folder_written_aside, recover
from powergap.results.parquet import read_table
from powergap.results.run import Run
from powergap.scenario import dump_yaml, read_document

MANIFEST = "manifest.json"
RESOLVED = "scenario.resolved.yaml"
PROFILES = "profiles"
FORMATS = ("csv", "parquet")


def lp_file(policy: str, case: str) -> str:
    """Name of the file that holds a policy's linear program under a case."""
    return f"{policy}.{case}.npz"


def write_run(run: Run, folder: Path, formats: tuple[str, ...] = ("csv",)) -> None:
    """Write a run, replacing the folder in one step.

    Raises:
        OSError: the folder cannot be written; what stood there is untouched.
    """
    with folder_written_aside(folder) as aside:
        (aside / "tables").mkdir()
        for name, table in run.tables.items():
            if "csv" in formats:
                table.to_csv(aside / "tables" / f"{name}.csv", index=False, lineterminator="\n")
            if "parquet" in formats:
                table.to_parquet(aside / "tables" / f"{name}.parquet", index=False)
        (aside / RESOLVED).write_text(dump_yaml(_with_own_profiles(run, aside)), encoding="utf-8")
        (aside / "lp").mkdir()
        for plan in run.plans:
            lp.save(aside / "lp" / lp_file(plan.scenario.policy, plan.scenario.case), plan.program, plan.solution)
        # The manifest comes last: a folder that has one is complete.
        (aside / MANIFEST).write_text(json.dumps(run.manifest, indent=2) + "\n", encoding="utf-8")


def _with_own_profiles(run: Run, folder: Path) -> dict[str, Any]:
    """The resolved document, naming copies of its hourly profiles that lie beside it; same names are numbered."""
    given = [plan.scenario.chronology.profiles for plan in run.plans if plan.scenario.reads_hours]
    # The shortest path first: among several that end in what the document says, it is the one that says no more.
    read = sorted({path for path in given if path}, key=len)
    if not read:
        return run.document
    (folder / PROFILES).mkdir()
    copies: dict[str, str] = {}
    for path in map(Path, read):
        same = sum(Path(one).name == path.name for one in copies)
        copies[path.as_posix()] = f"{PROFILES}/{path.stem}{f'-{same + 1}' if same else ''}{path.suffix}"
        shutil.copyfile(path, folder / copies[path.as_posix()])
    return _renamed(run.document, copies)


def _renamed(part: Any, copies: Mapping[str, str]) -> Any:
    """A document in which every `chronology.profiles` that was copied points into the run folder."""
    if not isinstance(part, dict):
        return part
    renamed = {key: _renamed(value, copies) for key, value in part.items()}
    chronology = renamed.get("chronology")
    if isinstance(chronology, dict) and isinstance(named := chronology.get("profiles"), str):
        ending = f"/{Path(named).as_posix().removeprefix('/')}"
        copy = next((copies[path] for path in copies if f"/{path}".endswith(ending)), named)
        renamed["chronology"] = chronology | {"profiles": copy}
    return renamed


def read_run(folder: Path) -> Run:
    """Read a run from its folder.

    Raises:
        InputError: the folder is missing, is no run, or a file of it is broken.
    """
    recover(folder)
    problems: list[Problem] = []
    if not (folder / MANIFEST).is_file():
        raise InputError([Problem(str(folder), 0, 0, "", _no_run(folder))])
    try:
        manifest = bounded.record(folder / MANIFEST)
    except (OSError, ValueError) as error:
        raise InputError([Problem(str(folder / MANIFEST), 0, 0, "", f"not readable: {error}")]) from error
    if "runs" not in manifest:
        message = "holds no run of `powergap solve`; a hedge is read from its tables"
        raise InputError([Problem(str(folder / MANIFEST), 0, 0, "", message)])
    tables = {}
    for name in manifest["tables"]:
        path = folder / "tables" / f"{name}.csv"
        try:
            tables[name] = _read_table(path)
        except (OSError, ValueError) as error:
            problems.append(Problem(str(path), 0, 0, "", f"not readable: {error}"))
    if problems:
        raise InputError(problems)
    document = read_document(folder / RESOLVED)
    return Run(name=manifest["scenario"], tables=tables, manifest=manifest, document=document)


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file() and path.with_suffix(".parquet").is_file():
        return read_table(path.with_suffix(".parquet"))
    text = [
        "policy", "case", "region", "technology", "item", "period", "stress", "source", "term", "flow",
        "reference_value", "policy_value",
    ]  # fmt: skip
    table = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype=dict.fromkeys(text, "str"))
    present = [column for column in (*text, "limit", "meaning", "key", "unit", "binding_limits") if column in table]
    return table.assign(**{column: table[column].fillna("") for column in present})


def _no_run(folder: Path) -> str:
    if not folder.exists():
        siblings = [path.name for path in folder.parent.glob("*/")] if folder.parent.is_dir() else []
        near = difflib.get_close_matches(folder.name, siblings, n=1)
        return "no such folder" + (f"; did you mean {folder.parent / near[0]}?" if near else "")
    return f"is no run folder: it has no {MANIFEST}"
