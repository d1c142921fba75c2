"""Names beside points: free of each other, of points and of the edge."""

from __future__ import annotations

import numpy as np

from powergap.report.labels import label_sides


def test_a_name_that_would_lie_on_the_next_point_goes_to_the_other_side():
    """On a plot of 540 x 320 pixels, 1 pixel a unit: from (300, 160) `ten letters` reaches 373 to the right, over the
    point at (320, 165); the name of that point is free on the right.
    """
    points = np.array([[300.0, 160.0], [320.0, 165.0], [0.0, 0.0], [540.0, 320.0]])
    assert label_sides(points, ["ten lettrs", "other"]) == ["left below", "right above"]


def test_a_name_stays_inside_the_plot():
    """A point on the right edge has its name on the left; one on the left edge on the right."""
    points = np.array([[540.0, 100.0], [0.0, 300.0], [200.0, 0.0], [300.0, 320.0]])
    assert label_sides(points, ["edge", "start"]) == ["left below", "right above"]


def test_points_in_one_place_still_have_sides():
    assert label_sides(np.zeros((3, 2)), ["one", "two", "three"]) == ["right above", "right below", "right above"]


def test_no_point_has_no_name():
    assert label_sides(np.zeros((1, 2)), []) == []
