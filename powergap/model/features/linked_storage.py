"""Long-duration storage: the level within a representative day rides on a level carried over the year.

The calendar says which period each day of the year is like. The day's own course is followed once a period
(`course`, relative to the level at midnight); the midnight level is followed over all 365 days. A day fits
when the midnight level plus the day's highest point stays below the energy built and, after a day of
self-discharge, plus its lowest point above zero: safe, and 365 + periods rows instead of 8,760.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the course within a day and the midnight level, GWh, of storages that link days."""
    if not len(m.LINKED_STORAGES):
        return
    line = inputs.timeline
    days = len(line.calendar)
    m.DAYS = pyo.Set(initialize=list(range(days)))
    m.period_of_day = lp.Param(m.DAYS, array=line.calendar)
    m.next_day = lp.Param(m.DAYS, array=(np.arange(days) + 1) % days)
    m.carries_over = lp.Param(m.HOURS, array=(np.arange(line.hours_per_period) > 0).astype(float))
    m.last_hour = pyo.Param(initialize=line.hours_per_period - 1)
    three = (m.LINKED_STORAGES, m.REGIONS, m.YEARS)
    m.course = lp.Var(*three, m.PERIODS, m.HOURS, bounds=(None, None), doc="Level relative to midnight, GWh")
    m.course_high = lp.Var(*three, m.PERIODS, bounds=(0, None), doc="Highest point of the course, GWh")
    m.course_low = lp.Var(*three, m.PERIODS, bounds=(None, 0), doc="Lowest point of the course, GWh")
    m.midnight_level = lp.Var(*three, m.DAYS, bounds=(0, None), doc="Energy stored at midnight, GWh")


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the rows that carry energy through the day and over the year."""
    if not len(m.LINKED_STORAGES):
        return
    three = (m.LINKED_STORAGES, m.REGIONS, m.YEARS)
    m.course_accounting = lp.Constraint(*three, m.PERIODS, m.HOURS, rule=course_accounting)
    m.course_below_high = lp.Constraint(*three, m.PERIODS, m.HOURS, rule=course_below_high)
    m.course_above_low = lp.Constraint(*three, m.PERIODS, m.HOURS, rule=course_above_low)
    m.midnight_accounting = lp.Constraint(*three, m.DAYS, rule=midnight_accounting)
    m.day_fits_above = lp.Constraint(*three, m.DAYS, rule=day_fits_above)
    m.day_fits_below = lp.Constraint(*three, m.DAYS, rule=day_fits_below)


def course_accounting(m: Any, s: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Follow the level within the day from 0 at midnight.

    .. math:: U_{s,r,y,d,h} = \kappa_s U_{s,r,y,d,h-1}
              + \Delta (\sqrt{\eta_s} X^+_{s,r,y,d,h} - X^-_{s,r,y,d,h} / \sqrt{\eta_s}), \quad U_{s,r,y,d,-1} = 0

    Units: GWh; dual M$/GWh, discounted.
    """
    kept = m.carries_over[h] * m.kept_per_step[s]
    into = m.step_h * m.one_way_efficiency[s] * m.charge[s, r, y, d, h]
    out_of = m.step_h / m.one_way_efficiency[s] * m.discharge[s, r, y, d, h]
    return m.course[s, r, y, d, h] == kept * m.course[s, r, y, d, m.previous_hour[h]] + into - out_of


def course_below_high(m: Any, s: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Let the high point bound the course.

    .. math:: U_{s,r,y,d,h} \le U^{max}_{s,r,y,d}

    Units: GWh; dual M$/GWh, discounted.
    """
    return m.course[s, r, y, d, h] <= m.course_high[s, r, y, d]


def course_above_low(m: Any, s: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
    r"""Let the low point bound the course.

    .. math:: U_{s,r,y,d,h} \ge U^{min}_{s,r,y,d}

    Units: GWh; dual M$/GWh, discounted.
    """
    return m.course[s, r, y, d, h] >= m.course_low[s, r, y, d]


def midnight_accounting(m: Any, s: Any, r: Any, y: Any, n: Any) -> Any:
    r"""Carry the midnight level to the next day over its T steps; the year ends where it began.

    .. math:: L^0_{s,r,y,n+1} = \kappa_s^{T} L^0_{s,r,y,n} + U_{s,r,y,d(n),T-1}

    Units: GWh; dual M$/GWh, discounted.
    """
    kept = m.kept_per_step[s] ** (m.last_hour + 1) * m.midnight_level[s, r, y, n]
    return m.midnight_level[s, r, y, m.next_day[n]] == kept + m.course[s, r, y, m.period_of_day[n], m.last_hour]


def day_fits_above(m: Any, s: Any, r: Any, y: Any, n: Any) -> Any:
    r"""Store no more than fits on any day of the year.

    .. math:: L^0_{s,r,y,n} + U^{max}_{s,r,y,d(n)} \le K^E_{s,r,y}

    Units: GWh; dual M$/GWh, discounted.
    """
    return m.midnight_level[s, r, y, n] + m.course_high[s, r, y, m.period_of_day[n]] <= m.energy_capacity[s, r, y]


def day_fits_below(m: Any, s: Any, r: Any, y: Any, n: Any) -> Any:
    r"""Take out no more than is left on any day of the year.

    .. math:: \kappa_s^{T} L^0_{s,r,y,n} + U^{min}_{s,r,y,d(n)} \ge 0

    Units: GWh; dual M$/GWh, discounted.
    """
    kept = m.kept_per_step[s] ** (m.last_hour + 1) * m.midnight_level[s, r, y, n]
    return kept + m.course_low[s, r, y, m.period_of_day[n]] >= 0
