"""A program in HiGHS, whose costs and limits move; what it finds is the solver's word alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats
from powergap.lp.highs import QuietHighs, pass_arrays, run_apart, set_basis, set_options
from powergap.lp.program import LinearProgram
from powergap.lp.settings import Option
from powergap.parallel import Cancelled

Numbers = npt.NDArray[np.integer[Any]]
DUAL, PRIMAL = 1, 4
"""Simplex strategies of HiGHS."""


class Loaded:
    """One HiGHS that holds a program and goes on from the basis where it stands.

    Attributes:
        highs: HiGHS itself, for `solution_of`.
    """

    def __init__(
        self, program: LinearProgram, options: Mapping[str, Option], check: Callable[[], None] | None = None
    ) -> None:
        """Hand the arrays over as they are.

        Args:
            program: what to hold.
            options: HiGHS options.
            check: called while simplex runs; where it raises `Cancelled`, the run ends without an optimum.

        Raises:
            ValueError: HiGHS refuses an option or the arrays.
        """
        self.program = program
        self.highs = QuietHighs()
        set_options(self.highs, options)
        pass_arrays(self.highs, program)
        if check is not None:
            self.highs.cbSimplexInterrupt += lambda event: _interrupt_if_cancelled(event, check)

    def set_options(self, options: Mapping[str, Option]) -> None:
        """Run with other HiGHS options from now on."""
        set_options(self.highs, options)

    def set_costs(self, columns: Numbers, cost: Floats) -> None:
        """Give some columns other costs."""
        self.highs.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def set_column_bounds(self, columns: Numbers, lower: Floats, upper: Floats) -> None:
        """Give some columns other bounds."""
        self.highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def set_row_bounds(self, rows: Numbers, lower: Floats, upper: Floats) -> None:
        """Give some rows other limits."""
        self.highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower, upper)

    def add_row(self, lower: float, index: Numbers, value: Floats) -> None:
        """One more row, at least `lower`."""
        self.highs.addRow(lower, highspy.kHighsInf, len(index), index.astype(np.int32), value)

    def start_from(self, basis: Any) -> None:
        """Go to a HiGHS basis; rows that it does not have start basic.

        Raises:
            ValueError: it belongs to a program of another shape.
        """
        set_basis(self.highs, basis, self.program)

    def forget(self) -> None:
        """Start from nothing the next time."""
        self.highs.clearSolver()

    def run(self) -> bool:
        """Go on to an optimum; False where the solver comes to none."""
        run_apart(self.highs)
        return self.is_optimal

    @property
    def is_optimal(self) -> bool:
        """True where the last run ended at an optimum."""
        return self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal

    @property
    def is_at_iteration_limit(self) -> bool:
        """True where the last run took as many steps as it may."""
        return self.highs.getModelStatus() == highspy.HighsModelStatus.kIterationLimit

    @property
    def status(self) -> str:
        """How the last run ended, in the solver's words."""
        return str(self.highs.modelStatusToString(self.highs.getModelStatus()))

    @property
    def objective(self) -> float:
        """Value of the point where it stands."""
        return float(self.highs.getInfo().objective_function_value)

    @property
    def column_value(self) -> Floats:
        """Of each column."""
        return np.asarray(self.highs.getSolution().col_value, float)

    @property
    def column_dual(self) -> Floats:
        """Reduced cost of each column."""
        return np.asarray(self.highs.getSolution().col_dual, float)

    @property
    def row_value(self) -> Floats:
        """Activity of each row."""
        return np.asarray(self.highs.getSolution().row_value, float)

    @property
    def row_dual(self) -> Floats:
        """Of each row."""
        return np.asarray(self.highs.getSolution().row_dual, float)

    @property
    def basis(self) -> Any:
        """HiGHS's own object."""
        return self.highs.getBasis()


def _interrupt_if_cancelled(event: Any, check: Callable[[], None]) -> None:
    try:
        check()
    except Cancelled:
        event.interrupt()
