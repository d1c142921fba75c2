"""The next plan from the last one: a scenario that was changed a little is solved from the basis that was optimal.

A change of limits, prices or demand leaves the matrix as it is, and the optimal basis of before is near the new one
(us-2030, all of the above: 0.2 to 0.8 CPU s against 1.3 to 2.0 from scratch). A lead time moves deliveries between
years: the matrix differs, and presolve makes more of it than the old basis (1.6 against 2.0 to 3.1). The tie-break
follows in any case, so that the plan does not depend on where the solver started.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from powergap import lp
from powergap.planning.plan import make_plan
from powergap.planning.stages import Plan, Planner, Report, compiled, finished
from powergap.scenario.schema import Scenario


class Replanner:
    """Makes plans as `make_plan` does, and remembers program and basis of each policy and case."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._last: dict[tuple[str, str], tuple[lp.LinearProgram, Any]] = {}

    def __call__(
        self, scenario: Scenario, *, report: Report | None = None, cancel: threading.Event | None = None
    ) -> Plan:
        """Solve a scenario, from the last basis where that helps.

        Several programs make one plan where foresight is myopic, the gap comes first or the plan is checked over the
        full year; those are solved from scratch.

        Args:
            scenario: one policy under one case.
            report: called with the name of each stage as it starts.
            cancel: set it from another thread to stop the solver within a second.

        Raises:
            InputError: a profiles file is wrong, or HiGHS does not know an option.
            InterruptedError: cancelled.
        """
        is_one_program = scenario.foresight.kind == "perfect" and scenario.objective == "least_cost"
        if not is_one_program or scenario.reliability.full_year_check:
            return make_plan(scenario, report=report, cancel=cancel)
        planner = Planner(scenario, report, cancel)
        formulation, program = compiled(scenario)
        name = (scenario.policy, scenario.case)
        before, basis = self._last.get(name, (None, None))
        warm_start = basis if before is not None and has_same_matrix(before, program) else None
        program, solution = planner.optimize(formulation, program, warm_start)
        if solution.status is lp.SolveStatus.OPTIMAL:
            self._last[name] = (program, solution.basis)
        return finished(formulation, program, solution, planner)


def has_same_matrix(one: lp.LinearProgram, other: lp.LinearProgram) -> bool:
    """True where two programs differ in costs, limits and bounds at most."""
    return one.shape == other.shape and all(
        np.array_equal(getattr(one, part), getattr(other, part)) for part in ("start", "index", "value")
    )
