"""A simplex basis that knows its size and can be sent to another process or kept in a file."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from powergap import bounded
from powergap.lp.program import LinearProgram
from powergap.lp.solution import Solution

_STATUSES = tuple(highspy.HighsBasisStatus.__members__.values())
_NUMBERS = {status: number for number, status in enumerate(_STATUSES)}


@dataclass(frozen=True)
class Basis:
    """Where to start another solve.

    Attributes:
        rows: rows of the program it belongs to.
        columns: its columns.
        highs: HiGHS's own object, which `solve` takes as `warm_start`. Reading it is slow, hence the counts.
    """

    rows: int
    columns: int
    highs: Any

    @classmethod
    def of(cls, solution: Solution) -> Basis:
        """The basis of a solution that has one."""
        return cls(*solution.program.shape, solution.basis)

    @classmethod
    def of_highs(cls, basis: Any) -> Basis:
        """A basis as HiGHS has it, counted."""
        return cls(len(basis.row_status), len(basis.col_status), basis)

    def fits(self, program: LinearProgram) -> bool:
        """True for a program of the same size."""
        return (self.rows, self.columns) == program.shape

    def pack(self) -> bytes:
        """Sizes and statuses as compressed bytes."""
        statuses = [_NUMBERS[one] for one in (*self.highs.col_status, *self.highs.row_status)]
        sizes = np.array([self.rows, self.columns], "<i8").tobytes()
        return sizes + zlib.compress(np.array(statuses, np.uint8).tobytes(), 6)

    @classmethod
    def unpack(cls, packed: bytes) -> Basis:
        """What was packed."""
        rows, columns = np.frombuffer(packed[:16], "<i8").tolist()
        statuses = [_STATUSES[number] for number in bounded.inflated(packed[16:], rows + columns)]
        basis = highspy.HighsBasis()
        basis.col_status, basis.row_status = statuses[:columns], statuses[columns:]
        basis.valid = True
        basis.alien = False  # it was HiGHS's own, which need not factor the matrix to see whether it is a basis
        return cls(rows, columns, basis)
