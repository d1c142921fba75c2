"""How the hours of a year are represented, and the shapes that vary over them."""

from powergap.chronology.layout import lay_out
from powergap.chronology.shapes import Shapes
from powergap.chronology.timeline import Timeline, make_timeline
from powergap.scenario.read.hours_columns import KINDS

__all__ = ["KINDS", "Shapes", "Timeline", "lay_out", "make_timeline"]
