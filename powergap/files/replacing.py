"""What a result would take away, without a word, from the one that stands in its folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from powergap.errors import InputError, Problem
from powergap.files import bounded

PARTS = {"manifest.json", "scenario.resolved.yaml", "tables", "lp", "profiles"}
"""Of a run's folder, or a hedge's; all else in it was put there by somebody."""

MOST_NAMED = 5
"""Things that a message names; of more it says how many."""


def refuse_loss(folder: Path, lost: Iterable[str], option: str = "--out") -> None:
    """Refuse to replace a folder that holds more than what takes its place.

    Args:
        folder: what would be replaced.
        lost: what would be gone, in words.
        option: by which another folder is given.

    Raises:
        InputError: something would be lost.
    """
    if not (gone := list(lost)):
        return
    named = ", ".join(gone[:MOST_NAMED])
    more = f" and {len(gone) - MOST_NAMED} more" if len(gone) > MOST_NAMED else ""
    message = f"holds what this would not write again: {named}{more}; give another {option}, or --replace it"
    raise InputError([Problem(str(folder), 0, 0, "", message)])


def lost_of_run(folder: Path, scenario: str, plans: Collection[tuple[str, str]], regions: Collection[str]) -> list[str]:
    """What a run would take away from the one in a folder: a scenario, plans, regions, or files of somebody else.

    Args:
        folder: where it is to stand.
        scenario: its name.
        plans: policy and case of each of its plans.
        regions: those that it plans.
    """
    about, files = _there(folder)
    if about and about.get("scenario") != scenario:
        return [f"scenario {about.get('scenario')}", *files]
    entries = [one for one in _listed(about, "runs") if isinstance(one, dict)]
    held = dict.fromkeys((str(one.get("policy")), str(one.get("case"))) for one in entries)
    lost = [f"{policy} / {case}" for policy, case in held if (policy, case) not in plans]
    return [*lost, *(f"region {one}" for one in _listed(about, "regions") if one not in regions), *files]


def lost_of_hedge(folder: Path, scenario: str, policy: str, case: str, futures: Collection[str]) -> list[str]:
    """As `lost_of_run`, of a hedge: it plans one policy under one case in some futures."""
    about, files = _there(folder)
    asked = {"scenario": scenario, "policy": policy, "case": case}
    lost = [f"{key} {about[key]}" for key, own in asked.items() if key in about and about[key] != own]
    held = [one.get("name") for one in _listed(about, "futures") if isinstance(one, dict)]
    return [*lost, *(f"future {one}" for one in held if one not in futures), *files]


def _there(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The manifest that stands in a folder, as far as it can be read, and files that no result has."""
    try:
        about = bounded.record(folder / "manifest.json")
    except (OSError, ValueError):
        about = {}
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    others = [name for name in names if name not in PARTS and not name.startswith(".")]
    return (about if isinstance(about, dict) else {}), others


def _listed(about: dict[str, Any], key: str) -> list[Any]:
    found = about.get(key)
    return found if isinstance(found, list) else []
