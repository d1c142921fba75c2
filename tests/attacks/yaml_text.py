"""Plain data -> YAML text that may hold what no sound writer would write: duplicate keys, tags, aliases, bare words."""

from __future__ import annotations

import json


class Raw(str):
    """Text that is written as it stands."""


class Pairs(list):
    """A map as (key, value) pairs, so that a key may stand twice."""


def pairs(value):
    """Plain data with every map as `Pairs`, so that it can be changed at will."""
    if isinstance(value, dict):
        return Pairs([key, pairs(below)] for key, below in value.items())
    return [pairs(item) for item in value] if isinstance(value, list) else value


def places(value):
    """Every (container, position, depth) below a value: a pair of a map or an item of a list."""
    found, todo = [], [(value, 0)]
    while todo:
        here, depth = todo.pop()
        if isinstance(here, list):
            for position, item in enumerate(here):
                found.append((here, position, depth))
                todo.append((item[1] if isinstance(here, Pairs) else item, depth + 1))
    return found


def written(document: Pairs) -> str:
    """The document, a top-level key a line and everything below it on that line."""
    return "\n".join(f"{_flow(key)}: {_flow(value)}" for key, value in document) + "\n"


def _flow(value) -> str:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, Pairs):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(below)}" for key, below in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return (
        {None: "~", True: "true", False: "false"}.get(value, repr(value))
        if not isinstance(value, int | float) or isinstance(value, bool)
        else repr(value)
    )
