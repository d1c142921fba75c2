"""The columns of a file of hours, as `chronology.profiles` names one."""

from __future__ import annotations

from types import MappingProxyType

KINDS = MappingProxyType(
    {
        "load": (0.0, 1.0),
        "system_load_gw": (0.0, 2000.0),
        "temperature_degc": (-60.0, 60.0),
        "sun": (0.0, 20.0),
        "wind": (0.0, 20.0),
    }
)
"""Column names and their plausible range. `region:column` gives one region, `column` all others."""


def parts(name: str) -> tuple[str, str]:
    """Region and kind of a column; a column for all regions has no region.

    >>> parts("east:load"), parts("load")
    (('east', 'load'), ('', 'load'))
    """
    region, colon, kind = name.rpartition(":")
    return (region, kind) if region or not colon else ("", name)


def is_header(names: list[str]) -> bool:
    """True for a row with the name of a column of hours."""
    return any(parts(name)[1] in KINDS for name in names)
