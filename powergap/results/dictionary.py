"""What the tables of a run hold, in words and units: read from `dictionary.yaml`, the one place where it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from ruamel.yaml import YAML


@dataclass(frozen=True)
class ColumnMeaning:
    """What a column holds; `unit_in` names the column that tells the unit where it differs from row to row."""

    meaning: str = ""
    unit: str = ""
    unit_in: str = ""


@dataclass(frozen=True)
class TableMeaning:
    """What a table holds, in a sentence and by column."""

    about: str = ""
    columns: Mapping[str, ColumnMeaning] = field(default_factory=dict)

    def column(self, name: str) -> ColumnMeaning:
        """A column; blank where nothing is said of it."""
        return self.columns.get(name, ColumnMeaning())


@cache
def dictionary() -> Mapping[str, TableMeaning]:
    """Every table that a solve writes, by name."""
    text = resources.files("powergap.results").joinpath("dictionary.yaml").read_text(encoding="utf-8")
    tables = YAML(typ="safe", pure=True).load(text)
    return {
        name: TableMeaning(one["about"], {key: ColumnMeaning(**told) for key, told in one["columns"].items()})
        for name, one in tables.items()
    }


def entry(table: str) -> TableMeaning:
    """What a table holds; blank for one that a solve does not write."""
    return dictionary().get(table, TableMeaning())
