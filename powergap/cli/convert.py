"""`powergap convert` and `powergap reconcile`: one unit and definition of load to another."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from powergap.cli.help import EXIT_CODES, Csv, Json, Quiet, examples
from powergap.cli.numbers import amount as amount_of
from powergap.cli.numbers import count
from powergap.cli.screen import Screen
from powergap.errors import InputError, Problem

if TYPE_CHECKING:
    from powergap.catalog.schema import RatioName
    from powergap.conversion import Unit


class Definition(enum.StrEnum):
    """What a figure of load counts."""

    ENERGY = "energy"
    AVERAGE = "average"
    PEAK = "peak"
    NAMEPLATE = "nameplate"
    IT = "it"


LOAD_FACTOR = typer.Option(
    "--load-factor", metavar="FRACTION", parser=amount_of(), help="Average load / facility peak."
)
PEAK_SHARE = typer.Option(
    "--peak-share",
    metavar="FRACTION",
    parser=amount_of(),
    help="Facility peak / nameplate: a scenario's demand.utilization_fraction.",
)
UTILIZATION = typer.Option(
    "--utilization",
    metavar="FRACTION",
    parser=amount_of(),
    help="Average load / nameplate, as LBNL defines it: load factor x peak share.",
)
PUE = typer.Option("--pue", metavar="RATIO", parser=amount_of(), help="Facility load / IT load.")
KINDS = "energy (of a year), average (load), peak (of the facility), nameplate, it (critical IT load)"


def convert(app: typer.Typer) -> None:
    """Register `convert`."""
    epilog = examples(
        "powergap convert 649 TWh/yr --to GW --as nameplate --utilization 0.5",
        "powergap convert 9,042 MW --of nameplate --as peak --peak-share 0.44",
        "powergap convert 80 GW --of it --to TWh/yr --json",
    )
    app.command("convert", short_help="Convert load between units and definitions.", epilog=epilog + EXIT_CODES)(
        convert_load
    )


def reconcile(app: typer.Typer) -> None:
    """Register `reconcile`."""
    epilog = examples(
        "powergap reconcile --as nameplate --year 2030",
        "powergap reconcile lbnl epri --to TWh/yr",
        "powergap reconcile --as peak --peak-share 0.65 --csv",
    )
    app.command("reconcile", short_help="Show published forecasts on one definition.", epilog=epilog + EXIT_CODES)(
        reconcile_forecasts
    )


def convert_load(
    value: Annotated[str, typer.Argument(metavar="VALUE", help="An amount, such as 649 or 9,042.")],
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="kW, MW, GW, TW, or kWh, MWh, GWh, TWh a year.")],
    to: Annotated[str | None, typer.Option(metavar="UNIT", help="Unit of the result; default GW or TWh/yr.")] = None,
    as_: Annotated[
        Definition | None, typer.Option("--as", metavar="DEFINITION", help=f"What the result counts: {KINDS}.")
    ] = None,
    of: Annotated[
        Definition | None,
        typer.Option(metavar="DEFINITION", help="What the amount counts; required for a unit of power."),
    ] = None,
    load_factor: Annotated[float | None, LOAD_FACTOR] = None,
    peak_share: Annotated[float | None, PEAK_SHARE] = None,
    utilization: Annotated[float | None, UTILIZATION] = None,
    pue: Annotated[float | None, PUE] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Convert an amount of load, and show every factor used with its source.

    A ratio that is needed but not given is the catalog's mid reading; the result says so and shows what the low and
    high readings would give. An amount from a forecast in the catalog is also converted with its publisher's own ratio.
    """
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.catalog import bundled
        from powergap.conversion import Factors, amount, as_published, unit_of
        from powergap.conversion import convert as converted
        from powergap.conversion.definitions import words
        from powergap.text.conversion import conversion_text

        number, given_unit, target = _read([("VALUE", amount, value), ("UNIT", unit_of, unit), ("--to", unit_of, to)])
        wanted = as_ or (Definition.ENERGY if target and target.kind == "energy" else None)
        counted = of or (Definition.ENERGY if given_unit.kind == "energy" else None)
        if counted is None or wanted is None:
            raise InputError(_undefined(counted, wanted, given_unit))
        target = target or unit_of("TWh/yr" if wanted is Definition.ENERGY else "GW")
        given = _given(load_factor, peak_share, utilization, pue)
        done = converted(number, given_unit, counted.value, target, wanted.value, Factors(bundled(), given))
        theirs = as_published(bundled(), number, given_unit, counted.value, target, wanted.value, given)
        if as_json:
            asked = {"value": number, "unit": given_unit.name, "definition": counted}
            screen.json({"given": asked, **_as_data(done), "published": theirs})
        else:
            screen.data(
                conversion_text(
                    number, given_unit.name, counted, done, theirs, screen.width, ascii_only=screen.ascii_only
                )
            )
        for step in done.steps:
            if not step.is_given:
                screen.say(f"not given: {words(step.factor)}; {step.value:g} is the catalog's")
        for name in done.unused:
            screen.say(f"not needed for this conversion, and not used: {words(name)}")


