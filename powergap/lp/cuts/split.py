"""Takes a program apart at the columns its blocks share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from powergap.lp.axes import IntArray
from powergap.lp.blocks import components
from powergap.lp.program import LinearProgram

SMALLEST = 1_000
"""Columns below which blocks are put together: handing a program to the solver costs more than solving it."""


@dataclass(frozen=True)
class Block:
    """Rows that meet in columns of their own, and the shared columns that also stand in them.

    Attributes:
        rows: its rows in the whole program.
        own: its own columns in the whole program.
        shared: the shared columns in its rows, as numbers in the whole program.
        matrix: its rows over the shared columns and then its own, [rows, shared + own].
    """

    rows: IntArray
    own: IntArray
    shared: IntArray
    matrix: csr_array


@dataclass(frozen=True)
class Split:
    """A program as shared columns, the rows among them, and blocks that meet nowhere else.

    Attributes:
        shared: the shared columns in the whole program, ascending.
        rows: rows that hold shared columns alone.
        matrix: those rows over the shared columns.
        blocks: the blocks, in the order of their columns.
    """

    shared: IntArray
    rows: IntArray
    matrix: csr_array
    blocks: tuple[Block, ...]


def take_apart(program: LinearProgram, shared: npt.NDArray[np.bool_], smallest: int = SMALLEST) -> Split:
    """Find the blocks into which a program falls once the shared columns are given.

    Rows that bind nothing belong nowhere.

    Args:
        program: what to take apart.
        shared: which columns the blocks share, [columns].
        smallest: columns up to which blocks are put together.
    """
    matrix = csr_array((program.value, program.index, program.start), shape=program.shape)
    binds = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    free = np.flatnonzero(~shared).astype(np.int32)
    own_part = matrix[:, free]
    has_own = np.diff(own_part.indptr) > 0
    block_rows, master_rows = (np.flatnonzero(binds & which).astype(np.int32) for which in (has_own, ~has_own))
    row_block, column_block = components(own_part[block_rows], smallest)
    blocks = []
    for number in np.unique(column_block):
        rows, own = block_rows[row_block == number], free[column_block == number]
        part = matrix[rows]
        met = np.unique(part.indices)
        met = met[shared[met]]
        blocks.append(Block(rows, own, met, csr_array(part[:, np.concatenate([met, own])])))
    kept = np.flatnonzero(shared).astype(np.int32)
    return Split(kept, master_rows, csr_array(matrix[master_rows][:, kept]), tuple(blocks))
