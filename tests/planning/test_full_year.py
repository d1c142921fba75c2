"""The full-year proof, with answers worked by hand."""

import math
import threading

import numpy as np
import pytest

import powergap
from powergap.errors import InputError
from powergap.parallel import Cancelled
from powergap.planning import FullYear, Round, make_plan
from tests.conftest import SCENARIOS

PROVE = "reliability.full_year_check=true"


def of_hours(path, column, values):
    """Write a profiles file with one column of [day, hour]."""
    path.write_text(f"{column}\n" + "".join(f"{value:.6g}\n" for value in np.ravel(values)))
    return f"chronology.profiles={path}"


def plan_of(name, *sets, policy=None, **options):
    study = powergap.load(SCENARIOS / "tiny" / f"{name}.yaml", sets=(PROVE, *sets), policies=policy and [policy])
    return make_plan(study.runs[-1], **options)


def unserved_mwh(proof):
    return [float(found.unserved_gwh.sum()) * 1e3 for found in proof.rounds]


def gaps(proof):
    return [found.gap_gw[0].tolist() for found in proof.rounds]


@pytest.fixture
def one_peak_day(tmp_path):
    """Load is half its peak in all hours but those of 9 July, day 190, when it is at its peak all day."""
    load = np.full((365, 24), 0.5)
    load[189] = 1.0
    return of_hours(tmp_path / "hours.csv", "load", load)


class TestAMissedPeakDay:
    """10 GW of firm grid carry 20 GW at half load. On day 190 they draw 20 GW: 10 GW x 24 h = 240,000 MWh unserved,
    of 20 GW x (364 x 12 + 24) h = 87,840 GWh. With the day a period of its own 10 GW are energized."""

    def test_the_day_joins_and_the_second_round_serves_it(self, one_peak_day):
        proof = plan_of("missed-peak", one_peak_day).full_year
        assert unserved_mwh(proof) == pytest.approx([240_000, 0])
        assert [found.load_gwh.item() for found in proof.rounds] == pytest.approx([87_840, 43_920])
        assert [found.days_short.sum() for found in proof.rounds] == [1, 0]
        assert proof.own_days == (190,)
        assert gaps(proof) == [pytest.approx([0]), pytest.approx([10])]
        assert (proof.is_met, proof.ended, proof.hours) == (True, "within target", "hours.csv")

    def test_the_plan_that_stands_is_the_last_one(self, one_peak_day):
        plan = plan_of("missed-peak", one_peak_day)
        assert plan.is_optimal
        assert plan.inputs.timeline.names == ("typical-01", "day-190")
        assert plan.solution.value("gap").item() == pytest.approx(10)
        assert plan.scenario.chronology.added_days == [], "the scenario is what was asked"
        assert [stage.name.split(",")[0] for stage in plan.stages] == [
            "least cost", "tie-break", "full year",
            *["round 1"] * 3,
        ]  # fmt: skip

    def test_myopic_foresight_proves_its_plan_too(self, one_peak_day):
        """Two years of 20 GW wanted and 10 GW of grid each: 20 and 40 GW at half load, or 10 and 20 GW."""
        sets = (one_peak_day, "years.last=2027", "foresight.kind=myopic", "foresight.look_ahead_years=0")
        plan = plan_of("missed-peak", *sets)
        assert unserved_mwh(plan.full_year) == pytest.approx([240_000 + 480_000, 0])
        assert plan.solution.value("energized")[0].tolist() == pytest.approx([10, 20])

    def test_all_hours_in_the_plan_prove_it_in_no_round(self, one_peak_day):
        proof = plan_of("missed-peak", one_peak_day, "chronology.kind=full").full_year
        assert len(proof.rounds) == 1
        assert (unserved_mwh(proof), proof.is_met, proof.own_days) == ([0], True, ())
        assert gaps(proof) == [pytest.approx([10])]

    def test_a_day_that_the_scenario_names_is_not_added_again(self, one_peak_day):
        proof = plan_of("missed-peak", one_peak_day, "chronology.added_days=[190, 3]").full_year
        assert (len(proof.rounds), proof.own_days, proof.days_added()) == (1, (3, 190), 0)

    def test_no_round_more_than_asked_for(self, one_peak_day):
        proof = plan_of("missed-peak", one_peak_day, "reliability.full_year_max_rounds=0").full_year
        assert unserved_mwh(proof) == pytest.approx([240_000])
        assert (proof.is_met, proof.ended) == (False, "the maximum number of rounds was reached")

    def test_what_a_plan_may_leave_unserved_it_may_leave_over_the_year(self, one_peak_day):
        """240 of 87,840 GWh is 0.0027 of load."""
        over_the_year = "reliability.full_year_unserved_limit_fraction"
        assert plan_of("missed-peak", one_peak_day, f"{over_the_year}=0.0027").full_year.own_days == (190,)
        assert plan_of("missed-peak", one_peak_day, f"{over_the_year}=0.0028").full_year.own_days == ()

    def test_a_missing_file_is_refused(self, tmp_path):
        with pytest.raises(InputError, match="no such file"):
            plan_of("missed-peak", f"chronology.profiles={tmp_path / 'none.csv'}", "chronology.kind=annual")

    def test_it_can_be_cancelled(self, one_peak_day):
        cancel = threading.Event()
        with pytest.raises(Cancelled):
            plan_of("missed-peak", one_peak_day, cancel=cancel, report=lambda name: "full" in name and cancel.set())


