"""Capital recovery and discounting: the one place where years of money are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from powergap.scenario.quantities import Price, yearly


def capital_recovery_factor(rate: float, years: float) -> float:
    """Yearly payment that repays 1 over `years` at `rate`, per year.

    `rate / (1 - (1 + rate) ** -years)`; at a rate of 0 the principal is spread evenly, and a contract of
    0 years costs nothing (a plant that is already paid for).

    >>> round(capital_recovery_factor(0.08, 15), 6)
    0.11683
    """
    if years == 0:
        return 0.0
    if rate == 0:
        return 1 / years
    return rate / -np.expm1(-years * np.log1p(rate)).item()


def discount_factors(rate: float, base_year: int, years: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Value at the end of the base year of 1 paid at the end of each year, [year].

    Worked by hand: at 8% a payment of 100 M$ in 2030 seen from the end of 2025 is
    100 / 1.08^5 = 68.06 M$.

    >>> round(100 * discount_factors(0.08, 2025, (2030,)).item(), 2)
    68.06
    """
    return (1 + rate) ** -(np.array(years, dtype=float) - base_year)


def by_year(prices: Iterable[Price], years: Sequence[int]) -> npt.NDArray[np.float64]:
    """Prices of items in every year, [item, year], in the prices' own unit."""
    return np.array([yearly(price, years) for price in prices], dtype=float).reshape(-1, len(years))
