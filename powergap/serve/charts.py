"""The figures of the page: the gap by year beside that of the scenario as it stands, and who carries the load."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from powergap.report.charts import ACCENT, FAINT, ROWS, WIDTH
from powergap.report.figures import FIGURES, chart_of
from powergap.report.style import described
from powergap.report.view import ReportView
from powergap.results.run import Run
from powergap.serve.session import Finding
from powergap.text.summary import Summary

SUPPLY = FIGURES["supply"]
DASHES: tuple[list[int], ...] = ([1, 0], [5, 4], [1, 3])
"""Whole, dashed, dotted: lines are told apart without colour."""


def figures(finding: Finding) -> dict[str, dict[str, Any]]:
    """Specification and rows of each figure by name; none where the policy has no plan."""
    if finding.reasons:
        return {}
    view, position = ReportView(finding.run), finding.position
    carried = SUPPLY.table(view)
    carried = carried[(carried["policy"] == position.policy) & (carried["case"] == position.case)]
    gap = gap_rows(finding)
    supply = described(SUPPLY, view, chart_of(SUPPLY, view, carried).to_dict())
    return {"gap": _figure(gap_chart(gap), gap), "supply": _figure(supply, carried)}


def gap_rows(finding: Finding) -> pd.DataFrame:
    """Gap at the end of each year: of the policy as moved and as it stands, and of the reference policy as moved."""
    policy, case = finding.position.policy, finding.position.case
    reference = finding.run.manifest.reference_policy
    lines = {"adjusted": (finding.run, policy), "baseline": (finding.base, policy)}
    if reference != policy:
        lines[f"{reference}, adjusted"] = (finding.run, reference)
    return pd.DataFrame(
        [
            {"what": what, "year": year, "gap_gw": gap}
            for what, (run, name) in reversed(lines.items())  # drawn in this order: what was moved on top
            for year, gap in gap_of(run, name, case).items()
        ],
        columns=["what", "year", "gap_gw"],
    )


def gap_of(run: Run, policy: str, case: str) -> dict[int, float]:
    """Gap at the end of each year over all regions, GW; empty where there is no plan."""
    summary = Summary(run)
    gaps = {year: summary.gap_of(policy, case, year) for year in summary.years}
    return {year: gap for year, gap in gaps.items() if gap is not None}


def gap_chart(rows: pd.DataFrame) -> dict[str, Any]:
    """Lines over the years, told apart by dashes and colour."""
    what = list(dict.fromkeys(rows["what"]))[::-1]
    colours = [ACCENT, FAINT, FAINT][: len(what)]
    legend = alt.Legend(orient="bottom", symbolType="stroke", symbolSize=300, labelLimit=0)
    chart = (
        alt.Chart(alt.NamedData(ROWS))
        .mark_line(strokeWidth=2.5, point={"size": 45, "filled": True})
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("gap_gw:Q", title="gap at year end, GW", scale=alt.Scale(zero=True)),
            color=alt.Color("what:N", title=None, scale=alt.Scale(domain=what, range=colours), legend=legend),
            strokeDash=alt.StrokeDash(
                "what:N", title=None, scale=alt.Scale(domain=what, range=list(DASHES[: len(what)])), legend=legend
            ),
            tooltip=[
                alt.Tooltip("what:N"),
                alt.Tooltip("year:O"),
                alt.Tooltip("gap_gw:Q", title="gap, GW", format=",.3~f"),
            ],
        )
        .properties(width=WIDTH, height=260, autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
    )
    spec: dict[str, Any] = chart.to_dict()
    return spec | {"description": "Gap at the end of each year, adjusted and baseline."}


def _figure(spec: dict[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """What the page draws: no configuration of altair's own, the page has its own."""
    kept = {key: value for key, value in spec.items() if key not in ("config", "$schema")}
    return {"spec": kept, "rows": rows.to_dict("records")}
