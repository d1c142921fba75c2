"""A run folder is audited from its files: manifest, resolved scenario, tables and linear programs."""

from __future__ import annotations

import dataclasses
import json
import shutil

import numpy as np
import pytest

import powergap
from powergap import lp
from powergap.audit import audit_folder
from powergap.errors import InputError
from powergap.results.run_folder import write_run
from tests.audit.test_audit_study import audited

FILE = "gas-and-storage.mid.npz"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit") / "run"
    write_run(audited()[1], folder)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return shutil.copytree(written, tmp_path / "run")


def failing(folder):
    return {check.name for check in audit_folder(folder) if not check.passed}


def save_as(folder, program, solution, **vectors):
    """Write a program with vectors of a solution changed."""
    lp.save(folder / "lp" / FILE, program, dataclasses.replace(solution, **vectors))


def test_an_honest_folder_passes(written):
    checks = audit_folder(written)
    assert [(check.name, check.where) for check in checks if not check.passed] == []
    compared = {check.name: check.compared for check in checks}
    assert compared["certificate_primal"] == compared["lp_files_readable"] == compared["scenario_unchanged"] == 6


def test_what_is_called_infeasible_is_proven_by_its_file(tmp_path):
    """A CO2 cap of 40 Mt where the fleet emits 43.8: weights of rows in the file contradict; other weights do not."""
    study = powergap.load("tiny/one-block", sets=["years.last=2026", "limits.co2_mt_per_year=40"])
    run = powergap.solve(study, workers=1)
    assert {check.name for check in run.manifest.audit if check.compared} >= {"certificate_infeasible"}
    write_run(run, tmp_path / "run")
    checks = {check.name: check for check in audit_folder(tmp_path / "run")}
    assert checks["certificate_infeasible"].passed
    assert all(check.passed for check in checks.values())
    path = next((tmp_path / "run" / "lp").iterdir())
    program, solution = lp.load(path)
    for weight in (np.zeros_like(solution.row_dual), -solution.row_dual):
        lp.save(path, program, dataclasses.replace(solution, row_dual=weight))
        assert failing(tmp_path / "run") == {"certificate_infeasible"}
    path.unlink()
    assert failing(tmp_path / "run") == {"certificate_infeasible"}


def test_swapped_programs(folder):
    """Two programs that are each optimal, under each other's name."""
    first, second = folder / "lp" / FILE, folder / "lp" / "gas-and-storage.high.npz"
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    assert failing(folder) == {"certificate_objective", "certificate_is_of_the_tables"}


def test_swapped_vector(folder):
    program, solution = lp.load(folder / "lp" / FILE)
    save_as(folder, program, solution, column_value=solution.column_value[::-1].copy())
    assert failing(folder) >= {"certificate_primal", "certificate_objective", "certificate_is_of_the_tables"}


def test_doctored_duals(folder):
    program, solution = lp.load(folder / "lp" / FILE)
    save_as(folder, program, solution, row_dual=np.zeros_like(solution.row_dual))
    assert failing(folder) == {"certificate_duality_gap"}
    save_as(folder, program, solution, row_dual=solution.row_dual + 1.0)
    assert failing(folder) == {"certificate_dual", "certificate_duality_gap"}


@pytest.mark.parametrize("damage", ["delete", "cut", "no solution"])
def test_a_program_that_cannot_be_read(folder, damage):
    path = folder / "lp" / FILE
    if damage == "delete":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:1000])
    else:
        lp.save(path, lp.load(path)[0])
    assert failing(folder) == {"lp_files_readable"}


@pytest.mark.parametrize("table", ["gap", "dispatch"])
def test_a_missing_table(folder, table):
    (folder / "tables" / f"{table}.csv").unlink()
    assert failing(folder) == {"files_complete"}


def test_a_table_that_the_manifest_leaves_out(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["tables"].remove("limits")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert failing(folder) == {"files_complete"}


def test_a_changed_scenario(folder):
    """Found twice: by its digest, and because the tables are no longer its tables."""
    path = folder / "scenario.resolved.yaml"
    text = path.read_text()
    assert "delayed_load_usd_per_kw_year: 2500" in text
    path.write_text(text.replace("delayed_load_usd_per_kw_year: 2500", "delayed_load_usd_per_kw_year: 2600"))
    assert failing(folder) == {"scenario_unchanged", "cost_gap"}


def test_a_changed_csv_cell(folder):
    path = folder / "tables" / "emissions.csv"
    lines = path.read_text().splitlines()
    fields = lines[1].split(",")
    lines[1] = ",".join([*fields[:-1], str(float(fields[-1]) * 1.001)])
    path.write_text("\n".join(lines) + "\n")
    assert failing(folder) == {"emissions"}


def test_no_run_at_all(tmp_path):
    with pytest.raises(InputError):
        audit_folder(tmp_path)
