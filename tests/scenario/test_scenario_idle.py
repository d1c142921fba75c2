"""What a file holds and cannot use is said, where whoever wrote it can mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from powergap.errors import InputError
from powergap.planning import make_plan
from powergap.scenario import bundled_scenarios, load
from tests.scenario.scenario_samples import VALID, catalog

WIRE = """{kind: connection, title: Wire, requires_headroom: false, connection_cost_usd_per_kw: 1, contract_years: 10,
  capacity_price_usd_per_kw_year: 0, energy_price_usd_per_mwh: 0, co2_t_per_mwh: 0}"""
ENGINE = """{kind: generator, title: Engine, unit_size_mw: 10, lead_time_years: 1, life_years: 20, contract_years: 10,
  capital_cost_usd_per_kw: 1000, fixed_om_usd_per_kw_year: 1, forced_outage_fraction: 0, combustion: true, fuel: gas,
  heat_rate_mmbtu_per_mwh: 8}"""
CELLS = """{kind: storage, title: Cells, lead_time_years: 0, life_years: 15, contract_years: 10,
  capital_cost_usd_per_kw: 1, energy_cost_usd_per_kwh: 1, fixed_om_usd_per_kw_year: 0, forced_outage_fraction: 0,
  round_trip_efficiency_fraction: 0.8}"""
PAUSE = """{kind: flexible_load, title: Pause, share_of_load_fraction: 0, max_hours_per_year: 100,
  price_usd_per_mwh: 1}"""
GAS = "fuels: {gas: {title: Gas, price_usd_per_mmbtu: 1, is_pipeline_gas: true}}\n"
HOURS = "chronology: {kind: representative, typical_days: 1, stress_days: 1}\n"
IDLE = {
    "a connection without additions": (WIRE, "", "no region has `grid.additions_gw_per_year.thing` above 0"),
    "storage in a year without hours": (CELLS, "", "`chronology.kind: annual` has no hours"),
    "storage beside a steady load": (CELLS, HOURS, "load is the same in every hour, and there is no connection"),
    "storage that may not be built": (CELLS, f"{HOURS}build_limit_gw: {{thing: 0}}\n", "`build_limit_gw.thing` is 0"),
    "engines without permits": (ENGINE, f"{GAS}air_permit_limit_gw: 0\n", "`air_permit_limit_gw` is 0"),
    "engines without gas": (ENGINE, f"{GAS}gas_supply_limit_bcf_per_day: 0\n", "`gas_supply_limit_bcf_per_day` is 0"),
    "a tranche without load": (PAUSE, "", "its share of load or its hours are 0"),
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def lever(technology: str, rest: str = "") -> str:
    return (
        f"extends: tiny/one-block\n{rest}"
        f"levers:\n  use:\n    set:\n      technologies:\n        thing: {technology}\n"
        "policies:\n  bare: {}\n  with: {levers: [use]}\n"
    )


@pytest.mark.parametrize(("technology", "rest", "why"), IDLE.values(), ids=list(IDLE))
def test_a_lever_that_cannot_matter_is_said_and_closes_nothing(technology, rest, why):
    """The remark stands at the lever's entry and is true: the plan with the lever has the gap of the plan without."""
    Path("s.yaml").write_text(lever(technology, rest))
    study = load("s.yaml")
    (warning,) = [one for one in study.warnings if "cannot close anything" in one.message]
    assert warning.key == "levers.use.set.technologies.thing"
    assert f"cannot close anything: {why}" in warning.message
    assert warning.message.endswith("(under policy with)")
    gaps = [make_plan(study.run(policy)).solution.value("gap").sum() for policy in ("bare", "with")]
    assert gaps[0] == pytest.approx(gaps[1], abs=1e-6)


def test_storage_behind_a_flexible_connection_has_a_use():
    """The bundled battery closes nothing alone and 9.5 GW behind a flexible connection; the remark is on the first."""
    (warning,) = load("tiny/battery").warnings
    assert warning.message.endswith("(under policy battery-alone)")
    assert load("tiny/battery", policies=["both", "nothing"]).warnings == ()


@pytest.mark.parametrize("name", [name for name in bundled_scenarios() if name != "tiny/battery"])
def test_nothing_idle_is_bundled(name):
    assert not any("cannot close" in one.message or "changes nothing" in one.message for one in load(name).warnings)


