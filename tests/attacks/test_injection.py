"""Texts that carry code come out as text: in the page, the workbook, tables, figures and the terminal."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import powergap
from powergap.cli import app
from powergap.errors import InputError, visible
from powergap.results.run_folder import read_run, write_run
from powergap.scenario import load, read_study

TINY = Path(__file__).parents[2] / "scenarios" / "tiny" / "one-block.yaml"
HOSTILE = """\
title: '</script><script>alert(1)</script>'
description: '=HYPERLINK("http://x")'
policies:
  base: {title: '+1+1', description: '<iframe src=//x>'}
cases:
  mid: {title: '-1+1', description: '{{7*7}} ${x} %s [red]x[/red]'}
"""
"""Titles and descriptions that are code somewhere."""


def hostile_document() -> str:
    """one-block with such a text wherever a scenario may hold any text."""
    given = TINY.read_text(encoding="utf-8").replace("title: Firm grid", "title: \"=cmd|'/C calc'!A0\"")
    given = given.replace("group: grid", "group: '@SUM(1,1)<img src=x onerror=alert(1)>'")
    given = given.replace("    requires_headroom", "    description: javascript:alert(1)\n    requires_headroom")
    return given.replace("  here: {}", "  here: {title: '\"><img src=x onerror=alert(1)>'}") + HOSTILE


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "s.yaml").write_text(hostile_document(), encoding="utf-8")
    write_run(powergap.solve(load(folder / "s.yaml"), workers=1), folder / "run")
    return folder / "run"


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def written(run: Path, *arguments: str, to: str) -> Path:
    target = run.parent / to
    done = CliRunner().invoke(app, [arguments[0], str(run), *arguments[1:], "--to", str(target)])
    assert done.exit_code == 0, done.output
    return target


def test_nothing_of_a_hostile_text_is_run(hostile_run):
    """The page holds its own three scripts and no handler; cells are text; no table cell starts a formula."""
    run = hostile_run
    tags = Tags()
    tags.feed(written(run, "report", to="r.html").read_text(encoding="utf-8"))
    assert [tag for tag, _ in tags.found].count("script") == 3
    assert not [one for one in tags.found if one[0] in {"img", "iframe", "object", "embed", "base", "form"}]
    assert not [name for _, attributes in tags.found for name in attributes if name.startswith("on")]
    assert not [
        value
        for _, attributes in tags.found
        for name, value in attributes.items()
        if name in {"href", "src", "action"} and not re.match(r"#|data:image/", value or "")
    ]
    book = openpyxl.load_workbook(written(run, "export", "--all", to="r.xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    for name in ("tables", "iamc.csv"):
        form = "csv" if name == "tables" else "iamc"
        target = written(run, "export", "--format", form, to=name)
        for path in target.glob("*.csv") if target.is_dir() else [target]:
            with path.open(encoding="utf-8", newline="") as file:
                starts = {cell[:1] for row in csv.reader(file) for cell in row if not is_number(cell)}
            assert not starts & set("=+-@\t\r"), (path, starts)
    figure = written(run, "plot", "--figure", "gap", to="gap.svg").read_text(encoding="utf-8")
    assert not re.search(r"<script|<image|onerror=|href=", figure)


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("name", ["../x", "a/b", "/etc", ".x", "-x", "=x", "x" * 81, "a b", "<b>", "", "a\\b", "рjm"])
@pytest.mark.parametrize("section", ["policies", "cases", "levers", "regions", "technologies"])
def test_a_name_that_could_be_a_path_or_a_formula_is_refused(section, name):
    with pytest.raises(InputError) as caught:
        read_study({"extends": "tiny/one-block", section: {name: {}}})
    assert any(section in str(one) for one in caught.value.problems)


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "lpt9.x"])
def test_a_name_that_is_a_device_elsewhere_is_refused(name):
    """Run folders travel: a policy `con` would be the file con.mid.npz, which Windows takes for its console."""
    for document in ({"policies": {name: {}}}, {"cases": {name: {}}, "policies": {"base": {}}}, {"name": name}):
        with pytest.raises(InputError, match="is a device on Windows"):
            read_study({"extends": "tiny/one-block", **document})


def test_two_runs_of_one_file_name_are_refused():
    """Policy `a.b` under case `c` and policy `a` under case `b.c` would both be lp/a.b.c.npz."""
    document = {"extends": "tiny/one-block", "policies": {"a.b": {}, "a": {}}, "cases": {"c": {}, "b.c": {}}}
    with pytest.raises(InputError, match=r"`a` under `b\.c` and `a\.b` under `c` would be one file"):
        read_study(document)
    with pytest.raises(InputError, match="would be one file"):
        read_study({"extends": "tiny/one-block", "policies": {"A": {}, "a": {}}})


@pytest.mark.parametrize("mark", ["\x1b[31m", "\x9b31m", "\x00", "\u202e", "\r", "\x07", "\ud800"])
def test_text_that_steers_a_terminal_is_refused(mark):
    told = f"title: the text holds the invisible character U+{ord(mark[0]):04X}; remove it"
    with pytest.raises(InputError, match=re.escape(told)):
        read_study({"extends": "tiny/one-block", "title": f"x{mark}"})


def test_a_file_name_that_steers_a_terminal_is_shown_spelled_out(tmp_path):
    """And so is all that comes from a run folder somebody else wrote, in words, tables and JSON."""
    done = CliRunner().invoke(app, ["validate", str(tmp_path / "\x1b[31m\u202ered.yaml")])
    assert done.exit_code == 2
    assert "\\x1b[31m\\u202ered.yaml" in done.stderr
    asked = CliRunner().invoke(app, ["validate", str(tmp_path / "\x9b31m.yaml"), "--json"])
    assert "\x9b" not in asked.stdout
    assert "x9b31m.yaml" in asked.stdout


def test_visible_text_stays_as_it_is():
    assert visible("größe 🏭\tx\ny 'z'") == "größe 🏭\tx\ny 'z'"


def test_tags_that_make_objects_are_refused(tmp_path):
    """YAML never makes an object: every tag is refused where it stands."""
    path = tmp_path / "s.yaml"
    path.write_text("extends: tiny/one-block\ntitle: !!python/object/apply:os.system [touch broken]\n")
    with pytest.raises(InputError, match=r"s\.yaml:2:8 title: the tag `.*` is not allowed; write plain values"):
        load(path)


def test_a_pickle_in_a_run_folder_is_refused(tmp_path, hostile_run):
    """An array of objects in the file of a linear program is not unpickled: the folder may come from anybody."""
    import shutil

    import numpy as np

    run = tmp_path / "run"
    shutil.copytree(hostile_run, run)
    np.savez(run / "lp" / "base.mid.npz", about=np.array([{"a": 1}], dtype=object))
    done = CliRunner().invoke(app, ["export", str(run), "--format", "mps", "--to", str(tmp_path / "x.mps")])
    assert done.exit_code == 2
    assert "not readable: Object arrays cannot be loaded" in done.stderr
    assert read_run(run).name == "one-block"


def test_no_source_evaluates_text_or_unpickles():
    """No eval, exec, pickle, marshal, shelve, os.system, shell or loader of Python objects anywhere in the package."""
    forbidden = re.compile(
        r"(?<![\w.])(eval|exec)\(|\b(pickle|marshal|shelve|dill|joblib)\b(?!=)|os\.system|os\.popen|shell=True"
        r"|allow_pickle=True|yaml\.(unsafe_)?load\(|YAML\(typ=\"unsafe\"|autoescape=False|__import__"
    )
    package = Path(powergap.__file__).parent
    found = [
        (path.name, number)
        for path in package.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if forbidden.search(line) and not line.lstrip().startswith("#")
    ]
    assert found == []
