"""Two runs or more, side by side: what differs in the answers, and which inputs differ."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from powergap.errors import InputError, refuse_unless
from powergap.results.differences import Differences
from powergap.results.digits import difference
from powergap.results.inputs import ABSENT, dotted, flattened, fold_entries
from powergap.results.run import Run, RunSource
from powergap.results.run_folder import read_run
from powergap.scenario import Scenario, Study, load, read_study
from powergap.text.comparison import comparison_text, inputs_html, results_html

KEYS = ["policy", "case", "quantity", "year"]
COMPARED = "powergap.compare takes two or more runs of powergap.solve, run folders, studies or scenarios"
INPUT_KEYS = ["key", "where"]
OF_POLICIES = ("closed_gw", "supply_cost_usd", "cost_usd_per_kw_year_closed", "co2_mt_last_year")
"""Columns of the policies table that are compared."""


@dataclass(frozen=True, repr=False)
class Comparison(Differences):
    """Differences between runs, with the runs themselves; the first is the base."""

    runs: tuple[Run, ...]

    def __repr__(self) -> str:
        """The comparison as text."""
        return comparison_text(self, None).rstrip("\n")

    def _repr_html_(self) -> str:
        """The comparison for a notebook."""
        return results_html(self) + inputs_html(self)


def compare(items: Sequence[RunSource], *, solve: Callable[[Study], Run] | None = None) -> Comparison:
    """Compare runs, run folders, studies or scenario files; the first is the base.

    Args:
        items: two or more. Studies and scenarios are solved.
        solve: solves a study; default `powergap.solve`.

    Returns:
        Results by policy, case, quantity and year, a column for each item, and the input keys that differ.

    Raises:
        InputError: fewer than two items, or one that cannot be read or compared, such as a hedge.

    Example:
        print(powergap.compare(["tiny/lead-time", "outputs/lead-time"]))
    """
    refuse_unless(items, list | tuple, f"{COMPARED} in a list")
    if len(items) < 2:
        raise InputError("compare needs at least two runs or scenarios; the first is the base")
    pairs = [_run(item, solve) for item in items]
    runs = [run for run, _ in pairs]
    labels = _labels(items, runs)
    by_label = dict(zip(labels, runs, strict=True))
    inputs = _inputs({label: scenarios for label, (_, scenarios) in zip(labels, pairs, strict=True)})
    return Comparison(labels, _results(by_label), inputs, tuple(_notes(by_label)), tuple(runs))


def _run(item: RunSource, solve: Callable[[Study], Run] | None) -> tuple[Run, Sequence[Scenario]]:
    """The run of an item, solved if need be, and its resolved scenarios."""
    if isinstance(item, Run):
        return item, [plan.scenario for plan in item.plans] or read_study(item.document).runs
    if not isinstance(item, Study):
        refuse_unless(item, str | os.PathLike, COMPARED)
        path = Path(item)
        if path.is_dir():
            run = read_run(path)
            return run, read_study(run.document).runs
        item = load(item)
    return (solve or _solver())(item), item.runs


def _solver() -> Callable[[Study], Run]:
    """The engine, which is heavy and not needed for run folders."""
    from powergap.run import solve

    return solve


def _labels(items: Sequence[RunSource], runs: Sequence[Run]) -> tuple[str, ...]:
    """Paths as given, other items by name; the second of one name, or of a column of its own, is `name (2)`."""
    labels: list[str] = []
    for item, run in zip(items, runs, strict=True):
        label = run.name if isinstance(item, Run | Study) else os.fspath(item)
        taken = [*KEYS, *INPUT_KEYS, *labels]
        same = sum(1 for other in taken if other == label or other.startswith(f"{label} ("))
        labels.append(f"{label} ({same + 1})" if same else label)
    return tuple(labels)


def _results(runs: Mapping[str, Run]) -> pd.DataFrame:
    """Answers of all runs in one table, with each run's change against the base."""
    series = {label: _answers(run) for label, run in runs.items()}
    joined = pd.concat(series, axis=1) if any(len(one) for one in series.values()) else _nothing(series)
    order = {key: place for place, key in enumerate(dict.fromkeys(k for one in series.values() for k in one.index))}
    joined = joined.loc[sorted(joined.index, key=lambda key: _rank(key, order))]
    base = next(iter(runs))
    for label in list(runs)[1:]:
        joined[f"{label} - {base}"] = difference(joined[label].to_numpy(float), joined[base].to_numpy(float))
    return joined.rename_axis(index=KEYS).reset_index()


