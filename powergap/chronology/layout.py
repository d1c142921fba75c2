"""A scenario's year: its periods and the shapes over their hours, parametric or of given hours."""

from __future__ import annotations

from powergap.chronology.profiles import given_hours
from powergap.chronology.shapes import Shapes, make_shapes
from powergap.chronology.timeline import Timeline, make_timeline
from powergap.scenario.schema import Scenario


def lay_out(scenario: Scenario) -> tuple[Timeline, Shapes]:
    """Lay out the year of a scenario.

    Raises:
        InputError: the profiles file is missing, malformed or does not fit the scenario.
    """
    given = given_hours(scenario)
    line = make_timeline(scenario.chronology, given)
    return line, make_shapes(scenario, line, given)
