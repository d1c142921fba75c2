"""Ranges worked by hand on one year, one block and a grid that falls 3 GW short.

Yearly cost: grid 11 GW x 8.76 TWh x 10 $/MWh = 963.6 and 1 GW of connection 100 / 10 = 10; an engine GW costs 100 of
capital, 20 fixed and 8.76 x 32 = 280.32 of gas = 400.32; 3 GW of them: 1,200.96. In all 2,174.56 M$, 2% are 43.4912.
"""

import math
from pathlib import Path

import pytest

import powergap
from powergap.errors import InfeasibleError
from powergap.explain.alternatives import alternatives

HERE = Path(__file__).parent / "infeasible"
OWN = ("technologies.engine.lead_time_years=0", "technologies.engine.supply_chain=~")
TWIN = (
    "technologies.twin={kind: generator, title: Twin, lead_time_years: 0, life_years: 20, contract_years: 10,"
    " capital_cost_usd_per_kw: 1000, fixed_om_usd_per_kw_year: 20, forced_outage_fraction: 0, overbuild_ratio: 1,"
    " unit_size_mw: 10, fuel: gas, heat_rate_mmbtu_per_mwh: 8, combustion: true}"
)
SLACK = 43.4912


def ranges(*sets, file="engine-base", **options):
    study = powergap.load(HERE / f"{file}.yaml", sets=sets)
    return alternatives(study.runs[0], **options)


def of(found, technology):
    row = found.table.set_index("technology").loc[technology]
    return [row["least_gw"], row["planned_gw"], row["most_gw"]]


def test_of_two_identical_technologies_either_may_carry_all():
    found = ranges(*OWN, TWIN, slack_fraction=0)
    table = found.table.set_index("technology")
    for name in ("engine", "twin"):
        assert table.loc[name, "least_gw"] == pytest.approx(0, abs=1e-3)
        assert table.loc[name, "most_gw"] == pytest.approx(3, abs=1e-3)
    assert table.loc[["engine", "twin"], "planned_gw"].sum() == pytest.approx(3)


def test_with_slack_some_may_stand_idle():
    """An idle GW costs 120 M$: 3 + 43.4912 / 120."""
    found = ranges(*OWN, TWIN)
    assert found.least_cost_musd == pytest.approx(2174.56)
    for name in ("engine", "twin"):
        least, _, most = of(found, name)
        assert (least, most) == (0, pytest.approx(3 + SLACK / 120, rel=1e-5))
    assert not found.table.set_index("technology").loc["twin", "is_needed"]


def test_the_only_machine_is_needed():
    """A GW of gap costs 1,000 instead of 400.32 M$: 3 - 43.4912 / 599.68 at least."""
    found = ranges(*OWN)
    assert of(found, "engine") == pytest.approx([3 - SLACK / 599.68, 3, 3 + SLACK / 120], rel=1e-5)
    row = found.table.set_index("technology").loc["engine"]
    assert row["is_needed"]
    assert row["sentence"] == "engine in here: 3 GW in 2026; at least 2.927 and up to 3.362 GW for 2% more cost."


def test_a_connection_at_its_limit_can_only_be_less():
    """A GW less of it is carried by engines at 400.32 instead of 97.6 M$: 11 - 43.4912 / 302.72."""
    assert of(ranges(*OWN), "wire") == pytest.approx([11 - SLACK / 302.72, 11, 11], rel=1e-5)


def test_storage_has_its_energy_beside_its_power():
    """Placed 2 GW and 8 GWh; own orders come too late."""
    found = ranges(file="battery-base")
    row = found.table.set_index("technology").loc["cells"]
    assert row[["least_gw", "most_gw", "least_gwh", "planned_gwh", "most_gwh"]].tolist() == pytest.approx(
        [2, 2, 8, 8, 8]
    )
    assert math.isnan(found.table.set_index("technology").loc["wire", "least_gwh"])


def test_what_costs_nothing_has_no_upper_end():
    free = (*OWN, "technologies.engine.capital_cost_usd_per_kw=0", "technologies.engine.fixed_om_usd_per_kw_year=0")
    assert of(ranges(*free), "engine")[2] == math.inf


def test_the_ranges_do_not_depend_on_the_number_of_workers():
    one, two = ranges(*OWN, TWIN, workers=1), ranges(*OWN, TWIN, workers=2)
    for name in ("engine", "twin", "wire"):
        assert of(one, name) == pytest.approx(of(two, name), rel=1e-6, abs=1e-6)


def test_wider_slack_gives_wider_ranges():
    narrow, wide = ranges(*OWN, slack_fraction=0.01), ranges(*OWN, slack_fraction=0.05)
    assert of(wide, "engine")[0] < of(narrow, "engine")[0]
    assert of(wide, "engine")[2] > of(narrow, "engine")[2]


def test_without_a_plan_there_is_nothing_to_vary():
    with pytest.raises(InfeasibleError, match="no plan to vary"):
        ranges(file="co2-cap")
    with pytest.raises(ValueError, match="negative"):
        ranges(slack_fraction=-0.1)
