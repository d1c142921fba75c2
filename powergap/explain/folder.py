"""An explanation as files: in a run folder, listed in its manifest, or in a folder of its own."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pandas as pd

from powergap.errors import InputError, Problem
from powergap.explain.explanation import SECTIONS, Explanation, chosen, study_of
from powergap.files.atomic import file_written_aside, folder_held, folder_written_aside
from powergap.files.guarded_csv import write_csv
from powergap.files.replacing import refuse_loss
from powergap.results.manifest import Manifest
from powergap.results.reading import read_csv
from powergap.results.run import RunSource
from powergap.results.run_folder import MANIFEST, RESOLVED

KEYS = ["policy", "case"]


def write_tables(explanation: Explanation, folder: Path) -> list[Path]:
    """Write every table as CSV; none takes its name before all are written.

    Returns:
        The files written.
    """
    files = {folder / f"{name}.csv": table for name, table in explanation.tables.items()}
    with ExitStack() as whole:
        for path, table in files.items():
            aside = whole.enter_context(file_written_aside(path))
            write_csv(table, aside)
    return list(files)


def refuse_other_tables(folder: Path, item: RunSource, policy: str | None, case: str | None, *, replace: bool) -> None:
    """Refuse a folder whose tables tell of other policies or cases, which would be gone.

    Args:
        folder: where tables are to be written.
        item: what is to be explained.
        policy: as for `explain`.
        case: as for `explain`.
        replace: whether they may be gone.

    Raises:
        InputError: there are such tables, or files of these names that are none; or the item cannot be read.
    """
    there = [path for name in (*SECTIONS, "levers") if (path := folder / f"{name}.csv").is_file()]
    if replace or not there:
        return
    own = chosen(study_of(item, policy, case), policy, case)
    lost = []
    for path in there:
        try:
            table = read_csv(path, usecols=KEYS, dtype="str")
        except (OSError, ValueError):
            lost.append(path.name)
            continue
        pairs = table.drop_duplicates().itertuples(index=False, name=None)
        lost += [f"{path.name} of {' / '.join(map(str, pair))}" for pair in pairs if pair != (own.policy, own.case)]
    refuse_loss(folder, lost, "--to")


def add_to_run(explanation: Explanation, folder: Path, explained: bytes) -> list[Path]:
    """Write the tables into a run folder; rows of other policies and cases that were explained before stay.

    The folder of tables is exchanged in one step: no table of this explanation ever stands beside an older one's.
    The manifest is written last, so that every table it lists is there.

    Args:
        explanation: what is written.
        folder: the run folder.
        explained: its resolved scenario as it was read for the explanation, which may be long ago.

    Raises:
        InputError: another run stands there by now, or the manifest is broken.
        OSError: the folder cannot be written; names it.
    """
    with folder_held(folder) as here:
        if (here / RESOLVED).read_bytes() != explained:
            raise InputError(
                [Problem(str(folder), 0, 0, "", "another run was written there meanwhile; explain it again")]
            )
        manifest = Manifest.read(here / MANIFEST, folder / MANIFEST)
        tables = here / "tables"
        merged = {name: _merged(table, tables / f"{name}.csv") for name, table in explanation.tables.items()}
        with folder_written_aside(tables) as aside:
            shutil.copytree(tables, aside, dirs_exist_ok=True)
            write_tables(replace(explanation, tables=merged), aside)
        listed = list(dict.fromkeys([*manifest.tables, *merged]))
        with file_written_aside(here / MANIFEST) as aside:
            aside.write_text(manifest.model_copy(update={"tables": listed}).as_text(), encoding="utf-8")
    return [*(folder / "tables" / f"{name}.csv" for name in merged), folder / MANIFEST]


def _merged(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    if not path.is_file():
        return table
    before = read_csv(path, dtype=dict.fromkeys(KEYS, "str"))
    if list(before.columns) != list(table.columns):
        return table
    own = table[KEYS].drop_duplicates().apply(tuple, axis=1).tolist() if len(table) else []
    kept = before[[tuple(pair) not in own for pair in before[KEYS].itertuples(index=False)]]
    return pd.concat([kept, table], ignore_index=True) if len(kept) else table
