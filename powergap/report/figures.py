"""The figures by name: what each shows, of one policy or of all, its table and its chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from powergap.errors import InputError
from powergap.files.nearest import did_you_mean
from powergap.report import tables
from powergap.report.view import KEYS, ReportView


@dataclass(frozen=True)
class Exhibit:
    """Something that is shown of a run: a table, and of a figure its chart.

    Attributes:
        name: of a figure as `--figure` takes it.
        title: a few words; `{year}` stands for the last planned one.
        about: what is seen, in a sentence or two.
        of_one_policy: shows one policy; else all side by side.
        table: what it shows.
        columns: headings of the columns that people read, with units.
        without: why a run may have no such figure.
        is_beside: shows one policy beside another that is chosen: `value`, that one's `against`, and the `change`.
    """

    name: str
    title: str
    about: str
    of_one_policy: bool
    table: Callable[[ReportView], pd.DataFrame]
    columns: Mapping[str, str]
    without: str = "no policy of the run has a plan"
    is_beside: bool = False

    def heading(self, view: ReportView) -> str:
        """The title of a run's figure."""
        return self.title.format(year=view.last_year)


def chart_of(figure: Exhibit, view: ReportView, table: pd.DataFrame) -> Any:
    """The chart of a figure over its table, `<name>_chart` of `charts` or `draws`; needs the extra `report`."""
    from powergap.report import charts, draws

    module = draws if figure.name in DRAW_FIGURES else charts
    return getattr(module, f"{figure.name.replace('-', '_')}_chart")(view, table)


_WHO = {"policy": "policy", "case": "case"}
_RANGE = {"gap_gw": "gap, GW", "least_gw": "least of the cases, GW", "most_gw": "most of the cases, GW"}

FIGURES = {
    figure.name: figure
    for figure in (
        Exhibit(
            "last-gap",
            "The gap at the end of {year}",
            "Demand without power at the end of the last year. The bar is the case; the line is the range over all "
            "cases.",
            False,
            tables.last_gap_table,
            _WHO | _RANGE,
        ),
        Exhibit(
            "gap",
            "The gap by year",
            "Demand without power at the end of each year. The line is the case, the band is the range over all "
            "cases, and the dashed line is the reference policy.",
            False,
            tables.gap_table,
            _WHO | {"year": "year"} | _RANGE,
        ),
        Exhibit(
            "closed",
            "What closed the gap by the end of {year}",
            "The reference policy's gap at the end of the last year: what closed it, and what still waits for power.",
            False,
            tables.closed_table,
            _WHO | {"family": "closed by", "gw": "GW"},
            "the reference policy was not solved, so what other policies closed is unknown",
        ),
        Exhibit(
            "supply",
            "What supplies the load",
            "What supplies demand in each year's tightest hour, and what still waits for power.",
            True,
            tables.supply_table,
            _WHO | {"year": "year", "family": "supplied by", "gw": "GW"},
        ),
        Exhibit(
            "capacity",
            "Capacity",
            "Capacity at the end of each year: connections, generators, storage power and enrolled flexible load.",
            True,
            tables.capacity_table,
            _WHO | {"year": "year", "family": "family", "gw": "GW"},
        ),
        Exhibit(
            "orders",
            "Orders and deliveries",
            "Orders and deliveries in each year, including committed orders.",
            True,
            tables.orders_table,
            _WHO | {"year": "year", "step": "step", "family": "family", "gw": "GW"},
        ),
        Exhibit(
            "dispatch",
            "The hardest days of {year}, hour by hour",
            "What supplies the load (red line) in each hour of the last year's stress days. Supply above the line "
            "charges storage, shown below zero.",
            True,
            tables.dispatch_table,
            _WHO | {"day": "day", "from_hour": "from hour", "to_hour": "to hour", "family": "flow", "gw": "GW"},
        ),
        Exhibit(
            "cost",
            "What it costs",
            "Cost of supply over all planned years, discounted. The value of delayed load is not included.",
            False,
            tables.cost_table,
            _WHO | {"family": "family", "busd": "$ billion discounted"},
        ),
        Exhibit(
            "unit-cost",
            "What closing the gap costs in {year}",
            "Cost of the last year beyond the reference policy's, per kW closed by then ($ per kW-year equals "
            "$ million per GW-year). The line is the range over all cases.",
            False,
            tables.unit_cost_table,
            _WHO
            | {
                "closed_gw": "closed, GW",
                "usd_per_kw_year": "$ per kW-year",
                "least": "least of the cases",
                "most": "most of the cases",
            },
            "no policy closes any of the reference policy's gap",
        ),
        Exhibit(
            "frontier",
            "Gap against cost",
            "Every policy's plan by the gap it leaves and its cost of supply. The line is the least cost of each gap, "
            "where powergap explain was run.",
            False,
            tables.frontier_table,
            _WHO | {"what": "point", "gap_gw_yr": "gap, GW-years", "busd": "$ billion discounted"},
        ),
        Exhibit(
            "emissions",
            "Emissions in {year}",
            "CO2 in the last year, from on-site generators and from the grid power that the load draws.",
            False,
            tables.emissions_table,
            _WHO | {"family": "family", "mt": "million tonnes CO2"},
        ),
        Exhibit(
            "map",
            "Where the gap is at the end of {year}",
            "Gap of each region at the end of the last year.",
            True,
            tables.map_table,
            _WHO | {"title": "region", "gap_gw": "gap, GW", "demand_gw": "demand, GW"},
            "the run has one region; a map needs several",
        ),
    )
}


