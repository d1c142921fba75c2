# ruff: noqa: E501 - tables of exact messages
"""From a file to resolved runs: layers, catalog values, regions, the resolved document, warnings."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from scenario_samples import CATALOG, VALID, catalog

from powergap.catalog.reader import Catalog
from powergap.catalog.schema import CatalogData
from powergap.errors import InputError
from powergap.scenario import bundled_scenarios, dump_yaml, load, read_document, read_study, starter
from powergap.scenario.read.document import parse
from powergap.scenario.read.nodes import plain


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def study_of(text, **options):
    Path("s.yaml").write_text(text, encoding="utf-8")
    return load("s.yaml", catalog=catalog(), **options)


def test_every_policy_under_every_case(here):
    study = study_of(VALID)
    assert [(run.policy, run.case) for run in study.runs] == [
        (policy, case) for policy in ("wait", "build", "lean") for case in ("mid", "high")
    ]
    assert (study.reference_policy, study.default_case) == ("wait", "mid")
    assert study.policies["build"].levers == ("more-slots", "flexible")
    assert study.policies["build"].title == "Build"
    assert study.path == Path("s.yaml")
    assert {run.name for run in study.runs} == {"small"}


def test_chosen_policies_and_cases(here):
    study = study_of(VALID, policies=["lean"], cases=["high"])
    assert [(run.policy, run.case) for run in study.runs] == [("lean", "high")]
    assert list(study.policies) == ["lean"]
    with pytest.raises(InputError, match=r"--policy: unknown policy `laen`; did you mean `lean`\?"):
        study_of(VALID, policies=["laen"])
    with pytest.raises(InputError, match="--case: unknown case `low`; expected one of high, mid"):
        study_of(VALID, cases=["low"])


def test_without_policies_and_cases_there_is_base_and_mid(here):
    text = VALID[: VALID.index("levers:")]
    study = study_of(text)
    assert [(run.policy, run.case) for run in study.runs] == [("base", "mid")]
    assert (study.reference_policy, study.default_case) == ("base", "mid")


def test_layers_lie_in_order(here):
    text = (
        VALID[: VALID.index("levers:")]
        + """\
levers:
  a: {set: {value_of: {delayed_load_usd_per_kw_year: 1}, finance: {carbon_price_usd_per_t: 1}}}
  b: {set: {value_of: {delayed_load_usd_per_kw_year: 2}}}
policies:
  ab: {levers: [a, b]}
  ba: {levers: [b, a]}
  own: {levers: [a, b], set: {value_of: {delayed_load_usd_per_kw_year: 3}}}
cases:
  mid: {}
  case: {set: {value_of: {delayed_load_usd_per_kw_year: 4}}}
