"""One colour per family of technologies, the same in every figure.

The colours were searched so that any two of them stay at least 20 apart (CIE76 distance) in normal sight and with
each of the three kinds of colour blindness (matrices of Machado, Oliveira and Fernandes 2009); a test holds it.
"""

from __future__ import annotations

from collections.abc import Iterable

from powergap.words import UNSERVED, WAITING

FAMILIES = {
    "firm grid": "#3e32b5",
    "faster grid": "#6773ef",
    "flexible grid": "#9bacfe",
    "nuclear": "#632786",
    "geothermal": "#c43241",
    "fuel cells": "#c394c0",
    "frame turbines": "#653400",
    "aeroderivative and industrial turbines": "#d47115",
    "reciprocating engines": "#dfa06a",
    "solar": "#ead52b",
    "wind": "#99eeaa",
    "storage": "#0e9e7a",
    "flexible load": "#b858ba",
    UNSERVED: "#000000",
    WAITING: "#cfcfcf",
}
"""Families from the bottom of a stack to its top; what nobody serves comes last."""

SPARE = ("#5c7c8a", "#17a2b8", "#8c6d62", "#a6761d", "#66a61e")
"""For families that a scenario brings itself, in the scenario's order."""


def colours(families: Iterable[str]) -> dict[str, str]:
    """Colour of each family, from the bottom of a stack to its top.

    >>> list(colours(["storage", "tidal", "firm grid"]))
    ['firm grid', 'storage', 'tidal']
    """
    named = list(dict.fromkeys(families))
    own = [family for family in named if family not in FAMILIES]
    spare = {family: SPARE[number % len(SPARE)] for number, family in enumerate(own)}
    last = (UNSERVED, WAITING)
    known = {family: colour for family, colour in FAMILIES.items() if family in named}
    return (
        {family: colour for family, colour in known.items() if family not in last}
        | spare
        | {family: colour for family, colour in known.items() if family in last}
    )
