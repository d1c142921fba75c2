"""Programs in the formats that other solvers read: MPS and LP."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import highspy
import numpy as np

from powergap.lp.highs import QuietHighs, pass_arrays, set_options
from powergap.lp.program import LinearProgram
from powergap.lp.reach import is_nothing
from powergap.lp.scaling import FINEST

ENDINGS = (".mps", ".lp")
LAST_LINES = (b"ENDATA", b"end")
"""Last line of a whole file of each format; HiGHS does not notice when a disk fills up."""


def write_model(program: LinearProgram, path: str | Path) -> None:
    """Write the program as MPS or LP, with names such as `build(gas,2030)`.

    Raises:
        OSError: the disk is full.
        ValueError: HiGHS cannot write it, for instance because the path does not end in one of `ENDINGS`, or because a
            coefficient is too small for it.
    """
    lost = (program.value != 0) & (np.abs(program.value) <= FINEST)
    if lost.any() and np.any(lost & ~is_nothing(program)):
        raise ValueError(f"cannot write coefficients of {FINEST:g} and less: {program.value[lost][0]:g}")
    highs = QuietHighs()
    set_options(
        highs,
        {"output_flag": False, "small_matrix_value": FINEST, "large_matrix_value": np.inf, "infinite_bound": np.inf},
    )
    pass_arrays(highs, program)
    for number, name in enumerate(readable(program.names(program.columns))):
        highs.passColName(number, name)
    for number, name in enumerate(readable(program.names(program.rows))):
        highs.passRowName(number, name)
    # A warning would mean that HiGHS has put c0, c1, ... in place of names that the format does not allow.
    if not Path(path).name.endswith(ENDINGS) or highs.writeModel(str(path)) != highspy.HighsStatus.kOk:
        raise ValueError(f"cannot write {path}")
    with Path(path).open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 20))
        if not file.read().rstrip().endswith(LAST_LINES):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def readable(names: list[str]) -> list[str]:
    """Names that both formats allow: round brackets, and `_` for all but letters, digits, dots and commas.

    Names that come out the same are told apart by a number behind.

    >>> readable(["build[gas-1,2030]", "build[gas_1,2030]", "total"])
    ['build(gas_1,2030)', 'build(gas_1,2030)_2', 'total']
    """
    seen: dict[str, int] = {}
    result = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_.,()]", "_", name.replace("[", "(").replace("]", ")"))
        seen[plain] = seen.get(plain, 0) + 1
        result.append(plain if seen[plain] == 1 else f"{plain}_{seen[plain]}")
    return result
