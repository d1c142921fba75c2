"""Numbers of options, read as strictly as those of files; each is a `parser` of `typer.Option`."""

from __future__ import annotations

import math
from collections.abc import Callable

import typer

from powergap.files.numbers import number, whole


def amount(least: float = -math.inf, most: float = math.inf) -> Callable[[str | float], float]:
    """A reader of numbers within a range.

    >>> amount(0, 1)("0.5")
    0.5
    """
    return lambda given: _read(number, str(given), least, most)


def count(least: float = -math.inf, most: float = math.inf) -> Callable[[str | int], int]:
    """A reader of whole numbers within a range, of years too.

    >>> count(1)("12")
    12
    """
    return lambda given: int(_read(whole, str(given), least, most))


def _read(read: Callable[[str], float], given: str, least: float, most: float) -> float:
    try:
        found = read(given)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if not least <= found <= most:
        allowed = f"at least {least:g}" if math.isinf(most) else f"from {least:g} to {most:g}"
        raise typer.BadParameter(f"{given} is not {allowed}")
    return found
