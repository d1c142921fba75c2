"""Storage: power and energy sized apart, closed over a day or carried from day to day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.arrays import Floats
from powergap.model.delivery import committed_deliveries, delivery_fractions, standing_fractions
from powergap.model.finance import by_year, capital_recovery_factor
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Adjustment, Factor
from powergap.scenario.schema import Scenario, Storage
from powergap.words import display_name


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add storage energy and its orders, GWh, and charge, discharge, GW, and level, GWh."""
    storages = inputs.scenario.storages
    line = inputs.timeline
    _declare_energy(m, inputs.scenario, storages)
    available = [1 - s.forced_outage_fraction - s.planned_outage_fraction for s in storages.values()]
    one_way = [s.round_trip_efficiency_fraction**0.5 for s in storages.values()]
    kept = [(1 - s.self_discharge_fraction_per_hour) ** line.hours_per_step for s in storages.values()]
    m.storage_availability = lp.Param(m.STORAGES, array=np.array(available, dtype=float))
    m.one_way_efficiency = lp.Param(m.STORAGES, array=np.array(one_way, dtype=float))
    m.kept_per_step = lp.Param(m.STORAGES, array=np.array(kept, dtype=float))
    m.step_h = pyo.Param(initialize=line.hours_per_step)
    m.previous_period = lp.Param(m.PERIODS, m.HOURS, array=line.previous_period)
    m.previous_hour = lp.Param(m.HOURS, array=line.previous_hour)
    hourly = (m.STORAGES, m.REGIONS, m.YEARS, m.PERIODS, m.HOURS)
    m.charge = lp.Var(*hourly, bounds=(0, None), doc="Power into storage, GW")
    m.discharge = lp.Var(*hourly, bounds=(0, None), doc="Power out of storage, GW")
    m.level = lp.Var(m.DAILY_STORAGES, *hourly[1:], bounds=(0, None), doc="Energy stored at the end of the step, GWh")
    m.discharged_gwh = lp.Expression(m.STORAGES, m.REGIONS, m.YEARS, rule=discharged_gwh)
    variable = by_year([s.variable_om_usd_per_mwh for s in storages.values()], inputs.scenario.year_list)
    m.storage_variable_om = lp.Param(m.STORAGES, m.YEARS, array=variable)
    ledger.add_supply("discharging", discharging)
    ledger.add_draw("charging", charging)
    ledger.add_cost("storage_capital", m.STORAGES, energy_capital_cost)
    ledger.add_cost("storage_fixed_om", m.STORAGES, energy_fixed_om_cost)
    ledger.add_cost("storage_variable_om", m.STORAGES, storage_variable_om_cost)


