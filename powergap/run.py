"""The straight line: plan -> tables -> audit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

import pandas as pd

from powergap import lp
from powergap.audit import Expected, audit
from powergap.audit.hedge import hedge_run
from powergap.errors import refuse_unless
from powergap.parallel import Progress, each
from powergap.planning import Plan, make_plan
from powergap.planning.hedge import make_hedge
from powergap.results.digits import clean
from powergap.results.hedge import HedgeRun
from powergap.results.inputs import inputs_table
from powergap.results.policies import closed_table, policies_table
from powergap.results.run import Run
from powergap.results.run_manifest import make_manifest
from powergap.results.tables import tables
from powergap.scenario import Outlook, Scenario, Study


def solve(
    study: Study,
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    workers: int | None = None,
    planner: Callable[..., Plan] = make_plan,
    cache: lp.SolutionCache | None = None,
) -> Run:
    """Solve every policy and case of a study and audit the result.

    Policies and cases are independent: they are solved side by side, one on each core.

    Args:
        study: a loaded scenario.
        progress: called as runs start and end.
        cancel: set it from another thread to stop within a second.
        workers: solves at a time; default: the machine's cores.
        planner: makes a plan of a scenario, as `make_plan` does; a `Replanner` remembers the last one.
        cache: where solutions are looked up and kept, such as `powergap.planning.user_cache()`; None solves everything.

    Returns:
        Tables by policy and case, the manifest with the audit's checks, and the solved plans. Without an optimum,
        `status` says why.

    Raises:
        InputError: a profiles file or a solver option is wrong, or the study is something else than `load` returns.
        KeyboardInterrupt: interrupted; the solver has been stopped.
        Cancelled: cancelled through `cancel`.

    Example:
        run = powergap.solve(powergap.load("tiny/lead-time"))
        print(run.gap_by_year())
    """
    refuse_unless(study, Study, "powergap.solve takes a study that powergap.load returns")
    started = time.monotonic()
    cancel = cancel or threading.Event()
    make = planner if cache is None else partial(planner, cache=cache)
    plans = solve_all(study.runs, progress=progress, cancel=cancel, workers=workers, planner=make)
    parts = [tables(plan, study.own_keys) for plan in plans if plan.has_values]
    joined = {
        name: pd.concat([part[name] for part in parts], ignore_index=True) for name in (parts[0] if parts else ())
    }
    status = {(plan.scenario.policy, plan.scenario.case): plan.solution.status.value for plan in plans}
    if joined:
        joined["closed"] = closed_table(joined.pop("carried"), study.reference_policy)
        joined["policies"] = policies_table(joined, status, study.reference_policy)
        joined["inputs"] = inputs_table(study.runs, study.reference_policy)
    unit = min((plan.program.unit for plan in plans), default=1.0)
    joined = {name: clean(table, unit) for name, table in joined.items()}
    manifest = make_manifest(study, plans, list(joined), time.monotonic() - started)
    checks = audit(joined, study.runs, Expected.of(manifest), plans)
    manifest = manifest.model_copy(update={"audit": checks})
    return Run(study.name, joined, manifest, study.resolved_document(), tuple(plans))


def hedge(
    outlook: Outlook,
    *,
    report: Callable[[str], None] | None = None,
    cancel: threading.Event | None = None,
    cache: lp.SolutionCache | None = None,
) -> HedgeRun:
    """Plan the futures of a scenario together and audit the result.

    Args:
        outlook: loaded with `load_outlook`.
        report: called with the name of each stage as it starts.
        cancel: set it from another thread to stop within a second.
        cache: as for `solve`.

    Returns:
        Tables by way to decide and future: costs, orders, gap and capacity. The manifest has the value of the
        stochastic solution and of perfect information in million USD.

    Raises:
        InputError: a profiles file or a solver option is wrong, the futures are not of one shape, or the outlook is
            something else than `load_outlook` returns.
        InfeasibleError: there is no plan in some future.
        SolverStoppedError: the solver stopped short.
        Cancelled: cancelled through `cancel`.

    Example:
        hedged = powergap.hedge(powergap.load_outlook("tiny/newsvendor"))
        print(hedged["ways"])
    """
    refuse_unless(outlook, Outlook, "powergap.hedge takes an outlook that powergap.load_outlook returns")
    started = time.monotonic()
    found = make_hedge(outlook, report=report, cancel=cancel, cache=cache)
    return hedge_run(found, time.monotonic() - started)


def solve_all(
    scenarios: Iterable[Scenario],
    *,
    progress: Progress | None,
    cancel: threading.Event,
    workers: int | None,
    planner: Callable[..., Plan] = make_plan,
) -> list[Plan]:
    """Plans of all scenarios in their order, solved side by side.

    Raises:
        Cancelled: cancelled through `cancel`.
    """
    scenarios = list(scenarios)
    done = 0

    def tell(scenario: Scenario, stage: str) -> None:
        if progress:
            progress(done, len(scenarios), f"{scenario.policy} / {scenario.case}: {stage}")

    def count(ended: int) -> None:
        nonlocal done
        done = ended

    def plan(scenario: Scenario) -> Plan:
        return planner(scenario, cancel=cancel, report=partial(tell, scenario))

    return each(plan, scenarios, cancel=cancel, workers=workers, on_done=count)