"""
    )
    study = study_of(text)
    worth = {(run.policy, run.case): run.value_of.delayed_load_usd_per_kw_year for run in study.runs}
    assert worth == {
        ("ab", "mid"): 2,
        ("ba", "mid"): 1,
        ("own", "mid"): 3,
        ("ab", "case"): 4,
        ("ba", "case"): 4,
        ("own", "case"): 4,
    }
    assert study.run("ba").finance.carbon_price_usd_per_t == 1


def test_catalog_entries_are_the_base_of_technologies(here):
    study = study_of(VALID)
    engine = study.run("wait").technologies["engine"]
    assert engine.lead_time_years == 1.5
    assert engine.capital_cost_usd_per_kw == dict.fromkeys((2026, 2027, 2028), 1800)
    assert study.run("wait", "high").technologies["engine"].capital_cost_usd_per_kw[2026] == 2500
    assert set(study.run("wait").supply_chains) == {"own_makers", "engine_makers", "cell_makers"}
    assert set(study.run("lean").supply_chains) == {"own_makers", "engine_makers"}
    assert set(study.run("wait").fuels) == {"gas"}
    assert study.run("build").supply_chains["engine_makers"].open_slots_gw_per_year[2026] == 4


def test_catalog_quantities_scale_and_take_single_years(here):
    regions = study_of(VALID).run("wait").regions
    assert regions["ercot"].demand.additions_gw_per_year == {2026: 3, 2027: 3.5, 2028: 4}
    text = VALID.replace("{from_catalog: wanted, times: 0.5}", "{from_catalog: wanted, 2027: 1}")
    assert study_of(text).run("wait").regions["ercot"].demand.additions_gw_per_year == {
        2026: 6,
        2027: 1,
        2028: 2,
    }
    text = VALID.replace("{from_catalog: wanted, times: 0.5}", "{from_catalog: slots, 2027: 9}")
    assert study_of(text).run("wait").regions["ercot"].demand.additions_gw_per_year == {
        2026: 2,
        2027: 9,
        2028: 2,
    }


def test_a_catalog_quantity_may_be_a_share_of_another(here):
    """Half of what is wanted by a catalog entry of its own: 6, 7, 8 GW a year x 0.5."""
    own = (
        "catalog: {quantities: {half: {low: 0.4, mid: 0.5, high: 0.6, unit: fraction, group: demand, source: [guess], "
    )
    own += "date: 2026-01-01, confidence: judgment}}, sources: {guess: {title: A guess, date: '2026'}}}\n"
    study = study_of(own + VALID.replace("times: 0.5", "times: {from_catalog: half}"))
    assert study.run("wait").regions["ercot"].demand.additions_gw_per_year == {2026: 3, 2027: 3.5, 2028: 4}
    assert study.run("wait", "high").regions["ercot"].demand.additions_gw_per_year[2026] == pytest.approx(
        0.6 * study_of(VALID).run("wait", "high").regions["ercot"].demand.additions_gw_per_year[2026] / 0.5
    )
    assert "half" in study.resolved_document()["catalog"]["quantities"]


def test_money_follows_the_dollar_year(here):
    study = study_of(VALID.replace("dollar_year: 2025", "dollar_year: 2026"))
    assert study.runs[0].technologies["firm"].connection_cost_usd_per_kw == pytest.approx(309)


def test_top_level_values_hold_for_every_region_and_may_be_overridden(here):
    text = VALID.replace(
        "climate: {mean_degc: 15}", "climate: {mean_degc: 15, hot_day_degc: 30}\ncapital_cost_multiplier: 1.1"
    )
    text = text.replace("  ercot:\n", "  ercot:\n    climate: {mean_degc: 20}\n    capital_cost_multiplier: 0.9\n")
    regions = study_of(text).runs[0].regions
    assert (regions["pjm"].climate.mean_degc, regions["pjm"].capital_cost_multiplier) == (15, 1.1)
    assert (regions["ercot"].climate.mean_degc, regions["ercot"].climate.hot_day_degc) == (20, 30)
    assert regions["ercot"].capital_cost_multiplier == 0.9


def test_null_deletes_a_catalog_value_and_a_default(here):
    text = VALID.replace("lead_time_years: 1.5", "committed_deliveries_gw_per_year: ~")
    assert study_of(text).runs[0].technologies["engine"].committed_deliveries_gw_per_year == {}
    text = VALID.replace("climate: {mean_degc: 15}", "capital_cost_multiplier: 2")
    text = text.replace("  ercot:\n", "  ercot:\n    capital_cost_multiplier: ~\n")
    assert study_of(text).runs[0].regions["ercot"].capital_cost_multiplier == 1


def test_own_catalog_entries(here):
    own = """\
catalog:
  quantities:
    mine: {low: 1, mid: 2, high: 3, unit: GW, group: demand, source: [me], date: 2026-11-01, confidence: judgment}
  sources:
    me: {title: Own estimate, date: '2026'}
