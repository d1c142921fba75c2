"""Programs and solutions in files: one .npz of our own making, fast and the same bytes every time."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from powergap.files import bounded
from powergap.lp.certificate import Certificate
from powergap.lp.program import Block, LinearProgram
from powergap.lp.solution import Solution, SolveStatus

_PROGRAM = ("cost", "column_lower", "column_upper", "row_lower", "row_upper", "start", "index", "value")
_SOLUTION = ("column_value", "column_dual", "row_value", "row_dual")
_FACTS = ("objective", "iterations", "seconds", "message", "options")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def save(path: str | Path, program: LinearProgram, solution: Solution | None = None) -> None:
    """Write a program, and a solution of it, to one .npz file that numpy.load can read.

    Expressions are not kept (they live in the model), nor is the solution's basis.
    """
    about: dict[str, Any] = {
        "offset": program.offset,
        "row_by_row": program.row_by_row,
        "columns": [_plain(block) for block in program.columns.values()],
        "rows": [_plain(block) for block in program.rows.values()],
    }
    arrays = {name: getattr(program, name) for name in _PROGRAM}
    if solution is not None:
        about["solution"] = {name: getattr(solution, name) for name in _FACTS}
        about["solution"]["status"] = solution.status.name
        about["certificate"] = None if solution.certificate is None else solution.certificate.as_record()
        arrays |= {f"solution_{name}": getattr(solution, name) for name in _SOLUTION}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry._compresslevel = 1  # type: ignore[attr-defined]  # level 1: 5 times faster than the default
            with archive.open(entry, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)


def load(path: str | Path) -> tuple[LinearProgram, Solution | None]:
    """Read what `save` wrote."""
    with bounded.arrays(path) as archive:
        about = json.loads(archive["about"].tobytes())
        program = LinearProgram(
            **{name: archive[name] for name in _PROGRAM},
            offset=about["offset"],
            columns=_blocks(about["columns"]),
            rows=_blocks(about["rows"]),
            row_by_row=tuple(about["row_by_row"]),
        )
        if "solution" not in about:
            return program, None
        facts = about["solution"]
        status = SolveStatus[facts.pop("status")]
        certificate = None if about["certificate"] is None else Certificate(**about["certificate"])
        vectors = {name: archive[f"solution_{name}"] for name in _SOLUTION}
    return program, Solution(**vectors, **facts, status=status, certificate=certificate, basis=None, program=program)


def _plain(block: Block) -> dict[str, Any]:
    return {one.name: getattr(block, one.name) for one in fields(block)}


def _blocks(plain: list[dict[str, Any]]) -> Mapping[str, Block]:
    def label(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return {
        one["name"]: Block(
            one["name"],
            one["start"],
            tuple(one["shape"]),
            tuple(tuple(map(label, axis)) for axis in one["labels"]),
            tuple(one["set_names"]),
        )
        for one in plain
    }
