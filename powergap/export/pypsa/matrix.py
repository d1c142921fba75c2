"""The solved program by name: coefficients between blocks of rows and columns, as arrays over their labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from powergap import lp
from powergap.arrays import Floats, Integers


class Matrix:
    """A program's rows and columns by the names of their blocks; a block that the program lacks is empty."""

    def __init__(self, program: lp.LinearProgram) -> None:
        self.program = program
        self.rows, self.columns = program.rows, program.columns
        self.entries = sparse.csr_matrix((program.value, program.index, program.start), shape=program.shape)

    def has(self, name: str) -> bool:
        """True if the program has such rows or columns, and any of them."""
        block = self.rows.get(name) or self.columns.get(name)
        return block is not None and block.size > 0

    def labels(self, name: str, axis: int = 0) -> tuple[Any, ...]:
        """Labels along an axis of a block of rows or columns."""
        block = self.rows.get(name) or self.columns.get(name)
        return () if block is None else block.labels[axis]

    def column_numbers(self, name: str) -> Integers:
        """Numbers of a block's columns in its shape."""
        block = self.columns[name]
        return np.arange(block.start, block.start + block.size).reshape(block.shape)

    def row_numbers(self, name: str) -> Integers:
        """Numbers of a block's rows, [row]."""
        block = self.rows[name]
        return np.arange(block.start, block.start + block.size)

    def limit(self, rows: str) -> Floats:
        """Upper limits of rows in their shape."""
        return self.rows[rows].of(self.program.row_upper)

    def between(self, rows: str, columns: str) -> sparse.csr_matrix:
        """Coefficients of a block of columns in a block of rows, [row, column]."""
        return self.entries[self.rows[rows].slice, self.columns[columns].slice]

    def per_row(self, rows: str, columns: str) -> Floats:
        """Sum of a block's coefficients in each row, in the rows' shape."""
        return np.asarray(self.between(rows, columns).sum(axis=1)).reshape(self.rows[rows].shape)

    def share(self, rows: str, of: str, base: str) -> Floats:
        """The factor in rows that read `of <= factor x base` (or `>=`), in the rows' shape."""
        return -self.per_row(rows, base) / self.per_row(rows, of)

    def standing(self, rows: str, stock: str, order: str) -> tuple[Floats, Floats]:
        """Rows that read `stock = given + sum over v of fraction x order[v]`.

        Returns:
            given, in the rows' shape [..., y], and fractions, [..., y, v].
        """
        block = self.rows[rows]
        lead = self.per_row(rows, stock)
        fractions = np.zeros((*block.shape, self.columns[order].shape[-1]))
        entries = self.between(rows, order).tocoo()
        row = np.unravel_index(entries.row, block.shape)
        ordered = np.unravel_index(entries.col, self.columns[order].shape)[-1]
        fractions[(*row, ordered)] = -entries.data / lead[row]
        return block.of(self.program.row_upper) / lead, fractions
