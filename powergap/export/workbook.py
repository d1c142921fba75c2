"""A run as one Excel workbook: the answer, its charts, every table, what columns mean, where numbers come from."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from powergap.catalog import Catalog, CatalogData
from powergap.errors import InputError
from powergap.files.atomic import file_written_aside
from powergap.files.extras import needed
from powergap.results.dictionary import entry
from powergap.results.names import display_names
from powergap.results.run import Result, Run

MOST_ROWS, MOST_COLUMNS_WIDE, MOST_NAME, MOST_LETTERS = 1_048_576, 60, 31, 32_767
OWN_SHEETS = ("summary", "charts", "dictionary", "assumptions")
CHART_ROWS = 24
"""Height of a chart in rows of a sheet."""

SECTIONS = ("technologies", "supply_chains", "fuels", "quantities")
NUMBER_FORMATS: dict[str, str] = {
    "_usd": "#,##0",
    "_usd_per_kw_year_closed": "#,##0",
    "_usd_per_unit": "#,##0.00",
    "_gw": "#,##0.000",
    "_gwh": "#,##0.000",
    "_mwh": "#,##0.0",
    "_twh": "#,##0.000",
    "_gw_yr": "#,##0.000",
    "_gw_per_year": "#,##0.000",
    "_t": "#,##0",
    "_mt_last_year": "#,##0.000",
}
"""Excel number format by the unit at the end of a column's name; other numbers as they are."""


def write_workbook(run: Result, target: Path, tables: Mapping[str, pd.DataFrame], *, whole: bool) -> Path:
    """Write one sheet a table; text stays text, whatever it starts with.

    Args:
        run: what the tables are of.
        target: an `.xlsx` file, or a folder for one.
        tables: the tables to write.
        whole: with the sheets Summary and Charts before (of a run of policies) and Dictionary and Assumptions after.

    Returns:
        The file written.

    Raises:
        InputError: a table has more rows than a sheet holds, or the package xlsxwriter is missing.
    """
    xlsxwriter = needed("xlsxwriter")
    if target.is_dir() or not target.suffix:
        target = target / f"{run.name}.xlsx"
    for name, table in tables.items():
        if len(table) >= MOST_ROWS:
            raise InputError(
                f"table {name} has {len(table):,} rows and a sheet holds {MOST_ROWS - 1:,}; use --format parquet or csv"
            )
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "constant_memory": True,
    }
    with file_written_aside(target) as aside, _as_file_error(), xlsxwriter.Workbook(str(aside), options) as book:
        created = run.manifest.created_utc.replace(tzinfo=None)
        book.set_properties({"title": run.name, "comments": "written by powergap", "created": created})
        if whole and isinstance(run, Run):
            _write_sheet(book, "Summary", _summary(run))
            _write_charts(book, run)
        for name, table in zip(_sheets(tables), tables.values(), strict=True):
            _write_sheet(book, name, table)
        if whole:
            _write_sheet(book, "Dictionary", _dictionary(tables))
            _write_sheet(book, "Assumptions", assumptions(run.document))
    return target


@contextmanager
def _as_file_error() -> Iterator[None]:
    """A full disk as what it is, and not as an error of xlsxwriter's own."""
    try:
        yield
    except needed("xlsxwriter").exceptions.FileCreateError as error:
        raise error.args[0] from error


