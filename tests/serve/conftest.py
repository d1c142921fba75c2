"""A desk in memory, and the server as the process that a planner starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMAND = "regions.united_states.demand.additions_gw_per_year"
LEAD_TIME = "technologies.gas_reciprocating_engine.lead_time_years"


@pytest.fixture
def desk(tmp_path):
    """`us-2030` on a desk that saves into an empty folder."""
    from powergap.serve.session import Desk

    return Desk("us-2030", tmp_path)


class Served:
    """A running `powergap serve`: its address, port, token and folder."""

    def __init__(self, process, address, folder):
        self.process, self.address, self.folder = process, address, folder
        parts = urlsplit(address)
        self.port, self.token = parts.port, parts.query.removeprefix("token=")


@contextmanager
def serving(scenario, folder, *options):
    """Start it on a free port; at the end it must have ended at Ctrl-C, cleanly."""
    command = [sys.executable, "-m", "powergap", "serve", str(scenario), "--port", "0", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    address = process.stdout.readline().strip()
    try:
        assert address.startswith("http://127.0.0.1:"), process.communicate(timeout=10)
        yield Served(process, address, folder)
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert err.endswith("Ctrl-C stops it\nstopped\n")
    assert "Traceback" not in err


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """`us-2030`, served for all tests that only ask."""
    with serving("us-2030", tmp_path_factory.mktemp("served")) as running:
        yield running
