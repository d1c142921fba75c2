"""The page in a real headless Chromium: drawn without a request or an error, and its toggles toggle."""

from __future__ import annotations

import pytest

from tests.browser import CHROMIUM, launched, pages, redrawn
from tests.report.conftest import SCRIPT

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    with launched(playwright) as chromium:
        yield chromium


@pytest.fixture
def opened(browser, page_file):
    with pages(browser, page_file.as_uri(), offline=True) as open_page:
        yield open_page


def cells(page, figure):
    """Text of the table behind a figure."""
    return page.locator(f"#{figure} .table td").all_text_contents()


def test_every_chart_is_drawn_without_request_or_complaint(opened, page_file):
    page = opened()
    charts = page.locator("figure .chart").count()
    assert charts >= 9
    assert page.locator("figure .chart svg").count() == charts
    assert page.locator("figure .chart svg path").count() > 5 * charts
    assert page.requests == [page_file.as_uri()]
    assert page.complaints == []


def test_a_policy_named_like_a_tag_is_text(opened):
    page = opened()
    assert page.locator("#last-gap svg").get_by_text(SCRIPT, exact=True).count() == 1
    redrawn(page, lambda: page.select_option("#policy", SCRIPT))
    assert SCRIPT in page.locator("#supply .of").text_content()
    assert page.complaints == []


def test_the_case_switches_figures_and_tables(opened):
    """Of 20 GW wanted 10.515 wait under `both`, of 25 GW 15.515."""
    page = opened()
    assert "10.5" in cells(page, "last-gap")
    redrawn(page, lambda: page.get_by_label("high", exact=True).check())
    assert "15.5" in cells(page, "last-gap")
    assert page.locator("#said").text_content() == "Case high is shown"
    assert "high" in page.locator("#gap .of").text_content()


def test_policies_are_left_out_and_the_one_in_detail_changes(opened):
    page = opened()
    bars = page.locator("#last-gap .chart svg .layer_0_marks path")
    assert bars.count() == 3
    page.get_by_text("Policies compared").first.click()
    redrawn(page, lambda: page.get_by_label("nothing", exact=True).uncheck())
    assert bars.count() == 2
    assert "nothing" not in cells(page, "gap")
    redrawn(page, lambda: page.select_option("#policy", "nothing"))
    assert set(cells(page, "supply")) == {"nothing", "mid", "2026", "still waiting", "20"}


def test_the_keyboard_reaches_everything(opened):
    """Tab from the top: the way past the toggles, then case, policy, policies compared; an arrow switches the case."""
    page = opened()
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("[document.activeElement.tagName, document.activeElement.className].join('.')"))
    assert reached == ["A.skip", "INPUT.", "SELECT.", "SUMMARY."]
    page.locator("input[name=case]:checked").focus()
    redrawn(page, lambda: page.keyboard.press("ArrowRight"))
    assert page.locator("input[name=case]:checked").get_attribute("value") == "high"


def test_hovering_tells_the_figure(opened):
    page = opened()
    page.locator("#last-gap .chart svg .layer_0_marks path").first.hover()
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert "gap, GW" in page.locator("#vg-tooltip-element").text_content()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(opened, width):
    page = opened(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for figure in page.locator("figure .chart").all():
        assert figure.evaluate("(one) => one.firstElementChild.scrollWidth <= one.clientWidth + 1")


def test_dark_mode_turns_paper_and_ink(opened):
    light, dark = (opened(color_scheme=scheme) for scheme in ("light", "dark"))
    bright = [
        page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]")
        for page in (light, dark)
    ]
    ink = [
        page.evaluate("getComputedStyle(document.querySelector('#gap svg text')).fill.match(/\\d+/g).map(Number)[0]")
        for page in (light, dark)
    ]
    assert bright[0] > 200 > 80 > bright[1]
    assert ink[0] < 80 < 200 < ink[1]


def test_print_leaves_the_toggles_out(opened):
    page = opened()
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()
    assert page.locator("#gap .chart svg").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def rows_of(page, figure):
    """Cells of the table of a listing, row by row."""
    return [row.locator("td").all_text_contents() for row in page.locator(f"#{figure} tbody tr").all()]


def test_two_policies_stand_beside_each_other(opened):
    """Of 20 GW wanted `nothing` leaves all, `both` 10.5155 (case mid); beside itself nothing changes."""
    page = opened()
    redrawn(page, lambda: page.select_option("#policy", "both"))
    assert page.locator("#differences .of").text_content() == "both, compared with nothing, case mid"
    assert page.locator("#differences th").all_text_contents() == ["figure", "year", "nothing", "both", "change"]
    assert rows_of(page, "differences")[0] == ["gap, GW", "2026", "20", "10.5", "-9.485"]
    closed = [row for row in rows_of(page, "differences") if row[0].startswith("closed by")]
    assert sum(float(row[-1]) for row in closed) == pytest.approx(9.485, abs=0.01)
    redrawn(page, lambda: page.select_option("#against", SCRIPT))
    assert {row[-1] for row in rows_of(page, "differences")} == {"0"}
    assert page.locator("#said").text_content() == f"both is compared with {SCRIPT}"
    assert page.complaints == []


def test_inputs_that_differ_from_the_reference_are_listed(opened):
    page = opened()
    redrawn(page, lambda: page.select_option("#policy", "both"))
    assert rows_of(page, "inputs") == [
        ["technologies.cells", "", "(given)"],
        ["technologies.yielding", "", "(given)"],
    ]
    redrawn(page, lambda: page.select_option("#policy", "nothing"))
    assert "same inputs" in page.locator("#inputs .note").text_content()
