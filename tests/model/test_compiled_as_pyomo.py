"""The product's own model, compiled at once, is the model that Pyomo's standard form writes, row by row."""

import pytest
from pyomo.environ import Constraint

import powergap
from powergap.model import build
from tests.conftest import SCENARIOS
from tests.lp.reference import assert_same_as_pyomo

EVERY_FEATURE = (
    "chronology.typical_days=2",
    "chronology.stress_days=1",
    "years.last=2028",
    "limits.co2_mt_per_year=900",
    "technologies.emergency_diesel={}",
    "technologies.iron_air.link_days=true",
    "regions.united_states.build_limit_gw={battery: 3}",
)


@pytest.mark.parametrize(
    ("path", "sets"),
    [
        ("tiny/one-block.yaml", ()),
        ("tiny/lead-time.yaml", ("air_permit_limit_gw=2", "gas_supply_limit_bcf_per_day=1")),
        ("tiny/battery.yaml", ()),
        ("tiny/two-regions.yaml", ("regions.west.demand.relocation_in_limit_gw=3",)),
        ("us-2030.yaml", EVERY_FEATURE),
    ],
)
def test_every_constraint_compiles_to_the_rows_that_pyomo_writes(path, sets):
    study = powergap.load(SCENARIOS / path, sets=sets)
    scenario = study.runs[-2] if len(study.runs) > 2 else study.runs[-1]
    program = assert_same_as_pyomo(build(scenario).model)
    assert program.row_by_row == (), "no rule of the product needs the slow way"


def test_every_feature_of_the_model_is_in_the_test_above():
    study = powergap.load(SCENARIOS / "us-2030.yaml", sets=EVERY_FEATURE)
    model = build(study.runs[-2]).model
    empty = [row.name for row in model.component_objects(Constraint) if len(row.index_set()) == 0]
    assert empty == []
