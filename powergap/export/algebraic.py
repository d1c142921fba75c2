"""The linear program in the formats that every solver reads, with its rows and columns by name."""

from __future__ import annotations

from pathlib import Path

from powergap import lp
from powergap.errors import InputError
from powergap.export.solved import SolvedPlan
from powergap.files.atomic import file_written_aside


def write_algebraic(solved: SolvedPlan, target: Path, form: str) -> Path:
    """Write the program as MPS or LP.

    Raises:
        InputError: the name does not end in the format's ending, or the format cannot hold the program.
    """
    if target.suffix != f".{form}":
        raise InputError(f"{target}: expected a file name that ends in .{form}")
    with file_written_aside(target) as aside:
        try:
            lp.write_model(solved.program, aside)
        except ValueError as error:
            raise InputError(f"{target}: {error}") from error
    return target
