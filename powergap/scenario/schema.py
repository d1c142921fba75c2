"""What a resolved scenario holds: one build-out policy under one case, every value spelled out.

Units are in the key names. Models are frozen and refuse unknown keys. The file that a user writes adds
`extends`, `levers`, `policies`, `cases` and `catalog` (see `document`); they are gone once it is resolved.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from powergap.catalog.schema import Reading
from powergap.scenario import quantities as q
from powergap.scenario.parts import Name, Part, Year
from powergap.scenario.region_schema import Climate, Demand, Grid, LoadProfile, Region, Sun, SystemLoad, Wind
from powergap.scenario.technologies import (
    AnyTechnology,
    Connection,
    FlexibleLoad,
    Generator,
    Ordered,
    Storage,
    SupplyChain,
    Technology,
)

__all__ = [
    "AnyTechnology",
    "Climate",
    "Connection",
    "Demand",
    "FlexibleLoad",
    "Generator",
    "Grid",
    "LoadProfile",
    "Ordered",
    "Region",
    "Scenario",
    "Storage",
    "Sun",
    "SupplyChain",
    "SystemLoad",
    "Technology",
    "Wind",
]


class YearRange(Part):
    """The years that are planned, both included."""

    first: Year = Field(description="First planned year")
    last: Year = Field(description="Last planned year; the cumulative gap is measured at its end")


class Readings(Part):
    """Which reading of the catalog's low / mid / high each group of values takes."""

    demand: Reading = Field("mid", description="Demand additions and base-year fleet")
    grid: Reading = Field("mid", description="Grid additions for data centers")
    supply: Reading = Field("mid", description="Delivery slots and committed deliveries")
    lead_time: Reading = Field("mid", description="Order to commercial operation")
    cost: Reading = Field("mid", description="Capital and operating cost")
    fuel: Reading = Field("mid", description="Fuel and grid prices")
    performance: Reading = Field("mid", description="Heat rate, outages, efficiency, life")
    value: Reading = Field("mid", description="Value of a GW-year of delayed load and of unserved energy")


class Foresight(Part):
    """What is known when a decision is taken."""

    kind: Literal["perfect", "myopic"] = Field(
        "perfect", description="`perfect` sees every year, `myopic` decides year by year"
    )
    look_ahead_years: int = Field(2, ge=0, le=50, description="Years after the current one that a myopic planner sees")
    expectation: Literal["flat", "known"] = Field(
        "flat", description="Additions expected ahead: `flat` repeats this year's, `known` reads the scenario's"
    )


CalendarDay = Annotated[int, Field(ge=1, le=365)]


class Chronology(Part):
    """How the hours of a year are represented."""

    kind: Literal["annual", "representative", "full"] = Field(
        "representative", description="An average and a peak block, typical and stress days, or all 8,760 hours"
    )
    typical_days: int = Field(
        12, ge=1, le=365, description="Typical days: evenly spaced over the year; with `profiles`, by clustering"
    )
    stress_days: int = Field(
        2, ge=0, le=20, description="Stress days, alternating hot and cold; with `profiles`, its worst days"
    )
    days_per_stress_day: int = Field(
        4, ge=1, le=60, description="Days a year that one stress day represents; one from `profiles` represents itself"
    )
    added_days: list[CalendarDay] = Field(
        default_factory=list,
        description="Calendar days, 1 to 365, that `representative` follows as periods of their own",
    )
    profiles: str | None = Field(
        None,
        description="CSV of 8,760 hours, relative to the scenario file (with `--set`, to the folder of the command); "
        "shapes it lacks are parametric",
    )


class Fuel(Part):
    """A fuel with its price by year."""

    title: str
    price_usd_per_mmbtu: q.DollarsPerMmbtuSeries = Field(description="At the hub, by year")
    transport_usd_per_mmbtu: q.DollarsPerMmbtu = Field(0.0, description="From the hub to the plant")
    co2_t_per_mmbtu: q.TonnesPerMmbtu = Field(0.0, description="Emitted when burned")
    is_pipeline_gas: bool = Field(False, description="Counts against the gas-supply limit")


class Finance(Part):
    """Discounting and capital recovery."""

    discount_rate: q.Rate = Field(description="Real, for comparing years")
    weighted_average_cost_of_capital: q.Rate = Field(description="Real, for capital charges")
    carbon_price_usd_per_t: q.DollarsPerTonne = Field(0.0, description="On emissions of grid power and on-site plants")


