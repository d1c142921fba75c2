"""A part of the regions alone: its share of what is national, and nothing else changed."""

from pathlib import Path

import pytest

from powergap.errors import InputError
from powergap.scenario import load, read_study
from tests.scenario.scenario_samples import VALID, catalog


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = VALID.replace("levers:\n", "limits: {co2_mt_per_year: 100}\nlevers:\n", 1)
    text = text.replace("  pjm:\n", "  pjm:\n    title: Mid-Atlantic\n")
    Path("s.yaml").write_text(text, encoding="utf-8")
    return "s.yaml"


def test_slots_and_co2_come_down_to_the_share_of_demand_additions(here):
    """Wanted: pjm 8 + 9 + 10 = 27, ercot 3 + 3.5 + 4 = 10.5 GW; ercot's share 10.5 / 37.5 = 0.28.

    Own manufacturers' slots 0.5, 1, 1.5 -> 0.14, 0.28, 0.42 GW a year; CO2 100 -> 28 Mt a year.
    """
    whole, alone = load(here, catalog=catalog()).runs[0], load(here, catalog=catalog(), regions=["ercot"]).runs[0]
    assert list(alone.regions) == ["ercot"]
    assert alone.regions["ercot"] == whole.regions["ercot"]
    assert alone.supply_chains["own_makers"].open_slots_gw_per_year == pytest.approx(
        {2026: 0.14, 2027: 0.28, 2028: 0.42}
    )
    assert alone.limits.co2_mt_per_year == pytest.approx({2026: 28, 2027: 28, 2028: 28})
    assert alone.technologies == whole.technologies


def test_all_regions_by_name_are_the_whole(here):
    both = load(here, catalog=catalog(), regions=["ercot", "pjm"])
    whole = load(here, catalog=catalog())
    for run, other in zip(both.runs, whole.runs, strict=True):
        assert run.model_copy(update={"only_regions": []}) == other


def test_the_resolved_document_gives_the_same_runs(here):
    study = load(here, catalog=catalog(), regions=["ercot"])
    again = read_study(study.resolved_document())
    assert [again.digest(run) for run in again.runs] == [study.digest(run) for run in study.runs]


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("ercott", "did you mean `ercot`?"),
        ("PJM", "did you mean `pjm`?"),
        ("atlantic", "did you mean `pjm`?"),
        ("moon", "the regions are pjm, ercot"),
    ],
)
def test_an_unknown_region_is_told_with_the_nearest_one(here, asked, hint):
    with pytest.raises(InputError) as raised:
        load(here, catalog=catalog(), regions=["ercot", asked])
    assert [str(one) for one in raised.value.problems] == [f"--region: unknown region `{asked}`; {hint}"]
