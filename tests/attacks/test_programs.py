"""No program is started: not in, on or because of a folder that came with a scenario or a run."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import powergap
from powergap.cli import app

ROOT = Path(__file__).resolve().parents[2]

READERS = {
    "validate": [["validate", "s.yaml"]],
    "solve": [["solve", "s.yaml", "--no-cache", "-o", "run"]],
    "hedge": [["hedge", "s.yaml", "--no-cache", "-o", "hedge"]],
    "diagnose": [["diagnose", "s.yaml"]],
    "what-if": [["what-if", item, "-s", "value_of.delayed_load_usd_per_kw_year=9000"] for item in ("s.yaml", "run")],
    "sweep": [
        ["sweep", "s.yaml", "-i", "value_of.delayed_load_usd_per_kw_year={uniform: [1, 2]}", "--draws", "2",
         "--workers", "1", "-o", "sweep"],
    ],
    "explain": [["explain", item, "--workers", "1"] for item in ("s.yaml", "run")],
    "compare": [["compare", "s.yaml", "run"]],
    "audit": [["audit", "run"]],
    "report": [["report", "run", "--to", "r.html"]],
    "plot": [["plot", "run", "--figure", "gap", "--to", "gap.png"]],
    "export": [
        ["export", "run", "-f", form, "--to", f"x.{form}{'.csv' * (form == 'iamc')}"]
        for form in ("csv", "xlsx", "parquet", "iamc", "mps", "lp", "pypsa")
    ],
    "serve": [],
}  # fmt: skip
"""By command that reads a scenario or a run: what is given to it. What the page of `serve` asks stands in `SCRIPT`."""

OTHERS = {"scenarios", "new", "schema", "catalog", "cache", "convert", "reconcile", "headroom", "profiles"}
"""Commands that read neither."""

SCRIPT = """
import sys
def refuse(event, arguments):
    if event.startswith(("os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.start", "subprocess.")):
        print("PROGRAM", event, arguments)
        raise OSError("no program may be started")
sys.addaudithook(refuse)

import threading
from pathlib import Path
from powergap.cli import app
for arguments in ARGUMENTS:
    code = app([*arguments, "--quiet"], standalone_mode=False)
    print("ENDED", arguments, code)
from powergap.serve.session import Desk
from powergap.serve.state import PageState
desk = Desk("s.yaml", Path())
desk.save(PageState(policy="base", case="mid"), "saved", threading.Event())
print("ALL DONE")
"""


def trapped(folder: Path) -> Path:
    """A scenario beside a repository, and inside a bare one of plain files, that run a program when git looks at them.

    Returns:
        The file that the program would write.
    """
    written = folder / "written"
    program = folder / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch '{written}'\n")
    program.chmod(0o755)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(folder)]
    setting = f"[core]\n\tfsmonitor = {program}\n\tsshCommand = {program}\n\tpager = {program}\n"
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    with (folder / ".git" / "config").open("a") as file:
        file.write(setting)
    bare = folder / "bare"
    shutil.copytree(folder / ".git", bare)
    text = (bare / "config").read_text().replace("bare = false", f"bare = false\n\tworktree = {bare}")
    (bare / "config").write_text(text)
    for place in (folder, bare):
        (place / "s.yaml").write_text("extends: tiny/newsvendor\nname: trapped\n")
        subprocess.run(["git", "-C", str(place), "status", "--porcelain"], capture_output=True, check=False)
        assert written.is_file(), f"git no longer obeys the repository in {place}: the trap catches nothing"
        written.unlink()
    return written


@pytest.mark.skipif(shutil.which("git") is None or os.name != "posix", reason="needs git and a shell")
@pytest.mark.parametrize("place", [".", pytest.param("bare", marks=pytest.mark.slow)])
def test_no_command_starts_a_program_in_a_repository_with_a_trap(tmp_path, place):
    """`git status` runs what a repository's `core.fsmonitor` names, and a repository may come with a scenario."""
    written = trapped(tmp_path)
    arguments = [one for commands in READERS.values() for one in commands]
    done = subprocess.run(
        [sys.executable, "-c", f"ARGUMENTS = {arguments!r}\n{SCRIPT}"],
        cwd=tmp_path / place, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "PROGRAM" not in done.stdout
    ends = [line.rpartition(" ")[2] for line in done.stdout.splitlines() if line.startswith("ENDED")]
    assert set(ends) <= {"None", "0"}, done.stdout + done.stderr[-2000:]
    assert done.stdout.endswith("ALL DONE\n"), done.stdout[-500:] + done.stderr[-2000:]
    assert not written.exists()


def test_every_command_is_among_those_tried():
    groups = {one.typer_instance.info.name for one in app.registered_groups}
    assert {one.name for one in app.registered_commands} | groups == {*READERS, *OTHERS}


STARTERS = {
    "subprocess", "multiprocessing", "pty", "webbrowser", "pexpect", "sh",
    "os.system", "os.popen", "os.fork", "os.forkpty", "os.startfile",
    "platform.platform", "platform.processor", "platform.uname", "ctypes.util", "typer.launch", "click.launch",
}  # fmt: skip
"""Modules and functions that start a program; `platform.platform` starts `uname`."""

ALLOWED = {("cli/serve.py", "typer.launch")}
"""The browser, where `--open` asks for it."""


def test_no_source_starts_a_program():
    package = Path(powergap.__file__).parent
    found = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in named(node):
                if name in STARTERS or name.startswith(("os.exec", "os.spawn", "os.posix_spawn", "asyncio.subprocess")):
                    found.add((path.relative_to(package).as_posix(), name))
    assert found == ALLOWED


def named(node: ast.AST) -> list[str]:
    """Modules that a statement imports, and `module.name` of what is imported from one or looked up in one."""
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
    if isinstance(node, ast.Attribute):
        return [ast.unparse(node)]
    return []
