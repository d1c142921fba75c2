"""What a sweep's folder says was asked, and its tables: anybody may have written them, so their shape is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from powergap.errors import InputError, Problem
from powergap.files import bounded
from powergap.results.reading import LINES_OF_A_MESSAGE
from powergap.scenario.parts import Name
from powergap.sweep.designs import BASE, DRAW, MIXED, SWING, SWINGS

FORMAT = 1
"""Of the store; another number is not read."""

ROLES = (BASE, SWING, DRAW, MIXED)


class _About(BaseModel):
    """What is said to be there is; more may be, unread."""

    model_config = ConfigDict(extra="allow", strict=True)

    scenario: Name
    title: str
    case: str
    years: list[int] = Field(min_length=1)
    policies: list[Name] = Field(min_length=1)
    levers: dict[str, list[str]]
    inputs: dict[str, dict[str, Any]]
    design: str
    points: Annotated[int, Field(ge=0)]
    draws: Annotated[int, Field(ge=0)]
    sha256: str


def read_about(path: Path) -> dict[str, Any]:
    """What was asked.

    Raises:
        InputError: it is not readable, of another format, or something in it is missing or of another kind.
        FileNotFoundError: there is none.
    """
    try:
        found = bounded.record(path)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise _refused(path, f"not readable: {error}") from error
    if not isinstance(found, dict):
        raise _refused(path, "holds no sweep")
    if found.get("format") != FORMAT:
        said = f"was written in another format ({found.get('format')}) than this version reads ({FORMAT})"
        raise _refused(path, said)
    try:
        about = _About.model_validate(found)
    except ValidationError as error:
        told = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors(include_url=False)]
        raise InputError([Problem(str(path), 0, 0, *one) for one in told[:LINES_OF_A_MESSAGE]]) from None
    if lacking := [policy for policy in about.policies if policy not in about.levers]:
        raise InputError([Problem(str(path), 0, 0, "levers", f"says nothing of {', '.join(lacking)}")])
    if len(set(about.policies)) < len(about.policies):
        raise InputError([Problem(str(path), 0, 0, "policies", "names one twice")])
    return found


def checked_points(points: pd.DataFrame, about: Mapping[str, Any], path: Path) -> pd.DataFrame:
    """The points, if they are those that were asked: role and quantile of each input, a row each.

    Raises:
        InputError: they are not.
    """
    _check_columns(points, {"point": "i", "role": "T", **dict.fromkeys(about["inputs"], "f")}, path)
    if sorted(points["point"]) != list(range(about["points"])):
        raise _refused(path, f"does not hold each of the {about['points']:,} points once")
    if not points["role"].isin(ROLES).all():
        raise _refused(path, f"column 'role' holds something else than {', '.join(ROLES)}")
    swings = points[points["role"] == SWING]
    lacking = [name for name in about["inputs"] if not set(SWINGS) <= set(swings[name])]
    if lacking:
        raise _refused(path, f"does not move {', '.join(lacking)} alone")
    if about["design"] == "saltelli" and points["role"].isin((DRAW, MIXED)).sum() % (len(about["inputs"]) + 2):
        raise _refused(path, "does not hold as many points as Sobol indices need")
    return points


def checked_rows(rows: pd.DataFrame, about: Mapping[str, Any], path: Path) -> pd.DataFrame:
    """Answers, if they are of policies and points that were asked.

    Raises:
        InputError: they are not.
    """
    figures = ["cost_musd", "supply_cost_musd"]
    figures += [f"{name}_gw_{year}" for name in ("gap", "stranded") for year in about["years"]]
    _check_columns(
        rows, {"point": "i", "policy": "T", "status": "T", "reason": "T", **dict.fromkeys(figures, "f")}, path
    )
    check_asked(rows, about["policies"], about["points"], path)
    return rows


def checked_results(rows: pd.DataFrame, about: Mapping[str, Any], path: Path) -> pd.DataFrame:
    """All answers in order, if each of them stands there once.

    Raises:
        InputError: one does not, or they are not of what was asked.
    """
    checked_rows(rows, about, path)
    if rows.duplicated(["point", "policy"]).any() or len(rows) != about["points"] * len(about["policies"]):
        raise _refused(path, "does not hold each answer once")
    return rows


def check_asked(rows: pd.DataFrame, policies: Iterable[str], points: int, path: Path) -> None:
    """Refuse answers of a policy or point that was not asked.

    Raises:
        InputError: there is one.
    """
    _check_columns(rows, {"point": "i", "policy": "T"}, path)
    if not (rows["policy"].isin(list(policies)) & rows["point"].between(0, points - 1)).all():
        raise _refused(path, "holds results that were not requested")


def _check_columns(table: pd.DataFrame, kinds: Mapping[str, str], path: Path) -> None:
    if lacking := [name for name in kinds if name not in table]:
        raise _refused(path, f"has no column {', '.join(map(repr, lacking))}")
    for name, kind in kinds.items():
        column = table[name]
        if kind == "T" and not (pd.api.types.is_string_dtype(column) and column.notna().all()):
            raise _refused(path, f"column {name!r} holds something else than words")
        if kind == "i" and not pd.api.types.is_integer_dtype(column):
            raise _refused(path, f"column {name!r} holds something else than whole numbers")
        if kind == "f" and not pd.api.types.is_float_dtype(column):
            raise _refused(path, f"column {name!r} holds something else than numbers")


def _refused(path: Path, message: str) -> InputError:
    return InputError([Problem(str(path), 0, 0, "", message)])