def _declare_energy(m: pyo.ConcreteModel, scenario: Scenario, storages: dict[str, Storage]) -> None:
    """Add energy capacity: committed orders' and own orders', with capital charges and fixed cost."""
    years, wacc = scenario.year_list, scenario.finance.weighted_average_cost_of_capital
    cube = (len(storages), len(years), len(years))
    delivered, standing, charge = np.zeros(cube), np.zeros(cube), np.zeros(cube)
    placed = np.zeros((len(storages), len(m.REGIONS), len(years)))
    committed_arrivals, committed_charge = np.zeros_like(placed), np.zeros_like(placed)
    regional = np.array([region.capital_cost_multiplier for region in scenario.regions.values()])
    for i, s in enumerate(storages.values()):
        delivered[i] = delivery_fractions(years, s.lead_time_years, s.earliest_year)
        standing[i] = standing_fractions(delivered[i], s.life_years)
        recovery = capital_recovery_factor(wacc, s.contract_years) * (1 - s.investment_tax_credit_fraction)
        yearly = np.array(list(s.energy_cost_usd_per_kwh.values())) * recovery
        charge[i] = yearly[:, None] * standing_fractions(delivered[i], s.contract_years)
        arrivals = committed_arrivals[i] = committed_deliveries(scenario, s) * s.committed_duration_h
        placed[i] = standing_fractions(arrivals, s.life_years)
        committed_charge[i] = yearly[0] * standing_fractions(arrivals, s.contract_years) * regional[:, None]
    m.energy_delivered_fraction = lp.Param(m.STORAGES, m.YEARS, m.YEARS, array=delivered)
    m.energy_standing_fraction = lp.Param(m.STORAGES, m.YEARS, m.YEARS, array=standing)
    m.energy_capital_charge = lp.Param(m.STORAGES, m.YEARS, m.YEARS, array=charge)
    three = (m.STORAGES, m.REGIONS, m.YEARS)
    m.committed_energy_delivery = lp.Param(*three, array=committed_arrivals)
    m.committed_energy = lp.Param(*three, array=placed)
    m.committed_energy_charge = lp.Param(*three, array=committed_charge)
    fixed = by_year([s.fixed_om_usd_per_kwh_year for s in storages.values()], years)
    m.fixed_om_energy = lp.Param(m.STORAGES, m.YEARS, array=fixed)
    m.min_duration_h = lp.Param(m.STORAGES, array=np.array([s.min_duration_h for s in storages.values()], dtype=float))
    m.max_duration_h = lp.Param(m.STORAGES, array=np.array([s.max_duration_h for s in storages.values()], dtype=float))
    m.energy_order = lp.Var(*three, bounds=energy_order_bounds, doc="Storage energy ordered in the year, GWh")
    m.energy_capacity = lp.Var(*three, bounds=(0, None), doc="Storage energy, end of year, GWh")
    m.new_energy_delivery = lp.Expression(*three, rule=new_energy_delivery)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the rows of energy capacity, power limits and level."""
    three = (m.STORAGES, m.REGIONS, m.YEARS)
    hours = (m.PERIODS, m.HOURS)
    daily = (m.DAILY_STORAGES, m.REGIONS, m.YEARS, *hours)
    m.energy_capacity_accounting = lp.Constraint(*three, rule=energy_capacity_accounting)
    m.duration_at_least = lp.Constraint(*three, rule=duration_at_least)
    m.duration_at_most = lp.Constraint(*three, rule=duration_at_most)
    m.storage_power = lp.Constraint(*three, *hours, rule=storage_power)
    m.level_within_energy = lp.Constraint(*daily, rule=level_within_energy)
    m.level_accounting = lp.Constraint(*daily, rule=level_accounting)
    for rows, key, meaning, unlimited in (
        ("duration_at_least", "min_duration_h", "shortest duration of {item}", 0.0),
        ("duration_at_most", "max_duration_h", "longest duration of {item}", 1000.0),
    ):
        ledger.add_factor(Factor(rows, f"technologies.{{item}}.{key}", "h", meaning, "capacity", unlimited))
    ledger.add_adjustments(durations_of_committed_orders)


def durations_of_committed_orders(scenario: Scenario, parameters: Mapping[str, Floats]) -> Iterator[Adjustment]:
    """Hours of storage of committed deliveries, either way."""
    for at, (item, storage) in enumerate(scenario.storages.items()):
        standing = standing_fractions(committed_deliveries(scenario, storage), storage.life_years)
        if not standing.any():
            continue
        per_hour = np.zeros_like(parameters["committed_energy"])
        per_hour[at] = standing
        value = storage.committed_duration_h
        for direction, most in ((1, 1000 - value), (-1, value)):
            yield Adjustment(("technologies", item, "committed_duration_h"), "h",
                             f"hours of committed {display_name(scenario.technologies, item)}", value, direction, most,
                             {"energy_capacity_accounting": -direction * per_hour}, item=item)  # fmt: skip


def energy_order_bounds(m: Any, s: Any, r: Any, v: Any) -> Any:
    """Orders that cannot arrive within the planned years are not placed."""
    return (0, m.order_bound[s, v])


def new_energy_delivery(m: Any, s: Any, r: Any, y: Any) -> Any:
    r"""Energy delivered of own orders, :math:`\sum_v \delta_{s,v,y} O^E_{s,r,v}`, GWh/yr."""
    return sum(m.energy_delivered_fraction[s, v, y] * m.energy_order[s, r, v] for v in m.YEARS)


def discharged_gwh(m: Any, s: Any, r: Any, y: Any) -> Any:
    r"""Energy discharged in the year, :math:`\sum_{d,h} w_d X^-_{s,r,y,d,h}`, GWh."""
    return sum(m.step_weight_h[d] * m.discharge[s, r, y, d, h] for d in m.PERIODS for h in m.HOURS)


def discharging(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Power out of storage, :math:`\sum_s X^-_{s,r,y,d,h}`, GW."""
    return sum(m.discharge[s, r, y, d, h] for s in m.STORAGES)


