"""The tie-break: of all optimal plans take the one that a fixed rule ranks first.

Many plans can cost the same (a battery may charge in any of several equal hours). Which one a solver ends in depends on
its path, hence on version, machine and threads. So the optimum is solved once more over the set of optimal plans alone,
for the least weighted sum of all activities. The weights lie between 1 and 2 and differ irregularly from column to
column, so that no exchange of activities is free, which leaves one plan. The set of optimal plans is exact: a feasible
plan is optimal if and only if it is complementary to *any* optimal dual solution, so columns with a reduced cost are
held at their bound and rows with a dual at their limit. Duals and objective stay those of the first solve.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from powergap import lp

DUAL_TOLERANCE = 1e-7
"""Reduced costs below this are zero to HiGHS (its option dual_feasibility_tolerance), M$ per GW."""


def weights(columns: int) -> npt.NDArray[np.float64]:
    """Weight of each column: 1 plus a fraction hashed from its number (splitmix64), [column].

    A hash, since in regular sequences (multiples of the golden ratio, say) equal steps have equal differences
    and two exchanges of activities can come out the same.
    """
    bits = np.arange(1, columns + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits = bits ^ (bits >> np.uint64(31))
    return 1.0 + (bits >> np.uint64(11)).astype(float) / 2.0**53


def optimal_face(program: lp.LinearProgram, solution: lp.Solution) -> lp.LinearProgram:
    """The same program restricted to its optimal plans, with the tie-break as its objective.

    A column or row counts as priced when its reduced cost or dual exceeds the solver's own dual tolerance.
    """
    reduced, dual = solution.column_dual, solution.row_dual
    smallest = DUAL_TOLERANCE
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    upper[reduced > smallest] = lower[reduced > smallest]
    lower[reduced < -smallest] = upper[reduced < -smallest]
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    row_upper[dual > smallest] = row_lower[dual > smallest]
    row_lower[dual < -smallest] = row_upper[dual < -smallest]
    bounded_below = np.isfinite(program.column_lower)
    return replace(
        program,
        cost=np.where(bounded_below, weights(len(program.cost)), 0.0),
        offset=0.0,
        column_lower=lower,
        column_upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
    )
