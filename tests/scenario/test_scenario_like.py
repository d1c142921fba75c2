"""`like: another` takes another entry's values, and `from_catalog` reads every number that the catalog prints."""

from __future__ import annotations

import json

import pytest

import powergap
from powergap.catalog import bundled
from powergap.errors import InputError
from powergap.scenario import json_schema, read_study
from tests.conftest import SCENARIOS

BASE = {"extends": "us-2030", "chronology": {"kind": "annual"}}
EVERY_KIND = {
    "technologies": {
        "firm_grid": {"connection_cost_usd_per_kw": 7},
        "gas_reciprocating_engine": {"lead_time_years": 0.5},
        "battery": {"max_duration_h": 9},
        "flexible_load_short": {"price_usd_per_mwh": 3},
    },
    "supply_chains": {"gas_small": {"open_slots_gw_per_year": 2}},
    "fuels": {"natural_gas": {"co2_t_per_mmbtu": 0.01}},
}
"""One entry of each kind of item, and a value to change."""
CASES = [(section, name, change) for section, of in EVERY_KIND.items() for name, change in of.items()]


def resolved(document, *sets):
    return read_study({**BASE, **document}, sets=sets, policies=["grid-only"], cases=["mid"]).runs[0]


def problems(document, *sets):
    with pytest.raises(InputError) as raised:
        resolved(document, *sets)
    return [(problem.key, problem.message) for problem in raised.value.problems]


@pytest.mark.parametrize(("section", "name", "change"), CASES)
def test_an_entry_like_another_differs_in_what_it_says(section, name, change):
    """And in nothing else; of every kind of item."""
    scenario = resolved({section: {name: {}, "mine": {"like": name, **change}}})
    entries = getattr(scenario, section)
    theirs, mine = (entries[one].model_dump() for one in (name, "mine"))
    assert theirs["title"] == bundled().data.model_dump()[section][name]["title"]
    differing = {key for key in theirs if theirs[key] != mine[key]}
    assert differing == set(change)


def test_the_kinds_above_are_all_that_there_are():
    kinds = {bundled().data.technologies[name].facts["kind"] for name in EVERY_KIND["technologies"]}
    assert kinds == {item.facts["kind"] for item in bundled().data.technologies.values()}


def test_what_it_is_like_is_taken_as_it_stands_in_the_run():
    """`a` is the catalog's battery with a longer life, `b` like it with another price; a lever changes `a`."""
    document = {
        "technologies": {
            "b": {"like": "a", "energy_cost_usd_per_kwh": 90},
            "a": {"like": "battery", "life_years": 30, "supply_chain": None},
        },
        "levers": {"short": {"set": {"technologies": {"a": {"life_years": 5}}}}},
        "policies": {"short": {"levers": ["short"]}},
    }
    study = read_study({**BASE, **document}, policies=["grid-only", "short"], cases=["mid"])
    for policy, life in (("grid-only", 30), ("short", 5)):
        technologies = study.run(policy).technologies
        assert technologies["a"].life_years == technologies["b"].life_years == life
        assert technologies["b"].supply_chain is None
        assert technologies["b"].energy_cost_usd_per_kwh[2026] == 90


def test_it_orders_through_the_same_makers_and_burns_the_same_fuel():
    scenario = resolved({"technologies": {"mine": {"like": "gas_reciprocating_engine"}}})
    assert "gas_small" in scenario.supply_chains
    assert "natural_gas" in scenario.fuels


def test_the_resolved_document_gives_the_same_run_without_the_catalog():
    document = {
        "technologies": {"mine": {"like": "battery", "lead_time_years": {"from_catalog": "iron_air.lead_time_years"}}}
    }
    study = read_study({**BASE, **document}, policies=["storage"], cases=["mid"])
    again = read_study(study.resolved_document())
    assert again.runs[0].model_dump() == study.runs[0].model_dump()
    assert again.runs[0].technologies["mine"].lead_time_years == 3


WRONG = [
    ({"mine": {"like": "batery"}}, "technologies.mine.like",
     "no technology `batery` here or in the catalog; did you mean `battery`?"),
    ({"mine": {"like": "mne"}, "mine2": {"like": "battery"}}, "technologies.mine.like",
     "no technology `mne` here or in the catalog; did you mean `mine`?"),
    ({"mine": {"like": "mine"}}, "technologies.mine.like", "like each other in a circle: mine -> mine"),
    ({"mine": {"like": "gas_small"}}, "technologies.mine.like", "`gas_small` is a supply chain, not a technology"),
    ({"mine": {"like": "battery", "kind": "generator"}}, "technologies.mine.like",
     "`battery` is of kind storage, `mine` of kind generator; like is only what is of one kind"),
    ({"mine": {"like": 3}}, "technologies.mine.like", "expected the name of a technology"),
    ({"battery": {"like": "iron_air"}}, "technologies.battery.like",
     "`battery` is a technology of the catalog; give your own another name"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "key", "said"), WRONG)
