"""A run: the tables of every policy and case of a study, with what proves them."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from powergap.errors import InputError
from powergap.files.nearest import did_you_mean
from powergap.planning import Plan
from powergap.results.manifest import HedgeManifest, Manifest
from powergap.scenario import Study


def table_of(tables: Mapping[str, pd.DataFrame], name: str, owner: str, otherwise: str = "") -> pd.DataFrame:
    """One of the tables of a result.

    Args:
        tables: the tables by name.
        name: the one that is wanted.
        owner: what has the tables.
        otherwise: why it may lack where no name is near; default the names there are.

    Raises:
        InputError: there is no such table; the message names the nearest.
    """
    if name in list(tables):
        return tables[name]
    lacks = otherwise or f"it has {', '.join(tables)}"
    raise InputError(f"{owner} has no table {name!r}{did_you_mean(name, tables, f'; {lacks}')}")


@dataclass(frozen=True)
class Result:
    """Tables of a solved scenario, in memory or read from its folder.

    Attributes:
        name: name of the scenario.
        tables: tidy tables by name; the columns are described in the documentation.
        manifest: what was run: hashes, versions, solver, status, seconds, objective, certificate, audit.
        document: the resolved scenario document, self-contained.
        plans: the solved plans; empty when the run was read from a folder.
    """

    name: str
    tables: dict[str, pd.DataFrame]
    manifest: Manifest | HedgeManifest
    document: dict[str, Any]
    plans: tuple[Plan, ...] = field(default=(), repr=False)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """One table by name, for example `run["gap"]`.

        Raises:
            InputError: there is no such table, or none at all for want of a plan.
        """
        return table_of(self.tables, table, self.name, "" if self.tables else self._no_plan())

    def _no_plan(self) -> str:
        """Why there is no table."""
        return "it has no plan"


class Run(Result):
    """What one `solve` gives back: tables by policy and case."""

    manifest: Manifest

    def _no_plan(self) -> str:
        ends = ", ".join(f"{policy} / {case}: {status}" for (policy, case), status in self.status.items())
        return f"no policy has a plan ({ends}), and `powergap diagnose` names the limits that conflict"

    @property
    def status(self) -> dict[tuple[str, str], str]:
        """Status by policy and case."""
        return {(entry.policy, entry.case): entry.status for entry in self.manifest.runs}

    def gap_by_year(self) -> pd.DataFrame:
        """The answer: gap at the end of each year in GW over all regions, a row per policy and case with a plan.

        Raises:
            InputError: none has a plan.
        """
        gap = self["gap"].groupby(["policy", "case", "year"], sort=False)["gap_gw"].sum()
        return gap.unstack("year")

    def __repr__(self) -> str:
        """One line: name, number of runs, worst status."""
        solved = sum(status == "optimal" for status in self.status.values())
        return f"Run({self.name!r}, {solved} of {len(self.status)} optimal)"

    def _repr_html_(self) -> str:
        """The gap by year, for a notebook."""
        head = f"<p><b>{html.escape(self.name)}</b>: "
        if "gap" not in self.tables:
            return f"{head}{html.escape(self._no_plan())}</p>"
        return f"{head}gap at year end, GW</p>{self.gap_by_year().round(1).to_html()}"


RunSource = Run | Study | str | os.PathLike[str]
"""What stands for a run: itself, its folder, or a study or scenario file that is solved for it."""
