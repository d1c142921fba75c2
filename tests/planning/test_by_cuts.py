"""A plan found by cuts is that of the whole program, to the gap asked for, and says so."""

from random import Random

import numpy as np
import pytest

import powergap
from powergap import lp
from powergap.lp.subproblems import take_apart
from powergap.planning import by_cuts, make_plan
from powergap.planning.stages import compiled
from tests.conftest import SCENARIOS, few_of
from tests.independent import generate
from tests.planning.test_plan import SMALL, scenario_of


def with_solver(scenario, **changed):
    return scenario.model_copy(update={"solver": scenario.solver.model_copy(update=changed)})


@pytest.mark.parametrize("objective", ["least_cost", "least_gap"])
@pytest.mark.parametrize("seed", few_of(range(30), 8))
def test_generated_scenarios_have_the_optimum_of_the_whole(seed, objective):
    scenario = generate.scenario(Random(seed), objective)
    whole, cuts = make_plan(scenario), make_plan(with_solver(scenario, method="cuts"))
    assert cuts.solution.status is whole.solution.status
    if not whole.is_optimal:
        return
    assert cuts.is_optimal
    if objective == "least_cost":
        assert cuts.solution.objective == pytest.approx(whole.solution.objective, rel=1e-6, abs=1e-5)
    else:
        # The last gap-year is dear: where there may be 5e-7 more of them, the cost may be much lower.
        assert cuts.solution.objective <= whole.solution.objective * (1 + 1e-6) + 1e-5
        gaps = [plan.solution.value("gap").sum() for plan in (whole, cuts)]
        assert gaps[1] == pytest.approx(gaps[0], rel=1e-6, abs=2e-6)


def test_many_seeds_are_solved_by_cuts_and_not_as_a_whole():
    """The test above would be empty if cuts failed each time and the whole was solved instead."""
    plans = [make_plan(with_solver(generate.scenario(Random(seed), "least_cost"), method="cuts")) for seed in range(16)]
    by_cuts = ["rounds of cuts" in plan.solution.message for plan in plans if plan.is_optimal]
    assert len(by_cuts) >= 8
    assert sum(by_cuts) >= len(by_cuts) - 2


def test_a_run_by_cuts_holds_every_identity(tmp_path):
    sets = (*SMALL, "solver.method=cuts")
    study = powergap.load(
        SCENARIOS / "us-2030.yaml", sets=sets, policies=["grid-only", "all-of-the-above"], cases=["mid"]
    )
    run = powergap.solve(study)
    assert [entry.certified for entry in run.manifest.runs] == [True, True]
    assert all(check.passed for check in run.manifest.audit)
    entry = run.manifest.runs[-1]
    assert "rounds of cuts" in entry.message
    assert [stage.name for stage in entry.stages] == ["fewer days first", "least cost"]
    whole = make_plan(scenario_of("us-2030.yaml", *SMALL, policy="all-of-the-above"))
    assert run.plans[-1].solution.objective == pytest.approx(whole.solution.objective, rel=1e-6)
    np.testing.assert_allclose(run.plans[-1].solution.value("gap"), whole.solution.value("gap"), atol=1e-3)


def test_large_programs_are_solved_by_cuts_unless_a_method_is_named(monkeypatch):
    monkeypatch.setattr(by_cuts, "LARGE", 1_000)
    scenario = scenario_of("us-2030.yaml", *SMALL, policy="grid-only")
    assert "rounds of cuts" in make_plan(scenario).solution.message
    assert "rounds of cuts" not in make_plan(with_solver(scenario, method="simplex")).solution.message
    monkeypatch.setattr(by_cuts, "LARGE", 1_000_000)
    assert "rounds of cuts" not in make_plan(scenario).solution.message


def test_a_loose_gap_is_kept_and_still_certified():
    scenario = with_solver(
        scenario_of("us-2030.yaml", *SMALL, policy="all-of-the-above"), method="cuts", gap_fraction=0.01
    )
    plan, exact = make_plan(scenario), make_plan(with_solver(scenario, method="choose"))
    assert plan.is_optimal
    assert plan.certificate.relative_gap <= 0.01
    assert exact.solution.objective <= plan.solution.objective <= exact.solution.objective * 1.0101


def test_all_hours_fall_apart_into_years_and_have_the_optimum_of_the_whole():
    """One region, 10 GW of firm grid a year, no storage: a year's 8,760 hours meet the others in few columns.

    In 2026 the load of the hottest day lets 10 GW be energized of 20 wanted, in 2027 20 of 40: gaps of 10 and 20 GW.
    """
    sets = ("chronology.kind=full", "years.last=2027")
    study = powergap.load(SCENARIOS / "tiny" / "missed-peak.yaml", sets=sets, policies=["unchecked"])
    scenario = study.runs[0]
    _, program = compiled(scenario)
    blocks = take_apart(program, by_cuts.shared_columns(program), smallest=1_000).blocks
    assert [len(block.own) >= 8_760 for block in blocks] == [True, True]
    assert max(len(block.shared) for block in blocks) <= 5
    whole, cuts = (make_plan(with_solver(scenario, method=method)) for method in ("simplex", "cuts"))
    assert "2 blocks" in cuts.solution.message
    assert cuts.solution.objective == pytest.approx(whole.solution.objective, rel=1e-6)
    assert cuts.solution.value("gap").ravel() == pytest.approx([10, 20], abs=1e-4)


@pytest.mark.parametrize(
    ("sets", "days"),
    [
        (("chronology.kind=annual",), None),
        (("chronology.typical_days=2", "chronology.stress_days=2"), ("annual", 2, 0)),
        (("chronology.typical_days=12", "chronology.stress_days=3"), ("representative", 1, 2)),
        (("chronology.kind=full",), ("representative", 12, 3)),
    ],
)
def test_the_start_is_on_fewer_days(sets, days):
    coarse = by_cuts.of_fewer_days(scenario_of("us-2030.yaml", *sets, policy="grid-only"))
    found = coarse and (coarse.chronology.kind, coarse.chronology.typical_days, coarse.chronology.stress_days)
    assert found == days


def test_rows_that_fewer_days_do_not_have_are_left_without_a_price():
    """Two kinds of rows of two years; the smaller program has the second kind alone, in its first places."""
    cap, slots, alone = (
        lp.Block(name, start, (2,), ((2026, 2027),), ("YEARS",))
        for name, start in (("cap", 0), ("slots", 2), ("slots", 0))
    )
    found = by_cuts._without_hours({"cap": cap, "slots": slots}, {"slots": alone}, np.array([5.0, 7.0]), 4)
    assert found.tolist() == [0, 0, 5, 7]
