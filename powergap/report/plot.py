"""One figure of a run as SVG, PNG or PDF, without a browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from powergap.errors import InputError, visible
from powergap.files.atomic import file_written_aside
from powergap.files.extras import needed
from powergap.report.figures import DRAW_FIGURES, FIGURES, Exhibit, chart_of, known
from powergap.report.style import described, style
from powergap.report.view import ReportView
from powergap.results.run import Run

if TYPE_CHECKING:
    from powergap.sweep import Sweep

FORMATS = ("svg", "png", "pdf")
PIXELS_PER_INCH = 300
LINE = 100
"""Characters of a subtitle's line, about the width of a figure."""


def plot(
    run: Run,
    figure: str,
    target: Path,
    *,
    policies: Sequence[str] = (),
    case: str | None = None,
    sweep: Sweep | None = None,
) -> Path:
    """Write one figure.

    Args:
        run: what to draw.
        figure: name of the figure.
        target: a file that ends in svg, png or pdf.
        policies: only these; default all, or of a figure of one policy the explained or best one.
        case: default the scenario's.
        sweep: draws of the run's scenario, for the figures of draws.

    Returns:
        The file written.

    Raises:
        InputError: an unknown figure, policy, case or format, a run without such a figure, or a missing package.
    """
    every = FIGURES | DRAW_FIGURES
    one = every[known("figure", figure, every)]
    form = target.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise InputError(f"cannot write `{target.name}`; the name in --to must end in {', '.join(FORMATS)}")
    view = ReportView(run, sweep)
    chosen = _policies(one, view, policies)
    shown = known("case", case, view.cases) if case is not None else view.case
    rows = _chosen(one, view, chosen, shown)
    content = _drawn(_specification(one, view, rows, chosen, shown), form)
    with file_written_aside(target) as aside:
        aside.write_bytes(content)
    return target


def _policies(figure: Exhibit, view: ReportView, asked: Sequence[str]) -> list[str]:
    names = [known("policy", name, view.policies) for name in asked]
    if figure.of_one_policy and len(names) > 1:
        raise InputError(f"figure {figure.name} shows one policy; {len(names)} were given")
    return names or ([view.policy] if figure.of_one_policy else view.policies)


def _chosen(figure: Exhibit, view: ReportView, policies: Sequence[str], case: str) -> pd.DataFrame:
    table = figure.table(view)
    if not len(table):
        raise InputError(f"the run has no figure {figure.name}: {figure.without}")
    rows = table[table["policy"].isin(policies) & (table["case"] == case)].reset_index(drop=True)
    if not len(rows):
        raise InputError(f"figure {figure.name} has nothing to show for {', '.join(policies)} in case {case}")
    return rows


def _specification(
    figure: Exhibit, view: ReportView, rows: pd.DataFrame, policies: Sequence[str], case: str
) -> dict[str, Any]:
    """The chart with its data, headed by what it shows."""
    spec: dict[str, Any] = chart_of(figure, view, rows).to_dict()
    title = {"text": figure.heading(view), "subtitle": _subtitle(figure, view, policies, case), "anchor": "start"}
    data = {"rows": json.loads(rows.to_json(orient="records"))}
    return described(figure, view, spec) | {"title": title, "datasets": data, "config": style("#1c1e21", "white")}


def _subtitle(figure: Exhibit, view: ReportView, policies: Sequence[str], case: str) -> list[str]:
    """What is shown; of draws, which belong to no case, also what the marks stand for."""
    who = list(policies) if len(policies) == 1 else []
    if view.sweep is None or figure.name not in DRAW_FIGURES:
        return [f"{view.run.name}: {', '.join([*who, f'case {case}'])}"]
    about = view.sweep.about
    drawn = [] if figure.of_one_policy else [f"{about.draws:,} draws"]
    return [f"{view.run.name}: {', '.join([*who, *drawn])} about case {about.case}", *wrap(figure.about, LINE)]


def _shown(part: Any) -> Any:
    """A specification with the marks spelled out that no XML can hold: one in a run folder would end the process."""
    if isinstance(part, dict):
        return {_shown(key): _shown(below) for key, below in part.items()}
    if isinstance(part, list | tuple):
        return [_shown(below) for below in part]
    return visible(part) if isinstance(part, str) else part


def _drawn(spec: dict[str, Any], form: str) -> bytes:
    converter, spec = needed("vl_convert"), _shown(spec)
    if form == "svg":
        return str(converter.vegalite_to_svg(spec)).encode()
    if form == "pdf":
        return bytes(converter.vegalite_to_pdf(spec))
    return bytes(converter.vegalite_to_png(spec, scale=1, ppi=PIXELS_PER_INCH))
