"""What a resolved scenario holds: one build-out policy under one case, every value spelled out.

Units are in the key names. Models are frozen and refuse unknown keys. The file that a user writes adds
`extends`, `levers`, `policies`, `cases` and `catalog` (see `document`); they are gone once it is resolved.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from powergap.scenario import quantities as q


class Part(BaseModel):
    """Base of every part of a scenario: frozen, no unknown keys, no NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=80)]
Reading = Literal["low", "mid", "high"]
Year = Annotated[int, Field(ge=1990, le=2100)]


class YearRange(Part):
    """The years that are planned, both included."""

    first: Year = Field(description="First year in which something can be decided")
    last: Year = Field(description="Last year asked for; the cumulative gap is read at its end")


class Readings(Part):
    """Which reading of the catalog's low / mid / high each group of values takes."""

    demand: Reading = Field("mid", description="Wanted additions and base-year fleet")
    grid: Reading = Field("mid", description="Grid additions for data centers")
    supply: Reading = Field("mid", description="Delivery slots and placed deliveries")
    lead_time: Reading = Field("mid", description="Order to commercial operation")
    cost: Reading = Field("mid", description="Capital and operating cost")
    fuel: Reading = Field("mid", description="Fuel and grid prices")
    performance: Reading = Field("mid", description="Heat rate, outages, efficiency, life")
    value: Reading = Field("mid", description="Worth of a GW-year of compute and of unserved energy")


class Foresight(Part):
    """What is known when a decision is taken."""

    kind: Literal["perfect", "myopic"] = "perfect"
    look_ahead_years: int = Field(2, ge=0, le=50, description="Years after the current one that a myopic planner sees")
    expectation: Literal["flat", "known"] = Field(
        "flat", description="Additions expected ahead: `flat` repeats this year's, `known` reads the scenario's"
    )


class Chronology(Part):
    """How the hours of a year are represented."""

    kind: Literal["annual", "representative", "full"] = "representative"
    typical_days: int = Field(12, ge=1, le=365, description="Typical days, evenly spaced over the year")
    stress_days: int = Field(2, ge=0, le=20, description="Stress days, alternating hot and cold, always kept")
    days_per_stress_day: int = Field(4, ge=1, le=60, description="Days a year that one stress day stands for")
    profiles: str | None = Field(
        None,
        description="CSV of 8,760 hours for `full`, relative to the scenario file; shapes it lacks are parametric",
    )


class LoadProfile(Part):
    """Hourly facility load per unit of the year's peak."""

    load_factor_fraction: q.Fraction = Field(0.90, description="Average over peak load")
    daily_swing_fraction: q.Fraction = Field(0.10, description="Daily high less daily low, per unit of peak")


class Demand(Part):
    """Data-center load that would be connected if power were no limit."""

    of: Literal["facility_load", "nameplate", "it_load"] = Field(
        "facility_load",
        description="What the GW count: facility peak load, nameplate (x utilization) or IT load (x PUE)",
    )
    utilization_fraction: q.Fraction = Field(1.0, description="Facility peak / nameplate, used when `of: nameplate`")
    power_usage_effectiveness: q.UsageEffectiveness = Field(
        1.3, description="Facility / IT load, used when `of: it_load`"
    )
    base_gw: q.Gigawatts = Field(description="Energized fleet at the end of the base year")
    additions_gw_per_year: q.GigawattsPerYearSeries = Field(description="Wanted additions")
    relocatable_fraction: q.Fraction = Field(
        0.0, description="Share of wanted additions that may move to another region"
    )
    relocation_in_limit_gw: q.GigawattsSeries | None = Field(None, description="Most load that may move in, cumulative")
    relocation_cost_usd_per_kw_year: q.DollarsPerKilowattYear = Field(10.0, description="Cost of moved load")
    profile: LoadProfile = Field(default_factory=LoadProfile)

    @property
    def facility_load_per_gw(self) -> float:
        """GW of facility peak load in one GW of what `of` counts."""
        if self.of == "nameplate":
            return float(self.utilization_fraction)
        return float(self.power_usage_effectiveness) if self.of == "it_load" else 1.0


class SystemLoad(Part):
    """Load of the region's own system, from which headroom for flexible connection follows."""

    summer_peak_gw: q.Gigawatts = Field(description="Seasonal threshold, April to October")
    winter_peak_gw: q.Gigawatts = Field(description="Seasonal threshold, November to March")
    typical_peak_fraction: q.Fraction = Field(
        0.86, description="Daily peak of a typical day at mid-season / seasonal threshold"
    )
    shoulder_peak_fraction: q.Fraction = Field(
        0.68, description="Daily peak of a spring or autumn day / seasonal threshold"
    )
    daily_swing_fraction: q.Fraction = Field(0.28, description="Daily high less daily low / daily high")


