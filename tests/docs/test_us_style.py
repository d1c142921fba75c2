"""What a user reads is written as in the US: `5%`, `$2.5 billion` or `$B` in a heading, `°C` (keys keep `degc`)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ODD = {
    "a blank before %": re.compile(r"[0-9}] %(?![A-Za-z0-9_({%}])"),
    "the unit of money behind": re.compile(r"\bB\$|\b[bm]illion \$"),
    "degC": re.compile(r"\bdegC\b"),
}
PAGES = [
    path
    for folder in ("docs", "scenarios", "powergap")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".md", ".yaml", ".j2", ".py", ".js"}
]


def read(path: Path) -> list[str]:
    """What a file says: all of it; of Python its texts, an expression in one as `{}`."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return [text]
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return found


@pytest.mark.parametrize("what", ODD)
def test_units_are_written_as_in_the_us(what):
    assert len(PAGES) > 300
    found = [f"{path.relative_to(ROOT)}: {said[0]}" for path in [*PAGES, ROOT / "README.md"]
             for text in read(path) for said in [ODD[what].search(text)] if said]  # fmt: skip
    assert found == []


def test_the_patterns_find_what_they_should():
    assert [bool(ODD["a blank before %"].search(text)) for text in ("5 % of", "{} %", "5%", "8 % (x", "5 %}")] == [
        True, True, False, True, False,
    ]  # fmt: skip
    assert ODD["the unit of money behind"].search("cost, B$ discounted")
