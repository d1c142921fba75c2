"""What is printed where: data on stdout, words on stderr, errors with their place in the file."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from powergap.errors import (
    CONTROL,
    MOST_SHOWN,
    InputError,
    PowergapError,
    Problem,
    counted,
    of_file,
    system_reason,
    visible,
)

if TYPE_CHECKING:
    import pandas as pd

INTERRUPTED = 130
BAD_INPUT = 2
MOST_OF_A_LINE = 120
"""Characters of a line that are shown, around the one that a problem is about."""


class StillRunning(KeyboardInterrupt):
    """Interrupted, and a thread that writes nothing goes on: the process ends without waiting for it."""


@dataclass(frozen=True)
class Screen:
    """Both streams under the options that every command has."""

    as_json: bool = False
    as_csv: bool = False
    quiet: bool = False

    @property
    def width(self) -> int | None:
        """Columns of the terminal or of COLUMNS; None for a pipe, in which nothing needs to fit."""
        if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
            return shutil.get_terminal_size().columns
        return None

    @property
    def ascii_only(self) -> bool:
        """True where stdout cannot show a ruled line."""
        return not _can_show("\u2500", sys.stdout)

    def data(self, text: str) -> None:
        """Write data; a reader that has gone away is no error."""
        _write(sys.stdout, text)

    def json(self, value: Any) -> None:
        """Write one JSON document."""
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, default=_plain)
        self.data(CONTROL.sub(lambda mark: f"\\u{ord(mark[0]):04x}", text) + "\n")

    def csv(self, frame: pd.DataFrame) -> None:
        """Write a table as CSV."""
        from powergap.files.guarded_csv import csv_text
        from powergap.results.digits import clean

        self.data(csv_text(clean(frame)))

    def say(self, text: str) -> None:
        """Write a line of words, unless quiet."""
        if not self.quiet:
            _write(sys.stderr, text + "\n")

    def error(self, text: str) -> None:
        """Write a line of words that must be read."""
        _write(sys.stderr, text + "\n")

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn what goes wrong inside into words and an exit code."""
        try:
            yield
        except InputError as error:
            self._tell_problems(error)
            raise typer.Exit(error.exit_code) from None
        except PowergapError as error:
            self._tell(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt as error:
            self.error("interrupted; nothing was written")
            if isinstance(error, StillRunning):
                os._exit(INTERRUPTED)
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:
            self._tell(system_reason(error))
            raise typer.Exit(BAD_INPUT) from None

    def _tell(self, message: str) -> None:
        self.error(f"error: {message}")
        if self.as_json:
            self.json({"error": message, "problems": []})

    def _tell_problems(self, error: InputError) -> None:
        if not error.problems:
            self._tell(str(error))
            return
        shown, count = error.problems[:MOST_SHOWN], len(error.problems)
        excerpts = excerpts_of(shown)
        for line in counted([f"{problem}{excerpts[problem]}" for problem in shown], count):
            self.error(line)
        if self.as_json:
            told = f"{count:,} problem{'s' if count > 1 else ''}"
            self.json({"error": told, "problems": [problem.as_record() for problem in shown]})


def excerpts_of(problems: Sequence[Problem]) -> dict[Problem, str]:
    """What each problem is about, with a caret under its column; empty where it cannot be read or may not be shown.

    Each file is read once, as far as the last line that is shown of it.
    """
    wanted: dict[str, set[int]] = {}
    for problem in problems:
        if problem.line and not problem.is_concealed:
            wanted.setdefault(problem.file, set()).add(problem.line)
    lines = {(file, number): text for file, numbers in wanted.items() for number, text in _lines(file, numbers)}
    return {one: "" if one.is_concealed else _excerpt(one, lines.get((one.file, one.line))) for one in problems}


def _lines(file: str, numbers: set[int]) -> Iterator[tuple[int, str]]:
    """Lines of a file by number, from 1; none where it cannot be read."""
    if not os.path.isfile(file):  # noqa: PTH113 - Path.is_file raises for a name that no file can have
        return
    with suppress(OSError, UnicodeDecodeError), Path(file).open(encoding="utf-8-sig") as stream:
        for number, text in enumerate(itertools.islice(stream, max(numbers)), 1):
            if number in numbers:
                yield number, text


def _excerpt(problem: Problem, line: str | None) -> str:
    """The part of a line that is around the column, with a caret under it."""
    if line is None:
        return ""
    at = max(problem.column - 1, 0)
    first = max(0, min(at - MOST_OF_A_LINE // 2, len(line.rstrip()) - MOST_OF_A_LINE))
    part = line.rstrip()[first : first + MOST_OF_A_LINE]
    part = CONTROL.sub("?", part.replace("\t", " "))  # one character each, so that the caret stays under its own
    margin = f"{problem.line:>6} | "
    caret = " " * (len(margin) - 2) + "| " + " " * min(at - first, MOST_OF_A_LINE) + "^"
    return f"\n{margin}{part}\n{caret}"


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows for JSON; what is missing is null."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")  # type: ignore[return-value]


def _plain(value: Any) -> Any:
    """Numpy scalars as Python's, everything else as text."""
    return value.item() if hasattr(value, "item") else str(value)


def _can_show(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _write(stream: TextIO, text: str) -> None:
    text = visible(text)
    if not _can_show(text, stream):
        encoding = stream.encoding or "ascii"
        text = text.encode(encoding, errors="replace").decode(encoding)
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # Later writes, and Python's own flush at the end, go nowhere. Whoever read a pipe has seen enough.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise of_file(error, "output") from error
