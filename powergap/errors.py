"""Errors that a user can cause, each with the exit code it ends in.

    PowergapError
    ├── InputError          2   a scenario, catalog or option is wrong; lists every problem
    ├── InfeasibleError     3   no plan satisfies the limits, or the LP is unbounded
    ├── SolverStoppedError  4   the solver stopped short (time limit, numerics)
    └── AuditError          1   a result does not hold what it promises: a bug, never the user's fault

Anything else that escapes is a bug and may show its traceback.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LETTERS = 1_000
"""Letters of a message or key that are shown; a text that somebody made a million letters long is cut."""

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What is no text: marks that move the cursor, colour or reverse what is shown, and halves of letters."""


def visible(text: str) -> str:
    r"""The text with every mark that could steer a terminal, or that no file could hold, spelled out.

    >>> print(visible("a\x1b[31mb"))
    a\x1b[31mb
    """
    return CONTROL.sub(lambda mark: ascii(mark[0])[1:-1], text)


BREAKS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""What ends a line, for YAML, a terminal or Python."""


def on_one_line(text: str) -> str:
    r"""The text with each line break as a space, where a new line would be a new thing.

    >>> on_one_line("a\nb: c")
    'a b: c'
    """
    return BREAKS.sub(" ", text)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the input: where it is, what it is and what was expected."""

    file: str
    line: int
    column: int
    key: str
    message: str

    def __post_init__(self) -> None:
        """Values that are quoted in a message come from anywhere: they are cut and made visible."""
        for part in ("file", "key", "message"):
            text = visible(getattr(self, part))
            if len(text) > MOST_LETTERS:
                text = f"{text[: MOST_LETTERS // 2]} ... {text[-MOST_LETTERS // 4 :]}"
            object.__setattr__(self, part, text)

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
