"""Errors of the system are told, whichever of number, sentence and file they have: exit code 2, one line."""

from __future__ import annotations

import ast
import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

import powergap
from powergap.cli import app
from powergap.errors import of_file, system_reason
from powergap.results.run_folder import write_run

ERRORS = [
    (OSError(), "OSError"),
    (TimeoutError(), "TimeoutError"),
    (OSError("3 requested and 0 written"), "3 requested and 0 written"),
    (OSError(errno.EFBIG, None), "OSError"),
    (OSError(errno.EFBIG, "File too large"), "File too large"),
    (OSError(errno.EFBIG, "File too large", "a"), "a: File too large"),
    (OSError(errno.EFBIG, "File too large", b"a"), "a: File too large"),
    (OSError(None, "File too large", "a"), "a: File too large"),
    (OSError(None, None, "a"), "a: OSError"),
]


@pytest.mark.parametrize(("error", "told"), ERRORS, ids=repr)
def test_every_error_has_words(error, told):
    assert system_reason(error) == told
    number = os.strerror(error.errno) if error.errno else told.removeprefix("a: ")
    assert system_reason(of_file(error, Path("b"))) == f"b: {number}"


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("given") / "run"
    write_run(powergap.solve(powergap.load("tiny/one-block"), workers=1), folder)
    return folder


INPUT = ["-i", "value_of.delayed_load_usd_per_kw_year={uniform: [1, 2]}", "--draws", "2", "--workers", "1"]
WRITERS = {
    "solve": ["solve", "tiny/one-block", "-o", "x"],
    "hedge": ["hedge", "tiny/newsvendor", "-o", "x"],
    "sweep": ["sweep", "tiny/one-block", *INPUT, "-o", "x"],
    "explain": ["explain", "run", "--workers", "1"],
    "explain --to": ["explain", "tiny/one-block", "--workers", "1", "--to", "x"],
    "report": ["report", "run", "--to", "x"],
    "plot": ["plot", "run", "--figure", "gap", "--to", "x.svg"],
    "new": ["new", "x"],
    "schema": ["schema", "--to", "x"],
    **{form: ["export", "run", "-f", form, "--to", f"x.{form}"] for form in ("csv", "xlsx", "parquet", "mps", "pypsa")},
    "iamc": ["export", "run", "-f", "iamc", "--to", "x.csv"],
}


@pytest.mark.parametrize("words", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("error", [one for one, _ in ERRORS[:4]], ids=repr)
def test_a_writer_tells_what_it_could_not_write(tmp_path, monkeypatch, given, words, error):
    """Whatever is written aside cannot be: as where numpy, without a number, has written less than it was given."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(given, "run")

    def fails(*_, **__):
        raise error

    for name in ("mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, fails)
    done = CliRunner().invoke(app, [*words, "--quiet"])
    assert isinstance(done.exception, SystemExit), done.exception
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith(("error: x", "error: run")), done.stderr
    assert "None" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits of Linux")
@pytest.mark.parametrize("size", [100, 1_000, 10_000])
@pytest.mark.parametrize("words", [WRITERS[name] for name in ("explain", "hedge", "sweep")], ids=lambda words: words[0])
def test_a_file_that_may_not_grow_is_told(tmp_path, monkeypatch, given, words, size):
    """A limit on the size of a file, met wherever it is: in a table, in an array, in the manifest."""
    import resource

    monkeypatch.chdir(tmp_path)
    shutil.copytree(given, "run")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        done = CliRunner().invoke(app, [*words, "--quiet"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 2
    assert os.strerror(errno.EFBIG) in done.stderr


def test_what_an_error_says_is_read_in_one_place():
    """Number, sentence and file of an `OSError` may each be missing; whoever reads one by itself forgets that."""
    package = Path(powergap.__file__).parent
    found = {
        (path.relative_to(package).as_posix(), node.attr)
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("strerror", "filename", "errno")
    }
    assert {file for file, _ in found} <= {"errors.py", *READ_FOR_ANOTHER_END}


READ_FOR_ANOTHER_END = {
    "files/atomic.py": "whether the file is one aside",
    "serve/server.py": "whether the port is taken",
    "lp/model_file.py": "raises one",
}
