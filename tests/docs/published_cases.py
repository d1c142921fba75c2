"""Published cases beside what powergap computes: the rows of the table in docs/published.md.

`python -m tests.docs.published_cases` prints the table and the notes below it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from powergap.catalog import bundled
from powergap.conversion import UNITS, Factors, convert
from tests.conftest import run_of

CATALOG = bundled()
HEADER = "| case | quantity | published | ours | difference | why |"
LONGEST = 70
"""Characters of a reason that stands in the table; a longer one goes below it."""


@dataclass(frozen=True)
class Row:
    """One published figure.

    Attributes:
        case: publisher and date.
        quantity: what is counted, with its unit.
        published: name and key of the figure in the catalog, as `forecast.key`; of a range the reading after `:`.
        ours: gives our figure.
        decimals: that both are shown with.
        why: the reason of a difference, or what the case cannot determine.
    """

    case: str
    quantity: str
    published: str
    ours: Callable[[], float]
    decimals: int
    why: str

    def figures(self) -> tuple[float, float]:
        """Published and computed, to the decimals shown."""
        name, _, reading = self.published.partition(":")
        forecast, _, key = name.partition(".")
        readings = dict(zip(("low", "mid", "high"), CATALOG.data.forecasts[forecast].readings(key), strict=True))
        return round(readings[reading or "mid"], self.decimals), round(self.ours(), self.decimals)

    def line(self) -> str:
        """The row of the page."""
        published, ours = self.figures()
        change = f"{ours - published:+,.{self.decimals}f}" if round(ours - published, self.decimals) else "0"
        figures = f"{published:,.{self.decimals}f} | {ours:,.{self.decimals}f} | {change}"
        return f"| {self.case} | {self.quantity} | {figures} | {self.why if len(self.why) <= LONGEST else 'below'} |"

    def note(self) -> str:
        """The reason as an item of the list below the table; empty if it is short."""
        text = f"**{self.case}, {self.quantity}:** {self.why}"
        wrapped = textwrap.fill(text, 120, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
        return wrapped if len(self.why) > LONGEST else ""


def gap(scenario: str, policy: str, case: str = "mid") -> float:
    """Gap at the end of the last year, GW."""
    policies = run_of(f"published/{scenario}.yaml")["policies"]
    return float(policies.query("policy == @policy and case == @case")["cumulative_gap_gw"].item())


def demand(scenario: str, policy: str, year: int, case: str = "mid") -> float:
    """Demand at the end of a year, GW."""
    gaps = run_of(f"published/{scenario}.yaml")["gap"]
    return float(gaps.query("policy == @policy and case == @case and year == @year")["demand_gw"].sum())


def nameplate(twh: float) -> float:
    """GW of nameplate at LBNL's utilization."""
    factors = Factors(CATALOG, {"utilization": 0.5})
    return convert(twh, UNITS["TWh/yr"], "energy", UNITS["GW"], "nameplate", factors).value


def energy(gigawatts: float) -> float:
    """TWh a year of nameplate at LBNL's utilization."""
    factors = Factors(CATALOG, {"utilization": 0.5})
    return convert(gigawatts, UNITS["GW"], "nameplate", UNITS["TWh/yr"], "energy", factors).value


def quantity(name: str, reading: str = "mid") -> float:
    """A value of a forecast."""
    forecast, _, key = name.partition(".")
    return dict(zip(("low", "mid", "high"), CATALOG.data.forecasts[forecast].readings(key), strict=True))[reading]


def duke_average() -> float:
    """GW that Duke's greatest energy of new load is on average."""
    name = "duke_energy.new_load_at_curtailed_0.25_percent"
    return convert(quantity(name), UNITS["GWh/yr"], "energy", UNITS["GW"], "average", Factors(CATALOG)).value


def ercot_2031() -> float:
    """218 GW as asked, less data centers' haircut, less 180 days of the year's growth, GW."""
    asked = quantity("ercot_2025_load.2031_unadjusted")
    growth = asked - quantity("ercot_2025_load.2030_unadjusted")
    data_centers = quantity("ercot_2025_load.2031_data_center_growth")
    haircut = data_centers * (1 - quantity("ercot_2025_adjustment.data_centers"))
    return asked - haircut - growth * quantity("ercot_2025_delay.applied") / 365


