"""The audit's own arithmetic of lead times, contracts, discounting and redundancy."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from scipy.special import bdtrc

from powergap.arrays import Floats
from powergap.scenario.schema import Generator, Ordered, Scenario

KILOWATTS_PER_GIGAWATT = 1e6
MEGAWATT_HOURS_PER_GIGAWATT_HOUR = 1e3


def series(by_year: float | Mapping[int, float], years: Sequence[int]) -> Floats:
    """A year series, or one number for all years, as an array, [year]."""
    if not isinstance(by_year, Mapping):
        return np.full(len(years), float(by_year))
    return np.array([by_year[year] for year in years], dtype=float)


def yearly_payment(rate: float, years: float) -> float:
    """Level payment at the end of each year that repays 1; nothing for what is already paid for.

    >>> round(yearly_payment(0.08, 15), 6)
    0.11683
    """
    if years == 0:
        return 0.0
    if rate == 0:
        return 1 / years
    return rate / (1 - float((1 + rate) ** -years))


def discounting(scenario: Scenario) -> Floats:
    """Value at the end of the base year of 1 paid at the end of each year, [year]."""
    rate = scenario.finance.discount_rate
    return np.array([(1 + rate) ** (scenario.base_year - year) for year in scenario.year_list])


def arriving_share(years: Sequence[int], technology: Ordered) -> Floats:
    """Share of an order of year v that arrives in year y, [v, y].

    Orders are spread evenly over [v, v + 1), so they arrive evenly over [v + lead, v + lead + 1); the share
    of year y is the overlap with [y, y + 1). What would come before the earliest year waits for it.
    """
    lead, earliest = technology.lead_time_years, technology.earliest_year
    shares = np.zeros((len(years), len(years)))
    for i, ordered in enumerate(years):
        for year in range(ordered, years[-1] + 1):
            overlap = max(0.0, 1 - abs(year - ordered - lead))
            waits = year if earliest is None else max(year, earliest)
            if overlap > 1e-9 and waits <= years[-1]:
                shares[i, waits - years[0]] += overlap
    return shares


def arrived_by(years: Sequence[int], technology: Ordered) -> Floats:
    """Largest share of an order of year v that can have arrived by the end of year y, [v, y]."""
    age = np.array(years)[None, :] + 1 - np.array(years)[:, None]
    share: Floats = np.clip(age - technology.lead_time_years, 0.0, 1.0)
    return share


def last_years(flow: Floats, years: float) -> Floats:
    """Sum over the last `years` years, this one included, along the last axis."""
    span = max(1, int(years + 0.5))
    running = np.cumsum(flow, axis=-1)
    running[..., span:] -= np.cumsum(flow, axis=-1)[..., :-span]
    return running


def placed(scenario: Scenario, technology: Ordered) -> Floats:
    """Deliveries of orders that were placed before the plan, [region, year]."""
    years = scenario.year_list
    national = np.array([technology.committed_deliveries_gw_per_year.get(year, 0.0) for year in years])
    regions = scenario.regions.values()
    untold = 1.0 if len(regions) == 1 else 0.0
    told = [region.share_of_committed_deliveries_fraction for region in regions]
    share = np.array([untold if each is None else each for each in told])
    return np.outer(share, national)


def installed_per_usable(generator: Generator, scenario: Scenario) -> float:
    """GW that must stand for one GW to be counted on, weather aside."""
    working = 1 - generator.forced_outage_fraction - generator.planned_outage_fraction
    if generator.operation == "grid_parallel":
        return 1.0 / float(working)
    if generator.overbuild_ratio is not None:
        return float(generator.overbuild_ratio)
    site: float = generator.site_load_mw or scenario.reliability.site_load_mw
    needed = math.ceil(site / generator.unit_size_mw - 1e-9)
    units = units_to_install(needed, working, scenario.reliability.availability_target_fraction)
    return float(units * generator.unit_size_mw / site)


@lru_cache(maxsize=4096)
def units_to_install(needed: int, working: float, target: float) -> int:
    """Fewest units of which `needed` work with the target probability, by the tail of the binomial distribution.

    >>> units_to_install(4, 0.9, 0.98)
    6
    """
    if working >= 1:
        return needed
    most = needed
    while bdtrc(needed - 1, most, working) < target:
        most *= 2
    return bisect_left(range(most), target, needed, most, key=lambda units: float(bdtrc(needed - 1, units, working)))
