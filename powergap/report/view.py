"""A run's tables, tidied for figures: summed over regions, technologies under their families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from powergap.errors import refuse_unless
from powergap.report.palette import colours
from powergap.results.names import display_names, headings
from powergap.results.run import Run
from powergap.text.summary import Summary

if TYPE_CHECKING:
    from powergap.sweep import Sweep

KEYS = ["policy", "case"]


@dataclass(frozen=True)
class ReportView:
    """A run as figures see it, and a sweep of its scenario where one is given."""

    run: Run
    sweep: Sweep | None = None

    def __post_init__(self) -> None:
        """Refuse what has no policies and cases, such as a hedge."""
        refuse_unless(self.run, Run, "figures and reports are made of a run of powergap.solve")

    @cached_property
    def summary(self) -> Summary:
        """Policies, cases and the gap."""
        return Summary(self.run)

    @property
    def policies(self) -> list[str]:
        """Policies in the scenario's order."""
        return self.summary.policies

    @property
    def cases(self) -> list[str]:
        """Cases in the scenario's order."""
        return self.summary.cases

    @property
    def case(self) -> str:
        """The case that is shown first."""
        return self.summary.case

    @cached_property
    def best(self) -> str:
        """The policy that leaves the least gap in that case."""
        last = {policy: self.summary.gap_of(policy, self.case, self.last_year) for policy in self.policies}
        known = {policy: round(gap, 6) for policy, gap in last.items() if gap is not None}
        return min(known, key=lambda policy: known[policy]) if known else self.policies[0]

    @cached_property
    def policy(self) -> str:
        """The policy that is shown first where one is shown: one that was explained, else the best."""
        explained = self.table("bottlenecks")
        return next(iter(explained.loc[explained["case"] == self.case, "policy"]), self.best)

    @property
    def reference(self) -> str:
        """The policy that others are measured against; may not have been solved."""
        return self.run.manifest.reference_policy

    @property
    def last_year(self) -> int:
        """Last planned year; 0 without a plan."""
        return self.summary.years[-1] if self.summary.years else 0

    @cached_property
    def regions(self) -> dict[str, str]:
        """Titles of the regions that load waits in, by name, in the scenario's order."""
        written = self.run.document.get("regions") or {}
        gap = self.table("gap")
        names = dict.fromkeys(gap["region"]) if len(gap) else {}
        return {name: str((written.get(name) or {}).get("title") or name.replace("_", " ")) for name in names}

    def table(self, name: str, *columns: str) -> pd.DataFrame:
        """A table of the run; without rows if the run has none."""
        return self.run.tables.get(name, pd.DataFrame(columns=[*KEYS, "year", *columns]))

    def titles(self, section: str) -> dict[str, str]:
        """Titles that the scenario gives to its policies or cases, by name."""
        return {
            str(name): str((entry or {}).get("title") or "")
            for name, entry in (self.run.document.get(section) or {}).items()
        }

    @cached_property
    def _headings(self) -> dict[str, str]:
        return headings(self.run.document)

    @cached_property
    def names(self) -> dict[str, str]:
        """Display names of the scenario's technologies."""
        return display_names(self.run.document)

    def family(self, technology: Any) -> str:
        """Family of a technology: its heading in the catalog, else its display name."""
        return self._headings.get(str(technology), self.names.get(str(technology), str(technology).replace("_", " ")))

    def by_family(self, table: pd.DataFrame, technology: str, by: Sequence[str], value: str) -> pd.DataFrame:
        """Sums of a column over regions and the technologies of a family; nothing where all of it is nothing.

        Args:
            table: one of the run's.
            technology: column that names the technology.
            by: columns that rows differ in, besides family.
            value: column that is summed.
        """
        if not len(table):
            return pd.DataFrame(columns=[*by, "family", value])
        named = table.assign(family=table[technology].map(self.family))
        sums = named.groupby([*by, "family"], sort=False, as_index=False)[value].sum()
        largest = sums.groupby("family")[value].transform(lambda values: values.abs().max())
        return sums[largest > 1e-6].reset_index(drop=True)


def family_colours(table: pd.DataFrame) -> dict[str, str]:
    """Colours of the families of a table, from the bottom of a stack to its top."""
    return colours(table["family"])
