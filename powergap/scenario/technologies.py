"""Technologies and the chains that build them: what a catalog entry or a scenario's own becomes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from powergap.scenario import quantities as q
from powergap.scenario.parts import Name, Part, Year


class Technology(Part):
    """What every technology has."""

    title: str
    description: str = ""
    group: str = Field("", description="Heading in summaries, for example `reciprocating engines`")


class Connection(Technology):
    """A grid connection. Firm ones may be used in every hour, flexible ones only within headroom."""

    kind: Literal["connection"] = "connection"
    requires_headroom: bool = Field(description="True for flexible connections")
    base_connected_by_fleet: bool = Field(False, description="True if it connects the base-year fleet")
    connection_cost_usd_per_kw: q.DollarsPerKilowatt = Field(description="Paid for additions")
    contract_years: q.Years = Field(description="Capital recovery period")
    capacity_price_usd_per_kw_year: q.DollarsPerKilowattYearSeries = Field(
        description="Paid for all connected capacity"
    )
    energy_price_usd_per_mwh: q.DollarsPerMegawattHourSeries = Field(description="Paid for energy drawn, by year")
    co2_t_per_mwh: q.TonnesPerMegawattHour = Field(description="Emitted for power drawn")


class Ordered(Technology):
    """A technology that is ordered from manufacturers and delivered after a lead time."""

    supply_chain: Name | None = Field(None, description="Chain whose delivery slots it uses; none: unlimited")
    lead_time_years: q.Years = Field(description="Order to commercial operation")
    earliest_year: Year | None = Field(None, description="No delivery before this year")
    life_years: q.Years = Field(description="From delivery to retirement")
    contract_years: q.Years = Field(description="Capital recovery period")
    capital_cost_usd_per_kw: q.DollarsPerKilowattSeries = Field(description="Installed, by order year")
    investment_tax_credit_fraction: q.Fraction = Field(
        0.0, description="Share of capital cost that the tax credit pays"
    )
    fixed_om_usd_per_kw_year: q.DollarsPerKilowattYear = Field(description="Fixed operation and maintenance")
    variable_om_usd_per_mwh: q.DollarsPerMegawattHour = Field(0.0, description="Variable operation and maintenance")
    forced_outage_fraction: q.Fraction = Field(description="Share of the year in forced outage")
    planned_outage_fraction: q.Fraction = Field(0.0, description="Share of the year in planned outage")
    committed_deliveries_gw_per_year: q.PlacedDeliveries = Field(
        default_factory=dict,
        description="Deliveries of committed orders by data centers, national; 0 in years left out",
    )


class Generator(Ordered):
    """Generators on site (or, for orbital data centers, in place of load)."""

    kind: Literal["generator"] = "generator"
    operation: Literal["islanded", "grid_parallel"] = Field(
        "islanded", description="Islanded sites need the overbuild ratio; grid-parallel ones only mean availability"
    )
    unit_size_mw: q.Megawatts = Field(description="Capacity of one unit; with the outages it decides redundancy")
    site_load_mw: q.Megawatts | None = Field(None, description="Load of one site; default: the scenario's")
    overbuild_ratio: q.Ratio | None = Field(
        None, description="Of islanded sites; default computed from unit size and outages"
    )
    fuel: Name | None = Field(None, description="One of the fuels; none for sun, wind and heat")
    heat_rate_mmbtu_per_mwh: q.MmbtuPerMegawattHour = Field(0.0, description="Fuel per MWh, higher heating value")
    minimum_load_fraction: q.Fraction = Field(0.0, description="Minimum output / usable capacity (no unit commitment)")
    max_hours_per_year: q.Hours | None = Field(None, description="Full-load hours allowed, for example by permit")
    combustion: bool = Field(False, description="Counts against air permits")
    profile: Literal["flat", "solar", "wind"] = Field("flat", description="Shape of availability over the hours")
    capacity_factor_fraction: q.Fraction | None = Field(
        None, description="Yearly mean of a `solar` or `wind` profile, where a region gives none of its own"
    )
    derate_above_degc: q.DegreesCelsius = Field(15.0, description="Outdoor temperature above which output falls")
    derate_fraction_per_degc: q.PerDegreeCelsius = Field(0.0, description="Share of output lost per degree")
    forced_outage_by_temperature: q.FractionByTemperature = Field(
        default_factory=dict,
        description="Forced outage rate by outdoor temperature, °C; lowers output where above the yearly rate",
    )


class Storage(Ordered):
    """Storage with power and energy sized separately."""

    kind: Literal["storage"] = "storage"
    energy_cost_usd_per_kwh: q.DollarsPerKilowattHourSeries = Field(description="Installed, by order year")
    fixed_om_usd_per_kwh_year: q.DollarsPerKilowattHourYear = Field(0.0, description="Of the storage energy")
    round_trip_efficiency_fraction: q.Efficiency = Field(
        description="Energy out / energy in; half of the loss is each way"
    )
    self_discharge_fraction_per_hour: q.Fraction = Field(0.0, description="Share of the level lost in an hour")
    min_duration_h: q.HoursOfStorage = Field(0.0, description="Minimum energy / power")
    max_duration_h: q.HoursOfStorage = Field(12.0, description="Maximum energy / power")
    committed_duration_h: q.HoursOfStorage = Field(4.0, description="Hours of storage of committed deliveries")
    link_days: bool = Field(False, description="Carry energy from day to day (long duration)")


class FlexibleLoad(Technology):
    """A tranche of load that can be curtailed for a price, within yearly limits."""

    kind: Literal["flexible_load"] = "flexible_load"
    share_of_load_fraction: q.Fraction = Field(description="Maximum share of energized load that can enroll")
    max_hours_per_year: q.Hours = Field(description="Full-load hours a year in which enrolled load may be off")
    price_usd_per_mwh: q.DollarsPerMegawattHour = Field(description="Value of delayed load")
    enrolment_usd_per_kw_year: q.DollarsPerKilowattYear = Field(0.0, description="Paid per enrolled kW")


AnyTechnology = Annotated[Connection | Generator | Storage | FlexibleLoad, Field(discriminator="kind")]


class SupplyChain(Part):
    """Manufacturers that share delivery slots."""

    title: str
    open_slots_gw_per_year: q.GigawattsPerYearSeries = Field(description="Deliverable on top of committed orders")
    open_slots_gwh_per_year: q.GigawattHoursPerYearSeries | None = Field(None, description="Storage energy")
