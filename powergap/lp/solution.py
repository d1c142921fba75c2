"""What came out of a solve, by name."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from powergap.arrays import Floats
from powergap.lp.certificate import Certificate
from powergap.lp.program import LinearProgram
from powergap.lp.settings import Option


class SolveStatus(enum.Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INFEASIBLE_OR_UNBOUNDED = "infeasible or unbounded"
    TIME_LIMIT = "time limit"
    ITERATION_LIMIT = "iteration limit"
    INTERRUPTED = "interrupted"
    NUMERICAL = "unproven (numerical)"


WITHOUT = (SolveStatus.INFEASIBLE, SolveStatus.UNBOUNDED, SolveStatus.INFEASIBLE_OR_UNBOUNDED)
"""How a solve ends where it is proven that there is no optimum."""


@dataclass(frozen=True)
class Solution:
    """Values of one solve. What is called optimal, infeasible or unbounded is proven, by the vectors themselves.

    INFEASIBLE: `row_dual` are weights of rows that contradict each other (see `contradiction`). UNBOUNDED:
    `column_value` is a plan and `column_dual` the direction from it in which cost falls without end (see `descent`);
    INFEASIBLE_OR_UNBOUNDED: there is the direction and no plan. After any other status the vectors may mean nothing.

    For a minimisation, a row's dual is d objective / d right-hand side (<= 0 for a binding `<=`, >= 0 for a
    binding `>=`), and a column's reduced cost is d objective / d bound.

    Attributes:
        status: how it ended.
        objective: cost @ x + offset.
        column_value: x [columns].
        column_dual: reduced costs [columns].
        row_value: A @ x [rows].
        row_dual: duals [rows].
        iterations: of all phases together.
        seconds: wall time in the solver.
        basis: pass it as `warm_start` to another solve; None where there is none.
        message: one sentence on the status.
        options: the HiGHS options it ran with.
        certificate: our own check of the vectors.
        program: what was solved.
        kept_since_utc: when it was solved, where it comes from a cache; empty where it was solved now.
        pool: what cuts learned, to start another solve by cuts from; None where it was not asked for.
    """

    status: SolveStatus
    objective: float
    column_value: Floats = field(repr=False)
    column_dual: Floats = field(repr=False)
    row_value: Floats = field(repr=False)
    row_dual: Floats = field(repr=False)
    iterations: int
    seconds: float
    basis: Any = field(repr=False)
    message: str
    options: Mapping[str, Option] = field(repr=False)
    certificate: Certificate | None = field(repr=False)
    program: LinearProgram = field(repr=False)
    kept_since_utc: str = ""
    pool: Any = field(default=None, repr=False)

    def value(self, name: str) -> Floats:
        """Values of a Var in the shape of its sets."""
        return self.program.columns[name].of(self.column_value)

    def reduced_cost(self, name: str) -> Floats:
        """Reduced costs of a Var in the shape of its sets."""
        return self.program.columns[name].of(self.column_dual)

    def dual(self, name: str) -> Floats:
        """Duals of a Constraint in the shape of its sets (one axis where it skipped rows)."""
        return self.program.rows[name].of(self.row_dual)

    def activity(self, name: str) -> Floats:
        """Left-hand sides of a Constraint in the shape of its sets (one axis where it skipped rows)."""
        return self.program.rows[name].of(self.row_value)

    def expression(self, name: str) -> Floats:
        """Values of an Expression in the shape of its sets."""
        return self.program.expression(name).evaluate(self.column_value)
