"""The table of published cases: every row is computed, and the page shows what is."""

import pytest

from tests.docs import published_cases
from tests.docs.pages import DOCS

PAGE = (DOCS / "published.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("row", published_cases.ROWS, ids=lambda row: f"{row.case.split(' (')[0]}: {row.quantity}")
def test_the_page_shows_what_is_computed(row):
    assert row.line() in PAGE
    assert row.note() in "\n".join(PAGE)


def test_every_row_of_the_page_is_computed():
    start = PAGE.index(published_cases.HEADER)
    rows = PAGE[start + 2 : PAGE.index("", start)]
    assert len(rows) == len(published_cases.ROWS)
    assert [row.endswith("| below |") for row in rows] == [bool(row.note()) for row in published_cases.ROWS]


def test_differences_are_explained():
    unexplained = [row.quantity for row in published_cases.ROWS if len(set(row.figures())) > 1 and len(row.why) < 40]
    assert not unexplained


def test_the_catalogs_grid_under_lbnls_demand():
    """61.2 + 5 x 17.4 = 148.2 GW nameplate, x 0.7 = 103.7 GW; grid 61.2 x 0.7 + 50 = 92.8; 10.9 GW wait."""
    gaps = {case: published_cases.gap("lbnl-2025", "grid-only", case) for case in ("low", "mid", "high")}
    assert gaps == {"low": pytest.approx(0), "mid": pytest.approx(10.9), "high": pytest.approx(36.8)}