"""
    study = study_of(own + VALID.replace("base_gw: 20", "base_gw: {from_catalog: mine}"))
    assert [study.run("wait", case).regions["pjm"].demand.base_gw for case in ("mid", "high")] == [2, 3]


def test_a_lever_that_no_policy_uses_is_checked_too(here):
    text = VALID.replace("policies:\n", "  idle: {set: {value_of: {gap_usd_per_kw_yaer: 1}}}\npolicies:\n", 1)
    with pytest.raises(
        InputError, match=r"levers\.idle\.set\.value_of\.gap_usd_per_kw_yaer: unknown key; did you mean"
    ):
        study_of(text)


# --- the resolved document --------------------------------------------------------------------------------


def reloaded(study, **options):
    text = dump_yaml(study.resolved_document())
    Path("resolved.yaml").write_text(text, encoding="utf-8")
    return load("resolved.yaml", catalog=Catalog(CatalogData()), **options)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"sets": ["value_of.delayed_load_usd_per_kw_year=1", "technologies.battery=~", "name=other", "title=T"]},
        {
            "sets": [
                "technologies.engine.committed_deliveries_gw_per_year=~",
                "technologies.flexible=~",
                "cases.high=~",
            ]
        },
        {"policies": ["lean"], "cases": ["high"]},
        {"policies": ["build"]},
    ],
)
def test_the_resolved_document_gives_the_same_runs_without_the_catalog(here, options):
    study = study_of(VALID, **options)
    again = reloaded(study)
    assert again.runs == study.runs
    assert [again.digest(run) for run in again.runs] == [study.digest(run) for run in study.runs]
    assert dump_yaml(reloaded(again).resolved_document()) == dump_yaml(again.resolved_document())


def test_the_resolved_document_holds_exactly_what_is_used_with_all_readings(here):
    document = study_of(VALID).resolved_document()
    entries = document["catalog"]
    assert entries["bundled"] is False
    assert set(entries["technologies"]) == {"firm", "flexible", "engine", "battery"}
    assert set(entries["quantities"]) == {"wanted", "slots"}
    assert set(entries["sources"]) == {"judgment"}
    cost = entries["technologies"]["engine"]["quantities"]["capital_cost_usd_per_kw"]
    assert (cost["low"], cost["mid"], cost["high"]) == (1500, 1800, 2500)
    assert read_document(_dumped(document)) == document


def _dumped(document):
    Path("d.yaml").write_text(dump_yaml(document), encoding="utf-8")
    return "d.yaml"


@pytest.mark.parametrize("name", sorted(bundled_scenarios()))
def test_bundled_scenarios_load_and_round_trip(here, name):
    study = load(name)
    assert reloaded(study).runs == study.runs


def test_the_starter_loads_and_says_its_name(here):
    Path("mine.yaml").write_text(starter("my.own-1"), encoding="utf-8")
    study = load("mine.yaml")
    assert study.name == "my.own-1"
    assert (len(study.policies), len(study.cases), study.warnings) == (3, 3, ())
    assert list(study.runs[0].year_list) == [2026, 2027, 2028, 2029, 2030]
    for wrong in ("", "two words", "größe", "-x", "x" * 81, "a/b", 'a"'):
        with pytest.raises(InputError):
            starter(wrong)


def test_the_starters_commented_examples_load(here):
    lines = starter("x").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("#  gas_recip"))
    last = next(n for n, line in enumerate(lines) if line.startswith("#  my_manufacturers"))
    lines[first : last + 1] = [line[1:] for line in lines[first : last + 1]]
    Path("x.yaml").write_text("\n".join(lines), encoding="utf-8")
    technologies = load("x.yaml").run("grid-only").technologies
    assert technologies["my_linear_generator"].heat_rate_mmbtu_per_mwh == 8.2
    assert technologies["gas_reciprocating_engine"].lead_time_years == 1.5


# --- the study --------------------------------------------------------------------------------------------


def test_a_document_in_memory(here):
    document = plain(parse(VALID, "f"), keep_null=True)
    study = read_study(document, catalog=catalog())
    assert study.runs == study_of(VALID).runs
    assert study.path is None
    document["value_of"]["delayed_load_usd_per_kw_year"] = "much"
    with pytest.raises(InputError) as raised:
        read_study(document, catalog=catalog())
    assert [str(p) for p in raised.value.problems] == [
        "document value_of.delayed_load_usd_per_kw_year: expected a number in USD/kW-yr, got the text 'much' (under policy wait, build)"
    ]


def test_data_that_no_file_could_hold_is_refused(here):
    circle: dict = {}
    circle["a"] = circle
    for odd in (
        circle,
        {"a": {1, 2}},
        {"a": float("nan")},
        {"a": [float("inf")]},
        {"a": 10**5000},
        {1.5: 1},
        {"a": print},
    ):
        with pytest.raises(InputError, match="document"):
            read_study(odd, catalog=catalog())


def test_where_values_are_written(here):
    study = study_of(VALID)
    run = study.run("build")
    assert str(study.where(run, "technologies", "engine", "lead_time_years")).startswith(
        "s.yaml:28:22 technologies.engine"
    )
    slots = study.where(run, "supply_chains", "engine_makers", "open_slots_gw_per_year")
    assert (slots.file, slots.line, slots.key.split(".")[1]) == ("s.yaml", 51, "more-slots")
    heat = study.where(run, "technologies", "engine", "heat_rate_mmbtu_per_mwh")
    assert (heat.file, heat.key) == ("catalog technologies.engine", "heat_rate_mmbtu_per_mwh")
    assert study.where(run, "reliability", "site_load_mw").line == 1


def test_digest_sees_values_not_spelling(here):
    study = study_of(VALID)
    same = study_of(VALID.replace("{2026: 3, then: hold}", "3").replace("base_gw: 20", "base_gw: 20.0"))
    other = study_of(VALID.replace("base_gw: 20", "base_gw: 21"))
    digest = study.digest(study.runs[0])
    assert len(digest) == 64
    assert same.digest(same.runs[0]) == digest
    assert other.digest(other.runs[0]) != digest
    assert len({study.digest(run) for run in study.runs}) == len(study.runs)


def test_profiles_count_from_the_file_that_names_them_and_by_content(here):
    folder = here / "data"
    folder.mkdir()
    (folder / "hours.csv").write_text("load\n" + "0.9\n" * 8760, encoding="utf-8")
    text = VALID.replace("climate: {mean_degc: 15}", "chronology: {kind: full, profiles: hours.csv}")
    (folder / "base.yaml").write_text(text, encoding="utf-8")
    Path("top.yaml").write_text("extends: data/base.yaml\n", encoding="utf-8")
    study = load("top.yaml", catalog=catalog())
    run = study.runs[0]
    assert Path(run.chronology.profiles).is_file()
    before = study.digest(run)
    (folder / "hours.csv").write_text("other\n", encoding="utf-8")
    assert study.digest(run) != before


def test_studies_are_frozen_and_travel_between_processes(here):
    study = study_of(VALID)
    with pytest.raises(AttributeError):
        study.name = "x"
    assert pickle.loads(pickle.dumps(study)).runs == study.runs


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "open_slots_gw_per_year: {2026: 0.5, then: {add_per_year: 0.5}}",
            "open_slots_gw_per_year: 0",
            "s.yaml:31:5 technologies.own_cell: can never be built: `own_makers` has no open delivery slots and nothing is placed",
        ),
        (
            "{2026: 8, 2027: 9, 2028: 10}",
            "{2026: 8, 2027: 9, 2028: 1}",
            "s.yaml:11:30 regions.pjm.demand.additions_gw_per_year: demand additions fall by more than half in 2028; a forgotten year?",
        ),
        (
            "{2026: 8, 2027: 9, 2028: 10}",
            "0",
            "s.yaml:11:30 regions.pjm.demand.additions_gw_per_year: there is no demand in any year, so there is no gap",
        ),
        (
            "climate: {mean_degc: 15}",
            "chronology: {kind: annual, profiles: x.csv}",
            "s.yaml:24:38 chronology.profiles: not read by `kind: annual`, which has no hours\n"
            "s.yaml:29:12 technologies.battery: cannot close anything: `chronology.kind: annual` has no hours to store "
            "from and for (under policy wait, build)",
        ),
        (
            "climate: {mean_degc: 15}",
            "foresight: {look_ahead_years: 3}",
            "s.yaml:24:31 foresight.look_ahead_years: not read with perfect foresight, only with `myopic`",
        ),
    ],
)
def test_warnings(here, old, new, said):
    assert [str(warning) for warning in study_of(VALID.replace(old, new)).warnings] == said.splitlines()


def test_one_region_cannot_relocate(here):
    text = VALID.replace(VALID[VALID.index("  ercot:") : VALID.index("climate:")], "")
    text = text.replace("      base_gw: 20\n", "      base_gw: 20\n      relocatable_fraction: 0.2\n")
    (warning,) = study_of(text).warnings
    assert warning.message.startswith("load can move only between regions")


def test_stale_catalog_values_are_warned_of(here):
    old = CatalogData.model_validate(
        CATALOG
        | {"quantities": CATALOG["quantities"] | {"wanted": CATALOG["quantities"]["wanted"] | {"date": "2020-01-01"}}}
    )
    Path("s.yaml").write_text(VALID, encoding="utf-8")
    (warning,) = load("s.yaml", catalog=Catalog(old)).warnings
    assert str(warning) == "catalog quantities.wanted: last checked 2020-01-01, more than 18 months ago"


# --- writing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "NO",
        "yes",
        "12",
        "1e5",
        "~",
        "",
        " a",
        "a ",
        "a: b",
        "a #b",
        "- a",
        "größe",
        "🏭",
        "\n",
        "a\tb",
        "'",
        '"',
        "\u2028",
        "null",
        "2026-01-01",
        "{a}",
        "[b",
        "*c",
        "&d",
        "!e",
        "%f",
        "@g",
        "`h",
        "x, y",
        "true",
        "0x1f",
        "?",
        "<<",
        "=",
        None,
        True,
        False,
        0,
        -1,
        1.5,
        1e-9,
        1e22,
        5e-324,
        [],
        {},
        [1, [2, [3]]],
        [{"a": 1, "b": [{}]}],
        {"a": {"b": {}}},
        {2026: 1, "then": "hold"},
        {"a": ["x, y", "z"]},
        [[], [{}]],
        {"then": {"add_per_year": 1}},
    ],
)
def test_dumped_values_are_read_back(here, value):
    document = {"k": value, "nested": {"deep": {"k": value}}, "list": [value, value]}
    assert plain(parse(dump_yaml(document), "f"), keep_null=True) == document


def test_a_run_folder_of_the_same_name_does_not_hide_a_bundled_scenario(here):
    (here / "us-2030").mkdir()
    (here / "mine.yaml").write_text("extends: us-2030\nname: mine\n")
    assert load("us-2030", policies=["grid-only"]).name == "us-2030"
    assert load("mine.yaml", policies=["grid-only"]).name == "mine"
