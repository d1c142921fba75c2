"""Solves a LinearProgram with HiGHS and never calls a result optimal that does not certify itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from powergap.lp.certificate import Certificate, certify
from powergap.lp.highs import QuietHighs, pass_program, run, set_basis, set_options
from powergap.lp.program import LinearProgram
from powergap.lp.settings import Option, SolverSettings, highs_options
from powergap.lp.solution import Solution, SolveStatus

_MODEL_STATUS = highspy.HighsModelStatus
_STATUSES = {
    _MODEL_STATUS.kOptimal: SolveStatus.OPTIMAL,
    _MODEL_STATUS.kModelEmpty: SolveStatus.OPTIMAL,
    _MODEL_STATUS.kInfeasible: SolveStatus.INFEASIBLE,
    _MODEL_STATUS.kUnbounded: SolveStatus.UNBOUNDED,
    _MODEL_STATUS.kUnboundedOrInfeasible: SolveStatus.INFEASIBLE_OR_UNBOUNDED,
    _MODEL_STATUS.kTimeLimit: SolveStatus.TIME_LIMIT,
    _MODEL_STATUS.kIterationLimit: SolveStatus.ITERATION_LIMIT,
    _MODEL_STATUS.kInterrupt: SolveStatus.INTERRUPTED,
}
OTHER_WAYS: tuple[dict[str, Option], ...] = (
    {"presolve": "off", "solver": "simplex"},
    {"simplex_strategy": 4},
    {"simplex_strategy": 1, "simplex_scale_strategy": 0},
    {"presolve": "on", "solver": "ipm", "run_crossover": "on"},
)
"""Tried in turn, each on top of the ones before, where HiGHS calls optimal what our certificate refuses, or gives up.

In about 3 of 1,000 random programs its presolve gives back duals that are off by far more than the tolerance, and a
warm start after a row was added can end in an error.
"""

DEFAULT_SETTINGS = SolverSettings()


def solve(
    program: LinearProgram,
    settings: SolverSettings = DEFAULT_SETTINGS,
    *,
    on_progress: Callable[[str], None] | None = None,
    cancel: threading.Event | None = None,
    warm_start: Any = None,
) -> Solution:
    """Minimise the program.

    Args:
        program: what to solve.
        settings: how.
        on_progress: called in the solver's thread with each line of its log.
        cancel: set it from another thread to stop; the status is then INTERRUPTED.
        warm_start: `basis` of an earlier solution of a program with the same columns and the same first rows.

    Returns:
        The solution, whatever its status.

    Raises:
        ValueError: a setting or the program is refused.
        KeyboardInterrupt: Ctrl-C, after the solver has stopped (pdlp stops only at its next check).
    """
    began = time.perf_counter()
    highs = QuietHighs()
    options = highs_options(settings, program, warm=warm_start is not None)
    set_options(highs, options)
    pass_program(highs, program.in_unit())
    if warm_start is not None:
        set_basis(highs, warm_start, program)
    run(highs, cancel, on_progress)
    if _status(highs) is SolveStatus.INFEASIBLE_OR_UNBOUNDED:
        set_options(highs, {"presolve": "off", "solver": "simplex"})
        run(highs, cancel, None)
    solution = solution_of(highs, program, settings.tolerance)
    for other_way in OTHER_WAYS:
        if solution.status is not SolveStatus.NUMERICAL or (cancel is not None and cancel.is_set()):
            break
        highs.clearSolver()
        set_options(highs, other_way)
        run(highs, cancel, on_progress)
        solution = solution_of(highs, program, settings.tolerance)
    return replace(solution, seconds=time.perf_counter() - began, options=options)


def _status(highs: Any) -> SolveStatus:
    return _STATUSES.get(highs.getModelStatus(), SolveStatus.NUMERICAL)


def solution_of(
    highs: Any, program: LinearProgram, tolerance: float = SolverSettings.tolerance, unit: float | None = None
) -> Solution:
    """What a HiGHS has found for a program; no optimum without a certificate of its own.

    Args:
        highs: holds the program.
        program: as it stands.
        tolerance: what the certificate must reach.
        unit: what the HiGHS counts in; default the program's unit.
    """
    status = _status(highs)
    rows, columns = program.shape
    point, info, basis = highs.getSolution(), highs.getInfo(), highs.getBasis()
    column_value = (unit or program.unit) * _vector(point.col_value, columns)
    row_dual = _vector(point.row_dual, rows)
    message = str(highs.modelStatusToString(highs.getModelStatus()))
    certificate: Certificate | None = None
    if status is SolveStatus.OPTIMAL:
        certificate = certify(program, column_value, row_dual)
        message = f"{message}: {certificate}"
        if not certificate.passes(tolerance):
            status = SolveStatus.NUMERICAL
            message = f"the solver reports an optimum that does not hold: {certificate}"
    return Solution(
        status=status,
        objective=float(program.cost @ column_value) + program.offset,
        column_value=column_value,
        column_dual=_vector(point.col_dual, columns),
        row_value=program.activity(column_value),
        row_dual=row_dual,
        iterations=sum(
            max(0, int(getattr(info, name, 0)))
            for name in ("simplex_iteration_count", "ipm_iteration_count", "crossover_iteration_count")
        ),
        seconds=0.0,
        basis=basis if basis.valid else None,
        message=message,
        options={},
        certificate=certificate,
        program=program,
    )


def _vector(values: Any, length: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    array = np.asarray(values, float)
    return array if array.shape == (length,) else np.zeros(length)
