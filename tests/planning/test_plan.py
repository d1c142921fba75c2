"""What must be true of any optimal plan."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import powergap
from powergap import lp
from powergap.planning import make_plan
from powergap.planning.stages import compiled
from powergap.results.tables import tables
from tests.conftest import SCENARIOS

SMALL = ("chronology.typical_days=2", "chronology.stress_days=1")


def scenario_of(path, *sets, policy=None, case="mid"):
    study = powergap.load(SCENARIOS / path, sets=sets, policies=policy and [policy], cases=case and [case])
    return study.runs[-1]


def total_gap(plan):
    return plan.solution.value("gap").sum()


@pytest.fixture(scope="module")
def whole():
    return make_plan(scenario_of("us-2030.yaml", *SMALL, policy="all-of-the-above", case="high"))


def test_a_plan_proves_itself(whole):
    assert whole.is_optimal
    assert whole.certificate.relative_gap < 1e-9


@pytest.mark.parametrize(
    "options",
    [
        {"presolve": "off"},
        {"simplex_strategy": 4},
        {"simplex_scale_strategy": 0},
        {"random_seed": 7},
        {"solver": "ipm"},
    ],
)
def test_ties_are_broken_the_same_way_whatever_path_the_solver_takes(whole, options):
    """Other algorithms, scalings and seeds visit other vertices; the tie-break makes every table equal."""
    scenario = whole.scenario.model_copy(
        update={"solver": whole.scenario.solver.model_copy(update={"options": options})}
    )
    other, mine = tables(make_plan(scenario)), tables(whole)
    for name in ("gap", "capacity", "carried", "cost", "emissions", "dispatch", "storage"):
        numbers = mine[name].select_dtypes("number")
        assert np.allclose(numbers, other[name][numbers.columns], rtol=1e-6, atol=1e-5), name


def test_without_the_tie_break_there_are_ties(whole):
    """The test above would be empty if the first optimum were unique: it is not."""
    _, program = compiled(whole.scenario)
    first = lp.solve(program)
    assert first.objective == pytest.approx(whole.solution.objective, rel=1e-9)
    assert not np.allclose(first.column_value, whole.solution.column_value, atol=1e-3)


MORE_OF = {
    "firm grid": "regions.united_states.grid.additions_gw_per_year.firm_grid=20",
    "engine slots": "supply_chains.gas_small.open_slots_gw_per_year=20",
    "pipeline gas": "regions.united_states.gas_supply_limit_bcf_per_day=50",
    "air permits": "regions.united_states.air_permit_limit_gw=500",
    "sooner engines": "technologies.gas_reciprocating_engine.lead_time_years=0.5",
    "cheaper engines": "technologies.gas_reciprocating_engine.capital_cost_usd_per_kw=500",
}


@pytest.mark.parametrize("more", MORE_OF.values(), ids=MORE_OF.keys())
@pytest.mark.parametrize("objective", ["least_cost", "least_gap"])
def test_more_supply_never_widens_the_gap_or_raises_cost(more, objective):
    """With the price of the gap far above any supply, less of either limit can only hurt."""
    sets = (*SMALL, f"objective={objective}")
    before = make_plan(scenario_of("us-2030.yaml", *sets, policy="gas-and-storage"))
    after = make_plan(scenario_of("us-2030.yaml", *sets, more, policy="gas-and-storage"))
    assert total_gap(after) <= total_gap(before) + 1e-4
    if objective == "least_cost":
        assert after.solution.objective <= before.solution.objective + 1e-4


def test_a_shadow_price_is_what_one_more_unit_saves():
    """Slots of engines in 2028 moved by a thousandth of a GW either way: the objective moves by the dual."""
    scenario = scenario_of("us-2030.yaml", *SMALL, policy="onsite-gas-small", case="high")
    plan = make_plan(scenario)
    limits = tables(plan)["limits"]
    row = limits[(limits["limit"] == "delivery_slots") & (limits["year"] == 2029)].iloc[0]
    assert row["is_binding"]
    discount = plan.register.parameters["discount"][plan.register.sets["YEARS"].index(2029)]
    saved = []
    for step in (1e-3, -1e-3):
        chain = scenario.supply_chains["gas_small"]
        slots = chain.open_slots_gw_per_year | {2029: chain.open_slots_gw_per_year[2029] + step}
        moved = scenario.model_copy(
            update={"supply_chains": {"gas_small": chain.model_copy(update={"open_slots_gw_per_year": slots})}}
        )
        saved.append((plan.solution.objective - make_plan(moved).solution.objective) / step / discount * 1e6)
    low, high = sorted(saved)
    assert low - 1 <= row["shadow_price_usd_per_unit"] <= high + 1


def test_scaling_every_gigawatt_scales_the_plan(solved):
    """Ten times the demand and ten times the grid: ten times the gap and the cost."""
    once = solved("tiny/lead-time.yaml")
    ten = solved(
        "tiny/lead-time.yaml", "demand.base_gw=100", "demand.additions_gw_per_year=40",
        "grid.additions_gw_per_year.wire=10", "supply_chains.manufacturers.open_slots_gw_per_year=20",
    )  # fmt: skip
    assert np.allclose(ten["gap"]["gap_gw"], 10 * once["gap"]["gap_gw"])
    assert ten["cost"]["cost_usd"].sum() == pytest.approx(10 * once["cost"]["cost_usd"].sum())


def test_storage_creates_no_energy(whole):
    """What comes out of a battery over the year is at most its round trip of what went in."""
    solution, register = whole.solution, whole.register
    weight = register.parameters["step_weight_h"][:, None]
    for number, name in enumerate(register.sets["STORAGES"]):
        into = (solution.value("charge")[number] * weight).sum()
        out_of = (solution.value("discharge")[number] * weight).sum()
        trip = whole.scenario.technologies[name].round_trip_efficiency_fraction
        assert out_of <= trip * into + 1e-6
        assert not np.any((solution.value("charge")[number] > 1e-7) & (solution.value("discharge")[number] > 1e-7))


def test_storage_linked_over_days_is_worth_at_least_as_much(whole):
    """Carrying energy from day to day can only help."""
    linked = scenario_of(
        "us-2030.yaml", *SMALL, "technologies.iron_air.link_days=true", policy="all-of-the-above", case="high"
    )
    plan = make_plan(linked)
    assert plan.is_optimal
    assert plan.solution.objective <= whole.solution.objective + 1e-6


def test_an_impossible_plan_is_called_infeasible():
    """A cap below what the fleet emits cannot be met: connected sites stay connected."""
    plan = make_plan(scenario_of("tiny/one-block.yaml", "limits.co2_mt_per_year=1"))
    assert plan.solution.status is lp.SolveStatus.INFEASIBLE
    assert not plan.has_values


def test_a_time_limit_is_told_and_not_called_optimal():
    scenario = scenario_of("us-2030.yaml", policy="all-of-the-above")
    stopped = scenario.model_copy(update={"solver": scenario.solver.model_copy(update={"time_limit_seconds": 0.01})})
    plan = make_plan(stopped)
    assert plan.solution.status is lp.SolveStatus.TIME_LIMIT
    assert not plan.is_optimal


def test_the_order_of_technologies_changes_nothing():
    scenario = scenario_of("us-2030.yaml", *SMALL, policy="gas-and-storage")
    turned = scenario.model_copy(update={"technologies": dict(reversed(scenario.technologies.items()))})
    one, other = make_plan(scenario), make_plan(turned)
    assert other.solution.objective == pytest.approx(one.solution.objective, rel=1e-9)
    assert np.allclose(one.solution.value("gap"), other.solution.value("gap"), atol=1e-6)


def test_a_program_that_was_doctored_fails_its_certificate(whole):
    cheaper = whole.program.with_cost(whole.program.cost * 0.9, whole.program.offset)
    assert not lp.certify(cheaper, whole.solution.column_value, whole.solution.row_dual).passes(1e-6)
    assert replace(
        whole, certificate=lp.certify(whole.program, whole.solution.column_value, whole.solution.row_dual)
    ).is_optimal


def test_a_plan_can_be_sent_to_another_process(whole):
    """Pickled and read back it makes the same tables, since it holds names and arrays and no Pyomo model."""
    again = pickle.loads(pickle.dumps(whole))
    for name, table in tables(whole).items():
        pd.testing.assert_frame_equal(tables(again)[name], table)
