"""Units of load: power in gigawatts, energy in gigawatt-hours a year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from powergap.errors import InputError
from powergap.files.nearest import meant, nearest_names
from powergap.files.numbers import number, remedy

QuantityKind = Literal["power", "energy"]
BASE = MappingProxyType({"power": "GW", "energy": "GWh/yr"})
LARGEST = 1e15
"""In GW or GWh/yr; anything larger is a slip, and sums of it would lose digits."""


@dataclass(frozen=True)
class Unit:
    """A unit with what one of it is in GW (power) or GWh a year (energy)."""

    name: str
    kind: QuantityKind
    in_base: float


UNITS = MappingProxyType(
    {
        one.name: one
        for one in (
            Unit("kW", "power", 1e-6),
            Unit("MW", "power", 1e-3),
            Unit("GW", "power", 1.0),
            Unit("TW", "power", 1e3),
            Unit("kWh/yr", "energy", 1e-6),
            Unit("MWh/yr", "energy", 1e-3),
            Unit("GWh/yr", "energy", 1.0),
            Unit("TWh/yr", "energy", 1e3),
        )
    }
)


def unit_of(text: str) -> Unit:
    """The unit of a name; capitals do not matter, and energy without a period is that of a year.

    >>> unit_of("twh").name, unit_of("TWh/year").name, unit_of("mw").in_base
    ('TWh/yr', 'TWh/yr', 0.001)

    Raises:
        InputError: no such unit; names the nearest.
    """
    asked = text.strip().casefold().removesuffix("/year").removesuffix("/yr").removesuffix("/y")
    known = {name.casefold().removesuffix("/yr"): unit for name, unit in UNITS.items()}
    if asked in known:
        return known[asked]
    near = [known[name].name for name in nearest_names(asked, known)]
    hint = meant(near) or f"; known: {', '.join(UNITS)}"
    raise InputError(f"`{text}` is no unit of load{hint}")


def amount(text: str) -> float:
    """A number of 0 or more, thousands commas allowed.

    >>> amount("9,042")
    9042.0

    Raises:
        InputError: not a number, negative, or not finite.
    """
    try:
        found = number(text)
    except ValueError:
        found = math.nan
    if not 0 <= found <= LARGEST:
        expected = f"expected a number from 0 to {LARGEST:g}, such as 649 or 9,042"
        raise InputError(f"`{text}` is no amount of load; {expected}{remedy(text)}")
    return found