def _of_draws(name: str) -> Callable[[ReportView], pd.DataFrame]:
    """The table of a figure of a sweep; without rows where there is none."""

    def table(view: ReportView) -> pd.DataFrame:
        if view.sweep is None:
            return pd.DataFrame(columns=KEYS)
        from powergap.report import draws

        found: pd.DataFrame = getattr(draws, f"{name}_table")(view, view.sweep)
        return found

    return table


WITHOUT_SWEEP = "it needs the draws of a sweep; give --sweep the folder of one"

DRAW_FIGURES = {
    figure.name: figure
    for figure in (
        Exhibit(
            "draws",
            "The gap at the end of {year} over the draws",
            "Every policy over all draws of the uncertain inputs. The line spans 90% of the draws and the bar 50%; "
            "the tick is the median, the diamond the baseline scenario.",
            False,
            _of_draws("draws"),
            {"policy": "policy", "base_gw": "baseline, GW", "mean_gw": "mean"}
            | {name: f"{name[1:3]}%" for name in ("p05_gw", "p25_gw", "p50_gw", "p75_gw", "p95_gw")}
            | {f"above_{limit}_gw_percent": f"above {limit} GW, % of draws" for limit in (10, 25, 50, 75, 100)},
            WITHOUT_SWEEP,
        ),
        Exhibit(
            "tornado",
            "What moves the gap at the end of {year}",
            "One input at its 10% and at its 90% quantile (dot), everything else at the baseline (tick).",
            True,
            _of_draws("tornado"),
            {"policy": "policy", "input": "input", "low_gw": "at its 10%, GW", "high_gw": "at its 90%, GW"},
            WITHOUT_SWEEP,
        ),
        Exhibit(
            "regret",
            "Regret over the draws",
            "Cost above that of the best policy for the same draw, with the gap at the value of delayed load. The bar "
            "is the mean, the line reaches the worst draw. A policy with all levers of another never costs more than "
            "it; rivals are policies that do not contain another.",
            False,
            _of_draws("regret"),
            {"policy": "policy", "mean_busd": "mean, $ billion", "most_busd": "largest, $ billion",
             "wins_percent": "costs least, % of draws", "wins_among_contenders_percent": "least of its rivals, %"},
            WITHOUT_SWEEP,
        ),
    )
}  # fmt: skip
"""Figures of a run with a sweep beside it."""


def known(what: str, name: str, names: Iterable[str]) -> str:
    """A name, if it is one of those there are.

    Raises:
        InputError: it is not; the message has the nearest.
    """
    names = list(names)
    if name in names:
        return name
    raise InputError(f"no {what} `{name}`" + did_you_mean(name, names, f"; expected one of {', '.join(names)}"))
