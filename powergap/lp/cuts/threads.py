"""Blocks solved side by side, until there is no time left or somebody has cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from powergap.arrays import Floats
from powergap.lp.cuts.subproblem import BlockSolver
from powergap.parallel import Cancelled, each, stop_if_cancelled

Answer = TypeVar("Answer")


class TimeIsOver(Cancelled):
    """The settings' time limit is over."""


class BlockThreads:
    """Solves blocks at once, one a core.

    Attributes:
        cancel: set it from another thread to stop.
        ends: when to stop, as `time.perf_counter` counts.
    """

    def __init__(self, cancel: threading.Event | None) -> None:
        self.cancel = cancel
        self.ends = np.inf
        self._stop = threading.Event()

    def check(self) -> None:
        """Go on only while there is time and nobody has cancelled, nor another block failed.

        Raises:
            Cancelled: it is over.
        """
        stop_if_cancelled(self.cancel)
        stop_if_cancelled(self._stop)
        if time.perf_counter() > self.ends:
            raise TimeIsOver

    def each(
        self, question: Callable[[BlockSolver, Floats], Answer], blocks: Sequence[BlockSolver], parts: Sequence[Floats]
    ) -> list[Answer]:
        """The answer of every block to its part of a point."""
        return self.run([partial(question, block, part) for block, part in zip(blocks, parts, strict=True)])

    def run(self, calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
        """What every call returns.

        Raises:
            Cancelled: it is over.
            BlockFailedError: a block could not be solved.
        """
        self.check()
        return each(lambda call: call(), calls, cancel=self._stop)
