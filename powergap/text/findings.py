"""Audit checks and catalog rows as tables of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from powergap.text.layout import Column, table
from powergap.text.numbers import plain, scientific

if TYPE_CHECKING:
    from powergap.results.manifest import Check


def checks_table(checks: Sequence[Check], width: int | None, *, ascii_only: bool = False) -> str:
    """Every check with its verdict and how far the worst row is off."""
    columns = [
        Column("check", [check.name.replace("_", " ") for check in checks], right=False),
        Column("verdict", [verdict(check) for check in checks], right=False),
        Column("off by", [scientific(check.worst) for check in checks], rank=1),
        Column("tolerance", [scientific(check.tolerance) for check in checks], rank=1),
        Column("unit", [check.unit for check in checks], right=False, rank=1),
        Column("worst at", [check.where for check in checks], right=False, rank=2, wraps=20),
        Column(
            "what must hold",
            [check.sentence for check in checks],
            right=False,
            rank=3,
            wraps=30,
            below="{}",
        ),
    ]
    return table(columns, width, ascii_only=ascii_only)


def verdict(check: Check) -> str:
    """`holds` or `FAILS`."""
    return "holds" if check.passed else "FAILS"


def audit_sentence(checks: Sequence[Check]) -> str:
    """`18 of 18 identities hold`."""
    if not checks:
        return "nothing to audit"
    held = sum(check.passed for check in checks)
    return f"{held} of {len(checks)} identities hold"


def failures(checks: Sequence[Check]) -> list[str]:
    """One line for every identity that fails: which, by how much, where."""
    return [
        f"{check.name} fails by {scientific(check.worst)} {check.unit}".rstrip()
        + f" (tolerance {scientific(check.tolerance)})"
        + (f" at {check.where}" if check.where else "")
        for check in checks
        if not check.passed
    ]


def catalog_table(rows: Sequence[Mapping[str, Any]], width: int | None, *, ascii_only: bool = False) -> str:
    """Numbers of the catalog with readings, unit, date, confidence and sources."""
    columns = [Column("entry", [_entry(row) for row in rows], right=False)]
    if any(row["unit"] for row in rows):
        columns += [
            Column(which, [_reading(row, which) for row in rows], rank=1, wraps=12) for which in ("low", "mid", "high")
        ]
        columns.append(Column("unit", [_unit(row) for row in rows], right=False, rank=1))
    columns += [
        Column("date", [str(row["date"]) for row in rows], right=False, rank=2),
        Column("confidence", [_confidence(row) for row in rows], right=False, rank=2),
        Column("source", [publishers(row) for row in rows], right=False, rank=3, wraps=24),
        Column("what it is", [_words(row) for row in rows], right=False, rank=4, wraps=30, below="{}"),
    ]
    return table([one for one in columns if one.head == "entry" or any(one.cells)], width, ascii_only=ascii_only)


def publishers(row: Mapping[str, Any]) -> str:
    """Publishers of the sources of a row, each once."""
    return "; ".join(dict.fromkeys(source.split(": ")[0] for source in row["sources"]))


def _entry(row: Mapping[str, Any]) -> str:
    return f"{row['entry']}.{row['key']}" if row["key"] else str(row["entry"])


def _reading(row: Mapping[str, Any], which: str) -> str:
    """One reading; a forecast with one figure shows it once, as mid."""
    if not row["unit"] or row[which] is None:
        return ""
    return plain(row[which])


def _unit(row: Mapping[str, Any]) -> str:
    return f"{row['unit']} ({row['dollar_year']})" if row["dollar_year"] else str(row["unit"])


def _confidence(row: Mapping[str, Any]) -> str:
    return str(row["confidence"]).replace("_", " ") + (", stale" if row["stale"] else "")


def _words(row: Mapping[str, Any]) -> str:
    """A title where the row is an entry, the note where it is a number."""
    return " - ".join(filter(None, ("" if row["key"] and row["note"] else str(row["title"]), str(row["note"]))))
