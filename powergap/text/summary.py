"""The answer of a run: one sentence, one table, and the same as data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from powergap.results.names import headings
from powergap.text.closing import closed_by
from powergap.text.layout import Column, table
from powergap.text.numbers import fixed, is_missing, short

if TYPE_CHECKING:
    from powergap.results.run import Run

OPTIMAL = "optimal"


@dataclass(frozen=True)
class Summary:
    """What a run says about every policy and case."""

    run: Run

    @cached_property
    def cases(self) -> list[str]:
        """Cases in the scenario's order."""
        return list(dict.fromkeys(case for _, case in self.run.status))

    @cached_property
    def policies(self) -> list[str]:
        """Policies in the scenario's order."""
        return list(dict.fromkeys(policy for policy, _ in self.run.status))

    @cached_property
    def case(self) -> str:
        """The case that is shown first: the scenario's default, or the first one solved."""
        default = self.run.manifest.default_case
        return default if default in self.cases else self.cases[0]

    @cached_property
    def gap(self) -> pd.DataFrame:
        """Gap at the end of each year, GW, a row per policy and case; empty if no run has a plan."""
        return self.run.gap_by_year() if "gap" in self.run.tables else pd.DataFrame()

    @cached_property
    def years(self) -> list[int]:
        """Planned years."""
        return [int(year) for year in self.gap.columns]

    def gap_of(self, policy: str, case: str, year: int) -> float | None:
        """Gap in GW; None where there is no plan."""
        if (policy, case) not in self.gap.index:
            return None
        return float(self.gap[year].loc[(policy, case)])

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per policy and case: the gap by year, what closed it, cost and binding limits."""
        return pd.DataFrame([self._row(policy, case) for policy, case in self.run.status])

    def _row(self, policy: str, case: str) -> dict[str, Any]:
        row: dict[str, Any] = {"policy": policy, "case": case, "status": self.run.status[policy, case]}
        for year in self.years:
            row[f"gap_{year}_gw"] = self.gap_of(policy, case, year)
        figures = self._figures(policy, case)
        for key in ("closed_gw", "supply_cost_usd", "cost_usd_per_kw_year_closed", "co2_mt_last_year"):
            row[key] = figures.get(key)
        row["closed_by"] = self._closed_by(policy, case)
        limits = figures.get("binding_limits")
        row["binding_limits"] = "" if is_missing(limits) else limits
        return row

    def _figures(self, policy: str, case: str) -> dict[str, Any]:
        table = self.run.tables.get("policies")
        if table is None:
            return {}
        rows = table[(table["policy"] == policy) & (table["case"] == case)]
        return {} if rows.empty else {str(key): value for key, value in rows.iloc[0].items()}

    def _closed_by(self, policy: str, case: str) -> str:
        closed = self.run.tables.get("closed")
        if closed is None or policy == self.run.manifest.reference_policy:
            return ""
        rows = (closed["policy"] == policy) & (closed["case"] == case) & (closed["year"] == self.years[-1])
        return closed_by(closed[rows], self._headings)

    @cached_property
    def _headings(self) -> dict[str, str]:
        return headings(self.run.document)


def answer(summary: Summary) -> str:
    """One sentence: the gap at the end under the reference policy and the policy that leaves the least."""
    if not summary.years:
        return "No policy has a plan."
    year = summary.years[-1]
    at_end = {policy: summary.gap_of(policy, summary.case, year) for policy in summary.policies}
    known = {policy: gap for policy, gap in at_end.items() if gap is not None}
    if not known:
        return f"No policy has a plan in case {summary.case}."
    told = list(known) if len(known) <= 3 else at_the_ends(summary)
    parts = [f"{short(known[policy])} GW under {policy}{_range(summary, policy, year)}" for policy in told]
    return f"Gap at the end of {year}: {', '.join(parts)}."


def at_the_ends(summary: Summary) -> list[str]:
    """The reference policy and the policy that leaves the least gap, of those with a plan in the case shown."""
    ends = {policy: summary.gap_of(policy, summary.case, summary.years[-1]) for policy in summary.policies}
    gaps = {policy: gap for policy, gap in ends.items() if gap is not None}
    best = min(gaps, key=lambda policy: round(gaps[policy], 6), default=None)
    reference = summary.run.manifest.reference_policy
    return [policy for policy in dict.fromkeys((reference, best)) if policy in gaps]


def _range(summary: Summary, policy: str, year: int) -> str:
    """` (50-100)`: over the cases; nothing where they agree."""
    gaps = [gap for case in summary.cases if (gap := summary.gap_of(policy, case, year)) is not None]
    ends = dict.fromkeys(short(gap) for gap in (min(gaps), max(gaps)))
    return f" ({'-'.join(ends)})" if len(ends) > 1 else ""


def summary_table(summary: Summary, width: int | None, *, ascii_only: bool = False) -> str:
    """One row a policy: the gap by year, the last year's range, what closed it at which cost, what binds."""
    frame = summary.frame[summary.frame["case"] == summary.case]
    columns = [Column("policy", [_marked(summary, policy) for policy in frame["policy"]], right=False)]
    columns += _gap_columns(summary, frame) + _money_columns(frame) + _text_columns(summary, frame)
    return table(columns, width, ascii_only=ascii_only)