def assumptions(document: Mapping[str, Any]) -> pd.DataFrame:
    """Every catalog number that a resolved scenario holds, a row each: readings, unit, date, confidence and sources.

    A series of years is written as `2026: 9, 2027: 9.5, then: hold`.
    """
    catalog = {name: part for name, part in (document.get("catalog") or {}).items() if name in CatalogData.model_fields}
    found = Catalog(CatalogData.model_validate(catalog))
    rows = [dict(row) for section in SECTIONS for row in found.rows(section) if row["unit"]]
    columns = ["section", "entry", "key", "low", "mid", "high", "unit", "dollar_year", "group", "confidence", "date",
               "sources", "note"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table["sources"] = ["; ".join(names) for names in table["sources"]]
    for reading in ("low", "mid", "high"):
        table[reading] = table[reading].map(_series).astype(object)
    return table


def _series(value: Any) -> Any:
    return ", ".join(f"{year}: {one}" for year, one in value.items()) if isinstance(value, dict) else value


def _dictionary(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What each column of the workbook holds."""
    rows = [
        {"table": name, "column": column, "unit": told.unit or told.unit_in, "meaning": told.meaning}
        for name, table in tables.items()
        for column in map(str, table.columns)
        for told in [entry(name).column(column)]
    ]
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"])


def _sheets(tables: Iterable[str]) -> list[str]:
    """A name of its own for the sheet of each table; Excel cuts and compares names, and keeps `History` to itself."""
    taken = {*OWN_SHEETS, "history"}
    names = []
    for table in tables:
        tries = (f"{table[: MOST_NAME - 4]} ({number})" for number in itertools.count(2))
        name = next(one for one in itertools.chain([table[:MOST_NAME]], tries) if one.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _summary(run: Run) -> pd.DataFrame:
    """The answer first: the gap by year, then what the policies table says."""
    if "policies" not in run.tables:
        return pd.DataFrame([{"policy": p, "case": c, "status": status} for (p, c), status in run.status.items()])
    gaps = run.gap_by_year().rename(columns=lambda year: f"gap_{year}_gw").reset_index()
    return run.tables["policies"].merge(gaps, on=["policy", "case"], how="left")[
        ["policy", "case", "status", *[name for name in gaps if name not in ("policy", "case")]]
        + [name for name in run.tables["policies"] if name not in ("policy", "case", "status")]
    ]


def _write_charts(book: Any, run: Run) -> None:
    """The gap by year and who closed it at the end, under the case that is shown first: native charts, then figures."""
    if not {"gap", "closed"} <= set(run.tables):
        return
    case = _shown_case(run)
    gap = run.gap_by_year().xs(case, level="case")
    closed = run.tables["closed"]
    end = closed[(closed["case"] == case) & (closed["year"] == closed["year"].max())]
    parts = end.pivot_table(index="source", columns="policy", values="closed_gw", aggfunc="sum", sort=False)
    parts = parts[parts.abs().max(axis=1) > 1e-6].fillna(0.0).rename(index=display_names(run.document))
    sheet = book.add_worksheet("Charts")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 30, 12)
    row = 2 * CHART_ROWS
    for number, (title, kind, table) in enumerate(
        (
            (f"Gap at the end of the year, GW ({case})", {"type": "line"}, gap),
            (f"Closed at the end of {gap.columns[-1]}, GW ({case})", {"type": "bar", "subtype": "stacked"}, parts),
        )
    ):
        if table.empty:
            continue
        _write_figures(book, sheet, row, title, table)
        chart = book.add_chart(kind)
        right = len(table.columns)
        for line in range(row + 2, row + 2 + len(table)):
            chart.add_series(
                {
                    "name": ["Charts", line, 0],
                    "categories": ["Charts", row + 1, 1, row + 1, right],
                    "values": ["Charts", line, 1, line, right],
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_size({"width": 900, "height": 20 * (CHART_ROWS - 1)})
        if kind["type"] == "bar":
            chart.set_y_axis({"reverse": True})
        sheet.insert_chart(number * CHART_ROWS, 0, chart)
        row += len(table) + 3


def _write_figures(book: Any, sheet: Any, row: int, title: str, table: pd.DataFrame) -> None:
    """The figures behind a chart: title, heading and a row each."""
    bold, number = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "#,##0.0"})
    sheet.write_string(row, 0, title, bold)
    for place, label in enumerate(map(str, table.columns), start=1):
        sheet.write_string(row + 1, place, label, bold)
    for down, (label, values) in enumerate(zip(table.index, table.to_numpy(), strict=True), start=row + 2):
        sheet.write_string(down, 0, str(label))
        for place, value in enumerate(values, start=1):
            sheet.write_number(down, place, float(value), number)


def _shown_case(run: Run) -> str:
    """The scenario's default case if it was solved, else the first that has a plan."""
    cases = list(dict.fromkeys(run.tables["gap"]["case"]))
    default = run.manifest.default_case
    return default if default in cases else cases[0]


def _write_sheet(book: Any, name: str, table: pd.DataFrame) -> None:
    """Header frozen and filtered, columns as wide as what stands in them."""
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = [_number_format(book, column) for column in map(str, table.columns)]
    for place, column in enumerate(map(str, table.columns)):
        sheet.set_column(place, place, _width(column, table.iloc[:, place]))
    sheet.freeze_panes(1, 0)
    if len(table.columns):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    sheet.write_row(0, 0, list(map(str, table.columns)), head)
    missing = table.isna().to_numpy()
    for row, values in enumerate(table.itertuples(index=False, name=None)):
        for place, value in enumerate(values):
            if not missing[row, place]:
                _write_cell(sheet, row + 1, place, value, formats[place])


def _write_cell(sheet: Any, row: int, place: int, value: Any, form: Any) -> None:
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, form if isinstance(value, float) else None)
    else:
        text = str(value)
        sheet.write_string(row, place, text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 4]} ...")


def _number_format(book: Any, column: str) -> Any:
    fitting = [suffix for suffix in NUMBER_FORMATS if column.endswith(suffix)]
    return book.add_format({"num_format": NUMBER_FORMATS[max(fitting, key=len)]}) if fitting else None


def _width(column: str, values: pd.Series) -> int:
    """Wide enough for the first thousand values and half of the heading, which wraps."""
    if pd.api.types.is_float_dtype(values):
        longest = max((len(f"{value:,.3f}") for value in values.head(1000).dropna()), default=0)
    else:
        longest = max(map(len, values.head(1000).dropna().astype(str)), default=0)
    return min(MOST_COLUMNS_WIDE, max(8, longest + 2, len(column) // 2 + 3))
