"""The linear program in the formats that every solver reads, with its rows and columns by name."""

from __future__ import annotations

from pathlib import Path

from powergap import lp
from powergap.errors import InputError
from powergap.interop.solved import Solved
from powergap.results.atomic import file_written_aside


def write_algebraic(solved: Solved, target: Path, form: str) -> Path:
    """Write the program as MPS or LP.

    Raises:
        InputError: the name does not end in the format's ending.
    """
    if target.suffix != f".{form}":
        raise InputError(f"{target}: expected a file name that ends in .{form}")
    with file_written_aside(target) as aside:
        lp.write_model(solved.program, aside)
    return target
