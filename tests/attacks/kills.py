"""Kill commands at random moments: `python -m tests.attacks.kills --count 200 --seed 1`.

Every command is forked from a process that has all modules loaded, so that moments fall into its work and not into
Python's start. After each kill the old result must stand, or the new one, or none where there was none; never a half.

A sweep keeps its answers as they come: no kill may lose one that was there, and `--resume` ends in the bytes of a sweep
that was never stopped. A server may be asked to save a scenario and be killed: a file that it said it saved is there,
and whatever is there is whole.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

import powergap.serve.server  # noqa: F401 - loaded before the forks, as everything is
from powergap import lp
from powergap.cli import app
from powergap.export.data_package import FILE
from powergap.results.run_folder import read_run

SCENARIO = "tiny/battery"
SWEPT = "value_of.delayed_load_usd_per_kw_year"
POSITION = {"policy": "both", "case": "mid", "readings": {}, "moves": {"value_of.delayed_load_usd_per_kw_year": 1.0}}
EXPLAINED = ("bottlenecks", "order_by")
"""Tables of an explanation: the first changes with the number of limits confirmed, the second with today's date."""
PRICES = (1000, 2000)
"""Worth of the gap in the old and the new run, whose names tell it too: whatever is written differs."""


def solve(out: Path, price: int) -> list[str]:
    """Arguments that solve the scenario at a price."""
    sets = ["--set", f"value_of.delayed_load_usd_per_kw_year={price}", "--set", f"name=at-{price}"]
    return ["solve", SCENARIO, "--quiet", "--workers", "1", "--replace", "--out", str(out), *sets]


def state_of_run(folder: Path) -> str:
    """Digest of a run's tables after it has been read whole; `none` if there is no folder."""
    if not folder.exists():
        return "none"
    run = read_run(folder)
    for entry in run.manifest.runs:
        _, solution = lp.load(folder / "lp" / f"{entry.policy}.{entry.case}.npz")
        assert solution is not None
    assert sorted(path.stem for path in (folder / "tables").iterdir()) == sorted(run.manifest.tables)
    return _digest(folder, "tables/*.csv")


def state_of_hedge(folder: Path) -> str:
    """Digest of a hedge's tables, each of which its manifest lists; `none` if there is no folder."""
    if not folder.exists():
        return "none"
    listed = json.loads((folder / "manifest.json").read_text())["tables"]
    assert sorted(path.stem for path in (folder / "tables").iterdir()) == sorted(listed)
    return _digest(folder, "tables/*.csv")


