"""No command takes away what stands in a folder and what it does not write again, unless it is given `--replace`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.eia.conftest import write_wide, year_of_load

TWO = "extends: tiny/two-regions\nname: mine\n"
"""Policies `stay` and `move` in the one case `mid`, regions `east` and `west`."""

FUTURES = "extends: tiny/newsvendor\nname: mine\n"


def contents(folder: str) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def plans(folder: str) -> set[str]:
    runs = json.loads((Path(folder) / "manifest.json").read_text())["runs"]
    return {f"{one['policy']}/{one['case']}" for one in runs}


CASES = "cases:\n  mid: {}\n  high: {set: {value_of: {delayed_load_usd_per_kw_year: 9000}}}\n"
SOLVE, EXPLAIN = (
    ["solve", "mine.yaml", "-o", "x"],
    ["explain", "run", "--only", "waiting", "--workers", "1", "--to", "x"],
)
EXPORT, NETWORK = ["export", "run", "--to", "x"], ["export", "run", "--to", "x", "-f", "pypsa"]
REPLACED = {
    # first command, second command, what would be lost
    "fewer policies": (SOLVE, [*SOLVE, "-p", "stay"], "move / mid, move / high"),
    "fewer cases": (SOLVE, [*SOLVE, "-c", "mid"], "stay / high, move / high"),
    "fewer regions": (SOLVE, [*SOLVE, "-r", "east"], "region west"),
    "another scenario": (SOLVE, ["solve", "tiny/one-block", "-o", "x"], "scenario mine"),
    "a file of somebody": (SOLVE, SOLVE, "notes.txt"),
    "a hedge of another case": (
        ["hedge", "futures.yaml", "-o", "x"], ["hedge", "futures.yaml", "-c", "high", "-o", "x"], "case mid",
    ),
    "a hedge of another scenario": (["hedge", "futures.yaml", "-o", "x"], ["hedge", "tiny/newsvendor", "-o", "x"],
                                    "scenario mine"),
    "a hedge's notes": (["hedge", "futures.yaml", "-o", "x"], ["hedge", "futures.yaml", "-o", "x"], "notes.txt"),
    "explained tables": ([*EXPLAIN, "-p", "move"], [*EXPLAIN, "-p", "stay"], "waiting.csv of move / mid"),
    "a network": ([*NETWORK, "--policy", "move"], [*NETWORK, "--policy", "stay"], "policy move"),
    "a data package": ([*EXPORT, "-f", "csv"], ["export", "other", "--to", "x", "-f", "csv"], "scenario two-regions"),
    "a profile set": (
        ["profiles", "import-eia930", "w.csv", "--to", "x"],
        ["profiles", "import-eia930", "w.csv", "--to", "x", "--regions", "PJM"],
        "region MISO",
    ),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch, run_folder, powergap):
    """Scenarios and runs to begin from."""
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(TWO + CASES)
    Path("futures.yaml").write_text(FUTURES + "cases: {mid: {}, high: {}}\n")
    shutil.copytree(run_folder, "run")
    load = year_of_load()
    write_wide(Path("w.csv"), pd.DataFrame({"PJM": load, "MISO": load}))
    powergap("solve", "tiny/one-block", "-o", "other")


@pytest.mark.parametrize(("first", "second", "lost"), REPLACED.values(), ids=REPLACED)
def test_a_result_that_holds_more_is_kept(folder, powergap, first, second, lost):
    assert powergap(*first).code == 0
    if lost == "notes.txt":
        Path("x/notes.txt").write_text("mine")
    before = contents("x")
    refused = powergap(*second)
    option = "--out" if second[0] in ("solve", "hedge") else "--to"
    told = f"x: holds what this would not write again: {lost}; give another {option}, or --replace it\n"
    assert (refused.code, told in refused.err) == (2, True), refused.err
    assert contents("x") == before
    assert powergap(*second, "--replace").code == 0
    assert contents("x") != before


def test_a_result_that_holds_no_more_is_replaced(folder, powergap):
    """The same again, with another value, and with more."""
    assert powergap(*SOLVE, "-p", "stay", "-c", "mid").code == 0
    assert powergap(*SOLVE, "-p", "stay", "-c", "mid", "-s", "value_of.delayed_load_usd_per_kw_year=100").code == 0
    assert powergap(*SOLVE).code == 0
    assert plans("x") == {"stay/mid", "stay/high", "move/mid", "move/high"}
    for first, second, _ in REPLACED.values():
        if first[0] != "solve":
            shutil.rmtree("x")
            assert [powergap(*one).code for one in (second, second)] == [0, 0]


@pytest.mark.parametrize(
    "manifest",
    ['{"runs": 1}', '{"runs": [1, {}]}', '{"runs": [], "scenario": [], "regions": {"a": 1}}', '{"runs": null}'],
)
def test_a_manifest_of_another_shape_is_no_traceback(folder, powergap, manifest):
    Path("x").mkdir()
    Path("x/manifest.json").write_text(manifest)
    assert powergap(*SOLVE).code == 2
    assert Path("x/manifest.json").read_text() == manifest
    assert powergap(*SOLVE, "--replace").code == 0
