"""Programs derived from a plan's, solved again."""

from __future__ import annotations

from collections.abc import Callable

from powergap import lp
from powergap.errors import SolverStoppedError


def solved_again(program: lp.LinearProgram, solve: Callable[[lp.LinearProgram], lp.Solution] = lp.solve) -> lp.Solution:
    """The solution, whatever its status, from scratch or by a session's `solve`.

    Raises:
        SolverStoppedError: the solver refuses the program; names why.
    """
    try:
        return solve(program)
    except ValueError as error:
        raise SolverStoppedError(f"a re-solve was refused: {error}") from error


def proven(
    program: lp.LinearProgram, solve: Callable[[lp.LinearProgram], lp.Solution] = lp.solve
) -> lp.Solution | None:
    """The optimum; None where it is proven that there is no plan.

    Raises:
        SolverStoppedError: HiGHS proved neither, or refuses the program.
    """
    solution = solved_again(program, solve)
    if solution.status is lp.SolveStatus.INFEASIBLE:
        return None
    if solution.status is not lp.SolveStatus.OPTIMAL:
        raise SolverStoppedError(f"a re-solve stopped short: {solution.message}")
    return solution
