"""Manifest and tables of a run folder that anybody may have written: their shape is checked before they are used."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError

from powergap.errors import InputError, Problem
from powergap.files import bounded
from powergap.files.guarded_csv import unguarded
from powergap.files.parquet import read_table
from powergap.results.dictionary import entry
from powergap.scenario.parts import Name

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
LINES_OF_A_MESSAGE = 5


class _Part(BaseModel):
    """What is said to be there is; more may be, unread."""

    model_config = ConfigDict(extra="allow", strict=True)


class _Check(_Part):
    name: str
    sentence: str
    passed: bool
    worst: FiniteFloat | None
    tolerance: FiniteFloat
    unit: str
    where: str
    compared: int


class _FullYear(_Part):
    hours: str
    within_target: bool
    ended: str
    unserved_limit_fraction: FiniteFloat
    rounds: int
    days_added: int
    own_days: list[int]
    unserved_mwh_before: FiniteFloat | None
    unserved_mwh_after: FiniteFloat | None
    days_short: int


class _RunEntry(_Part):
    policy: str
    case: str
    scenario_sha256: str
    status: str
    objective: str
    objective_musd: FiniteFloat | None
    chronology: str
    hours: dict[str, Any]
    projects: dict[str, dict[str, Any]]
    full_year: _FullYear | None
    foresight: str
    solver: dict[str, Any]
    message: str
    rows: int
    columns: int
    nonzeros: int
    stages: list[dict[str, Any]]
    from_cache: bool
    certificate: dict[str, float]
    certified: bool


class _Manifest(_Part):
    scenario: Name
    title: str
    source: str
    created_utc: Annotated[AwareDatetime, Field(strict=False)]
    reference_policy: str
    default_case: str
    versions: dict[str, str]
    python: str
    platform: str
    files: list[dict[str, str]] = []
    regions: list[str] = []
    seconds: FiniteFloat
    tables: list[Name]
    runs: list[_RunEntry]
    audit: list[_Check] | None = None


_MANIFEST = TypeAdapter(_Manifest)


def read_manifest(path: Path, called: Path | None = None) -> dict[str, Any]:
    """The manifest of a run.

    Args:
        path: where it is.
        called: what messages call it, where that is something else.

    Raises:
        InputError: it is not readable, is that of a hedge, or something in it is missing or of another kind.
    """
    name = called or path
    try:
        manifest = bounded.record(path)
    except (OSError, ValueError) as error:
        raise _refused(name, f"not readable: {error}") from error
    if not isinstance(manifest, dict) or "runs" not in manifest:
        raise _refused(name, "holds no run of `powergap solve`; a hedge is read from its tables")
    try:
        _MANIFEST.validate_python(manifest)
    except ValidationError as error:
        told = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors(include_url=False)]
        raise InputError(
            [Problem(str(name), 0, 0, place, message) for place, message in told[:LINES_OF_A_MESSAGE]]
        ) from None
    return manifest


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
