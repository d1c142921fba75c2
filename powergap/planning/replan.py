"""The next plan from an earlier one: a scenario that was changed a little is solved from a basis that was optimal.

A change of limits, prices or demand leaves the matrix as it is, and the optimal basis of before is near the new one
(us-2030, all of the above: 0.2 to 0.8 CPU s against 1.3 to 2.0 from scratch). A lead time moves deliveries between
years: the matrix differs, and presolve makes more of it than the old basis (1.6 against 2.0 to 3.1). The tie-break
follows in any case, so that the plan does not depend on where the solver started.
"""

from __future__ import annotations

import hashlib
import threading
from typing import Any

from powergap import lp
from powergap.planning.by_cuts import cuts_for
from powergap.planning.plan import make_plan
from powergap.planning.stages import Plan, Planner, StageReport, compiled, finished
from powergap.scenario.schema import Scenario

MOST_BASES = 64
"""Bases that are remembered; the one unused longest is forgotten first."""


class Replanner:
    """Makes plans as `make_plan` does, and remembers the last optimal basis of each matrix."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._bases: dict[bytes, Any] = {}
        self._lock = threading.Lock()

    def __call__(
        self, scenario: Scenario, *, report: StageReport | None = None, cancel: threading.Event | None = None
    ) -> Plan:
        """Solve a scenario, from the last basis of the same matrix if there is one.

        Several programs make one plan where foresight is myopic, the gap comes first or the plan is checked over the
        full year; those are solved from scratch.

        Args:
            scenario: one policy under one case.
            report: called with the name of each stage as it starts.
            cancel: set it from another thread to stop the solver within a second.

        Raises:
            InputError: a profiles file is wrong, or HiGHS does not know an option.
            Cancelled: cancelled.
        """
        is_one_program = scenario.foresight.kind == "perfect" and scenario.objective == "least_cost"
        if not is_one_program or scenario.reliability.full_year_check:
            return make_plan(scenario, report=report, cancel=cancel)
        planner = Planner(scenario, report, cancel)
        formulation, program = compiled(scenario)
        matrix = digest(program)
        with self._lock:
            warm_start = self._bases.get(matrix)
        program, solution = planner.optimize(formulation, program, (warm_start,), cuts_for(scenario, program, planner))
        if solution.status is lp.SolveStatus.OPTIMAL and solution.basis is not None:
            self._remember(matrix, solution.basis)
        return finished(formulation, program, solution, planner)

    def _remember(self, matrix: bytes, basis: Any) -> None:
        with self._lock:
            self._bases.pop(matrix, None)
            self._bases[matrix] = basis
            while len(self._bases) > MOST_BASES:
                del self._bases[next(iter(self._bases))]


def digest(program: lp.LinearProgram) -> bytes:
    """What two programs share that differ in costs, limits and bounds at most."""
    made = hashlib.blake2b(repr(program.shape).encode())
    for part in (program.start, program.index, program.value):
        made.update(part.tobytes())
    return made.digest()
