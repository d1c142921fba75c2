"""What if: the same scenario with some values changed, and only the change.

Every changed program is solved from scratch, because that is what gives the same result as a fresh solve, shadow
prices included: from another basis a degenerate optimum has other duals. What is saved is the solve before the change,
when a run is at hand, and every solve where the change changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from powergap.comparison import Comparison, compare
from powergap.errors import InputError, refuse_unless
from powergap.results.run import Run, RunSource
from powergap.results.run_folder import read_run
from powergap.scenario import Study, load, read_study

Loader = Callable[..., Study]
SolveStudy = Callable[[Study], Run]
BEFORE, AFTER = "before", "what if"


@dataclass(frozen=True)
class WhatIf:
    """A change of inputs and what it changes.

    Attributes:
        sets: the changes, as `--set` takes them.
        comparison: results and inputs before and after.
        run: the run after the change.
        is_same: True where no input differs, so that nothing was solved.
    """

    sets: tuple[str, ...]
    comparison: Comparison
    run: Run
    is_same: bool

    @property
    def changes(self) -> pd.DataFrame:
        """Results that differ: policy, case, quantity, year, before, what if and change."""
        results = self.comparison.results.rename(columns={f"{AFTER} - {BEFORE}": "change"})
        gigawatts = results.loc[results["quantity"].isin(["gap_gw", "closed_gw"]), [BEFORE, AFTER]]
        # A site of 1 kW is told to a millionth too.
        scale = min(1.0, max(1e-6, float(gigawatts.abs().to_numpy().max(initial=0.0))))
        size = results[[BEFORE, AFTER]].abs().max(axis=1).clip(lower=scale)
        return results[results["change"].abs() > 1e-6 * size].reset_index(drop=True)

    @property
    def inputs(self) -> pd.DataFrame:
        """Keys of the resolved scenarios that differ."""
        return self.comparison.inputs


def what_if(
    item: RunSource,
    sets: Sequence[str],
    *,
    policies: Sequence[str] | None = None,
    cases: Sequence[str] | None = None,
    solve: SolveStudy | None = None,
) -> WhatIf:
    """Solve again with some values changed and compare.

    Args:
        item: a run, a run folder, a study or a scenario. Only studies and scenarios are solved before the change.
        sets: `path=value`, as `--set` takes them.
        policies: only these; the reference policy is always solved with them. Default: those of the item.
        cases: only these. Default: those of the item.
        solve: solves a study; default `powergap.solve`.

    Returns:
        The results that differ (`changes`), the inputs that differ, and the run after the change.

    Raises:
        InputError: there is no change, or the item or a change cannot be read.

    Example:
        print(powergap.what_if("outputs/lead-time", ["value_of.delayed_load_usd_per_kw_year=9000"]).changes)
    """
    if not sets:
        raise InputError("what-if needs at least one change: --set path=value")
    solve = solve or _solver()
    loader, before = _opened(item, policies, cases)
    changed = _loaded(loader, sets, policies, cases)
    unchanged = _loaded(loader, (), policies, cases)
    is_same = _digests(changed) == _digests(unchanged)
    run = before if before is not None else solve(unchanged)
    after = run if is_same else solve(changed)
    return WhatIf(tuple(sets), _told(compare([_of(run, unchanged), _of(after, changed)])), after, is_same)


def _solver() -> SolveStudy:
    from powergap.run import solve

    return solve


def _opened(item: RunSource, policies: Sequence[str] | None, cases: Sequence[str] | None) -> tuple[Loader, Run | None]:
    """What loads the item's study with changes, and its run if it has one."""
    if isinstance(item, Study):
        return partial(read_study, item.resolved_document()), None
    if isinstance(item, Run):
        return partial(read_study, item.document), item
    refuse_unless(item, str | os.PathLike, "what_if takes a run of powergap.solve, a run folder, study or scenario")
    path = Path(item)
    if path.is_dir():
        run = read_run(path)
        return partial(read_study, run.document), run
    return partial(load, item), None


def _loaded(loader: Loader, sets: Sequence[str], policies: Sequence[str] | None, cases: Sequence[str] | None) -> Study:
    """The study, with the reference policy, from which what is closed is counted."""
    study = loader(sets=sets, policies=policies or None, cases=cases or None)
    if study.reference_policy in study.policies:
        return study
    return loader(sets=sets, policies=[study.reference_policy, *study.policies], cases=cases or None)


def _digests(study: Study) -> dict[tuple[str, str], str]:
    return {(scenario.policy, scenario.case): study.digest(scenario) for scenario in study.runs}


def _of(run: Run, study: Study) -> Run:
    """The run's part that belongs to the study's policies and cases."""
    wanted = {(scenario.policy, scenario.case) for scenario in study.runs}
    if set(run.status) == wanted:
        return replace(run, plans=(), document=study.resolved_document())

    def kept(table: pd.DataFrame) -> pd.DataFrame:
        pairs = pd.MultiIndex.from_frame(table[["policy", "case"]])
        return table[pairs.isin(list(wanted))].reset_index(drop=True)

    entries = [entry for entry in run.manifest.runs if (entry.policy, entry.case) in wanted]
    tables = {name: kept(table) for name, table in run.tables.items()}
    manifest = run.manifest.model_copy(update={"runs": entries})
    return replace(run, tables=tables, manifest=manifest, plans=(), document=study.resolved_document())


def _told(comparison: Comparison) -> Comparison:
    """The comparison with its runs called before and after."""
    names: dict[Any, str] = dict(zip(comparison.labels, (BEFORE, AFTER), strict=True))
    change = f"{comparison.labels[1]} - {comparison.labels[0]}"
    return replace(
        comparison,
        labels=(BEFORE, AFTER),
        results=comparison.results.rename(columns={**names, change: f"{AFTER} - {BEFORE}"}),
        inputs=comparison.inputs.rename(columns=names),
    )
