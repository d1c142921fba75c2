"""Plans for several futures at once: text-book numbers, what holds of any, and the same optimum from other hands."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import threading
from pathlib import Path
from random import Random

import numpy as np
import pytest

from powergap import lp
from powergap.audit.hedge import hedge_run
from powergap.errors import InfeasibleError, InputError
from powergap.parallel import Cancelled
from powergap.planning import make_plan
from powergap.planning.hedge import check_futures, make_hedge
from powergap.scenario import load_outlook
from powergap.words import HEDGE, KNOWING, MEAN
from tests.conftest import SCENARIOS, few_of
from tests.planning.extensive_form import least_weighed_cost

NEWSVENDOR = SCENARIOS / "tiny/newsvendor.yaml"
MOSTLY_BUST = ("futures.boom.probability=0.2", "futures.bust.probability=0.8")


def hedge_of(*sets, path=NEWSVENDOR, **options):
    return make_hedge(load_outlook(path, sets=sets), **options)


def ordered(hedge, way, year=2026):
    """Engines that a way commits to in a year, GW, by future."""
    found = {}
    for name, plan in hedge.ways[way].plans.items():
        size = plan.program.columns["order"].size
        orders = plan.solution.value("commitment")[:size].reshape(plan.program.columns["order"].shape)
        found[name] = orders[0, 0, hedge.outlook.years.index(year)]
    return found


def test_the_newsvendor_orders_for_the_boom():
    """8 x 300 = 2,400 in both futures; for the mean 5 x 300 + (3 x 1,000 or 0); knowing 2,400 or 600."""
    hedge = hedge_of()
    assert ordered(hedge, HEDGE) == pytest.approx({"boom": 8, "bust": 8})
    assert ordered(hedge, MEAN) == pytest.approx({"boom": 5, "bust": 5})
    assert ordered(hedge, KNOWING) == pytest.approx({"boom": 8, "bust": 2})
    assert hedge.ways[HEDGE].costs == pytest.approx([2400, 2400])
    assert hedge.ways[MEAN].costs == pytest.approx([4500, 1500])
    assert hedge.ways["bust"].costs == pytest.approx([6600, 600])
    assert (hedge.value_of_stochastic_solution, hedge.expected_value_of_perfect_information) == pytest.approx(
        (600, 900)
    )


def test_from_70_percent_bust_on_it_orders_for_the_bust():
    """One more GW costs 300 and saves 1,000 in the boom: at 20% that is 200. Expected 0.2 x 6,600 + 0.8 x 600 = 1,800.

    For the mean of 3.2: 960 + 0.2 x 4,800 = 1,920, so hedging is worth 120. Knowing costs 480 + 480 = 960.
    """
    hedge = hedge_of(*MOSTLY_BUST)
    assert ordered(hedge, HEDGE) == pytest.approx({"boom": 2, "bust": 2})
    assert (
        hedge.weighed(HEDGE),
        hedge.value_of_stochastic_solution,
        hedge.expected_value_of_perfect_information,
    ) == pytest.approx((1800, 120, 840))


@pytest.mark.parametrize(("weight", "order"), [(0.1, 2), (0.15, 8)])
def test_who_fears_the_worst_orders_more(weight, order):
    """Bust 80%, worst 20%: a GW adds 100 to the expected cost and takes 700 off the boom's; even at weight 1/8."""
    hedge = hedge_of(*MOSTLY_BUST, f"hedge.risk_weight_fraction={weight}", "hedge.tail_fraction=0.2")
    assert ordered(hedge, HEDGE) == pytest.approx({"boom": order, "bust": order})
    expected = 0.2 * (8000 - 700 * order) + 0.8 * 300 * order
    assert hedge.weighed(HEDGE) == pytest.approx((1 - weight) * expected + weight * (8000 - 700 * order))
    assert hedge.solution.objective == pytest.approx(hedge.weighed(HEDGE))


