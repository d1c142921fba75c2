"""Every scenario that ships solves, proves itself and passes its audit."""

import pytest

from tests.conftest import SCENARIOS

QUICK = [path.relative_to(SCENARIOS).as_posix() for path in sorted(SCENARIOS.rglob("*.yaml"))]
QUICK.remove("us-2030-futures.yaml")  # its runs are those of us-2030; its futures: tests/planning/test_hedge.py
QUICK.remove("us-2035.yaml")
QUICK.remove("us-regions-2030.yaml")  # tests/test_us_regions.py


def assert_sound(run):
    assert set(run.status.values()) == {"optimal"}
    assert all(entry.certified for entry in run.manifest.runs)
    assert [check.name for check in run.manifest.audit if not check.passed] == []


@pytest.mark.parametrize("path", QUICK)
def test_it_solves_and_passes_its_audit(solved, path):
    assert_sound(solved(path))


@pytest.mark.slow
def test_to_2035_orbital_data_centers_come_too_late_for_2030(solved):
    run = solved("us-2035.yaml")
    assert_sound(run)
    orbital = run["capacity"].query("technology == 'orbital_data_center' and policy == 'orbital'")
    assert orbital.query("year <= 2030")["capacity_gw"].max() == 0
    assert orbital.query("year == 2035 and case == 'low'")["capacity_gw"].item() > 0


def test_morgan_stanleys_gap_of_november_2025_is_44_gross_and_13_net(solved):
    """69 wanted - 10 under construction - 15 grid = 44; less 31 of the levers' 46.5 = 13 (18.8% of 69)."""
    policies = solved("published/morgan-stanley-2025-11.yaml")["policies"].set_index(["policy", "case"])
    gap = policies["cumulative_gap_gw"]
    assert gap["gross", "mid"] == pytest.approx(44, abs=1e-4)
    assert gap["net", "mid"] == pytest.approx(13, abs=1e-4)
    assert gap["net", "mid"] / 69 == pytest.approx(0.188, abs=5e-4)
    assert gap["all-levers", "low"] == pytest.approx(44 - 35, abs=1e-4)
