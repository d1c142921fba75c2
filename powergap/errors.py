"""Errors that a user can cause, each with the exit code it ends in.

    PowergapError
    ├── InputError          2   a scenario, catalog or option is wrong; lists every problem
    ├── InfeasibleError     3   no plan satisfies the limits, or the LP is unbounded
    ├── SolverStoppedError  4   the solver stopped short (time limit, numerics)
    └── AuditError          1   a result does not hold what it promises: a bug, never the user's fault

Anything else that escapes is a bug and may show its traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the input: where it is, what it is and what was expected."""

    file: str
    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        """`file:line:column key: message`; the parts that are unknown are left out."""
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}"
        where = f"{place} {self.key}" if self.key else place
        return f"{where}: {self.message}"


class PowergapError(Exception):
    """Base of every error that is told to the user without a traceback."""

    exit_code = 1


class InputError(PowergapError):
    """The input is wrong. Carries all problems found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        """Take located problems, or one sentence when there is no place to point at."""
        self.problems: tuple[Problem, ...] = () if isinstance(problems, str) else tuple(problems)
        text = problems if isinstance(problems, str) else "\n".join(map(str, self.problems))
        super().__init__(text)


class InfeasibleError(PowergapError):
    """No plan satisfies every limit, or the cost can fall without bound."""

    exit_code = 3


class SolverStoppedError(PowergapError):
    """The solver stopped before it could prove an optimum."""

    exit_code = 4


class AuditError(PowergapError):
    """A result breaks an identity that must hold on every run."""

    exit_code = 1