def reconcile_forecasts(
    search: Annotated[
        list[str] | None, typer.Argument(metavar="WORD", help="Any of these words in the forecast or publisher.")
    ] = None,
    as_: Annotated[
        Definition | None,
        typer.Option("--as", metavar="DEFINITION", help=f"What to count: {KINDS}. Default nameplate."),
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="UNIT", help="Unit; default GW, or TWh/yr of energy.")] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", parser=count(), help="Only figures for this year.")
    ] = None,
    load_factor: Annotated[float | None, LOAD_FACTOR] = None,
    peak_share: Annotated[float | None, PEAK_SHARE] = None,
    utilization: Annotated[float | None, UTILIZATION] = None,
    pue: Annotated[float | None, PUE] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    quiet: Quiet = False,
) -> None:
    """Show every forecast of data-center load in the catalog on one definition.

    A ratio given here applies to all forecasts; otherwise the publisher's own is used, or the catalog's mid reading.
    A `?` marks a definition that the publisher does not give and the catalog assumes.
    """
    screen = Screen(as_json, as_csv, quiet)
    with screen.telling():
        from powergap.catalog import bundled
        from powergap.conversion import Factors, unit_of
        from powergap.conversion import reconcile as reconciled
        from powergap.conversion.definitions import words
        from powergap.text.conversion import reconciled_text

        [unit] = _read([("--to", unit_of, to or ("TWh/yr" if as_ is Definition.ENERGY else "GW"))])
        as_ = as_ or (Definition.ENERGY if unit.kind == "energy" else Definition.NAMEPLATE)
        given = _given(load_factor, peak_share, utilization, pue)
        rows, others = reconciled(bundled(), unit, as_.value, given)
        rows = [row for row in rows if _asked(row, search or (), year)]
        if not rows:
            years = sorted({row["year"] for row in reconciled(bundled(), unit, as_.value, given)[0] if row["year"]})
            raise InputError(f"no load forecast matches; years available: {', '.join(map(str, years))}")
        if as_json:
            screen.json({"definition": as_, "unit": unit.name, "rows": rows, "not_load": others})
        elif as_csv:
            import pandas as pd

            screen.csv(pd.DataFrame([row | {"factors": _listed(row["factors"])} for row in rows]))
        else:
            screen.data(reconciled_text(rows, screen.width, ascii_only=screen.ascii_only))
        chosen = Factors(bundled(), given).chosen()
        for name in dict.fromkeys(one["factor"] for row in rows for one in row["factors"]):
            if name in chosen and not chosen[name].is_given:
                screen.say(
                    f"{words(name)}: {chosen[name].value:g}, {chosen[name].source}, where the publisher gives none"
                )
        screen.say(f"{len(rows)} figures; {len(others)} other forecasts in the catalog do not count data-center load")


def _read(asked: Sequence[tuple[str, Any, str | None]]) -> list[Any]:
    """The text of each argument by its reader, None for what is not given; all problems at once."""
    found, wrong = [], []
    for name, read, text in asked:
        try:
            found.append(None if text is None else read(text))
        except InputError as error:
            wrong.append(Problem(name, 0, 0, "", str(error)))
    if wrong:
        raise InputError(wrong)
    return found


def _undefined(counted: Definition | None, wanted: Definition | None, unit: Unit) -> list[Problem]:
    """Definitions that neither an option nor a unit tells."""
    wrong = []
    if counted is None:
        message = f"{unit.name} alone does not say what it counts; expected one of {', '.join(list(Definition)[1:])}"
        wrong.append(Problem("--of", 0, 0, "", message))
    if wanted is None:
        wrong.append(Problem("--as", 0, 0, "", f"say what the answer counts: {KINDS}"))
    return wrong


def _given(
    load_factor: float | None, peak_share: float | None, utilization: float | None, pue: float | None
) -> dict[RatioName, float]:
    asked: dict[RatioName, float | None] = {
        "load_factor": load_factor,
        "peak_share": peak_share,
        "utilization": utilization,
        "pue": pue,
    }
    return {name: value for name, value in asked.items() if value is not None}


def _as_data(done: Any) -> dict[str, Any]:
    steps = [{key.removesuffix("_"): value for key, value in vars(step).items()} for step in done.steps]
    return {**vars(done), "steps": steps}


def _asked(row: dict[str, Any], search: Sequence[str], year: int | None) -> bool:
    text = f"{row['forecast']} {row['publisher']}".casefold()
    return (year is None or row["year"] == year) and (not search or any(word.casefold() in text for word in search))


def _listed(factors: Sequence[dict[str, Any]]) -> str:
    return "; ".join(f"{one['factor']} {one['value']:g} ({one['source']})" for one in factors)
