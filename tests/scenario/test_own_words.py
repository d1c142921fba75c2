"""Names and the words of powergap's own: where one column could hold both, the name is refused where it is given."""

from __future__ import annotations

import pytest

import powergap
from powergap.audit.hedge import hedge_run
from powergap.catalog.reader import bundled
from powergap.errors import InputError
from powergap.export.iamc import iamc_table
from powergap.export.pypsa.folder import network_tables
from powergap.export.solved import SolvedPlan
from powergap.planning.hedge import make_hedge
from powergap.report.tables import closed_table, cost_table, dispatch_table, supply_table
from powergap.report.view import ReportView
from powergap.results.tables import tables
from powergap.scenario import load, load_outlook, read_study
from powergap.words import DECIDERS, HEADINGS, NATION, NETWORK, RESERVED, same

WORDS = sorted({word.replace(" ", "_") for words in RESERVED.values() for word in words})
"""Every word of every column of names, spelled as a name can be."""

KINDS = ("connection", "generator", "storage", "flexible_load")
NEWSVENDOR = "tiny/newsvendor"


def problems(document: dict) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_study({"extends": "tiny/one-block", **document})
    return [str(one) for one in caught.value.problems]


@pytest.mark.parametrize("word", sorted({same(word) for word in RESERVED["technologies"]}))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layer", ["", "levers", "policies", "cases"])
def test_no_technology_of_any_kind_has_a_word_of_a_table(word, kind, layer):
    """In the file or in a layer over it, in small letters or large; `x` beside it is not refused for its name."""
    for name in (word.replace(" ", "_"), word.replace(" ", "_").upper()):
        technologies = {name: {"kind": kind, "title": "T"}, "x": {"kind": kind, "title": "T"}}
        place = "technologies" if not layer else f"{layer}.one.set.technologies"
        inner = {"technologies": technologies}
        found = problems(inner if not layer else {layer: {"one": {"set": inner}}})
        assert f"document {place}.{name}: `{name}` is a word of powergap's own in tables and figures; " in "\n".join(
            found
        )
        assert not [one for one in found if f"{place}.x: `x`" in one]


@pytest.mark.parametrize("word", HEADINGS)
def test_no_heading_has_a_word_of_a_figure(word):
    found = problems({"technologies": {"wire": {"group": word}}})
    assert any(one.startswith(f"document technologies.wire.group: `{word}` is a word") for one in found)


@pytest.mark.parametrize("word", DECIDERS)
def test_no_policy_has_the_name_of_a_column(word):
    assert any(one.startswith(f"document policies.{word}: ") for one in problems({"policies": {word: {}}}))


def test_the_place_and_the_remedy_are_said(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text("extends: tiny/battery\ntechnologies:\n  unserved: {kind: storage, title: Hm}\n")
    with pytest.raises(
        InputError, match=r"s\.yaml:3:3 technologies\.unserved: .* give another name, such as `unserved_1`"
    ):
        load(path)


@pytest.mark.parametrize("word", ["hedge", "mean"])
def test_no_future_is_called_as_a_way_to_decide(tmp_path, word):
    """The way `mean` would take the place of what is decided in belief of a future `mean`."""
    path = tmp_path / "s.yaml"
    path.write_text(f"extends: {NEWSVENDOR}\nfutures: {{bust: ~, {word}: {{probability: 0.5, revealed: 2027}}}}\n")
    for read in (load, load_outlook):
        with pytest.raises(InputError, match=rf"futures\.{word}: `{word}` is a word of powergap's own"):
            read(path)


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_a_name_where_no_table_has_it(word):
    """As region, case, lever, supply chain, fuel and scenario (and policy, where it can be) a word changes nothing."""
    taken = {same(one) for one in RESERVED["policies"]}
    policy = "p" if same(word) in taken else word
    document = {
        "extends": NEWSVENDOR, "name": word, "regions": {"here": None, word: {}},
        "supply_chains": {"manufacturers": None, word: {"title": "M", "open_slots_gw_per_year": 20}},
        "fuels": {"gas": None, word: {"title": "G", "price_usd_per_mmbtu": 0, "is_pipeline_gas": True}},
        "technologies": {"engine": {"supply_chain": word, "fuel": word}}, "futures": None,
        "levers": {word: {"set": {"value_of": {"delayed_load_usd_per_kw_year": 1000}}}},
        "policies": {policy: {"levers": [word]}}, "cases": {word: {}},
        "demand": {"additions_gw_per_year": {2027: 8}},
    }  # fmt: skip
    run = powergap.solve(read_study(document), workers=1)
    assert all(check.passed for check in run.manifest.audit), word
    assert run["gap"]["gap_gw"].iloc[-1] == pytest.approx(0, abs=1e-6)
    assert powergap.compare([run, run]).results.shape[1] == len(["policy", "case", "quantity", "year"]) + 3
    assert len(iamc_table(run))


@pytest.fixture(scope="module")
def runs():
    found = [powergap.solve(load(f"tiny/{name}"), workers=1) for name in ("battery", "two-regions", "missed-peak")]
    return [(run, given(run.document)) for run in found]


def given(document: dict) -> set[str]:
    """What a resolved document calls its technologies."""
    layers = [entry for section in ("levers", "policies", "cases") for entry in (document.get(section) or {}).values()]
    sets = [document, *((one or {}).get("set") or {} for one in layers), document.get("catalog") or {}]
    return {name for one in sets for name in one.get("technologies") or {}}


def test_tables_hold_names_and_words_that_are_refused_as_names(runs):
    """A new word in a column of technologies is found here before somebody's technology has it."""
    seen = set()
    for run, names in runs:
        for table in run.tables.values():
            for column in {"technology", "source", "item"} & set(table.columns):
                limits = set(run.document.get("supply_chains") or {}) | {""} if column == "item" else set()
                seen |= set(table[column]) - names - limits
        view = ReportView(run)
        headings = set(map(view.family, names))
        for make in (cost_table, dispatch_table, supply_table, closed_table):
            families = set(make(view)["family"]) - headings
            assert families <= set(map(same, HEADINGS)), (make, families)
    assert {NATION, "unserved", "load"} <= seen <= set(RESERVED["technologies"])


def test_ways_to_decide_are_words_or_futures():
    made = hedge_run(make_hedge(load_outlook(NEWSVENDOR)), 0.0)
    ways = set(made["ways"]["way"])
    assert ways - {"boom", "bust"} == set(RESERVED["futures"])


def test_carriers_of_a_network_are_names_or_words(runs):
    """A component that is no technology's own has a carrier that no technology can be called."""
    for run, names in runs:
        plan = run.plans[-1]
        solved = SolvedPlan(run, plan.scenario, plan.program, plan.solution, tables(plan)["periods"])
        carriers = set(network_tables(solved)["carriers"]["name"])
        assert not [one for one in carriers - names if " " not in one and one not in NETWORK]


def test_the_bundled_catalog_holds_no_word():
    catalog = bundled().data
    taken = {same(word) for word in RESERVED["technologies"]}
    assert not [name for name in catalog.technologies if same(name) in taken]
    assert not [
        one
        for one in catalog.technologies.values()
        if same(str(one.facts.get("group", ""))) in set(map(same, HEADINGS))
    ]
