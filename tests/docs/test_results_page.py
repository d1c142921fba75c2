"""Every table, column, cost term and manifest field is documented, and nothing that does not exist."""

import pytest

from powergap.lp import SolveStatus
from tests.docs.pages import names, script, sections, table


@pytest.fixture(scope="module")
def run(solved):
    return solved("tiny/lead-time.yaml")


@pytest.fixture(scope="module")
def page():
    return sections("results.md")


def documented(rows):
    return [name for row in rows for name in names(row[0])]


def test_tables_and_columns_are_those_of_a_run(run, page):
    told = {name: documented(table(text, "column")) for name, text in page.items()}
    told = {name: columns for name, columns in told.items() if columns}
    assert told == {name: list(one.columns) for name, one in run.tables.items()}


def test_the_page_is_up_to_date():
    render = script("render_results")
    text = render.PAGE.read_text(encoding="utf-8")
    assert text == render.page(text), "run python docs/render_results.py"


def test_every_column_with_a_unit_in_its_name_has_one_on_the_page(page):
    endings = ("_gw", "_gwh", "_twh", "_usd", "_t", "_gw_yr", "_per_year", "_closed", "_step")
    rows = [row for text in page.values() for row in table(text, "column")]
    assert not [row[0] for row in rows if names(row[0])[0].endswith(endings) and not row[1]]


def test_cost_terms_are_those_of_the_model(page):
    render = script("render_formulation")
    terms = [name.removeprefix("cost_") for name in render.build(render.everything()).register.costs]
    assert documented(table(page["cost"], "term")) == terms


def test_manifest_fields_are_those_of_a_run(run, page):
    assert set(documented(table(page["The manifest"], "field"))) == set(run.manifest.as_record())
    assert set(documented(table(page["The manifest"], "field of `runs`"))) == set(run.manifest.runs[0].as_record())
    assert set(run.manifest.audit[0].as_record()) <= set(names(page["The audit"]))


def test_every_status_has_an_exit_code(page):
    told = {name for row in table(page["Exit codes"], "code") for name in names(row[1])}
    assert told == {status.value for status in SolveStatus}


def test_the_shadow_price_of_the_example(run):
    limits = run["limits"].query("limit == 'connection_additions' and year == 2026")
    assert limits["shadow_price_usd_per_unit"].item() == pytest.approx(4.512e9)