def test_without_a_file_the_parametric_year_is_dispatched():
    """Load of day d is 1 - 0.1 (1 - cos(2 pi (d - 200) / 365)); the typical day is d = 182, so 10 / load(182) GW are
    energized, and what load takes beyond 10 GW on the days around d = 200 is unserved."""
    load = np.array([1 - 0.1 * (1 - math.cos(2 * math.pi * (day - 200) / 365)) for day in range(365)])
    energized = 10 / load[182]
    proof = plan_of("missed-peak").full_year
    assert gaps(proof) == [pytest.approx([20 - energized]), pytest.approx([10])]
    assert unserved_mwh(proof) == pytest.approx([24e3 * np.maximum(energized * load - 10, 0).sum(), 0])
    assert len(proof.own_days) == 10
    assert set(proof.own_days) > set(range(197, 206)), "the hottest, and either of two days alike"
    assert (proof.hours, proof.rounds[0].days_short.sum()) == ("parametric", 35)


def test_storage_is_followed_from_day_to_day_and_a_missed_target_is_told(tmp_path):
    """A battery carries 9.4845 GW through the one hour without headroom, 17:00, of every day (see the scenario). On
    day 101 it is 23:00 and on day 102 0:00: two hours running, and the battery holds enough for one. Alone each day
    looks like any other, so no day that joins helps: 9.4845 GW x 1 h stay unserved."""
    load = np.full((365, 24), 1000.0)
    load[:, 17] = 2000
    load[100:102, 17] = 1000
    load[100, 23] = load[101, 0] = 2000
    sets = (of_hours(tmp_path / "hours.csv", "system_load_gw", load),)
    plan = plan_of("battery", *sets, policy="both")
    proof, energized = plan.full_year, 10 / (1 + 1 / (0.8 * 23))
    assert plan.solution.value("energy_capacity").item() == pytest.approx(energized / math.sqrt(0.8))
    assert unserved_mwh(proof)[0] == pytest.approx(1e3 * energized, rel=1e-6)
    assert unserved_mwh(proof)[-1] == pytest.approx(1e3 * energized, rel=1e-6)
    assert proof.own_days == (101, 102)
    assert (proof.is_met, proof.ended) == (False, "every failing day is a period of its own")


@pytest.mark.parametrize("seed", range(6))
def test_after_the_proof_unserved_energy_is_within_target_and_the_gap_is_no_smaller(tmp_path, seed):
    """A firm grid alone serves every day that is a period, so the rounds must end within target."""
    rng = np.random.default_rng(seed)
    load = rng.uniform(0.3, 0.7, (365, 1)) * rng.uniform(0.9, 1.0, (365, 24))
    load[rng.choice(365, 12, replace=False)] *= 1.4
    load = load.round(4)
    profiles = of_hours(tmp_path / "hours.csv", "load", load)
    sets = ("chronology.typical_days=3", "reliability.full_year_max_rounds=30")
    proof = plan_of("missed-peak", profiles, *sets).full_year
    assert proof.is_met
    assert unserved_mwh(proof)[0] > 0 and len(proof.rounds) > 1
    last = proof.rounds[-1]
    assert last.unserved_gwh.sum() <= 1e-5 * last.load_gwh.sum()
    assert (np.diff(np.ravel(gaps(proof))) > -1e-9).all()
    assert 10 / load.max() <= 20 - last.gap_gw.item() + 1e-6


def test_annual_blocks_are_only_checked():
    proof = plan_of("one-block").full_year
    assert (len(proof.rounds), unserved_mwh(proof), proof.is_met) == (1, [0], True)


@pytest.fixture(scope="module")
def scenario():
    return powergap.load(SCENARIOS / "tiny/missed-peak.yaml").runs[0]


class TestWhyRoundsEnd:
    def proof(self, unserved, own_days=()):
        found = Round(own_days, np.zeros((1, 1)), np.full((1, 1), 1000.0), np.reshape(unserved, (1, 1, -1)))
        return FullYear("parametric", 0.001, (found,))

    def test_one_gwh_of_a_thousand_is_within_a_target_of_one_in_a_thousand(self, scenario):
        assert self.proof([0.4, 0.6]).reason_to_stop(scenario) == "within target"
        assert self.proof([0.5, 0.6]).reason_to_stop(scenario) == ""

    def test_the_worst_ten_days_join_unless_they_have(self):
        """Day 1 has nothing unserved, day 2 the least, day 14 the most."""
        unserved = np.arange(14.0)
        assert self.proof(unserved).failing_days() == set(range(5, 15))
        assert self.proof(unserved, (14, 3)).failing_days() == set(range(4, 14))
        assert self.proof([0, 0, 1.0, 2.0]).failing_days() == {3, 4}

    def test_without_a_dispatch_there_is_no_day_to_add(self, scenario):
        proof = self.proof([np.nan, np.nan])
        assert not proof.is_met
        assert proof.reason_to_stop(scenario) == "no dispatch was found of a region and year"

    def test_annual_blocks_have_no_days_to_add(self, scenario):
        annual = scenario.model_copy(update={"chronology": scenario.chronology.model_copy(update={"kind": "annual"})})
        assert self.proof([5]).reason_to_stop(annual) == "chronology `annual` has no days to add"
