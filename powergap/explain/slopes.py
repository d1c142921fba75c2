"""What one more unit of a limit does, and one less: derivatives from either side, and how far they hold.

The least value of an aim is a convex, piecewise linear function of a limit. At a kink (a degenerate optimum) many duals
are right and none is *the* derivative. A little to the right of the limit there is no kink: the dual there is the
derivative from the right, what one more unit closes. A little to the left it is what one unit less loses. One more unit
never closes more than any dual at the limit says, so a limit whose dual is zero closes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from powergap.explain.planner_limits import PlannerLimit
from powergap.explain.resolve import Aim, Probe

SMALL_UNITS = 1e-4
"""Step beside the limit, the probe's units (or share of the limit, if more): a thousand times HiGHS's tolerance."""

SMALLEST_UNITS = 1e-6
"""Steps that pass a kink are shortened as far as this, the probe's units."""

NOTHING = 1e-7
"""Derivatives below this are the solver's tolerance, GW-yr, GW or M$ per unit; values, in the probe's units."""

MOST_UNITS = 8.0
"""How far an estimate is followed, the program's steps."""

MOST_CROSSINGS = 8
"""Re-solves in search of a kink; a search that ends here tells an upper bound of its place."""

SAME = 1e-6
"""Values are the same up to this, relative to the probe's unit plus their size."""


@dataclass(frozen=True)
class Slopes:
    """What an aim falls by per unit more of a limit, and rises by per unit less; infinite where no plan is left."""

    more: float
    less: float


def at_limit(probe: Probe, aim: Aim, place: PlannerLimit) -> float:
    """The dual as it stands: at least what one more unit closes, at most what one less loses. Free of charge."""
    return _clean(-float(probe.base(aim).row_dual[list(place.rows)].sum()))


def slopes(probe: Probe, aim: Aim, place: PlannerLimit) -> Slopes:
    """Derivatives from both sides, each from a re-solve beside the limit."""
    step = SMALL_UNITS * max(probe.unit, place.size)
    more = _dual_beside(probe, aim, place, step) if at_limit(probe, aim, place) > 0 else 0.0
    return Slopes(more, _dual_beside(probe, aim, place, -step))


def _dual_beside(probe: Probe, aim: Aim, place: PlannerLimit, step: float) -> float:
    change = place.moved(probe, step)
    if not place.is_share and step < 0 and all(probe.program.row_upper[row] <= 0 for row in place.rows):
        return float("nan")  # there is nothing to take away
    outcome = probe.least(aim, change)
    if outcome is None:
        return float("inf")
    moved = [row for row, upper in change.rows.items() if upper != probe.program.row_upper[row]]
    dual = _clean(-float(outcome.row_dual[moved].sum()))
    base = probe.base(aim).objective
    secant = (base - outcome.value) / step
    rounding = 1e-8 * (probe.unit + abs(base)) / abs(step)
    is_past_a_kink = abs(secant - dual) > 1e-3 * max(abs(dual), abs(secant)) + rounding
    if is_past_a_kink and abs(step) > SMALLEST_UNITS * probe.unit:
        return _dual_beside(probe, aim, place, step / 10)
    return dual


@dataclass(frozen=True)
class Move:
    """A limit moved by some units: what the aim falls by, and what one more unit there would close."""

    units: float
    closes: float
    slope: float


def move(probe: Probe, aim: Aim, place: PlannerLimit, units: float) -> Move:
    """A limit moved, re-solved; NaN where no plan is left."""
    outcome = probe.least(aim, place.moved(probe, units))
    if outcome is None:
        return Move(units, float("nan"), float("nan"))
    slope = -float(outcome.row_dual[list(place.rows)].sum())
    return Move(units, _clean(probe.base(aim).objective - outcome.value, probe.unit), _clean(slope))


def holds_to(probe: Probe, aim: Aim, place: PlannerLimit, slope: float, first: Move) -> float:
    """Units up to which an estimate from the right is exact, at most `MOST_UNITS`; found by re-solves.

    Doubling while the estimate holds. Beyond the kink, the tangents at both ends cross at or beyond the kink: each
    re-solve at a crossing passes at least one kink, and the last one lands on the first.
    """
    here = first
    while _is_exact(probe, aim, slope, here) and here.units < MOST_UNITS * probe.program.step:
        last, here = here, move(probe, aim, place, 2 * here.units)
        if not _is_exact(probe, aim, slope, here):
            return max(last.units, _kink(probe, aim, place, slope, here))
    return here.units if _is_exact(probe, aim, slope, here) else _kink(probe, aim, place, slope, here)


def _kink(probe: Probe, aim: Aim, place: PlannerLimit, slope: float, beyond: Move) -> float:
    here = beyond
    for _ in range(MOST_CROSSINGS):
        if _is_exact(probe, aim, slope, here) or slope - here.slope <= NOTHING:
            return here.units
        # Tangents: closes = slope x units from the limit, closes + slope' x (units - here) from the move.
        crossing = (here.closes - here.slope * here.units) / (slope - here.slope)
        if not 0 < crossing < here.units:
            return here.units
        here = move(probe, aim, place, crossing)
    return here.units


def _is_exact(probe: Probe, aim: Aim, slope: float, here: Move) -> bool:
    short = slope * here.units - here.closes
    return short <= SAME * (probe.unit + abs(probe.base(aim).objective))


def _clean(value: float, unit: float = 1.0) -> float:
    return 0.0 if abs(value) < NOTHING * unit else value + 0.0
