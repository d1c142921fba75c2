"""The JSON Schema that editors use accepts what loads and refuses typing errors."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from scenario_samples import VALID

from powergap.errors import InputError
from powergap.scenario import bundled_scenarios, json_schema, load, read_document, starter
from powergap.scenario.read.document import parse
from powergap.scenario.read.nodes import plain

CHECK = Draft202012Validator(json_schema())


def errors(document) -> list[str]:
    as_json = json.loads(json.dumps(document))
    return ["/".join(map(str, error.absolute_path)) for error in CHECK.iter_errors(as_json)]


def document_of(text):
    return plain(parse(text, "f"), keep_null=True)


def test_the_schema_itself_is_valid():
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("name", sorted(bundled_scenarios()))
def test_bundled_scenarios_fit(name):
    assert errors(read_document(bundled_scenarios()[name])) == []


def test_sample_starter_and_resolved_documents_fit():
    assert errors(document_of(VALID)) == []
    assert errors(document_of(starter("x"))) == []
    assert errors(load("us-2030").resolved_document()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: A small", "titel: A small"),
        ("base_gw: 20", "base_gww: 20"),
        ("base_gw: 20", "base_gw: '20'"),
        ("base_gw: 20", "base_gw: 20000"),
        ("lead_time_years: 1.5", "lead_time_months: 18"),
        ("then: hold", "then: grow"),
        ("times: 0.5", "time: 0.5"),
        ("cost: high}", "cots: high}"),
        ("cost: high}", "cost: highest}"),
        ("2027: 9", "27: 9"),
        ("{delayed_load_usd_per_kw_year: 3000}", "{gap_usd_per_kw_yaer: 3000}"),
        ("wait: {title: Wait}", "wait: {titel: Wait}"),
        ("kind: generator", "kind: genrator"),
        ("climate: {mean_degc: 15}", "climate: {mean_degf: 59}"),
    ],
)
def test_typing_errors_do_not_fit(old, new):
    text = VALID.replace(old, new, 1)
    assert text != VALID
    try:
        document = document_of(text)
    except InputError:  # refused even earlier
        return
    assert errors(document)


def test_units_and_descriptions_are_there():
    schema = json_schema()
    base = schema["$defs"]["Demand"]["properties"]["base_gw"]
    assert base["description"] == "Energized fleet at the end of the base year [GW]"
    cost = schema["$defs"]["Technology"]["properties"]["capital_cost_usd_per_kw"]
    assert cost["description"] == "Installed, by order year [USD/kW]"
    assert "policy" not in schema["properties"]
    assert "title" not in schema["$defs"]["Overrides"]["properties"]
