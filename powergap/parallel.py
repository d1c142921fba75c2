"""Work on many items at once, how it reports, and how it is cancelled."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Progress = Callable[[int, int, str], None]
"""Called with solves done, solves in all, and what is being done."""


class Cancelled(Exception):  # noqa: N818 - not an error: the caller wants no result any more
    """The caller's cancel event was set."""


def stop_if_cancelled(cancel: threading.Event | None) -> None:
    """Go on only while nobody has cancelled.

    Raises:
        Cancelled: the event is set.
    """
    if cancel is not None and cancel.is_set():
        raise Cancelled


def each(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    cancel: threading.Event | None = None,
    workers: int | None = None,
    on_done: Callable[[int], None] | None = None,
) -> list[Result]:
    """Results of the work in the items' order, made side by side in threads: HiGHS lets others run while it solves.

    Args:
        work: done once for each item.
        items: what it is done for.
        cancel: set it from another thread to begin no more items; it is set here too where an item fails or on Ctrl-C,
            so that work which looks at it stops.
        workers: items at a time; default: the machine's cores.
        on_done: called in the calling thread with the number of items done so far.

    Raises:
        Cancelled: the event was set.
        KeyboardInterrupt: Ctrl-C, after what was begun has ended.
        Exception: what the work raises first.
    """
    cancel = cancel or threading.Event()

    def one(item: Item) -> Result:
        stop_if_cancelled(cancel)
        return work(item)

    with ThreadPoolExecutor(max_workers=workers or os.cpu_count() or 1) as pool:
        futures = [pool.submit(one, item) for item in items]
        left = set(futures)
        try:
            while left:
                ended, left = wait(left, timeout=0.1, return_when=FIRST_COMPLETED)
                for future in ended:
                    future.result()
                if ended and on_done:
                    on_done(len(futures) - len(left))
        except BaseException:
            cancel.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    stop_if_cancelled(cancel)
    return [future.result() for future in futures]
