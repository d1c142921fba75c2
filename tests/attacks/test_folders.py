"""Run folders that somebody else may have written: read, or refused with the file and a message."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import powergap
from powergap.cli import app
from powergap.files import bounded
from powergap.results.reading import read_csv
from powergap.results.run_folder import write_run
from powergap.scenario import dump_yaml, read_document

ROOT = Path(__file__).resolve().parents[2]


def attacked(count: int, first: int) -> None:
    command = [sys.executable, "-m", "tests.attacks.folders", "--count", str(count), "--first", str(first)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert all(f"'{end}': " in done.stdout for end in ("refused", "success")), done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="needs timers of Linux")
def test_ten_attacks():
    attacked(10, first=1_000_000)


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


SECTIONS = ("catalog", "policies", "cases", "regions", "technologies", "levers", "title", "name", "dollar_year")


ODD = ("[1]", "7", "{x: [1]}", "{x: y}", "{x: {title: [1]}}", "{x: {set: {technologies: 3}}}")
FIT = {("dollar_year", ODD[1]), ("regions", ODD[5]), ("technologies", ODD[5])}
"""What may stand there, or is not read of it."""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param(key, odd, marks=() if key == SECTIONS[0] or odd == ODD[0] else pytest.mark.slow)
        for key in SECTIONS
        for odd in ODD
        if (key, odd) not in FIT
    ],
)
def test_a_resolved_scenario_that_holds_something_else_is_refused_with_line_and_key(run, key, value):
    """Each was a traceback of `report` or `export`, which read it without solving it again."""
    path = run / "scenario.resolved.yaml"
    document = read_document(path)
    lines = dump_yaml({name: one for name, one in document.items() if name != key})
    path.write_text(f"{lines}{key}: {value}\n")
    last = len(lines.splitlines()) + 1
    for command in (["report"], ["export", "-f", "csv"], ["export", "-f", "xlsx"], ["export", "-f", "iamc"], ["audit"]):
        said = refusal(command[0], str(run), *command[1:])
        assert f"{path}:{last}:" in said, said
        assert f" {key}" in said


@pytest.mark.parametrize("content", [b"", b"[]", b"x", b"7", b"{}", b"\xff", b"a: b: c", b"name: x"])
def test_what_is_no_resolved_scenario_is_refused(run, content):
    (run / "scenario.resolved.yaml").write_bytes(content)
    for command in (["report"], ["audit"], ["export", "-f", "csv"]):
        assert str(run / "scenario.resolved.yaml") in refusal(command[0], str(run), *command[1:])


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    pytest.importorskip("pyarrow", reason="the extra `sweep` is not installed")
    folder = tmp_path_factory.mktemp("swept")
    text = "extends: tiny/one-block\nsweep: {draws: 2, inputs: {demand.additions_gw_per_year: {uniform: [3, 5]}}}\n"
    (folder / "s.yaml").write_text(text)
    done = CliRunner().invoke(app, ["sweep", str(folder / "s.yaml"), "-o", str(folder / "sweep"), "--workers", "1"])
    assert done.exit_code == 0, done.output
    return folder / "sweep"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("policies", 3, "policies"),
        ("policies", ["base", "base"], "policies"),
        ("policies", ["../x"], "policies.0"),
        ("years", [], "years"),
        ("years", ["2030"], "years.0"),
        ("inputs", [], "inputs"),
        ("levers", {}, "levers"),
        ("draws", "two", "draws"),
        ("case", None, "case"),
        ("points", -1, "points"),
    ],
)
def test_a_sweep_that_says_something_else_is_refused_with_the_place(run, swept, tmp_path, key, value, told):
    sweep = shutil.copytree(swept, tmp_path / "sweep")
    path = sweep / "sweep.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    said = refusal("report", str(run), "--sweep", str(sweep), "--to", str(tmp_path / "r.html"))
    assert f"{path} {told}: " in said or f"{path}: {told}" in said, said


def test_a_sweep_of_another_format_is_refused_with_that_first(run, swept, tmp_path):
    sweep = shutil.copytree(swept, tmp_path / "sweep")
    path = sweep / "sweep.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2, "years": []}))
    said = refusal("report", str(run), "--sweep", str(sweep), "--to", str(tmp_path / "r.html"))
    assert said.startswith(f"{path} format: was written in another format (2) than this version reads (1)"), said


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("points", lambda table: table.drop(columns="role"), "has no column 'role'"),
        ("points", lambda table: table.iloc[:1], "points once"),
        ("points", lambda table: table.assign(role="x"), "column 'role' holds something else than base"),
        ("points", lambda table: table.assign(role="draw"), "does not move demand.additions_gw_per_year alone"),
        (
            "results",
            lambda table: table.assign(gap_gw_2030="x"),
            "column 'gap_gw_2030' holds something else than numbers",
        ),
        ("results", lambda table: table.assign(policy="x"), "holds results that were not requested"),
        ("results", lambda table: pd.concat([table, table]), "does not hold each answer once"),
    ],
)
def test_a_table_of_a_sweep_that_holds_something_else_is_refused(run, swept, tmp_path, file, change, told):
    sweep = shutil.copytree(swept, tmp_path / "sweep")
    path = sweep / f"{file}.parquet"
    change(pd.read_parquet(path)).to_parquet(path, index=False)
    said = refusal("report", str(run), "--sweep", str(sweep), "--to", str(tmp_path / "r.html"))
    assert f"{path}: " in said
    assert told in said


def test_a_manifest_that_is_no_map_is_no_result_to_replace(run):
    """Was a TypeError of `solve`, which looks whether it may replace the folder."""
    (run / "manifest.json").write_text("1")
    assert "is not a run folder; it would be replaced" in refusal("solve", "tiny/one-block", "-o", str(run))


@pytest.mark.parametrize("column", ["technology", "regret_usd", "is_overdue", "policy"])
def test_a_table_of_an_explanation_is_checked_like_one_of_a_run(run, column):
    """`report` reads it where it stands."""
    done = CliRunner().invoke(app, ["explain", str(run), "--workers", "1", "--only", "order_by"])
    assert done.exit_code == 0, done.output
    path = run / "tables" / "order_by.csv"
    path.write_text(path.read_text().replace(column, "x", 1))
    assert f"{path}: has no column {column!r}" in refusal("report", str(run))


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


def test_a_mark_that_no_figure_can_hold_is_spelled_out(run, tmp_path):
    """An escape in a table of a run ended the process that drew it, with no word and no exit code."""
    for path in (*(run / "tables").glob("*.csv"), run / "manifest.json"):
        path.write_text(path.read_text().replace("mid", "m\\u001bd" if path.suffix == ".json" else "m\x1bd"))
    figure = tmp_path / "f.svg"
    done = CliRunner().invoke(app, ["plot", str(run), "-f", "gap", "--to", str(figure)])
    assert done.exit_code == 0, done.output
    assert "case m\\x1bd" in figure.read_text()


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