def charging(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Power into storage, :math:`\sum_s X^+_{s,r,y,d,h}`, GW."""
    return sum(m.charge[s, r, y, d, h] for s in m.STORAGES)


def energy_capacity_accounting(m: Any, s: Any, r: Any, y: Any) -> Any:
    r"""Let storage energy be committed orders plus own orders that have arrived and not retired.

    .. math:: K^E_{s,r,y} = K^{E,committed}_{s,r,y} + \sum_v \sigma_{s,v,y} O^E_{s,r,v}

    Units: GWh; dual M$/GWh, discounted.
    """
    arrived = sum(m.energy_standing_fraction[s, v, y] * m.energy_order[s, r, v] for v in m.YEARS)
    return m.energy_capacity[s, r, y] == m.committed_energy[s, r, y] + arrived


def duration_at_least(m: Any, s: Any, r: Any, y: Any) -> Any:
    r"""Keep storage at least as long as the product is built.

    .. math:: K^E_{s,r,y} \ge \underline{\tau}_s K_{s,r,y}

    Units: GWh; dual M$/GWh, discounted.
    """
    return m.energy_capacity[s, r, y] >= m.min_duration_h[s] * m.capacity[s, r, y]


def duration_at_most(m: Any, s: Any, r: Any, y: Any) -> Any:
    r"""Keep storage no longer than the product is built.

    .. math:: K^E_{s,r,y} \le \bar{\tau}_s K_{s,r,y}

    Units: GWh; dual M$/GWh, discounted.
    """
    return m.energy_capacity[s, r, y] <= m.max_duration_h[s] * m.capacity[s, r, y]


def storage_power(m: Any, s: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Let charge and discharge share the power that is available.

    .. math:: X^+_{s,r,y,d,h} + X^-_{s,r,y,d,h} \le \alpha_s K_{s,r,y}

    Units: GW; dual M$/GW, discounted and weighted by the hours the step stands for.
    """
    both = m.charge[s, r, y, d, h] + m.discharge[s, r, y, d, h]
    return both <= m.storage_availability[s] * m.capacity[s, r, y]


def level_within_energy(m: Any, s: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Store no more than fits.

    .. math:: L_{s,r,y,d,h} \le K^E_{s,r,y}

    Units: GWh; dual M$/GWh, discounted and weighted by the days the period stands for.
    """
    return m.level[s, r, y, d, h] <= m.energy_capacity[s, r, y]


def level_accounting(m: Any, s: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Carry the level from step to step; a representative day ends where it began.

    .. math:: L_{s,r,y,d,h} = \kappa_s L_{s,r,y,prev(d,h)}
              + \Delta (\sqrt{\eta_s} X^+_{s,r,y,d,h} - X^-_{s,r,y,d,h} / \sqrt{\eta_s})

    Units: GWh; dual M$/GWh, discounted and weighted by the days the period stands for.
    """
    before = m.kept_per_step[s] * m.level[s, r, y, m.previous_period[d, h], m.previous_hour[h]]
    into = m.step_h * m.one_way_efficiency[s] * m.charge[s, r, y, d, h]
    out_of = m.step_h / m.one_way_efficiency[s] * m.discharge[s, r, y, d, h]
    return m.level[s, r, y, d, h] == before + into - out_of


def energy_capital_cost(m: Any, s: Any, r: Any, y: Any) -> Any:
    r"""Capital charges of storage energy, :math:`m_r \sum_v a^E_{s,v,y} O^E_{s,r,v}` plus committed orders', M$."""
    own = sum(m.energy_capital_charge[s, v, y] * m.energy_order[s, r, v] for v in m.YEARS)
    return m.committed_energy_charge[s, r, y] + m.regional_multiplier[r] * own


def energy_fixed_om_cost(m: Any, s: Any, r: Any, y: Any) -> Any:
    r"""Fixed cost of storage energy, :math:`f^E_{s,y} K^E_{s,r,y}`, M$."""
    return m.fixed_om_energy[s, y] * m.energy_capacity[s, r, y]


def storage_variable_om_cost(m: Any, s: Any, r: Any, y: Any) -> Any:
    r"""Variable cost of discharge, :math:`10^{-3} v_{s,y} \sum_{d,h} w_d X^-_{s,r,y,d,h}`, M$."""
    return 1e-3 * m.storage_variable_om[s, y] * m.discharged_gwh[s, r, y]
