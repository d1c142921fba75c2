"""How much an islanded site must install to hold its load: the binomial count of units."""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import lru_cache

from scipy.special import betainc

from powergap.scenario.schema import Generator, Scenario


@lru_cache(maxsize=4096)
def overbuild_ratio(unit_size_mw: float, site_load_mw: float, unit_availability: float, target: float) -> float:
    """Installed / usable capacity of an islanded site of equal, independent units.

    The fewest units n for which at least k = ceil(site load / unit size) are available with probability
    `target` when each is available with `unit_availability`; the ratio is n x unit size / site load.

    Worked by hand: four units of 25 MW carry 100 MW. At 0.9 availability each, 4 of 5 are there with
    0.9^5 + 5 x 0.9^4 x 0.1 = 0.919, 4 of 6 with 0.984: a target of 0.98 needs 6 units, ratio 1.5.

    >>> overbuild_ratio(25, 100, 0.9, 0.98)
    1.5

    Raises:
        ValueError: the availability is 0 or the target is 1, which no number of units meets.
    """
    needed = math.ceil(site_load_mw / unit_size_mw - 1e-9)
    if unit_availability >= 1:
        return needed * unit_size_mw / site_load_mw
    if unit_availability <= 0 or target >= 1:
        msg = "no number of units meets an availability target of 1, nor any with units never available"
        raise ValueError(msg)
    # The site holds if the needed-th available unit is found before spare + 1 are out: a negative binomial sum, which
    # is an incomplete beta function. Spares are doubled until they suffice, then halved down to the fewest that do.
    fewest, enough = 0, 0
    while betainc(needed, enough + 1, unit_availability) < target:
        fewest, enough = enough + 1, 2 * enough + 1
    spare = bisect_left(
        range(enough), target, fewest, enough, key=lambda units: betainc(needed, units + 1, unit_availability)
    )
    return (needed + spare) * unit_size_mw / site_load_mw


def unit_availability(generator: Generator) -> float:
    """Share of the year in which a unit is neither on forced nor on planned outage."""
    return 1 - generator.forced_outage_fraction - generator.planned_outage_fraction


def overbuild(generator: Generator, scenario: Scenario) -> float:
    """Installed / usable capacity: from redundancy when islanded, from mean availability otherwise.

    Mean outages enter here and nowhere else; what weather adds to them, in `weather_factor`.
    """
    if generator.operation == "grid_parallel":
        return 1 / unit_availability(generator)
    if generator.overbuild_ratio is not None:
        return generator.overbuild_ratio
    return overbuild_ratio(
        generator.unit_size_mw,
        generator.site_load_mw or scenario.reliability.site_load_mw,
        unit_availability(generator),
        scenario.reliability.availability_target_fraction,
    )
