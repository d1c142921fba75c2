"""Plain data -> readable YAML: maps in blocks, short lists and year series on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from powergap.errors import on_one_line

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./$%()&+<>=@|;-]*( [A-Za-z0-9_./$%()&+<>=@|;-]+)*")
_WORD = re.compile(r"(?i:null|true|false|yes|no|on|off|y|n)|[0-9.+-].*")
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_WIDTH = 110


def dump_yaml(document: Mapping[str, Any]) -> str:
    """Write plain data (maps, lists, text, numbers, true, false, None) as YAML 1.2.

    Text that YAML could take for something else is quoted, so that every reader sees the same values.
    """
    return "\n".join(_block(document, 0)) + "\n" if document else "{}\n"


def comment(lines: Iterable[str]) -> str:
    r"""Lines of words as YAML comments, one each: a line break in one of them is a space, or the rest would be values.

    >>> comment(["title\nname: x", ""])
    '# title name: x\n#\n'
    """
    return "".join(f"# {on_one_line(line)}".rstrip() + "\n" for line in lines)


def _block(value: Mapping[Any, Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for key, below in value.items():
        head = f"{pad}{_scalar(key)}:"
        short = _flow(below)
        if short is not None and len(head) + len(short) < _WIDTH:
            yield f"{head} {short}"
        elif isinstance(below, Mapping):
            yield head
            yield from _block(below, depth + 1)
        elif isinstance(below, list | tuple):
            yield head
            yield from _items(below, depth + 1)
        else:
            yield f"{head} {_scalar(below)}"


def _items(value: list[Any] | tuple[Any, ...], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for item in value:
        short = _flow(item)
        if short is not None and len(short) < _WIDTH:
            yield f"{pad}- {short}"
        elif isinstance(item, Mapping):
            first, *rest = _block(item, depth + 1)
            yield f"{pad}- {first.lstrip(' ')}"
            yield from rest
        elif isinstance(item, list | tuple):
            yield f"{pad}-"
            yield from _items(item, depth + 1)
        else:
            yield f"{pad}- {_scalar(item)}"


def _flow(value: Any) -> str | None:
    """The value on one line, or None for maps and lists that read better in blocks."""
    if isinstance(value, Mapping):
        series = all(isinstance(key, int) or key in {"then", "from_catalog", "times"} for key in value)
        if not value or series or _is_small(value):
            return "{" + ", ".join(f"{_scalar(k)}: {one_line(v)}" for k, v in value.items()) + "}"
        return None
    if isinstance(value, list | tuple):
        if any(isinstance(item, Mapping | list | tuple) for item in value):
            return None
        return "[" + ", ".join(_scalar(item) for item in value) + "]"
    return _scalar(value)


def _is_small(value: Mapping[Any, Any]) -> bool:
    """Up to three short scalars."""
    plain = all(not isinstance(below, Mapping | list | tuple | str) or below == {} for below in value.values())
    return len(value) <= 3 and plain


def one_line(value: Any) -> str:
    """A value on one line, as `--set` takes it.

    >>> one_line({2026: 1.0, 2027: [True, "a b"]})
    '{2026: 1.0, 2027: [true, a b]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {one_line(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(one_line, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "~"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value)
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and not _WORD.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ODD.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)
