"""A comparison as text and for notebooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from powergap.results.differences import Differences
from powergap.text.layout import Column, paragraph, table
from powergap.text.numbers import fixed, is_missing, plain, signed

SHOWN: dict[str, tuple[str, float, int]] = {
    "gap_gw": ("gap, GW", 1.0, 1),
    "closed_gw": ("closed, GW", 1.0, 1),
    "supply_cost_usd": ("supply cost, $B discounted", 1e-9, 1),
    "cost_usd_per_kw_year_closed": ("$ per kW-yr closed", 1.0, 0),
    "co2_mt_last_year": ("CO2, Mt/yr", 1.0, 1),
}
"""Heading, factor and decimals of each compared quantity."""


def comparison_text(comparison: Differences, width: int | None, *, ascii_only: bool = False) -> str:
    """Results, then inputs, then what could not be compared."""
    base = comparison.labels[0]
    parts = [f"Base: {base}\n"]
    differing, same = _differing(comparison)
    if len(differing):
        parts.append(results_table(comparison, differing, width, ascii_only=ascii_only))
    if same:
        parts.append(f"{same} figures are the same in all, as far as they are shown here.\n")
    if len(comparison.inputs):
        parts.append("Inputs that differ:\n\n" + inputs_table(comparison, width, ascii_only=ascii_only))
    else:
        parts.append("No input differs.\n")
    if comparison.notes:
        parts.append("".join(paragraph(f"Note: {note}", width) + "\n" for note in comparison.notes))
    return "\n".join(parts)


def _differing(comparison: Differences) -> tuple[pd.DataFrame, int]:
    """Rows that all runs have and that read differently, and how many read the same; notes tell of the rest."""
    results = comparison.results
    told = [_cells(results, label, fixed) for label in comparison.labels]
    missing = results[list(comparison.labels)].isna().to_numpy()
    rows = [len(set(cells)) > 1 and not missing[place].any() for place, cells in enumerate(zip(*told, strict=True))]
    same = [len(set(cells)) == 1 and not missing[place].all() for place, cells in enumerate(zip(*told, strict=True))]
    return results[rows], sum(same)


def results_table(
    comparison: Differences, results: pd.DataFrame, width: int | None, *, ascii_only: bool = False
) -> str:
    """A row per policy, case, quantity and year; a column per run, and the change against the base."""
    labels = comparison.labels
    several = results["case"].nunique() > 1
    names = results["policy"] + (" / " + results["case"] if several else "")
    again = names == names.shift()
    columns = [
        Column(
            "policy / case" if several else "policy",
            ["" if a else n for n, a in zip(names, again, strict=True)],
            right=False,
        ),
        Column("what", [SHOWN[quantity][0] for quantity in results["quantity"]], right=False),
        Column("year", _years(results)),
    ]
    for place, label in enumerate(labels):
        columns.append(Column(_head(label), _cells(results, label, fixed), rank=1, below=f"{label}: {{}}"))
        if place:
            change = f"{label} - {labels[0]}"
            columns.append(Column("change", _cells(results, change, signed), rank=1, below="change {}"))
    return table(columns, width, ascii_only=ascii_only)


def inputs_table(comparison: Differences, width: int | None, *, ascii_only: bool = False) -> str:
    """A row per key, a column per run."""
    inputs = comparison.inputs
    columns = [Column("key", list(inputs["key"]), right=False)]
    if inputs["where"].any():
        columns.append(Column("where", list(inputs["where"]), right=False, rank=1, wraps=16, below="in {}"))
    columns += [
        Column(
            _head(label),
            [_told(value) for value in inputs[label]],
            right=False,
            rank=1,
            wraps=16,
            below=f"{label}: {{}}",
        )
        for label in comparison.labels
    ]
    return table(columns, width, ascii_only=ascii_only)


def results_html(comparison: Differences) -> str:
    """Results with a row per policy and case, for a notebook."""
    results = comparison.results.copy()
    for label in map(str, results.columns[4:]):
        results[label] = _cells(results, label, signed if " - " in label else fixed)
    results["quantity"] = [SHOWN[quantity][0] for quantity in results["quantity"]]
    return results.set_index(["policy", "case", "quantity", "year"]).to_html()


def inputs_html(comparison: Differences) -> str:
    """Inputs that differ, for a notebook."""
    if comparison.inputs.empty:
        return "<p>No input differs.</p>"
    told = comparison.inputs.set_index(["key", "where"]).map(_told)
    return "<p>Inputs that differ</p>" + told.to_html()


def _cells(results: pd.DataFrame, column: str, write: Callable[[float | None, int], str]) -> list[str]:
    cells = []
    for quantity, value in zip(results["quantity"], results[column], strict=True):
        _, factor, decimals = SHOWN[quantity]
        cells.append(write(None if is_missing(value) else value * factor, decimals))
    return cells


def _years(results: pd.DataFrame) -> list[str]:
    """The year of each figure; what is summed over all years has none."""
    return [
        "" if quantity == "supply_cost_usd" else str(year)
        for quantity, year in zip(results["quantity"], results["year"], strict=True)
    ]


def _told(value: Any) -> str:
    """A value of a scenario; `(absent)` where a run does not have the key."""
    return "(absent)" if value is None else "{}" if value == {} else plain(value)


def _head(label: str, most: int = 24) -> str:
    """A label on lines of at most 24 characters, broken after slashes where it has some."""
    lines, line = [], ""
    for part in label.replace("/", "/\n").split("\n"):
        if line and len(line) + len(part) > most:
            lines.append(line)
            line = ""
        line += part
    return "\n".join([*lines, line])
