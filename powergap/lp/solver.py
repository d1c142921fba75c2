"""Solves a LinearProgram with HiGHS and calls nothing optimal, infeasible or unbounded that does not prove itself."""

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
from powergap.lp.rays import Contradiction, Descent, contradiction, descent, directions, is_plan, misses
from powergap.lp.scaling import FINEST, Scaling, refuse_lost, unseen_bounds
from powergap.lp.settings import Option, SolverSettings, highs_options
from powergap.lp.solution import WITHOUT, Solution, SolveStatus

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
FOR_A_RAY: dict[str, Option] = {"presolve": "off", "solver": "simplex", "simplex_scale_strategy": 4}
"""CPU s for a ray of `us-2030` with all of the above and a CO2 cap of 60 and of 90 Mt: 1.6 and 4.2, with the default
scaling 24.9 and 6.5, with steepest edge 14.2 and 7.9, by interior point 37.8 and 22.2."""

OTHER_WAYS: tuple[dict[str, Option], ...] = (
    {"presolve": "off", "solver": "simplex"},
    {"simplex_strategy": 4},
    {"simplex_strategy": 1, "simplex_scale_strategy": 0},
    {"presolve": "on", "solver": "ipm", "run_crossover": "on"},
)
"""Tried in turn, each on top of the ones before, where HiGHS claims what it cannot prove to us, or gives up.

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
    options = highs_options(settings, program, warm=warm_start is not None)
    highs = _loaded(program, options)
    if warm_start is not None:
        set_basis(highs, warm_start, program)
    run(highs, cancel, on_progress)
    if _status(highs) is SolveStatus.INFEASIBLE_OR_UNBOUNDED:
        set_options(highs, {"presolve": "off", "solver": "simplex"})
        run(highs, cancel, None)
    solution = _without_ray(highs, program, settings, cancel) or _found(highs, program, settings.tolerance)
    for other_way in OTHER_WAYS:
        if solution.status is not SolveStatus.NUMERICAL or (cancel is not None and cancel.is_set()):
            break
        highs.clearSolver()
        set_options(highs, other_way)
        run(highs, cancel, on_progress)
        solution = _found(highs, program, settings.tolerance)
    if solution.status is SolveStatus.NUMERICAL:
        solution = replace(solution, message=solution.message + unseen_bounds(program))
    return replace(solution, seconds=time.perf_counter() - began, options=options)


def _loaded(program: LinearProgram, options: dict[str, Option]) -> QuietHighs:
    highs = QuietHighs()
    inner = program.for_solver()
    if inner.is_scaled:
        refuse_lost(program, inner)
        set_options(highs, {"small_matrix_value": FINEST})
    set_options(highs, options)
    pass_program(highs, inner)
    return highs


def _solved_once(program: LinearProgram, settings: SolverSettings, cancel: threading.Event | None) -> Solution:
    """What comes out the first way."""
    highs = _loaded(program, highs_options(settings, program, warm=False))
    run(highs, cancel, None)
    return _found(highs, program, settings.tolerance)


def _without_ray(
    highs: Any, program: LinearProgram, settings: SolverSettings, cancel: threading.Event | None
) -> Solution | None:
    """The proof of what HiGHS claims and has no ray for, as presolve has none; None where there is one or no proof."""
    status = _status(highs)
    if status is SolveStatus.INFEASIBLE and not highs.getDualRayExist()[1]:
        return _contradicted(highs, program, settings, cancel)
    claims_descent = status in (SolveStatus.UNBOUNDED, SolveStatus.INFEASIBLE_OR_UNBOUNDED)
    if claims_descent and program.cost.any() and not highs.getPrimalRayExist()[1]:
        return _descending(program, settings, cancel)
    return None


def _contradicted(
    highs: Any, program: LinearProgram, settings: SolverSettings, cancel: threading.Event | None
) -> Solution | None:
    """That there is no plan: costs have no say in it, and simplex finds the ray sooner without them.

    A program without entries never gets one; the least that its rows can be missed by proves it too.
    """
    columns = np.arange(len(program.cost), dtype=np.int32)
    set_options(highs, FOR_A_RAY)
    highs.changeColsCost(len(columns), columns, np.zeros(len(columns)))
    run(highs, cancel, None)
    solution, claim = _found(highs, program), _status(highs)
    highs.changeColsCost(len(columns), columns, program.for_solver().cost)
    if solution.status is SolveStatus.INFEASIBLE or claim is not SolveStatus.INFEASIBLE:
        return solution if solution.status is SolveStatus.INFEASIBLE else None
    least = _solved_once(misses(program), settings, cancel)
    found = contradiction(program, least.row_dual)
    if not found.proves:
        return None
    return replace(
        solution, status=SolveStatus.INFEASIBLE, row_dual=found.weight, message=f"Infeasible: {found}", certificate=None
    )


def _descending(program: LinearProgram, settings: SolverSettings, cancel: threading.Event | None) -> Solution | None:
    """That cost falls without end, by a plan and a direction from it; or that there is no plan."""
    plan = solve(program.with_cost(np.zeros(len(program.cost))), settings, cancel=cancel)
    if plan.status is SolveStatus.INFEASIBLE:
        return replace(plan, program=program)
    if plan.status is not SolveStatus.OPTIMAL:
        return None
    way = descent(program, _solved_once(directions(program), settings, cancel).column_value)
    if not way.proves:
        return None
    return replace(
        plan,
        status=SolveStatus.UNBOUNDED,
        objective=float(program.cost @ plan.column_value) + program.offset,
        column_dual=way.step,
        message=f"Unbounded: {way}",
        certificate=None,
        program=program,
    )


def _status(highs: Any) -> SolveStatus:
    return _STATUSES.get(highs.getModelStatus(), SolveStatus.NUMERICAL)


def _found(highs: Any, program: LinearProgram, tolerance: float = SolverSettings.tolerance) -> Solution:
    """What a HiGHS has found that was loaded with the program."""
    return solution_of(highs, program, tolerance, scaling=program.scaling)


def solution_of(
    highs: Any,
    program: LinearProgram,
    tolerance: float = SolverSettings.tolerance,
    unit: float | None = None,
    scaling: Scaling | None = None,
) -> Solution:
    """What a HiGHS has found for a program; no optimum without a certificate, no lack of one without a ray.

    Args:
        highs: holds the program.
        program: as it stands.
        tolerance: what the certificate must reach.
        unit: what the HiGHS counts in; default the program's unit.
        scaling: of what the HiGHS holds; None where it holds the program in that unit.
    """
    status = _status(highs)
    rows, columns = program.shape
    point, info, basis = highs.getSolution(), highs.getInfo(), highs.getBasis()
    column_value = (unit or program.unit) * _vector(point.col_value, columns)
    row_dual = _vector(point.row_dual, rows)
    column_dual = _vector(point.col_dual, columns)
    if scaling is not None:
        column_value = scaling.column * _vector(point.col_value, columns)
        row_dual *= scaling.row / scaling.cost
        column_dual /= scaling.column * scaling.cost
    message = str(highs.modelStatusToString(highs.getModelStatus()))
    certificate: Certificate | None = None
    if status is SolveStatus.OPTIMAL:
        certificate = certify(program, column_value, row_dual)
        message = f"{message}: {certificate}"
        if not certificate.passes(tolerance):
            status = SolveStatus.NUMERICAL
            message = f"the solver reports an optimum that does not hold: {certificate}"
    if status in WITHOUT or status is SolveStatus.NUMERICAL:
        ray = _ray(highs, program, scaling)
        if isinstance(ray, Contradiction):
            status, row_dual, message = SolveStatus.INFEASIBLE, ray.weight, f"Infeasible: {ray}"
            certificate = None
        elif isinstance(ray, Descent):
            has_plan = is_plan(program, column_value)
            status = SolveStatus.UNBOUNDED if has_plan else SolveStatus.INFEASIBLE_OR_UNBOUNDED
            column_dual, message = ray.step, f"{status.value.capitalize()}: {ray}"
        elif status in WITHOUT:
            message = f"the solver calls it {status.value} and does not prove it"
            status = SolveStatus.NUMERICAL
    return Solution(
        status=status,
        objective=float(program.cost @ column_value) + program.offset,
        column_value=column_value,
        column_dual=column_dual,
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


def _ray(highs: Any, program: LinearProgram, scaling: Scaling | None) -> Contradiction | Descent | None:
    """What proves that there is no plan, or none that is cheapest; None where the solver has no ray that does.

    A ray may prove it where the solver itself is in doubt (`Unknown`).
    """
    # Asked for a ray that it does not have, HiGHS would solve again, and nobody could stop it.
    weight = highs.getDualRay()[2] if highs.getDualRayExist()[1] else ()
    rows, columns = (1.0, 1.0) if scaling is None else (scaling.row, scaling.column)
    found = contradiction(program, rows * _vector(weight, len(program.row_lower)))
    if found.proves:
        return found
    step = highs.getPrimalRay()[2] if highs.getPrimalRayExist()[1] else ()
    way = descent(program, columns * _vector(step, len(program.cost)))
    return way if way.proves else None


def _vector(values: Any, length: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    array = np.asarray(values, float)
    return array if array.shape == (length,) else np.zeros(length)
