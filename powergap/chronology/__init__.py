"""How the hours of a year are represented, and the shapes that vary over them."""

from powergap.chronology.shapes import Shapes, make_shapes
from powergap.chronology.timeline import DAYS, Timeline, make_timeline, with_own_days

__all__ = ["DAYS", "Shapes", "Timeline", "make_shapes", "make_timeline", "with_own_days"]
