"""Why infeasible: the smallest sets of limits that conflict, and by how much each must move.

Every number of the scenario that stands in a row of the linear program and that a planner can change is a `Movable`.
Elastic relaxation gives each of them a column that loosens its rows; what has no such column (balance, accounting,
availability) is never relaxed. The duals of the least total movement name the limits that take part; leaving them
out one at a time leaves a set of which every member is needed. Each member is then moved alone, the others held.
"""

from powergap.explain.diagnosis.diagnose import diagnose, diagnose_plan
from powergap.explain.diagnosis.words import Diagnosis

__all__ = ["Diagnosis", "diagnose", "diagnose_plan"]
