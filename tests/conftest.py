"""Shared by all tests: where the scenarios are, and runs that several tests read."""

import os
import signal
import tempfile
import uuid
from functools import lru_cache
from pathlib import Path

import hypothesis
import pytest

import powergap

# No verdict depends on how busy the machine is: neither an example nor the drawing of examples has a time limit.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
# Where a change is judged, the same examples are drawn every time; elsewhere new ones look for trouble.
hypothesis.settings.register_profile("judged", hypothesis.settings.get_profile("unhurried"), derandomize=True)
hypothesis.settings.load_profile("judged" if os.environ.get("CI") else "unhurried")

# Neither what several tests share nor what they start reads or fills the cache of whoever runs them.
CACHE = tempfile.TemporaryDirectory(prefix="powergap-tests-")
os.environ["POWERGAP_CACHE_DIR"] = CACHE.name

# A shell that starts the suite in the background lets it ignore Ctrl-C, and with it all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

TESTS = Path(__file__).parent
SCENARIOS = TESTS.parent / "scenarios"

FAST = {"lp", "scenario", "catalog", "model", "files", "test_suite.py"}
"""Folders and files of `pytest -m fast`: programs, reading and the model, with every example in a docstring."""


def is_fast(path):
    """True for a file of the fast selection, and for the folders on the way to it."""
    return path == TESTS or path.relative_to(TESTS).parts[0] in FAST


def pytest_ignore_collect(collection_path, config):
    """What `-m fast` would deselect is not even imported."""
    return True if config.option.markexpr == "fast" and not is_fast(collection_path) else None


def pytest_collection_modifyitems(items):
    """Mark by folder and file; what is slow is not fast."""
    for item in items:
        if is_fast(item.path) and not item.get_closest_marker("slow"):
            item.add_marker("fast")


def few_of(values, count):
    """Parameters of a test of which the first few run by default and all others with `-m slow`."""
    return [value if at < count else pytest.param(value, marks=pytest.mark.slow) for at, value in enumerate(values)]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Every test starts without kept solutions."""
    monkeypatch.setenv("POWERGAP_CACHE_DIR", str(tmp_path_factory.getbasetemp() / f"cache-{uuid.uuid4().hex}"))


@lru_cache
def run_of(path, sets=()):
    """A solved scenario of the scenarios folder; solved once a session for each choice of overrides."""
    return powergap.solve(powergap.load(SCENARIOS / path, sets=sets))


@pytest.fixture(scope="session")
def solved():
    """`solved("tiny/one-block.yaml", "value_of.delayed_load_usd_per_kw_year=2000")` gives a run."""
    return lambda path, *sets: run_of(path, sets)
