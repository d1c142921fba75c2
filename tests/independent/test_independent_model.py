"""The product's LP against a second one written from the equations alone: same rows, same optimum, same gap."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings

from powergap import lp
from powergap.model import build
from powergap.planning import make_plan
from powergap.scenario import load
from powergap.scenario.schema import Chronology, Foresight
from tests.conftest import few_of

from . import bare_arrays, features, generate
from .matching import differences

SEEDS = range(60)
OBJECTIVES = ("least_cost", "least_gap")
SCENARIOS = Path(__file__).parents[2] / "scenarios"
BUNDLED = sorted(path.relative_to(SCENARIOS).as_posix() for path in SCENARIOS.glob("**/*.yaml"))


def compile_product(scenario):
    return lp.compile(build(scenario).model)


def assert_same_optimum(scenario):
    """The same least cost; under `least_gap` the same least gap, and the same least cost at one and the same gap.

    Each finds the least gap to within its own tolerance, and near it a gap-year may have any price: in us-2030 under
    all-of-the-above, mid, 15.7 million M$, so that 6e-8 GW-years are 0.95 M$. Cost is therefore asked at the product's.
    """
    plan = make_plan(scenario, prove=False)
    row = plan.program.rows.get("gap_years_at_most")
    most = None if row is None else float(plan.program.row_upper[row.start])
    ours = bare_arrays.solve(scenario, most)
    if ours is None:
        assert plan.solution.status in {lp.SolveStatus.INFEASIBLE, lp.SolveStatus.INFEASIBLE_OR_UNBOUNDED}
        return
    assert plan.is_optimal, plan.solution.message
    assert plan.solution.objective == pytest.approx(ours["objective"], rel=1e-6, abs=1e-6)
    if scenario.objective == "least_gap":
        assert plan.solution.value("gap").sum() == pytest.approx(ours["gap_years"], rel=1e-6, abs=1e-5)
        assert most == pytest.approx(ours["fewest_gap_years"], rel=1e-6, abs=1e-6)
    assert_optimal_here(scenario, plan, ours)


def assert_optimal_here(scenario, plan, ours):
    """The product's plan is feasible in the independent LP and costs its optimum there, so its gap is an optimal one.

    That is what can be asked of the gap of every region and year: where several plans cost the same, either side may
    show any of them.
    """
    arrays = bare_arrays.build(scenario)
    values = np.empty(len(arrays["cost"]))
    for name, numbers in arrays["columns"].items():
        values[numbers] = plan.solution.value(name)
    assert arrays["cost"] @ values + arrays["offset"] == pytest.approx(ours["objective"], rel=1e-6, abs=1e-6)
    assert (values >= arrays["column_lower"] - 1e-6).all()
    assert (values <= arrays["column_upper"] + 1e-6).all()
    rows = np.repeat(np.arange(len(arrays["row_lower"])), np.diff(arrays["start"]))
    terms = arrays["value"] * values[arrays["index"]]
    activity = np.bincount(rows, terms, len(arrays["row_lower"]))
    size = 1e-6 * (1 + np.bincount(rows, np.abs(terms), len(arrays["row_lower"])))
    assert (activity >= arrays["row_lower"] - size).all()
    assert (activity <= arrays["row_upper"] + size).all()


@pytest.mark.parametrize("seed", few_of(SEEDS, 20))
def test_rows_are_the_same(seed):
    scenario = generate.scenario(Random(seed))
    assert differences(compile_product(scenario), bare_arrays.build(scenario)) == []


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("seed", few_of(SEEDS, 20))
def test_optimum_is_the_same(seed, objective):
    assert_same_optimum(generate.scenario(Random(seed), objective))


@pytest.mark.slow
@settings(max_examples=500, derandomize=True)
@given(generate.scenarios)
def test_rows_of_any_scenario_are_the_same(scenario):
    assert differences(compile_product(scenario), bare_arrays.build(scenario)) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(60, 560, 50))
def test_optimum_of_many_is_the_same(first):
    for seed in range(first, first + 50):
        assert_same_optimum(generate.scenario(Random(seed)))


@pytest.mark.parametrize("path", BUNDLED)
def test_rows_of_every_bundled_run_are_the_same(path):
    for scenario in load(SCENARIOS / path).runs:
        found = differences(compile_product(scenario), bare_arrays.build(scenario))
        assert found == [], f"{scenario.policy}, {scenario.case}"


@pytest.mark.parametrize("path", BUNDLED)
def test_optimum_of_small_bundled_runs_is_the_same(path):
    study = load(SCENARIOS / path)
    for policy in study.policies:
        scenario = study.run(policy)
        if len(bare_arrays.build(scenario)["cost"]) < 12_000:
            assert_same_optimum(scenario.model_copy(update={"foresight": Foresight()}))


@pytest.mark.slow
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("path", BUNDLED)
def test_optimum_of_most_bundled_runs_is_the_same(path, objective):
    for scenario in load(SCENARIOS / path).runs:
        if len(bare_arrays.build(scenario)["cost"]) < 45_000:  # the rest takes minutes
            assert_same_optimum(scenario.model_copy(update={"foresight": Foresight(), "objective": objective}))


@pytest.mark.parametrize("seed", [18, 58])
def test_rows_of_a_full_year_are_the_same(seed):
    full = {"chronology": Chronology(kind="full", stress_days=1)}
    scenario = generate.scenario(Random(seed)).model_copy(update=full)
    assert differences(compile_product(scenario), bare_arrays.build(scenario)) == []


@pytest.mark.parametrize(
    ("path", "policy", "sets"),
    [
        ("tiny/missed-peak.yaml", "checked", ()),
        ("tiny/battery.yaml", "both", ("grid.system_load.daily_swing_fraction=0.5",)),
        ("us-2030.yaml", "flexible-load", ("years.last=2027", "chronology.typical_days=2", "chronology.stress_days=0")),
    ],
)
def test_the_least_unserved_energy_of_a_held_plan_is_the_same(path, policy, sets):
    """Dispatched over 8,760 hours here too, all at once: what a plan of few days leaves unserved."""
    sets = (*sets, "reliability.full_year_check=true", "reliability.full_year_max_rounds=0")
    scenario = load(SCENARIOS / path, sets=sets, policies=[policy], cases=["mid"]).run(policy)
    plan = make_plan(scenario)
    full = scenario.model_copy(update={"chronology": scenario.chronology.model_copy(update={"kind": "full"})})
    arrays = bare_arrays.build(full)
    for name, numbers in arrays["columns"].items():
        if name in plan.program.columns and "PERIODS" not in plan.program.columns[name].set_names:
            held = np.maximum(plan.solution.value(name), 0.0)
            arrays["column_lower"][numbers] = arrays["column_upper"][numbers] = held
    arrays["cost"][:], arrays["offset"] = 0.0, 0.0
    arrays["cost"][arrays["columns"]["unserved"]] = 1.0
    first, last = arrays["rows"]["unserved_target"]
    arrays["row_upper"][first:last] = np.inf
    # Rows of the plan alone hold to within the solver's tolerance; that is not what is asked here.
    arrays["row_lower"] -= 1e-8
    arrays["row_upper"] += 1e-8
    highs = bare_arrays.to_highs(arrays)
    highs.run()
    least = highs.getInfo().objective_function_value
    assert least > 0.5
    assert plan.full_year.rounds[0].unserved_gwh.sum() == pytest.approx(least, rel=1e-3)


def test_generated_scenarios_cover_every_block():
    seen = set()
    for seed in SEEDS:
        arrays = bare_arrays.build(generate.scenario(Random(seed)))
        seen |= {name.split("_")[0] for name, (first, last) in arrays["rows"].items() if last > first}
        seen |= {name for name, numbers in arrays["columns"].items() if numbers.size}
    assert seen >= {
        "moved", "headroom", "build", "least", "hours", "gas", "permits", "level", "midnight", "slots", "co2",
        "energy_order", "course", "reduction", "unserved", "output",
    }  # fmt: skip


@pytest.mark.parametrize("part", ["value", "cost", "row_upper"])
def test_one_changed_number_is_noticed(part):
    scenario = generate.scenario(Random(12))
    program, arrays = compile_product(scenario), bare_arrays.build(scenario)
    changed = np.flatnonzero(np.isfinite(arrays[part]) & (arrays[part] != 0))
    arrays[part][changed[len(changed) // 2]] *= 1.0001
    assert differences(program, arrays)


def test_orders_spread_over_their_year():
    shares = features.arrival_shares([2026, 2027, 2028], 1.25, None)
    assert shares.tolist() == [[0, 0.75, 0.25], [0, 0, 0.75], [0, 0, 0]]
    waiting = features.arrival_shares([2026, 2027, 2028], 0.5, 2028)
    assert waiting.tolist() == [[0, 0, 1], [0, 0, 1], [0, 0, 0.5]]


def test_six_units_for_four():
    # 4 of 5 at 0.9 each: 0.9^5 + 5 x 0.9^4 x 0.1 = 0.919; 4 of 6: 0.984 >= 0.98, so 6 x 25 MW for 100 MW.
    turbine = generate._generator(generate.Dice(Random(0), 1), "gas").model_copy(
        update={
            "operation": "islanded", "overbuild_ratio": None, "unit_size_mw": 25.0, "site_load_mw": 100.0,
            "forced_outage_fraction": 0.1, "planned_outage_fraction": 0.0,
        }
    )  # fmt: skip
    scenario = generate.scenario(Random(0))
    target = scenario.reliability.model_copy(update={"availability_target_fraction": 0.98})
    assert features.overbuild(turbine, target) == pytest.approx(1.5)
