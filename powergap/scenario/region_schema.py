"""What a region holds: its demand, grid, climate, prices and local limits."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from powergap.scenario import quantities as q
from powergap.scenario.parts import Name, Part
from powergap.scenario.pipeline import Pipeline


class LoadProfile(Part):
    """Hourly facility load per unit of the year's peak."""

    kind: Literal["seasonal", "training", "inference", "mixed"] = Field(
        "seasonal",
        description="Cosines of the two values below, or measured computers under cooling that follows the weather",
    )
    load_factor_fraction: q.Fraction = Field(0.90, description="Average over peak load, used when `kind: seasonal`")
    daily_swing_fraction: q.Fraction = Field(
        0.10, description="Daily high minus daily low, per unit of peak, used when `kind: seasonal`"
    )


class Demand(Part):
    """Data-center load that would connect if power were not a limit."""

    of: Literal["facility_load", "nameplate", "it_load"] = Field(
        "facility_load",
        description="What the GW count: facility peak load, nameplate (x utilization) or IT load (x PUE)",
    )
    utilization_fraction: q.Fraction = Field(1.0, description="Facility peak / nameplate, used when `of: nameplate`")
    power_usage_effectiveness: q.UsageEffectiveness = Field(
        1.3, description="Facility / IT load, used when `of: it_load`, and in hourly cooling unless `kind: seasonal`"
    )
    base_gw: q.Gigawatts = Field(description="Energized fleet at the end of the base year")
    additions_gw_per_year: q.GigawattsPerYearSeries = Field(
        description="Demand additions; omit if a `pipeline` gives them"
    )
    pipeline: Pipeline | None = Field(None, description="Projects from which demand additions are computed")
    relocatable_fraction: q.Fraction = Field(
        0.0, description="Share of demand additions that can move to another region"
    )
    relocation_in_limit_gw: q.GigawattsSeries | None = Field(
        None, description="Maximum load that can move in, cumulative"
    )
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
    daily_swing_fraction: q.Fraction = Field(0.28, description="(Daily high - daily low) / daily high")


class Grid(Part):
    """Grid connection for data centers in one region."""

    additions_gw_per_year: dict[Name, q.GigawattsPerYearSeries] = Field(
        default_factory=dict, description="Maximum additions of each connection technology"
    )
    energy_price_usd_per_mwh: q.DollarsPerMegawattHourSeries | None = Field(
        None, description="Wholesale energy price; overrides the connection technology's"
    )
    capacity_price_usd_per_kw_year: q.DollarsPerKilowattYearSeries | None = Field(
        None, description="Capacity price of firm connections; overrides the technology's"
    )
    system_load: SystemLoad | None = Field(None, description="Required by connections that require headroom")


class Climate(Part):
    """Outdoor temperature by season and hour; derates generators in the heat."""

    mean_degc: q.DegreesCelsius = 14.0
    seasonal_swing_degc: q.DegreesCelsius = Field(12.0, description="Summer mean minus yearly mean")
    daily_swing_degc: q.DegreesCelsius = Field(5.0, description="Afternoon minus daily mean")
    hot_day_degc: q.DegreesCelsius = Field(33.0, description="Daily mean of a hot stress day")
    cold_day_degc: q.DegreesCelsius = Field(-12.0, description="Daily mean of a cold stress day")


class Sun(Part):
    """Sun of a region: what solar yields in a year, and its parametric course over day and year.

    The course given here is the mean of the 13 EIA-930 regions, weighted by demand additions.
    """

    capacity_factor_fraction: q.Fraction | None = Field(
        None, description="Yearly mean of solar; overrides the technology's"
    )
    noon_h: q.NoonHour = Field(12.2, description="Solar noon, local standard time")
    seasonal_swing_fraction: q.Fraction = Field(
        0.26, description="(Peak summer daily mean - yearly mean) / yearly mean"
    )
    dull_day_fraction: q.Fraction = Field(0.46, description="Solar output on a cold stress day / yearly mean")


class Wind(Part):
    """Wind of a region: what it yields in a year, and its parametric course over day and year.

    The course given here is the mean of the 13 EIA-930 regions, weighted by demand additions.
    """

    capacity_factor_fraction: q.Fraction | None = Field(
        None, description="Yearly mean of wind; overrides the technology's"
    )
    seasonal_swing_fraction: q.Fraction = Field(0.31, description="(Early March mean - yearly mean) / yearly mean")
    daily_swing_fraction: q.Fraction = Field(0.24, description="(Midnight mean - daily mean) / daily mean")
    calm_day_fraction: q.Fraction = Field(0.26, description="Wind output on a stress day / yearly mean")


class Region(Part):
    """One region: its demand, grid, prices and local limits."""

    title: str = ""
    demand: Demand
    grid: Grid = Field(default_factory=Grid)
    climate: Climate = Field(default_factory=Climate)
    sun: Sun = Field(default_factory=Sun)
    wind: Wind = Field(default_factory=Wind)
    capital_cost_multiplier: q.Multiplier = Field(1.0, description="Regional capital cost / national")
    fuel_price_adder_usd_per_mmbtu: dict[Name, q.PriceDifference] = Field(
        default_factory=dict, description="Regional minus national price, by fuel"
    )
    share_of_committed_deliveries_fraction: q.Fraction | None = Field(
        None,
        description="Share of national committed deliveries; required with several regions, even to solve one",
    )
    gas_supply_limit_bcf_per_day: q.BillionCubicFeetPerDaySeries | None = Field(
        None, description="Pipeline gas deliverable to on-site plants"
    )
    air_permit_limit_gw: q.GigawattsSeries | None = Field(
        None, description="On-site combustion capacity that air permits allow, end of year"
    )
    build_limit_gw: dict[Name, q.GigawattsSeries] = Field(
        default_factory=dict, description="Maximum capacity of a technology, end of year"
    )
