"""Errors that a user can cause, each with the exit code it ends in.

    PowergapError
    ├── InputError          2   a scenario, catalog or option is wrong; lists every problem
    ├── InfeasibleError     3   no plan satisfies the limits, or the LP is unbounded
    ├── SolverStoppedError  4   the solver stopped short (time limit, numerics)
    └── AuditError          1   a result does not hold what it promises: a bug, never the user's fault

Anything else that escapes is a bug and may show its traceback.
"""

from __future__ import annotations

import os
import re
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

MOST_LETTERS = 1_000
"""Letters of a message or key that are shown; a text that somebody made a million letters long is cut."""

MOST_SHOWN = 50
"""Problems that are shown; nobody reads more, and the others are counted."""

CONCEALED = "is not valid; what it holds is not shown, because it is outside the folder of the scenario"

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What is no text: marks that move the cursor, colour or reverse what is shown, and halves of letters."""


def visible(text: str) -> str:
    r"""The text with every mark that could steer a terminal, or that no file could hold, spelled out.

    >>> print(visible("a\x1b[31mb"))
    a\x1b[31mb
    """
    return CONTROL.sub(lambda mark: ascii(mark[0])[1:-1], text)


def system_words(error: OSError) -> str:
    """What the system says of an error; a library raises `OSError` with a sentence alone, or with nothing.

    >>> system_words(FileNotFoundError(2, "No such file or directory", "a.csv"))
    'No such file or directory'
    >>> system_words(OSError("3 requested and 0 written")), system_words(TimeoutError())
    ('3 requested and 0 written', 'TimeoutError')
    """
    return error.strerror or (str(error) if len(error.args) == 1 else "") or type(error).__name__


def system_reason(error: OSError) -> str:
    """As `system_words`, behind the file where one is named.

    >>> system_reason(FileNotFoundError(2, "No such file or directory", "a.csv"))
    'a.csv: No such file or directory'
    """
    said = system_words(error)
    return f"{os.fsdecode(error.filename)}: {said}" if isinstance(error.filename, str | bytes) else said


def of_file(error: OSError, path: str | os.PathLike[str]) -> OSError:
    """The same error, named after the file that was to be written; in the system's words where it has a number.

    >>> system_reason(of_file(OSError("3 requested and 0 written"), "run"))
    'run: 3 requested and 0 written'
    >>> system_reason(of_file(OSError(28, "a library's own words"), "run"))
    'run: No space left on device'
    """
    said = os.strerror(error.errno) if error.errno else system_words(error)
    return OSError(error.errno, said, os.fspath(path))


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
    """One thing wrong with the input: where it is, what it is and what was expected.

    Attributes:
        file, line, column: where it is; line and column count from 1, 0 when there is none.
        key: path of the key.
        message: what it is and what was expected.
        reason: as much of the message as quotes nothing of the file.
        requested: place and key that named the file, where another one did.
        is_concealed: True where nothing of the file may be quoted; the reason then stands for the message.
    """

    file: str
    line: int
    column: int
    key: str
    message: str
    reason: str = ""
    requested: str = ""
    is_concealed: bool = False

    def __post_init__(self) -> None:
        """Values that are quoted in a message come from anywhere: they are cut and made visible."""
        if self.is_concealed and self.message:
            object.__setattr__(self, "message", self.reason or CONCEALED)
            object.__setattr__(self, "key", "")
        for part in ("file", "key", "message", "requested"):
            text = visible(getattr(self, part))
            if len(text) > MOST_LETTERS:
                text = f"{text[: MOST_LETTERS // 2]} ... {text[-MOST_LETTERS // 4 :]}"
            object.__setattr__(self, part, text)

    def __str__(self) -> str:
        """`file:line:column key: message (requested at ...)`; the parts that are unknown are left out."""
        requested = f" (requested at {self.requested})" if self.requested else ""
        return f"{self.where}: {self.message}{requested}"

    @property
    def where(self) -> str:
        """`file:line:column key`; the parts that are unknown are left out."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place} {self.key}" if self.key else place

    def as_record(self) -> dict[str, Any]:
        """What a program reads of it: place, key, message, and who requested the file."""
        return {part: getattr(self, part) for part in ("file", "line", "column", "key", "message", "requested")}


def counted(lines: Sequence[str], total: int) -> list[str]:
    """Lines of the problems that are shown, and one that counts the others."""
    return [*lines, f"and {total - len(lines):,} more problems"] if total > len(lines) else list(lines)


class PowergapError(Exception):
    """Base of every error that is shown to the user without a traceback."""

    exit_code = 1


class InputError(PowergapError):
    """The input is wrong. Carries all problems found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        """Take located problems, or one sentence when there is no place to point at."""
        self.problems: tuple[Problem, ...] = () if isinstance(problems, str) else tuple(problems)
        shown = counted([str(problem) for problem in self.problems[:MOST_SHOWN]], len(self.problems))
        text = problems if isinstance(problems, str) else "\n".join(shown)
        super().__init__(text)


def refuse_unless(value: object, kind: type | types.UnionType, wanted: str) -> None:
    """Refuse an argument that is something else than a function takes.

    >>> refuse_unless(3, str, "a scenario is a file or a name")
    Traceback (most recent call last):
        ...
    powergap.errors.InputError: a scenario is a file or a name, not int

    Raises:
        InputError: the value is of another kind.
    """
    if not isinstance(value, kind):
        raise InputError(f"{wanted}, not {type(value).__name__}")


def refuse_one_text(values: object, name: str) -> None:
    """Refuse a single text where a list of texts is taken, whose letters would be read one by one.

    Raises:
        InputError: it is one text, or holds something else than texts.
    """
    if isinstance(values, str):
        raise InputError(f"`{name}` is a list of texts: write {name}=[{values!r}]")
    for value in values if isinstance(values, Iterable) else [values]:
        refuse_unless(value, str, f"`{name}` is a list of texts")


class InfeasibleError(PowergapError):
    """No plan satisfies every limit, or the cost can fall without bound."""

    exit_code = 3


class SolverStoppedError(PowergapError):
    """The solver stopped before it could prove an optimum."""

    exit_code = 4


class AuditError(PowergapError):
    """A result breaks an identity that must hold on every run."""

    exit_code = 1
