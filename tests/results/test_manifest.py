"""What is written of a run, a hedge and a sweep is read back equal, under keys that do not change."""

import json
import re
from pathlib import Path

import pytest

import powergap
from powergap.errors import InputError
from powergap.results.manifest import HedgeManifest, Manifest
from powergap.sweep import read_sweep, sweep
from powergap.sweep.record import SweepRecord

RUN = """scenario title source created_utc reference_policy default_case versions python platform regions files seconds
tables runs audit"""
ENTRY = """policy case scenario_sha256 status objective objective_musd chronology hours projects full_year foresight
solver message rows columns nonzeros stages from_cache certificate conditioning certified"""
CHECK = "name sentence passed worst tolerance unit where compared"
FULL_YEAR = """hours within_target ended unserved_limit_fraction rounds days_added own_days unserved_mwh_before
unserved_mwh_after days_short"""
CERTIFICATE = """primal_residual relative_primal_residual dual_residual relative_dual_residual primal_objective
dual_objective relative_gap"""
STAGE = "name objective seconds iterations kept_since_utc"
HEDGE = """scenario title source policy case created_utc versions seconds risk_weight_fraction tail_fraction futures
value_of_stochastic_solution_musd expected_value_of_perfect_information_musd tables rows columns nonzeros solver
certificate stages audit"""
SWEEP = """format scenario title case years policies levers inputs correlations design seed points draws
quantiles_sha256 scenario_sha256 ranges_sha256 versions sha256"""


def assert_keys(found, keys):
    assert list(found) == keys.split()


@pytest.fixture
def checked(solved):
    return solved("tiny/missed-peak.yaml").manifest


def test_keys_of_a_run(checked):
    found = json.loads(checked.as_text())
    assert_keys(found, RUN)
    assert_keys(found["files"][0], "name sha256")
    assert_keys(found["audit"][0], CHECK)
    first, second = found["runs"]
    assert_keys(first, ENTRY)
    assert_keys(second["full_year"], FULL_YEAR)
    assert_keys(first["hours"], "given parametric")
    assert_keys(first["solver"], "name method options")
    assert_keys(first["stages"][0], STAGE)
    assert_keys(first["certificate"], CERTIFICATE)
    assert_keys(first["conditioning"], "coefficients costs bounds basis_condition")


def test_keys_of_a_hedge_which_reads_back_equal(tmp_path):
    written = powergap.hedge(powergap.load_outlook("tiny/newsvendor")).manifest
    path = tmp_path / "manifest.json"
    path.write_text(written.as_text())
    assert HedgeManifest.read(path) == written
    found = json.loads(path.read_text())
    assert_keys(found, HEDGE)
    assert_keys(found["futures"][0], "name title probability revealed scenario_sha256")
    assert_keys(found["stages"][0], STAGE)
    with pytest.raises(InputError, match="holds no run of `powergap solve`"):
        Manifest.read(path)


def test_keys_of_a_sweep_which_reads_back_equal(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(
        "extends: tiny/one-block\nsweep: {draws: 4, inputs: {demand.additions_gw_per_year: {uniform: [3, 5]}}}\n"
    )
    made = sweep(powergap.load(path), tmp_path / "swept", workers=1)
    text = (tmp_path / "swept/sweep.json").read_text()
    assert_keys(json.loads(text), SWEEP)
    assert SweepRecord.read(tmp_path / "swept/sweep.json") == made.about == read_sweep(tmp_path / "swept").about
    assert made.about.as_text() == text


def test_a_manifest_reads_back_equal_and_is_written_again_as_it_was(checked, tmp_path):
    path = tmp_path / "manifest.json"
    path.write_text(checked.as_text())
    again = Manifest.read(path)
    assert again == checked
    assert again.as_text() == checked.as_text()


def test_keys_that_are_not_known_or_not_there_stay_so(checked, tmp_path):
    """A folder of an earlier version, or with a note of its owner's, is not changed where it is only added to."""
    path = tmp_path / "manifest.json"
    older = {key: value for key, value in checked.as_record().items() if key not in {"files", "regions"}}
    path.write_text(json.dumps(older | {"note": {"by": ["me"]}}))
    found = Manifest.read(path)
    assert (found.files, found.regions) == ([], [])
    assert json.loads(found.as_text()) == json.loads(path.read_text())


def test_a_breach_without_bound_and_a_residual_that_is_none_are_read_back(checked, tmp_path):
    """An infeasible program has certificates that are not a number; JSON has no infinity for the audit's."""
    entry = checked.as_record()["runs"][0]
    entry["certificate"]["dual_objective"] = -float("inf")
    check = checked.as_record()["audit"][0] | {"worst": None}
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(checked.as_record() | {"runs": [entry], "audit": [check]}))
    found = Manifest.read(path)
    assert found.runs[0].certificate.dual_objective == -float("inf")
    assert found.audit[0].worst is None


def test_no_manifest_is_taken_by_key():
    """Fields are attributes: the type checker finds a name that is wrong."""
    taken = re.compile(r"""(manifest|\.about)(\[|\.get\()["']""")
    product = Path(powergap.__file__).parent
    files = [path for path in product.rglob("*") if path.suffix in {".py", ".j2"}]
    assert [path.name for path in files if taken.search(path.read_text(encoding="utf-8"))] == []