class Grid(Part):
    """Grid connection for data centers in one region."""

    additions_gw_per_year: dict[Name, q.GigawattsPerYearSeries] = Field(
        default_factory=dict, description="Most that each connection technology can add"
    )
    energy_price_usd_per_mwh: q.DollarsPerMegawattHourSeries | None = Field(
        None, description="Wholesale energy price; overrides the connection technology's"
    )
    capacity_price_usd_per_kw_year: q.DollarsPerKilowattYearSeries | None = Field(
        None, description="Capacity price; overrides the connection technology's"
    )
    system_load: SystemLoad | None = Field(None, description="Needed by connections that require headroom")


class Climate(Part):
    """Outdoor temperature by season and hour; derates machines that mind the heat."""

    mean_degc: q.DegreesCelsius = 14.0
    seasonal_swing_degc: q.DegreesCelsius = Field(12.0, description="Summer mean less yearly mean")
    daily_swing_degc: q.DegreesCelsius = Field(5.0, description="Afternoon less daily mean")
    hot_day_degc: q.DegreesCelsius = Field(33.0, description="Daily mean of a hot stress day")
    cold_day_degc: q.DegreesCelsius = Field(-12.0, description="Daily mean of a cold stress day")


class Region(Part):
    """One region: its demand, grid, prices and local limits."""

    title: str = ""
    demand: Demand
    grid: Grid = Field(default_factory=Grid)
    climate: Climate = Field(default_factory=Climate)
    capital_cost_multiplier: float = Field(1.0, gt=0.2, le=5, description="Regional capital cost / national")
    fuel_price_adder_usd_per_mmbtu: dict[Name, Annotated[float, Field(ge=-20, le=50)]] = Field(default_factory=dict)
    share_of_placed_deliveries_fraction: q.Fraction | None = Field(
        None, description="Share of national placed deliveries; needed with more than one region"
    )
    gas_supply_limit_bcf_per_day: q.BillionCubicFeetPerDaySeries | None = Field(
        None, description="Pipeline gas deliverable to on-site plants"
    )
    air_permit_limit_gw: q.GigawattsSeries | None = Field(
        None, description="On-site combustion capacity that air permits allow, end of year"
    )
    build_limit_gw: dict[Name, q.GigawattsSeries] = Field(
        default_factory=dict, description="Most capacity of a technology, end of year"
    )


class Technology(Part):
    """What every supply option has."""

    title: str
    description: str = ""
    group: str = Field("", description="Heading in summaries, for example `gas medium`")


class Connection(Technology):
    """A grid connection. Firm ones may be used in every hour, flexible ones only within headroom."""

    kind: Literal["connection"] = "connection"
    requires_headroom: bool = Field(description="True for flexible connections")
    base_connected_by_fleet: bool = Field(False, description="True if the base-year fleet hangs on it")
    connection_cost_usd_per_kw: q.DollarsPerKilowatt
    contract_years: q.Years = Field(description="Capital recovery period")
    capacity_price_usd_per_kw_year: q.DollarsPerKilowattYearSeries
    energy_price_usd_per_mwh: q.DollarsPerMegawattHourSeries
    co2_t_per_mwh: q.TonnesPerMegawattHour


class Ordered(Technology):
    """A technology that is ordered from makers and delivered after a lead time."""

    supply_chain: Name | None = Field(None, description="Chain whose delivery slots it uses; none: unlimited")
    lead_time_years: q.Years = Field(description="Order to commercial operation")
    earliest_year: Year | None = Field(None, description="No delivery before this year")
    life_years: q.Years
    contract_years: q.Years = Field(description="Capital recovery period")
    capital_cost_usd_per_kw: q.DollarsPerKilowattSeries = Field(description="Installed, by order year")
    investment_tax_credit_fraction: q.Fraction = 0.0
    fixed_om_usd_per_kw_year: q.DollarsPerKilowattYear
    variable_om_usd_per_mwh: q.DollarsPerMegawattHour = 0.0
    forced_outage_fraction: q.Fraction
    planned_outage_fraction: q.Fraction = 0.0
    placed_deliveries_gw_per_year: dict[Year, q.GigawattsPerYear] = Field(
        default_factory=dict, description="Deliveries of orders already placed by data centers, national"
    )


class Generator(Ordered):
    """Machines that generate on site (or, for orbital data centers, displace load)."""

    kind: Literal["generator"] = "generator"
    operation: Literal["islanded", "grid_parallel"] = Field(
        "islanded", description="Islanded sites need the overbuild ratio; grid-parallel ones only mean availability"
    )
    unit_size_mw: q.Megawatts
    site_load_mw: q.Megawatts | None = Field(None, description="Load of one site; default: the scenario's")
    overbuild_ratio: q.Ratio | None = Field(None, description="Given instead of computed from unit size and outages")
    fuel: Name | None = None
    heat_rate_mmbtu_per_mwh: q.MmbtuPerMegawattHour = 0.0
    minimum_load_fraction: q.Fraction = Field(0.0, description="Least output / usable capacity (no unit commitment)")
    max_hours_per_year: q.Hours | None = Field(None, description="Full-load hours allowed, for example by permit")
    combustion: bool = Field(False, description="Counts against air permits")
    profile: Literal["flat", "solar"] = Field("flat", description="Shape of availability over the hours")
    capacity_factor_fraction: q.Fraction | None = Field(None, description="Yearly mean of a `solar` profile")
    derate_above_degc: q.DegreesCelsius = 15.0
    derate_fraction_per_degc: q.PerDegreeCelsius = 0.0


