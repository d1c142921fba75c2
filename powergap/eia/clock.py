"""On which clock the hours of a file are, as the names of its columns or its time stamps state it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from powergap.eia.text_table import place, read_columns, words_in
from powergap.errors import InputError, Problem
from powergap.files.clock_names import OF_LOCAL, OF_UTC, OFFSET, offset_of, stated_offsets

OF_STAMP = re.compile(rf"[T ]\d{{1,2}}(?::?\d{{2}}){{0,2}}(?:\.\d+)?\s*(?P<clock>Z|UTC|GMT|{OFFSET})$")
"""In a stamp: `2019-01-01T00:00Z`, `2019-01-01 00:00+00:00`, `2019-01-01 00:00 UTC`."""


def stated_offset(path: Path, header: Sequence[str]) -> timedelta | None:
    """How far the clock that a file states is ahead of UTC; None where it states local time, or nothing.

    Raises:
        InputError: its columns state two clocks, or its stamps change theirs, as with daylight saving.
    """
    local = [name for name in header if OF_LOCAL.search(name) and not OF_UTC.search(name)]
    stated = dict(stated_offsets(header)) | dict(_of_stamps(path, header))
    if len(set(stated.values())) > 1 or (local and timedelta() in stated.values()):
        names = ", ".join(repr(name) for name in [*local, *stated])
        said = (
            f"two clocks are stated: {names}; keep the column of the clock on which the rows begin on 1 January 00:00"
        )
        raise InputError([Problem(str(path), 1, 1, "", said)])
    return next(iter(stated.values()), None)


def _of_stamps(path: Path, header: Sequence[str]) -> Iterator[tuple[str, timedelta]]:
    """Columns of stamps that end in their clock, which is the same in all rows."""
    names = [name for name, text in words_in(path, header).items() if OF_STAMP.search(text)]
    table = read_columns(path, header, names)
    for name in names:
        clocks = [OF_STAMP.search(text.strip()) for text in table.cells[name]]
        offsets = [offset_of(one) for one in clocks if one]
        if len(set(offsets)) > 1:
            row = next(row for row, one in enumerate(offsets) if one != offsets[0])
            said = "the stamps change their offset from UTC here, as daylight saving does; write standard time all year"
            raise InputError([place(path, int(table.lines[row]), table.fields[name], said, name)])
        yield name, offsets[0]