class ValueOf(Part):
    """Value of delayed load and of unserved energy."""

    delayed_load_usd_per_kw_year: q.DollarsPerKilowattYear = Field(description="Value of a kW-year of delayed load")
    unserved_energy_usd_per_mwh: q.DollarsPerMegawattHour = Field(description="Operating shortfall, not the gap")


class Reliability(Part):
    """How reliably energized load must be served."""

    availability_target_fraction: q.Fraction = Field(
        0.999, description="Share of hours in which an islanded site carries its load"
    )
    site_load_mw: q.Megawatts = Field(1_000.0, description="Load of one typical on-site plant")
    unserved_energy_limit_fraction: q.Fraction = Field(
        0.0, description="Share of the energy of energized load that a plan may leave unserved, per region and year"
    )
    full_year_check: bool = Field(
        False, description="Dispatch the plan over all 8,760 hours, and plan again with the days that fail"
    )
    full_year_unserved_limit_fraction: q.Fraction = Field(
        1e-5, description="Share of load's energy that may be unserved over all hours, per region and year"
    )
    full_year_max_rounds: int = Field(6, ge=0, le=50, description="Maximum rounds of adding failing days")


class Limits(Part):
    """Limits over all regions."""

    co2_mt_per_year: q.MillionTonnesPerYearSeries | None = Field(
        None, description="Cap on CO2 of grid power and on-site plants together"
    )


class Solver(Part):
    """How HiGHS is run. Options that it does not know, or that would change the program, are refused."""

    method: Literal["choose", "simplex", "ipm", "hipo", "pdlp", "cuts"] = Field(
        "choose", description="`choose` picks simplex, interior point or cuts by the program's shape"
    )
    gap_fraction: float = Field(
        5e-7, ge=1e-8, le=0.1, description="Relative optimality gap allowed for a plan found by cuts"
    )
    time_limit_seconds: float | None = Field(None, gt=0, description="Per solve; the best known solution is kept")
    options: dict[str, bool | int | float | str] = Field(default_factory=dict, description="HiGHS options by name")


class Scenario(Part):
    """One build-out policy under one case, ready to be solved."""

    name: Name
    title: str = ""
    description: str = ""
    policy: str = ""
    case: str = ""
    base_year: Year = Field(
        description="The year before the first; the gap is 0 at its end, and money is discounted to it"
    )
    years: YearRange
    dollar_year: Year = Field(description="Dollar year of all costs; catalog values are converted to it")
    objective: Literal["least_cost", "least_gap"] = Field(
        "least_cost", description="`least_gap` closes as much as possible, then minimizes cost"
    )
    foresight: Foresight = Field(default_factory=Foresight)
    chronology: Chronology = Field(default_factory=Chronology)
    readings: Readings = Field(default_factory=Readings)
    regions: dict[Name, Region] = Field(min_length=1)
    only_regions: list[Name] = Field(
        default_factory=list,
        description="Solve these regions alone, with their share of delivery slots and CO2 by demand additions",
    )
    technologies: dict[Name, AnyTechnology]
    supply_chains: dict[Name, SupplyChain] = Field(default_factory=dict)
    fuels: dict[Name, Fuel] = Field(default_factory=dict)
    finance: Finance
    value_of: ValueOf
    reliability: Reliability = Field(default_factory=Reliability)
    limits: Limits = Field(default_factory=Limits)
    solver: Solver = Field(default_factory=Solver)

    @property
    def reads_hours(self) -> bool:
        """True when the hours of `chronology.profiles` count: those of days, or of the check over the full year."""
        return self.chronology.kind != "annual" or self.reliability.full_year_check

    @property
    def year_list(self) -> tuple[int, ...]:
        """Every planned year in order."""
        return tuple(range(self.years.first, self.years.last + 1))

    @property
    def connections(self) -> dict[str, Connection]:
        """Grid connections by name, in the scenario's order."""
        return {name: tech for name, tech in self.technologies.items() if isinstance(tech, Connection)}

    @property
    def generators(self) -> dict[str, Generator]:
        """Generators by name, in the scenario's order."""
        return {name: tech for name, tech in self.technologies.items() if isinstance(tech, Generator)}

    @property
    def storages(self) -> dict[str, Storage]:
        """Storages by name, in the scenario's order."""
        return {name: tech for name, tech in self.technologies.items() if isinstance(tech, Storage)}

    @property
    def flexible_loads(self) -> dict[str, FlexibleLoad]:
        """Tranches of flexible load by name, in the scenario's order."""
        return {name: tech for name, tech in self.technologies.items() if isinstance(tech, FlexibleLoad)}

    @property
    def ordered(self) -> dict[str, Generator | Storage]:
        """What is ordered from manufacturers: generators, then storages."""
        return {**self.generators, **self.storages}