def _rank(key: tuple[Any, ...], order: Mapping[Any, int]) -> tuple[int, int]:
    """Rows of one policy and case together, in the order in which the runs name them."""
    first = min(place for other, place in order.items() if other[:2] == key[:2])
    return first, order[key]


def _nothing(series: Mapping[str, Any]) -> pd.DataFrame:
    empty = pd.MultiIndex.from_arrays([[], [], [], []], names=KEYS)
    return pd.DataFrame(index=empty, columns=list(series), dtype=float)


def _answers(run: Run) -> pd.Series:
    """The gap at the end of each year, and the policies table's figures in the last year."""
    found: dict[tuple[str, str, str, int], float] = {}
    if "gap" not in run.tables:
        return pd.Series(found, dtype=float)
    gaps = run.gap_by_year()
    last = int(max(gaps.columns))
    policies = run["policies"].set_index(["policy", "case"])
    for policy, case in gaps.index:
        for year in gaps.columns:
            found[policy, case, "gap_gw", int(year)] = float(gaps.loc[(policy, case), year])
        for column in OF_POLICIES:
            if column in policies:
                found[policy, case, column, last] = float(policies.loc[(policy, case), column])
    return pd.Series(found, dtype=float)


def _inputs(scenarios: Mapping[str, Sequence[Scenario]]) -> pd.DataFrame:
    """Keys whose values are not the same in all runs, for every policy and case that all have."""
    flat = {label: {(s.policy, s.case): flattened(s.model_dump()) for s in every} for label, every in scenarios.items()}
    common = [pair for pair in next(iter(flat.values())) if all(pair in one for one in flat.values())]
    found: dict[tuple[str, str], tuple[list[Any], list[tuple[str, str]]]] = {}
    for pair in common:
        sides = [dict(one[pair]) for one in flat.values()]
        fold_entries(sides)
        for path in dict.fromkeys(path for side in sides for path in side):
            values = [side.get(path, ABSENT) for side in sides]
            if any(value != values[0] for value in values[1:]):
                found.setdefault((dotted(path), repr(values)), (values, []))[1].append(pair)
    rows = [[key, _where(pairs, common), *values] for (key, _), (values, pairs) in found.items()]
    return pd.DataFrame(rows, columns=[*INPUT_KEYS, *scenarios], dtype=object)


def _where(pairs: Sequence[tuple[str, str]], common: Sequence[tuple[str, str]]) -> str:
    """Policies and cases of a difference, as far as they are not all: `high`, or `storage / low, storage / mid`."""
    if len(pairs) == len(common):
        return ""
    for place in (0, 1):
        names = dict.fromkeys(pair[place] for pair in pairs)
        if len(pairs) == sum(pair[place] in names for pair in common):
            return ", ".join(names)
    return ", ".join(" / ".join(pair) for pair in pairs)


def _notes(runs: Mapping[str, Run]) -> list[str]:
    """What cannot be compared, in words."""
    solved = {label: run for label, run in runs.items() if "gap" in run.tables}
    notes = _lacking("policies", {label: [policy for policy, _ in run.status] for label, run in runs.items()})
    notes += _lacking("cases", {label: [case for _, case in run.status] for label, run in runs.items()})
    notes += _lacking("years", {label: list(run.tables["gap"]["year"].unique()) for label, run in solved.items()})
    for label, run in runs.items():
        notes += [f"{label}: {p} / {c} ended as {s}" for (p, c), s in run.status.items() if s != "optimal"]
    references = {run.manifest.reference_policy for run in runs.values()}
    if len(references) > 1:
        notes.append(f"what is closed counts from different reference policies: {', '.join(sorted(references))}")
    return notes


def _lacking(noun: str, names: Mapping[str, Sequence[Any]]) -> list[str]:
    every = dict.fromkeys(name for own in names.values() for name in own)
    lacking = {label: [str(name) for name in every if name not in own] for label, own in names.items()}
    return [f"{noun} not in {label}: {', '.join(missing)}" for label, missing in lacking.items() if missing]
