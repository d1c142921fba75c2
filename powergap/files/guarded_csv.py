"""Tables as CSV that stays what it is: no text of a scenario becomes a row, a column or a spreadsheet's formula."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How text begins that a spreadsheet would take for a formula, or that has been kept from it."""

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
"""What begins so and is no formula."""


def csv_text(table: pd.DataFrame) -> str:
    """The table as CSV. Text that a spreadsheet would run has an apostrophe in front, which `unguarded` takes away."""
    return str(_on_words(table, _guarded).rename(columns=_guarded).to_csv(index=False, lineterminator="\n"))


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write `csv_text` to a file.

    Raises:
        OSError: it cannot be written.
    """
    path.write_text(csv_text(table), encoding="utf-8", newline="")


def unguarded(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it was before `csv_text`."""
    return _on_words(table, _bare).rename(columns=_bare)


def _on_words(table: pd.DataFrame, change: Any) -> pd.DataFrame:
    words = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    odd = [name for name in words if any(map(_is_odd, {one for one in table[name] if isinstance(one, str)}))]
    changed = {str(name): table[name].map(change, na_action="ignore") for name in odd}
    return table.assign(**changed)


def _is_odd(value: Any) -> bool:
    return isinstance(value, str) and FORMULA.match(value) is not None


def _guarded(value: Any) -> Any:
    return f"'{value}" if _is_odd(value) and not NUMBER.fullmatch(value) else value


def _bare(value: Any) -> Any:
    return value[1:] if _is_odd(value) and value.startswith("'") else value
