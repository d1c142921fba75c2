"""Progress on stderr: a bar on a terminal, else a line at most once a second, nothing when quiet."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from powergap.cli.screen import Screen

Report = Callable[[int, int, str], None]


@contextmanager
def progress(screen: Screen) -> Iterator[Report]:
    """Give a function that is told runs done, runs in all and what is being done, from any thread."""
    if screen.quiet:
        yield lambda done, total, doing: None
    elif sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _PlainLines(screen)


class _PlainLines:
    """Plain lines, the first at once, then one a second."""

    def __init__(self, screen: Screen, every_seconds: float = 1.0) -> None:
        self.screen, self.every_seconds = screen, every_seconds
        self.lock = threading.Lock()
        self.next = time.monotonic()

    def __call__(self, done: int, total: int, doing: str) -> None:
        with self.lock:
            now = time.monotonic()
            if now < self.next:
                return
            self.next = now + self.every_seconds
            self.screen.say(f"solved {done} of {total}; {doing}")


@contextmanager
def _bar() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("solved {task.completed:.0f} of {task.total:.0f}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("loading", total=1)

        def report(done: int, total: int, doing: str) -> None:
            bar.update(task, completed=done, total=total, description=doing)

        yield report
