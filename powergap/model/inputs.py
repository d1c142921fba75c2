"""What every feature of the model reads: the scenario, its timeline and its hourly shapes."""

from __future__ import annotations

from dataclasses import dataclass

from powergap.chronology import Shapes, Timeline, make_shapes, make_timeline
from powergap.scenario.schema import Scenario


@dataclass(frozen=True)
class Inputs:
    """A scenario with its year laid out in periods and hours."""

    scenario: Scenario
    timeline: Timeline
    shapes: Shapes


def make_inputs(scenario: Scenario) -> Inputs:
    """Lay out the year of a scenario.

    Raises:
        InputError: the profiles file is missing or wrong.
    """
    line = make_timeline(scenario.chronology)
    return Inputs(scenario, line, make_shapes(scenario, line))
