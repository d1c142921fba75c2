"""Programs that differ in costs and limits alone, solved one after the other and proven."""

from __future__ import annotations

from typing import Any

import numpy as np

from powergap.lp.loaded import DUAL, Loaded
from powergap.lp.program import LinearProgram
from powergap.lp.settings import Option
from powergap.lp.solution import Solution, SolveStatus
from powergap.lp.solver import solution_of, solve

PROVEN = (SolveStatus.OPTIMAL, SolveStatus.INFEASIBLE, SolveStatus.UNBOUNDED)
"""How a solve ends that needs no other; each comes with its proof."""

KEPT: dict[str, Option] = {"solver": "simplex", "threads": 1, "simplex_dual_edge_weight_strategy": 1}
FROM_SCRATCH: dict[str, Option] = {"presolve": "choose", "simplex_strategy": DUAL}


class Session:
    """Holds a program in one HiGHS, moves its costs and limits, and solves it from where it stands.

    What the HiGHS does not prove is solved from scratch: there, and then on its own. So is each program where the
    first needs a scaling, which may be another after a move. For one thread at a time.
    """

    def __init__(self, program: LinearProgram, basis: Any = None, *, strategy: int = DUAL) -> None:
        """Load the program.

        Args:
            program: the first; those solved later have the same matrix.
            basis: where to start, `basis` of a solution of the first program; None starts from nothing.
            strategy: HiGHS's simplex strategy when it goes on: `DUAL` after limits moved, `PRIMAL` after costs did.

        Raises:
            ValueError: HiGHS refuses the program, or the basis is of another shape.
        """
        self.program, self.basis = program, basis
        self._warm: dict[str, Option] = {"presolve": "off", "simplex_strategy": strategy}
        self._loaded = None if program.scaling is not None else Loaded(program.in_unit(), KEPT | self._warm)
        self._at = program
        self.rewind()

    def rewind(self) -> None:
        """Go back to the first program and to the basis it came with; without one HiGHS starts where it is."""
        if self._loaded is not None:
            self._move(self._loaded, self.program)
            if self.basis is not None:
                self._loaded.start_from(self.basis)

    def solve(self, program: LinearProgram, *, warm: bool = True) -> Solution:
        """Solve a program and stay at what was found.

        Args:
            program: the first one with other costs, offset or limits.
            warm: whether to try from where it stands; else it is solved from scratch, with presolve.

        Raises:
            ValueError: HiGHS refuses the program.
        """
        if self._loaded is not None:
            self._move(self._loaded, program)
            for from_scratch in (False, True) if warm else (True,):
                solution = self._run(self._loaded, program, from_scratch=from_scratch)
                if solution.status in PROVEN:
                    return solution
        return solve(program)

    def _run(self, loaded: Loaded, program: LinearProgram, *, from_scratch: bool) -> Solution:
        if from_scratch:
            loaded.forget()
            loaded.set_options(FROM_SCRATCH)
        loaded.run()
        loaded.set_options(self._warm)
        return solution_of(loaded.highs, program, unit=self.program.unit)

    def _move(self, loaded: Loaded, program: LinearProgram) -> None:
        """Give HiGHS what is not as it was."""
        at, unit = self._at, self.program.unit
        costs = np.flatnonzero(program.cost != at.cost)
        columns = np.flatnonzero((program.column_lower != at.column_lower) | (program.column_upper != at.column_upper))
        rows = np.flatnonzero((program.row_lower != at.row_lower) | (program.row_upper != at.row_upper))
        if len(costs):
            loaded.set_costs(costs, program.cost[costs])
        if len(columns):
            loaded.set_column_bounds(
                columns, program.column_lower[columns] / unit, program.column_upper[columns] / unit
            )
        if len(rows):
            loaded.set_row_bounds(rows, program.row_lower[rows] / unit, program.row_upper[rows] / unit)
        self._at = program
