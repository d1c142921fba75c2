"""The command: what it says, what it refuses, how it ends."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import sys
import threading
import time
from contextlib import suppress

import pytest
from typer.testing import CliRunner

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from powergap.cli import app
from tests.serve.conftest import serving
from tests.serve.test_guard import POSITION, ask


def told(*arguments):
    result = CliRunner().invoke(app, ["serve", *arguments])
    return result.exit_code, result.stderr


def test_a_taken_port_is_told():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, err = told("tiny/one-block", "--port", str(port))
    assert code == 2
    assert err == f"error: port {port} is taken; give another, such as --port {port + 1}, or --port 0 for any\n"


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "starlette", None)
    code, err = told("tiny/one-block")
    assert code == 2
    assert err == "error: this needs the package starlette: pip install 'powergap[serve]'\n"


def test_a_wrong_scenario_is_told_before_anything_is_served():
    code, err = told("us-2029")
    assert code == 2
    assert err.startswith("us-2029: no such file; did you mean ")


def test_the_help_has_examples():
    result = CliRunner().invoke(app, ["serve", "--help"])
    assert "powergap serve us-2030" in result.stdout


def test_it_ends_in_the_middle_of_a_solve(tmp_path):
    """All of the above takes a second or two; the question gets some answer or none, and the process ends at once."""
    position = POSITION | {"policy": "all-of-the-above"}

    def ask_for_long():
        with suppress(OSError, http.client.HTTPException):
            ask(running, "POST", "/solve", json.dumps({"page": "slow", "position": position}).encode())

    with serving("us-2030", tmp_path) as running:
        asking = threading.Thread(target=ask_for_long)
        asking.start()
        time.sleep(0.5)
        running.process.send_signal(signal.SIGINT)
        asking.join(timeout=20)
        assert not asking.is_alive()
    assert not list(tmp_path.iterdir())
