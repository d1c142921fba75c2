"""The public names: light to import, what they are called, and typed for those who check."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import powergap

HEAVY = ("pandas", "numpy", "pyomo", "scipy", "highspy", "pydantic", "pyarrow", "altair", "distributed")
FUNCTIONS = [
    "load", "validate", "solve", "compare", "explain", "what_if", "diagnose", "sweep", "hedge", "audit", "read_run",
    "report", "export",
]  # fmt: skip
TREE = ast.parse(Path(powergap.__file__).read_text("utf-8"))


def test_import_brings_in_nothing_heavy():
    own = "sum(name.startswith('powergap') for name in sys.modules)"
    code = f"import sys, powergap; print(sorted(set({HEAVY}) & set(sys.modules)), {own})"
    environment = {**os.environ, "PYTHONPATH": str(Path(powergap.__file__).parents[1])}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout == "[] 1\n"


def test_what_commands_do_is_there():
    assert all(inspect.isfunction(getattr(powergap, name)) for name in FUNCTIONS)
    assert set(FUNCTIONS) < set(powergap.__all__) == set(dir(powergap))


@pytest.mark.parametrize("name", [name for name in powergap.__all__ if name != "__version__"])
def test_a_name_is_a_function_or_class_with_a_docstring(name):
    one = getattr(powergap, name)
    assert one.__name__ == name and inspect.getdoc(one)
    assert inspect.isfunction(one) or inspect.isclass(one)


@pytest.mark.parametrize("name", ["audit", "explain", "export", "report", "sweep"])
def test_a_subpackage_of_the_same_name_does_not_hide_the_function(name):
    module = importlib.import_module(f"powergap.{name}")
    assert inspect.ismodule(module) and inspect.isfunction(getattr(powergap, name))


def test_a_checker_of_types_sees_what_is_imported_at_run_time():
    for_types = next(node for node in TREE.body if isinstance(node, ast.If))
    seen = {name.name: node.module for node in for_types.body for name in node.names}
    assert set(seen) == set(powergap.__all__) - {"__version__"}
    for name, module in seen.items():
        assert getattr(importlib.import_module(module), name) is getattr(powergap, name)


def test_other_names_are_unknown():
    with pytest.raises(AttributeError, match="has no attribute 'solved'"):
        powergap.solved  # noqa: B018
