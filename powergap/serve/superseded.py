"""Whose turn it is: of one page only the last question is worth an answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Cancel signals of what is being solved, one for each open page."""

    def __init__(self) -> None:
        """Nothing is being solved."""
        self._lock = threading.Lock()
        self._open: dict[str, threading.Event] = {}
        self._over = False

    @contextmanager
    def turn(self, page: str) -> Iterator[threading.Event]:
        """Give a cancel signal, after setting that of the page's question before."""
        mine = threading.Event()
        with self._lock:
            if before := self._open.get(page):
                before.set()
            if self._over:
                mine.set()
            self._open[page] = mine
        try:
            yield mine
        finally:
            with self._lock:
                if self._open.get(page) is mine:
                    del self._open[page]

    def end(self) -> None:
        """Cancel everything, now and from now on."""
        with self._lock:
            self._over = True
            for event in self._open.values():
                event.set()
