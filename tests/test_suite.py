"""What holds of the tests themselves: every worked example runs, and no verdict depends on a busy machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import hypothesis

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]


def python_files(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_every_docstring_with_an_example_is_run_by_the_ordinary_command():
    """`pytest` without arguments imports all modules below its test paths and runs their examples."""
    everywhere = [path for path in ROOT.glob("*/") if not path.name.startswith(".")]
    shown = {path for path in python_files(*everywhere) if re.search(r"^ *>>> ", path.read_text("utf-8"), re.MULTILINE)}
    assert "--doctest-modules" in OPTIONS["addopts"].split()
    assert len(shown) >= 27
    assert shown <= set(python_files(*OPTIONS["testpaths"]))


def test_no_example_of_a_property_has_a_time_limit():
    """Centrally, so that a new property has none either; and none sets one, or switches off checks, for itself."""
    assert hypothesis.settings.default.deadline is None
    assert hypothesis.settings.default.suppress_health_check == (hypothesis.HealthCheck.too_slow,)
    own = re.compile(r"deadline=|suppress_health_check=")
    found = [path for path in python_files("tests") if own.search(path.read_text("utf-8"))]
    assert found == [ROOT / "tests" / "conftest.py", Path(__file__).resolve()]
