"""Numbers have the digits that a solver proves, and the audit holds of what is written."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import powergap
from powergap.audit import Expected, audit
from powergap.audit.hedge import hedge_run
from powergap.comparison import compare
from powergap.explain import explanation
from powergap.export.iamc import iamc_table
from powergap.files.guarded_csv import csv_text
from powergap.planning.hedge import make_hedge
from powergap.results.digits import clean
from powergap.results.run_folder import read_run, write_run
from powergap.scenario import load, load_outlook

NUMBER = re.compile(r"(?<![\w.+-])-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?(?![\w.])")


def digits(number: str) -> int:
    """Significant digits of a number as it is written.

    >>> digits("-0.00120"), digits("1200.0"), digits("1.5e-07")
    (2, 2, 2)
    """
    figures = number.partition("e")[0].lstrip("-").replace(".", "")
    return len(figures.strip("0"))


@pytest.mark.parametrize(
    ("column", "value", "written"),
    [
        ("gap_gw", -1.7e-18, 0.0),
        ("gap_gw", -0.0, 0.0),
        ("gap_gw", 0.1 + 0.2, 0.3),
        ("gap_gw", 4e-13, 0.0),
        ("gap_gw", 6e-13, 1e-12),
        ("gap_gw", 75.00000000004, 75.0),
        ("gap_gw", 12.345678901234, 12.3456789),
        ("load_gwh", 422_586.11391234, 422_586.1139),
        ("cost_usd", 0.004, 0.0),
        ("cost_usd", 183_300_123_456.789, 183_300_123_500.0),
        ("cost_usd_per_kw_year_closed", 604.123456789, 604.1234568),
        ("co2_t", 0.0004, 0.0),
        ("co2_t", 126_775_834.2449, 126_775_834.2),
        ("share", float("inf"), float("inf")),
    ],
)
def test_by_hand(column, value, written):
    """Ten digits; below a milliwatt, a cent or a kilogram is nothing; -0.0 is 0."""
    found = clean(pd.DataFrame({column: [value]}))[column][0]
    assert found == written
    assert not np.signbit(found) or written < 0


def test_a_small_scenario_keeps_its_digits():
    """One that counts in kW (1e-6 GW) is held to a millionth of that: 1e-18 GW."""
    table = pd.DataFrame({"gap_gw": [1.23456789e-6, 1e-19]})
    assert clean(table, 1e-6)["gap_gw"].tolist() == [1.23456789e-6, 0.0]


FIGURES = st.floats(-1e15, 1e15) | st.sampled_from([float("nan"), float("inf"), -float("inf")])


@given(st.lists(FIGURES, min_size=1), st.sampled_from(["gap_gw", "cost_usd", "co2_t", "n"]))
def test_rounding_is_less_than_the_solver_proves(values, column):
    """Off by half of the last digit at most, the same when done twice, and order is kept."""
    before = pd.Series(sorted(values, key=lambda value: (value != value, value)))
    table = clean(pd.DataFrame({column: before}))
    after = table[column]
    finite = np.isfinite(before)
    least = {"cost_usd": 0.5e-2, "co2_t": 0.5e-3}.get(column, 0.5e-9)
    assert (after[~finite].fillna(0.0) == before[~finite].fillna(0.0)).all()
    off = np.abs(after[finite] - before[finite])
    assert (off <= np.maximum(least * 1.000001, 0.5e-9 * 1.000001 * np.abs(before[finite]))).all()
    pd.testing.assert_frame_equal(clean(table), table)
    assert after[finite].is_monotonic_increasing
    assert all(digits(number) <= 10 for number in NUMBER.findall(csv_text(table)))


@pytest.fixture(scope="module")
def run():
    return powergap.solve(load("us-2030", policies=["grid-only", "onsite-gas", "storage"], cases=["mid"]), workers=1)


def tables_of_everything(run):
    """Every table that some command writes as CSV, by name."""
    battery = powergap.solve(load("tiny/battery"), workers=1)
    hedged = hedge_run(make_hedge(load_outlook("tiny/newsvendor")), 0.0)
    explained = explanation.explain(load("tiny/battery"), "both", workers=1)
    yield from run.tables.items()
    yield from hedged.tables.items()
    yield from explained.tables.items()
    yield "iamc", iamc_table(run)
    yield (
        "compare",
        compare(
            [battery, powergap.solve(load("tiny/battery", sets=["value_of.delayed_load_usd_per_kw_year=20000"]))]
        ).results,
    )


def test_no_table_has_noise_or_more_digits_than_are_proven(run):
    """Words that happen to hold digits (keys, `inputs` as `--set` takes them) are the scenario's own."""
    for name, table in tables_of_everything(run):
        numbers = table.select_dtypes("float")
        written = NUMBER.findall(csv_text(numbers))
        assert all(digits(one) <= 10 for one in written), name
        values = numbers.to_numpy()
        assert not (np.abs(values[np.isfinite(values) & (values != 0)]) < 1e-12).any(), name
        assert not np.signbit(values[values == 0]).any(), name


def test_the_audit_holds_of_what_is_written(run, tmp_path):
    """Read back, the tables are those in memory to the last digit, and every identity holds."""
    write_run(run, tmp_path / "run")
    again = read_run(tmp_path / "run")
    for name, table in run.tables.items():
        pd.testing.assert_frame_equal(again[name], table, check_dtype=False, check_exact=True)
    study = load("us-2030", policies=["grid-only", "onsite-gas", "storage"], cases=["mid"])
    checks = audit(again.tables, study.runs, Expected.of(again.manifest))
    assert [check.name for check in checks if not check.passed] == []


def test_a_small_gap_costs_its_price():
    """0.4 MW at 9,000 $ per kW-yr: its cost is given to the cent, so the gap must be known to 1e-12 GW."""
    gap = 0.000_422_222_222_7
    (shown,) = clean(pd.DataFrame({"gap_gw": [gap]}))["gap_gw"]
    assert abs(shown - gap) * 9_000 * 1e6 < 0.01
