"""The page and its parts as HTML. Everything that a scenario says is escaped."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

from powergap.files.extras import needed
from powergap.report.page import library
from powergap.report.style import style
from powergap.serve.charts import gap_of
from powergap.serve.levers import Slider
from powergap.serve.session import Desk, Finding
from powergap.serve.state import PageState
from powergap.text.comparison import SHOWN
from powergap.text.findings import audit_sentence, failures
from powergap.text.numbers import fixed, is_missing, plain, short, signed
from powergap.text.summary import OPTIMAL

ASSETS = {
    "report.css": ("powergap.report", "text/css"),
    "serve.css": ("powergap.serve", "text/css"),
    "serve.js": ("powergap.serve", "text/javascript"),
}
"""Files that the page loads, besides Vega: the package that has them, and their kind."""

FOLDED = ("Lead times", "Limits")
"""Groups of levers that are closed at first."""


def page(desk: Desk, found: Sequence[Slider]) -> str:
    """The whole page; its script asks for the first answer."""
    return _rendered(
        "page.html.j2",
        study=desk.study,
        start=desk.start,
        levers=levers(found, desk.start),
        saved_in=str(desk.folder),
        config=json.dumps(style("currentColor", None)),
    )


def levers(found: Sequence[Slider], position: PageState) -> str:
    """The levers under their headings, where the position has them."""
    groups = [
        {"title": title, "is_open": title not in FOLDED, "levers": [_lever(one, position) for one in members]}
        for title, members in groupby(found, lambda lever: lever.group)
    ]
    return _rendered("levers.html.j2", groups=groups)


def _lever(lever: Slider, position: PageState) -> dict[str, Any]:
    """A lever as its template wants it; its ends make room for where it stands."""
    at = position.moves.get(lever.key, lever.base)
    when, last = lever.last
    return {
        "lever": lever,
        "at": at,
        "is_moved": at != lever.base,
        "low": min(lever.low, at),
        "high": max(lever.high, at),
        "last": last,
        "when": when,
        "ends": "catalog low to high" if lever.is_sourced else "no range in the catalog",
    }


def answer(finding: Finding) -> dict[str, str]:
    """The answer in a sentence, the tables, and how it was found, as HTML."""
    checks = finding.run.manifest.audit or []
    return {
        "sentence": sentence(finding),
        "proof": f"solved in {finding.seconds:.2f} s; {audit_sentence(checks)}",
        "html": _rendered(
            "answer.html.j2",
            finding=finding,
            position=finding.position,
            base=finding.base.name,
            rows=[] if finding.reasons else figure_rows(finding),
            inputs=_inputs(finding),
            notes=[*_stopped(finding), *(f"audit: {line}" for line in failures(checks))],
        ),
    }


def _stopped(finding: Finding) -> list[str]:
    """Policies that were not solved to the end, where that is not the whole answer already."""
    ends = finding.run.status.items()
    told = [f"{policy} / {case}: {status}" for (policy, case), status in ends if status != OPTIMAL]
    return [] if finding.reasons else told


def sentence(finding: Finding) -> str:
    """The gap at the end, beside that of the scenario as it stands."""
    policy, case = finding.position.policy, finding.position.case
    if finding.reasons:
        return f"No plan: the limits of {policy} in case {case} conflict."
    gap, before = gap_of(finding.run, policy, case), gap_of(finding.base, policy, case)
    year = max(gap)
    told = f"At the end of {year}, {short(gap[year])} GW of demand has no power under {policy}"
    change = gap[year] - before.get(year, gap[year])
    if not len(finding.comparison.inputs):
        return f"{told}, as in the baseline."
    if abs(change) < 0.05:
        return f"{told}, the same as the baseline."
    return f"{told}, {short(abs(change))} GW {'more' if change > 0 else 'less'} than the baseline."


def figure_rows(finding: Finding) -> list[dict[str, str]]:
    """What each figure is as it stands, as moved, and the change."""
    results = finding.comparison.results
    labels = [*finding.comparison.labels, " - ".join(reversed(finding.comparison.labels))]
    writers: tuple[Callable[[float | None, int], str], ...] = (fixed, fixed, signed)
    rows = []
    for row in results[results["policy"] == finding.position.policy].to_dict("records"):
        head, factor, decimals = SHOWN[row["quantity"]]
        told = [
            write(None if is_missing(row[label]) else row[label] * factor, decimals)
            for label, write in zip(labels, writers, strict=True)
        ]
        if set(told[:2]) != {"-"}:
            year = "" if row["quantity"] == "supply_cost_usd" else str(row["year"])
            rows.append({"what": head, "year": year, "before": told[0], "now": told[1], "change": told[2]})
    return rows


def _inputs(finding: Finding) -> list[dict[str, str]]:
    """Keys of the policy in detail whose values were moved, with both values."""
    before, now = finding.comparison.labels
    own = finding.comparison.inputs["where"].isin(["", finding.position.policy])
    return [
        {"key": row["key"], "before": plain(row[before]), "now": plain(row[now])}
        for row in finding.comparison.inputs[own].to_dict("records")
    ]


@cache
def asset(name: str) -> tuple[str, str]:
    """A file that the page loads, and its kind; empty where there is none of that name."""
    if name == "vega.js":
        return library(), "text/javascript"
    package, kind = ASSETS.get(name, ("", ""))
    return (_own(name, package), kind) if package else ("", "")


def _rendered(template: str, **values: Any) -> str:
    jinja = needed("jinja2")
    environment = jinja.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja.StrictUndefined
    )
    return str(environment.from_string(_own(template)).render(**values))


def _own(name: str, package: str = "powergap.serve") -> str:
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")
