"""Figures as files: every one is drawn, with its unit, the same twice; and what cannot be drawn is told."""

from __future__ import annotations

import importlib
import json
import re

import pytest

from powergap.errors import InputError
from powergap.report.figures import FIGURES
from powergap.report.plot import plot
from powergap.results.run_folder import write_run
from tests.cli.conftest import powergap  # noqa: F401 - a fixture

pytest.importorskip("altair")
pytest.importorskip("vl_convert")


@pytest.mark.parametrize("figure", [name for name in FIGURES if name != "map"])
def test_every_figure_is_drawn_with_its_unit(run, figure, tmp_path):
    text = plot(run, figure, tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert text.count("<path") > 5
    assert re.search(r"GW|\$|CO2", text)
    assert FIGURES[figure].title.split("{")[0].strip() in text


def test_the_stack_of_who_closed_it_is_as_long_as_the_reference_gap(run, tmp_path):
    """The battery's bar of `both`, described for screen readers, is 9.48 GW long, what waits 10.5 GW."""
    text = plot(run, "closed", tmp_path / "closed.svg", policies=["both"]).read_text(encoding="utf-8")
    told = dict(re.findall(r'family: ([\w ]+); rank: \d+; case: mid; GW: ([\d.]+)"', text))
    assert float(told["battery"]) == pytest.approx(9.485, abs=0.001)
    assert float(told["still waiting"]) == pytest.approx(10.515, abs=0.001)


@pytest.mark.parametrize(("form", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_formats_are_what_they_say(run, form, start, tmp_path):
    assert plot(run, "gap", tmp_path / f"gap.{form}").read_bytes().startswith(start)


@pytest.mark.parametrize("form", ["svg", "png"])
def test_pictures_are_the_same_twice(run, form, tmp_path):
    """A PDF is drawn the same, its objects are numbered in any order."""
    first, second = (plot(run, "gap", tmp_path / f"{name}.{form}").read_bytes() for name in ("one", "two"))
    assert first == second


def test_a_run_of_several_regions_has_a_map(solved, tmp_path):
    text = plot(solved("tiny/two-regions.yaml"), "map", tmp_path / "map.svg", policies=["stay"]).read_text(
        encoding="utf-8"
    )
    assert ">east<" in text
    assert ">west<" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--figure", "gapp"], "no figure `gapp`; did you mean `gap`?"),
        (["--figure", "gap", "--policy", "bth"], "no policy `bth`; did you mean `both`?"),
        (["--figure", "gap", "--case", "hihg"], "no case `hihg`; did you mean `high`?"),
        (["--figure", "gap", "--to", "gap.jpg"], "cannot write `gap.jpg`; the name in --to must end in svg, png, pdf"),
        (["--figure", "map"], "the run has no figure map: the run has one region; a map needs several"),
        (["--figure", "supply", "-p", "both", "-p", "nothing"], "figure supply shows one policy; 2 were given"),
        (["--figure", "unit-cost", "-p", "nothing"], "figure unit-cost has nothing to show for nothing in case mid"),
    ],
)
def test_what_cannot_be_drawn_is_told_with_the_nearest_name(powergap, folder, arguments, told):  # noqa: F811
    done = powergap("plot", str(folder), *arguments)
    assert done.code == 2
    assert done.err.startswith(f"error: {told}")


def test_the_command_writes_where_it_says(powergap, folder, tmp_path):  # noqa: F811
    assert powergap("plot", str(folder), "--figure", "gap").out == "pictures-gap.svg\n"
    done = powergap("plot", str(folder), "--figure", "cost", "--to", "new/cost.pdf", "--json")
    assert done.data == {"files": ["new/cost.pdf"]}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "pictures-gap.svg"]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["cost.pdf"]


def test_what_stood_there_stays_when_nothing_can_be_drawn(powergap, folder, tmp_path):  # noqa: F811
    (tmp_path / "map.svg").write_text("old")
    assert powergap("plot", str(folder), "--figure", "map", "--to", "map.svg").code == 2
    assert (tmp_path / "map.svg").read_text() == "old"


@pytest.mark.parametrize("command", [["plot", "--figure", "gap"], ["report"]])
def test_a_missing_package_names_the_extra(powergap, folder, monkeypatch, command):  # noqa: F811
    real = importlib.import_module

    def without(name, *rest):
        if name in ("altair", "vl_convert"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    done = powergap(command[0], str(folder), *command[1:])
    assert done.code == 2
    assert "pip install 'powergap[report]'" in done.err


def test_what_a_plan_lacks_in_a_case_is_told(solved, tmp_path):
    """A run of one case has no other."""
    with pytest.raises(InputError, match="no case `high`; expected one of mid"):
        plot(solved("tiny/one-block.yaml"), "gap", tmp_path / "gap.svg", case="high")


def test_a_frontier_that_was_explained_is_a_line(powergap, solved, tmp_path):  # noqa: F811
    write_run(solved("tiny/battery.yaml"), tmp_path / "run")
    points = "--only", "frontier", "--policy", "both"
    assert powergap("explain", "run", *points, "--json").code == 0
    assert "frontier" in json.loads((tmp_path / "run" / "manifest.json").read_text())["tables"]
    assert powergap("plot", "run", "--figure", "frontier", "--to", "f.svg").code == 0
    assert "mark-line" in (tmp_path / "f.svg").read_text(encoding="utf-8")