def test_what_makers_cannot_deliver_is_paid_for_nonetheless():
    """8 GW wanted in both futures, one with slots for 3. Order 8: 2,400 and 2,400 + 5 x 1,000; order 3: 5,900 twice."""
    hedge = hedge_of(
        "futures.bust.set={supply_chains: {manufacturers: {open_slots_gw_per_year: {2026: 20, 2027: 3}}}}",
        "demand.additions_gw_per_year={2026: 0, 2027: 8}",
    )
    assert ordered(hedge, HEDGE) == pytest.approx({"boom": 8, "bust": 8})
    assert hedge.ways[HEDGE].costs == pytest.approx([2400, 7400])
    outcome = hedge_run(hedge, 0.0)["outcomes"].set_index(["way", "future"]).loc[(HEDGE, "bust")]
    assert outcome[["not_taken_gw", "paid_in_vain_musd", "stranded_gw", "gap_gw"]].tolist() == pytest.approx(
        [5, 1500, 5, 5]
    )


def test_one_future_is_the_ordinary_plan():
    sets = ("futures.bust=~", "futures.boom.probability=1")
    hedge = hedge_of(*sets)
    plan = make_plan(hedge.outlook.futures[0].scenario)
    assert hedge.ways[HEDGE].costs == pytest.approx([plan.solution.objective])
    own = hedge.ways[HEDGE].plans["boom"].solution
    for name in plan.program.columns:
        np.testing.assert_allclose(own.value(name), plan.solution.value(name), atol=1e-6, err_msg=name)
    assert (hedge.value_of_stochastic_solution, hedge.expected_value_of_perfect_information) == pytest.approx(
        (0, 0), abs=1e-6
    )


def test_equal_futures_are_the_ordinary_plan():
    """Three futures that change nothing on a scenario with orders over several years."""
    futures = (
        "futures={a: {probability: 0.5}, b: {probability: 0.3, revealed: 2028}, c: {probability: 0.2, revealed: 2027}}"
    )
    hedge = hedge_of(futures, path=SCENARIOS / "tiny/lead-time.yaml")
    plan = make_plan(hedge.outlook.futures[0].scenario)
    assert hedge.ways[HEDGE].costs == pytest.approx([plan.solution.objective] * 3)
    for own in hedge.ways[HEDGE].plans.values():
        np.testing.assert_allclose(own.solution.value("gap"), plan.solution.value("gap"), atol=1e-6)
        np.testing.assert_allclose(own.solution.value("order"), plan.solution.value("order"), atol=1e-5)
    assert (hedge.value_of_stochastic_solution, hedge.expected_value_of_perfect_information) == pytest.approx(
        (0, 0), abs=0.01
    )


def random_sets(seed):
    """Three futures of a scenario with slots, lead times of two years and storage; revealed in one or two steps."""
    draw = Random(seed)
    first, second = sorted(draw.choices((2027, 2028, 2029), k=2))
    share = [draw.uniform(0.1, 1) for _ in range(3)]

    def later(low, high, usual, year):
        return {y: usual if y < year else round(draw.uniform(low, high), 2) for y in range(2026, 2031)}

    futures = {
        "usual": {"probability": share[0] / sum(share)},
        "bust": {
            "probability": share[1] / sum(share),
            "revealed": first,
            "set": {"demand": {"additions_gw_per_year": later(0, 3, 4, first)}},
        },
        "late": {
            "probability": 1 - (share[0] + share[1]) / sum(share),
            "revealed": second,
            "set": {
                "technologies": {"engine": {"lead_time_years": draw.choice((2, 2.5, 3))}},
                "supply_chains": {"manufacturers": {"open_slots_gw_per_year": later(0, 3, 2, second)}},
                "grid": {"additions_gw_per_year": {"wire": later(0, 2, 1, second)}},
            },
        },
    }
    return [
        f"futures={flow(futures)}",
        f"value_of.delayed_load_usd_per_kw_year={draw.choice((150, 400, 1000))}",
        "technologies.engine.contract_years=3",
        f"hedge.risk_weight_fraction={draw.choice((0, 0.5))}",
        "hedge.tail_fraction=0.3",
    ]


def flow(value):
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(below)}" for key, below in value.items()) + "}"
    return str(value)


def outlook_of(seed):
    return load_outlook(SCENARIOS / "tiny/lead-time.yaml", sets=random_sets(seed))