def state_of_explained(folder: Path) -> str:
    """Digest of the tables that a run's manifest lists and that an explanation has; a table not listed is not there."""
    run = read_run(folder)
    assert "gap" in run.tables
    listed = [name for name in EXPLAINED if name in run.tables]
    return f"{listed} {[state_of_file(folder / 'tables' / f'{name}.csv') for name in listed]}"


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
        "hedge": (
            lambda which: ["hedge", "tiny/newsvendor", "-q", "-o", str(folder / "hedge"),
                           "-s", f"value_of.delayed_load_usd_per_kw_year={PRICES[which]}"],
            folder / "hedge", state_of_hedge,
        ),
        "explain": (
            lambda which: [
                "explain", str(folder / "explained"), "--top", ("1", "8")[which],
                "--today", ("2026-01-01", "2040-01-01")[which],
                *(word for name in EXPLAINED for word in ("--only", name)),
            ],
            folder / "explained", state_of_explained,
        ),
        "report": (
            lambda which: ["report", run(which), "--to", str(folder / "r.html")], folder / "r.html", state_of_file,
        ),
        "plot": (
            lambda which: ["plot", run(which), "--figure", "cost", "--to", str(folder / "c.svg")],
            folder / "c.svg", state_of_file,
        ),
        "export": (
            lambda which: ["export", run(which), "--format", "csv", "--replace", "--to", str(folder / "tables")],
            folder / "tables", state_of_package,
        ),
        "pypsa": (
            lambda which: ["export", run(which), "-f", "pypsa", "--policy", "both", "--replace",
                           "--to", str(folder / "net")],
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


def kill_writers(count: int, chance: random.Random, folder: Path, found: collections.Counter[str]) -> None:
    """Commands that write an old or a new result, one after the other."""
    for which in (0, 1):
        assert forked(solve(folder / f"given-{which}", PRICES[which])) == 0
    known: dict[str, list[str]] = {}
    took: dict[str, float] = {}
    for command, (arguments, target, state) in commands(folder).items():
        if command == "explain":
            shutil.copytree(folder / "given-0", target)
        for which in (1, 0):
            shutil.rmtree(folder / "cache", ignore_errors=True)
            began = time.monotonic()
            assert forked(arguments(which)) == 0, arguments(which)
            took[command] = time.monotonic() - began
            known.setdefault(command, []).append(state(target))
        assert len(set(known[command])) == 2, f"{command}: the old and the new result are alike"
    for number in range(count):
        command = list(known)[number % len(known)]
        arguments, target, state = commands(folder)[command]
        before = state(target)
        if number % 3:
            shutil.rmtree(folder / "cache", ignore_errors=True)
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


def kill_sweeps(count: int, chance: random.Random, folder: Path, found: collections.Counter[str]) -> None:
    """A sweep that is begun again and again from what it has."""
    scenario = folder / "swept.yaml"
    scenario.write_text(f"extends: {SCENARIO}\nsweep: {{draws: 12, inputs: {{{SWEPT}: {{uniform: [500, 4000]}}}}}}\n")

    def sweep(out: str) -> list[str]:
        return ["sweep", str(scenario), "-q", "--resume", "--workers", "1", "--out", str(folder / out)]

    began = time.monotonic()
    assert forked(sweep("whole")) == 0
    took = time.monotonic() - began
    whole = state_of_file(folder / "whole" / "results.parquet")
    answers: set[tuple[int, str]] = set()
    for _ in range(count):
        status = forked(sweep("killed"), chance.uniform(0, 0.6 * took))
        parts = [pd.read_parquet(path) for path in sorted((folder / "killed" / "parts").glob("[0-9a-f]*.parquet"))]
        after = {(int(row.point), str(row.policy)) for part in parts for row in part.itertuples()}
        assert answers <= after, f"lost {sorted(answers - after)}"
        answers = after
        found["sweeps killed" if os.WIFSIGNALED(status) else "sweeps ended before the kill"] += 1
        if (folder / "killed" / "results.parquet").exists():
            assert state_of_file(folder / "killed" / "results.parquet") == whole
            shutil.rmtree(folder / "killed")
            answers = set()
            found["sweeps finished between kills"] += 1
    assert forked(sweep("killed")) == 0
    assert state_of_file(folder / "killed" / "results.parquet") == whole


def kill_servers(count: int, chance: random.Random, folder: Path, found: collections.Counter[str]) -> None:
    """A server that is asked to save a scenario."""
    folder = folder / "served"
    folder.mkdir()
    answer, took = ask_to_save(folder, None)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    whole = state_of_file(folder / "mine.yaml")
    for _ in range(count):
        (folder / "mine.yaml").unlink(missing_ok=True)
        answer, _ = ask_to_save(folder, chance.uniform(0, 1.1 * took))
        stands = state_of_file(folder / "mine.yaml")
        assert stands in {whole, "none"}, "a saved scenario is neither whole nor absent"
        assert stands == whole or not answer.startswith(b"HTTP/1.1 200"), "a scenario that was said to be saved is not"
        found["servers killed, scenario saved" if stands == whole else "servers killed, nothing saved"] += 1
    (folder / "mine.yaml").unlink(missing_ok=True)
    assert ask_to_save(folder, None)[0].startswith(b"HTTP/1.1 200")
    assert [path.name for path in folder.iterdir()] == ["mine.yaml"]


def ask_to_save(folder: Path, seconds: float | None) -> tuple[bytes, float]:
    """What a server answers that is killed so long after it was asked, or when it has answered, and after how long."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.chdir(folder)
        try:
            app(["serve", SCENARIO, "--port", "0", "-q"], standalone_mode=True)
        finally:
            os._exit(1)
    os.close(writer)
    answer, began = b"", time.monotonic()
    try:
        with os.fdopen(reader) as out:
            address = urlsplit(out.readline().strip())
        body = json.dumps({"page": "kills", "position": POSITION, "name": "mine"}).encode()
        head = (
            f"POST /save HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: http://{address.netloc}\r\n"
            f"Cookie: powergap-{address.port}={address.query.removeprefix('token=')}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        with socket.create_connection((address.hostname, address.port)) as asked:
            began = time.monotonic()
            asked.sendall(head.encode() + body)
            if seconds is not None:
                time.sleep(seconds)
                os.kill(child, signal.SIGKILL)
            while chunk := asked.recv(65536):
                answer += chunk
    except ConnectionError:
        pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return answer, time.monotonic() - began


def main() -> int:
    """Prepare both results of every command, then kill and look."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    chance = random.Random(asked.seed)
    found: collections.Counter[str] = collections.Counter()
    others = asked.count // 5
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        os.environ["POWERGAP_CACHE_DIR"] = str(Path(name) / "cache")
        kill_writers(asked.count - 2 * others, chance, Path(name), found)
        kill_sweeps(others, chance, Path(name), found)
        kill_servers(others, chance, Path(name), found)
    sys.stdout.write(f"{asked.count} kills: {dict(found)}; nothing half, nothing lost, nothing left\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
