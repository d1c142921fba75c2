"""Quantiles against figures worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from powergap.scenario.sweep_schema import UncertainInput
from powergap.sweep.distributions import value_at


def at(quantiles, **about):
    return value_at(UncertainInput(**about), np.array(quantiles)).tolist()


def test_triangular_by_hand():
    """On 0, 1, 4: P(x < 1) = 1/4; at 1/16 sqrt(1/16 x 4 x 1) = 1/2; at 3/4, 4 - sqrt(1/4 x 4 x 3) = 4 - sqrt 3."""
    assert at([0, 1 / 16, 1 / 4, 3 / 4, 1], triangular=[0.0, 1.0, 4.0]) == pytest.approx([0, 0.5, 1, 4 - 3**0.5, 4])


def test_triangular_with_its_mode_at_an_end():
    """On 0, 0, 2: at 3/4, 2 - sqrt(1/4 x 2 x 2) = 1."""
    assert at([0, 3 / 4, 1], triangular=[0.0, 0.0, 2.0]) == pytest.approx([0, 1, 2])


def test_pert_has_the_mean_of_its_name():
    """On 1, 2, 9 the mean is (1 + 4 x 2 + 9) / 6 = 3; the quantiles' mean over 0 to 1 is the mean."""
    middles = (np.arange(100_000) + 0.5) / 100_000
    assert np.mean(at(middles, pert=[1.0, 2.0, 9.0])) == pytest.approx(3.0, abs=1e-6)


def test_pert_ends_at_its_ends():
    assert at([0, 1], pert=[1.0, 2.0, 9.0]) == [1, 9]


def test_uniform_normal_and_lognormal_by_hand():
    """The 97.5% quantile of a standard normal is 1.959964; a lognormal's median and p90 are given."""
    assert at([0.25], uniform=[2.0, 6.0]) == [3]
    assert at([0.5, 0.975], normal={"mean": 10.0, "standard_deviation": 2.0}) == pytest.approx([10, 13.919928])
    assert at([0.1, 0.5, 0.9], lognormal={"median": 2.0, "p90": 3.0}) == pytest.approx([4 / 3, 2, 3])


def test_values_are_drawn_by_their_weights():
    """Weights 1 and 3: the first quarter of the quantiles is the first value."""
    assert at([0, 0.24, 0.26, 1], values=[7.0, 5.0], weights=[1.0, 3.0]) == [7, 7, 5, 5]
