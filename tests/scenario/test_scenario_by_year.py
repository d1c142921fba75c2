"""Every series takes a plain number and every price takes a series: asked of each one that the schema has."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from pydantic import ValidationError
from schema_walk import at, is_series, values, with_value

import powergap
from powergap import lp
from powergap.errors import InputError
from powergap.model import build
from powergap.scenario import read_study
from powergap.scenario.quantities import yearly
from powergap.scenario.schema import Scenario
from tests.audit.test_audit_study import document
from tests.conftest import SCENARIOS
from tests.docs.pages import script
from tests.independent import bare_arrays, generate
from tests.independent.matching import differences

EVERYTHING = script("render_formulation").everything()
DATA, YEARS = EVERYTHING.model_dump(), EVERYTHING.year_list
PLACES = {".".join(map(str, path)): (path, unit, forms) for path, unit, forms in values(DATA)}
SERIES = [name for name, (_, _, forms) in PLACES.items() if any(map(is_series, forms))]
PRICES = [name for name, (_, unit, _) in PLACES.items() if "USD" in unit]


def numbers_for(name):
    """1, or what is nearest to it that is allowed there, and the least that is."""
    form = next(form for form in PLACES[name][2] if form.get("type") != "null")
    form = form.get("additionalProperties", form)
    return float(min(max(1.0, form["minimum"]), form["maximum"])), float(form["minimum"])


def number_for(name):
    return numbers_for(name)[0]


def read(name, value):
    path = PLACES[name][0]
    scenario = Scenario.model_validate(with_value(DATA, path, value), context={"years": YEARS})
    return yearly(at(scenario.model_dump(), path), YEARS)


def test_there_are_many_of_each():
    """At least every price and series that the reference page lists for a scenario with every feature."""
    kinds = {name.rpartition(".")[2] for name in PRICES}
    assert {"carbon_price_usd_per_t", "delayed_load_usd_per_kw_year", "fixed_om_usd_per_kwh_year"} <= kinds
    assert len(kinds) > 12
    assert "committed_deliveries_gw_per_year" in {name.rpartition(".")[2] for name in SERIES}
    assert len(SERIES) > 50


@pytest.mark.parametrize("name", dict.fromkeys([*SERIES, *PRICES]))
def test_a_number_holds_for_every_year(name):
    number = number_for(name)
    assert read(name, number) == [number] * len(YEARS)


@pytest.mark.parametrize("name", dict.fromkeys([*SERIES, *PRICES]))
def test_a_map_of_years_and_a_rule_are_read(name):
    """One number in the first year, another one in those that follow."""
    number, least = numbers_for(name)
    assert read(name, {YEARS[0]: number, **dict.fromkeys(YEARS[1:], least)}) == [number] + [least] * (len(YEARS) - 1)
    assert read(name, {YEARS[0]: number, "then": "hold"}) == [number] * len(YEARS)


@pytest.mark.parametrize("name", PRICES)
def test_a_price_that_forgets_years_or_is_no_number_is_refused(name):
    for wrong, said in (
        ({YEARS[0]: number_for(name)}, f"no value for {YEARS[1]}"),
        ({YEARS[0]: "x", "then": "hold"}, "expected a number in USD"),
        ("x", "expected a number"),
        ([1], "expected a number"),
    ):
        with pytest.raises(ValidationError) as raised:
            read(name, wrong)
        assert any(said in error["msg"] for error in raised.value.errors()), wrong


def test_committed_deliveries_are_0_in_years_that_are_left_out():
    name = next(name for name in SERIES if name.endswith("battery.committed_deliveries_gw_per_year"))
    path = PLACES[name][0]
    for written, found in (
        ({YEARS[1]: 2.0}, {YEARS[1]: 2.0}),
        (0, dict.fromkeys(YEARS, 0.0)),
        ({YEARS[1]: 2.0, "then": "hold"}, {YEARS[0]: 0.0, **dict.fromkeys(YEARS[1:], 2.0)}),
    ):
        scenario = Scenario.model_validate(with_value(DATA, path, written), context={"years": YEARS})
        assert at(scenario.model_dump(), path) == found


def test_the_place_of_a_wrong_year_is_told(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text("extends: us-2030\nfinance:\n  carbon_price_usd_per_t:\n    2026: 5\n    2027: x\n    then: hold\n")
    with pytest.raises(InputError) as raised:
        powergap.load(path, policies=["grid-only"], cases=["mid"])
    (problem,) = raised.value.problems
    assert (problem.line, problem.column, problem.key) == (5, 11, "finance.carbon_price_usd_per_t.2027")


def with_every_price_by_year(scenario, change):
    """The scenario with `change(price, position of the year)` for every price that it has."""
    data, years = scenario.model_dump(), scenario.year_list
    for path, unit, _ in values(data):
        price = at(data, path)
        if "USD" in unit and price is not None:
            by_year = enumerate(yearly(price, years))
            data = with_value(data, path, {year: change(p, i) for year, (i, p) in zip(years, by_year, strict=True)})
    return Scenario.model_validate(data, context={"years": years})


SEEDS = [2, 7, 11, 19, 23, 31]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_price_by_year_is_the_same_program(seed):
    scenario = generate.scenario(Random(seed))
    programs = [lp.compile(build(one).model) for one in (scenario, with_every_price_by_year(scenario, lambda p, _: p))]
    for name in ("cost", "value", "row_lower", "row_upper"):
        np.testing.assert_array_equal(*(getattr(program, name) for program in programs))


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_that_change_are_those_of_the_independent_program(seed):
    """Every price grows by a tenth of its first value a year."""
    scenario = with_every_price_by_year(generate.scenario(Random(seed)), lambda p, i: p * (1 + 0.1 * i))
    assert differences(lp.compile(build(scenario).model), bare_arrays.build(scenario)) == []


def by_year(data):
    """A document with every price of its own growing by a tenth a year."""
    if not isinstance(data, dict):
        return data
    return {
        key: {2026: value, "then": {"growth_fraction_per_year": 0.1}}
        if "_usd_per_" in str(key) and not isinstance(value, dict)
        else by_year(value)
        for key, value in data.items()
    }


def test_a_run_with_every_price_by_year_passes_its_audit():
    run = powergap.solve(read_study(by_year(document())))
    assert [(check.name, check.where) for check in run.manifest.audit if not check.passed] == []


def test_a_carbon_price_by_year_costs_what_it_says():
    """One block: the carbon cost of a year is its price times the year's emissions."""
    prices = dict(zip(range(2026, 2031), (0, 10, 20, 30, 40), strict=True))
    sets = [f"finance.carbon_price_usd_per_t={prices}"]
    run = powergap.solve(powergap.load(SCENARIOS / "tiny/lead-time.yaml", sets=sets))
    cost = run["cost"][run["cost"]["term"].str.startswith("carbon")].groupby("year")["cost_usd"].sum()
    tonnes = run["emissions"].groupby("year")["co2_t"].sum()
    assert tonnes.min() > 0
    for year, price in prices.items():
        assert cost.get(year, 0.0) == pytest.approx(price * tonnes[year])
