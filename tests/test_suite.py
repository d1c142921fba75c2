"""What holds of the tests themselves: every worked example runs, and no verdict depends on a busy machine."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = re.compile(r"^ *>>> ", re.MULTILINE)


def python_files(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


WORKED = [path for path in python_files("powergap", "docs") if EXAMPLE.search(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", WORKED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_example_in_a_docstring_holds(path, monkeypatch):
    """Files are found by what they hold, so that a new example is run without being listed."""
    monkeypatch.syspath_prepend(ROOT)  # docs is no package, but a folder that Python takes as one
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found = doctest.testmod(module)
    assert found.failed == 0 and found.attempted > 0


def test_no_example_of_a_property_has_a_time_limit():
    """Centrally, so that a new property has none either; and none sets one, or switches off checks, for itself."""
    assert hypothesis.settings.default.deadline is None
    assert hypothesis.settings.default.suppress_health_check == (hypothesis.HealthCheck.too_slow,)
    own = re.compile(r"deadline=|suppress_health_check=")
    found = [path for path in python_files("tests") if own.search(path.read_text("utf-8"))]
    assert found == [ROOT / "tests" / "conftest.py", Path(__file__).resolve()]
