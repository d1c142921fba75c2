"""Figures of a sweep beside a run: worked on tiny/one-block, whose gap is 5 x (wanted - 1) GW."""

from __future__ import annotations

import pytest

import powergap
from powergap.errors import InputError
from powergap.report.figures import DRAW_FIGURES
from powergap.report.page import page
from powergap.report.plot import plot
from powergap.report.view import ReportView
from powergap.sweep import sweep

pytest.importorskip("altair")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    sets = ["sweep.inputs.[demand.additions_gw_per_year]={uniform: [3, 5]}", "sweep.draws=16"]
    study = powergap.load("tiny/one-block", sets=sets)
    return powergap.solve(study), sweep(study, tmp_path_factory.mktemp("draws") / "s", workers=1)


@pytest.mark.parametrize("figure", DRAW_FIGURES)
def test_every_figure_is_drawn_with_its_unit(drawn, figure, tmp_path):
    run, draws = drawn
    text = plot(run, figure, tmp_path / "f.svg", sweep=draws).read_text(encoding="utf-8")
    assert "GW" in text or "$" in text
    assert text.count("<path") > 3


@pytest.mark.parametrize("figure", DRAW_FIGURES)
def test_every_column_that_is_headed_is_in_the_table(drawn, figure):
    """Among them one for each limit that a sweep tells of."""
    assert set(DRAW_FIGURES[figure].columns) <= set(DRAW_FIGURES[figure].table(ReportView(*drawn)).columns)


def test_a_printed_figure_says_how_many_draws_it_shows_and_what_its_marks_are(drawn, tmp_path):
    run, draws = drawn
    text = plot(run, "draws", tmp_path / "f.svg", sweep=draws).read_text(encoding="utf-8")
    assert "16 draws about case mid" in text
    assert "the diamond the baseline scenario" in text


def test_the_tornado_goes_from_the_low_to_the_high_quantile(drawn):
    """Demand additions of 3.2 and 4.8 GW a year leave 11 and 19 GW; 4 leave 15."""
    row = DRAW_FIGURES["tornado"].table(ReportView(*drawn)).iloc[0]
    assert (row["low_gw"], row["base_gw"], row["high_gw"]) == pytest.approx((11, 15, 19))


def test_the_table_of_draws_tells_how_many_exceed_a_limit(drawn):
    """16 draws, 3 to 5 GW wanted a year: 5 x (wanted - 1) lies between 10 and 20 GW."""
    row = DRAW_FIGURES["draws"].table(ReportView(*drawn)).iloc[0]
    assert (row["above_10_gw_percent"], row["above_25_gw_percent"]) == pytest.approx((100, 0))


def test_the_page_has_the_section_only_with_a_sweep(drawn):
    assert "Uncertainty" in page(*drawn)
    assert "Gap at the end of 2030 in nine of ten of 16 draws: " in page(*drawn)
    assert "Uncertainty" not in page(drawn[0])


def test_without_a_sweep_the_figure_says_what_is_missing(drawn, tmp_path):
    with pytest.raises(InputError, match="--sweep"):
        plot(drawn[0], "tornado", tmp_path / "f.svg")
