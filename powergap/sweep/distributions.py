"""From a quantile to a value: the inverse distribution functions of uncertain inputs."""

from __future__ import annotations

import numpy as np
from scipy import special

from powergap.arrays import Floats
from powergap.scenario.sweep_schema import Lognormal, Normal, UncertainInput

NORMAL_P90 = 1.2815515655446004
"""The 90% quantile of the standard normal distribution."""


def triangular(quantile: Floats, low: Floats, mode: Floats, high: Floats) -> Floats:
    """Quantiles of triangular distributions; where low and high are equal, that value.

    >>> triangular(np.array([0.0, 0.5, 1.0]), *np.array([[0.0], [1.0], [2.0]])).tolist()
    [0.0, 1.0, 2.0]
    """
    width = high - low
    below = quantile * width <= mode - low
    rising = low + np.sqrt(quantile * width * (mode - low))
    falling = high - np.sqrt((1 - quantile) * width * (high - mode))
    found: Floats = np.where(below, rising, falling)
    return found


def pert(quantile: Floats, low: Floats, mode: Floats, high: Floats) -> Floats:
    """Quantiles of PERT distributions: beta distributions whose mean is (low + 4 mode + high) / 6.

    >>> float(pert(np.array(0.5), np.array(0.0), np.array(1.0), np.array(2.0)).round(9))
    1.0
    """
    width = np.where(high > low, high - low, 1.0)
    first = 1 + 4 * (mode - low) / width
    second = 1 + 4 * (high - mode) / width
    found: Floats = low + (high - low) * special.betaincinv(first, second, quantile)
    return found


def uniform(quantile: Floats, low: Floats, mode: Floats, high: Floats) -> Floats:
    """Quantiles of uniform distributions; the mode is not read."""
    found: Floats = low + (high - low) * quantile
    return found


def normal(quantile: Floats, about: Normal) -> Floats:
    """Quantiles of a normal distribution."""
    found: Floats = about.mean + about.standard_deviation * special.ndtri(quantile)
    return found


def lognormal(quantile: Floats, about: Lognormal) -> Floats:
    """Quantiles of a lognormal distribution.

    >>> lognormal(np.array([0.5, 0.9]), Lognormal(median=2.0, p90=3.0)).round(9).tolist()
    [2.0, 3.0]
    """
    spread = np.log(about.p90 / about.median) / NORMAL_P90
    found: Floats = about.median * np.exp(spread * special.ndtri(quantile))
    return found


def listed(quantile: Floats, values: list[float], weights: list[float] | None) -> Floats:
    """Values of a list, each over a part of 0 to 1 as wide as its weight, in the order listed.

    >>> listed(np.array([0.1, 0.3, 0.9]), [5.0, 7.0], [1.0, 3.0]).tolist()
    [5.0, 7.0, 7.0]
    """
    shares = np.cumsum(weights or np.ones(len(values)))
    place = np.searchsorted(shares / shares[-1], quantile, side="right")
    found: Floats = np.asarray(values, float)[np.minimum(place, len(values) - 1)]
    return found


BETWEEN = {"triangular": triangular, "pert": pert, "uniform": uniform}
"""Distributions between a least and a largest value."""


def value_at(about: UncertainInput, quantile: Floats) -> Floats:
    """Values of an input whose distribution does not come from the catalog, in the quantiles' shape."""
    kind = about.kind
    if kind == "normal" and about.normal is not None:
        return normal(quantile, about.normal)
    if kind == "lognormal" and about.lognormal is not None:
        return lognormal(quantile, about.lognormal)
    if kind == "values" and about.values is not None:
        return listed(quantile, about.values, about.weights)
    points = np.asarray(getattr(about, kind), float)
    return BETWEEN[kind](quantile, points[0], points[len(points) // 2], points[-1])
