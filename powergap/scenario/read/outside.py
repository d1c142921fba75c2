"""Checks against what is outside of a scenario: the file of hours that it names, and the solver that runs it."""

from __future__ import annotations

from collections.abc import Iterator

from powergap.errors import InputError, Problem
from powergap.files.bounded import why_unreadable
from powergap.scenario.read.checks import Resolved, ScenarioCheck

CHANGE_THE_PROGRAM = ("infinite_bound", "infinite_cost", "large_matrix_value", "small_matrix_value")
"""Options by which HiGHS drops or refuses numbers, so that another program is solved, or none."""

MOST_OPTIONS = 200


def _hours_can_be_read(run: Resolved) -> Iterator[Problem]:
    named = run.scenario.chronology.profiles
    if named is None or not run.scenario.reads_hours:
        return
    if why := why_unreadable(named, "CSV"):
        yield run.place("chronology", "profiles").problem(f"{why}: {run.at('chronology', 'profiles')}", reason=why)
    else:
        from powergap.scenario.read.given_hours import (
            read_hours,  # it takes numpy, which few scenarios need to be checked
        )

        try:
            read_hours(run.scenario)
        except InputError as error:
            yield from error.problems


def _solver_writes_no_files(run: Resolved) -> Iterator[Problem]:
    for name in run.scenario.solver.options:
        if _names_files(name):
            message = f"HiGHS would read, write or print by `{name}`; a scenario may not name files for it"
            yield run.place("solver", "options", name).problem(message)


def _names_files(name: str) -> bool:
    return "file" in name or name.startswith(("log_", "write_"))


def _solver_takes_its_options(run: Resolved) -> Iterator[Problem]:
    solver = run.scenario.solver
    if len(solver.options) > MOST_OPTIONS:
        yield run.place("solver", "options").problem(f"more than {MOST_OPTIONS} options, and HiGHS has fewer")
        return
    given: list[tuple[tuple[str, ...], str, bool | int | float | str]]
    given = [(("options", name), name, value) for name, value in solver.options.items() if not _names_files(name)]
    if solver.method == "hipo":  # the one method that HiGHS may come without
        given.append((("method",), "solver", solver.method))
    for path, name, value in given:
        from powergap.lp.highs import refused_option  # it takes Pyomo, which few scenarios need to be checked

        if name in CHANGE_THE_PROGRAM:
            message = f"`{name}` would change what is solved, not how; leave it out"
            yield run.place("solver", *path).problem(message)
        elif said := refused_option(name, value):
            yield run.place("solver", *path).problem(said)


OUTSIDE: tuple[tuple[str, ScenarioCheck], ...] = (
    ("the hourly profiles can be read", _hours_can_be_read),
    ("solver options name no files", _solver_writes_no_files),
    ("the solver takes its options", _solver_takes_its_options),
)
