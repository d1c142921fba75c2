"""`powergap cache`, and `solve` with and without it."""

from __future__ import annotations

import os
from pathlib import Path


def test_a_second_solve_reads_the_first(powergap):
    first, again = powergap("solve", "tiny/one-block"), powergap("solve", "tiny/one-block")
    assert again.out == first.out
    assert "cache" not in first.err
    assert "1 of 1 plans from the cache" in again.err
    assert "cache" not in powergap("solve", "tiny/one-block", "--no-cache").err


def test_no_cache_keeps_nothing(powergap):
    powergap("solve", "tiny/one-block", "--no-cache")
    assert powergap("cache", "--json").data["solutions"] == 0


def test_cache_says_where_and_how_large_and_clears(powergap):
    powergap("solve", "tiny/one-block")
    folder = os.environ["POWERGAP_CACHE_DIR"]
    found = powergap("cache", "--json").data
    assert (found["folder"], found["solutions"], found["most_mb"]) == (folder, 2, 1000)
    assert found["size_mb"] == sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
    assert powergap("cache").out == f"{folder}: 2 solutions, 0.0 of at most 1000 MB\n"
    cleared = powergap("cache", "--clear")
    assert cleared.out == f"{folder}: 0 solutions, 0.0 of at most 1000 MB\n"
    assert cleared.err == "removed 2 solutions, 0.0 MB\n"


def test_a_size_that_is_none_is_bad_input(powergap, monkeypatch):
    monkeypatch.setenv("POWERGAP_CACHE_MB", "1 GB")
    done = powergap("solve", "tiny/one-block")
    assert done.code == 2
    assert done.err == "POWERGAP_CACHE_MB: `1 GB` is no size; expected megabytes, a number from 0 to 1000000000\n"
    assert not Path("outputs").exists()
