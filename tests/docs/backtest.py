"""The rule for lists of projects, put to what was known at the end of 2023 and 2024: the rows of docs/pipeline.md.

`python -m tests.docs.backtest` prints the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from powergap.catalog import bundled
from powergap.scenario.pipeline import Pipeline, additions_gw, completed

CATALOG = bundled()
HEADER = "| known at end of | list | read as due in | year | rule: low / mid / high | actual | error of mid | why |"
READINGS = ("low", "mid", "high")
RAMPS = (0.0, 1.7, 4.0)
"""Years over which a project fills: at once, as Epoch AI's campuses, as EPRI's sites."""

RAMP_HEADER = "| known at end of | list | due in | year | actual | at once | 1.7 years | 4 years |"


@dataclass(frozen=True)
class Row:
    """One list, and what came.

    Attributes:
        known: year at whose end the list was known.
        title: what the list is.
        listed: name and key of the figure in the catalog, as `forecast.key`.
        stage: of its projects.
        due: share of the list that is read as due in each year; none of the lists has dates.
        year: asked for.
        came: name and key of what came, in the catalog.
        why: the reason of the error.
    """

    known: int
    title: str
    listed: str
    stage: str
    due: Mapping[int, float]
    year: int
    came: str
    why: str

    def rule_gw(self) -> tuple[float, ...]:
        """What the rule says for the year, by reading: least and most delay go with low and high completion."""
        return tuple(
            self._additions(completion, delay) for completion, delay in zip(READINGS, READINGS[::-1], strict=True)
        )

    def ramped_gw(self) -> tuple[float, ...]:
        """What the mid says for the year, by ramp."""
        return tuple(self._additions("mid", "mid", years) for years in RAMPS)

    def came_gw(self) -> float:
        """What came."""
        return gigawatts(self.came)

    def error(self) -> float:
        """Rule's mid over what came, less 1."""
        return self.rule_gw()[1] / self.came_gw() - 1

    def line(self) -> str:
        """The row of the page."""
        rule = " / ".join(f"{one:.2f}" for one in self.rule_gw())
        due = str(min(self.due)) if len(self.due) == 1 else f"{min(self.due)} to {max(self.due)}, evenly"
        figures = f"{self.year} | {rule} | {self.came_gw():.2f} | {self.error() * 100:+.0f}%"
        return f"| {self.known} | {self.title} | {due} | {figures} | {self.why} |"

    def ramped_line(self) -> str:
        """The row of the page's table of ramps."""
        errors = (f"{one:.2f} ({(one / self.came_gw() - 1) * 100:+.0f}%)" for one in self.ramped_gw())
        due = "one year" if len(self.due) == 1 else f"{len(self.due)} years"
        return f"| {self.known} | {self.title} | {due} | {self.year} | {self.came_gw():.2f} | {' | '.join(errors)} |"

    def _additions(self, completion: str, delay: str, ramp_years: float = 0.0) -> float:
        listed = gigawatts(self.listed) * 1000
        projects = [
            {"name": str(year), "mw": listed * share, "stage": self.stage, "date": str(year)}
            for year, share in self.due.items()
        ]
        readings = {"demand": completion, "lead_time": delay}
        pipeline = Pipeline.model_validate({"projects": projects, "ramp_years": ramp_years})
        filled = completed(pipeline, lambda name: float(CATALOG.quantity(name, readings, 2025)))
        return additions_gw(filled, self.known, (self.year,))[self.year]


def gigawatts(name: str) -> float:
    """A value of a forecast in GW."""
    forecast, _, key = name.partition(".")
    found = CATALOG.data.forecasts[forecast]
    return found.readings(key)[1] / (1000 if found.unit == "MW" else 1)


CBRE = "CBRE, under construction in 8 colocation markets"
ROWS = (
    Row(2023, CBRE, "cbre_construction.2023", "in_construction", {2024: 1.0}, 2024, "cbre_absorption.2024",
        "Close; excludes projects late from 2023."),
    Row(2023, CBRE, "cbre_construction.2023", "in_construction", {2024: 0.5, 2025: 0.5}, 2024, "cbre_absorption.2024",
        "Other reading: a two-year build."),
    Row(2024, CBRE, "cbre_construction.2024", "in_construction", {2025: 1.0}, 2025, "cbre_absorption.2025",
        "The list had doubled; deliveries had not."),
    Row(2024, CBRE, "cbre_construction.2024", "in_construction", {2025: 0.5, 2026: 0.5}, 2025, "cbre_absorption.2025",
        "The other reading of the dates."),
    Row(2024, "Aterio, planned for 2025, US", "aterio_plan.2025", "in_construction", {2025: 1.0}, 2025,
        "aterio_additions.2025",
        "See below."),
    Row(2024, "Wood Mackenzie, proposed, US", "woodmac_pipeline.2024", "announced",
        dict.fromkeys(range(2025, 2031), 1 / 6), 2025, "aterio_additions.2025",
        "Delayed by a year or more, proposals add nothing."),
)  # fmt: skip


def table() -> list[str]:
    """The lines of the table."""
    return [HEADER, "|---|---|---|---|---|---|---|---|", *(row.line() for row in ROWS)]


def ramp_table() -> list[str]:
    """The lines of the table of ramps."""
    return [RAMP_HEADER, "|---|---|---|---|---|---|---|---|", *(row.ramped_line() for row in ROWS)]


def ercot_gw(ramp_years: float) -> float:
    """What loads approved between September 2024 and March 2026, evenly by month, should draw by then at their peak."""
    status = CATALOG.data.forecasts["ercot_energized"]
    approved = [status.readings(f"{month}_approved")[2] for month in ("2024_september", "2026_march")]
    months = [*(f"2024-{month}" for month in (10, 11, 12)), *(f"2025-{month:02}" for month in range(1, 13)),
              *(f"2026-{month:02}" for month in (1, 2, 3))]  # fmt: skip
    mw = (approved[1] - approved[0]) * float(CATALOG.quantity("utilization_fraction", {}, 2025)) / len(months)
    # The rule counts calendar years: all is moved three months back, so that the end of March 2026 is that of 2025.
    projects = [
        {"name": month, "mw": mw, "stage": "operating", "date": _three_months_before(month)} for month in months
    ]
    pipeline = Pipeline.model_validate({"projects": projects, "ramp_years": ramp_years})
    return sum(additions_gw(pipeline, 2020, range(2021, 2026)).values())


def _three_months_before(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year}-{number - 3:02}" if number > 3 else f"{year - 1}-{number + 9:02}"


if __name__ == "__main__":
    print("\n".join([*table(), "", *ramp_table()]))  # noqa: T201
