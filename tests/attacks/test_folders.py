"""Run folders that somebody else may have written: read, or refused with the file and a message."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import powergap
from powergap import bounded
from powergap.cli import app
from powergap.results.reading import read_csv
from powergap.results.run_folder import write_run

ROOT = Path(__file__).resolve().parents[2]


def attacked(count: int, first: int) -> None:
    command = [sys.executable, "-m", "tests.attacks.folders", "--count", str(count), "--first", str(first)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert all(f"'{end}': " in done.stdout for end in ("refused", "success")), done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="needs timers of Linux")
def test_forty_attacks():
    attacked(40, first=1_000_000)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs timers of Linux")
def test_five_hundred_attacks():
    attacked(500, first=2_000_000)


@pytest.fixture(scope="module")
def solved(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("solved") / "run"
    write_run(powergap.solve(powergap.load("tiny/one-block"), workers=1), folder)
    return folder


@pytest.fixture
def run(solved, tmp_path) -> Path:
    return Path(shutil.copytree(solved, tmp_path / "run"))


def changed(run: Path, **keys) -> None:
    path = run / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))


def refusal(*arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments])
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 2
    return done.stderr


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("tables", [{}], "tables.0"),  # was a TypeError of the audit
        ("tables", ["../../../etc/passwd"], "tables.0"),  # was read as a table
        ("versions", None, "versions"),  # was a KeyError of the export for PyPSA
        ("runs", [[]], "runs.0"),
        ("runs", "x", "runs"),
        ("created_utc", "yesterday", "created_utc"),
        ("seconds", "fast", "seconds"),
        ("audit", [{"passed": 1}], "audit.0"),
        ("scenario", "../x", "scenario"),
    ],
)
def test_a_manifest_that_holds_something_else_is_refused_with_the_place(run, key, value, told):
    changed(run, **{key: value})
    for command in ("report", "audit", "compare"):
        said = refusal(command, str(run), *([str(run)] if command == "compare" else []))
        assert f"{run / 'manifest.json'} {told}" in said or f"{run / 'manifest.json'}: {told}" in said, said


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"1", b'"x"', b"{", b"\xff", b"[" * 100_000, b"{}"])
def test_what_is_no_manifest_is_refused(run, content):
    (run / "manifest.json").write_bytes(content)
    assert str(run / "manifest.json") in refusal("report", str(run))


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("is_binding", None, "has no column 'is_binding'"),  # was a KeyError of the summary
        ("used", "x", "column 'used' holds something else than numbers"),  # was a ValueError of the audit
        ("year", "2026.5", "column 'year' holds something else than whole numbers"),
        ("is_binding", "perhaps", "column 'is_binding' holds something else than True and False"),
    ],
)
def test_a_table_that_holds_something_else_is_refused_with_the_column(run, column, cell, told):
    path = run / "tables" / "limits.csv"
    header, *rows = [line.split(",") for line in path.read_text().splitlines()]
    at = header.index(column)
    if cell is None:
        table = [row[:at] + row[at + 1 :] for row in (header, *rows)]
    else:
        table = [header, *([*row[:at], cell, *row[at + 1 :]] for row in rows)]
    path.write_text("\n".join(map(",".join, table)) + "\n")
    assert f"{path}: {told}" in refusal("report", str(run))


def test_a_table_is_a_file_and_not_too_large(tmp_path, monkeypatch):
    """A device never ends; a sparse file of 5 GB is refused before it is read."""
    with pytest.raises(OSError, match="is no file"):
        read_csv(Path("/dev/zero"))
    path = tmp_path / "gap.csv"
    with path.open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(bounded.TooLargeError, match="more than 4,000 MB"):
        read_csv(path)


def test_an_explained_run_becomes_a_workbook(run, tmp_path):
    """Its tables have empty cells of words; each was a TypeError."""
    for arguments in (
        ["explain", str(run), "--workers", "1"],
        ["export", str(run), "-f", "xlsx", "--to", str(tmp_path / "x.xlsx")],
    ):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, (done.stderr, done.exception)