class Storage(Ordered):
    """Storage whose power and energy are sized apart."""

    kind: Literal["storage"] = "storage"
    energy_cost_usd_per_kwh: q.DollarsPerKilowattHourSeries = Field(description="Installed, by order year")
    fixed_om_usd_per_kwh_year: q.DollarsPerKilowattHourYear = 0.0
    round_trip_efficiency_fraction: q.Fraction
    self_discharge_fraction_per_hour: q.Fraction = 0.0
    min_duration_h: q.HoursOfStorage = 0.0
    max_duration_h: q.HoursOfStorage = 12.0
    placed_duration_h: q.HoursOfStorage = Field(4.0, description="Hours of storage of placed deliveries")
    link_days: bool = Field(False, description="Carry energy from day to day (long duration)")


class FlexibleLoad(Technology):
    """A tranche of load that can be turned down for a price, within yearly limits."""

    kind: Literal["flexible_load"] = "flexible_load"
    share_of_load_fraction: q.Fraction
    max_hours_per_year: q.Hours
    price_usd_per_mwh: q.DollarsPerMegawattHour = Field(description="Worth of the compute that waits")
    enrolment_usd_per_kw_year: q.DollarsPerKilowattYear = Field(0.0, description="Paid per kW that stands ready")


AnyTechnology = Annotated[Connection | Generator | Storage | FlexibleLoad, Field(discriminator="kind")]


class SupplyChain(Part):
    """Makers that share delivery slots."""

    title: str
    open_slots_gw_per_year: q.GigawattsPerYearSeries = Field(description="Deliverable on top of placed orders")
    open_slots_gwh_per_year: q.GigawattHoursPerYearSeries | None = Field(None, description="Storage energy")


class Fuel(Part):
    """A fuel with its price by year."""

    title: str
    price_usd_per_mmbtu: q.DollarsPerMmbtuSeries
    transport_usd_per_mmbtu: Annotated[float, Field(ge=0, le=50)] = 0.0
    co2_t_per_mmbtu: q.TonnesPerMmbtu = 0.0
    is_pipeline_gas: bool = Field(False, description="Counts against the gas-supply limit")


class Finance(Part):
    """Discounting and capital recovery."""

    discount_rate: q.Rate = Field(description="Real, for comparing years")
    weighted_average_cost_of_capital: q.Rate = Field(description="Real, for capital charges")
    carbon_price_usd_per_t: q.DollarsPerTonne = 0.0


class Worth(Part):
    """What compute and served energy are worth."""

    gap_usd_per_kw_year: q.DollarsPerKilowattYear = Field(description="Worth of a kW-year of load that waits")
    unserved_energy_usd_per_mwh: q.DollarsPerMegawattHour = Field(description="Operating fault, not the gap")


class Reliability(Part):
    """How surely energized load must be served."""

    availability_target_fraction: q.Fraction = Field(
        0.999, description="Share of hours in which an islanded site holds its load"
    )
    site_load_mw: q.Megawatts = Field(1_000.0, description="Load of one typical on-site plant")
    unserved_energy_limit_fraction: q.Fraction = Field(
        0.0, description="Share of energized load's energy that a plan may leave unserved, per region and year"
    )


class Limits(Part):
    """Limits over all regions."""

    co2_mt_per_year: q.MillionTonnesPerYearSeries | None = None


class Solver(Part):
    """How HiGHS is run. Unknown options are refused by HiGHS itself."""

    method: Literal["choose", "simplex", "ipm", "hipo", "pdlp"] = "choose"
    time_limit_seconds: float | None = Field(None, gt=0)
    options: dict[str, bool | int | float | str] = Field(default_factory=dict)


class Scenario(Part):
    """One build-out policy under one case, ready to be solved."""

    name: Name
    title: str = ""
    description: str = ""
    policy: str = ""
    case: str = ""
    base_year: Year
    years: YearRange
    dollar_year: Year
    objective: Literal["least_cost", "least_gap"] = "least_cost"
    foresight: Foresight = Field(default_factory=Foresight)
    chronology: Chronology = Field(default_factory=Chronology)
    readings: Readings = Field(default_factory=Readings)
    regions: dict[Name, Region] = Field(min_length=1)
    technologies: dict[Name, AnyTechnology]
    supply_chains: dict[Name, SupplyChain] = Field(default_factory=dict)
    fuels: dict[Name, Fuel] = Field(default_factory=dict)
    finance: Finance
    worth: Worth
    reliability: Reliability = Field(default_factory=Reliability)
    limits: Limits = Field(default_factory=Limits)
    solver: Solver = Field(default_factory=Solver)

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
        """What is ordered from makers: generators, then storages."""
        return {**self.generators, **self.storages}
