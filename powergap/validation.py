"""The check of a scenario file with all its sections, before anything is solved."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from powergap.errors import InputError, Problem
from powergap.scenario import Study, load, load_outlook


def validate(scenario: str | os.PathLike[str], *, sets: Sequence[str] = ()) -> Study:
    """Check a scenario under all its policies and cases, its futures and its uncertain inputs too.

    Args:
        scenario: a scenario file, or the name of a bundled scenario.
        sets: `path=value`, as `--set` takes them.

    Returns:
        The study, as `load` returns it; `warnings` lists what is allowed but unlikely.

    Raises:
        InputError: `problems` lists every problem with its file, line and key.

    Example:
        study = powergap.validate("tiny/lead-time")
        print(study.warnings)
    """
    study = load(scenario, sets=sets)
    checks: dict[str, Callable[[], object]] = {
        "futures": lambda: _check_futures(study, scenario, sets),
        "sweep": lambda: _check_sweep(study),
    }
    problems: list[Problem] = []
    for section, check in checks.items():
        if section in study.composed:
            try:
                check()
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems)
    return study


def _check_futures(study: Study, scenario: str | os.PathLike[str], sets: Sequence[str]) -> None:
    """Refuse what `hedge` refuses; the engine is heavy and imported for a file with futures alone."""
    from powergap.planning.hedge import check_futures

    hedge = study.composed.get("hedge") or {}
    check_futures(load_outlook(scenario, policy=hedge.get("policy") or study.reference_policy, sets=sets))


def _check_sweep(study: Study) -> None:
    """Refuse what `sweep` refuses."""
    from powergap.sweep.sweep import prepared

    prepared(study)
