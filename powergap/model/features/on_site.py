"""On-site generation: output within what the installed units can be counted on for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.arrays import Floats
from powergap.model.finance import by_year
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.overbuild import overbuild, unit_availability
from powergap.model.register import Factor, Limit
from powergap.scenario.regional import capacity_factor
from powergap.scenario.schema import Generator, Scenario


def weather_factor(generator: Generator, temperature_degc: Floats) -> Floats:
    r"""Share of a machine's output left at an outdoor temperature, any shape, 0 to 1.

    Two losses are multiplied. Heat derates: :math:`1 - \delta (T - T_0)^+`. Outages above the yearly mean that
    the overbuild ratio already holds lower what is available by

    .. math:: \min\left(1, \frac{1 - f(T) - p}{1 - \bar f - p}\right)

    with the forced outage :math:`f(T)` on the curve, its yearly mean :math:`\bar f` and planned outage :math:`p`.
    The ratio sizes spare units for failures that are independent of each other. Cold fails machines together
    (frozen lines, no gas): of the units that would have been available only this share still is, so spares do not
    cover it. Hours below the mean earn no credit: the overbuild ratio is sized without them.

    Worked by hand: at -15 °C a machine of 5% mean and 20% outage gives (1 - 0.20) / (1 - 0.05) = 0.842.
    """
    too_warm = np.maximum(0.0, temperature_degc - generator.derate_above_degc)
    left = np.maximum(0.0, 1 - generator.derate_fraction_per_degc * too_warm)
    if curve := sorted(generator.forced_outage_by_temperature.items()):
        forced = np.interp(temperature_degc, [degc for degc, _ in curve], [outage for _, outage in curve])
        available = np.maximum(0.0, 1 - forced - generator.planned_outage_fraction)
        left = left * np.minimum(1.0, available / unit_availability(generator))
    return left


def sun_or_wind(generator: Generator, inputs: Inputs) -> Floats:
    """Output / nameplate that sun or wind allow: the region's capacity factor times the shape, [region, period, hour].

    Capped at nameplate, which costs energy where the factor is high for the shape.
    """
    shape = inputs.shapes.sun if generator.profile == "solar" else inputs.shapes.wind
    yearly = [capacity_factor(generator, region) or 0.0 for region in inputs.scenario.regions.values()]
    return np.minimum(1.0, np.array(yearly)[:, None, None] * shape)


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add output, GW, with its fuel, operating cost and emissions."""
    scenario = inputs.scenario
    generators = scenario.generators
    shape = (len(generators), *inputs.shapes.load.shape)
    usable = np.zeros(shape)
    for i, generator in enumerate(generators.values()):
        shaped = weather_factor(generator, inputs.shapes.temperature_degc)
        if generator.profile != "flat":
            shaped = shaped * sun_or_wind(generator, inputs)
        usable[i] = shaped / overbuild(generator, scenario)
    m.usable_fraction = lp.Param(m.GENERATORS, m.REGIONS, m.PERIODS, m.HOURS, array=usable)
    _declare_prices(m, scenario, generators)
    m.output = lp.Var(m.GENERATORS, m.REGIONS, m.YEARS, m.PERIODS, m.HOURS, bounds=(0, None), doc="On-site output, GW")
    m.generated_gwh = lp.Expression(m.GENERATORS, m.REGIONS, m.YEARS, rule=generated_gwh)
    ledger.add_supply("on_site", on_site_supply)
    ledger.add_cost("fuel", m.GENERATORS, fuel_cost)
    ledger.add_cost("variable_om", m.GENERATORS, variable_om_cost)
    ledger.add_emissions("on_site", m.GENERATORS, on_site_emissions)