def test_a_lever_without_which_a_policy_is_the_same_is_said():
    """`empty` sets nothing, `same` what is there, and `early` what `late` sets after it."""
    Path("s.yaml").write_text(
        "extends: tiny/one-block\n"
        "levers:\n  empty: {}\n  same: {set: {demand: {base_gw: 10}}}\n"
        "  early: {set: {demand: {base_gw: 11}}}\n  late: {set: {demand: {base_gw: 12}}}\n"
        "policies:\n  all: {levers: [empty, same, early, late]}\n"
    )
    assert [str(one) for one in load("s.yaml").warnings] == [
        f"s.yaml:8:{column} policies.all.levers.{position}: `{name}` changes nothing: `all` is the same without it"
        for position, (name, column) in enumerate({"empty": 18, "same": 25, "early": 31}.items())
    ]


def test_a_lever_that_matters_in_one_case_changes_something():
    """The case `mid` sets what the lever sets, after it; `high` does not."""
    for cases, count in (
        ("{mid: {set: {demand: {base_gw: 12}}}}", 1),
        ("{mid: {set: {demand: {base_gw: 12}}}, high: {}}", 0),
    ):
        Path("s.yaml").write_text(
            "extends: tiny/one-block\nlevers: {more: {set: {demand: {base_gw: 11}}}}\n"
            f"policies: {{one: {{levers: [more]}}}}\ncases: {cases}\n"
        )
        assert len(load("s.yaml").warnings) == count


def test_remarks_and_mistakes_point_at_what_was_written_over_a_base():
    """A value laid over one of a bundled file clashes with others there; it is the own one that can be mended."""
    base = "extends: us-2030\n"
    Path("s.yaml").write_text(f"{base}demand:\n  additions_gw_per_year: {{2028: 1}}\n")
    (fall,) = [one for one in load("s.yaml").warnings if "fall by more than half" in one.message]
    assert (fall.file, fall.line) == ("s.yaml", 3)
    Path("s.yaml").write_text(f"{base}demand:\n  additions_gw_per_year: {{2026: 400}}\n")
    (fall,) = [one for one in load("s.yaml").warnings if "fall by more than half in 2027" in one.message]
    assert (fall.file, fall.line) == ("s.yaml", 3)
    for text, line in (("years: {first: 2027}\n", 2), ("years:\n  last: 2025\n", 3)):
        Path("s.yaml").write_text(base + text)
        with pytest.raises(InputError) as raised:
            load("s.yaml")
        assert (raised.value.problems[0].file, raised.value.problems[0].line) == ("s.yaml", line), text
    cells = "technologies:\n  battery:\n    max_duration_h: 0.5\n    min_duration_h: 1\n"
    for kept in (cells, cells.replace("    min_duration_h: 1\n", "")):
        Path("s.yaml").write_text(base + kept)
        try:
            load("s.yaml")
        except InputError as error:
            assert all(one.file == "s.yaml" for one in error.problems)


def test_a_list_of_projects_beside_the_additions_of_regions_names_them():
    """`additions_gw_per_year: ~` above the regions is written already; it is theirs that must go."""
    Path("s.yaml").write_text(
        "extends: tiny/two-regions\ndemand:\n  additions_gw_per_year: ~\n  pipeline:\n    projects:\n"
        "      - {name: A, region: north, mw: 100, stage: announced, date: 2026}\n"
    )
    with pytest.raises(InputError) as raised:
        load("s.yaml")
    regions = list(load("tiny/two-regions").runs[0].regions)
    (said,) = [one.message for one in raised.value.problems if "which it replaces" in one.message]
    assert f"under `regions.<name>.demand` of {', '.join(regions)}, which have their own (" in said
    assert "two-regions.yaml:" in said


def test_regions_solved_alone_need_no_shares_of_the_others():
    """Of shares 0.6 and 0.4 one region alone may have any up to 1; it must have one, and two no more than 1."""
    text = VALID.replace("share_of_committed_deliveries_fraction: 0.6", "share_of_committed_deliveries_fraction: 0.7")
    assert text != VALID
    Path("s.yaml").write_text(text)
    with pytest.raises(InputError, match=r"adds up to 1\.1, not 1"):
        load("s.yaml", catalog=catalog())
    assert list(load("s.yaml", catalog=catalog(), regions=["pjm"]).runs[0].regions) == ["pjm"]
    Path("s.yaml").write_text(text.replace("    share_of_committed_deliveries_fraction: 0.7\n", ""))
    with pytest.raises(InputError, match=r"regions\.pjm\.share_of_committed_deliveries_fraction: missing; it divides"):
        load("s.yaml", catalog=catalog(), regions=["pjm"])
