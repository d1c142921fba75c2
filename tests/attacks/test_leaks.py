"""What is said of files: of other people's nothing that they hold, and of every file who requested it.

A scenario may name any file of the machine it is read on; what is said of it may end in a log that others read.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from powergap.cli import app
from powergap.scenario import load

SECRET = "hunter2"
"""Stands in every file outside, as key, value, header and cell."""

BASE = "extends: [tiny/one-block, {file}]\n"
LISTED = "extends: tiny/one-block\ndemand:\n  additions_gw_per_year: ~\n  pipeline: {{projects: {file}}}\n"
HOURS = "extends: tiny/one-block\nchronology:\n  kind: full\n  profiles: {file}\n"
BY_KEY = {"extends.1": (BASE, 1), "demand.pipeline.projects": (LISTED, 4), "chronology.profiles": (HOURS, 4)}

YAMLS = {
    "unknown key": f"{SECRET}: 1\n",
    "unknown key below": f"value_of: {{{SECRET}: 1}}\n",
    "wrong value": f"value_of: {{delayed_load_usd_per_kw_year: {SECRET}}}\n",
    "wrong number": "value_of: {delayed_load_usd_per_kw_year: 98765432123}\n",
    "wrong word": f"objective: {SECRET}\n",
    "wrong name": f"name: '{SECRET} {SECRET}'\n",
    "unknown technology": f"technologies: {{{SECRET}: {{}}}}\n",
    "unknown quantity": f"value_of: {{delayed_load_usd_per_kw_year: {{from_catalog: {SECRET}}}}}\n",
    "unknown lever": f"policies: {{{SECRET}: {{levers: [{SECRET}]}}}}\n",
    "unknown extends": f"extends: {SECRET}.yaml\n",
    "unknown region": f"only_regions: [{SECRET}]\n",
    "deletes nothing": f"levers: {{{SECRET}: ~}}\n",
    "no YAML": f"{SECRET}: ]{SECRET}\n",
    "no map": f"{SECRET}\n",
    "anchor": f"title: *{SECRET}\n",
    "tag": f"title: !{SECRET} x\n",
    "key of no kind": f"{SECRET}: {{98765432123: x}}\n",
    "key twice": f"{SECRET}: 1\n{SECRET}: 2\n",
    "date": "title: 2031-12-24\n",
    "solver option": f"solver: {{options: {{{SECRET}: 1}}}}\n",
}
CSVS = {
    "one word": SECRET,
    "rows": f"{SECRET},{SECRET}\n{SECRET},{SECRET}\n",
    "projects": f"name,mw,stage,date\n{SECRET},{SECRET},{SECRET},{SECRET}\n",
    "hours": f"load,{SECRET}\n{SECRET},{SECRET}\n",
    "a long row": f"load,{SECRET}\n0.5,0.5,{SECRET}\n",
}
KINDS = {"folder": "is a folder", "link": "is a link to a file that does not exist", "device": "is not an ordinary"}


def said(path: Path) -> str:
    """Everything that `validate` and `solve` say of a scenario that they refuse, as text and as JSON."""
    every = ""
    for command in (["validate"], ["validate", "--json"], ["solve"], ["solve", "--json"]):
        done = CliRunner().invoke(app, [command[0], str(path), *command[1:]])
        assert done.exit_code == 2, (command, done.output, done.exception)
        every += done.stdout + done.stderr
    return every


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scenario's folder, beside which others' files are."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


CASES = [("extends.1", name, text) for name, text in YAMLS.items()]
CASES += [
    (key, name, text) for key in ("demand.pipeline.projects", "chronology.profiles") for name, text in CSVS.items()
]


@pytest.mark.parametrize(("key", "name", "text"), CASES, ids=[f"{key}: {name}" for key, name, _ in CASES])
@pytest.mark.parametrize("way", ["beside", "linked"])
def test_nothing_of_a_file_outside_is_shown(inside, key, name, text, way):
    """Neither an excerpt nor a word or number of it, also through a link that stands inside; but who requested it."""
    other = inside.parent / "other.txt"
    other.write_text(text)
    (inside / "link.txt").symlink_to(other)
    file = {"beside": "../other.txt", "linked": "link.txt"}[way]
    scenario, line = BY_KEY[key]
    Path("s.yaml").write_text(scenario.format(file=file))
    found = said(Path("s.yaml"))
    for secret in (SECRET, "98765432123", "2031-12-24"):
        assert secret not in found.replace("\\", "")
    assert f"s.yaml:{line}:" in found
    assert key in found


@pytest.mark.parametrize(("key", "name", "text"), CASES, ids=[f"{key}: {name}" for key, name, _ in CASES])
def test_a_file_inside_is_quoted(inside, key, name, text):
    """The same files in the scenario's own folder, below it, are told in full, and who requested them."""
    (inside / "below").mkdir()
    (inside / "below" / "other.txt").write_text(text)
    scenario, line = BY_KEY[key]
    Path("s.yaml").write_text(scenario.format(file="below/other.txt"))
    found = said(Path("s.yaml"))
    assert any(secret in found for secret in (SECRET, "98765432123", "2031-12-24"))
    assert f"s.yaml:{line}:" in found
    assert key in found


@pytest.mark.parametrize("key", list(BY_KEY))
@pytest.mark.parametrize("kind", [*KINDS, "not UTF-8"])
def test_what_is_no_file_names_who_requested_it(inside, key, kind):
    (inside / "link").symlink_to("nowhere")
    (inside / "folder").mkdir()
    (inside / "not UTF-8").write_bytes(b"name: \xff\xfe\n")
    file = {"device": os.path.relpath("/dev/null", inside)}.get(kind, kind)
    scenario, line = BY_KEY[key]
    Path("s.yaml").write_text(scenario.format(file=file))
    found = said(Path("s.yaml"))
    assert KINDS.get(kind, "UTF-8") in found
    assert f"s.yaml:{line}:" in found
    assert key in found


def test_a_scenario_that_is_a_link_to_others_is_not_quoted(inside):
    other = inside.parent / "other.yaml"
    other.write_text(f"{SECRET}: {SECRET}\n")
    (inside / "s.yaml").symlink_to(other)
    assert SECRET not in said(Path("s.yaml"))


def test_files_beside_others_are_not_named(inside):
    """A name that is nearly right is no way to list a folder outside."""
    (inside.parent / "private-study.yaml").write_text("name: x\n")
    (inside / "own-study.yaml").write_text("name: x\n")
    Path("s.yaml").write_text("extends: ../private-studi.yaml\n")
    assert "private-study" not in said(Path("s.yaml"))
    Path("s.yaml").write_text("extends: own-studi.yaml\n")
    assert "own-study.yaml" in said(Path("s.yaml"))


def test_what_the_command_line_names_is_quoted(inside):
    (inside.parent / "hours.csv").write_text(f"load\n{SECRET}\n")
    done = CliRunner().invoke(
        app,
        ["validate", "tiny/one-block", "--set", "chronology.kind=full", "--set", "chronology.profiles=../hours.csv"],
    )
    assert done.exit_code == 2
    assert SECRET in done.stderr
    assert "(requested at --set chronology.profiles)" in done.stderr


def test_a_bundled_scenario_is_quoted_and_a_sound_one_outside_is_read(inside):
    (inside.parent / "base.yaml").write_text("extends: tiny/one-block\ntitle: of others\n")
    Path("s.yaml").write_text("extends: ../base.yaml\n")
    assert load("s.yaml").title == "of others"
