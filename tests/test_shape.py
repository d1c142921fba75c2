"""The shape of the code: one meaning for each name, one idea in each file and function."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests import names

LONGEST_FILE, LONGEST_FUNCTION = 350, 60
"""Lines; those of a function count from its first statement, so that a command may have many options."""


def test_classes_and_aliases_are_names_with_a_meaning():
    text = "class Run: ...\nFloats = list[float]\nKept = TypeVar('Kept')\nMOST = 3\nitem = 1"
    assert names.declared(text) == {"Run", "Floats"}


def test_a_name_that_two_files_declare_is_found(tmp_path):
    for file, text in {"a.py": "class Path: ...", "b.py": "Path = tuple[str, ...]", "c.py": "class Other: ..."}.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    assert names.repeated(tmp_path.iterdir()).keys() == {"Path"}


def test_no_class_or_alias_is_declared_twice():
    done = subprocess.run([sys.executable, names.__file__], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def functions(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("file", names.PACKAGE, ids=lambda file: file.relative_to(names.ROOT).as_posix())
def test_files_and_functions_are_short(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    long = [one.name for one in functions(file) if one.end_lineno - one.body[0].lineno + 1 > LONGEST_FUNCTION]
    assert not long
