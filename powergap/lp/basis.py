"""A simplex basis that knows its size and can be sent to another process or kept in a file."""

from __future__ import annotations

import copyreg
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from powergap.files import bounded
from powergap.lp.program import LinearProgram
from powergap.lp.solution import Solution

_BASIC = highspy.HighsBasisStatus.kBasic
_STATUSES = tuple(sorted(highspy.HighsBasisStatus.__members__.values(), key=int))


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
        statuses = bytes(map(int, (*self.highs.col_status, *self.highs.row_status)))
        sizes = np.array([self.rows, self.columns], "<i8").tobytes()
        return sizes + zlib.compress(statuses, 6)

    @staticmethod
    def members(packed: bytes) -> npt.NDArray[np.bool_]:
        """Which columns and then rows are basic in what was packed."""
        return np.frombuffer(_numbers(packed), np.uint8) == int(_BASIC)

    @staticmethod
    def moved_on(basis: Any, chains: Iterable[Sequence[int]]) -> Any:
        """A HiGHS basis in which each column of a chain stands as the one before it stood.

        The first is basic where the last was, so that as many columns are basic as before, and else at its lower bound.
        """
        status = list(basis.col_status)
        for chain in chains:
            before = [status[column] for column in chain]
            first = _BASIC if before[-1] == _BASIC else highspy.HighsBasisStatus.kLower
            for column, one in zip(chain, [first, *before[:-1]], strict=True):
                status[column] = one
        return _basis_of(status, list(basis.row_status))

    @classmethod
    def unpack(cls, packed: bytes) -> Basis:
        """What was packed."""
        rows, columns = _sizes(packed)
        statuses = [_STATUSES[number] for number in _numbers(packed)]
        basis = _basis_of(statuses[:columns], statuses[columns:])
        basis.alien = False  # it was HiGHS's own, which need not factor the matrix to see whether it is a basis
        return cls(rows, columns, basis)


def _basis_of(columns: list[Any], rows: list[Any]) -> Any:
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status, basis.valid = columns, rows, True
    return basis


def _reduced(basis: Any) -> tuple[Any, tuple[bytes]]:
    return _restored, (Basis.of_highs(basis).pack(),)


def _restored(packed: bytes) -> Any:
    return Basis.unpack(packed).highs


# HiGHS's own class cannot be sent to another process, and what holds a solution should be.
copyreg.dispatch_table[highspy.HighsBasis] = _reduced


def _sizes(packed: bytes) -> tuple[int, int]:
    rows, columns = np.frombuffer(packed[:16], "<i8").tolist()
    return rows, columns


def _numbers(packed: bytes) -> bytes:
    return bounded.inflated(packed[16:], sum(_sizes(packed)))
