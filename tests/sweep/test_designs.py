"""Designs: what each must have whatever its seed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from powergap.errors import InputError
from powergap.sweep.designs import BASE, DRAW, MIXED, SWING, correlated, design_of

from .samples import DEMAND, study

TWO = {DEMAND: {"uniform": [3, 5]}, "value_of.delayed_load_usd_per_kw_year": {"triangular": [500, 1000, 2000]}}


def design(**section):
    return design_of(study({"inputs": TWO} | section))


def test_every_design_starts_with_the_scenario_as_it_stands_and_each_input_moved_alone():
    points = design(draws=8)
    assert points.roles[:5] == (BASE, SWING, SWING, SWING, SWING)
    assert np.isnan(points.quantiles[0]).all()
    assert points.quantiles[1:5, 0].tolist()[:2] == [0.1, 0.9]
    assert points.quantiles[3:5, 1].tolist() == [0.1, 0.9]
    assert np.isnan(points.quantiles[1:3, 1]).all()
    assert np.isnan(points.quantiles[3:5, 0]).all()


def test_a_latin_hypercube_has_one_draw_in_each_part_of_each_input():
    points = design(draws=50)
    drawn = points.quantiles[points.rows(DRAW)]
    for column in drawn.T:
        assert sorted((column * 50).astype(int)) == list(range(50))


def test_a_sobol_design_has_one_draw_in_each_elementary_box():
    """Of 16 points in two dimensions one lies in each of the 16 boxes of 1/4 x 1/4."""
    points = design(draws=16, design="sobol")
    boxes = (points.quantiles[points.rows(DRAW)] * 4).astype(int)
    assert len({tuple(box) for box in boxes}) == 16


def test_the_same_seed_gives_the_same_draws_and_another_seed_others():
    first, again, other = (design(draws=9, seed=seed).quantiles for seed in (7, 7, 8))
    assert first.tobytes() == again.tobytes() != other.tobytes()


def test_a_grid_takes_every_combination_at_the_middles_of_equal_parts():
    """Two levels of one input and three values of the other: 6 points, at 1/4, 3/4 and 1/6, 1/2, 5/6."""
    inputs = {
        DEMAND: {"uniform": [3, 5], "levels": 2},
        "value_of.delayed_load_usd_per_kw_year": {"values": [500, 1000, 2000]},
    }
    points = design(design="grid", inputs=inputs)
    expected = [(a, b) for a in (1 / 4, 3 / 4) for b in (1 / 6, 1 / 2, 5 / 6)]
    assert points.quantiles[points.rows(DRAW)].tolist() == [pytest.approx(pair) for pair in expected]


def test_saltelli_swaps_one_column_at_a_time():
    """32 draws of two inputs make two samples of 8; each mixed one has one column of the second."""
    points = design(draws=32, design="saltelli")
    first, second = np.split(points.quantiles[points.rows(DRAW)], 2)
    mixed = np.split(points.quantiles[points.rows(MIXED)], 2)
    assert len(first) == 8
    assert (mixed[0][:, 0] == second[:, 0]).all()
    assert (mixed[0][:, 1] == first[:, 1]).all()
    assert (mixed[1][:, 1] == second[:, 1]).all()


def test_rank_correlation_is_as_asked_and_the_values_stay():
    target = np.array([[1.0, 0.7, 0.0], [0.7, 1.0, -0.4], [0.0, -0.4, 1.0]])
    before = np.random.default_rng(1).random((4000, 3))
    after = correlated(before, target)
    assert stats.spearmanr(after).statistic == pytest.approx(target, abs=0.02)
    assert (np.sort(after, axis=0) == np.sort(before, axis=0)).all()


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"design": "saltelli", "draws": 5}, "saltelli needs at least 8 draws of 2 inputs"),
        (
            {"design": "grid", "correlations": [{"between": list(TWO), "rank_correlation": 0.5}]},
            "a full grid has no correlations",
        ),
        ({"correlations": [{"between": [DEMAND, "x"], "rank_correlation": 0.5}]}, "`x` is no input of the sweep"),
        ({"correlations": [{"between": [DEMAND, DEMAND], "rank_correlation": 0.5}]}, "an input with itself"),
        (
            {"design": "grid", "inputs": {DEMAND: {"values": [3, 4], "weights": [1, 2]}}},
            "a full grid visits each value once",
        ),
    ],
)
def test_a_design_that_cannot_be_is_refused(section, said):
    with pytest.raises(InputError, match=said):
        design(**section)


def test_correlations_that_contradict_each_other_are_refused():
    """Three inputs cannot all go against each other by -0.9."""
    names = [DEMAND, "value_of.delayed_load_usd_per_kw_year", "demand.base_gw"]
    pairs = [[names[0], names[1]], [names[1], names[2]], [names[0], names[2]]]
    section = {
        "inputs": {name: {"uniform": [3, 5]} for name in names},
        "correlations": [{"between": pair, "rank_correlation": -0.9} for pair in pairs],
    }
    with pytest.raises(InputError, match="not positive definite"):
        design_of(study(section))
