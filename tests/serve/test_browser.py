"""The page in a real headless Chromium: levers move the gap and the table, nothing is asked of anyone else."""

from __future__ import annotations

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

import powergap
from powergap.serve.charts import gap_of
from tests.browser import CHROMIUM, READY, launched, pages, redrawn
from tests.serve.conftest import DEMAND, ROOT, serving

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    with launched(playwright) as chromium:
        yield chromium


@pytest.fixture
def opened(browser, served):
    with pages(browser, served.address) as open_page:
        yield open_page


def lever(page, key):
    return page.locator(f"[data-key='{key}']")


def gaps(page):
    """Adjusted gap by year, from the table."""
    found = {}
    for row in page.locator("#figures tbody tr").all():
        what, *rest = row.locator("th, td").all_text_contents()
        if what == "gap, GW":
            found[int(rest[0])] = float(rest[2])
    return found


def test_it_opens_solved_without_a_request_elsewhere_or_a_complaint(opened, served):
    """Gap of onsite-gas in case mid as `solve` finds it; the token is gone from the address."""
    page = opened()
    run = powergap.solve(powergap.load("us-2030", policies=["onsite-gas"], cases=["mid"]))
    solved = gap_of(run, "onsite-gas", "mid")
    assert gaps(page) == {year: pytest.approx(gap, abs=0.051) for year, gap in solved.items()}
    assert page.locator("#gap svg, #supply svg").count() == 2
    assert page.url == f"http://127.0.0.1:{served.port}/"
    assert {url.split("/")[2] for url in page.requests} == {f"127.0.0.1:{served.port}"}
    assert page.complaints == []


def test_a_lever_moves_the_gap_and_the_table(opened):
    """A step down from 1 is 0.95 of 125 GW of demand, 6.25 GW less by 2030; the reference and the manufacturer's limits
    hold, so the gap falls by as much. Back again at the touch of its button."""
    page = opened()
    before, drawn = gaps(page), page.locator("#gap svg").inner_html()
    slider = lever(page, DEMAND).locator("input[type=range]")
    slider.focus()
    redrawn(page, lambda: page.keyboard.press("ArrowLeft"))
    assert gaps(page)[2030] == pytest.approx(before[2030] - 6.25, abs=0.11)
    assert page.locator("#gap svg").inner_html() != drawn
    assert lever(page, DEMAND).locator("output").text_content() == "×0.95: 27.55 GW/yr in 2030"
    assert "less than the baseline" in page.locator("#sentence").text_content()
    assert "1 input differs from us-2030" in page.locator("#answer").text_content()
    assert DEMAND in page.locator("#answer").text_content()
    redrawn(page, lambda: lever(page, DEMAND).get_by_role("button").click())
    assert gaps(page) == before
    assert "the baseline." in page.locator("#sentence").text_content()
    assert page.complaints == []


def test_only_inputs_of_the_policy_in_detail_are_listed(opened):
    """Slots hold for every policy of the case; `grid-only` has no manufacturers, and nothing is told of them there."""
    page = opened()
    key = "supply_chains.gas_medium.open_slots_gw_per_year"
    redrawn(page, lambda: lever(page, key).locator("input[type=number]").fill("1.3"))
    page.locator("#answer summary").click()
    assert page.locator(".inputs tbody th").all_text_contents() == [key]
    assert "11.7 (2030)" in page.locator(".inputs tbody").text_content()


def test_a_number_beyond_the_slider_is_taken_and_an_impossible_one_told(opened):
    page = opened()
    number = lever(page, "finance.carbon_price_usd_per_t").locator("input[type=number]")
    redrawn(page, lambda: number.fill("400"))
    assert page.locator("#trouble").is_hidden()
    before = gaps(page)
    redrawn(page, lambda: number.fill("9999"))
    assert "9999 is outside 0 to 5000 USD/tCO2" in page.locator("#trouble").text_content()
    assert "not solved" in page.locator("#progress").text_content()
    assert gaps(page) == before
    redrawn(page, lambda: number.fill("0"))
    assert page.locator("#trouble").is_hidden()