def two_stages(seed):
    """The same futures, all revealed in the year in which the first is, at least expected cost."""
    outlook = outlook_of(seed)
    year = min(one.revealed for one in outlook.futures if one.revealed)
    futures = tuple(dataclasses.replace(one, revealed=year) for one in outlook.futures)
    return dataclasses.replace(outlook, futures=futures, risk_weight=0.0)


def shared_columns(hedge):
    """Columns of a future's program that are decided before anything is known; of two stages."""
    ((_, years),) = hedge.outlook.knowledge()
    at = [hedge.outlook.years.index(year) for year in years]
    columns = next(iter(hedge.ways[HEDGE].plans.values())).program.columns
    blocks = [columns[name] for name in ("commitment", "connection_added", "energized")]
    numbers = [np.arange(one.start, one.start + one.size).reshape(-1, len(hedge.outlook.years)) for one in blocks]
    return np.concatenate([part[:, at].ravel() for part in numbers])


@pytest.mark.parametrize("seed", few_of(range(12), 4))
def test_of_any_futures(seed):
    """Hedging and knowing never cost; an ordinary Pyomo model of all futures has the same optimum."""
    hedge = make_hedge(outlook_of(seed))
    size = 1e-6 * hedge.weighed(HEDGE)
    assert hedge.solution.objective == pytest.approx(hedge.weighed(HEDGE), rel=1e-6)
    assert hedge.solution.objective == pytest.approx(least_weighed_cost(hedge.outlook), rel=1e-6)
    assert hedge.expected_value_of_perfect_information >= -size
    for name in hedge.ways.keys() - {HEDGE, KNOWING}:
        weighed = hedge.weighed(name)
        assert weighed is None or weighed >= hedge.weighed(HEDGE) - size, name
    checks = hedge_run(hedge, 0.0).manifest.audit
    assert [check for check in checks if not check.passed] == []
    assert {"decided_together", "capacity_accounting"} <= {check.name for check in checks}


def test_what_is_ordered_depends_on_what_is_known_and_on_nothing_else():
    """Known in steps: `late` is told apart in 2027, `bust` in 2029; until then the two others order alike."""
    futures = (
        "futures={usual: {probability: 0.4},"
        " bust: {probability: 0.4, revealed: 2029,"
        " set: {demand: {additions_gw_per_year: {2026: 4, 2027: 4, 2028: 4, 2029: 0, 2030: 0}}}},"
        " late: {probability: 0.2, revealed: 2027, set: {technologies: {engine: {lead_time_years: 3}}}}}"
    )
    hedge = hedge_of(futures, "technologies.engine.contract_years=2", path=SCENARIOS / "tiny/lead-time.yaml")
    assert list(hedge.outlook.knowledge()) == [(("usual", "bust", "late"), (2026,)), (("usual", "bust"), (2027, 2028))]
    for way in (HEDGE, MEAN, "usual", "bust", "late"):
        assert len({round(gw, 6) for gw in ordered(hedge, way, 2026).values()}) == 1, way
        for year in (2027, 2028):
            known = ordered(hedge, way, year)
            assert known["usual"] == pytest.approx(known["bust"], abs=1e-5), (way, year)


@pytest.mark.parametrize("seed", [3, 4])
def test_planning_anew_once_it_is_known_the_hedge_keeps_to_its_plan(seed):
    """Rolled forward: with what was decided before as given, each future costs what the hedge said it would."""
    hedge = make_hedge(two_stages(seed))
    columns = shared_columns(hedge)
    for plan in hedge.ways[HEDGE].plans.values():
        values = plan.solution.column_value[columns]
        lower, upper = plan.program.column_lower.copy(), plan.program.column_upper.copy()
        lower[columns], upper[columns] = np.maximum(values - 1e-6, 0), np.maximum(values, 0)
        again = lp.solve(plan.program.with_column_bounds(lower, upper))
        assert again.objective == pytest.approx(plan.solution.objective, rel=1e-6)


