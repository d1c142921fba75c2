"""Which start a draw is given."""

from __future__ import annotations

import numpy as np

from powergap.sweep.nearest import most_alike

LOW = np.repeat([True, False], 100)
HIGH = ~LOW
CORNERS = [(x, y) for x in (0.1, 0.3, 0.7, 0.9) for y in (0.0, 1.0)]


def of_first_input(starts):
    """Bases that the first input alone decides."""
    return [LOW if x < 0.5 else HIGH for x, _ in starts]


def test_inputs_that_do_not_move_the_basis_do_not_count():
    """(0.4, 0.5) is 0.2 from (0.6, 0.5) and 0.51 from (0.3, 0), but on the side of the latter in the first input."""
    starts = np.array([(0.6, 0.5), *CORNERS])
    chosen = most_alike(starts, of_first_input(starts), np.array([(0.4, 0.5), (0.65, 0.5)]))
    assert starts[chosen].tolist() == [[0.3, 0.0], [0.6, 0.5]]


def test_the_nearest_is_taken_where_all_have_the_same_basis():
    starts = np.array(CORNERS)
    chosen = most_alike(starts, [LOW] * len(starts), np.array([(0.2, 0.9), (0.85, 0.2)]))
    assert starts[chosen].tolist() == [[0.1, 1.0], [0.9, 0.0]]


def test_a_basis_of_another_size_shares_nothing():
    """The start at hand has a row more than the seven others, which the draw will be like."""
    starts = np.array([(0.5, 0.5), *CORNERS])
    bases = [np.array([*LOW, True]), *[LOW] * len(CORNERS)]
    assert most_alike(starts, bases, np.array([(0.5, 0.5)])) != 0


def test_a_point_gets_the_same_start_whatever_is_asked_with_it():
    """A resumed sweep asks for what is missing alone."""
    random = np.random.default_rng(3)
    starts, points = random.random((20, 3)), random.random((50, 3))
    bases = list(random.random((20, 200)) < starts.mean(axis=1)[:, None])
    together = most_alike(starts, bases, points)
    assert len(set(together)) > 5
    assert [most_alike(starts, bases, point[None, :])[0] for point in points] == together.tolist()


def test_one_start_is_the_start_of_all():
    assert most_alike(np.array([[0.5, 0.5]]), [LOW], np.array([[0.1, 0.9], [0.5, 0.5]])).tolist() == [0, 0]