def test_policy_case_and_demand_are_levers_too(opened):
    """Under grid-only 75 GW wait in mid and 100 in high; with high demand alone 19 GW more than in mid are wanted."""
    page = opened()
    form = page.locator("#levers")
    redrawn(page, lambda: form.locator("[name=policy]").select_option("grid-only"))
    assert gaps(page)[2030] == 75.0
    assert not page.get_by_text("Open delivery slots").count()
    redrawn(page, lambda: form.locator("[name=demand]").select_option("high"))
    assert gaps(page)[2030] == 94.0
    redrawn(page, lambda: form.locator("[name=case]").select_option("high"))
    assert gaps(page)[2030] == 100.0
    redrawn(page, lambda: page.get_by_role("button", name="Reset all").click())
    assert form.locator("[name=demand]").input_value() == ""
    assert page.complaints == []


def test_only_the_last_of_many_moves_is_shown(opened):
    """Twenty moves at once: the table is that of the last, and nobody waits for the others."""
    page = opened()
    number = lever(page, DEMAND).locator("input[type=number]")
    page.evaluate("document.body.dataset.ready = ''")
    for at in range(20):
        number.fill(f"{1.2 - at / 100:.2f}")
        page.wait_for_timeout(30)
    number.fill("1")
    page.wait_for_selector(READY)
    assert "the baseline." in page.locator("#sentence").text_content()
    assert page.complaints == []


def test_a_plan_is_saved_and_solved_again(opened, served):
    page = opened()
    redrawn(page, lambda: lever(page, DEMAND).locator("input[type=number]").fill("0.8"))
    shown = gaps(page)
    page.get_by_label("Name").fill("from-the-page")
    redrawn(page, lambda: page.get_by_role("button", name="Save").click())
    file = served.folder / "from-the-page.yaml"
    assert str(file) in page.locator("#saved").text_content()
    run = powergap.solve(powergap.load(file, policies=["onsite-gas"]))
    assert gaps(page) == shown
    assert shown == {year: pytest.approx(gap, abs=0.051) for year, gap in gap_of(run, "onsite-gas", "mid").items()}
    redrawn(page, lambda: page.get_by_role("button", name="Save").click())
    assert "already exists" in page.locator("#trouble").text_content()


def test_without_a_plan_the_page_tells_why(opened, tmp_path):
    with serving(ROOT / "tests" / "explain" / "infeasible" / "co2-cap.yaml", tmp_path) as running:
        page = opened(running.address)
        assert page.locator("#sentence").text_content().startswith("No plan")
        assert "limits.co2_mt_per_year" in page.locator(".reasons").text_content()
        assert page.locator("#gap").is_hidden()
        assert page.complaints == []


def test_the_keyboard_reaches_everything_and_readers_are_told(opened):
    page = opened()
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
    assert reached == ["A", "policy", "case", "demand", "BUTTON", "SUMMARY"]
    slider = lever(page, DEMAND).locator("input[type=range]")
    assert slider.get_attribute("aria-valuetext") == "×1: 29 GW/yr in 2030"
    assert page.get_by_label("Demand additions", exact=True).get_attribute("type") == "range"
    assert page.locator("#sentence").get_attribute("aria-live") == "polite"
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input, select, button')]"
        ".filter((one) => !one.labels?.length && !one.ariaLabel && !one.textContent.trim()).length"
    )
    assert unnamed == 0


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(opened, width):
    page = opened(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for chart in page.locator("figure .chart").all():
        assert chart.evaluate("(one) => one.firstElementChild.scrollWidth <= one.clientWidth + 1")


def test_dark_mode_turns_paper_and_ink(opened):
    seen = []
    for scheme in ("light", "dark"):
        page = opened(color_scheme=scheme)
        seen.append(
            page.evaluate(
                "[getComputedStyle(document.body).backgroundColor,"
                " getComputedStyle(document.querySelector('#gap svg text')).fill]"
                ".map((colour) => Number(colour.match(/\\d+/)[0]))"
            )
        )
    (paper, ink), (dark_paper, light_ink) = seen
    assert paper > 200 > 80 > dark_paper
    assert ink < 80 < 200 < light_ink


def test_a_page_without_the_token_stays_empty(browser, served):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{served.port}/")
    assert "with its token" in page.locator("body").text_content()
    context.close()
