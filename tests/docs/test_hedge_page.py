"""The page on hedges names the columns of its tables, and its ways to decide."""

import pytest

import powergap
from tests.docs.pages import names, sections, table


@pytest.fixture(scope="module")
def hedge():
    return powergap.hedge(powergap.load_outlook("tiny/newsvendor"))


def test_tables_and_columns_are_those_of_a_hedge(hedge):
    page = sections("hedge.md")
    for name in ("ways", "outcomes", "orders"):
        told = [names(row[0])[0] for row in table(page[name], "column")]
        assert told == list(hedge[name].columns), name
    assert set(hedge.tables) == {"ways", "outcomes", "orders", "gap", "capacity"}


def test_a_hedge_shows_itself(hedge):
    assert repr(hedge) == "HedgeRun('newsvendor', futures=['boom', 'bust'])"
    assert "perfect foresight" in hedge._repr_html_()
    assert hedge.gap_by_year().loc[("mean", "boom"), 2027] == pytest.approx(3)
