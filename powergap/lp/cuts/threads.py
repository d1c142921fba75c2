"""The blocks of a program solved side by side, until cancelled or out of time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats
from powergap.lp.cuts.subproblem import BlockSolver

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class BlockThreads:
    """Threads that solve the blocks of a program.

    Attributes:
        executor: the threads; not to be used again once a call was stopped.
        blocks: a solver for each block.
        places: which of all shared columns each block has, [its shared columns].
        cancel: set from another thread to stop.
        ends: when to stop, in seconds of `time.perf_counter()`.
    """

    executor: ThreadPoolExecutor
    blocks: Sequence[BlockSolver]
    places: Sequence[npt.NDArray[np.int32]]
    cancel: threading.Event | None
    ends: float

    @property
    def is_cancelled(self) -> bool:
        """True where another thread has asked to stop."""
        return self.cancel is not None and self.cancel.is_set()

    def each(self, ask: Callable[[BlockSolver, Floats], Answer], point: Floats) -> list[Answer] | None:
        """What every block answers to a point, [shared columns]; None where it was cancelled or the time is over.

        Raises:
            BlockFailedError: a block has no optimum.
        """
        pairs = zip(self.blocks, self.places, strict=True)
        return self.run([partial(ask, block, point[places]) for block, places in pairs])

    def run(self, calls: Sequence[Callable[[], Answer]]) -> list[Answer] | None:
        """What every call returns; None where it was cancelled or the time is over.

        Raises:
            BlockFailedError: a block has no optimum.
        """
        asked = [self.executor.submit(call) for call in calls]
        waiting = set(asked)
        try:
            while waiting:
                if self.is_cancelled or time.perf_counter() > self.ends:
                    self._stop()
                    return None
                waiting = wait(waiting, timeout=0.1).not_done
        except KeyboardInterrupt:
            self._stop()
            raise
        return [each.result() for each in asked]

    def _stop(self) -> None:
        for block in self.blocks:
            block.stop.set()
        self.executor.shutdown(cancel_futures=True)
