"""Remarks that do not stop a run. Each is a sentence and a function that yields problems."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from powergap.catalog.schema import CatalogData
from powergap.errors import Problem
from powergap.files.csv_text import read_csv
from powergap.files.encoding import NotATableError
from powergap.scenario.pipeline import Pipeline, account
from powergap.scenario.read.checks import Resolved, ScenarioCheck, placed
from powergap.scenario.read.hours_columns import is_header
from powergap.scenario.read.idle import technologies_can_matter
from powergap.scenario.read.nodes import Place, find

STALE_AFTER_DAYS = 548
MOST_ROWS_TOLD = 20


def _relocation_has_a_target(run: Resolved) -> Iterator[Problem]:
    for region, data in run.scenario.regions.items():
        if len(run.scenario.regions) == 1 and data.demand.relocatable_fraction > 0:
            place = run.place("regions", region, "demand", "relocatable_fraction")
            yield place.problem("load can move only between regions, and there is one; this has no effect")


def _demand_grows(run: Resolved) -> Iterator[Problem]:
    for region, data in run.scenario.regions.items():
        wanted = data.demand.additions_gw_per_year
        if data.demand.pipeline is not None:
            continue
        path = ("regions", region, "demand", "additions_gw_per_year")
        if wanted and not any(wanted.values()):
            yield run.own_place(path, *((*path, y) for y in wanted)).problem(
                "there is no demand in any year, so there is no gap"
            )
        fall = next((y for y in wanted if wanted[y] < 0.5 * wanted.get(y - 1, 0)), None)
        if fall is not None and any(wanted.values()):
            place = run.own_place(path, (*path, fall), (*path, fall - 1))
            yield place.problem(f"demand additions fall by more than half in {fall}; a forgotten year?")


def _slots_exist(run: Resolved) -> Iterator[Problem]:
    for name, technology in run.scenario.technologies.items():
        chain = run.scenario.supply_chains.get(getattr(technology, "supply_chain", None) or "")
        if chain and not any(chain.open_slots_gw_per_year.values()) and not any(placed(technology).values()):
            message = (
                f"can never be built: `{technology.supply_chain}` has no open delivery slots and nothing is placed"  # type: ignore[union-attr]
            )
            yield run.place("technologies", name).problem(message)


def _hours_are_read(run: Resolved) -> Iterator[Problem]:
    chronology = run.scenario.chronology
    if chronology.profiles is not None and not run.scenario.reads_hours:
        yield run.place("chronology", "profiles").problem("not read by `kind: annual`, which has no hours")
    if chronology.added_days and chronology.kind != "representative":
        message = f"not read by `kind: {chronology.kind}`, only by `representative`"
        yield run.place("chronology", "added_days").problem(message)


def _look_ahead_is_used(run: Resolved) -> Iterator[Problem]:
    if run.scenario.foresight.kind == "perfect" and find(run.tree, ("foresight", "look_ahead_years")):
        yield run.place("foresight", "look_ahead_years").problem("not read with perfect foresight, only with `myopic`")


def _committed_in_the_plan(run: Resolved) -> Iterator[Problem]:
    years = run.scenario.year_list
    for name, technology in run.scenario.technologies.items():
        early = [year for year, gigawatts in placed(technology).items() if gigawatts > 0 and year < years[0]]
        if early:
            place = run.place("technologies", name, "committed_deliveries_gw_per_year")
            yield place.problem(f"committed deliveries of {early[0]} are not counted: the plan starts in {years[0]}")


def _projects_are_what_they_seem(run: Resolved) -> Iterator[Problem]:
    """Rows of a list of projects that are counted otherwise than a reader may think, each at its row."""
    for region, data in run.scenario.regions.items():
        pipeline = data.demand.pipeline
        if pipeline is None:
            continue
        path = ("regions", region, "demand", "pipeline")
        rows = [run.place(*path, "projects", number) for number in range(len(pipeline.projects))]
        found = account(pipeline, run.scenario.base_year, run.scenario.year_list)
        place = run.place(*path)
        counts = "counts once" if pipeline.repeats == "once" else "counts again"
        late = f"does not operate by the end of {run.scenario.base_year}; counts as if it were for the year after"
        told = [
            [(row, f"the same in every column as {_row(rows, one)}; {counts}") for row, one in found.repeats],
            [
                (row, f"may be {_earlier(pipeline, row, one)} of {_row(rows, one)}; both count")
                for row, one in found.alike
            ],
            [(row, late) for row in found.overdue],
        ]
        for kind in told:
            yield from (rows[row].problem(message) for row, message in kind[:MOST_ROWS_TOLD])
            if len(kind) > MOST_ROWS_TOLD:
                message = f"{len(kind) - MOST_ROWS_TOLD} more rows such as {_row(rows, kind[0][0])}, which {kind[0][1]}"
                yield place.problem(message)
        if found.in_base_fleet:
            gigawatts = sum(pipeline.projects[row].mw for row in found.in_base_fleet) / 1000
            message = f"projects that operate by the end of {run.scenario.base_year} are taken to be in `base_gw`: "
            yield place.problem(f"{message}{len(found.in_base_fleet)}, {gigawatts:,.1f} GW")
        if found.later_gw > 0.0005:
            yield place.problem(
                f"{found.later_gw:,.1f} of {found.asked_gw:,.1f} GW come after the last year, if at all"
            )
        if data.demand.of == "facility_load":
            yield place.problem("lists of projects count nameplate as a rule, and `demand.of` says facility_load")


def _earlier(pipeline: Pipeline, row: int, one: int) -> str:
    """An earlier project by its name, and by what else tells it apart from a later one."""
    later, earlier = (pipeline.projects[place] for place in (row, one))
    if later.distinguished_by == earlier.distinguished_by:
        return f"`{earlier.name}`"
    return f"`{earlier.name}` ({earlier.distinguished_by or 'nothing'}; here {later.distinguished_by or 'nothing'})"


def _row(rows: list[Place], number: int) -> str:
    line = rows[number].line
    return f"line {line}" if line else f"project {number + 1}"


WARNINGS: tuple[tuple[str, ScenarioCheck], ...] = (
    ("relocatable load has somewhere to go", _relocation_has_a_target),
    ("demand additions do not collapse", _demand_grows),
    ("listed technologies can be built", _slots_exist),
    ("committed deliveries fall in the planned years", _committed_in_the_plan),
    ("hourly profiles and added days are read", _hours_are_read),
    ("look-ahead is used", _look_ahead_is_used),
    ("technologies can close something", technologies_can_matter),
    ("projects are what they seem", _projects_are_what_they_seem),
)


def notes_of_files(names: Iterable[str]) -> Iterator[Problem]:
    """How files of hours were saved, where that is not as commas in UTF-8; one that is no table is told elsewhere."""
    for name in names:
        with suppress(NotATableError):
            yield from read_csv(Path(name), is_header).notes


def stale_entries(used: CatalogData, today: datetime.date) -> Iterator[Problem]:
    """Catalog values last checked against their source over 18 months (548 days) before `today`."""
    for section in ("technologies", "supply_chains", "fuels"):
        for name, item in getattr(used, section).items():
            for key, quantity in item.quantities.items():
                yield from _stale(f"{section}.{name}.{key}", quantity.date, today)
    for name, quantity in used.quantities.items():
        yield from _stale(f"quantities.{name}", quantity.date, today)


def _stale(key: str, checked: datetime.date, today: datetime.date) -> Iterator[Problem]:
    if (today - checked).days > STALE_AFTER_DAYS:
        yield Problem("catalog", 0, 0, key, f"last checked {checked}, more than 18 months ago")
