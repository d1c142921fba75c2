"""What a scenario, a policy, a region or any other entry can be called, wherever a name is given."""

from __future__ import annotations

import re

PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$"
MOST_LETTERS = 80

DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""On Windows these name a device in every folder, with any ending."""


def name_refusal(name: str) -> str:
    """Why something cannot be called so; empty where it can.

    >>> name_refusal("us-2030"), name_refusal("two words")[:31]
    ('', '`two words` is not a valid name')
    """
    if len(name) <= MOST_LETTERS and re.fullmatch(PATTERN, name):
        return ""
    rule = f"use up to {MOST_LETTERS} letters, digits, `_`, `.` and `-`, a letter or digit first"
    return f"`{name}` is not a valid name; {rule}"


def file_name_refusal(name: str) -> str:
    """As `name_refusal`, of a name that a file gets too.

    >>> file_name_refusal("nul.x")
    '`nul.x` is a device on Windows, where it names no file; give another name'
    """
    if DEVICE.fullmatch(name):
        return f"`{name}` is a device on Windows, where it names no file; give another name"
    return name_refusal(name)
