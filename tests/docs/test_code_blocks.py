"""Code on the pages is run: scenarios load, the tutorials' ones are solved, Python runs, excerpts are verbatim."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from powergap.cli import app
from powergap.lp import SolveStatus
from powergap.run import solve
from powergap.scenario import bundled_scenarios, load
from tests.docs.pages import DOCS, NOTES, PAGES, ROOT, blocks, script

QUICK = ("chronology.kind=annual", "chronology.stress_days=1")
SHORT = {"solve": [word for one in QUICK for word in ("--set", one)], "serve": ["--port", "0"]}
"""Options that make a command quick, or independent of what else runs on the machine."""
TUTORIALS = ("add-a-technology.md", "add-a-policy-lever.md")


def numbered(language, pages):
    return [
        pytest.param(block, id=f"{page}-{number}")
        for page in pages
        for number, block in enumerate(blocks(page, language), 1)
    ]


def written(block, folder):
    named = re.search(r"^name: (.*)$", block, re.MULTILINE)
    path = folder / f"{named[1] if named else 'scenario'}.yaml"
    path.write_text(block, encoding="utf-8")
    return path


@pytest.mark.parametrize("block", numbered("yaml", [page.name for page in PAGES if page.name not in TUTORIALS]))
def test_scenarios_load(block, tmp_path):
    study = load(written(block, tmp_path), cases=None if "cases:" in block else ["mid"])
    assert study.runs


@pytest.mark.parametrize("block", numbered("yaml", TUTORIALS))
def test_scenarios_of_the_tutorials_close_a_part_of_the_gap(block, tmp_path):
    study = load(written(block, tmp_path), sets=QUICK)
    own = list(study.policies)[-1]
    study = load(study.path, sets=QUICK, policies=["grid-only", own], cases=["mid"])
    run = solve(study)
    assert set(run.status.values()) == {SolveStatus.OPTIMAL.value}
    assert run["policies"].set_index("policy")["closed_gw"][own] > 0.5


@pytest.mark.parametrize("page", [page.name for page in PAGES if blocks(page.name, "python")])
def test_python_runs_and_excerpts_are_verbatim(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for block in blocks(page, "yaml"):
        if re.search(r"^name:", block, re.MULTILINE):
            written(block, tmp_path)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for block in blocks(page, "python"):
            file = re.match(r"# (powergap/\S+\.py)\n", block)
            if file:
                assert block.removeprefix(file[0]) in (ROOT / file[1]).read_text(encoding="utf-8")
            else:
                exec(compile(block.replace('"mid"])\nrun', f'"mid"], sets={list(QUICK)})\nrun'), page, "exec"), {})
    assert said.getvalue() or page == "add-a-policy-lever.md"


def ended(*_, **__):
    """A server that ends at once, as at Ctrl-C."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("page", [page.name for page in PAGES if blocks(page.name, "bash")])
def test_shell_lines_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for block in blocks(page, "yaml"):
        if re.search(r"^name:", block, re.MULTILINE):
            written(block, tmp_path)
    for line in "".join(blocks(page, "bash")).splitlines():
        program, *words = line.split()
        if program == "python":
            assert script(Path(words[0]).stem).main(["--check"]) == 0
        else:
            if words[0] == "serve":
                pytest.importorskip("uvicorn")
                monkeypatch.setattr("uvicorn.Server.run", ended)
                monkeypatch.setattr("typer.launch", print)
            done = CliRunner().invoke(app, [*words, *SHORT.get(words[0], [])])
            assert (program, done.exit_code) == ("powergap", 0), done.output


def test_scenarios_that_are_named_exist():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"`(tiny/[a-z-]+|us-\d{4})`", text))
    assert named <= set(bundled_scenarios())


@pytest.mark.parametrize("page", [*PAGES, *NOTES], ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        there = page.parent / file if file else page
        assert there.is_file(), target
        headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert not anchor or anchor in anchors, target


def test_files_that_are_named_exist():
    text = "\n".join(page.read_text(encoding="utf-8") for page in [*PAGES, *NOTES])
    paths = set(re.findall(r"`((?:powergap|scenarios|docs|tests)/[\w/.-]+)`", text))
    assert not sorted(path for path in paths if not (ROOT / path).exists())


def test_commands_that_are_named_exist():
    text = "\n".join(page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *PAGES, *NOTES])
    named = set(re.findall(r"(?:`|^    |^\$ )powergap ([a-z][a-z-]+)", text, re.MULTILINE))
    assert "solve" in named
    assert named <= set(get_command(app).commands)


def test_every_page_is_in_the_index():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    names = [page.relative_to(DOCS).as_posix() for page in [*PAGES, *NOTES]]
    assert not [name for name in names if name != "README.md" and f"({name})" not in index]


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.name)
def test_a_note_is_linked_from_one_page_and_holds_no_code_that_is_run(note):
    links = [page.name for page in PAGES if f"(notes/{note.name})" in page.read_text(encoding="utf-8")]
    assert len(links) == 2 and "README.md" in links
    assert not any(blocks(f"notes/{note.name}", language) for language in ("yaml", "python", "bash"))
