"""Mutated scenario files end in a solve or in a refusal that names the file; `fuzz.py` runs as many as asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.mutants import mutant
from tests.attacks.traps import lay

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(sys.platform != "linux", reason="needs FIFOs, timers and limits of Linux")


def fuzz(count: int, first: int) -> str:
    """What the runner tells of so many mutants; it fails if any failed."""
    command = [
        sys.executable,
        "-m",
        "tests.attacks.fuzz",
        "--count",
        str(count),
        "--first",
        str(first),
        "--workers",
        "1",
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


@posix
@pytest.mark.parametrize("count", [60, pytest.param(300, marks=pytest.mark.slow)])
def test_mutants_reach_every_end(count):
    """None fails, and the attack reaches every end: some are refused, some load, some are sound enough to be solved."""
    told = fuzz(count, first=1_000_000)
    assert re.search(rf"{count} mutants of seed 1: \{{(?=.*'refused': [1-9])(?=.*'solved': [1-9]).*\}}", told)


@posix
@pytest.mark.slow
def test_two_thousand_mutants():
    fuzz(2_000, first=2_000_000)


@posix
@pytest.mark.parametrize("count", [3, pytest.param(10, marks=pytest.mark.slow)])
def test_mutants_at_the_command_line(tmp_path, count):
    """The real command refuses mutants with exit code 2, the file's name and no traceback; or it validates them."""
    lay(tmp_path)
    codes = set()
    for number in range(3_000_000, 3_000_000 + count):
        one = mutant(1, number)
        path = (tmp_path / one.base).parent / "mutant.yaml"
        path.write_bytes(one.content)
        done = subprocess.run(
            [sys.executable, "-m", "powergap", "validate", str(path)],
            cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode in {0, 2}, (number, done.stderr)
        assert "Traceback" not in done.stderr, number
        assert done.returncode == 0 or str(tmp_path) in done.stderr, number
        codes.add(done.returncode)
    assert 2 in codes
