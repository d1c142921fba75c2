"""Write the column tables of `results.md` from the dictionary of tables; the prose around them stays as it is.

`python docs/render_results.py` rewrites the page, with `--check` it exits 1 if it is out of date.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from powergap.results.dictionary import dictionary

PAGE = Path(__file__).with_name("results.md")
HEADER = "| column | unit | meaning |\n|---|---|---|\n"
TABLE = re.compile(
    r"^### `(?P<name>\w+)`\n(?P<prose>(?:(?!^#|^\| column).*\n)*)" + re.escape(HEADER) + r"(?:\|.*\n)*", re.M
)


def page(text: str) -> str:
    """The page with the columns of every table as the dictionary has them."""
    return TABLE.sub(lambda found: f"### `{found['name']}`\n{found['prose']}{columns(found['name'])}", text)


def columns(table: str) -> str:
    """The columns of a table; a unit that differs by row is named by the column that holds it."""
    rows = []
    for name, one in dictionary()[table].columns.items():
        unit = one.unit or (f"`{one.unit_in}`" if one.unit_in else "")
        rows.append(f"| `{name}` | {unit} | {one.meaning.replace('|', chr(92) + '|')} |\n".replace("|  |", "| |"))
    return HEADER + "".join(rows)


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    check = parser.parse_args(arguments).check
    old = PAGE.read_text(encoding="utf-8")
    new = page(old)
    if check:
        return int(old != new)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
