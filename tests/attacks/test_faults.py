"""Kills, full disks, read-only places, jumping clocks, two writers: no corrupt and no lost result."""

from __future__ import annotations

import datetime
import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import powergap
from powergap import lp
from powergap.cli import app
from powergap.errors import InputError
from powergap.explain.explanation import Explanation
from powergap.explain.folder import add_to_run
from powergap.files.atomic import file_written_aside, folder_written_aside
from powergap.planning import make_plan
from powergap.results import run_manifest
from powergap.results.run_folder import RESOLVED, read_run, write_run
from powergap.sweep import sweep
from tests.sweep.samples import wanted

ROOT = Path(__file__).resolve().parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs signals, limits and mounts of Linux")
SLOW = pytest.mark.slow
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def start(*arguments: str, **options) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.Popen(
        command, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def run(*arguments: str, **options) -> tuple[int, str]:
    with start(*arguments, **options) as process:
        _, err = process.communicate(timeout=600)
    return process.returncode, err


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@linux
@pytest.mark.slow
def test_two_hundred_kills_leave_the_old_result_or_the_new():
    """Of solve, hedge, explain, report, plot, export to tables and to a network 120, of sweep and of serve 40."""
    assert run("tests.attacks.kills", "--count", "200", "--seed", "2", cwd=ROOT) == (0, "")


@linux
def test_no_kill_while_an_explanation_is_written_leaves_tables_of_two_side_by_side(tmp_path, given):
    """Explanations 0 and 1 in turn, of four tables that say their number on 3,000 rows each; 60 kills."""
    folder = Path(shutil.copytree(given, tmp_path / "run"))
    explained = (folder / RESOLVED).read_bytes()
    names_of_tables = ["attribution", "levers", "remaining", "waiting"]

    def write(number: int) -> None:
        table = pd.DataFrame({"policy": "base", "case": "mid", "number": [number] * 3000})
        tables = dict.fromkeys(names_of_tables, table)
        add_to_run(Explanation("one-block", "base", "mid", "least_cost", tables), folder, explained)

    write(0)
    stands, seconds, chance, ends = 0, 0.05, random.Random(1), []
    for _ in range(60):
        child = os.fork()
        if child == 0:
            try:
                write(1 - stands)
            finally:
                os._exit(0)
        time.sleep(seconds * chance.uniform(0.7, 1.3))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        tables = read_run(folder).tables
        (numbers,) = {frozenset(tables[name]["number"]) for name in names_of_tables}
        (number,) = numbers
        ends.append(number != stands)
        stands = number
        seconds *= 0.8 if ends[-1] else 1.25  # towards the moment at which the new one takes its place
    assert set(ends) == {True, False}
    write(0)
    assert {path.name for path in folder.rglob(".*")} == set()


HALF = """
import os, sys
from pathlib import Path
from powergap.files.atomic import file_written_aside, folder_written_aside
with folder_written_aside(Path("run")) as folder, file_written_aside(Path("table.csv")) as file:
    (folder / "half").write_text("half")
    file.write_text("half")
    print("writing", flush=True)
    sys.stdin.read()
"""


@linux
def test_what_a_killed_writer_leaves_is_cleared_away_by_the_next_and_a_living_writer_s_is_not(tmp_path, monkeypatch):
    """Two writers hold a folder and a file each; one is killed. The next writer removes two things and leaves two."""
    monkeypatch.chdir(tmp_path)
    writers = [
        subprocess.Popen([sys.executable, "-c", HALF], env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout.readline() == b"writing\n"
    assert len(names(tmp_path)) == 4
    writers[0].kill()
    writers[0].wait()
    with folder_written_aside(tmp_path / "run") as aside:
        (aside / "whole").write_text("")
    with file_written_aside(tmp_path / "table.csv") as aside:
        aside.write_text("whole")
    assert len(names(tmp_path)) == 4, "run, table.csv, and what the living writer has aside"
    writers[1].communicate()  # its standard input ends, so it writes its own
    assert names(tmp_path) == ["run", "table.csv"]
    assert (tmp_path / "table.csv").read_text() == "half"


@linux
def test_two_runs_into_one_folder_at_once_both_land_whole(tmp_path):
    """Whoever is later stands in the end, with its own price in the resolved scenario and a gap cost that fits it.

    The gap of one-block is 45 GW-years whatever it is worth, so it costs $45 or $90 billion.
    """
    prices = (1000, 2000)
    at_once = [
        start("powergap", "solve", "tiny/one-block", "-q", "-o", "run", "-s",
              f"value_of.delayed_load_usd_per_kw_year={price}", cwd=tmp_path)
        for price in prices
    ]  # fmt: skip
    for process in at_once:
        _, err = process.communicate(timeout=600)
        assert (process.returncode, err) == (0, "")
    assert names(tmp_path) == ["run"]
    found = read_run(tmp_path / "run")
    worth = found["cost"].query("term == 'gap'")["cost_usd"].sum()
    assert worth in {45e6 * price for price in prices}
    assert f"'delayed_load_usd_per_kw_year': {round(worth / 45e6)}" in str(found.document)


@linux
@pytest.mark.parametrize("exists", [True, False])
def test_writers_of_one_folder_in_a_loop_never_fail(tmp_path, exists):
    """Four threads write 50 folders each to one name; every one lands, and the last is whole."""
    target, failures = tmp_path / "run", []
    if exists:
        target.mkdir()

    def write(number: int) -> None:
        try:
            for _ in range(50):
                with folder_written_aside(target) as aside:
                    for name in "ab":
                        (aside / name).write_text(str(number))
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert names(tmp_path) == ["run"]
    assert (target / "a").read_text() == (target / "b").read_text()


def test_of_many_that_save_under_a_free_name_one_does(tmp_path):
    """As two pages of `powergap serve`, or two times `powergap new`: all but one are told that it is taken."""
    ends = []

    def save(number: int) -> None:
        try:
            with file_written_aside(tmp_path / "mine.yaml", replaces=False) as aside:
                aside.write_text(str(number))
                together.wait()
            ends.append(number)
        except InputError as error:
            assert "already exists; give another name" in str(error)

    together = threading.Barrier(8)
    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [str(number) for number in ends] == [(tmp_path / "mine.yaml").read_text()]
    assert names(tmp_path) == ["mine.yaml"]


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> Path:
    """A run to export from."""
    folder = tmp_path_factory.mktemp("given") / "run"
    write_run(powergap.solve(powergap.load("tiny/one-block"), workers=1), folder)
    return folder


COMMANDS = {
    "solve": ["solve", "tiny/one-block", "-q", "--out", "PLACE/x"],
    "report": ["report", "GIVEN", "--to", "PLACE/x.html"],
    "plot": ["plot", "GIVEN", "--figure", "gap", "--to", "PLACE/x.png"],
    "csv": ["export", "GIVEN", "--format", "csv", "--to", "PLACE/x"],
    "parquet": ["export", "GIVEN", "--format", "parquet", "--to", "PLACE/x"],
    "xlsx": ["export", "GIVEN", "--format", "xlsx", "--to", "PLACE/x.xlsx"],
    "mps": ["export", "GIVEN", "--format", "mps", "--to", "PLACE/x.mps"],
    "lp": ["export", "GIVEN", "--format", "lp", "--to", "PLACE/x.lp"],
    "iamc": ["export", "GIVEN", "--format", "iamc", "--to", "PLACE/x.csv"],
    "pypsa": ["export", "GIVEN", "--format", "pypsa", "--to", "PLACE/x"],
    "new": ["new", "x", "--to", "PLACE/x.yaml"],
    "schema": ["schema", "--to", "PLACE/x.json"],
}


@linux
@pytest.mark.parametrize(
    "command", ["csv", *(pytest.param(one, marks=SLOW) for one in ("report", "xlsx", "pypsa", "hedge", "explain"))]
)
def test_two_of_a_command_at_once_leave_what_one_does(tmp_path, given, command):
    """Both end well, nothing is left aside, and every file is there as one of them alone writes it."""
    more = {
        "hedge": ["hedge", "tiny/newsvendor", "-q", "-o", "PLACE/x"],
        "explain": ["explain", "PLACE/x", "--workers", "1", "-q", "--today", "2026-01-01"],
    }

    def arguments(place: Path) -> list[str]:
        place.mkdir()
        if command == "explain":
            shutil.copytree(given, place / "x")
        words = (COMMANDS | more)[command]
        return ["powergap", *(one.replace("PLACE", str(place)).replace("GIVEN", str(given)) for one in words)]

    alone, together = tmp_path / "alone", tmp_path / "together"
    assert run(*arguments(alone))[0] == 0
    words = arguments(together)
    for process in [start(*words), start(*words)]:
        _, err = process.communicate(timeout=600)
        assert process.returncode == 0, err
    found = [{path.relative_to(place) for path in place.rglob("*")} for place in (alone, together)]
    assert found[0] == found[1]
    for path in (one for one in found[0] if one.suffix == ".csv"):
        texts = [(place / path).read_text().replace(str(place), "") for place in (together, alone)]
        assert texts[0] == texts[1], path


@linux
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, given, command):
    """No file may grow beyond 100 bytes, as if the disk were full: exit code 2, one line, no half file."""
    place = tmp_path / "place"
    arguments = [one.replace("PLACE", str(place)).replace("GIVEN", str(given)) for one in COMMANDS[command]]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        done = CliRunner().invoke(app, arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: {place / 'x'}")
    assert done.stderr.endswith(tuple(f": {os.strerror(number)}\n" for number in (errno.EFBIG, errno.ENOSPC)))
    assert [path for path in place.rglob("*") if path.is_file()] == []


@linux
def test_a_disk_that_fills_up_keeps_the_old_run(tmp_path):
    """On a disk of 300 kB stands a run of one-block; one of two-regions with all its hours does not fit beside it."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        assert run("powergap", "solve", "tiny/one-block", "-q", "-o", str(place / "run"), cwd=tmp_path)[0] == 0
        before = read_run(place / "run").manifest
        code, err = run(
            "powergap", "solve", "tiny/two-regions", "-q", "-o", str(place / "run"), "--replace",
            "-s", "chronology.kind=representative", cwd=tmp_path,
        )  # fmt: skip
        assert (code, err) == (2, f"error: {place / 'run'}: {os.strerror(errno.ENOSPC)}\n")
        assert read_run(place / "run").manifest == before
        assert names(place) == ["run"]
    finally:
        subprocess.run(["umount", place], check=True)


@linux
def test_a_read_only_place_is_told_before_anything_is_solved(tmp_path):
    place = tmp_path / "fixed"
    place.mkdir()
    if os.geteuid():
        place.chmod(0o555)
        mounted = False
    else:
        command = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(place)]
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
        if not mounted:
            pytest.skip("nothing can be mounted here, and root may write everywhere")
    try:
        code, err = run("powergap", "solve", "tiny/one-block", "-o", str(place / "deep" / "run"), cwd=tmp_path)
        assert (code, err) == (2, f"{place / 'deep' / 'run'}: {place} cannot be written to\n")
    finally:
        if mounted:
            subprocess.run(["umount", place], check=True)


def test_output_that_cannot_be_printed_is_told():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "powergap", "catalog"],
            env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, f"error: output: {os.strerror(errno.ENOSPC)}\n")


@pytest.mark.parametrize("jump_years", [-40, 70])
def test_a_clock_that_jumps_changes_no_duration(tmp_path, monkeypatch, jump_years):
    """The wall clock is asked for the date only: it may say 1986 in the middle of a run, and no time is negative."""
    asked = iter(range(1_000_000))
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + jump_years * 31_557_600 * (next(asked) % 2))

    class Jumped(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz).replace(year=super().now(tz).year + jump_years)

    monkeypatch.setattr(run_manifest.datetime, "datetime", Jumped)
    write_run(powergap.solve(powergap.load("tiny/one-block"), workers=1), tmp_path / "run")
    monkeypatch.undo()
    found = read_run(tmp_path / "run").manifest
    seconds = [found.seconds, *(stage.seconds for entry in found.runs for stage in entry.stages)]
    assert all(0 <= one < 600 for one in seconds)
    assert found.created_utc.year == datetime.datetime.now(datetime.UTC).year + jump_years
    for arguments in (["report"], ["export", "--format", "xlsx"]):
        written = [*arguments, str(tmp_path / "run"), "--to", str(tmp_path / f"{arguments[-1]}.xlsx")]
        assert CliRunner().invoke(app, written).exit_code == 0


def test_a_clock_that_jumps_loses_no_answer_of_a_sweep_and_no_kept_solution(tmp_path, monkeypatch):
    """Every second look at the clock is 40 years off; half-written files of the cache are told by their age."""
    sweep(wanted(draws=4), tmp_path / "straight", workers=1)
    asked = iter(range(1_000_000))
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() - 40 * 31_557_600 * (next(asked) % 2))
    sweep(wanted(draws=4), tmp_path / "jumped", workers=1)
    results = [(tmp_path / name / "results.parquet").read_bytes() for name in ("straight", "jumped")]
    assert results[0] == results[1]
    scenario = powergap.load("tiny/one-block").runs[0]
    cache = lp.SolutionCache(tmp_path / "cache", 10**9)
    first, second = (make_plan(scenario, cache=cache) for _ in range(2))
    assert second.solution.kept_since_utc
    assert second.solution.objective == first.solution.objective
