"""The commented scenario that `powergap new NAME` writes."""

from __future__ import annotations

from importlib import resources

from powergap.errors import InputError


def starter(name: str) -> str:
    """The starter scenario under a name.

    Raises:
        InputError: the name holds anything but letters, digits, `_`, `.` and `-`.
    """
    allowed = name.isascii() and name[:1].isalnum() and all(sign.isalnum() or sign in "_.-" for sign in name)
    if not allowed or len(name) > 80:
        raise InputError(f"`{name}` is no name; up to 80 letters, digits, `_`, `.` and `-`, a letter or digit first")
    text = resources.files("powergap.scenario").joinpath("starter.yaml").read_text(encoding="utf-8")
    return text.replace("name: my-scenario", f'name: "{name}"', 1)
