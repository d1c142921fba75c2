"""Solutions that are kept: the same vectors again, and never one that is broken, forged or of another program."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from powergap import lp
from powergap.lp import solution_cache
from tests.lp.test_solver import dispatch

SETTINGS = lp.SolverSettings()


@pytest.fixture
def cache(tmp_path):
    return lp.SolutionCache(tmp_path / "cache", 10**6)


def kept(cache, program):
    """A program solved and its solution kept: key and solution."""
    key, solution = cache.key(program, SETTINGS, None), lp.solve(program)
    cache.keep(key, solution)
    return key, solution


def files(cache):
    return sorted(path.name for path in cache.folder.iterdir())


def test_what_was_kept_is_what_was_solved(cache):
    program = dispatch()
    key, solution = kept(cache, program)
    found = cache.find(key, program, SETTINGS)
    for name in ("column_value", "column_dual", "row_value", "row_dual"):
        np.testing.assert_array_equal(getattr(found, name), getattr(solution, name), strict=True)
    assert (found.objective, found.status, found.iterations) == (
        solution.objective, solution.status, solution.iterations
    )  # fmt: skip
    assert found.kept_since_utc
    assert not solution.kept_since_utc
    again = lp.solve(program, warm_start=found.basis)
    assert (again.iterations, again.objective) == (0, solution.objective), "the basis is that of the optimum"


def test_anything_that_can_change_a_solution_is_in_the_key(cache, monkeypatch):
    program = dispatch()
    basis = lp.solve(program).basis
    key = cache.key(program, SETTINGS, None)
    lower = program.row_lower.copy()
    lower[0] = np.nextafter(lower[0], np.inf)
    others = [
        cache.key(dataclasses.replace(program, row_lower=lower), SETTINGS, None),
        cache.key(program.with_cost(program.cost, 1.0), SETTINGS, None),
        cache.key(program, lp.SolverSettings(method="ipm"), None),
        cache.key(program, lp.SolverSettings(options={"presolve": "off"}), None),
        cache.key(program, SETTINGS, basis),
    ]
    real = solution_cache.version_of
    for package in ("powergap", "highspy", "numpy"):
        with monkeypatch.context() as other:
            other.setattr(
                solution_cache, "version_of", lambda name, changed=package: real(name) + "+" * (name == changed)
            )
            others.append(cache.key(program, SETTINGS, None))
    assert len({key, *others}) == 1 + len(others)
    assert cache.key(dispatch(), SETTINGS, None) == key


@pytest.mark.parametrize("length", [0, 1, 31, 32, 100, -1])
def test_a_half_written_entry_counts_as_not_there(cache, length):
    program = dispatch()
    key, _ = kept(cache, program)
    path = cache._path(key)
    path.write_bytes(path.read_bytes()[:length])
    assert cache.find(key, program, SETTINGS) is None
    kept(cache, program)
    assert cache.find(key, program, SETTINGS) is not None, "it is written over"


def test_no_byte_of_an_entry_can_change_unnoticed(cache):
    program = dispatch()
    key, _ = kept(cache, program)
    path = cache._path(key)
    whole = path.read_bytes()
    for place in (*range(40), *range(40, len(whole), 7)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert cache.find(key, program, SETTINGS) is None, place


def forged(cache, key, **changed):
    """An entry with other vectors and a checksum that fits."""
    path = cache._path(key)
    with np.load(io.BytesIO(path.read_bytes()[32:])) as archive:
        arrays = {name: archive[name] for name in archive.files} | changed
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    path.write_bytes(hashlib.sha256(key.encode() + file.getvalue()).digest() + file.getvalue())


def test_a_forged_entry_is_not_believed_since_it_must_prove_itself(cache):
    program = dispatch()
    key, solution = kept(cache, program)
    forged(cache, key)
    assert cache.find(key, program, SETTINGS) is not None, "the forger knows the format"
    values = solution.column_value
    forgeries = {
        "other values": {"column_value": values * 1.01},
        "too few values": {"column_value": values[:-1]},
        "no numbers": {"column_value": np.full(len(values), np.nan)},
        "other duals": {"row_dual": solution.row_dual * 0.9},
        "a pickle": {"column_value": values.astype(object)},
        "no facts": {"about": np.zeros(3)},
    }
    for name, changed in forgeries.items():
        forged(cache, key, **changed)
        assert cache.find(key, program, SETTINGS) is None, name
        kept(cache, program)


def test_an_entry_under_another_name_is_not_taken(cache):
    program, other = dispatch(), dispatch(demand=(1.0, 2.0))
    key, _ = kept(cache, program)
    cache._path(key).rename(cache._path(cache.key(other, SETTINGS, None)))
    assert cache.find(cache.key(other, SETTINGS, None), other, SETTINGS) is None


def test_only_proven_optima_are_kept(cache):
    program = dispatch(demand=(9.0, 1.0))
    solution = lp.solve(program)
    assert solution.status is lp.SolveStatus.INFEASIBLE
    cache.keep(cache.key(program, SETTINGS, None), solution)
    assert not cache.folder.exists()


def test_what_was_used_longest_ago_is_removed_first(tmp_path):
    """Room for two entries and a half; the first is used again before the third comes, so the second goes."""
    roomy = lp.SolutionCache(tmp_path, 10**6)
    programs = [dispatch(demand=(1.0, float(k))) for k in (1, 2, 3)]
    keys = []
    for age, program in zip((30, 20), programs[:2], strict=True):
        key, _ = kept(roomy, program)
        os.utime(roomy._path(key), (time.time() - age, time.time() - age))
        keys.append(key)
    size = roomy._path(keys[0]).stat().st_size
    tight = lp.SolutionCache(tmp_path, int(2.5 * size))
    assert tight.find(keys[0], programs[0], SETTINGS) is not None
    keys.append(kept(tight, programs[2])[0])
    assert [tight.find(key, program, SETTINGS) is not None for key, program in zip(keys, programs, strict=True)] == [
        True, False, True,
    ]  # fmt: skip
    assert tight.room()[1] <= tight.most_bytes


def test_half_written_files_of_the_dead_are_removed_and_those_of_the_living_are_not(cache):
    kept(cache, dispatch())
    for name, age in (("dead.part", 2 * solution_cache.ABANDONED_SECONDS), ("alive.part", 0)):
        (cache.folder / name).write_bytes(b"half")
        os.utime(cache.folder / name, (time.time() - age, time.time() - age))
    kept(cache, dispatch(demand=(1.0, 2.0)))
    assert "dead.part" not in files(cache)
    assert "alive.part" in files(cache)
    (cache.folder / "notes.txt").write_text("mine")
    cache.clear()
    assert files(cache) == ["notes.txt"], "clearing removes what the cache wrote and nothing else"


def test_a_folder_that_cannot_be_written_keeps_nothing_and_harms_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    blocked = lp.SolutionCache(tmp_path / "file" / "cache", 10**6)
    key, _ = kept(blocked, dispatch())
    assert blocked.find(key, dispatch(), SETTINGS) is None
    assert blocked.room() == (0, 0)


WORK = """
import sys
from pathlib import Path
from powergap import lp
from tests.lp.test_solver import dispatch
cache, settings = lp.SolutionCache(Path(sys.argv[1]), 4000), lp.SolverSettings()
for turn in range(20):
    program = dispatch(demand=(1.0, float(turn % 5)))
    key = cache.key(program, settings, None)
    found = cache.find(key, program, settings) or lp.solve(program)
    cache.keep(key, found)
    assert found.objective == lp.solve(program).objective
"""


def test_processes_share_a_folder(tmp_path):
    """Three processes write, read and remove the same five entries, with room for about three of them."""
    command = [sys.executable, "-c", WORK, str(tmp_path / "cache")]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    failures = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], failures
    cache = lp.SolutionCache(tmp_path / "cache", 4000)
    assert not list(cache.folder.glob("*.part"))
    assert 0 < cache.room()[1] <= 4000
