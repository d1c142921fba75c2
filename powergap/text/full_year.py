"""What the check over the full year found: a line for every plan that needed more days or misses its target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from powergap.text.numbers import fixed

if TYPE_CHECKING:
    from powergap.results.manifest import FullYearEntry, RunEntry


def full_year_lines(runs: Sequence[RunEntry]) -> list[str]:
    """One line that says what was done, then one for every plan that more days brought within target.

    Args:
        runs: the entries of the manifest, one a policy and case.
    """
    checked = _checked(runs)
    if not checked:
        return ["full year: not checked (reliability.full_year_check)"]
    met = [(run, found) for run, found in checked if found.within_target]
    changed = [(run, found) for run, found in met if found.rounds]
    hours = checked[0][1].hours
    what = "8,760 parametric hours" if hours == "parametric" else f"the 8,760 hours of {hours}"
    held = f"{len(met) - len(changed)} of {_counted(len(checked), 'plan')} within target as first made"
    return [
        f"full year: dispatched over {what}; {held}",
        *(f"  {_told(run, found)}" for run, found in changed),
        *(f"  {_name(run)}: not checked ({run.status})" for run in runs if not run.full_year),
    ]


def missed_targets(runs: Sequence[RunEntry]) -> list[str]:
    """One line for every plan that leaves more unserved over the full year than its target lets pass, and why."""
    return [
        f"full year: {_told(run, found)} on {_counted(found.days_short, 'day')}, beyond target: {found.ended}"
        for run, found in _checked(runs)
        if not found.within_target
    ]


def _checked(runs: Sequence[RunEntry]) -> list[tuple[RunEntry, FullYearEntry]]:
    return [(run, run.full_year) for run in runs if run.full_year]


def _told(run: RunEntry, found: FullYearEntry) -> str:
    """`all-of-the-above / mid: 2 rounds, 7 days added, unserved 812 -> 0 MWh`."""
    before, after = (fixed(mwh, 0) for mwh in (found.unserved_mwh_before, found.unserved_mwh_after))
    rounds, days = _counted(found.rounds, "round"), _counted(found.days_added, "day")
    return f"{_name(run)}: {rounds}, {days} added, unserved {before} -> {after} MWh"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _name(run: RunEntry) -> str:
    return f"{run.policy} / {run.case}".strip(" /")
