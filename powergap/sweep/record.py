"""What a sweep's folder says was asked, and its tables: anybody may have written them, so their shape is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pandas as pd
from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from powergap.errors import InputError, Problem
from powergap.files.record import Record
from powergap.scenario.parts import Name
from powergap.sweep.designs import BASE, DRAW, MIXED, SWING, SWINGS

FORMAT = 1
"""Of the store; another number is not read."""

ROLES = (BASE, SWING, DRAW, MIXED)


class SweepRecord(Record):
    """What was asked, with a hash over all that decides the answers."""

    otherwise: ClassVar[str] = "holds no sweep"

    format: int
    scenario: Name
    title: str
    case: str
    years: list[int] = Field(min_length=1)
    policies: list[Name] = Field(min_length=1)
    levers: dict[str, list[str]]
    inputs: dict[str, dict[str, Any]]
    correlations: list[Any]
    design: str
    seed: int
    points: Annotated[int, Field(ge=0)]
    draws: Annotated[int, Field(ge=0)]
    quantiles_sha256: str
    scenario_sha256: dict[str, str]
    ranges_sha256: str
    versions: dict[str, str]
    sha256: str

    @field_validator("format")
    @classmethod
    def _is_read(cls, found: int) -> int:
        if found != FORMAT:
            message = f"was written in another format ({found}) than this version reads ({FORMAT})"
            raise PydanticCustomError("format", message)
        return found

    @field_validator("policies")
    @classmethod
    def _each_once(cls, found: list[str]) -> list[str]:
        if len(set(found)) < len(found):
            raise PydanticCustomError("repeated", "names one twice")
        return found

    @field_validator("levers")
    @classmethod
    def _of_every_policy(cls, found: dict[str, list[str]], info: ValidationInfo) -> dict[str, list[str]]:
        if lacking := [policy for policy in info.data.get("policies", ()) if policy not in found]:
            raise PydanticCustomError("lacking", f"says nothing of {', '.join(lacking)}")
        return found


def checked_points(points: pd.DataFrame, about: SweepRecord, path: Path) -> pd.DataFrame:
    """The points, if they are those that were asked: role and quantile of each input, a row each.

    Raises:
        InputError: they are not.
    """
    _check_columns(points, {"point": "i", "role": "T", **dict.fromkeys(about.inputs, "f")}, path)
    if sorted(points["point"]) != list(range(about.points)):
        raise _refused(path, f"does not hold each of the {about.points:,} points once")
    if not points["role"].isin(ROLES).all():
        raise _refused(path, f"column 'role' holds something else than {', '.join(ROLES)}")
    swings = points[points["role"] == SWING]
    lacking = [name for name in about.inputs if not set(SWINGS) <= set(swings[name])]
    if lacking:
        raise _refused(path, f"does not move {', '.join(lacking)} alone")
    if about.design == "saltelli" and points["role"].isin((DRAW, MIXED)).sum() % (len(about.inputs) + 2):
        raise _refused(path, "does not hold as many points as Sobol indices need")
    return points


def checked_rows(rows: pd.DataFrame, about: SweepRecord, path: Path) -> pd.DataFrame:
    """Answers, if they are of policies and points that were asked.

    Raises:
        InputError: they are not.
    """
    figures = ["cost_musd", "supply_cost_musd"]
    figures += [f"{name}_gw_{year}" for name in ("gap", "stranded") for year in about.years]
    _check_columns(
        rows, {"point": "i", "policy": "T", "status": "T", "reason": "T", **dict.fromkeys(figures, "f")}, path
    )
    check_asked(rows, about.policies, about.points, path)
    return rows


def checked_results(rows: pd.DataFrame, about: SweepRecord, path: Path) -> pd.DataFrame:
    """All answers in order, if each of them stands there once.

    Raises:
        InputError: one does not, or they are not of what was asked.
    """
    checked_rows(rows, about, path)
    if rows.duplicated(["point", "policy"]).any() or len(rows) != about.points * len(about.policies):
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
