"""Plain numbers and year series as the catalog writes them: checking, reading at a year, scaling.

A year series is a map of year to number, with an optional `then` for the years after the last one given:
`hold`, `{growth_fraction_per_year: 0.02}` or `{add_per_year: 0.5}`. Where `then` is given, gaps between the
given years are filled by straight lines; without it the map holds for its own years only.

A curve over temperature is a map of whole °C, -60 to 60, to number, without `then`; what reads it draws
straight lines between its points. No year lies in that range, so the two cannot be taken for each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from powergap.files.numbers import is_whole

Number = float | int
Series = dict[int | str, Any]
_YEARS_AFTER = 10
"""How far beyond the last year given the order of low, mid and high is checked."""


def is_number(value: Any) -> bool:
    """True for a finite int or float; a bool is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def checked(value: Any) -> Number | Series:
    """Return `value` if it is a number or a well-formed year series, else raise a ValueError.

    Years may be text, as JSON has them.
    """
    if is_number(value):
        number: Number = value
        return number
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is neither a number nor a map of year: number")  # noqa: TRY004 - for pydantic
    series: Series = {}
    curve = is_curve(value)
    for key, amount in value.items():
        year = int(key) if isinstance(key, str) and is_whole(key) else key
        if year == "then":
            _step(amount)
        elif isinstance(year, bool) or not isinstance(year, int) or not (1990 <= year <= 2100 or curve):
            raise ValueError(f"{year!r} is not a year")
        elif not is_number(amount):
            raise ValueError(f"{amount!r} in {year} is not a number")
        series[year] = amount
    if not years(series):
        raise ValueError("a year series needs at least one year")
    return series


def is_curve(value: Any) -> bool:
    """True for a map over temperature: every key a whole number of °C, -60 to 60, written as text or not.

    >>> is_curve({-15: 0.2, 35: 0.07}), is_curve({2030: 0.2}), is_curve({2030: 0.2, "then": "hold"})
    (True, False, False)
    """
    return all(-60 <= int(k) <= 60 if is_whole(str(k)) else False for k in value)


def _step(rule: Any) -> tuple[float, float]:
    """Yearly growth fraction and yearly step that a `then` rule stands for."""
    match rule:
        case "hold":
            return 0.0, 0.0
        case {"growth_fraction_per_year": int() | float() as growth} if len(rule) == 1:
            return float(growth), 0.0
        case {"add_per_year": int() | float() as step} if len(rule) == 1:
            return 0.0, float(step)
    raise ValueError(f"`then` is {rule!r}; expected hold, {{growth_fraction_per_year: ...}} or {{add_per_year: ...}}")


def years(value: Number | Series) -> list[int]:
    """The years that a series names, in order; none for a plain number."""
    return sorted(year for year in value if isinstance(year, int)) if isinstance(value, dict) else []


def at(value: Number | Series, year: int) -> float | None:
    """The value in one year, or None where the series says nothing.

    >>> at({2026: 1.0, 2028: 2.0, "then": {"add_per_year": 0.5}}, 2027)
    1.5
    >>> at({2026: 1.0, 2028: 2.0, "then": {"add_per_year": 0.5}}, 2030)
    3.0
    """
    if not isinstance(value, dict):
        return float(value)
    if year in value:
        return float(value[year])
    known = years(value)
    if "then" not in value or year < known[0]:
        return None
    if year > known[-1]:
        growth, step = _step(value["then"])
        number = float(value[known[-1]])
        for _ in range(year - known[-1]):
            number = number * (1 + growth) + step
        return number
    before = max(y for y in known if y < year)
    after = min(y for y in known if y > year)
    share = (year - before) / (after - before)
    return float(value[before] + (value[after] - value[before]) * share)


def scaled(value: Number | Series, factor: float) -> Number | Series:
    """Every amount times `factor`, a yearly step too; growth fractions and a factor of one change nothing.

    Six digits are kept, more than any source has, so that 8.78 x 1.06 reads 9.3068.
    """
    if factor == 1:
        return value
    if not isinstance(value, dict):
        return _six_digits(value * factor)
    return {
        year: _scaled_rule(amount, factor) if year == "then" else _six_digits(amount * factor)
        for year, amount in value.items()
    }


def _scaled_rule(rule: Any, factor: float) -> Any:
    """A `then` rule of a scaled series."""
    if isinstance(rule, dict) and "add_per_year" in rule:
        return {"add_per_year": _six_digits(rule["add_per_year"] * factor)}
    return rule


def _six_digits(number: float) -> float:
    """A number rounded to six significant digits."""
    return float(f"{number:.6g}")


def disorder(low: Number | Series, mid: Number | Series, high: Number | Series) -> str:
    """Say where low <= mid <= high fails, over every year that one of them names and ten more; else empty."""
    named = sorted({year for value in (low, mid, high) for year in years(value)})
    if not named:
        return _out_of_order([float(v) for v in (low, mid, high) if not isinstance(v, dict)], "")
    for year in range(named[0], named[-1] + _YEARS_AFTER + 1):
        told = _out_of_order((at(value, year) for value in (low, mid, high)), f" in {year}")
        if told:
            return told
    return ""


def _out_of_order(readings: Iterable[float | None], place: str) -> str:
    """The sentence for readings that fall; those that are None are left out."""
    known = [number for number in readings if number is not None]
    if known == sorted(known):
        return ""
    return f"low <= mid <= high fails{place}: {', '.join(f'{number:g}' for number in known)}"
