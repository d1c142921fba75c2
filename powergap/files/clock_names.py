"""Which clock the name of a column states: UTC, an offset from it, or local time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

OFFSET = r"(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?"
NAME_OF_UTC = r"(?:(?<![A-Za-z])(?i:utc|gmt|zulu)|(?<=[a-z])(?:UTC|GMT))(?![A-Za-z]|[ _]?offset)"
OF_UTC = re.compile(rf"{NAME_OF_UTC}\s*(?:{OFFSET})?|[(\[]Z[)\]]")
"""In a name: `time(UTC)`, `datetime_utc`, `TimeGMT`, `hour (Z)`, `time (UTC-6)`."""

OF_LOCAL = re.compile(r"(?<![A-Za-z])(?i:local|lst|est|cst|mst|pst)(?![A-Za-z])")
"""In a name: `local_time`, `hour_ending_lst`, `time (CST)`."""


def says_utc(name: str) -> bool:
    """True where the name of a column states UTC.

    >>> says_utc("time(UTC)"), says_utc("Local time (UTC-6)"), says_utc("outcome")
    (True, False, False)
    """
    return dict(stated_offsets([name])).get(name) == timedelta()


def stated_offsets(header: Sequence[str]) -> Iterator[tuple[str, timedelta]]:
    """Columns whose names state a clock, with how far it is ahead of UTC."""
    for name in header:
        if found := OF_UTC.search(name):
            yield name, offset_of(found)


def offset_of(found: re.Match[str]) -> timedelta:
    """The offset that a match of `OFFSET` holds; none where it has no hours."""
    hours, minutes = int(found["hours"] or 0), int(found["minutes"] or 0)
    return timedelta(hours=hours, minutes=minutes) * (-1 if found["sign"] == "-" else 1)