def ercot_drawn(month: str, reading: str = "mid") -> float:
    """Share of the load approved to energize that it draws at its own peak, ERCOT's rule applied to the approved MW."""
    return quantity(f"ercot_energized.{month}_approved", reading) * quantity("ercot_2025_adjustment.data_centers")


MS9 = "Morgan Stanley, Sep 2025"
MS11 = "Morgan Stanley, Nov 2025"
SP = "S&P Global, Dec 2025"
L25 = "LBNL 2025 Update"
L24 = "LBNL 2024"
DUKE = "Duke, Feb 2025"
CV = "Cleanview, May 2026"
ER = "ERCOT, Apr 2025"
SUM = "69 - 10 - 15."
AT_HALF = "TWh / 8.76 / 0.5."

ROWS = (
    Row(
        MS9,
        "gross gap to 2028, GW",
        "ms_gap_2025_09.gross_gap:low",
        lambda: gap("morgan-stanley-2025-09", "gross"),
        0,
        "65 - 6 - 15. The note also gives 45, which its parts do not add up to. Net gap: not determined, because the "
        "levers have no sizes.",
    ),
    Row(
        MS11,
        "gross gap to 2028, GW",
        "ms_gap_2025_11.gross_gap",
        lambda: gap("morgan-stanley-2025-11", "gross"),
        0,
        SUM,
    ),
    Row(
        MS11,
        "net gap to 2028, GW",
        "ms_gap_2025_11.net_gap",
        lambda: gap("morgan-stanley-2025-11", "net"),
        0,
        "Set by us: two thirds of each lever (31 of 46.5 GW) is what the published 13 implies. The split between "
        "levers is not determined.",
    ),
    Row(
        MS11,
        "net gap, all levers at their low end, GW",
        "ms_gap_2025_11.net_gap",
        lambda: gap("morgan-stanley-2025-11", "all-levers", "low"),
        0,
        "44 - 35: even the low ends close more than the note counts. It applies a discount that it does not state.",
    ),
    Row(
        SP,
        "demand minus spare capacity in 2030, GW",
        "spglobal_gap.gap",
        lambda: gap("spglobal-2025-12", "spare-capacity"),
        0,
        "85 - 70. The path to 2030 and the regions are not determined.",
    ),
    Row(
        SP,
        "capacity gap including reserves in 2030, GW",
        "spglobal_gap.gap_with_reserves",
        lambda: gap("spglobal-2025-12", "with-reserves"),
        0,
        "100 - 70.",
    ),
    Row(
        SP,
        "the same as delayed load, GW",
        "spglobal_gap.gap_with_reserves",
        lambda: gap("spglobal-2025-12", "reserves-in-load"),
        1,
        "30 counts reserve capacity as load. 70 GW carry 59.5 GW with reserves of 100 / 85, so 85 - 59.5 is delayed.",
    ),
    Row(
        L25,
        "nameplate 2024, GW",
        "lbnl_2025_nameplate.2024",
        lambda: nameplate(quantity("lbnl_2025_energy.2024")),
        1,
        AT_HALF,
    ),
    Row(
        L25,
        "nameplate 2028, GW",
        "lbnl_2025_nameplate.2028",
        lambda: nameplate(quantity("lbnl_2025_energy.2028")),
        1,
        AT_HALF,
    ),
    *(
        Row(
            L25,
            f"nameplate 2030, {reading}, GW",
            f"lbnl_2025_nameplate.2030:{reading}",
            lambda reading=reading: nameplate(quantity("lbnl_2025_energy.2030", reading)),
            1,
            AT_HALF,
        )
        for reading in ("low", "mid", "high")
    ),
    Row(
        L25,
        "nameplate added 2024-30, GW a year",
        "lbnl_additions.reference",
        lambda: (nameplate(quantity("lbnl_2025_energy.2030")) - nameplate(quantity("lbnl_2025_energy.2024"))) / 6,
        1,
        "(148.2 - 43.8) / 6.",
    ),
    Row(
        L25,
        "energy demand in 2030, TWh",
        "lbnl_2025_energy.2030",
        lambda: energy(demand("lbnl-2025", "grid-only", 2030) / 0.7),
        0,
        "61.2 + 5 x 17.4 GW nameplate, with a peak of 0.7 of it. A gap is not determined: LBNL has no supply side. "
        "With the catalog's grid it is 0 / 10.9 / 36.8 GW in 2030.",
    ),
    *(
        Row(
            L24,
            f"nameplate 2028, {reading}, GW",
            f"lbnl_2024_nameplate.2028:{reading}",
            lambda reading=reading: nameplate(quantity("lbnl_2024_energy.2028", reading)),
            0,
            AT_HALF,
        )
        for reading in ("low", "high")
    ),
    Row(
        DUKE,
        "headroom at 0.25% as average load, GW",
        "duke_headroom_us.curtailed_0.25_percent",
        duke_average,
        1,
        "657,000 GWh / 8,760 h. 75.9 GW (its 22 areas) would be 664,900 GWh: the study's two figures differ by 1.2%.",
    ),
    Row(
        DUKE,
        "curtailed energy at 0.25%, GWh",
        "duke_energy.curtailed_0.25_percent",
        lambda: quantity("duke_energy.new_load_at_curtailed_0.25_percent") * 0.0025,
        1,
        "657,000 x 0.0025 = 1,642.5. Headroom from hours: [headroom.md](headroom.md).",
    ),
    *(
        Row(
            CV,
            f"{words}, GW",
            f"cleanview_funnel_gw.{key}",
            lambda key=key: quantity("cleanview_funnel_gw.planned") * quantity(f"cleanview_funnel.{key}") / 100,
            1,
            why,
        )
        for key, words, why in (
            ("operating", "on-site power operating", "90 x 2.2%."),
            ("in_construction", "under construction", "90 x 1.2%."),
            ("permitted", "permitted", "90 x 36%."),
            ("announced_only", "announced only", "90 x 60%. The shares sum to 99.4%."),
        )
    ),
    Row(
        CV,
        "online by the end of 2026, GW",
        "cleanview_funnel_gw.online_end_2026",
        lambda: gap("cleanview-2026-05", "grid-only") - gap("cleanview-2026-05", "built"),
        1,
        "Published 2.8 to 3.2. Ours: all that is operating or under construction.",
    ),
    Row(
        CV,
        "planned, and closed in 2030 if all permitted plants are built, GW",
        "cleanview_funnel_gw.planned",
        lambda: gap("cleanview-2026-05", "grid-only") - gap("cleanview-2026-05", "permitted"),
        1,
        "2.0 + 1.1 + 32.4; all 90 would more than close the 75. Probabilities are not determined: a snapshot of "
        "stages is not a cohort, and 92% were announced in the 16 months before.",
    ),
    Row(
        CV,
        "planned, and expected by 2030 by stage times completion, GW",
        "cleanview_funnel_gw.planned",
        lambda: gap("cleanview-2026-05", "grid-only") - gap("cleanview-2026-05", "stage-rule"),
        1,
        "2.0 + 0.95 x 1.1 + 0.45 x 32.4 + 0.25 x 54: the catalog's completion rates by stage, mostly judgment "
        "([pipeline.md](pipeline.md)).",
    ),
    Row(
        ER,
        "load in 2031, GW",
        "ercot_2025_load.2031_adjusted",
        ercot_2031,
        0,
        "218 - 86 x 50.2% - half a year of growth. The other 25 GW are officer-letter load, whose size is not "
        "published; at 55.4% it would be 56 GW.",
    ),
    Row(
        ER,
        "data-center growth to 2031 that counts, GW",
        "ercot_2025_load.2031_data_center_growth",
        lambda: demand("ercot-2025", "as-counted", 2031),
        1,
        "86 requested x 49.8%, half a year late: 5.5 of 6 years. A gap is not determined: ERCOT publishes no supply.",
    ),
    Row(
        ER,
        "drawn of what was approved, Sep 2024, MW",
        "ercot_energized.2024_september_drawn",
        lambda: ercot_drawn("2024_september"),
        0,
        "5,496 approved x 49.8%: the rule is low here; 0.60 was drawn.",
    ),
    Row(
        ER,
        "drawn of what was approved, Mar 2026, MW",
        "ercot_energized.2026_march_drawn:high",
        lambda: ercot_drawn("2026_march"),
        0,
        "9,042 approved x 49.8%: high here; 0.44 was drawn (3,883 two weeks earlier).",
    ),
)


def table() -> list[str]:
    """The lines of the table."""
    return [HEADER, "|---|---|---|---|---|---|", *(row.line() for row in ROWS)]


def notes() -> list[str]:
    """The long reasons, below the table."""
    return [row.note() for row in ROWS if row.note()]


if __name__ == "__main__":
    print("\n".join([*table(), "", *notes()]))  # noqa: T201
