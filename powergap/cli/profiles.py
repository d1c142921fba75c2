"""`powergap profiles` and `powergap headroom`: real hours for scenarios, and the room they leave."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from powergap.cli.help import EXIT_CODES, Csv, Json, Quiet, Replace, examples
from powergap.cli.numbers import amount, count
from powergap.cli.screen import Screen, records
from powergap.errors import InputError
from powergap.names import name_refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from powergap.eia import SystemDemand, Treated


class Stamps(enum.StrEnum):
    """What a time stamp of a wide table names."""

    START = "start"
    END = "end"


class Workload(enum.StrEnum):
    """What the computers of a data center do."""

    TRAINING = "training"
    INFERENCE = "inference"
    MIXED = "mixed"


FILES = typer.Argument(
    metavar="FILE...",
    help="EIA-930 or PUDL tables, or tables with datetime_utc and one MW column per region; also .gz.",
)
REGIONS = typer.Option(
    "--regions",
    "-r",
    metavar="NAMES",
    help="Regions to read: PJM,MISO, or renamed and summed: midwest=MISO+LGEE, dominion=PJM/DOM; may be repeated. "
    "Default all.",
)
FILL = typer.Option(
    "--fill",
    metavar="HOURS",
    parser=count(0),
    help="Most missing or rejected hours to fill in each region; default none.",
)
STAMPS = typer.Option(
    "--stamps",
    metavar="start|end",
    help="Whether datetime_utc of a wide table marks the start or the end of an hour.",
)


def profiles(app: typer.Typer) -> None:
    """Register `profiles` with its subcommands."""
    group = typer.Typer(name="profiles", help="Make hourly profile sets for scenarios.", no_args_is_help=True)
    epilog = examples(
        "powergap profiles import-eia930 EIA930_BALANCE_2023_*.csv --to hours-2023 --regions PJM,ERCOT=ERCO",
        "powergap profiles import-eia930 demand.csv.gz --to hours --year 2019 --timezone America/Chicago",
    )
    group.command(
        "import-eia930", short_help="Write one year of EIA-930 demand as a profile set.", epilog=epilog + EXIT_CODES
    )(import_eia930)
    epilog = examples(
        "powergap profiles load --kind mixed --temperature hours.csv --to load.csv",
        "powergap profiles load -t pvgis.csv --column T2m --timezone UTC-6 --to load.csv",
        "powergap profiles load -k training -t tmy.csv --column TX_DallasFW__tdb_c --region texas --to load.csv",
    )
    group.command(
        "load", short_help="Write hourly data-center load with cooling by weather.", epilog=epilog + EXIT_CODES
    )(load)
    app.add_typer(group)


def headroom(app: typer.Typer) -> None:
    """Register `headroom`."""
    epilog = examples(
        "powergap headroom EIA930_BALANCE_*.csv --from 2016 --to 2024 --published",
        "powergap headroom demand.csv.gz --rate 0.0025 --rate 0.01 --regions PJM,ERCOT=ERCO --json",
    )
    app.command(
        "headroom", short_help="Show how much flexible load fits under the seasonal peaks.", epilog=epilog + EXIT_CODES
    )(show_headroom)


def import_eia930(
    files: Annotated[list[Path], FILES],
    to: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder to write; a profile set of the same regions there is replaced.")
    ],
    regions: Annotated[list[str] | None, REGIONS] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", parser=count(), help="Calendar year; default the last complete one.")
    ] = None,
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="Time zone of the hours: UTC, UTC-6 or America/Chicago (standard time).")
    ] = "UTC",
    fill: Annotated[int, FILL] = 0,
    stamps: Annotated[Stamps, STAMPS] = Stamps.START,
    replace: Replace = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write one year of EIA-930 demand as a profile set: 8,760 hours and a record of their sources.

    Name its hours.csv under chronology.profiles in a scenario that has regions of the same names.
    """
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.eia import make_profile_set
        from powergap.eia.choices import last_whole_year, lost_regions, refuse_other_folder
        from powergap.eia.sets import standard_offset
        from powergap.files.atomic import folder_written_aside
        from powergap.files.replacing import refuse_loss

        refuse_other_folder(to)
        standard_offset(timezone, year or 2000)
        demand = _read(screen, files, regions, stamps)
        if not replace:
            refuse_loss(to, lost_regions(to, demand.regions), "--to")
        found = make_profile_set(demand, year or last_whole_year(demand), timezone, fill)
        with folder_written_aside(to) as aside:
            for name, text in found.files().items():
                (aside / name).write_text(text, encoding="utf-8")
        paths = [str(to / name) for name in found.files()]
        if as_json:
            screen.json({"files": paths, **found.record})
        else:
            screen.data("".join(f"{path}\n" for path in paths))
        _say_treatment(screen, found.treated)
        if found.record["leap_day_dropped"]:
            screen.say("February 29 is left out so that the year has 8,760 hours")
        screen.say(f"{len(demand.regions)} regions, {found.record['year']}, {found.record['clock']}")


