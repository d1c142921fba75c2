"""One policy under one case, as it was solved: its linear program with its plan, from the run folder."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from powergap import lp
from powergap.errors import InputError, Problem
from powergap.files.nearest import did_you_mean
from powergap.results.run import Run
from powergap.results.run_folder import lp_file, read_run
from powergap.scenario import Scenario, read_study


@dataclass(frozen=True)
class SolvedPlan:
    """A policy under a case.

    Attributes:
        run: the run that it belongs to.
        scenario: what was asked.
        program: the linear program as solved last, M$ discounted to the base year.
        solution: its plan.
        periods: the run's `periods` table for this policy and case.
    """

    run: Run
    scenario: Scenario
    program: lp.LinearProgram
    solution: lp.Solution
    periods: pd.DataFrame

    @property
    def name(self) -> str:
        """Scenario, policy and case in one word."""
        return f"{self.run.name}.{self.scenario.policy}.{self.scenario.case}"


def read_solved(folder: Path, policy: str | None = None, case: str | None = None) -> SolvedPlan:
    """Read a policy and case of a run folder.

    Args:
        folder: the run folder.
        policy: default: the only one, else it must be told.
        case: default: the run's default case, or the only one.

    Raises:
        InputError: the folder is no run, the policy or case is not in it or has no plan.
    """
    run = read_run(folder)
    policy, case = choose(run, policy, case)
    status = run.status[policy, case]
    if status != "optimal":
        raise InputError(f"{folder}: {policy} / {case} has no optimal plan to hand over ({status})")
    path = folder / "lp" / lp_file(policy, case)
    try:
        program, solution = lp.load(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError([Problem(str(path), 0, 0, "", f"not readable: {error}")]) from error
    if solution is None:
        raise InputError([Problem(str(path), 0, 0, "", "holds no solution")])
    scenario = read_study(run.document).run(policy, case)
    periods = run["periods"].query("policy == @policy and case == @case")
    if not len(periods):
        raise InputError([Problem(str(folder / "tables/periods.csv"), 0, 0, "", f"has no row of {policy} / {case}")])
    return SolvedPlan(run, scenario, program, solution, periods)


def choose(run: Run, policy: str | None, case: str | None) -> tuple[str, str]:
    """The policy and case that are meant.

    Raises:
        InputError: there is no such policy or case, or several and none was named.
    """
    policies = list(dict.fromkeys(policy for policy, _ in run.status))
    if policy is None and len(policies) > 1:
        raise InputError(f"a file holds one policy; name it with --policy: {', '.join(policies)}")
    policy = _known("policy", policy or policies[0], policies)
    cases = [one for of, one in run.status if of == policy]
    default = run.manifest.default_case
    return policy, _known("case", case or (default if default in cases else cases[0]), cases)


def _known(what: str, name: str, names: list[str]) -> str:
    if name in names:
        return name
    raise InputError(f"the run has no {what} `{name}`; it has {', '.join(names)}{did_you_mean(name, names)}")
