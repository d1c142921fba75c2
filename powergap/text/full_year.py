"""What the check over the full year found: a line for every plan that needed more days or misses its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from powergap.text.numbers import fixed


def full_year_lines(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line that says what was done, then one for every plan that more days brought within target.

    Args:
        runs: the entries of the manifest, one a policy and case.
    """
    checked = [run for run in runs if run.get("full_year")]
    if not checked:
        return ["full year: not checked (reliability.full_year_check)"]
    met = [run for run in checked if run["full_year"]["within_target"]]
    changed = [run for run in met if run["full_year"]["rounds"]]
    hours = checked[0]["full_year"]["hours"]
    what = "8,760 parametric hours" if hours == "parametric" else f"the 8,760 hours of {hours}"
    held = f"{len(met) - len(changed)} of {_counted(len(checked), 'plan')} within target as first made"
    left = [run for run in runs if run not in checked]
    return [
        f"full year: dispatched over {what}; {held}",
        *(f"  {_told(run)}" for run in changed),
        *(f"  {_name(run)}: not checked ({run['status']})" for run in left),
    ]


def missed_targets(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line for every plan that leaves more unserved over the full year than its target lets pass, and why."""
    missed = [run for run in runs if run.get("full_year") and not run["full_year"]["within_target"]]
    return [
        f"full year: {_told(run)} on {_counted(run['full_year']['days_short'], 'day')}, beyond target: "
        f"{run['full_year']['ended']}"
        for run in missed
    ]


def _told(run: Mapping[str, Any]) -> str:
    """`all-of-the-above / mid: 2 rounds, 7 days added, unserved 812 -> 0 MWh`."""
    found = run["full_year"]
    before, after = (fixed(found[f"unserved_mwh_{when}"], 0) for when in ("before", "after"))
    rounds, days = _counted(found["rounds"], "round"), _counted(found["days_added"], "day")
    return f"{_name(run)}: {rounds}, {days} added, unserved {before} -> {after} MWh"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _name(run: Mapping[str, Any]) -> str:
    return f"{run['policy']} / {run['case']}".strip(" /")
