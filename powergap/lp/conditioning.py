"""How far a program's numbers lie apart, and how much its optimal basis magnifies an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array
from scipy.sparse.linalg import LinearOperator, onenormest, splu

from powergap.arrays import Floats
from powergap.lp.program import LinearProgram

MOST_ROWS = 200_000
"""Rows up to which the basis is factorized once more: 0.2 s of a processor for 58,000 rows."""

Range = tuple[float, float] | None


@dataclass(frozen=True)
class Conditioning:
    """Magnitudes of a program's numbers and the condition of its optimal basis.

    Attributes:
        coefficients: smallest and largest magnitude in the matrix; None without an entry. So with the others.
        costs: of the costs.
        bounds: of the finite bounds of columns and rows.
        basis_condition: estimate of |B| |B^-1| in the 1-norm, B the tight rows by the columns between their bounds:
            a relative error in the data reaches the plan magnified at most that much. None where there is no basis
            or the program has over `MOST_ROWS` rows.
    """

    coefficients: Range
    costs: Range
    bounds: Range
    basis_condition: float | None


def conditioning(program: LinearProgram, basis: Any = None) -> Conditioning:
    """Ranges of a program and the condition of a basis that a solve of it ended in."""
    bounds = np.concatenate([program.column_lower, program.column_upper, program.row_lower, program.row_upper])
    known = basis is not None and len(basis.row_status) == program.shape[0] <= MOST_ROWS
    return Conditioning(
        _range(program.value), _range(program.cost), _range(bounds), _condition(program, basis) if known else None
    )


def _range(numbers: Floats) -> Range:
    sizes = np.abs(numbers[np.isfinite(numbers) & (numbers != 0)])
    return (float(sizes.min()), float(sizes.max())) if len(sizes) else None


def _condition(program: LinearProgram, basis: Any) -> float | None:
    """Of the square part that remains when the rows with a slack in the basis are crossed out."""
    matrix = csr_array((program.value, program.index, program.start), shape=program.shape)
    tight = matrix[np.setdiff1d(np.arange(program.shape[0]), _basic(basis.row_status))]
    square = csc_array(tight.tocsc()[:, _basic(basis.col_status)])
    if square.shape[0] != square.shape[1] or not square.shape[0]:
        return None
    try:
        factors = splu(square)
    except RuntimeError:  # exactly singular
        return None
    inverse = LinearOperator(square.shape, factors.solve, lambda vector: factors.solve(vector, "T"), dtype=float)
    return float(abs(square).sum(axis=0).max() * onenormest(inverse, t=1))


def _basic(statuses: Any) -> npt.NDArray[np.intp]:
    return np.flatnonzero([status == highspy.HighsBasisStatus.kBasic for status in statuses])
