"""A connection to the page: cut where its client is too slow, and one of few."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10.0
"""For a request to come whole, and for a client to take more of an answer. A browser here needs milliseconds."""

MOST_CONNECTIONS = 64
"""At a time. A browser opens six for a page."""


class ClientConnection(H11Protocol):  # type: ignore[misc]
    """uvicorn's, which by itself waits for a client as long as that keeps the connection open.

    How long an answer takes to find is not limited: the clock runs only while the client is waited for.
    """

    asking: asyncio.TimerHandle | None = None
    taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request, or refuse one connection too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait on only where the request is not whole; more bytes give no more time."""
        super().data_received(data)
        self._watch()

    def pause_writing(self) -> None:
        """The client takes nothing more for now."""
        super().pause_writing()
        self.taking = self.taking or self.loop.call_later(SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self.taking = _stopped(self.taking)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self.asking, self.taking = _stopped(self.asking), _stopped(self.taking)
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self.asking = self.asking or self.loop.call_later(SECONDS, self.transport.abort)
        else:
            self.asking = _stopped(self.asking)


def _stopped(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    """What stands in the place of a timer that runs no more: none."""
    if timer is not None:
        timer.cancel()
    return None
