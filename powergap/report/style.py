"""How every chart looks: one type, quiet axes, room between what stands side by side."""

from __future__ import annotations

from typing import Any

from powergap.report.figures import Exhibit
from powergap.report.view import ReportView

TYPE = "Liberation Sans, Arial, Helvetica, sans-serif"


def style(ink: str, paper: str | None) -> dict[str, Any]:
    """Vega-Lite configuration.

    Args:
        ink: colour of text and lines; `currentColor` takes that of the page.
        paper: colour behind the chart; None shows the page.
    """
    text = {"labelColor": ink, "titleColor": ink, "titleFontWeight": "normal", "labelFontSize": 11, "titleFontSize": 12}
    return {
        "background": paper,
        "font": TYPE,
        "view": {"stroke": None},
        "axis": text | {"domain": False, "ticks": False, "gridColor": ink, "gridOpacity": 0.13, "labelPadding": 5,
                        "labelLimit": 220, "titleLimit": 600},
        "axisBand": {"grid": False},
        "legend": text | {"symbolType": "square", "columns": 5, "labelLimit": 220},
        "header": {"labelColor": ink, "labelFontWeight": "bold", "labelFontSize": 12, "labelLimit": 320,
                   "labelAnchor": "start"},
        "title": {"color": ink, "subtitleColor": ink, "fontSize": 15, "subtitleFontSize": 12, "offset": 12,
                  "subtitlePadding": 4},
        "text": {"color": ink},
        "rule": {"color": ink},
        "tick": {"color": ink},
        "bar": {"stroke": "white", "strokeWidth": 0.5},
        "line": {"strokeCap": "round"},
    }  # fmt: skip


def described(figure: Exhibit, view: ReportView, spec: dict[str, Any]) -> dict[str, Any]:
    """A specification with the words that a screen reader says."""
    return spec | {"description": f"{figure.heading(view)}. {figure.about} {view.run.name}."}
