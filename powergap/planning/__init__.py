"""From a scenario to an optimal plan: stages of the objective, foresight and the tie-break."""

from powergap.planning.plan import make_plan
from powergap.planning.proof import FullYear, Round
from powergap.planning.replan import Replanner
from powergap.planning.stages import Plan, Stage
from powergap.planning.user_cache import user_cache

__all__ = ["FullYear", "Plan", "Replanner", "Round", "Stage", "make_plan", "user_cache"]
