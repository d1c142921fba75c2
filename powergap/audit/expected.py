"""What tables are audited against: how each policy and case is said to have ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from powergap.results.manifest import FullYearEntry, Manifest


@dataclass(frozen=True)
class ExpectedOutcome:
    """How a policy and case is said to have ended.

    Attributes:
        policy: its name.
        case: its name.
        status: how the solve ended.
        objective_musd: discounted cost, M$; None without a plan.
        certified: whether it is said to be a proven optimum.
        full_year: what the check over the full year is said to have found; None where there was none.
    """

    policy: str
    case: str
    status: str
    objective_musd: float | None
    certified: bool
    full_year: FullYearEntry | None

    @property
    def name(self) -> str:
        """Policy and case in words."""
        return f"{self.policy} / {self.case}".strip(" /")


@dataclass(frozen=True)
class Expected:
    """How every policy and case is said to have ended.

    Attributes:
        reference_policy: the policy that what is closed is counted from.
        outcomes: one for each policy and case.
    """

    reference_policy: str
    outcomes: Sequence[ExpectedOutcome]

    @classmethod
    def of(cls, manifest: Manifest) -> Expected:
        """What a run's manifest says."""
        return cls(
            manifest.reference_policy,
            [
                ExpectedOutcome(
                    entry.policy, entry.case, entry.status, entry.objective_musd, entry.certified, entry.full_year
                )
                for entry in manifest.runs
            ],
        )
