"""A run: the tables of every policy and case of a study, with what proves them."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from powergap.planning import Plan


@dataclass(frozen=True)
class Run:
    """What one `solve` gives back, in memory or read from its folder.

    Attributes:
        name: name of the scenario.
        tables: tidy tables by name; the columns are described in the documentation.
        manifest: what was run: hashes, versions, solver, status, seconds, objective, certificate, audit.
        document: the resolved scenario document, self-contained.
        plans: the solved plans; empty when the run was read from a folder.
    """

    name: str
    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    document: dict[str, Any]
    plans: tuple[Plan, ...] = field(default=(), repr=False)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """One table by name, for example `run["gap"]`."""
        return self.tables[table]

    @property
    def status(self) -> dict[tuple[str, str], str]:
        """Status by policy and case."""
        return {(entry["policy"], entry["case"]): entry["status"] for entry in self.manifest["runs"]}

    def gap_by_year(self) -> pd.DataFrame:
        """The answer: gap at the end of each year in GW over all regions, a row per policy and case."""
        gap = self.tables["gap"].groupby(["policy", "case", "year"], sort=False)["gap_gw"].sum()
        return gap.unstack("year")

    def __repr__(self) -> str:
        """One line: name, number of runs, worst status."""
        solved = sum(status == "optimal" for status in self.status.values())
        return f"Run({self.name!r}, {solved} of {len(self.status)} optimal)"

    def _repr_html_(self) -> str:
        """The gap by year, for a notebook."""
        return f"<p><b>{html.escape(self.name)}</b>: gap at year end, GW</p>" + self.gap_by_year().round(1).to_html()
