"""A scenario's year: its periods and the shapes over their hours, parametric or of given hours."""

from __future__ import annotations

from powergap.chronology.extreme_days import extreme_days
from powergap.chronology.shapes import Shapes, make_shapes
from powergap.chronology.timeline import Timeline, make_timeline, with_own_days
from powergap.scenario.read.given_hours import Given, given_hours
from powergap.scenario.schema import Generator, Scenario


def lay_out(scenario: Scenario) -> tuple[Timeline, Shapes]:
    """Lay out the year of a scenario.

    Raises:
        InputError: the profiles file is missing, malformed or does not fit the scenario.
    """
    given = given_hours(scenario)
    line = make_timeline(scenario.chronology, given)
    if scenario.chronology.kind == "representative":
        line = with_own_days(line, _dull_and_calm_days(scenario, given))
    return line, make_shapes(scenario, line, given)


def _dull_and_calm_days(scenario: Scenario, given: Given) -> set[int]:
    """Days of the year, from 1, of least sun and of least wind, where something that can be ordered lives on them.

    Without such a technology they are days like others, and another one decides; as many of each are taken as there are
    stress days, from the warm and the cold half of the year in turn.
    """
    profiles = {one.profile for one in scenario.technologies.values() if isinstance(one, Generator)}
    days = set()
    for kind, profile in (("sun", "solar"), ("wind", "wind")):
        hours = {key: shape for key, shape in given.items() if key[0] == kind}
        if hours and profile in profiles:
            days |= {day + 1 for _, day in extreme_days(hours, scenario.chronology.stress_days)}
    return days
