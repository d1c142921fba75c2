"""Where the method starts: a plan of a like program, such as one of fewer days, and the prices of that plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from powergap.arrays import Floats
from powergap.lp.program import LinearProgram, totals
from powergap.lp.subproblems import Split


@dataclass(frozen=True)
class Prices:
    """Duals of the plan, for the same objective.

    Attributes:
        column_dual: of all columns, read for the shared ones, [columns].
        row_dual: of all rows, 0 where nothing is known, [rows].
    """

    column_dual: Floats
    row_dual: Floats

    def slope(self, program: LinearProgram, parts: Split) -> Floats:
        """How the cost of a column's only block must change with it for the plan to be the cheapest, [shared columns].

        What the column costs and what its rows in the master are worth leave this to its block. Where several blocks
        have the column it is not told which of them; it is then 0.
        """
        rows = np.repeat(self.row_dual[parts.rows], np.diff(parts.matrix.indptr)) * parts.matrix.data
        size = len(parts.shared)
        slope = self.column_dual[parts.shared] - program.cost[parts.shared] + totals(parts.matrix.indices, rows, size)
        return np.where(parts.meetings == 1, slope, 0.0)


@dataclass(frozen=True)
class Guess:
    """Where to start.

    Attributes:
        column_value: of all columns, read for the shared ones, [columns].
        prices: of the same plan; None where they are not known.
    """

    column_value: Floats
    prices: Prices | None = None
