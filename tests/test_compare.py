"""Two small runs whose differences are worked by hand."""

from __future__ import annotations

import math

import pytest

import powergap
from powergap.comparison import compare
from powergap.errors import InputError
from powergap.results.run_folder import write_run


@pytest.fixture(scope="module")
def base():
    """One block: gap 3, 6, 9, 12, 15 GW."""
    return powergap.solve(powergap.load("tiny/one-block"), workers=1)


@pytest.fixture(scope="module")
def variant():
    """Wires at 2 GW a year: gap 2, 4, 6, 8, 10 GW; 15 GW-yr more are connected and served."""
    return powergap.solve(powergap.load("tiny/one-block", sets=["grid.additions_gw_per_year.wire=2"]), workers=1)


def figure(found, label, quantity, year, policy="base", case="mid"):
    row = found.results.set_index(["policy", "case", "quantity", "year"]).loc[(policy, case, quantity, year)]
    return row[label]


def test_results_by_hand(base, variant):
    found = compare([base, variant])
    assert found.labels == ("one-block", "one-block (2)")
    change = "one-block (2) - one-block"
    for years, year in enumerate(range(2026, 2031), start=1):
        assert figure(found, "one-block", "gap_gw", year) == pytest.approx(3 * years)
        assert figure(found, change, "gap_gw", year) == pytest.approx(-years)
    # 15 GW-yr x (8,760 h x 10 $/MWh + 100 $/kW / 10 yr)
    assert figure(found, change, "supply_cost_usd", 2030) == pytest.approx(15e6 * (87.6 + 10))
    # 5 GW more in 2030 x 8,760 h x 0.5 t/MWh
    assert figure(found, change, "co2_mt_last_year", 2030) == pytest.approx(5 * 8.76 * 0.5)
    assert math.isnan(figure(found, "one-block", "cost_usd_per_kw_year_closed", 2030))


def test_inputs_that_differ_and_nothing_else(base, variant):
    inputs = compare([base, variant]).inputs
    assert list(inputs.columns) == ["key", "where", "one-block", "one-block (2)"]
    assert len(inputs) == 1
    key, where, before, after = inputs.iloc[0]
    assert key == "regions.here.grid.additions_gw_per_year.wire"
    assert (set(before.values()), set(after.values()), where) == ({1.0}, {2.0}, "")


def test_a_run_equals_itself_read_back(base, tmp_path):
    write_run(base, tmp_path / "run")
    found = compare([base, tmp_path / "run", str(tmp_path / "run")])
    assert found.inputs.empty
    assert found.notes == ()
    assert found.labels[0] == "one-block"
    changes = found.results.filter(like=" - ")
    assert changes.shape[1] == 2
    assert changes.abs().max().max() == 0
    assert "No input differs." in repr(found)


def test_scenarios_are_solved_and_their_policies_matched_by_name(tmp_path):
    (tmp_path / "b.yaml").write_text(
        "extends: tiny/two-regions\n"
        "policies: {move: ~, other: {}, stay: {set: {value_of: {delayed_load_usd_per_kw_year: 7}}}}\n"
    )
    found = compare(["tiny/two-regions", tmp_path / "b.yaml"])
    assert found.notes == (
        "policies not in tiny/two-regions: other",
        f"policies not in {tmp_path / 'b.yaml'}: move",
    )
    assert set(found.results["policy"]) == {"stay", "move", "other"}
    assert list(found.inputs["key"]) == ["value_of.delayed_load_usd_per_kw_year"]
    text = repr(found)
    assert "Note: policies not in" in text
    assert "1,000" in text


def test_a_difference_of_one_policy_says_where(tmp_path):
    (tmp_path / "b.yaml").write_text(
        "extends: tiny/two-regions\npolicies:\n  move: {set: {value_of: {delayed_load_usd_per_kw_year: 7}}}\n"
    )
    found = compare(["tiny/two-regions", tmp_path / "b.yaml"])
    assert found.inputs[["key", "where"]].to_numpy().tolist() == [["value_of.delayed_load_usd_per_kw_year", "move"]]


def test_notebook_view(base, variant):
    html = compare([base, variant])._repr_html_()
    assert "<table" in html
    assert "Inputs that differ" in html
    assert "+1.5" in html


def test_an_infeasible_run_is_told(base):
    lost = powergap.solve(powergap.load("tiny/one-block", sets=["limits.co2_mt_per_year=1"]), workers=1)
    found = compare([base, lost])
    assert "one-block (2): base / mid ended as infeasible" in found.notes
    assert found.inputs["key"].tolist() == ["limits.co2_mt_per_year"]
    repr(found)


def test_two_are_needed(base):
    with pytest.raises(InputError, match="at least two"):
        compare([base])


def test_the_package_face_is_the_function_before_and_after_the_module_is_imported(base):
    assert powergap.compare([base, base]).inputs.empty
    assert powergap.compare([base, base]).inputs.empty
