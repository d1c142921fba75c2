"""What is printed where: data on stdout, words on stderr, errors with their place in the file."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import typer

from powergap.errors import CONTROL, InputError, PowergapError, Problem, visible

if TYPE_CHECKING:
    import pandas as pd

INTERRUPTED = 130
BAD_INPUT = 2


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
        from powergap.results.csv_text import csv_text
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
            if error.errno is None:
                raise
            place = f"{error.filename}: " if error.filename else ""
            self._tell(f"{place}{error.strerror}")
            raise typer.Exit(BAD_INPUT) from None

    def _tell(self, message: str) -> None:
        self.error(f"error: {message}")
        if self.as_json:
            self.json({"error": message, "problems": []})

    def _tell_problems(self, error: InputError) -> None:
        if not error.problems:
            self._tell(str(error))
            return
        for problem in error.problems:
            self.error(f"{problem}{excerpt(problem)}")
        count = len(error.problems)
        if self.as_json:
            told = f"{count} problem{'s' if count > 1 else ''}"
            self.json({"error": told, "problems": [vars(problem) for problem in error.problems]})


def excerpt(problem: Problem) -> str:
    """The line that a problem is about, with a caret under its column; empty if it cannot be read."""
    if not problem.line:
        return ""
    try:
        with open(problem.file, encoding="utf-8-sig") as file:  # noqa: PTH123 - as the problem names it
            line = next(text for number, text in enumerate(file, 1) if number == problem.line)
    except (OSError, StopIteration, UnicodeDecodeError):
        return ""
    line = line.rstrip().replace("\t", " ")
    margin = f"{problem.line:>6} | "
    caret = " " * (len(margin) - 2) + "| " + " " * (problem.column - 1) + "^"
    return f"\n{margin}{line}\n{caret}"


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
            raise OSError(error.errno, error.strerror, "output") from error
