"""What was run: enough to reproduce every table, and to see at once if it can be trusted.

The keys of `manifest.json` are these fields in this order.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, Field, FiniteFloat, PlainSerializer

from powergap import lp
from powergap.files.record import Record
from powergap.planning.stages import Stage
from powergap.scenario import Scenario
from powergap.scenario.parts import Name

Moment = Annotated[AwareDatetime, PlainSerializer(datetime.datetime.isoformat)]


class Check(Record):
    """One identity over the whole run.

    Attributes:
        name: short name, the same in every run.
        sentence: what must hold.
        passed: True when it holds everywhere within tolerance.
        worst: largest breach in `unit`, at the place that is nearest to or furthest beyond its tolerance; None where it
            is without bound.
        tolerance: what is let pass at that place, in `unit`.
        unit: unit of `worst` and `tolerance`.
        where: that place; empty when no figure breaches the identity at all.
        compared: figures compared; 0 when the run has none of the kind.
    """

    name: str
    sentence: str
    passed: bool
    worst: FiniteFloat | None
    tolerance: float
    unit: str
    where: str
    compared: int


class SolverEntry(Record):
    """What solved a program, and how it was set."""

    name: str
    method: str
    options: dict[str, Any]

    @classmethod
    def of(cls, scenario: Scenario) -> SolverEntry:
        """The solver of a scenario."""
        return cls(name="HiGHS", method=scenario.solver.method, options=scenario.solver.options)


class StageEntry(Record):
    """One solve; `kept_since_utc` is when it was solved, where it comes from the cache."""

    name: str
    objective: float
    seconds: float
    iterations: int
    kept_since_utc: str | None = None

    @classmethod
    def each(cls, stages: Sequence[Stage]) -> list[StageEntry]:
        """Every solve on the way to a plan."""
        return [
            cls(
                **dataclasses.asdict(stage)
                | {"seconds": round(stage.seconds, 4), "kept_since_utc": stage.kept_since_utc or None}
            )
            for stage in stages
        ]


class HoursEntry(Record):
    """Which hours were used: kinds that the profiles gave, and from which file, and kinds that are parametric.

    Attributes:
        profile_set: year, clock, sources and filled hours by region, where the file belongs to a set.
    """

    given: list[str]
    parametric: list[str]
    file: str = ""
    sha256: str = ""
    profile_set: dict[str, Any] = Field(default_factory=dict)


class FullYearEntry(Record):
    """What the check over the full year found; energy is None where there is no dispatch."""

    hours: str
    within_target: bool
    ended: str
    unserved_limit_fraction: FiniteFloat
    rounds: int
    days_added: int
    own_days: list[int]
    unserved_mwh_before: FiniteFloat | None
    unserved_mwh_after: FiniteFloat | None
    days_short: int


class RunEntry(Record):
    """How one policy and case ended."""

    policy: str
    case: str
    scenario_sha256: str
    status: str
    objective: str
    objective_musd: FiniteFloat | None
    chronology: str
    hours: HoursEntry
    projects: dict[str, dict[str, int | float | str]]
    full_year: FullYearEntry | None
    foresight: str
    solver: SolverEntry
    message: str
    rows: int
    columns: int
    nonzeros: int
    stages: list[StageEntry]
    from_cache: bool
    certificate: lp.Certificate
    conditioning: lp.Conditioning | None = None
    certified: bool


class FileEntry(Record):
    """A file that the scenario was read from."""

    name: str
    sha256: str


class _Titled(Record):
    """What was solved."""

    scenario: Name
    title: str
    source: str


class Manifest(_Titled):
    """Of a run; `audit` is None before it is audited."""

    mark: ClassVar[str] = "runs"
    otherwise: ClassVar[str] = "holds no run of `powergap solve`; a hedge is read from its tables"

    created_utc: Moment
    reference_policy: str
    default_case: str
    versions: dict[str, str]
    python: str
    platform: str
    regions: list[str] = Field(default_factory=list)
    files: list[FileEntry] = Field(default_factory=list)
    seconds: FiniteFloat
    tables: list[Name]
    runs: list[RunEntry]
    audit: list[Check] | None = None


class FutureRecord(Record):
    """One future of a hedge."""

    name: str
    title: str
    probability: float
    revealed: int | None
    scenario_sha256: str


class HedgeManifest(_Titled):
    """Of a hedge."""

    policy: str
    case: str
    created_utc: Moment
    versions: dict[str, str]
    seconds: FiniteFloat
    risk_weight_fraction: float
    tail_fraction: float
    futures: list[FutureRecord]
    value_of_stochastic_solution_musd: float | None
    expected_value_of_perfect_information_musd: float
    tables: list[Name]
    rows: int
    columns: int
    nonzeros: int
    solver: SolverEntry
    certificate: lp.Certificate
    stages: list[StageEntry]
    audit: list[Check]
