"""The tables of a study do not depend on the order in which it is written nor on how many solve it."""

import pandas as pd
import pytest

import powergap
from powergap.scenario import dump_yaml
from tests.results.test_audit_study import document


def tables_of(tmp_path, written, workers=1):
    path = tmp_path / "study.yaml"
    path.write_text(dump_yaml(written), encoding="utf-8")
    run = powergap.solve(powergap.load(path), workers=workers)
    assert all(check["passed"] for check in run.manifest["audit"])
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
