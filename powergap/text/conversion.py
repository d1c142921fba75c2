"""Conversions and reconciled forecasts as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from powergap.conversion.definitions import DEFINITIONS, Conversion, words
from powergap.text.layout import Column, paragraph, table
from powergap.text.numbers import plain

DIGITS = 4
COUNTS = {
    "fleet": "all US data centers",
    "new": "load added since the previous year",
    "added": "load added in the year",
    "pipeline": "requested, planned or being built",
    "part": "some data centers: AI alone, one company, tracked sites, the world's",
}


def digits(value: float) -> str:
    """A figure to four digits, as no forecast has more.

    >>> digits(148.17352), digits(5685.24), digits(0.0005)
    ('148.2', '5,685', '0.0005')
    """
    rounded = float(f"{value:.{DIGITS}g}")
    return plain(rounded)


def conversion_text(
    value: float,
    unit: str,
    of: str,
    done: Conversion,
    published: Sequence[Mapping[str, Any]],
    width: int | None,
    *,
    ascii_only: bool,
) -> str:
    """The answer, how far the ratios that were not given leave it open, and a row for every factor on the way to it.

    Args:
        value: what was converted.
        unit: its unit.
        of: what it counts.
        done: the answer.
        published: the same amount by its publishers' own ratios, as `as_published` gives it.
        width: columns of the terminal; None for a pipe.
        ascii_only: no ruled lines.
    """
    said = f"{plain(value)} {unit} ({DEFINITIONS[of]})"
    answer = f"{said} = {digits(done.value)} {done.unit} ({DEFINITIONS[done.definition]})"
    text = paragraph(answer, width) + "\n"
    if done.low < done.high:
        named = " and ".join(words(step.factor) for step in done.steps if not step.is_given)
        said = f"{digits(done.low)} to {digits(done.high)} {done.unit} with the low and high readings of {named}"
        text += paragraph(said, width) + "\n"
    for one in published:
        own = " and ".join(f"{words(factor['factor'])} {plain(factor['value'])}" for factor in one["factors"])
        said = f"{digits(one['value'])} {done.unit} with the publisher's own {own}"
        text += paragraph(f"{said} ({one['publisher']}, {one['forecast']}.{one['key']})", width) + "\n"
    if not done.steps:
        return text
    columns = [
        Column("factor", [words(step.factor) for step in done.steps], right=False),
        Column("", [f"{step.operation} {plain(step.value)}" for step in done.steps]),
        Column("gives", [f"{digits(step.result)} {step.unit}" for step in done.steps]),
        Column("of", [step.definition for step in done.steps], right=False),
        Column("the factor is", [step.is_ for step in done.steps], right=False, rank=1, wraps=16),
        Column("source", [step.source for step in done.steps], right=False, rank=2, wraps=24, below="source: {}"),
    ]
    return text + "\n" + table(columns, width, ascii_only=ascii_only)


def reconciled_text(rows: Sequence[Mapping[str, Any]], width: int | None, *, ascii_only: bool) -> str:
    """One table for each thing that is counted; only what stands in one table may be compared."""
    parts = []
    for counts in dict.fromkeys(row["counts"] for row in rows):
        part = [row for row in rows if row["counts"] == counts]
        columns = [
            Column("forecast", [f"{row['forecast']}.{row['key']}" for row in part], right=False),
            Column("published", [_range(row, "published_") for row in part]),
            Column("unit", [row["published_unit"] for row in part], right=False),
            Column("of", [row["measure"] + "?" * row["measure_is_assumed"] for row in part], right=False),
            Column(part[0]["unit"], [_range(row, "") for row in part]),
            Column("low to high ratio", [_open(row) for row in part], rank=2),
            Column("by", [_factors(row) for row in part], right=False, rank=1, wraps=20),
            Column("confidence", [row["confidence"] for row in part], right=False, rank=2),
        ]
        parts.append(f"{COUNTS[counts]}\n\n{table(columns, width, ascii_only=ascii_only)}")
    return "\n".join(parts)


def _range(row: Mapping[str, Any], prefix: str) -> str:
    figures = [row[f"{prefix}{which}"] for which in ("low", "mid", "high")]
    return " / ".join(dict.fromkeys(digits(one) for one in figures if one is not None))


def _open(row: Mapping[str, Any]) -> str:
    """How far the ratios of the catalog leave a figure open; nothing where none is used."""
    if all(not one["source"].startswith("catalog") for one in row["factors"]):
        return ""
    return f"{digits(row['least'])} to {digits(row['most'])}"


def _factors(row: Mapping[str, Any]) -> str:
    """`utilization 0.5 (publisher)`; the catalog's are named once below the table."""
    told = (
        f"{words(one['factor'])} {plain(one['value'])}"
        + ("" if one["source"].startswith("catalog") else f" ({one['source']})")
        for one in row["factors"]
    )
    return ", ".join(told)
