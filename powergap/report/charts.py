"""How each figure is drawn: Vega-Lite charts over the rows of one policy and case, or of all policies in one case.

Every chart reads the named data `rows`, so that the page can give it other rows; units stand on axes, ranges over
the cases are bands and error bars, and a segment of a stack has the colour of its family.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from powergap.report.tables import TILES
from powergap.report.view import ReportView, family_colours
from powergap.words import LOAD

ROWS = "rows"
WIDTH, STEP = 620, 26
"""Width of a chart and height of a bar, in pixels."""

ACCENT = "#4f7ba6"
"""For what is of no family; no family's colour."""

FAINT = "#8a8f98"
HEAT = ["#f1f0fb", "#b9b3ea", "#6d62cf", "#2f2592"]
"""No gap to the largest; one hue, light to dark."""


def gap_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Small panels, a policy each: the case as a line, all cases as a band, the reference policy dashed."""
    base = alt.Chart().encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="parity", labelSeparation=4))
    )
    least, most = alt.Y("least_gw:Q", title="gap at year end, GW"), alt.Y2("most_gw:Q")
    told = tips("policy", "case", "year", gap_gw="gap, GW", least_gw="least, GW", most_gw="most, GW")
    layers = [
        base.mark_area(opacity=0.22, color=ACCENT).encode(y=least, y2=most),
        base.mark_line(color=FAINT, strokeDash=[4, 3], strokeWidth=1.5).encode(y="reference_gw:Q"),
        base.mark_line(color=ACCENT, strokeWidth=2.5, point=alt.OverlayMarkDef(color=ACCENT, size=35)).encode(
            y="gap_gw:Q", tooltip=told
        ),
    ]
    policies = _order(view, table)
    # As many panels beside each other as leave the fewest places empty.
    across = (
        min((5, 4, 3), key=lambda columns: (-len(policies) % columns, -columns)) if len(policies) > 3 else len(policies)
    )
    panels = alt.Facet("policy:N", title=None, sort=policies)
    panel = alt.layer(*layers, data=_rows()).properties(width=WIDTH // across - 20, height=130)
    return panel.facet(panels, columns=across)


def last_gap_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """A bar each policy: the case, with the range over the cases."""
    told = tips("policy", "case", gap_gw="gap, GW", least_gw="least, GW", most_gw="most, GW")
    base = by_policy(view, table).encode(tooltip=told)
    return fitted(
        alt.layer(
            base.mark_bar(color=ACCENT, height=13).encode(x=x_of("gap_gw", f"gap at the end of {view.last_year}, GW")),
            *_range(view, base, "least_gw", "most_gw"),
        )
    )


def closed_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Stacked bars: what closed the reference policy's gap, and what waits."""
    return _stacked_by_policy(view, table, "gw", f"gap at the end of {view.last_year}: closed by, GW", "GW")


def supply_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Stacked columns: who carries the load of each year, and what waits."""
    return _stacked_by_year(table, "load in the tightest hour, GW")


def capacity_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Stacked columns: what stands at the end of each year."""
    return _stacked_by_year(table, "capacity at year end, GW")


