"""The engine under the command line: Ctrl-C is obeyed at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from powergap.cli.progress import progress
from powergap.cli.screen import Screen, StillRunning

if TYPE_CHECKING:
    from powergap.lp import SolutionCache
    from powergap.results.run import Run
    from powergap.scenario import Study

GRACE_SECONDS = 0.5
Returned = TypeVar("Returned")


def solved(screen: Screen, study: Study, workers: int | None = None, cache: SolutionCache | None = None) -> Run:
    """Solve with progress on stderr.

    Raises:
        KeyboardInterrupt: interrupted; `StillRunning` if the engine has not come to an end by then.
    """
    with progress(screen) as report:
        report(0, len(study.runs), "building")
        from powergap.run import solve

        return interruptible(lambda cancel: solve(study, progress=report, cancel=cancel, workers=workers, cache=cache))


def interruptible(work: Callable[[threading.Event], Returned], grace_seconds: float = GRACE_SECONDS) -> Returned:
    """Do work in a thread, so that Ctrl-C is noticed even while a model is built or presolved.

    Args:
        work: is given an event that is set on Ctrl-C and asks it to stop.
        grace_seconds: how long it is waited for then.

    Raises:
        KeyboardInterrupt: interrupted; `StillRunning` if the work goes on in spite of the event.
    """
    cancel, ended = threading.Event(), threading.Event()
    results: list[Returned] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(cancel))
        except BaseException as error:
            failures.append(error)
        finally:
            ended.set()

    # An event, not Thread.join: until Python 3.13 an interrupted join takes the thread for ended (bpo-45274).
    try:
        threading.Thread(target=run, daemon=True).start()
        while not ended.wait(0.1):
            pass
    except KeyboardInterrupt:
        cancel.set()
        with suppress(KeyboardInterrupt):  # asked twice: no more waiting
            ended.wait(grace_seconds)
        if not ended.is_set():
            raise StillRunning from None
        raise
    if failures:
        raise failures[0]
    return results[0]
