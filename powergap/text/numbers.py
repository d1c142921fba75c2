"""Numbers as people read them. Nothing is ever cut: a number that needs more room gets it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

NOTHING = "-"


def is_missing(value: Any) -> bool:
    """True for None and NaN.

    >>> is_missing(float("nan")), is_missing(0.0), is_missing("")
    (True, False, False)
    """
    return value is None or (isinstance(value, float) and math.isnan(value))


def fixed(value: float | None, decimals: int = 1) -> str:
    """A number with thousands separators; never "-0.0".

    >>> fixed(1234.56), fixed(-0.01), fixed(float("nan"))
    ('1,234.6', '0.0', '-')
    """
    if value is None or is_missing(float(value)):
        return NOTHING
    return f"{round(float(value), decimals) + 0.0:,.{decimals}f}"


def signed(value: float | None, decimals: int = 1) -> str:
    """A change: with its sign, zero without.

    >>> signed(2.0), signed(-2.0), signed(0.0)
    ('+2.0', '-2.0', '0.0')
    """
    if value is None or is_missing(float(value)):
        return NOTHING
    rounded = round(float(value), decimals) + 0.0
    return f"{rounded:+,.{decimals}f}" if rounded else fixed(0.0, decimals)


def short(value: float | None) -> str:
    """A number for a sentence or a range: whole from 10, else one decimal unless it is 0; `?` where there is none.

    >>> short(74.96), short(9.94), short(6.0), short(0.01), short(1234.5), short(None)
    ('75', '9.9', '6', '0', '1,234', '?')
    """
    text = fixed(value, 1)
    if text == NOTHING:
        return "?"
    return fixed(value, 0) if abs(round(float(value or 0.0), 1)) >= 10 else text.removesuffix(".0")


def plain(value: Any) -> str:
    """Any value of a scenario or the catalog; numbers without noise, series as `1,800 (2025), 1,600 (2030)`.

    >>> plain({2025: 1800, 2030: 1600.0, "then": "hold"})
    '1,800 (2025), 1,600 (2030), then hold'
    >>> plain(0.1 + 0.2), plain(None), plain(True), plain([1, "a"])
    ('0.3', '-', 'true', '1, a')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if is_missing(value):
        return NOTHING
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    if isinstance(value, dict):
        years = [f"{plain(amount)} ({year})" for year, amount in value.items() if isinstance(year, int)]
        return ", ".join(years + [f"{key} {plain(rest)}" for key, rest in value.items() if not isinstance(key, int)])
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(plain, value))
    return str(value)


def scientific(value: float | None) -> str:
    """A residual.

    >>> scientific(1.234e-9), scientific(0.0)
    ('1.2e-09', '0')
    """
    if value is None or is_missing(float(value)):
        return NOTHING
    return f"{float(value):.1e}" if value else "0"
