"""Programs derived from a plan's, solved from scratch."""

from __future__ import annotations

from powergap import lp
from powergap.errors import SolverStoppedError


def solved_again(program: lp.LinearProgram, settings: lp.SolverSettings | None = None) -> lp.Solution:
    """The solution, whatever its status.

    Raises:
        SolverStoppedError: the solver refuses the program; names why.
    """
    try:
        return lp.solve(program, settings or lp.SolverSettings())
    except ValueError as error:
        raise SolverStoppedError(f"a re-solve was refused: {error}") from error
