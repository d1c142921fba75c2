"""Work on many items at once, one a core: HiGHS lets other threads run while it solves."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TypeVar

from powergap.parallel import Progress

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class Crew:
    """Who does the work, whom it is told, and what stops it.

    Attributes:
        progress: called as items are begun and done; None tells nobody.
        cancel: set it from another thread to stop before the next solve.
        workers: items at a time; default: the machine's cores.
    """

    progress: Progress | None = None
    cancel: threading.Event = field(default_factory=threading.Event)
    workers: int | None = None

    def do(self, work: Callable[[Item], Result], items: Sequence[Item], doing: str) -> list[Result]:
        """Results of the work in the items' order.

        Raises:
            KeyboardInterrupt: the cancel event was set.
        """
        done = 0
        if self.progress:
            self.progress(0, len(items), doing)
        with ThreadPoolExecutor(max_workers=self.workers or os.cpu_count() or 1) as pool:
            futures = [pool.submit(self._unless_cancelled, work, item) for item in items]
            try:
                left = set(futures)
                while left:
                    ended, left = wait(left, timeout=0.1, return_when=FIRST_COMPLETED)
                    done += len(ended)
                    for future in ended:
                        future.result()
                    if ended and self.progress:
                        self.progress(done, len(items), doing)
            except BaseException:
                self.cancel.set()
                for future in futures:
                    future.cancel()
                raise
        return [future.result() for future in futures]

    def _unless_cancelled(self, work: Callable[[Item], Result], item: Item) -> Result:
        if self.cancel.is_set():
            raise KeyboardInterrupt
        return work(item)
