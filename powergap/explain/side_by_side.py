"""How the solves of an explanation are done: side by side, with progress, until cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from powergap.parallel import Item, Progress, Result, each


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
            Cancelled: the cancel event was set.
        """

        def tell(done: int) -> None:
            if self.progress:
                self.progress(done, len(items), doing)

        tell(0)
        return each(work, items, cancel=self.cancel, workers=self.workers, on_done=tell)
