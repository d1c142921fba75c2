"""The backtest of the rule for lists of projects: computed, and shown on the page as it came out."""

import pytest

from tests.docs import backtest
from tests.docs.pages import DOCS

TEXT = (DOCS / "pipeline.md").read_text(encoding="utf-8")
ERRORS = (-0.11, -0.56, 0.33, -0.34, -0.27, -1.0)


@pytest.mark.parametrize(("row", "error"), list(zip(backtest.ROWS, ERRORS, strict=True)), ids=lambda one: str(one)[:40])
def test_the_rule_against_what_came(row, error):
    """CBRE, end of 2023, all due in 2024: 3.078 GW x 0.95 x (1 - 0.45) = 1.608 GW; 1.8095 came: -11%."""
    assert row.error() == pytest.approx(error, abs=0.006)
    assert row.line() in TEXT.splitlines()


def test_the_page_has_no_other_rows():
    start = TEXT.splitlines().index(backtest.HEADER)
    rows = TEXT.splitlines()[start + 2 :]
    assert rows.index("") == len(backtest.ROWS)


def test_the_range_holds_what_came_in_one_row_of_six():
    """Rows by hand: 1.31 to 2.22 holds 1.81; 0.65 to 1.11 does not; 2.70 to 4.57 and 1.35 to 2.29 miss 2.50."""
    inside = [low <= row.came_gw() <= high for row in backtest.ROWS for low, _, high in [row.rule_gw()]]
    assert inside == [True, False, False, False, False, False]
    assert "In one of six rows" in TEXT


def test_more_came_in_two_years_than_was_being_built_before():
    """1.81 + 2.50 = 4.31 GW came in 2024 and 2025; 3.08 GW were under construction at the end of 2023."""
    came = backtest.gigawatts("cbre_absorption.2024") + backtest.gigawatts("cbre_absorption.2025")
    assert (came, backtest.gigawatts("cbre_construction.2023")) == (pytest.approx(4.3075), pytest.approx(3.0778))
    assert "4.31 GW" in TEXT


def test_ercots_approved_loads_draw_less_than_the_peak_share():
    """0.7 of 5,496 MW is 3,847, and 3,282 was drawn: +17%; of 9,042 it is 6,329, and 4,004 was drawn: +58%."""
    peak_share = backtest.CATALOG.quantity("utilization_fraction", {}, 2025)
    status = backtest.CATALOG.data.forecasts["ercot_energized"]
    for month, told in (("2024_september", "+17%"), ("2026_march", "+58%")):
        approved, drawn = status.readings(f"{month}_approved")[2], status.readings(f"{month}_drawn")[2]
        assert f"{(peak_share * approved / drawn - 1) * 100:+.0f}%" == told
        assert told in TEXT


def test_a_ramp_makes_what_is_let_worse_in_every_row():
    """CBRE, end of 2023, over 1.7 years: 0.55 years of a window of 2.7, 3.078 x 0.95 x 0.55 / 2.7 = 0.596 GW."""
    start = TEXT.splitlines().index(backtest.RAMP_HEADER)
    assert TEXT.splitlines()[start : start + 2 + len(backtest.ROWS)] == backtest.ramp_table()
    assert backtest.ROWS[0].ramped_gw()[1] == pytest.approx(0.596, abs=1e-3)
    for row in backtest.ROWS:
        errors = [abs(one / row.came_gw() - 1) for one in row.ramped_gw()]
        assert errors == sorted(errors)


def test_a_ramp_brings_what_ercots_new_loads_draw_near_to_what_they_drew():
    """3,546 MW x 0.7 = 2,482 MW at once; 722 came. Over 4 years a month's share has drawn age / (4 + 1/12) of its own.

    By hand: of 18 months the last began 1 month before the end of March 2026 and the first 18, on average 9.5. Of a
    window of 49 months, 9.5 / 49 = 0.194 have passed: 0.194 x 2,482 = 481 MW.
    """
    assert [backtest.ercot_gw(years) for years in backtest.RAMPS] == pytest.approx([2.482, 1.102, 0.481], abs=1e-3)
    status = backtest.CATALOG.data.forecasts["ercot_energized"]
    drawn = [status.readings(f"{month}_drawn")[2] for month in ("2024_september", "2026_march")]
    approved = [status.readings(f"{month}_approved")[2] for month in ("2024_september", "2026_march")]
    assert (drawn[1] - drawn[0], approved[1] - approved[0]) == (722, 3546)
    assert 0.7 * approved[0] / 1000 - drawn[0] / 1000 == pytest.approx(0.57, abs=0.005)
    for figure in ("722 MW", "3,546 MW", "2.48 GW", "1.10", "0.48", "0.57"):
        assert figure in TEXT
