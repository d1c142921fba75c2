"""One draw: the same answer as a solve, from any start."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from powergap import lp
from powergap.planning import make_plan
from powergap.scenario import read_study
from powergap.sweep.draw import late_gw, solve_draw

from .samples import gas, study


def test_gap_and_cost_by_hand():
    """tiny/one-block: the gap is 3, 6, 9, 12, 15 GW and costs 45,000 M$ of 50,844."""
    answer, _ = solve_draw(study({}).run("one"), [])
    assert answer.gap_gw == pytest.approx([3, 6, 9, 12, 15])
    assert answer.cost_musd == pytest.approx(50_844)
    assert answer.supply_cost_musd == pytest.approx(5_844)


@pytest.mark.parametrize("objective", ["least_cost", "least_gap"])
def test_a_draw_from_another_ones_basis_has_the_answer_of_a_solve(objective):
    asked = {"extends": "us-2030", "name": "g", "chronology": {"kind": "annual"}, "objective": objective}
    sets = [[], ["readings.demand=high", "readings.cost=high", "readings.lead_time=high"]]
    one, other = (read_study(asked, policies=["gas-and-storage"], sets=more).run("gas-and-storage") for more in sets)
    _, starts = solve_draw(one, [])
    packed = [lp.Basis.unpack(start.pack()) for start in starts]
    answer, _ = solve_draw(other, packed)
    plan = make_plan(other)
    assert len(starts) == (2 if objective == "least_gap" else 1)
    assert answer.cost_musd == pytest.approx(plan.solution.objective, rel=1e-7)
    assert answer.gap_gw == pytest.approx(plan.solution.value("gap").sum(axis=0), abs=1e-5)


def test_the_same_start_gives_the_same_bits_whatever_was_solved_before():
    asked = gas()
    one = asked.run("onsite-gas-small")
    _, starts = solve_draw(one, [])
    high = read_study(asked.composed, sets=["readings.fuel=high"], policies=["onsite-gas-small"]).run(
        "onsite-gas-small"
    )
    first, _ = solve_draw(high, starts)
    solve_draw(one, starts)
    again, _ = solve_draw(high, [lp.Basis.unpack(start.pack()) for start in starts])
    assert (first.cost_musd, first.gap_gw.tobytes()) == (again.cost_musd, again.gap_gw.tobytes())


def test_a_start_of_another_size_is_passed_over():
    _, starts = solve_draw(study({}).run("one"), [])
    answer, _ = solve_draw(gas().run("onsite-gas-small"), starts)
    assert answer.status == "optimal"


def test_no_plan_is_told():
    """A fleet of 10 GW needs 87,600 GWh, the cap on CO2 leaves 2 Mt / 0.5 t per MWh = 4,000 GWh."""
    asked = read_study({"extends": "tiny/one-block", "name": "x", "limits": {"co2_mt_per_year": 2}})
    answer, starts = solve_draw(asked.runs[0], [])
    assert (answer.status, starts) == ("infeasible", [])
    assert np.isnan(answer.gap_gw).all()


@pytest.mark.parametrize(
    ("profile", "late"), [("flat", [3.2, 1.6, 1.6, 0.8, 0.0]), ("solar", [0.0] * 5), ("wind", [0.0] * 5)]
)
def test_late_machines_by_hand(profile, late):
    """Orders of 4 GW in 2026 and 2 in 2028, lead time 1.5 years, 1.25 installed for 1 usable.

    Half arrives one year after, half two years after. After 2026 come 4 (3.2 usable), after 2027 2 (1.6), after 2028
    the 2 of that year (1.6), after 2029 half of them (0.8), after 2030 none. What follows sun or wind serves no site
    alone.
    """
    machine = {
        "kind": "generator", "title": "machine", "supply_chain": "manufacturers", "group": "gas_small",
        "lead_time_years": 1.5, "life_years": 20, "contract_years": 10, "capital_cost_usd_per_kw": 1000,
        "fixed_om_usd_per_kw_year": 0, "variable_om_usd_per_mwh": 0, "forced_outage_fraction": 0, "unit_size_mw": 10,
        "overbuild_ratio": 1.25, "heat_rate_mmbtu_per_mwh": 0, "profile": profile,
        "capacity_factor_fraction": 0.3,
    }  # fmt: skip
    asked = read_study(
        {
            "extends": "tiny/one-block",
            "name": "x",
            "technologies": {"machine": machine},
            "supply_chains": {"manufacturers": {"title": "Manufacturers", "open_slots_gw_per_year": 5}},
        }
    )
    solution = SimpleNamespace(value=lambda name: np.array([[[4.0, 0.0, 2.0, 0.0, 0.0]]]))
    assert late_gw(asked.runs[0], solution) == pytest.approx(late)
