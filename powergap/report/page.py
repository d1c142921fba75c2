"""A run as one HTML file that needs nothing else: charts, tables, assumptions and proof."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from powergap.catalog.rows import is_stale
from powergap.export.workbook import assumptions
from powergap.files.atomic import file_written_aside
from powergap.files.extras import needed
from powergap.report.figures import DRAW_FIGURES, FIGURES, Exhibit, chart_of
from powergap.report.listings import LISTINGS
from powergap.report.style import described, style
from powergap.report.view import ReportView
from powergap.report.words import answer, policy_rows
from powergap.results.run import Run
from powergap.text.findings import audit_sentence, verdict
from powergap.text.full_year import full_year_lines, missed_targets
from powergap.text.numbers import plain, scientific

if TYPE_CHECKING:
    from powergap.sweep import Sweep

UNCERTAIN = "Uncertainty"

SECTIONS = {
    "The gap": ("last-gap", "gap"),
    "What closes it": ("closed", "supply"),
    "Capacity and orders": ("capacity", "orders"),
    "Stress days": ("dispatch",),
    "Cost": ("cost", "unit-cost", "frontier"),
    "Emissions": ("emissions",),
    "Regions": ("map",),
    "Bottlenecks and order dates": ("limits", "bottlenecks", "order-by"),
    "Differences": ("differences", "inputs"),
    UNCERTAIN: ("draws", "tornado", "regret"),
}
"""Headings of the page and what stands under them; what the run cannot fill is left out."""

WIDE = ("last-gap", "gap", "dispatch", "frontier", "order-by", "draws")
"""Exhibits that take the whole width of the page."""

DIGITS = 4
"""Decimals of a figure in the page."""


def write_report(run: Run, target: Path, sweep: Sweep | None = None) -> Path:
    """Write the page; the same run gives the same bytes.

    Raises:
        InputError: a package of the extra `report` is missing.
    """
    for package in ("altair", "vl_convert", "jinja2"):
        needed(package)
    text = page(run, sweep)
    with file_written_aside(target) as aside:
        aside.write_bytes(text.encode("utf-8"))
    return target


def page(run: Run, sweep: Sweep | None = None) -> str:
    """The page as text; with a section on its draws where a sweep is given."""
    view = ReportView(run, sweep)
    exhibits = {
        name: entry for name, one in (FIGURES | LISTINGS | DRAW_FIGURES).items() if (entry := _exhibit(one, view))
    }
    shown = {head: [exhibits[name] for name in names if name in exhibits] for head, names in SECTIONS.items()}
    scripts = [library(), _own("report.js")]
    jinja = needed("jinja2")
    environment = jinja.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja.StrictUndefined,
        keep_trailing_newline=True,
    )
    return str(
        environment.from_string(_own("report.html.j2")).render(
            run=run,
            view=view,
            answer=answer(view),
            against=_against(view),
            policies=policy_rows(view),
            sections={head: entries for head, entries in shown.items() if entries},
            notes=_notes(sweep),
            without_orders="order_by" not in run.tables,
            assumptions=_assumptions(run),
            audit=_audit(run),
            audit_sentence=audit_sentence(run.manifest.audit or []),
            full_year=_full_year(run),
            certificates=_certificates(run),
            css=_own("report.css"),
            scripts=scripts,
            policy_of_scripts=" ".join(f"'sha256-{_digest(script)}'" for script in scripts),
            data=_json(_data(view, exhibits)),
        )
    )


def _notes(sweep: Sweep | None) -> dict[str, str]:
    """A sentence to begin a section with."""
    if sweep is None:
        return {}
    from powergap.text.sweep import headline

    return {UNCERTAIN: headline(sweep)}


def _exhibit(one: Exhibit, view: ReportView) -> dict[str, Any] | None:
    """What the page's script needs of a figure or listing; None if the run cannot fill it."""
    table = one.table(view)
    if not len(table):
        return None
    spec = described(one, view, chart_of(one, view, table).to_dict()) if one.name not in LISTINGS else None
    if spec:
        spec.pop("config", None)
        spec.pop("$schema", None)
    return {
        "name": one.name,
        "title": one.heading(view),
        "about": one.about,
        "wide": one.name in WIDE,
        "of_one_policy": one.of_one_policy,
        "columns": [
            [name, head]
            for name, head in one.columns.items()
            if (name in table or one.is_beside) and not (name == "region" and len(view.regions) < 2)
        ],
        "without": one.without,
        "is_beside": one.is_beside,
        "spec": spec,
        "data": {str(name): _column(table[name]) for name in table},
    }


