"""Colours that stay apart, whoever looks."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from powergap.report.palette import FAMILIES, SPARE, colours

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def lab(colour, sight):
    channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(sight @ linear, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_distance_of_black_and_white_is_one_hundred():
    """CIE76: white has L = 100, black 0, both no hue."""
    assert np.linalg.norm(lab("#ffffff", SIGHT["normal"]) - lab("#000000", SIGHT["normal"])) == pytest.approx(
        100, abs=0.1
    )


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_families_look_different(sight):
    close = {
        (one, other): distance
        for one, other in combinations(FAMILIES, 2)
        if (distance := np.linalg.norm(lab(FAMILIES[one], SIGHT[sight]) - lab(FAMILIES[other], SIGHT[sight]))) < 20
    }
    assert not close


def test_a_family_of_the_scenario_gets_a_spare_colour_below_what_waits():
    told = colours(["still waiting", "tidal", "storage"])
    assert list(told) == ["storage", "tidal", "still waiting"]
    assert told["tidal"] == SPARE[0]
    assert told["storage"] == FAMILIES["storage"]
