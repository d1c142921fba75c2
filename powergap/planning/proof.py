"""What the full-year proof of a plan found, round by round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DAYS_PER_ROUND = 5
"""Most failing days that a region and year adds in one round, the worst first."""

ROUNDING = 1e-7
"""Share of a year's load below which a day's unserved energy is the solver's rounding."""


@dataclass(frozen=True)
class Round:
    """One plan dispatched over the year.

    Attributes:
        own_days: calendar days, 1 to 365, that were periods of their own when it was made.
        gap_gw: gap of the plan, [region, year].
        load_gwh: energy that energized load takes over the 8,760 hours, [region, year].
        unserved_gwh: least unserved energy by day; NaN where the plan cannot be dispatched at all,
            [region, year, day].
    """

    own_days: tuple[int, ...]
    gap_gw: Floats
    load_gwh: Floats
    unserved_gwh: Floats

    @property
    def days_short(self) -> npt.NDArray[np.bool_]:
        """Days with more unserved energy than rounding, [region, year, day]."""
        return self.unserved_gwh > ROUNDING * self.load_gwh[:, :, None]


@dataclass(frozen=True)
class FullYear:
    """What the check over the full year found.

    Attributes:
        hours: which hours were used, `parametric year` or `profiles FILE`.
        limit_fraction: share of load that may be unserved, per region and year.
        rounds: the plan as first made, then each one with more days of its own; the last is the plan that stands.
    """

    hours: str
    limit_fraction: float
    rounds: tuple[Round, ...]

    @property
    def is_met(self) -> bool:
        """True when the plan that stands keeps every region and year within the target."""
        return not self.beyond(self.rounds[-1]).any()

    @property
    def added_days(self) -> tuple[int, ...]:
        """Calendar days, 1 to 365, that are periods of their own in the plan that stands."""
        return self.rounds[-1].own_days

    def beyond(self, found: Round) -> npt.NDArray[np.bool_]:
        """Regions and years in which more is unserved than the target lets pass, [region, year]."""
        within = found.unserved_gwh.sum(axis=2) <= self.limit_fraction * found.load_gwh
        return np.logical_not(within)  # not `>`, which is False of NaN

    def failing_days(self) -> set[int]:
        """The worst days of each region and year beyond the target, 1 to 365, that are no periods of their own yet."""
        found, own = self.rounds[-1], np.array(self.added_days, dtype=int) - 1
        short = found.days_short & self.beyond(found)[:, :, None]
        short[:, :, own] = False
        worst = np.argsort(-np.where(short, found.unserved_gwh, 0.0), axis=2, kind="stable")[:, :, :DAYS_PER_ROUND]
        return {int(day) + 1 for day in worst[np.take_along_axis(short, worst, axis=2)]}
