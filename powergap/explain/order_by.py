"""The order-by list: what must be ordered by which date for the plan to hold, and what a year's delay costs."""

from __future__ import annotations

import calendar
import datetime
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from powergap.explain.resolve import Aim, Change, Probe
from powergap.explain.side_by_side import Crew
from powergap.planning import Plan
from powergap.units import USD_PER_MILLION

WORTH_ORDERING = 1e-6
"""Less is rounding: GW, or of a small program its units."""

COLUMNS = [
    "order_by", "technology", "region", "delivery_year", "delivers_gw", "delivers_gwh", "lead_time_years",
    "is_overdue", "regret_gw_yr", "regret_usd",
]  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """What a plan has delivered of its own orders of one technology in one region and year, GW and GWh."""

    technology: str
    region: str
    year: int
    gw: float
    gwh: float


def latest_date(year: int, lead_time_years: float) -> datetime.date:
    """The last day on which an order still delivers by the end of a year: the end of a month, on the safe side.

    >>> latest_date(2028, 2), latest_date(2028, 1.25), latest_date(2028, 2.6)
    (datetime.date(2026, 12, 31), datetime.date(2027, 9, 30), datetime.date(2026, 4, 30))
    """
    month = 12 * year + 11 - math.ceil(12 * lead_time_years - 1e-6)
    year, month = divmod(month, 12)
    return datetime.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def order_by(probe: Probe, plan: Plan, crew: Crew, *, today: datetime.date) -> pd.DataFrame:
    """A row per technology, region and year of delivery, by the date of its order.

    The regret is that of the delivery coming a year late, with everything else planned anew: in its year the
    capacity lacks it, from the next year on the plan may catch up within the manufacturers' slots. It is told in the
    scenario's own objective: the rise of total cost (what waits at its price) and of the plan's gap-years.

    Args:
        probe: the policy and case.
        plan: its plan.
        crew: who does the work.
        today: orders that were due before are overdue.
    """
    found = deliveries(plan)
    crew.do(probe.base, _aims(probe), "solving for regret")
    base = _planned_anew(probe, Change())
    regrets = crew.do(lambda delivery: _planned_anew(probe, _late(probe, plan, delivery)), found, "delaying orders")
    rows = []
    for one, (cost, gap_years) in zip(found, regrets, strict=True):
        lead_time = plan.scenario.ordered[one.technology].lead_time_years
        date = latest_date(one.year, lead_time)
        named = [date.isoformat(), one.technology, one.region, one.year, one.gw, one.gwh, lead_time, date < today]
        regret = [_clean(new - old, probe.unit) for new, old in ((gap_years, base[1]), (cost, base[0]))]
        rows.append([*named, regret[0], regret[1] * USD_PER_MILLION])
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["order_by", "delivery_year"], kind="stable", ignore_index=True)


def deliveries(plan: Plan) -> list[Delivery]:
    """Deliveries of the plan's own orders; committed orders need no date."""
    sets = plan.register.sets
    delivered = plan.solution.expression("new_delivery")
    energy = np.zeros_like(delivered)
    energy[len(sets["GENERATORS"]) :] = plan.solution.expression("new_energy_delivery")
    return [
        Delivery(technology, region, year, float(delivered[p, r, y]), float(energy[p, r, y]))
        for p, technology in enumerate(sets["ORDERED"])
        for r, region in enumerate(sets["REGIONS"])
        for y, year in enumerate(sets["YEARS"])
        if delivered[p, r, y] > WORTH_ORDERING * plan.program.unit
    ]


def _late(probe: Probe, plan: Plan, delivery: Delivery) -> Change:
    """No more capacity at the end of the year than without the delivery."""
    column = probe.program.columns["capacity"].position(delivery.technology, delivery.region, delivery.year)
    standing = float(plan.solution.column_value[column])
    return Change(columns={column: max(0.0, standing - delivery.gw)})


def _aims(probe: Probe) -> tuple[Aim, ...]:
    return (Aim.GAP_YEARS, Aim.COST) if probe.scenario.objective == "least_gap" else (Aim.COST,)


def _planned_anew(probe: Probe, change: Change) -> tuple[float, float]:
    """Cost, M$ discounted, and gap-years of the best plan under a change; infinite where there is none."""
    rows = {}
    if probe.scenario.objective == "least_gap":
        least = probe.least(Aim.GAP_YEARS, change)
        if least is None:
            return math.inf, math.inf
        rows = {probe.ceiling: probe.just_above(least.value)}
    outcome = probe.least(Aim.COST, Change(rows=rows, columns=change.columns))
    if outcome is None:
        return math.inf, math.inf
    return outcome.value, float(probe.gap(outcome).sum())


def _clean(value: float, unit: float) -> float:
    return 0.0 if abs(value) < 1e-6 * unit else value + 0.0