def test_what_is_wrong_is_told_where_it_is_written(written, key, said):
    assert (key, said) in problems({"technologies": written})


def test_a_circle_is_told_at_each_of_its_entries():
    told = dict(problems({"fuels": {"a": {"like": "b"}, "b": {"like": "c"}, "c": {"like": "a"}}}))
    assert told["fuels.a.like"] == "like each other in a circle: b -> c -> a -> b"
    assert set(told) == {"fuels.a.like", "fuels.b.like", "fuels.c.like"}


def test_a_long_chain_ends_in_words_not_in_a_traceback():
    chain = {f"t{i}": {"like": f"t{i + 1}"} for i in range(2_000)} | {"t2000": {"like": "battery"}}
    told = problems({"technologies": chain})
    assert {message for _, message in told} == {"like one another through more than 20 entries"}


def test_every_problem_is_told_at_once():
    told = problems(
        {"technologies": {"a": {"like": "batery"}, "b": {"like": "iron_ar"}}, "fuels": {"c": {"like": "x"}}}
    )
    assert len(told) == 3


PRINTED = [
    row for section in ("technologies", "supply_chains", "fuels", "quantities", "forecasts")
    for row in bundled().rows(section) if row["unit"] or row["mid"] is not None
]  # fmt: skip


def name_of(row):
    """As the first column of `powergap catalog` has it."""
    return f"{row['entry']}.{row['key']}" if row["key"] else row["entry"]


def test_every_number_that_the_catalog_prints_can_be_read():
    """Read in one file, each as the price adder of a fuel of its name; nothing is said of the catalog."""
    assert len(PRINTED) > 600
    names = {name_of(row) for row in PRINTED}
    adders = {f"f{i}": {"from_catalog": name} for i, name in enumerate(sorted(names))}
    told = problems({"fuel_price_adder_usd_per_mmbtu": adders})
    assert not [message for _, message in told if "quantity" in message or "from_catalog" in message]
    for row in PRINTED:
        value = bundled().quantity(name_of(row), {}, row["dollar_year"] or 2025)
        if row["mid"] is not None:
            assert value == row["mid"], name_of(row)


READ = {
    "battery.capital_cost_usd_per_kw": 305, "gas_small.open_slots_gw_per_year": None, "discount_rate": 0.05,
    "natural_gas.price_usd_per_mmbtu": None, "ms_gap_2025_11.demand": 69,
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_number_of_each_section_in_a_scenario(name):
    scenario = resolved({"value_of": {"delayed_load_usd_per_kw_year": {"from_catalog": name}}})
    price = scenario.value_of.delayed_load_usd_per_kw_year
    first = price[2026] if isinstance(price, dict) else price
    assert READ[name] is None or first == READ[name]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("battery", "`battery` is a technology and a supply chain of the catalog, not a number; "
         "name one of its values, such as `battery.capital_cost_usd_per_kw`"),
        ("judgment", "`judgment` is a source of the catalog, not a number"),
        ("batery.fixed_om_usd_per_kw_year", "no quantity `batery.fixed_om_usd_per_kw_year` in the catalog; "
         "did you mean `battery.fixed_om_usd_per_kw_year`?"),
        ("battery.fixed_om", "no quantity `battery.fixed_om` in the catalog; did you mean "
         "`battery.fixed_om_usd_per_kw_year`?"),
        ("discount_rat", "no quantity `discount_rat` in the catalog; did you mean `discount_rate`?"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_what_can(name, said):
    told = problems({"value_of": {"delayed_load_usd_per_kw_year": {"from_catalog": name}}})
    assert ("value_of.delayed_load_usd_per_kw_year.from_catalog", said) in told


def test_the_schema_for_editors_knows_both():
    from jsonschema import Draft202012Validator

    document = {
        **BASE,
        "technologies": {"mine": {"like": "battery", "variable_om_usd_per_mwh": {"2026": 1, "then": "hold"},
                                  "committed_deliveries_gw_per_year": 0}},
        "supply_chains": {"c": {"like": "battery"}}, "fuels": {"f": {"like": "natural_gas"}},
        "finance": {"carbon_price_usd_per_t": {"2026": 1, "then": {"add_per_year": 2}}},
    }  # fmt: skip
    assert list(Draft202012Validator(json.loads(json.dumps(json_schema()))).iter_errors(document)) == []


def test_a_technology_like_another_solves():
    """Its rows are in the tables and hold what the audit asks of a battery."""
    sets = ["chronology.kind=annual", "technologies.mine={like: battery, capital_cost_usd_per_kw: 100}"]
    run = powergap.solve(powergap.load(SCENARIOS / "us-2030.yaml", sets=sets, policies=["storage"], cases=["mid"]))
    assert [check.name for check in run.manifest.audit if not check.passed] == []
    assert "mine" in set(run["capacity"]["technology"])
