"""`powergap catalog`: the numbers behind a scenario, with their sources."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from powergap.cli.help import EXIT_CODES, Csv, Json, Quiet, examples
from powergap.cli.screen import Screen
from powergap.text.findings import catalog_table
from powergap.text.layout import paragraph

if TYPE_CHECKING:
    from powergap.catalog import Catalog


class CatalogSection(enum.StrEnum):
    """Sections of the catalog."""

    TECHNOLOGIES = "technologies"
    SUPPLY_CHAINS = "supply_chains"
    FUELS = "fuels"
    QUANTITIES = "quantities"
    FORECASTS = "forecasts"
    SOURCES = "sources"


def command(app: typer.Typer) -> None:
    """Register the command."""
    epilog = examples(
        "powergap catalog",
        "powergap catalog gas_aeroderivative",
        "powergap catalog lead time --section technologies --sources",
        "powergap catalog --section forecasts --csv",
    )
    app.command("catalog", short_help="List or search the sourced numbers.", epilog=epilog + EXIT_CODES)(catalog)


def catalog(
    search: Annotated[
        list[str] | None, typer.Argument(metavar="WORD", help="Words that a row must all contain.")
    ] = None,
    section: Annotated[
        CatalogSection | None, typer.Option(metavar="NAME", help=f"Only this section: {', '.join(CatalogSection)}.")
    ] = None,
    sources: Annotated[bool, typer.Option("--sources", help="List the sources of the rows shown, in full.")] = False,
    as_json: Json = False,
    as_csv: Csv = False,
    quiet: Quiet = False,
) -> None:
    """List or search the catalog: every number with its readings, unit, date, confidence and source."""
    screen = Screen(as_json, as_csv, quiet)
    with screen.telling():
        from powergap.catalog import bundled

        found = bundled()
        rows = _rows(found, " ".join(search or ()), section)
        cited = _cited(found, rows) if sources else []
        if as_json:
            screen.json({"rows": rows, "sources": cited} if sources else {"rows": rows})
        elif as_csv:
            _csv(screen, rows)
        else:
            _tables(screen, rows, cited)
        screen.say(f"\n{len(rows)} row{'s' * (len(rows) != 1)}")


def _rows(found: Catalog, search: str, section: CatalogSection | None) -> list[dict[str, Any]]:
    """Rows of the sections asked for; deflators are shown by nothing but a search."""
    today = datetime.datetime.now(datetime.UTC).date()
    if search:
        rows = found.search(search, as_of=today)
    else:
        names = [section] if section else [one for one in CatalogSection if one is not CatalogSection.SOURCES]
        rows = [row for name in names for row in found.rows(name, as_of=today)]
    return [dict(row) for row in rows if section is None or row["section"] == section]


def _cited(found: Catalog, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sources that rows name, each once."""
    named = dict.fromkeys(source for row in rows for source in row["sources"])
    known = {
        ": ".join(filter(None, (one.publisher, one.title))): {"key": key, **one.model_dump()}
        for key, one in found.data.sources.items()
    }
    return [known.get(name, {"key": "", "title": name, "publisher": "", "date": "", "url": ""}) for name in named]


def _csv(screen: Screen, rows: Sequence[Mapping[str, Any]]) -> None:
    import pandas as pd

    screen.csv(pd.DataFrame([row | {"sources": "; ".join(row["sources"])} for row in map(dict, rows)]))


def _tables(screen: Screen, rows: Sequence[Mapping[str, Any]], cited: Sequence[Mapping[str, Any]]) -> None:
    """One table a section, then the sources."""
    for name in dict.fromkeys(row["section"] for row in rows):
        part = [row for row in rows if row["section"] == name]
        entries = list(dict.fromkeys(row["entry"] for row in part))
        part.sort(key=lambda row: entries.index(row["entry"]))
        table = catalog_table(part, screen.width, ascii_only=screen.ascii_only)
        screen.data(f"{name.replace('_', ' ')}\n\n{table}\n")
    if cited:
        screen.data("cited sources\n\n")
    for one in cited:
        told = ", ".join(filter(None, (one["publisher"], one["title"], one["date"], one["url"])))
        screen.data(paragraph(told, screen.width, "  ") + "\n")