def test_the_bundled_futures():
    """us-2030-futures on blocks of a year: a bust strands machines, and who believed in it pays in other futures."""
    path = SCENARIOS / "us-2030-futures.yaml"
    hedge = hedge_of("chronology.kind=annual", "chronology.stress_days=1", "hedge.policy=onsite-gas", path=path)
    run = hedge_run(hedge, 0.0)
    assert [check.name for check in run.manifest.audit if not check.passed] == []
    assert min(hedge.value_of_stochastic_solution, hedge.expected_value_of_perfect_information) > 0
    outcomes = run["outcomes"].set_index(["way", "future"])
    assert outcomes.loc[(HEDGE, "bust"), "stranded_gw"] > 1
    assert outcomes.loc[("bust", "bust"), "above_knowing_musd"] == pytest.approx(0, abs=1)
    assert outcomes.loc[("bust", "as-planned"), "cost_musd"] > outcomes.loc[(HEDGE, "as-planned"), "cost_musd"] + 1000


def test_a_future_without_a_plan_is_named():
    """The fleet's 10 GW at 0.5 t/MWh emit 43.8 Mt; a cap of 0 in the bust leaves no plan there."""
    with pytest.raises(InfeasibleError, match="there is no plan for the future `bust`"):
        hedge_of(
            "technologies.wire.co2_t_per_mwh=0.5",
            "futures.boom.set.limits={co2_mt_per_year: 900}",
            "futures.bust.set.limits={co2_mt_per_year: {2026: 900, 2027: 0}}",
        )


def test_a_limit_that_only_one_future_has_is_refused():
    """It is refused before anything is solved too, in the same words, at the future's entry."""
    changed = "futures.bust.set.limits={co2_mt_per_year: 900}"
    with pytest.raises(InputError, match="a future adds or removes a limit; give it in every future") as solving:
        hedge_of(changed)
    with pytest.raises(InputError) as checking:
        check_futures(load_outlook(NEWSVENDOR, sets=[changed]))
    assert checking.value.problems == solving.value.problems
    assert solving.value.problems[0].where.endswith("futures.bust")


def test_limits_on_other_things_are_other_limits():
    """As many rows, but for another technology: the shapes are the same, the futures are not."""
    spare = "kind: storage, title: Spare, lead_time_years: 1, life_years: 20, contract_years: 1, "
    spare += "capital_cost_usd_per_kw: 1, energy_cost_usd_per_kwh: 1, fixed_om_usd_per_kw_year: 0, "
    spare += "forced_outage_fraction: 0, round_trip_efficiency_fraction: 0.9"
    both = [f"technologies.spare={{{spare}}}", "futures.boom.set.build_limit_gw={engine: 5}"]
    check_futures(
        load_outlook(NEWSVENDOR, sets=[*both, "futures.bust.set.build_limit_gw={engine: {2026: 5, 2027: 4}}"])
    )
    with pytest.raises(InputError, match=r"a future adds or removes a limit.*build_limited"):
        check_futures(load_outlook(NEWSVENDOR, sets=[*both, "futures.bust.set.build_limit_gw={spare: 5}"]))


def test_cancelled_it_stops():
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        hedge_of(cancel=cancel)


PYTHON = os.environ.get("POWERGAP_MPISPPY_PYTHON")
CHECK = Path(__file__).with_name("check_with_mpisppy.py")


@pytest.mark.skipif(PYTHON is None, reason="POWERGAP_MPISPPY_PYTHON names no Python with mpi-sppy")
@pytest.mark.parametrize("seed", [None, *range(6)])
def test_mpi_sppy_finds_the_same_optimum(tmp_path, seed):
    """mpi-sppy ties the decisions of the first stage by itself, on ordinary Pyomo models of the futures' arrays."""
    hedge = make_hedge(load_outlook(NEWSVENDOR) if seed is None else two_stages(seed))
    for name, plan in hedge.ways[HEDGE].plans.items():
        lp.save(tmp_path / f"{name}.npz", plan.program)
    probability = {one.name: one.probability for one in hedge.outlook.futures}
    tree = {"shared": shared_columns(hedge).tolist(), "probability": probability}
    (tmp_path / "tree.json").write_text(json.dumps(tree))
    told = subprocess.run([PYTHON, str(CHECK), str(tmp_path)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert float(told.stdout.splitlines()[-1]) == pytest.approx(hedge.weighed(HEDGE), rel=1e-6)
