"""Shared by all tests: where the scenarios are, and runs that several tests read."""

import os
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

SCENARIOS = Path(__file__).parent.parent / "scenarios"


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
