"""Inputs: what a key changes, and what is refused before anything is solved."""

from __future__ import annotations

import numpy as np
import pytest

from powergap.errors import InputError
from powergap.scenario import bundled_scenarios, load, read_study
from powergap.scenario.schema import Readings
from powergap.sweep.designs import design_of
from powergap.sweep.inputs import check_draws, inputs_of
from powergap.sweep.sweep import prepared

from .samples import DEMAND, study

NAN = float("nan")
SHIPPED = [f"readings.{group}" for group in Readings.model_fields]
"""Inputs that us-2030 has itself."""
NO_OTHER = {"catalog": None}
"""Takes the distribution that us-2030 gives."""


def national(inputs, *policies):
    own = {name: {**NO_OTHER, **about} if name in SHIPPED else about for name, about in inputs.items()}
    document = {"extends": "us-2030", "name": "n", "sweep": {"inputs": {**dict.fromkeys(SHIPPED), **own}}}
    return read_study(document, policies=policies or ["grid-only", "onsite-gas-small"])


def test_a_value_replaces_every_year_of_a_series_in_the_region():
    inputs = inputs_of(study({"inputs": {DEMAND: {"uniform": [3, 5]}}}))
    drawn = inputs.drawn("one", [0.25])
    assert set(drawn.regions["here"].demand.additions_gw_per_year.values()) == {3.5}
    assert inputs.drawn("one", [NAN]) is inputs.scenarios["one"]


def test_a_factor_multiplies_and_touches_only_policies_that_have_the_value():
    """Engines' slots of 2030 read 8.55 GW in the mid reading; half of them are 4.275."""
    key = "supply_chains.gas_small.open_slots_gw_per_year"
    inputs = inputs_of(national({key: {"uniform": [0.5, 1], "is_factor": True}}))
    slots = inputs.drawn("onsite-gas-small", [0.0]).supply_chains["gas_small"].open_slots_gw_per_year
    assert slots is not None
    assert slots[2030] == pytest.approx(8.55 / 2)
    assert inputs.drawn("grid-only", [0.0]) == inputs.scenarios["grid-only"]


def test_a_catalog_range_ends_at_the_low_and_the_high_reading():
    """Demand additions of 2030 read 22, 29 and 29.6 GW."""
    inputs = inputs_of(national({DEMAND: {"catalog": "triangular"}}))
    ends = [inputs.drawn("grid-only", [at]).regions["united_states"].demand.additions_gw_per_year for at in (0.0, 1.0)]
    assert [end[2030] for end in ends] == [22, 29.6]


def test_a_group_of_readings_moves_what_the_readings_of_a_solve_move():
    inputs = inputs_of(national({"readings.supply": {"catalog": "pert"}}))
    high = load("us-2030", sets=["readings.supply=high"], policies=["onsite-gas-small"], cases=["mid"]).runs[0]
    drawn = inputs.drawn("onsite-gas-small", [1.0])
    assert drawn.supply_chains == high.supply_chains
    assert drawn.regions == high.regions
    assert drawn.technologies == high.technologies


def test_a_key_of_its_own_is_taken_out_of_its_group():
    inputs = inputs_of(national({"readings.demand": {"catalog": "pert"}, DEMAND: {"uniform": [20, 30]}}))
    drawn = inputs.drawn("grid-only", [1.0, 0.5]).regions["united_states"].demand
    assert set(drawn.additions_gw_per_year.values()) == {25}
    assert drawn.base_gw == 61.8  # the high reading


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "no uncertain input; name some under `sweep.inputs`"),
        (
            {"value_of.delayed_load_usd_per_kw_yaer": {"uniform": [1, 2]}},
            "did you mean `value_of.delayed_load_usd_per_kw_year`",
        ),
        ({"readings.demands": {"catalog": "pert"}}, "did you mean `demand`"),
        ({"readings.demand": {"uniform": [1, 2]}}, "values of many units"),
        ({"reliability.availability_target_fraction": {"catalog": "pert"}}, "has no range in the catalog"),
        ({"grid.additions_gw_per_year": {"uniform": [1, 2]}}, "names several values"),
        (
            {DEMAND: {"uniform": [1, 2]}, f"{DEMAND}.2030": {"uniform": [1, 2]}},
            f"changes the same values as `{DEMAND}`",
        ),
    ],
)
def test_an_input_that_means_nothing_is_refused(inputs, said):
    with pytest.raises(InputError, match=said):
        inputs_of(national(inputs))


def test_one_value_for_several_regions_is_refused_where_it_would_count_several_times():
    document = {"extends": "tiny/two-regions", "name": "r", "sweep": {"inputs": {DEMAND: {"uniform": [1, 2]}}}}
    with pytest.raises(InputError, match="would set the same in each of 2 regions"):
        inputs_of(read_study(document))


def test_all_problems_are_told_with_their_places(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(
        "extends: us-2030\nsweep:\n  inputs:\n    foo: {uniform: [1, 2]}\n    readings.coast: {catalog: pert}\n"
    )
    with pytest.raises(InputError) as caught:
        inputs_of(load(file))
    assert [(problem.line, problem.key) for problem in caught.value.problems] == [
        (4, "sweep.inputs.foo"),
        (5, "sweep.inputs[readings.coast]"),
    ]


def test_a_draw_out_of_range_is_refused_before_anything_is_solved():
    """The discount rate may be at most 0.5; a normal with a deviation of 0.2 passes it among 200 draws."""
    about = {"normal": {"mean": 0.05, "standard_deviation": 0.2}}
    asked = national({"finance.discount_rate": about})
    with pytest.raises(InputError, match=r"draws 0\.\d+, which is not allowed: 0\.\d+ is outside -0\.05 to 0\.5"):
        check_draws(inputs_of(asked), design_of(asked).quantiles, asked)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"uniform": [5, 3]}, "must not fall"),
        ({"triangular": [3, 3, 3]}, "the range is empty"),
        ({"pert": [1, 5, 3]}, "must not fall"),
        ({"uniform": [3, 5], "values": [1, 2]}, "got both uniform and values"),
        ({}, "got none"),
        ({"normal": {"mean": 1, "standard_deviation": 0}}, "must be greater than 0"),
        ({"lognormal": {"median": 2, "p90": 2}}, "must be larger than the median"),
        ({"values": [1, 2], "weights": [1]}, "1 weights for 2 values"),
        ({"values": [1, 1]}, "one is repeated"),
        ({"catalog": "pert", "is_factor": True}, "holds values, not factors"),
        ({"uniform": [3]}, "at least"),
    ],
)
def test_a_bad_distribution_is_refused_when_the_file_is_read(about, said):
    with pytest.raises(InputError, match=said):
        study({"inputs": {DEMAND: about}})


def test_quantiles_of_one_number_are_told_as_values():
    inputs = inputs_of(study({"inputs": {DEMAND: {"uniform": [3, 5]}}}))
    assert inputs.every[0].value(np.array([0.0, 0.5])).tolist() == [3, 4]


@pytest.mark.parametrize("name", [name for name in bundled_scenarios() if "sweep" in load(name).composed])
def test_the_draws_of_every_scenario_that_ships_are_allowed(name):
    """An earliest year that is drawn between two readings is a whole year."""
    inputs, design = prepared(load(name, policies=[load(name).reference_policy, *list(load(name).policies)[-2:]]))
    for policy in inputs.scenarios:
        for point in design.quantiles[:3].tolist():
            inputs.drawn(policy, point)
