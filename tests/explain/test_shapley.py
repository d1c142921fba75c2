"""Axioms of the Shapley value, and that sampling estimates it."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powergap.explain.shapley import sampled_shapley, shapley


def game(values):
    return lambda subsets: {subset: np.array(values[subset], float) for subset in subsets}


@st.composite
def games(draw):
    players = draw(st.integers(1, 5))
    number = st.floats(-100, 100, allow_nan=False)
    values = draw(st.lists(st.tuples(number, number), min_size=2**players, max_size=2**players))
    return players, values


@settings(max_examples=60)
@given(games())
def test_parts_sum_to_the_whole(players_and_values):
    players, values = players_and_values
    whole = np.subtract(values[-1], values[0])
    assert shapley(players, game(values)).value.sum(axis=0) == pytest.approx(whole, abs=1e-9)
    sampled = sampled_shapley(players, game(values), permutations=8)
    assert sampled.value.sum(axis=0) == pytest.approx(whole, abs=1e-9)


@settings(max_examples=60)
@given(games(), st.integers(0, 4))
def test_a_player_that_adds_nothing_gets_nothing(players_and_values, player):
    players, values = players_and_values
    player %= players
    without = [values[subset & ~(1 << player)] for subset in range(2**players)]
    assert shapley(players, game(without)).value[player] == pytest.approx([0, 0], abs=1e-9)


@settings(max_examples=60)
@given(games())
def test_players_that_add_the_same_get_the_same(players_and_values):
    players, values = players_and_values
    by_size = [values[subset.bit_count()] for subset in range(2**players)]
    share = shapley(players, game(by_size)).value
    for first, second in combinations(range(players), 2):
        assert share[first] == pytest.approx(share[second], abs=1e-9)


def test_two_gloves_worked_by_hand():
    """Players 0 and 1 hold a left glove, player 2 the right one; a pair is worth 6: 1, 1 and 4."""
    worth = [6.0 if subset & 0b100 and subset & 0b011 else 0.0 for subset in range(8)]
    assert shapley(3, game(worth)).value.tolist() == pytest.approx([1, 1, 4])


def test_sampling_comes_within_its_error_and_repeats():
    worth = [float(subset.bit_count() ** 2 + 3 * (subset & 1)) * (1 + (subset >> 11)) for subset in range(2**12)]
    exact = shapley(12, game(worth)).value
    sampled = sampled_shapley(12, game(worth), permutations=200, seed=3)
    again = sampled_shapley(12, game(worth), permutations=200, seed=3)
    assert np.all(np.abs(sampled.value - exact) <= 4 * sampled.standard_error + 1e-9)
    assert np.array_equal(sampled.value, again.value)
    assert sampled.subsets_valued < 2**12
    assert sampled.value.sum() == pytest.approx(worth[-1] - worth[0])
