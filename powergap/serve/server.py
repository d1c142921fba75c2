"""The socket on this machine alone, and an end at Ctrl-C that leaves nothing running."""

from __future__ import annotations

import errno
import os
import secrets
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from powergap.errors import InputError, system_words
from powergap.serve.app import application
from powergap.serve.connection import ClientConnection
from powergap.serve.session import Desk
from powergap.serve.superseded import Turns

HOST = "127.0.0.1"


class Server(uvicorn.Server):  # type: ignore[misc]
    """uvicorn's, which cancels what is being solved before it waits for open requests."""

    def __init__(self, config: uvicorn.Config, turns: Turns) -> None:
        """Take the configuration and what is to be cancelled."""
        super().__init__(config)
        self.turns = turns

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at a signal."""
        self.turns.end()
        super().handle_exit(sig, frame)


def serve(desk: Desk, port: int, ready: Callable[[str], None]) -> None:
    """Serve a desk until Ctrl-C.

    Args:
        desk: what is served.
        port: port of this machine; 0 takes a free one.
        ready: called with the address, token included, once it answers.

    Raises:
        InputError: the port is taken or not allowed.
        KeyboardInterrupt: ended.
    """
    with listening(port) as listener:
        port = listener.getsockname()[1]
        token, turns = secrets.token_urlsafe(24), Turns()
        config = uvicorn.Config(
            application(desk, token, port, turns),
            http=ClientConnection,
            log_level="error",
            access_log=False,
            server_header=False,
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=3,
        )
        ready(f"http://{HOST}:{port}/?token={token}")
        Server(config, turns).run(sockets=[listener])


def listening(port: int) -> socket.socket:
    """A socket that listens on this machine alone.

    Raises:
        InputError: the port is taken or not allowed.
    """
    listener = socket.socket()
    if os.name == "posix":  # elsewhere it would let two servers share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used: {system_words(error)}"
        raise InputError(f"port {port} {why}; give another, such as --port {port + 1}, or --port 0 for any") from error
    return listener