def load(
    temperature: Annotated[
        Path, typer.Option("--temperature", "-t", metavar="FILE", help="CSV of 8,760 hours, local standard time.")
    ],
    to: Annotated[Path, typer.Option(metavar="FILE", help="CSV to write.")],
    kind: Annotated[
        Workload, typer.Option("--kind", "-k", metavar="KIND", help=f"Workload: {', '.join(Workload)}.")
    ] = Workload.MIXED,
    column: Annotated[
        str, typer.Option(metavar="NAME", help="Column of outdoor temperature, °C.")
    ] = "temperature_degc",
    timezone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Local time zone, if the file is in UTC: UTC-6 or America/Chicago."),
    ] = None,
    region: Annotated[str, typer.Option(metavar="NAME", help="Region of the hours; default all regions.")] = "",
    pue: Annotated[
        float | None,
        typer.Option(metavar="RATIO", parser=amount(1, 3), help="Mean PUE of the fleet; default the catalog's."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write 8,760 hours of data-center load as a share of its peak, with cooling that follows temperature.

    Name the file under chronology.profiles in a scenario. It does not say what share of nameplate the peak is.
    """
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.eia.load_shape import ComputerUse, catalog_pue, load_shape, load_table, read_temperature
        from powergap.files.atomic import file_written_aside

        if region and (told := name_refusal(region)):
            raise InputError(f"--region: {told}")
        fleet_pue = pue or catalog_pue()
        degrees = read_temperature(temperature, column, timezone)
        _say_notes(screen, [temperature])
        shape = load_shape(ComputerUse(kind.value), degrees, fleet_pue)
        with file_written_aside(to) as aside:
            load_table(shape, degrees, region).to_csv(aside, index=False, lineterminator="\n")
        if as_json:
            screen.json({"file": str(to), "kind": kind.value, "fleet_pue": fleet_pue, **shape.summary()})
        else:
            screen.data(f"{to}\n")
        if timezone is not None:
            screen.say(f"hours are converted from the time zone of {temperature.name} to {timezone} standard time")
        screen.say(", ".join(f"{key.replace('_', ' ')} {value:.3f}" for key, value in shape.summary().items()))


def show_headroom(
    files: Annotated[list[Path], FILES],
    rate: Annotated[
        list[float] | None,
        typer.Option(
            metavar="FRACTION",
            parser=amount(),
            help="Curtailed share of the new load's energy; default 0.0025, 0.005, 0.01.",
        ),
    ] = None,
    first: Annotated[
        int | None,
        typer.Option("--from", metavar="YEAR", parser=count(), help="First year; default all complete years."),
    ] = None,
    last: Annotated[
        int | None, typer.Option("--to", metavar="YEAR", parser=count(), help="Last year; default all complete years.")
    ] = None,
    growth: Annotated[
        float,
        typer.Option(
            metavar="FRACTION", parser=amount(-0.9, 3), help="Growth of existing load since then, with peaks held."
        ),
    ] = 0.0,
    regions: Annotated[list[str] | None, REGIONS] = None,
    fill: Annotated[int, FILL] = 0,
    stamps: Annotated[Stamps, STAMPS] = Stamps.START,
    published: Annotated[
        bool, typer.Option("--published", help="Show what Duke University published for comparison.")
    ] = False,
    as_json: Json = False,
    as_csv: Csv = False,
    quiet: Quiet = False,
) -> None:
    """Show the constant new load that fits under the seasonal peaks if a little of its energy can be curtailed.

    Years are in UTC. The method is from Rethinking Load Growth (Norris et al., Duke University, 2025).
    """
    screen = Screen(as_json, as_csv, quiet)
    with screen.telling():
        import pandas as pd

        from powergap.eia import headroom_table, treated
        from powergap.eia.choices import chosen_years
        from powergap.eia.headroom import RATES
        from powergap.text.headroom import headroom_text, window_sentences, with_published

        demand = _read(screen, files, regions, stamps)
        years = chosen_years(demand, first, last)
        since, until = (pd.Timestamp(year, 1, 1, tz="UTC") for year in (years.start, years.stop))
        found = treated(demand, since, until, fill)
        frame = headroom_table(found.load, sorted(set(rate or RATES)), growth)
        if published:
            frame = with_published(frame, demand.regions)
        if as_json:
            screen.json(_payload(frame, found, years, growth))
        elif as_csv:
            screen.csv(frame)
        else:
            screen.data(headroom_text(frame, screen.width, ascii_only=screen.ascii_only))
        _say_treatment(screen, found)
        for sentence in window_sentences(years, growth, demand.regions if published else {}):
            screen.say(sentence)


def _read(screen: Screen, files: Sequence[Path], regions: Sequence[str] | None, stamps: Stamps) -> SystemDemand:
    from powergap.eia import read_demand
    from powergap.eia.choices import parse_regions

    demand = read_demand(files, parse_regions(regions) if regions else None, stamps.value)
    _say_notes(screen, files)
    return demand


def _say_notes(screen: Screen, files: Sequence[Path]) -> None:
    from powergap.eia.text_table import notes

    for note in (note for file in files for note in notes(file)):
        screen.say(f"warning: {note}")


def _payload(frame: pd.DataFrame, found: Treated, years: range, growth: float) -> dict[str, Any]:
    return {
        "first_year": years.start,
        "last_year": years.stop - 1,
        "growth_fraction": growth,
        "sources": [vars(source) for source in found.demand.sources],
        "treatment_hours": {name: counts for name, counts in found.counts.items() if counts},
        "headroom": records(frame),
    }


def _say_treatment(screen: Screen, found: Treated) -> None:
    for name, counts in found.counts.items():
        if counts:
            told = ", ".join(f"{count:,} {key.replace('_', ' ')}" for key, count in counts.items())
            screen.say(f"{name}: {told}")
    if not any(found.counts.values()):
        screen.say("nothing was missing, rejected, repeated or filled")