def _column(values: pd.Series) -> Any:
    """A column for JSON: rounded numbers as they are, text as its different values and their places."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return [None if pd.isna(value) else _rounded(value) for value in values]
    codes, different = pd.factorize(values.astype(object).where(values.notna(), ""))
    return {"values": [str(value) for value in different], "codes": [int(code) for code in codes]}


def _rounded(value: Any) -> Any:
    rounded = round(float(value), DIGITS) + 0.0
    return int(rounded) if rounded.is_integer() else rounded


def _data(view: ReportView, exhibits: dict[str, Any]) -> dict[str, Any]:
    return {
        "policies": view.policies,
        "cases": view.cases,
        "policy": view.policy,
        "against": _against(view),
        "case": view.case,
        "config": style("currentColor", None),
        "exhibits": list(exhibits.values()),
    }


def _against(view: ReportView) -> str:
    """The policy that others stand beside at first: the reference policy, if it was solved."""
    return view.reference if view.reference in view.policies else view.policies[0]


def _json(value: Any) -> str:
    """JSON inside a page: nothing in it can end the element that holds it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _assumptions(run: Run) -> list[dict[str, str]]:
    """Every sourced number that the scenario holds; stale as seen from the day of the run."""
    day = run.manifest.created_utc.date()
    rows = []
    for row in assumptions(run.document).to_dict("records"):
        told = {str(key): "" if pd.isna(value) else plain(value) for key, value in row.items()}
        checked = str(row["date"])
        dollars = "" if pd.isna(row["dollar_year"]) else f" ({int(row['dollar_year'])})"
        stale = "stale" if is_stale(datetime.date.fromisoformat(checked), day) else ""
        rows.append(told | {"date": checked, "unit": f"{row['unit']}{dollars}", "stale": stale})
    return rows


def _audit(run: Run) -> list[dict[str, str]]:
    return [
        {
            "check": check.sentence,
            "verdict": verdict(check),
            "off by": scientific(check.worst),
            "tolerance": scientific(check.tolerance),
            "unit": check.unit,
        }
        for check in run.manifest.audit or []
    ]


def _full_year(run: Run) -> list[str]:
    """Whether plans were dispatched over the full year, and which missed their target."""
    runs = run.manifest.runs
    return [
        line.strip().replace("full year:", "Full year:") for line in (*full_year_lines(runs), *missed_targets(runs))
    ]


def _certificates(run: Run) -> list[dict[str, str]]:
    """How every solve ended, and the residuals that prove it optimal."""
    return [
        {
            "policy": entry.policy,
            "case": entry.case,
            "status": entry.status,
            "certified": "yes" if entry.certified else "no",
            "primal residual": scientific(entry.certificate.relative_primal_residual),
            "dual residual": scientific(entry.certificate.relative_dual_residual),
            "gap": scientific(entry.certificate.relative_gap),
            "scenario": entry.scenario_sha256[:12],
        }
        for entry in run.manifest.runs
    ]


@cache
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed in one script whose names stay its own."""
    bundle = needed("vl_convert").javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return f"(() => {{{bundle}}})();".replace("</script", "<\\/script")


def _own(name: str) -> str:
    return resources.files("powergap.report").joinpath(name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()
