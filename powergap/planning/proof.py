"""What the full-year proof of a plan found, round by round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats
from powergap.scenario.schema import Scenario

DAYS_PER_ROUND = 10
"""Most failing days that a region and year adds in one round, the worst first."""

ROUNDING = 1e-9
"""Share of a year's load below which a day's unserved energy is the solver's rounding; a year of it, 4e-7, stays well
below the default target of 1e-5."""


TOLERANCE = 1e-6
"""Share of the target by which unserved energy may exceed it."""


@dataclass(frozen=True)
class Round:
    """One plan dispatched over the year.

    Attributes:
        own_days: calendar days, 1 to 365, that were periods of their own when it was made.
        gap_gw: gap of the plan, [region, year].
        load_gwh: energy that energized load takes over the 8,760 hours, [region, year].
        unserved_gwh: least unserved energy by day; NaN where no dispatch of the plan was found,
            [region, year, day].
    """

    own_days: tuple[int, ...]
    gap_gw: Floats
    load_gwh: Floats
    unserved_gwh: Floats

    @property
    def days_short(self) -> npt.NDArray[np.bool_]:
        """Days that are not served whole, [region, year, day]."""
        return self.unserved_gwh != 0

    @property
    def is_dispatched(self) -> bool:
        """False when no dispatch of a region and year was found, whatever is left unserved."""
        return not np.isnan(self.unserved_gwh).any()


@dataclass(frozen=True)
class FullYear:
    """What the check over the full year found.

    Attributes:
        hours: whose hours were used, `parametric` or the name of a profiles file.
        limit_fraction: share of load that may be unserved, per region and year.
        rounds: the plan as first made, then each one with more days of its own; the last is the plan that stands.
        ended: why no further round was made.
    """

    hours: str
    limit_fraction: float
    rounds: tuple[Round, ...]
    ended: str = ""

    @property
    def is_met(self) -> bool:
        """True when the plan that stands keeps every region and year within the target."""
        return not self._beyond_target.any()

    @property
    def own_days(self) -> tuple[int, ...]:
        """Calendar days, 1 to 365, that are periods of their own in the plan that stands."""
        return self.rounds[-1].own_days

    def days_added(self, number: int = -1) -> int:
        """Days that the rounds up to this one added to those the scenario names."""
        return len(self.rounds[number].own_days) - len(self.rounds[0].own_days)

    @property
    def _beyond_target(self) -> npt.NDArray[np.bool_]:
        """Regions and years in which the plan that stands leaves more unserved than it may, [region, year]."""
        found = self.rounds[-1]
        # A plan of all hours may stand at its target, to within the solver's tolerance.
        within = found.unserved_gwh.sum(axis=2) <= (1 + TOLERANCE) * self.limit_fraction * found.load_gwh
        return np.logical_not(within)  # not `>`, which is False of NaN

    def failing_days(self) -> set[int]:
        """The worst days of each region and year beyond the target, 1 to 365, that are no periods of their own yet."""
        unserved = np.where(self._beyond_target[:, :, None], np.nan_to_num(self.rounds[-1].unserved_gwh), 0.0)
        unserved[:, :, np.array(self.own_days, dtype=int) - 1] = 0.0
        worst = np.argsort(-unserved, axis=2, kind="stable")[:, :, :DAYS_PER_ROUND]
        return {int(day) + 1 for day in worst[np.take_along_axis(unserved, worst, axis=2) > 0]}

    def reason_to_stop(self, scenario: Scenario) -> str:
        """Why no further round is to be made; empty where one is."""
        if self.is_met:
            return "within target"
        if scenario.chronology.kind != "representative":
            return f"chronology `{scenario.chronology.kind}` has no days to add"
        if len(self.rounds) > scenario.reliability.full_year_max_rounds:
            return "the maximum number of rounds was reached"
        if self.failing_days():
            return ""
        if not self.rounds[-1].is_dispatched:
            return "no dispatch was found of a region and year"
        return "every failing day is a period of its own"
