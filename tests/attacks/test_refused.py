"""What is refused leaves nothing behind: everything is checked before the first byte is written."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import powergap
from powergap.cli import app
from powergap.errors import InputError
from powergap.results.run_folder import write_run
from powergap.scenario import load

BAD_NAMES = ["con", "nul.x", "LPT1", "com9.y.z", "", ".x", "-x", "../x", "a b", "a/b", "ä", "x" * 81, "x\n", "~"]
GOOD_NAMES = ["x", "2026", "1e3", "true", "null", "no", "0x1F", "a.b-c_d", "console", "x" * 80]
"""The second list holds words that YAML takes for something else than text."""

INPUT = ["-i", "value_of.delayed_load_usd_per_kw_year={uniform: [1, 2]}", "--draws", "2"]
WRONG_VALUE = ["-s", "value_of.delayed_load_usd_per_kw_year=-5"]
REFUSED = [
    *(["new", "--to", "PLACE/x.yaml", "--", name] for name in BAD_NAMES),
    ["new", "x", "--from", "us-2029", "--to", "PLACE/x.yaml"],
    ["solve", "tiny/one-block", *WRONG_VALUE, "-o", "PLACE/x"],
    ["solve", "tiny/one-block", "--policy", "none", "-o", "PLACE/x"],
    ["solve", "tiny/one-block", "-o", "GIVEN/tables/gap.csv/x"],
    ["hedge", "tiny/newsvendor", *WRONG_VALUE, "-o", "PLACE/x"],
    ["hedge", "tiny/one-block", "-o", "PLACE/x"],
    ["sweep", "tiny/one-block", *INPUT, *WRONG_VALUE, "-o", "PLACE/x"],
    ["sweep", "tiny/one-block", "-i", "value_of.delayed_load_usd_per_kw_year={uniform: [-2, -1]}", "-o", "PLACE/x"],
    ["sweep", "tiny/one-block", *INPUT, "--tls-key", "none", "-o", "PLACE/x"],
    ["sweep", "tiny/one-block", *INPUT, "-o", "GIVEN"],
    ["explain", "GIVEN", "--policy", "none", "--to", "PLACE/x"],
    ["explain", "BROKEN", "--workers", "1", "--to", "PLACE/x"],
    ["explain", "tiny/one-block", "--to", "GIVEN/manifest.json"],
    ["report", "BROKEN", "--to", "PLACE/x.html"],
    ["report", "GIVEN", "--sweep", "GIVEN", "--to", "PLACE/x.html"],
    ["plot", "GIVEN", "--figure", "none", "--to", "PLACE/x.svg"],
    ["plot", "GIVEN", "--figure", "gap", "--case", "none", "--to", "PLACE/x.svg"],
    ["plot", "GIVEN", "--figure", "gap", "--to", "PLACE/x.doc"],
    ["export", "GIVEN", "-f", "csv", "--table", "none", "--to", "PLACE/x"],
    ["export", "GIVEN", "-f", "xlsx", "--table", "none", "--to", "PLACE/x.xlsx"],
    ["export", "GIVEN", "-f", "csv", "--to", "GIVEN/manifest.json"],
    *(
        ["export", "GIVEN", "-f", form, "--policy", "none", "--to", f"PLACE/x.{form}"]
        for form in ("mps", "lp", "pypsa")
    ),
    *(["export", "GIVEN", "-f", form, "--to", "PLACE/x.doc"] for form in ("mps", "lp", "iamc")),
    ["export", "GIVEN", "-f", "pypsa", "--to", "GIVEN"],
    ["profiles", "load", "-t", "DEGREES", "--column", "none", "--to", "PLACE/x.csv"],
    ["profiles", "load", "-t", "DEGREES", "--region", "a b", "--to", "PLACE/x.csv"],
    ["profiles", "import-eia930", "LOAD", "--regions", "a b=PJM", "--to", "PLACE/x"],
    ["profiles", "import-eia930", "LOAD", "--year", "2018", "--to", "PLACE/x"],
    ["profiles", "import-eia930", "LOAD", "--to", "GIVEN"],
]


@pytest.fixture(scope="module")
def solved(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("solved") / "run"
    write_run(powergap.solve(powergap.load("tiny/one-block"), workers=1), folder)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_a_refused_command_writes_nothing(tmp_path, monkeypatch, solved, words):
    """Exit code 2, nothing where it was to write, and every folder that it was given as it was."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(solved, "given")
    shutil.copytree(solved, "broken")
    Path("broken/manifest.json").write_text("{}")
    hours = pd.date_range("2019-01-01", periods=8760, freq="h")
    pd.DataFrame({"datetime_utc": hours, "PJM": 80_000.0 + np.arange(8760)}).to_csv("load.csv", index=False)
    pd.DataFrame({"temperature_degc": np.arange(8760) % 30}).to_csv("degrees.csv", index=False)
    before = files(tmp_path)
    places = {"PLACE": "place", "GIVEN": "given", "BROKEN": "broken", "LOAD": "load.csv", "DEGREES": "degrees.csv"}
    for word, place in places.items():
        words = [one.replace(word, place) for one in words]
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 2, done.output
    assert files(tmp_path) == before
    assert not Path("place").exists()


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_what_new_writes_is_valid(tmp_path, name):
    """Under every name that it takes, the file says that name and `solve` takes it."""
    for more in ([], ["--from", "tiny/one-block"]):
        target = tmp_path / f"{len(more)}.yaml"
        done = CliRunner().invoke(app, ["new", *more, "--to", str(target), "--", name])
        assert done.exit_code == 0, done.output
        assert load(target).name == name


WORTH = "value_of.delayed_load_usd_per_kw_year"


@pytest.fixture
def desk(tmp_path):
    pytest.importorskip("starlette", reason="needs the extra `serve`")
    from powergap.serve.session import Desk

    (tmp_path / "place").mkdir()
    return Desk("tiny/one-block", tmp_path / "place")


def saved(desk, name="mine", **moves):
    from powergap.serve.state import PageState

    return desk.save(PageState(policy="base", case="mid", moves=moves), name, threading.Event())


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        *((name, 100.0, "is not a valid name|is a device") for name in BAD_NAMES),
        ("mine", -5.0, r"place/mine\.yaml:.*outside 0 to"),
    ],
)
def test_what_the_page_refuses_to_save_leaves_nothing(desk, name, value, told):
    with pytest.raises(InputError, match=told):
        saved(desk, name, **{WORTH: value})
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_what_the_page_saves_is_valid(desk, name):
    """A file of that name, which `solve` takes and in which what was moved stands."""
    path, _ = saved(desk, name, **{WORTH: 100.0})
    study = load(path)
    assert (path.name, study.name) == (f"{name}.yaml", name)
    assert study.run("base", "mid").value_of.delayed_load_usd_per_kw_year == 100
