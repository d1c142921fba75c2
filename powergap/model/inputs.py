"""What every feature of the model reads: the scenario, its timeline and its hourly shapes."""

from __future__ import annotations

from dataclasses import dataclass

from powergap.chronology import Shapes, Timeline, lay_out
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
    return Inputs(scenario, *lay_out(scenario))
