"""Numbers that are hard on a solver: a village in gigawatts, limits that all but coincide, plans that cost nothing."""

import dataclasses
import re
from random import Random

import numpy as np
import pytest
from pydantic import ValidationError

from powergap import lp
from powergap.planning import make_plan
from powergap.planning.stages import compiled
from powergap.results.tables import tables
from powergap.scenario import schema
from tests.independent import generate
from tests.lp.test_solver import dispatch
from tests.planning.test_plan import scenario_of

SIZES = re.compile(r"_(gw|gw_per_year|gwh_per_year|bcf_per_day|mt_per_year)$")
"""Keys whose values grow with the country; prices, times, shares and the sizes of single machines and sites do not."""


def scaled(scenario, factor):
    """The same scenario of a country `factor` times as large."""

    def part(value, key=""):
        if isinstance(value, dict):
            return {name: part(each, key if SIZES.search(key) else str(name)) for name, each in value.items()}
        return value * factor if SIZES.search(key) and isinstance(value, float) else value

    return schema.Scenario(**part(scenario.model_dump()))


@pytest.mark.parametrize("factor", [1e-6, 1e-3])
@pytest.mark.parametrize("seed", range(24))
def test_a_village_is_planned_as_exactly_as_a_nation(seed, factor):
    """A thousandth or a millionth of every GW gives that share of every gap and of the cost."""
    scenario = generate.scenario(Random(seed))
    large, small = make_plan(scenario), make_plan(scaled(scenario, factor))
    assert small.solution.status is large.solution.status
    if large.is_optimal:
        assert small.is_optimal
        assert small.solution.objective == pytest.approx(factor * large.solution.objective, rel=1e-6, abs=1e-6 * factor)
        np.testing.assert_allclose(
            small.solution.value("gap") / factor, large.solution.value("gap"), rtol=1e-6, atol=1e-6
        )


def test_a_solver_that_counts_in_gigawatts_would_miss_the_village():
    """The test above would be empty if tolerances did no harm: solved as they stand, some plans are 0.03% off."""
    off = []
    for seed in (5, 11, 21):
        _, program = compiled(scaled(generate.scenario(Random(seed), "least_cost"), 1e-6))
        assert program.unit < 1e-5
        off.append(abs(lp.solve(_in_gigawatts(program)).objective / lp.solve(program).objective - 1))
    assert max(off) > 1e-4


def _in_gigawatts(program):
    """With a column that must be 1 and costs nothing, for which reason the unit is 1."""
    return dataclasses.replace(
        program,
        cost=np.append(program.cost, 0.0),
        column_lower=np.append(program.column_lower, 1.0),
        column_upper=np.append(program.column_upper, 1.0),
    )


def test_a_million_times_a_nation_is_refused_with_a_reason():
    with pytest.raises(ValidationError, match="were megawatts meant"):
        scaled(generate.scenario(Random(1)), 1e6)


@pytest.mark.parametrize("by", [0, 1e-12, 1e-9, 1e-7])
def test_a_limit_that_all_but_repeats_another_changes_nothing(by):
    """Engines arrive 2 a year from 2028, which the region's own limit says once more: gap 3, 6, 7, 8, 9 GW."""
    limit = {2026: 0, 2027: 0, 2028: 2, 2029: 4, 2030: 6}
    for sign in (1, -1):
        scenario = scenario_of("tiny/lead-time.yaml", case=None)
        ((name, region),) = scenario.regions.items()
        again = {year: value * (1 + sign * by) for year, value in limit.items()}
        region = region.model_copy(update={"build_limit_gw": {"engine": again}, "air_permit_limit_gw": again})
        plan = make_plan(scenario.model_copy(update={"regions": {name: region}}))
        assert plan.is_optimal
        assert plan.solution.value("gap")[0] == pytest.approx([3, 6, 7, 8, 9], abs=1e-6)


@pytest.mark.parametrize("objective", ["least_cost", "least_gap"])
def test_plans_that_cost_nothing_are_told_apart_by_the_tie_break(objective):
    """Two engines alike, all for free: whatever way the solver goes, one plan; the least gap is that of slots for one.

    Two manufacturers of 2 a year each deliver from 2028: 3, 6, 5, 4, 3 GW of gap.
    """
    nothing = (
        "technologies.engine.capital_cost_usd_per_kw", "technologies.engine.fixed_om_usd_per_kw_year",
        "technologies.engine.variable_om_usd_per_mwh", "fuels.gas.price_usd_per_mmbtu",
        "technologies.wire.connection_cost_usd_per_kw", "technologies.wire.energy_price_usd_per_mwh",
        "value_of.delayed_load_usd_per_kw_year",
    )  # fmt: skip
    scenario = scenario_of("tiny/lead-time.yaml", *(f"{key}=0" for key in nothing), case=None)
    twin = scenario.technologies["engine"].model_copy(update={"supply_chain": "others"})
    scenario = scenario.model_copy(
        update={
            "objective": objective,
            "technologies": {**scenario.technologies, "twin": twin},
            "supply_chains": {**scenario.supply_chains, "others": scenario.supply_chains["manufacturers"]},
        }
    )
    found = []
    for options in ({}, {"presolve": "off"}, {"simplex_strategy": 4}, {"solver": "ipm"}):
        solver = scenario.solver.model_copy(update={"options": options})
        plan = make_plan(scenario.model_copy(update={"solver": solver}))
        assert plan.is_optimal
        found.append(tables(plan))
    for other in found[1:]:
        for name in ("gap", "capacity", "dispatch"):
            numbers = found[0][name].select_dtypes("number")
            np.testing.assert_allclose(other[name][numbers.columns], numbers, atol=1e-6, err_msg=name)
    if objective == "least_gap":
        assert found[0]["gap"]["gap_gw"].tolist() == pytest.approx([3, 6, 5, 4, 3], abs=1e-5)


def test_the_ranges_and_the_condition_of_a_basis_by_hand():
    """Demand 3 and 5 on two plants of which both tight rows hold one column each: B is the identity, condition 1."""
    solution = lp.solve(dispatch())
    found = lp.conditioning(solution.program, solution.basis)
    assert found == lp.Conditioning((1, 1), (10, 40), (3, 5), pytest.approx(1))


def test_two_rows_that_all_but_coincide_have_a_large_condition():
    """B = [[1, 1], [1, 1.001]]: |B| = 2.001, |B^-1| = 1000 * 2.001, so 2.001 * 2001 = 4004.001."""
    block = lp.Block("x", 0, (2,), ((0, 1),), ("N",))
    program = lp.LinearProgram(
        np.array([1.0, 1.0]), 0.0, np.zeros(2), np.full(2, np.inf), np.array([1.0, 1.0005]), np.array([1.0, 1.0005]),
        np.array([0, 2, 4], np.int32), np.array([0, 1, 0, 1], np.int32), np.array([1.0, 1.0, 1.0, 1.001]),
        {"x": block}, {"row": block},
    )  # fmt: skip
    solution = lp.solve(program, lp.SolverSettings(options={"presolve": "off"}))
    assert solution.column_value == pytest.approx([0.5, 0.5], rel=1e-6)
    assert lp.conditioning(program, solution.basis).basis_condition == pytest.approx(4004.001)
    assert lp.conditioning(program).basis_condition is None
