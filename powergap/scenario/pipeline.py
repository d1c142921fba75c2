"""A list of projects as demand: what is likely to come of each, and when.

A project of P GW at a stage comes with the stage's completion fraction and delay:

    additions[year] = sum of P x completion x share of its window that lies in the year,
    window          = the year, or the month, that its date names, moved later by the delay, and longer by the ramp.

The part of a project that is not firm comes as if it were announced only. A date that has passed while the project does
not operate counts from the first year after the base year. What operates by the end of the base year is in the fleet.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from powergap.scenario import quantities as q
from powergap.scenario.parts import Part
from powergap.scenario.read.project_words import checked_date, stage_hint

ProjectStage = Literal["operating", "in_construction", "contracted", "permitted", "announced", "cancelled"]
STAGES: tuple[str, ...] = get_args(ProjectStage)
UNSURE: tuple[ProjectStage, ...] = ("in_construction", "contracted", "permitted", "announced")
"""Stages that a completion fraction and a delay are needed for."""

ALIKE = 0.8
"""Names this alike, from 0 to 1, in one region and of nearly one size may be one project."""

NEARLY = 0.05
NEIGHBOURS = 10


def _year_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _stage(value: Any) -> Any:
    if isinstance(value, str) and value not in STAGES and (hint := stage_hint(value)):
        raise ValueError(f"`{value}` is no stage; {hint}")
    return value


Date = Annotated[str, BeforeValidator(_year_as_text), AfterValidator(checked_date)]


class Project(Part):
    """One data center, or one phase of it."""

    name: str = Field(min_length=1, max_length=200, description="Of the site or phase")
    region: str = Field("", description="A region of the scenario; ignored if there is only one")
    mw: q.Megawatts = Field(description="In the unit of `demand.of`, usually nameplate")
    stage: Annotated[ProjectStage, BeforeValidator(_stage)] = Field(description="Development stage")
    date: Date = Field(description="In-service date: 2027, 2027-06 or 2027-06-30")
    firm_fraction: q.Fraction = Field(1.0, description="Share that is firm; the rest counts as announced")
    ramp_years: q.Years | None = Field(None, description="Ramp to full load; default `pipeline.ramp_years`")
    distinguished_by: str = Field(
        "",
        max_length=300,
        description="What tells it apart from a project that is otherwise alike, such as its queue number; a CSV's "
        "other columns do so by themselves",
    )


def _or_file(schema: dict[str, Any]) -> None:
    """A file may stand for the list; it is read before anything is checked."""
    schema["anyOf"] = [{"type": "string"}, {"type": schema.pop("type"), "items": schema.pop("items")}]


class Pipeline(Part):
    """Demand additions from a list of projects, by what is likely to come of each stage, and when."""

    projects: list[Project] = Field(
        json_schema_extra=_or_file,
        description="A CSV with columns `name`, `region`, `mw`, `stage`, `date` and, if wanted, `firm_fraction` and "
        "`ramp_years`, relative to the scenario file (with `--set`, to the folder of the command); or the list itself",
    )
    completion_fraction: dict[ProjectStage, q.Fraction] = Field(
        default_factory=dict, description="Share that is built, by stage; default the catalog's"
    )
    delay_years: dict[ProjectStage, q.Years] = Field(
        default_factory=dict, description="How much later than its date, by stage; default the catalog's"
    )
    ramp_years: q.Years = Field(
        0.0,
        description="Over how long a project fills: it comes evenly from its date until so much later. 0: at once; 4: "
        "a fifth in the year of its date and a fifth more in each of the next four",
    )
    repeats: Literal["once", "all"] = Field(
        "once", description="Rows alike in every column, read or not, count `once`, or `all` do; both are reported"
    )


def completed(pipeline: Pipeline, catalog_value: Callable[[str], float]) -> Pipeline:
    """The pipeline with completion and delay of every stage that its projects have, from the catalog where not given.

    Args:
        pipeline: projects.
        catalog_value: gives a quantity of the catalog by name.
    """
    present = {project.stage for project in pipeline.projects}
    if any(project.firm_fraction < 1 for project in pipeline.projects):
        present.add("announced")
    completion, delay = dict(pipeline.completion_fraction), dict(pipeline.delay_years)
    for stage in (one for one in UNSURE if one in present):
        if stage not in completion:
            completion[stage] = catalog_value(f"project_{stage}_completion_fraction")
        if stage not in delay:
            delay[stage] = catalog_value(f"project_{stage}_delay_years")
    return pipeline.model_copy(update={"completion_fraction": completion, "delay_years": delay})


@dataclass(frozen=True)
class Account:
    """What became of the rows: projects and GW, in what `demand.of` counts.

    Attributes:
        rows: projects in the list.
        repeats: positions of rows alike in every column with an earlier one, each with that one's.
        alike: positions of rows that may be an earlier project with another name, size or date, each with that one's.
        in_base_fleet: positions of projects that operate by the end of the base year.
        overdue: positions of projects that should operate by then and do not.
        asked_gw: all rows, but repeats that count once and what is in the base fleet or cancelled.
        expected_gw: of it, what comes by the end of the last year.
        later_gw: of it, what comes after the last year.
    """

    rows: int
    repeats: tuple[tuple[int, int], ...]
    alike: tuple[tuple[int, int], ...]
    in_base_fleet: tuple[int, ...]
    overdue: tuple[int, ...]
    asked_gw: float
    expected_gw: float
    later_gw: float


def additions_gw(pipeline: Pipeline, base_year: int, years: Sequence[int]) -> dict[int, float]:
    """Expected additions by year, GW in what `demand.of` counts.

    By hand: 1,000 MW in construction for 2027, completion 0.95, delay 0.45: of the window 2027.45 to 2028.45 lies
    0.55 in 2027 and 0.45 in 2028, so 0.5225 GW and 0.4275 GW. With a ramp of a year the window is 2027.45 to 2029.45:
    0.275, 0.5 and 0.225 of it lie in 2027, 2028 and 2029.
    """
    found = dict.fromkeys(years, 0.0)
    for place in counted(pipeline, base_year):
        for year, gigawatts in expected_gw(pipeline.projects[place], base_year, pipeline):
            if year in found:
                found[year] += gigawatts
    return found


def account(pipeline: Pipeline, base_year: int, years: Sequence[int]) -> Account:
    """What became of each row; see `Account`."""
    coming = counted(pipeline, base_year)
    expected = [pair for place in coming for pair in expected_gw(pipeline.projects[place], base_year, pipeline)]
    projects = pipeline.projects
    return Account(
        rows=len(projects),
        repeats=tuple(repeats(projects)),
        alike=alike(tuple(projects)),
        in_base_fleet=tuple(place for place, one in enumerate(projects) if is_in_base_fleet(one, base_year)),
        overdue=tuple(place for place in coming if _window(projects[place].date)[0] < base_year + 1),
        asked_gw=sum(projects[place].mw for place in coming) / 1000,
        expected_gw=sum(gigawatts for year, gigawatts in expected if year <= years[-1]),
        later_gw=sum(gigawatts for year, gigawatts in expected if year > years[-1]),
    )


def counted(pipeline: Pipeline, base_year: int) -> list[int]:
    """Positions of projects that may still come: not in the base fleet, not cancelled, not a repeat counted once."""
    again = {place for place, _ in repeats(pipeline.projects)} if pipeline.repeats == "once" else set()
    return [
        place
        for place, one in enumerate(pipeline.projects)
        if place not in again and one.stage != "cancelled" and not is_in_base_fleet(one, base_year)
    ]


def expected_gw(project: Project, base_year: int, pipeline: Pipeline) -> Iterator[tuple[int, float]]:
    """Years and the GW that are likely to come in each."""
    start, end = _window(project.date)
    late = max(0.0, base_year + 1 - start)
    firm = 1.0 if project.stage == "operating" else project.firm_fraction
    ramp = pipeline.ramp_years if project.ramp_years is None else project.ramp_years
    parts: tuple[tuple[float, ProjectStage], ...] = ((firm, project.stage), (1 - firm, "announced"))
    for share, stage in parts:
        if share > 0:
            gigawatts = project.mw / 1000 * share * pipeline.completion_fraction.get(stage, 1.0)
            moved = late + pipeline.delay_years.get(stage, 0.0)
            yield from _by_year(start + moved, end + moved + ramp, gigawatts)


def is_in_base_fleet(project: Project, base_year: int) -> bool:
    """True for what operates by the end of the base year."""
    return project.stage == "operating" and _window(project.date)[0] < base_year + 1


def repeats(projects: Sequence[Project]) -> Iterator[tuple[int, int]]:
    """Rows alike in every column with an earlier one, with that one."""
    first: dict[tuple[Any, ...], int] = {}
    for place, one in enumerate(projects):
        earlier = first.setdefault(
            tuple(
                plain_name(one.name) if column == "name" else getattr(one, column) for column in Project.model_fields
            ),
            place,
        )
        if earlier != place:
            yield place, earlier


@lru_cache(maxsize=32)
def alike(projects: tuple[Project, ...]) -> tuple[tuple[int, int], ...]:
    """Rows that may be an earlier project: a like name and nearly the same size in one region, with that one.

    Names are compared with those of the same region and first letter, `NEIGHBOURS` next in size at most.
    """
    again = {place for place, _ in repeats(projects)}
    names = [plain_name(one.name) for one in projects]
    groups: dict[tuple[str, str], list[int]] = {}
    for place, one in enumerate(projects):
        if place not in again:
            groups.setdefault((one.region, names[place][:1]), []).append(place)
    found = []
    for group in groups.values():
        ordered = sorted(group, key=lambda place: (projects[place].mw, names[place]))
        for position, place in enumerate(ordered):
            for other in ordered[position + 1 : position + 1 + NEIGHBOURS]:
                if projects[other].mw > projects[place].mw * (1 + NEARLY):
                    break
                if _are_alike(names[place], names[other]):
                    found.append((max(place, other), min(place, other)))
    return tuple(found)


def _are_alike(one: str, other: str) -> bool:
    """Like names; those that differ in a number alone are phases of one site, not one project."""
    if one == other:
        return True
    matcher = difflib.SequenceMatcher(None, one, other)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < ALIKE or matcher.ratio() < ALIKE:
        return False
    return _letters(one) != _letters(other)


def _letters(name: str) -> str:
    return "".join(sign for sign in name if not sign.isdigit())


def plain_name(name: str) -> str:
    """A name without capitals, signs and repeated blanks."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in name.casefold()).split())


def _window(date: str) -> tuple[float, float]:
    """Start and end of the year or month that a date names, in years.

    >>> _window("2027"), _window("2027-07-15")
    ((2027.0, 2028.0), (2027.5, 2027.5833333333333))
    """
    year, *month = (int(part) for part in date.split("-"))
    if not month:
        return float(year), year + 1.0
    return year + (month[0] - 1) / 12, year + month[0] / 12


def _by_year(start: float, end: float, gigawatts: float) -> Iterator[tuple[int, float]]:
    """A window's GW by calendar year, in proportion to the time in each."""
    for year in range(int(start), int(end) + 1):
        share = (min(end, year + 1) - max(start, year)) / (end - start)
        if share > 0:
            yield year, gigawatts * share
