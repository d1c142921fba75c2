"""What PyPSA has no component for: rows over its variables, written to files that `extra_functionality.py` reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse

from powergap.arrays import Floats
from powergap.export.pypsa.matrix import Matrix
from powergap.export.pypsa.network import Network

IN_COMPONENTS = {
    "fleet_stays_energized", "sites_stay_energized", "demand_is_energized_or_gap", "power_balance",
    "moved_load_is_whole", "relocation_share", "relocation_room",
    "connection_additions", "connection_accounting", "draw_within_connection", "draw_within_headroom",
    "capacity_accounting", "output_within_capacity", "output_above_minimum", "reduction_within_enrolled",
    "energy_capacity_accounting", "storage_power", "level_within_energy", "level_accounting", "course_accounting",
}  # fmt: skip
"""Rows that PyPSA's own components say; every other row of the program goes along as an extra one."""

EXTRA_VARIABLES = ("course_high", "course_low", "midnight_level")
"""Columns that no component has."""


@dataclass
class ExtraRows:
    """Rows as terms over PyPSA's variables.

    Attributes:
        network: the network that they add to.
        rows: block, number within the block, lower and upper limit.
        terms: position of the row, variable and coefficient, in chunks.
    """

    network: Network
    rows: list[tuple[str, int, float, float]] = field(default_factory=list)
    terms: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)

    def add_equality(self, block: str, terms: dict[int, float]) -> None:
        """Add `sum of factors x variables = 0`."""
        self.terms.append((np.full(len(terms), len(self.rows)), np.array(list(terms)), np.array(list(terms.values()))))
        self.rows.append((block, len(self.rows), 0.0, 0.0))

    def add_block(self, matrix: Matrix, block: str, translation: sparse.csr_matrix, given: Floats) -> None:
        """Translate a block of the program's rows, in the program's units. Rows without a variable left say nothing."""
        numbers = matrix.row_numbers(block)
        entries = matrix.entries[numbers]
        translated = sparse.csr_matrix(entries @ translation)
        translated.eliminate_zeros()
        constant = entries @ given
        filled = np.flatnonzero(np.diff(translated.indptr))
        part = translated[filled].tocoo()
        self.terms.append((part.row + len(self.rows), part.col, part.data))
        lower, upper = matrix.program.row_lower[numbers], matrix.program.row_upper[numbers]
        self.rows += [
            (block, int(k), float(lower[k] - constant[k]), float(upper[k] - constant[k])) for k in filled.tolist()
        ]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Variables, rows and terms for the files."""
        lines = [(f"{block} {number}", block, low, high) for block, number, low, high in self.rows]
        rows = pd.DataFrame(lines, columns=["row", "block", "lower", "upper"])
        places, variables, factors = (
            (np.concatenate(part) for part in zip(*self.terms, strict=True)) if self.terms else (np.zeros(0, int),) * 3
        )
        known = list(self.network.variables.values())
        starts = np.array([one.start for one in known])
        owner = np.searchsorted(starts, variables, side="right") - 1
        step = np.where([known[k].is_operation for k in owner], variables - starts[owner], -1)
        labels = self.network.snapshots.table()
        terms = pd.DataFrame(
            {
                "row": rows["row"].to_numpy()[places],
                "component": [known[k].component for k in owner],
                "name": [known[k].name for k in owner],
                "attribute": [known[k].attribute for k in owner],
                "period": np.where(step >= 0, labels["period"].to_numpy()[step], 0),
                "timestep": np.where(step >= 0, labels["timestep"].to_numpy()[step], ""),
                "coefficient": factors,
            }
        )
        extra = [(name, lower, upper) for name, (lower, upper) in self.network.extra.items()]
        return {
            "variables": pd.DataFrame(extra, columns=["name", "lower", "upper"]),
            "rows": rows,
            "terms": terms,
        }


def add_extra_variables(network: Network, matrix: Matrix) -> None:
    """Add the columns that no component has, in MWh."""
    names = matrix.program.names(matrix.columns)
    for block in EXTRA_VARIABLES:
        if not matrix.has(block):
            continue
        for number in matrix.column_numbers(block).ravel():
            lower, upper = matrix.program.column_lower[number], matrix.program.column_upper[number]
            network.add_extra(names[number], lower, upper)
            network.means(np.array([number]), "", names[number])
