"""A Frictionless data package: `datapackage.json` beside exported tables, with every field's type, unit and meaning.

The descriptor follows the Data Package standard (https://datapackage.org), which the frictionless library and many
data portals read. Units stand in the field property `unit`, as the Open Energy Metadata have it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from powergap.files import bounded
from powergap.results.dictionary import entry
from powergap.results.run import Result

FILE = "datapackage.json"
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def descriptor(run: Result, files: Mapping[str, Path]) -> dict[str, Any]:
    """The package that a run's exported tables make.

    Args:
        run: the run that was exported.
        files: the file of each table, all in one folder.
    """
    package = {
        "name": _slug(run.name),
        "title": str(run.document.get("title") or run.name),
        "description": str(run.document.get("description") or ""),
        "created": run.manifest.created_utc.isoformat(),
        "sources": _sources(run.document),
        "resources": [_resource(name, path, run.tables[name]) for name, path in files.items()],
    }
    return {key: value for key, value in package.items() if value}


def write_descriptor(run: Result, files: Mapping[str, Path], path: Path) -> None:
    """Write the descriptor of exported tables as JSON."""
    path.write_text(json.dumps(descriptor(run, files), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def lost_of_package(folder: Path, run: Result, tables: Collection[str]) -> list[str]:
    """What the data package that stands in a folder has and the run's own would not: another scenario, or more tables.

    Args:
        folder: of the package.
        run: the run that is exported.
        tables: its tables.
    """
    try:
        about = bounded.record(folder / FILE)
        name, held = about["name"], [one["name"] for one in about["resources"]]
    except (OSError, ValueError, KeyError, TypeError):
        return [FILE] if (folder / FILE).exists() else []
    if name != _slug(run.name):
        return [f"scenario {name}"]
    return [f"table {one}" for one in held if one not in set(map(_slug, tables))]


def _resource(name: str, path: Path, table: pd.DataFrame) -> dict[str, Any]:
    form = path.suffix.removeprefix(".")
    resource: dict[str, Any] = {
        "name": _slug(name),
        "path": path.name,
        "type": "table",
        "description": entry(name).about,
        "format": form,
        "mediatype": MEDIA_TYPES[form],
        "encoding": "utf-8",
        "schema": {"fields": [_field(name, str(column), table[column]) for column in table], "missingValues": [""]},
    }
    return {key: value for key, value in resource.items() if value}


def _field(table: str, column: str, values: pd.Series) -> dict[str, Any]:
    told = entry(table).column(column)
    description = told.meaning + (f" (unit in column {told.unit_in})" if told.unit_in else "")
    found = {"name": column, "type": _type(values), "unit": told.unit, "description": description}
    if found["type"] == "boolean":
        # As pandas writes them.
        found |= {"trueValues": ["True"], "falseValues": ["False"]}  # type: ignore[dict-item]
    return {key: value for key, value in found.items() if value}


def _type(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "boolean"
    if pd.api.types.is_integer_dtype(values):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(values) else "string"


def _sources(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where the numbers of the resolved scenario come from."""
    known = (document.get("catalog") or {}).get("sources") or {}
    found = [
        {"title": ": ".join(filter(None, (one.get("publisher"), one.get("title")))) or key, "path": one.get("url", "")}
        for key, one in known.items()
    ]
    return [{key: value for key, value in one.items() if value} for one in found]


def _slug(name: str) -> str:
    """Lower-case letters, digits, `.`, `_` and `-`, as the standard asks of names."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "run"
