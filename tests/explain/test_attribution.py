"""Which lever closed how much: by hand, against the policies' own runs, and the axioms on solved subsets."""

import numpy as np
import pytest

import powergap
from powergap.explain.attribution import attribution
from powergap.explain.side_by_side import Crew
from powergap.explain.subsets import levers_of
from powergap.planning import make_plan
from powergap.scenario import read_study
from tests.conftest import SCENARIOS

ENGINE = {"kind": "generator", "title": "Engine", "supply_chain": "manufacturers", "lead_time_years": 1,
          "life_years": 20, "contract_years": 10, "capital_cost_usd_per_kw": 1000, "fixed_om_usd_per_kw_year": 20,
          "forced_outage_fraction": 0, "overbuild_ratio": 1, "unit_size_mw": 10}  # fmt: skip


def study_with(levers, slots=2.0):
    """One block a year and engines of two makes that share slots."""
    document = powergap.load(SCENARIOS / "tiny/one-block.yaml").composed
    document |= {
        "supply_chains": {"manufacturers": {"title": "Manufacturers", "open_slots_gw_per_year": slots}},
        "levers": levers,
        "policies": {"none": {}, "all": {"levers": list(levers)}},
    }
    return read_study(document)


def shared(study, **options):
    scenario = study.run("all")
    return attribution(levers_of(study, scenario), Crew(), **options)


@pytest.fixture(scope="module")
def twins():
    return shared(
        study_with(
            {
                "one": {"set": {"technologies": {"engine_a": ENGINE}}},
                "two": {"set": {"technologies": {"engine_b": ENGINE}}},
                "idle": {"set": {"finance": {"carbon_price_usd_per_t": 0}}},
            }
        )
    )


def closed(found, lever):
    return found.closed[found.closed["lever"] == lever].sort_values("year")["closed_gw"].tolist()


def test_twins_that_share_slots_share_what_they_close(twins):
    """Two slots a year from 2027: 2, 4, 6, 8 GW closed, whoever fills them; half each."""
    assert closed(twins, "one") == pytest.approx([0, 1, 2, 3, 4])
    assert closed(twins, "two") == pytest.approx([0, 1, 2, 3, 4])


def test_a_lever_that_changes_nothing_closes_nothing(twins):
    assert closed(twins, "idle") == pytest.approx([0] * 5, abs=1e-9)
    assert twins.levers.set_index("lever").loc["idle", "supply_cost_usd"] == pytest.approx(0, abs=1.0)


def test_parts_sum_to_the_gap_closed(twins):
    whole = (twins.gap_without_gw - twins.gap_gw).sum(axis=0)
    by_year = twins.closed.groupby("year")["closed_gw"].sum().to_numpy()
    assert by_year == pytest.approx(whole, abs=1e-6)
    assert twins.subsets_solved == 8


def test_cost_is_shared_as_the_gap_is(twins):
    """20 GW-years at 100 + 20 M$ a year each: 2,400 M$ of engines less grid energy not bought, half each."""
    levers = twins.levers.set_index("lever")
    assert levers.loc["one", "supply_cost_usd"] == pytest.approx(levers.loc["two", "supply_cost_usd"])
    assert levers["usd_per_kw_year_closed"]["one"] == pytest.approx(
        levers["supply_cost_usd"]["one"] / (10 * 1e6), rel=1e-6
    )


def test_a_battery_and_its_connection_close_half_each_of_what_neither_closes_alone():
    study = powergap.load(SCENARIOS / "tiny/battery.yaml")
    found = attribution(levers_of(study, study.run("both")), Crew())
    assert found.closed["closed_gw"].tolist() == pytest.approx([9.4845 / 2] * 2, abs=1e-4)


def test_subsets_are_what_the_policies_of_the_file_are():
    """The subset of one lever has the gap of the file's policy with that lever."""
    study = powergap.load(SCENARIOS / "tiny/battery.yaml")
    levers = levers_of(study, study.run("both"))
    nothing, connection = levers.scenarios([0, 1])
    for subset, policy in ((nothing, "nothing"), (connection, "flexible-alone")):
        own = make_plan(study.run(policy))
        assert make_plan(subset).solution.objective == pytest.approx(own.solution.objective)
        assert list(subset.technologies) == list(study.run(policy).technologies)


def test_sets_stay_in_force_in_every_subset():
    study = powergap.load(SCENARIOS / "tiny/battery.yaml", sets=["demand.additions_gw_per_year=5"])
    levers = levers_of(study, study.run("both"))
    assert {s.regions["here"].demand.additions_gw_per_year[2026] for s in levers.scenarios([0, 1, 2, 3])} == {5}


def test_levers_sum_by_region():
    study = powergap.load(SCENARIOS / "tiny/two-regions.yaml")
    document = study.composed | {
        "levers": {"wires": {"set": {"regions": {"east": {"grid": {"additions_gw_per_year": {"wire": 2}}}}}}},
        "policies": {"none": {}, "all": {"levers": ["wires"]}},
    }
    found = shared(read_study(document))
    east = found.closed[found.closed["region"] == "east"]["closed_gw"].tolist()
    west = found.closed[found.closed["region"] == "west"]["closed_gw"].tolist()
    assert east == pytest.approx([1, 2])
    assert west == pytest.approx([0, 0])


def test_more_than_ten_levers_are_sampled_with_their_error():
    levers = {f"l{k}": {"set": {"technologies": {f"engine_{k}": ENGINE}}} for k in range(11)}
    found = shared(study_with(levers), permutations=4, seed=1)
    whole = (found.gap_without_gw - found.gap_gw).sum(axis=0)
    assert found.closed.groupby("year")["closed_gw"].sum().to_numpy() == pytest.approx(whole, abs=1e-6)
    assert found.closed["standard_error_gw"].max() > 0
    assert found.subsets_solved < 2**11


def test_a_policy_without_levers_has_nothing_to_share_out():
    study = study_with({})
    found = attribution(levers_of(study, study.run("none")), Crew())
    assert found.closed.empty
    assert np.array_equal(found.gap_gw, found.gap_without_gw)