def orders_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Stacked columns, two panels: what is ordered and what arrives."""
    panels = alt.Facet("step:N", title=None, sort=["ordered", "delivered"])
    columns = _columns(table, "GW in the year").properties(width=WIDTH // 2 - 30, height=240)
    return columns.facet(panels, columns=2, data=_rows())


def dispatch_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Stacked columns by hour, a panel a day, under the line of the load."""
    axis = alt.Axis(values=[0, 6, 12, 18, 24])
    across = alt.X("from_hour:Q", bin="binned", title="hour of the day", axis=axis)
    base = alt.Chart().encode(x2="to_hour:Q")
    told = tips("family", from_hour="hour", gw="GW")
    flows = table[table["family"] != LOAD]
    colour = _colour(flows)
    bars = (
        _ranked(base, flows)
        .transform_filter("datum.family != 'load'")
        .mark_bar(binSpacing=0)
        .encode(x=across, y=alt.Y("sum(gw):Q", title="power, GW"), color=colour, order="rank:Q", tooltip=told)
        # Its own colour around each bar, so that none of the page shows between the hours.
        .encode(stroke=alt.Stroke("family:N", scale=colour["scale"]))
    )
    load = base.transform_filter("datum.family == 'load'").mark_rule(color="#d00000", strokeWidth=2.5)
    layers = alt.layer(
        bars, load.encode(x="from_hour:Q", y="gw:Q", tooltip=tips(from_hour="hour", gw="load, GW")), data=_rows()
    )
    panels = alt.Facet("day:N", title=None, sort=list(dict.fromkeys(table["day"])))
    return layers.properties(width=WIDTH // 2 - 30, height=260).facet(panels, columns=2)


def cost_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Stacked bars: cost of supply by family."""
    return _stacked_by_policy(view, table, "busd", "cost of supply, all years, $ billion discounted", "$ billion")


def unit_cost_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """A point each policy, with the range over the cases."""
    told = tips("policy", "case", usd_per_kw_year="$ per kW-year", least="least", most="most", closed_gw="closed, GW")
    base = by_policy(view, table).encode(tooltip=told)
    title = f"cost in {view.last_year}, $ per kW-year closed"
    point = base.mark_point(color=ACCENT, filled=True, size=90, opacity=1).encode(x=x_of("usd_per_kw_year", title))
    return fitted(alt.layer(*_range(view, base, "least", "most"), point))


def emissions_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Stacked bars: emissions of the last year by family."""
    return _stacked_by_policy(view, table, "mt", f"emissions in {view.last_year}, million tonnes CO2", "Mt CO2")


def frontier_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Gap-years against cost: policies as named points, the frontier of an explained policy as a line."""
    is_plan = "datum.what == 'plan'"
    base = alt.Chart(_rows()).encode(
        x=x_of("gap_gw_yr", "gap summed over the years, GW-years", zero=False),
        y=alt.Y("busd:Q", title="cost of supply, $ billion discounted", scale=alt.Scale(zero=False)),
        tooltip=tips("policy", "case", gap_gw_yr="gap, GW-years", busd="cost, $ billion"),
    )
    size = {"condition": {"test": is_plan, "value": 70}, "value": 15}
    colour = {"condition": {"test": is_plan, "value": ACCENT}, "value": FAINT}
    line = base.mark_line(color=FAINT, strokeWidth=2).encode(detail=["policy:N", "what:N"], order="gap_gw_yr:Q")
    points = base.mark_point(filled=True, opacity=1).encode(size=size, color=colour)
    names = (
        base.transform_calculate(name=f"{is_plan} ? datum.policy : ''")
        .mark_text(
            fontSize=11,
            align=alt.ExprRef("test(/left/, datum.side) ? 'right' : 'left'"),
            dx=alt.ExprRef("test(/left/, datum.side) ? -7 : 7"),
            dy=alt.ExprRef("test(/below/, datum.side) ? 9 : -7"),
        )
        .encode(text="name:N")
    )
    return fitted(alt.layer(line, points, names).properties(height=340))


def map_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """Tiles about where the regions lie, the larger the gap the darker; bars where a region has no tile."""
    told = tips("title", gap_gw="gap, GW", demand_gw="demand, GW")
    if "row" not in table:
        across = x_of("gap_gw", f"gap at the end of {view.last_year}, GW")
        down = alt.Y("title:N", title=None, sort=list(view.regions.values()))
        bars = alt.Chart(_rows()).mark_bar(color=ACCENT, height=13).encode(x=across, y=down, tooltip=told)
        return fitted(bars.properties(height={"step": STEP}))
    most = float(table["gap_gw"].max()) or 1.0
    rows, columns = (list(range(1 + max(place[axis] for place in TILES.values()))) for axis in (0, 1))
    base = alt.Chart(_rows()).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(domain=columns, paddingInner=0.05)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(domain=rows, paddingInner=0.05)),
        tooltip=told,
    )
    scale = alt.Scale(domain=[most * part / 3 for part in range(4)], range=HEAT)
    legend = alt.Legend(title=f"gap at the end of {view.last_year}, GW", orient="bottom", gradientLength=220)
    tiles = base.mark_rect(stroke=FAINT).encode(color=alt.Color("gap_gw:Q", scale=scale, legend=legend))
    ink = {"condition": {"test": f"datum.gap_gw > {0.6 * most}", "value": "white"}, "value": "#1c1e21"}
    names = base.mark_text(dy=-8, fontWeight="bold", fontSize=12).encode(text="short:N", color=ink)
    gaps = base.mark_text(dy=9, fontSize=12).encode(text=alt.Text("gap_gw:Q", format=",.1f"), color=ink)
    return fitted(alt.layer(tiles, names, gaps).properties(height=240))


def _rows() -> Any:
    return alt.NamedData(ROWS)


def fitted(chart: Any) -> Any:
    """A chart that fits its width, legend and labels included; the page gives it the width it has."""
    return chart.properties(width=WIDTH, autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))


def _order(view: ReportView, table: pd.DataFrame) -> list[str]:
    present = set(table["policy"])
    return [policy for policy in view.policies if policy in present]


def by_policy(view: ReportView, table: pd.DataFrame) -> Any:
    """A row each policy, in the scenario's order."""
    down = alt.Y("policy:N", title=None, sort=_order(view, table))
    return alt.Chart(_rows()).encode(y=down).properties(height={"step": STEP})


def x_of(field: str, title: str, *, zero: bool = True) -> Any:
    """A quantity along the bottom."""
    return alt.X(f"{field}:Q", title=title, scale=alt.Scale(zero=zero), axis=alt.Axis(labelFlush=False))


def tips(*names: str, **values: str) -> list[Any]:
    """Names as they are, values with their titles and units, all to three digits after the point or fewer."""
    return [alt.Tooltip(f"{name}:N") for name in names] + [
        alt.Tooltip(f"{field}:Q", title=title, format=",.3~f") for field, title in values.items()
    ]


def _range(view: ReportView, base: Any, least: str, most: str) -> Sequence[Any]:
    """Error bars over the cases; none where there is one case."""
    if len(view.cases) < 2:
        return []
    span = base.mark_rule(strokeWidth=1.5).encode(x=f"{least}:Q", x2=f"{most}:Q")
    ends = [base.mark_tick(thickness=1.5, size=9).encode(x=f"{end}:Q") for end in (least, most)]
    return [span, *ends]


def _colour(table: pd.DataFrame) -> Any:
    colours = family_colours(table)
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color("family:N", title=None, scale=scale, legend=alt.Legend(orient="bottom"))


def _ranked(chart: Any, table: pd.DataFrame) -> Any:
    """Stacks families in the order of the palette."""
    ranks = json.dumps(list(family_colours(table)))  # spells text in an expression as JSON does: no break, no end
    return chart.transform_calculate(rank=f"indexof({ranks}, datum.family)")


def _columns(table: pd.DataFrame, title: str) -> Any:
    across = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="parity", labelSeparation=4))
    return (
        _ranked(alt.Chart(), table)
        .mark_bar()
        .encode(
            x=across,
            y=alt.Y("sum(gw):Q", title=title),
            color=_colour(table),
            order="rank:Q",
            tooltip=tips("policy", "case", "year", "family", gw="GW"),
        )
    )


def _stacked_by_year(table: pd.DataFrame, title: str) -> Any:
    return fitted(_columns(table, title).properties(data=_rows(), height=300))


def _stacked_by_policy(view: ReportView, table: pd.DataFrame, value: str, title: str, unit: str) -> Any:
    bars = (
        _ranked(by_policy(view, table), table)
        .mark_bar(height=18)
        .encode(
            x=alt.X(f"sum({value}):Q", title=title),
            color=_colour(table),
            order="rank:Q",
            tooltip=tips("policy", "case", "family", **{value: unit}),
        )
    )
    return fitted(bars)
