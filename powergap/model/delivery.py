"""From order to delivery to end of life, as fractions of an order by year."""

from __future__ import annotations

import math

import numpy as np

from powergap.arrays import Floats
from powergap.scenario.schema import Ordered, Scenario


def delivery_fractions(years: tuple[int, ...], lead_time_years: float, earliest_year: int | None = None) -> Floats:
    """Share of an order of year v delivered in year y, [order year, year].

    Orders are spread over their year, so a lead time of 1.25 years delivers 75% by the end of the next
    year and 25% in the one after. What would come before `earliest_year` comes in that year instead.

    >>> delivery_fractions((2026, 2027, 2028), 1.25).tolist()
    [[0.0, 0.75, 0.25], [0.0, 0.0, 0.75], [0.0, 0.0, 0.0]]
    """
    whole = math.floor(lead_time_years + 1e-9)
    later = max(0.0, lead_time_years - whole)
    fractions = np.zeros((len(years), len(years)))
    for position, ordered in enumerate(years):
        for delay, share in ((whole, 1 - later), (whole + 1, later)):
            arrival = max(ordered + delay, earliest_year or 0)
            if share > 0 and arrival <= years[-1]:
                fractions[position, years.index(arrival)] += share
    return fractions


def whole_years(years: float) -> int:
    """A life or contract in whole years, halves rounded up, at least one.

    >>> [whole_years(years) for years in (0, 1.4, 1.5, 2.5)]
    [1, 1, 2, 3]
    """
    return max(1, math.floor(years + 0.5))


def standing_fractions(deliveries: Floats, life_years: float) -> Floats:
    """Share of an order still standing at the end of year y, [order year, year].

    What is delivered in year y stands at the end of the years y to y + life - 1.

    >>> standing_fractions(np.array([[0.0, 0.75, 0.25]]), 30).tolist()
    [[0.0, 0.75, 1.0]]
    """
    count = deliveries.shape[-1]
    age = np.arange(count)[None, :] - np.arange(count)[:, None]
    stands = (age >= 0) & (age < whole_years(life_years))
    return deliveries @ stands


def committed_deliveries(scenario: Scenario, technology: Ordered) -> Floats:
    """Deliveries of committed orders, GW/yr, [region, year]."""
    by_year = technology.committed_deliveries_gw_per_year
    national = np.array([by_year.get(year, 0.0) for year in scenario.year_list])
    shares = [region.share_of_committed_deliveries_fraction for region in scenario.regions.values()]
    alone = 1.0 if len(shares) == 1 else 0.0
    return np.outer([alone if share is None else share for share in shares], national)
