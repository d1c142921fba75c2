"""Futures of a scenario: what they change, when they are known, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from powergap.errors import InputError
from powergap.scenario import dump_yaml, load, load_outlook

BASE = """\
extends: tiny/lead-time
name: trees
policies: {plain: {}, fast: {set: {technologies: {engine: {lead_time_years: 1}}}}}
cases:
  mid: {}
  dear: {set: {value_of: {delayed_load_usd_per_kw_year: 2000}}}
hedge: {policy: plain}
futures:
  usual: {probability: 0.5}
  bust:
    probability: 0.3
    revealed: 2029
    set: {demand: {additions_gw_per_year: {2026: 4, 2027: 4, 2028: 4, 2029: 0, 2030: 0}}}
  late:
    probability: 0.2
    revealed: 2027
    set: {technologies: {engine: {lead_time_years: 3}}}
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(*changes):
        text = BASE
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        Path("trees.yaml").write_text(text)
        return "trees.yaml"

    return write


def problems(*arguments, **options):
    with pytest.raises(InputError) as caught:
        load_outlook(*arguments, **options)
    return str(caught.value).splitlines()


def test_a_future_changes_the_chosen_policy_and_case(file):
    outlook = load_outlook(file(), case="dear")
    assert [one.name for one in outlook.futures] == ["usual", "bust", "late"]
    usual, bust, late = (one.scenario for one in outlook.futures)
    assert {one.value_of.delayed_load_usd_per_kw_year for one in (usual, bust, late)} == {2000}
    assert bust.regions["here"].demand.additions_gw_per_year[2030] == 0
    assert [one.technologies["engine"].lead_time_years for one in (usual, bust, late)] == [2, 2, 3]
    assert load_outlook("trees.yaml", policy="fast").futures[0].scenario.technologies["engine"].lead_time_years == 1


def test_set_is_laid_over_everything_and_reaches_the_futures(file):
    sets = [
        "futures.late.set.technologies.engine.lead_time_years=4",
        "value_of.delayed_load_usd_per_kw_year=500",
        "futures.bust=~",
    ]
    sets += ["futures.usual.probability=0.8"]
    outlook = load_outlook(file(), sets=sets)
    assert [one.probability for one in outlook.futures] == [0.8, 0.2]
    assert outlook.futures[1].scenario.technologies["engine"].lead_time_years == 4
    assert {one.scenario.value_of.delayed_load_usd_per_kw_year for one in outlook.futures} == {500}


def test_what_is_known_when(file):
    """Until 2027 nothing; then `late` is told apart; from 2029 on everything is known."""
    outlook = load_outlook(file())
    assert list(outlook.knowledge()) == [(("usual", "bust", "late"), (2026,)), (("usual", "bust"), (2027, 2028))]


def test_the_resolved_document_has_the_same_futures(file):
    outlook = load_outlook(file(), case="dear", sets=["value_of.unserved_energy_usd_per_mwh=9000"])
    Path("again.yaml").write_text(dump_yaml(outlook.resolved_document()))
    again = load_outlook("again.yaml")
    assert [(one.name, one.probability, one.revealed, one.scenario) for one in again.futures] == [
        (one.name, one.probability, one.revealed, one.scenario) for one in outlook.futures
    ]


def test_an_ordinary_load_leaves_futures_alone(file):
    study = load(file())
    assert set(study.cases) == {"mid", "dear"}
    assert not {"futures", "hedge"} & set(study.resolved_document())


def test_what_differs_before_it_is_known_is_refused_with_its_place(file):
    path = file(("2028: 4, 2029: 0", "2028: 3, 2029: 0"))
    assert problems(path) == [
        "trees.yaml:13:68 futures.bust.set.demand.additions_gw_per_year.2028: in 2028 it is 3, but 4 in `usual`, "
        "and `bust` is not revealed before 2029"
    ]


def test_two_futures_that_are_never_told_apart_must_be_equal(file):
    path = file(("    revealed: 2029\n", ""))
    assert "and `bust` is never revealed" in problems(path)[0]


HEDGE = "hedge: {policy: plain}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("probability: 0.5", "probability: 0.4", "trees.yaml:9:3 futures: the probabilities sum to 0.9; expected 1"),
        ("usual: {probability: 0.5}", "usual: {}", "trees.yaml:9:10 futures.usual.probability: missing; expected"),
        ("probability: 0.5", "probability: 50", "futures.usual.probability: 50 is outside 0 to 1 fraction"),
        (
            "revealed: 2027",
            "revealed: 2031",
            "trees.yaml:16:15 futures.late.revealed: expected a year from 2026 to 2030, not 2031",
        ),
        (HEDGE, "hedge: {policy: plane}", "--policy: unknown policy `plane`; did you mean `plain`?"),
        (HEDGE, "hedge: {}", "--policy: which policy?"),
        (HEDGE, "hedge: {policy: plain, risk_weight_fraction: 1}", "risk_weight_fraction: expected a weight below 1"),
        (HEDGE, "hedge: {policy: plain, tail_fraction: 0}", "hedge.tail_fraction: expected a share above 0"),
        ("lead_time_years: 3", "leed_time: 3", "futures.late.set.technologies.engine.leed_time: unknown key"),
        (
            "engine: {lead_time_years: 3}",
            "engine: ~",
            "all futures have the same technologies; `late` and `usual` differ",
        ),
        (HEDGE, f"{HEDGE}\nobjective: least_gap", "objective: a hedge is planned with least_cost only, not least_gap"),
        (HEDGE, f"{HEDGE}\nforesight: {{kind: myopic}}", "foresight.kind: a hedge is planned with perfect only"),
    ],
)
def test_bad_futures_are_told_with_their_place(file, old, new, message):
    assert message in "\n".join(problems(file((old, new))))


def test_a_scenario_without_futures_says_so():
    assert problems("tiny/lead-time")[0].endswith("futures: the scenario has no `futures`; see docs/hedge.md")


PRICE = "set: {finance: {carbon_price_usd_per_t: {2026: 0, 2027: 0, 2028: 0, 2029: 50, 2030: 50}}}"


def test_a_price_by_year_beside_a_number_is_known_no_sooner(file):
    """`late` is told apart in 2027 and pays for carbon from 2029 on: allowed. From 2026 on it is not."""
    late = "set: {technologies: {engine: {lead_time_years: 3}}}"
    assert load_outlook(file((late, PRICE)))
    assert problems(file((late, PRICE.replace("2026: 0", "2026: 5")))) == [
        "trees.yaml:17:52 futures.late.set.finance.carbon_price_usd_per_t.2026: in 2026 it is 5, but 0 in `usual`, "
        "and `late` is not revealed before 2027"
    ]
