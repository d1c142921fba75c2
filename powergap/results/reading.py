"""Tables of a run folder that anybody may have written: their shape is checked before they are used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from powergap.errors import InputError, Problem
from powergap.files import bounded
from powergap.files.guarded_csv import unguarded
from powergap.files.parquet import read_table
from powergap.results.dictionary import entry

TEXT = (
    "policy", "case", "region", "technology", "item", "period", "stress", "source", "term", "kind", "flow",
    "reference_value", "policy_value",
)  # fmt: skip
"""Columns of words, also where they look like numbers."""
BLANK = (*TEXT, "limit", "meaning", "key", "unit", "binding_limits")
"""Columns in which an empty cell is an empty word."""
WHOLE = ("year", "hour", "day_of_year", "round", "days_added", "days_short")
"""Columns of whole numbers."""
TRUTH = ("is_binding", "is_user_set", "is_overdue")
"""Columns of True and False."""
EXPLAINED = {
    "bottlenecks": {"units_moved", "confirmed_closes_gw", "confirmed_closes_gw_yr", "confirmed_saves_usd"},
    "order_by": {"delivers_gw", "delivery_year", "regret_gw_yr", "regret_usd"},
    "frontier": {"gap_gw_yr", "supply_cost_usd"},
}
"""Columns of numbers that reports read of the tables that `explain` adds to a run."""
EXPLAINED_WORDS = {
    "bottlenecks": ("meaning", "region"),
    "order_by": ("order_by", "technology", "region", "is_overdue"),
}
KEYS = ("policy", "case")
"""Columns of every table."""


def read_run_table(path: Path) -> pd.DataFrame:
    """A table of a run, from its CSV, or from Parquet where there is no CSV.

    Raises:
        InputError: it is not readable, too large, or lacks a column; or a column holds something else than it should.
    """
    try:
        table = _read(path)
    except (OSError, ValueError, OverflowError) as error:
        raise _refused(path, f"not readable: {error}") from error
    columns = entry(path.stem).columns
    numbers = {name for name, told in columns.items() if told.unit or told.unit_in} - set(TEXT)
    numbers |= EXPLAINED.get(path.stem, set())
    every = dict.fromkeys([*KEYS, *columns, *EXPLAINED_WORDS.get(path.stem, ()), *sorted(numbers)])
    if lacking := [name for name in every if name not in table]:
        raise _refused(path, f"has no column {', '.join(map(repr, lacking))}")
    for name in every if len(table) else ():
        kind = table[name].dtype
        if name in TRUTH and not pd.api.types.is_bool_dtype(kind):
            raise _refused(path, f"column {name!r} holds something else than True and False")
        if name in WHOLE and not pd.api.types.is_integer_dtype(kind):
            raise _refused(path, f"column {name!r} holds something else than whole numbers")
        if name in numbers and not pd.api.types.is_numeric_dtype(kind):
            raise _refused(path, f"column {name!r} holds something else than numbers")
    return table


def read_csv(path: Path, **options: Any) -> pd.DataFrame:
    """A CSV of a run folder, as `write_csv` wrote it.

    Raises:
        OSError, ValueError: it is no file, too large, or not readable.
    """
    if path.exists() and not path.is_file():
        raise OSError("is no file")
    bounded.refuse(path.stat().st_size, bounded.MOST_BYTES_OF_A_TABLE)
    try:
        return unguarded(pd.read_csv(path, **options))
    except RecursionError:
        raise ValueError("is no table") from None


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file() and path.with_suffix(".parquet").is_file():
        return read_table(path.with_suffix(".parquet"))
    table = read_csv(path, keep_default_na=False, na_values=[""], dtype=dict.fromkeys(TEXT, "str"))
    return table.assign(**{column: table[column].fillna("") for column in BLANK if column in table})


def _refused(path: Path, message: str) -> InputError:
    return InputError([Problem(str(path), 0, 0, "", message)])
