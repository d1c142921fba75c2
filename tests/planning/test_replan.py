"""Plans made from the last basis: the same plans, found sooner where only limits, prices or demand moved."""

from __future__ import annotations

import numpy as np
import pytest

import powergap
from powergap.planning import Replanner, make_plan
from powergap.run import solve


def onsite_gas(*sets):
    return powergap.load("us-2030", policies=["onsite-gas"], cases=["mid"], sets=sets).runs[0]


@pytest.fixture
def replanner():
    """One that has just made the plan of `onsite-gas` as it stands."""
    made = Replanner()
    made(onsite_gas())
    return made


@pytest.mark.parametrize(
    "change",
    [
        "value_of.delayed_load_usd_per_kw_year=2000",
        "readings.demand=high",
        "supply_chains.gas_small.open_slots_gw_per_year={2026: 0, 2027: 1, 2028: 3, 2029: 6, 2030: 9}",
        "fuels.natural_gas.price_usd_per_mmbtu=6",
    ],
)
def test_a_moved_limit_or_price_is_solved_from_the_last_basis(replanner, change):
    """The same plan as from scratch, in less than half the iterations."""
    warm, cold = replanner(onsite_gas(change)), make_plan(onsite_gas(change))
    assert warm.is_optimal
    assert warm.solution.objective == pytest.approx(cold.solution.objective, rel=1e-9)
    for name in ("gap", "capacity", "order", "energized"):
        if name in cold.program.columns:
            assert np.abs(warm.solution.value(name) - cold.solution.value(name)).max() < 1e-8
    assert warm.stages[0].iterations < cold.stages[0].iterations / 2


def test_a_lead_time_is_solved_from_scratch(replanner):
    """Its deliveries lie in other years, so the matrix differs: the same iterations as without a memory."""
    change = "technologies.gas_reciprocating_engine.lead_time_years=2"
    warm, cold = replanner(onsite_gas(change)), make_plan(onsite_gas(change))
    assert warm.stages[0].iterations == cold.stages[0].iterations
    assert (warm.solution.value("gap") == cold.solution.value("gap")).all()


def test_an_earlier_matrix_is_known_again(replanner):
    """A lead time put back: the basis from before it was moved is still optimal, no iteration is needed."""
    replanner(onsite_gas("technologies.gas_reciprocating_engine.lead_time_years=2"))
    assert replanner(onsite_gas()).stages[0].iterations == 0


def test_only_so_many_bases_are_remembered(replanner, monkeypatch):
    monkeypatch.setattr("powergap.planning.replan.MOST_BASES", 1)
    replanner(onsite_gas("technologies.gas_reciprocating_engine.lead_time_years=2"))
    assert replanner(onsite_gas()).stages[0].iterations == make_plan(onsite_gas()).stages[0].iterations


def test_no_plan_is_told_and_the_next_one_found(replanner):
    """No CO2 at all leaves no plan for a fleet on the grid; lifted again, the first plan is back."""
    nothing = replanner(onsite_gas("limits.co2_mt_per_year=0"))
    assert not nothing.has_values
    again = replanner(onsite_gas())
    assert np.abs(again.solution.value("gap") - make_plan(onsite_gas()).solution.value("gap")).max() < 1e-8


def test_a_plan_of_several_programs_is_made_as_ever(replanner):
    change = ("objective=least_gap",)
    assert [stage.name for stage in replanner(onsite_gas(*change)).stages] == ["least gap", "least cost", "tie-break"]


def test_solve_takes_a_replanner():
    study = powergap.load("us-2030", policies=["grid-only"], cases=["mid"])
    replanner = Replanner()
    first, second = solve(study, planner=replanner), solve(study, planner=replanner)
    assert second.manifest.runs[0].stages[0].iterations == 0
    assert np.allclose(second["gap"]["gap_gw"], first["gap"]["gap_gw"], atol=1e-9)
    assert all(check.passed for check in second.manifest.audit)


def test_writing_a_chain_out_moves_no_column():
    """Rows and columns of the program are in the order in which technologies name their manufacturers."""
    change = "supply_chains.gas_small.open_slots_gw_per_year=3"
    assert list(onsite_gas(change).supply_chains) == list(onsite_gas().supply_chains)
