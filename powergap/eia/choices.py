"""What a user asks for in words: which regions, which years, which folder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from powergap.eia.demand import SystemDemand
from powergap.eia.sets import KIND, RECORD_FILE
from powergap.eia.treatment import whole_years
from powergap.errors import InputError, Problem
from powergap.files import bounded


def parse_regions(asked: Sequence[str]) -> dict[str, list[str]]:
    """Regions by name with what adds up to them.

    >>> parse_regions(["PJM,midwest=MISO+LGEE"])
    {'PJM': ['PJM'], 'midwest': ['MISO', 'LGEE']}

    Raises:
        InputError: a name or a code is missing or comes twice.
    """
    found: dict[str, list[str]] = {}
    for one in ",".join(asked).split(","):
        name, equals, codes = (part.strip() for part in one.partition("="))
        parts = [code.strip() for code in (codes if equals else name).split("+")]
        if not name or not all(parts) or ":" in name:
            raise InputError(f"--regions {one!r}: expected NAME, NAME=CODE or NAME=CODE+CODE")
        if name in found or len(set(parts)) < len(parts):
            raise InputError(f"--regions {one!r}: a region is named twice")
        found[name] = parts
    return found


def last_whole_year(demand: SystemDemand) -> int:
    """The last calendar year that the files have from its first to its last hour, in UTC.

    Raises:
        InputError: there is none.
    """
    years = whole_years(demand)
    if not years:
        first, last = demand.mw.index[0], demand.mw.index[-1]
        raise InputError(f"no calendar year is whole in {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC")
    return years[-1]


def chosen_years(demand: SystemDemand, first: int | None, last: int | None) -> range:
    """The years asked for; an end that is left out is that of the whole years.

    Raises:
        InputError: there are none.
    """
    if first is not None and last is not None:
        if last < first:
            raise InputError(f"--from {first} is after --to {last}")
        return range(first, last + 1)
    until = last_whole_year(demand)
    since = whole_years(demand)[0]
    years = range(since if first is None else first, (until if last is None else last) + 1)
    if not years:
        raise InputError(f"the whole years of the files are {since} to {until}; none of them was requested")
    return years


def refuse_other_folder(folder: Path) -> None:
    """Refuse to replace what is no profile set.

    Raises:
        InputError: the folder holds something else, or is no folder.
    """
    if not (folder.exists() or folder.is_symlink()) or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        ours = bounded.record(folder / RECORD_FILE)["kind"] == KIND
    except (OSError, ValueError, KeyError, TypeError):
        ours = False
    if not ours:
        said = "exists and is not a profile set; it would be replaced, so give another --to"
        raise InputError([Problem(str(folder), 0, 0, "", said)])


def lost_regions(folder: Path, regions: Collection[str]) -> list[str]:
    """Regions of the profile set that stands in a folder, if one does, which are not among those to be written."""
    try:
        held = list(bounded.record(folder / RECORD_FILE)["regions"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [f"region {name}" for name in held if name not in regions]