def _declare_prices(m: pyo.ConcreteModel, scenario: Scenario, generators: dict[str, Generator]) -> None:
    """Add fuel cost per MWh by region and year, variable cost per MWh by year, and emissions per MWh."""
    fuel_price = np.zeros((len(generators), len(m.REGIONS), len(m.YEARS)))
    co2, years = np.zeros(len(generators)), scenario.year_list
    for i, generator in enumerate(generators.values()):
        if generator.fuel is None:
            continue
        fuel = scenario.fuels[generator.fuel]
        co2[i] = generator.heat_rate_mmbtu_per_mwh * fuel.co2_t_per_mmbtu
        for j, region in enumerate(scenario.regions.values()):
            adder = region.fuel_price_adder_usd_per_mmbtu.get(generator.fuel, 0.0)
            hub, *added = by_year([fuel.price_usd_per_mmbtu, fuel.transport_usd_per_mmbtu, adder], years)
            fuel_price[i, j] = generator.heat_rate_mmbtu_per_mwh * (hub + sum(added))
    m.fuel_cost_per_mwh = lp.Param(m.GENERATORS, m.REGIONS, m.YEARS, array=fuel_price)
    variable = by_year([generator.variable_om_usd_per_mwh for generator in generators.values()], years)
    m.variable_om = lp.Param(m.GENERATORS, m.YEARS, array=variable)
    m.generator_co2 = lp.Param(m.GENERATORS, array=co2)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the rows of output: usable capacity, least load and yearly hours."""
    generators = inputs.scenario.generators
    m.output_within_capacity = lp.Constraint(
        m.GENERATORS, m.REGIONS, m.YEARS, m.PERIODS, m.HOURS, rule=output_within_capacity
    )
    least = {name: g.minimum_load_fraction for name, g in generators.items() if g.minimum_load_fraction > 0}
    m.MINIMUM_LOAD = pyo.Set(initialize=list(least))
    m.minimum_load = lp.Param(m.MINIMUM_LOAD, array=np.array(list(least.values()), dtype=float))
    m.output_above_minimum = lp.Constraint(
        m.MINIMUM_LOAD, m.REGIONS, m.YEARS, m.PERIODS, m.HOURS, rule=output_above_minimum
    )
    hours = {name: g.max_hours_per_year for name, g in generators.items() if g.max_hours_per_year is not None}
    m.HOURS_LIMITED = pyo.Set(initialize=list(hours))
    m.max_hours = lp.Param(m.HOURS_LIMITED, array=np.array(list(hours.values()), dtype=float))
    m.limited_gwh = lp.Expression(m.HOURS_LIMITED, m.REGIONS, m.YEARS, rule=generated_gwh)
    m.output_within_hours = lp.Constraint(m.HOURS_LIMITED, m.REGIONS, m.YEARS, rule=output_within_hours)
    ledger.add_limit(
        Limit("output_within_hours", "technologies.{item}.max_hours_per_year", "GWh/yr",
              ("item", "region", "year"), "hours of {item}", use="limited_gwh")
    )  # fmt: skip
    ledger.add_factor(
        Factor("output_within_hours", "technologies.{item}.max_hours_per_year", "h", "hours of {item}", "capacity",
               unlimited=8784.0)
    )  # fmt: skip
    usable = m.usable_fraction.array[[list(generators).index(name) for name in least]]
    ledger.add_factor(
        Factor("output_above_minimum", "technologies.{item}.minimum_load_fraction", "fraction",
               "minimum load of {item}", "capacity", unlimited=0.0, weight=usable[:, :, None])
    )  # fmt: skip


def on_site_supply(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Power generated on site, :math:`\sum_g P_{g,r,y,d,h}`, GW."""
    return sum(m.output[g, r, y, d, h] for g in m.GENERATORS)


def output_within_capacity(m: Any, g: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Count on installed capacity only for its usable share: what weather leaves over the overbuild ratio.

    Weather leaves :math:`\alpha`: the heat derate, times (1 - forced outage at this temperature - planned) /
    (1 - mean forced outage - planned) where that is below 1, times the region's capacity factor and hourly shape
    where the profile is solar or wind.

    .. math:: P_{g,r,y,d,h} \le \frac{\alpha_{g,r,d,h}}{\omega_g} K_{g,r,y}

    Units: GW; dual M$/GW, discounted and weighted by the hours the step stands for.
    """
    return m.output[g, r, y, d, h] <= m.usable_fraction[g, r, d, h] * m.capacity[g, r, y]


def output_above_minimum(m: Any, g: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Keep machines that cannot be turned low above a share of usable capacity (no unit commitment).

    .. math:: P_{g,r,y,d,h} \ge \mu_g \frac{\alpha_{g,r,d,h}}{\omega_g} K_{g,r,y}

    Units: GW; dual M$/GW, discounted and weighted by the hours the step stands for.
    """
    least = m.minimum_load[g] * m.usable_fraction[g, r, d, h]
    return m.output[g, r, y, d, h] >= least * m.capacity[g, r, y]


def output_within_hours(m: Any, g: Any, r: Any, y: Any) -> Any:
    r"""Run no more full-load hours a year than allowed.

    .. math:: \sum_{d,h} w_d P_{g,r,y,d,h} \le \bar h_g K_{g,r,y}

    Units: GWh/yr; dual M$/GWh, discounted.
    """
    return m.generated_gwh[g, r, y] <= m.max_hours[g] * m.capacity[g, r, y]


def generated_gwh(m: Any, g: Any, r: Any, y: Any) -> Any:
    r"""Energy generated in the year, :math:`\sum_{d,h} w_d P_{g,r,y,d,h}`, GWh."""
    return sum(m.step_weight_h[d] * m.output[g, r, y, d, h] for d in m.PERIODS for h in m.HOURS)


def fuel_cost(m: Any, g: Any, r: Any, y: Any) -> Any:
    r"""Fuel, :math:`10^{-3} \phi_g p^{fuel}_{g,r,y} \sum_{d,h} w_d P_{g,r,y,d,h}`, M$."""
    return 1e-3 * m.fuel_cost_per_mwh[g, r, y] * m.generated_gwh[g, r, y]


def variable_om_cost(m: Any, g: Any, r: Any, y: Any) -> Any:
    r"""Variable operation and maintenance, :math:`10^{-3} v_{g,y} \sum_{d,h} w_d P_{g,r,y,d,h}`, M$."""
    return 1e-3 * m.variable_om[g, y] * m.generated_gwh[g, r, y]


def on_site_emissions(m: Any, g: Any, r: Any, y: Any) -> Any:
    r"""Emissions, :math:`10^{-3} e_g \sum_{d,h} w_d P_{g,r,y,d,h}`, MtCO2."""
    return 1e-3 * m.generator_co2[g] * m.generated_gwh[g, r, y]
