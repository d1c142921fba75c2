"""The scenario that `powergap new NAME` writes: a commented starter, or a copy of one that ships."""

from __future__ import annotations

import re
from importlib import resources

from powergap.errors import InputError, Problem
from powergap.files.nearest import did_you_mean
from powergap.names import file_name_refusal
from powergap.scenario.read.compose import bundled_scenarios


def starter(name: str, copy_of: str | None = None) -> str:
    """A scenario to start from, under a name of its own.

    Args:
        name: letters, digits, `_`, `.` and `-`.
        copy_of: name of a bundled scenario, comments and all; default the commented starter.

    Raises:
        InputError: the name holds anything else or is a device on Windows, or no such scenario ships.
    """
    if told := file_name_refusal(name):
        raise InputError(told)
    if copy_of is None:
        text = resources.files("powergap.scenario").joinpath("starter.yaml").read_text(encoding="utf-8")
    else:
        text = _bundled_text(copy_of)
    return re.sub(r"^name: .*$", f'name: "{name}"', text, count=1, flags=re.MULTILINE)


def _bundled_text(name: str) -> str:
    """A bundled scenario as it is written; what it extends is named so that a copy finds it."""
    known = bundled_scenarios()
    if name not in known:
        hint = did_you_mean(name, known, "; `powergap scenarios` lists them")
        raise InputError([Problem("--from", 0, 0, "", f"no bundled scenario `{name}`{hint}")])
    return known[name].read_text(encoding="utf-8")