def _text_columns(summary: Summary, frame: pd.DataFrame) -> list[Column]:
    """What closed the gap, what binds, and what went wrong; those that are empty are left out."""
    last = summary.years[-1] if summary.years else ""
    troubles = [_trouble(summary, policy) for policy in frame["policy"]]
    columns = [
        Column(f"what closed it, GW in {last}", list(frame["closed_by"]), rank=5, below="closed by {}", wraps=26),
        Column("binding limits", list(frame["binding_limits"]), rank=6, below="limited by {}", wraps=26),
        Column("! not solved to the end", troubles, rank=5, below="! {}", wraps=20),
    ]
    return [replace(column, right=False) for column in columns if any(column.cells)]


def _gap_columns(summary: Summary, frame: pd.DataFrame) -> list[Column]:
    over = f"year-end gap, GW ({summary.case})"
    columns = []
    for year in summary.years:
        cells = [fixed(gap) for gap in frame[f"gap_{year}_gw"]]
        last = year == summary.years[-1]
        columns.append(Column(str(year), cells, over, rank=1 if last else 2, below=f"gap {year} {{}} GW"))
    if len(summary.cases) > 1 and summary.years:
        year = summary.years[-1]
        ranges = [
            "-".join(short(summary.gap_of(policy, case, year)) for case in summary.cases) for policy in frame["policy"]
        ]
        head = f"{year}, GW\n{'-'.join(summary.cases)}"
        columns.append(Column(head, ranges, rank=3, below=f"{'-'.join(summary.cases)} {{}} GW"))
    return columns


def _money_columns(frame: pd.DataFrame) -> list[Column]:
    """What was closed and what it costs. Cost of supply only: what waits costs nothing here."""
    columns = []
    if frame["closed_gw"].notna().any():
        columns.append(Column("closed\nGW", [fixed(gw) for gw in frame["closed_gw"]], rank=4, below="closed {} GW"))
    cost = [fixed(None if is_missing(usd) else usd / 1e9) for usd in frame["supply_cost_usd"]]
    if frame["supply_cost_usd"].notna().any():
        columns.append(Column("supply cost\n$B discounted", cost, rank=4, below="supply cost ${} billion discounted"))
    if frame["cost_usd_per_kw_year_closed"].notna().any():
        per_kw = [fixed(usd, 0) for usd in frame["cost_usd_per_kw_year_closed"]]
        columns.append(Column("$ per kW-yr\nclosed", per_kw, rank=4, below="{} $ per kW-yr closed"))
    return columns


def _marked(summary: Summary, policy: str) -> str:
    return f"{policy} !" if _trouble(summary, policy) else policy


def _trouble(summary: Summary, policy: str) -> str:
    """`high: time limit` for the cases of a policy that were not solved to optimality."""
    ends = {case: summary.run.status.get((policy, case), OPTIMAL) for case in summary.cases}
    return "; ".join(f"{case}: {status}" for case, status in ends.items() if status != OPTIMAL)
