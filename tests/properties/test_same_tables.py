"""The tables of a study do not depend on the order in which it is written, on how many solve it, nor on the machine."""

import io
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

import powergap
from powergap.scenario import dump_yaml
from tests.audit.test_audit_study import document
from tests.independent import generate

ROOT = Path(__file__).resolve().parents[2]


def tables_of(tmp_path, written, workers=1):
    path = tmp_path / "study.yaml"
    path.write_text(dump_yaml(written), encoding="utf-8")
    run = powergap.solve(powergap.load(path), workers=workers)
    assert all(check.passed for check in run.manifest.audit)
    return run.tables


def in_order(table):
    """Rows sorted by what they are of, which is every column that is no number."""
    keys = [column for column in table if not pd.api.types.is_float_dtype(table[column])]
    return table.sort_values(keys, kind="stable", ignore_index=True)


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, table in one.items():
        pd.testing.assert_frame_equal(in_order(table), in_order(other[name]), rtol=1e-9, atol=1e-9, obj=name)


def turned(written, *sections):
    return written | {key: dict(reversed(written[key].items())) for key in sections}


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    return tables_of(tmp_path_factory.mktemp("straight"), document())


def test_the_order_of_policies_and_levers_in_the_file_changes_nothing(straight, tmp_path):
    """Policies after each other in the other order; the reference is named, else it would be the first."""
    written = turned(document(), "policies", "levers")
    assert next(iter(written["policies"])) != next(iter(document()["policies"]))
    assert_same(straight, tables_of(tmp_path, written))


def test_one_thread_and_several_give_the_same_numbers(straight, tmp_path):
    """Solved side by side, and by a solver that may use two threads itself: the tie-break leaves one plan."""
    written = document() | {"solver": {"options": {"threads": 2}}}
    several = tables_of(tmp_path, written, workers=3)
    assert straight.keys() == several.keys()
    for name, table in straight.items():
        pd.testing.assert_frame_equal(table, several[name], check_exact=True, obj=name)


def study_of(scenario):
    """A generated scenario as a study: each technology but the fleet's connection is a lever; policies mix them."""
    plain = scenario.model_dump(exclude_none=True, exclude={"policy", "case", "only_regions"})
    placed = sum(one.share_of_committed_deliveries_fraction or 0 for one in scenario.regions.values())
    for region in plain["regions"].values():  # a file's shares must add up to 1
        region["share_of_committed_deliveries_fraction"] = (
            region.get("share_of_committed_deliveries_fraction", 0) / placed if placed else 1 / len(plain["regions"])
        )
    (fleet, connection), *offered = plain["technologies"].items()
    levers = {name: {"set": {"technologies": {name: one}}} for name, one in offered}
    names = list(levers)
    policies = {"none": {}, "some": {"levers": names[::2]}, "all": {"levers": names}}
    own = {"technologies": {fleet: connection}, "levers": levers, "policies": policies, "reference_policy": "none"}
    return plain | own


@pytest.mark.parametrize("seed", [5, 12, 14, 20, 22])
def test_the_order_of_policies_and_levers_changes_nothing_in_any_study(seed, tmp_path):
    """Of one to three regions, with lead times, storage, slots and limits."""
    written = study_of(generate.scenario(Random(seed)))
    assert len(written["levers"]) > 1
    assert_same(*(tables_of(tmp_path, one) for one in (written, turned(written, "policies", "levers"))))


ELSEWHERE = {
    "another hash seed": {"PYTHONHASHSEED": "12345"},
    "another time zone": {"TZ": "Pacific/Kiritimati"},
    "another language": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"},
    "one core": {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return solved_elsewhere(tmp_path_factory.mktemp("here"), {"PYTHONHASHSEED": "0"})


def solved_elsewhere(folder, environment):
    """Tables as the command writes them, by file name."""
    (folder / "study.yaml").write_text(dump_yaml(document()), encoding="utf-8")
    command = [sys.executable, "-m", "powergap", "solve", "study.yaml", "--no-cache", "--quiet", "--out", "run"]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in (folder / "run" / "tables").iterdir()}


def test_an_older_processor_gives_the_same_numbers(here, tmp_path):
    """Without what numpy and OpenBLAS have for newer ones the last digits of some sums differ, and nothing else."""
    older = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(np._core._multiarray_umath.__cpu_dispatch__),
        "OPENBLAS_CORETYPE": "Prescott",
    }
    found = solved_elsewhere(tmp_path, older)
    assert found.keys() == here.keys()
    for name, content in here.items():
        one, other = (pd.read_csv(io.BytesIO(table)) for table in (content, found[name]))
        pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-9, obj=name)


@pytest.mark.parametrize("where", ELSEWHERE)
def test_the_tables_are_the_same_bytes_elsewhere(where, here, tmp_path):
    assert solved_elsewhere(tmp_path, ELSEWHERE[where]) == here
