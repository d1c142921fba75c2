"""Kill commands at random moments: `python -m tests.attacks.kills --count 200 --seed 1`.

Every command is forked from a process that has all modules loaded, so that moments fall into its work and not into
Python's start. After each kill the old result must stand, or the new one, or none where there was none; never a half.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from powergap import lp
from powergap.cli import app
from powergap.results.data_package import FILE
from powergap.results.run_folder import read_run

SCENARIO = "tiny/battery"
PRICES = (1000, 2000)
"""Worth of the gap in the old and the new run, whose names tell it too: whatever is written differs."""


def solve(out: Path, price: int) -> list[str]:
    """Arguments that solve the scenario at a price."""
    sets = ["--set", f"worth.gap_usd_per_kw_year={price}", "--set", f"name=at-{price}"]
    return ["solve", SCENARIO, "--quiet", "--workers", "1", "--out", str(out), *sets]


def state_of_run(folder: Path) -> str:
    """Digest of a run's tables after it has been read whole; `none` if there is no folder."""
    if not folder.exists():
        return "none"
    run = read_run(folder)
    for entry in run.manifest["runs"]:
        _, solution = lp.load(folder / "lp" / f"{entry['policy']}.{entry['case']}.npz")
        assert solution is not None
    assert sorted(path.stem for path in (folder / "tables").iterdir()) == sorted(run.manifest["tables"])
    return _digest(folder, "tables/*.csv")


def state_of_package(folder: Path) -> str:
    """Digest of an exported folder that has its descriptor; `none` if it has not: it calls itself no package then."""
    if not (folder / FILE).exists():
        return "none"
    json.loads((folder / FILE).read_text())
    return _digest(folder, "*.csv")


def state_of_file(path: Path) -> str:
    """Digest of a file; `none` if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "none"


def _digest(folder: Path, pattern: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.glob(pattern) if not path.name.startswith(".")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def commands(folder: Path) -> dict[str, tuple[Callable[[int], list[str]], Path, Callable[[Path], str]]]:
    """Each command as: its arguments for the old (0) and new (1) result, what it writes, and how to read that."""

    def run(which: int) -> str:
        return str(folder / f"given-{which}")

    return {
        "solve": (lambda which: solve(folder / "run", PRICES[which]), folder / "run", state_of_run),
        "report": (
            lambda which: ["report", run(which), "--to", str(folder / "r.html")], folder / "r.html", state_of_file,
        ),
        "plot": (
            lambda which: ["plot", run(which), "--figure", "cost", "--to", str(folder / "c.svg")],
            folder / "c.svg", state_of_file,
        ),
        "export": (
            lambda which: ["export", run(which), "--format", "csv", "--to", str(folder / "tables")],
            folder / "tables", state_of_package,
        ),
        "pypsa": (
            lambda which: ["export", run(which), "-f", "pypsa", "--policy", "both", "--to", str(folder / "net")],
            folder / "net", lambda path: _digest(path, "*.csv") if path.exists() else "none",
        ),
    }  # fmt: skip


def forked(arguments: list[str], seconds: float | None = None) -> int:
    """Run a command in a child; kill it after some seconds. Gives its wait status."""
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        code = 1
        try:
            app(arguments, standalone_mode=True)
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            os._exit(code)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def main() -> int:
    """Prepare both results of every command, then kill and look."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        folder = Path(name)
        for which in (0, 1):
            assert forked(solve(folder / f"given-{which}", PRICES[which])) == 0
        found = collections.Counter()
        known: dict[str, list[str]] = {}
        took: dict[str, float] = {}
        for command, (arguments, target, state) in commands(folder).items():
            for which in (1, 0):
                began = time.monotonic()
                assert forked(arguments(which)) == 0, arguments(which)
                took[command] = time.monotonic() - began
                known.setdefault(command, []).append(state(target))
            assert len(set(known[command])) == 2, f"{command}: the old and the new result are alike"
        for number in range(asked.count):
            command = list(known)[number % len(known)]
            arguments, target, state = commands(folder)[command]
            before = state(target)
            status = forked(arguments(number // len(known) % 2), chance.uniform(0, 1.1 * took[command]))
            after = state(target)
            allowed = {before, *known[command], *(["none"] if command == "export" else [])}
            assert after in allowed, f"{command}, kill {number}: neither the old nor the new result"
            found["killed" if os.WIFSIGNALED(status) else "ended before the kill"] += 1
            found["left something aside"] += any(path.name.startswith(".") for path in folder.rglob("*"))
            found["new result stands" if after != before else "old result stands"] += 1
        for command, (arguments, target, state) in commands(folder).items():
            assert forked(arguments(0)) == 0
            assert state(target) == known[command][1], f"{command}: the next run does not restore it"
        left = [str(path) for path in folder.rglob(".*")]
        assert not left, f"not cleared away: {left}"
    sys.stdout.write(f"{asked.count} kills: {dict(found)}; nothing half, nothing left\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
