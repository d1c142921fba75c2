"""From a scenario to an optimal plan: stages of the objective, foresight and the tie-break."""

from powergap.planning.plan import make_plan
from powergap.planning.stages import Plan, Stage

__all__ = ["Plan", "Stage", "make_plan"]
