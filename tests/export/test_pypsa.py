"""The network folder says the program that was solved: PyPSA finds the same optimum, and what it cannot say is told.

The equality needs a Python that has PyPSA, named by POWERGAP_PYPSA_PYTHON, since its dependencies do not belong here.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from powergap import lp
from powergap.errors import InputError
from powergap.export import hand_over
from powergap.export.pypsa import write_network
from powergap.export.pypsa.extra import IN_COMPONENTS
from powergap.export.pypsa.folder import network_tables
from powergap.export.solved import SolvedPlan
from powergap.model import build
from powergap.planning import make_plan
from powergap.results.run import Run
from powergap.results.tables import tables
from tests.independent import generate
from tests.manifests import manifest

PYTHON = os.environ.get("POWERGAP_PYPSA_PYTHON")
needs_pypsa = pytest.mark.skipif(PYTHON is None, reason="POWERGAP_PYPSA_PYTHON names no Python with PyPSA")
CHECK = Path(__file__).with_name("check_with_pypsa.py")
TINY = {"one-block": "base", "lead-time": "base", "overbuild": "base", "battery": "both", "two-regions": "move"}
SEEDS = range(24)


def generated(seed, objective=None):
    """A generated scenario as it was solved, or None where no plan satisfies it."""
    plan = make_plan(generate.scenario(Random(seed), objective))
    if not plan.is_optimal:
        return None
    run = Run(f"generated-{seed}", {}, manifest(), {})
    return SolvedPlan(run, plan.scenario, plan.program, plan.solution, tables(plan)["periods"])


def pypsa_finds(*folders):
    """What PyPSA finds for each folder."""
    done = subprocess.run([PYTHON, CHECK, *folders], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def assert_same(found):
    wrong = [one for one in found if one["status"] != "ok, optimal" or one["relative_difference"] > 1e-6]
    assert wrong == []


def test_lead_time_by_hand(folder_of, tmp_path):
    """Engines ordered in 2026 are there from 2028 to 2030, for 1,000 $/kW over 10 years at 0% and 20 $/kW-yr.

    So each costs 100 + 20 = 120 $/kW a year, 120,000 USD/MW; fuel and variable cost are 8 x 4 + 5 = 37 $/MWh. Orders of
    2029 would come after 2030 and are not there. The wire adds 1,000 MW a year, and 2 GW of slots a year are a row.
    """
    files = hand_over(folder_of("tiny/lead-time.yaml"), tmp_path / "n", "pypsa")
    assert {"network.csv", "generators.csv", "rows.csv", "extra_functionality.py"} <= {file.name for file in files}
    machines = pd.read_csv(tmp_path / "n/generators.csv", index_col="name")
    engines = machines[machines["carrier"] == "engine"]
    assert list(engines.index) == ["here engine 2026", "here engine 2027", "here engine 2028"]
    assert engines["build_year"].tolist() == [2028, 2029, 2030]
    assert engines["lifetime"].tolist() == [3, 2, 1]
    assert engines["capital_cost"].tolist() == pytest.approx([120_000] * 3)
    assert engines["marginal_cost"].tolist() == pytest.approx([37] * 3)
    wires = machines[machines["carrier"] == "wire"]
    assert wires["p_nom_max"].tolist()[1:] == [1_000] * 5
    assert wires["p_nom"].tolist()[0] == 10_000
    rows = pd.read_csv(tmp_path / "n/extra/rows.csv")
    assert (rows["block"].tolist(), rows["upper"].tolist()) == (["delivery_slots"] * 3, [2, 2, 2])
    terms = pd.read_csv(tmp_path / "n/extra/terms.csv")
    assert terms["name"].tolist() == list(engines.index)
    # Rows keep powergap's units: 2 GW of slots, 0.001 GW per MW.
    assert terms["coefficient"].tolist() == [0.001] * 3
    assert json.loads((tmp_path / "n/meta.json").read_text())["extra_rows"].keys() == {"delivery_slots"}


def test_components_say_rows_that_the_model_has():
    """Generated scenarios cover every block of rows: a row that is said to be in a component is one of the model's."""
    seen = set()
    for seed in range(60):
        program = lp.compile(build(generate.scenario(Random(seed))).model)
        seen |= {name for name, block in program.rows.items() if block.size}
    assert seen >= IN_COMPONENTS


def test_one_snapshot_is_still_an_operation():
    """Scenario 24 is a year of one block: power and levels have a snapshot, what they are measured by has none."""
    terms = network_tables(generated(24))["extra/terms"]
    hourly = terms["attribute"].isin(["p", "e"])
    assert (terms["attribute"] == "p").any()
    assert set(terms.loc[hourly, "period"]) == {2026}
    assert set(terms.loc[~hourly, "period"]) == {0}


def test_a_cap_is_a_global_constraint_unless_emissions_differ():
    """PyPSA's caps count a carrier's emissions per MWh: with one number changed they no longer can, and rows do."""
    solved = next(one for one in map(generated, SEEDS) if one and one.program.rows["emissions_cap"].size > 1)
    program = solved.program
    caps = network_tables(solved)
    limits = list(solved.scenario.limits.co2_mt_per_year.values())
    assert caps["global_constraints"]["constant"].tolist() == pytest.approx([1e6 * limit for limit in limits])
    factors = caps["carriers"].set_index("name")["co2_emissions"]
    for name, connection in solved.scenario.connections.items():
        assert factors[name] == pytest.approx(connection.co2_t_per_mwh)
    assert "emissions_cap" not in set(caps["extra/rows"]["block"])
    value = program.value.copy()
    value[program.start[program.rows["emissions_cap"].start]] *= 2
    other = network_tables(dataclasses.replace(solved, program=dataclasses.replace(program, value=value)))
    assert "global_constraints" not in other
    assert (other["extra/rows"]["block"] == "emissions_cap").sum() == len(limits)


def test_a_row_of_any_name_goes_along():
    """A limit that a feature adds is one more extra row, with the columns that it bounds."""
    solved = generated(1)
    program = solved.program.with_row("moon_phase", np.ones(len(solved.program.cost)), upper=1e9)
    rows = network_tables(dataclasses.replace(solved, program=program))["extra/rows"]
    assert (rows["block"] == "moon_phase").sum() == 1


def test_what_pypsa_cannot_say_is_refused(folder_of, tmp_path):
    with pytest.raises(InputError, match=r"cannot say foresight\.kind `myopic`"):
        hand_over(folder_of("tiny/short-sight.yaml"), tmp_path / "n", "pypsa", policy="short-sighted")
    solved = generated(1)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file"):
        write_network(solved, tmp_path / "file")
    with pytest.raises(InputError, match="holds other files"):
        write_network(solved, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@needs_pypsa
def test_pypsa_finds_the_optimum_of_the_tiny_scenarios(folder_of, tmp_path):
    for name, policy in TINY.items():
        hand_over(folder_of(f"tiny/{name}.yaml"), tmp_path / name, "pypsa", policy=policy)
    found = pypsa_finds(*(tmp_path / name for name in TINY))
    assert len(found) == len(TINY)
    assert_same(found)
    # By hand in tiny/lead-time: 3 GW a year are wanted beyond the wire; from 2028 engines bring 2 a year.
    gap = next(one["gap_gw"] for one in found if one["folder"] == "lead-time")
    assert gap == pytest.approx({"2026": 3, "2027": 6, "2028": 7, "2029": 8, "2030": 9})


@needs_pypsa
@pytest.mark.slow
def test_pypsa_finds_the_optimum_of_generated_scenarios(tmp_path):
    folders = []
    for seed in SEEDS:
        solved = generated(seed)
        if solved is not None:
            write_network(solved, tmp_path / str(seed))
            folders.append(tmp_path / str(seed))
    assert len(folders) > len(SEEDS) / 2
    assert_same(pypsa_finds(*folders))


@needs_pypsa
@pytest.mark.slow
def test_pypsa_finds_the_optimum_of_us_2030(folder_of, tmp_path):
    folder = folder_of("us-2030.yaml")
    policies = ["grid-only", "onsite-gas", "gas-and-storage", "flexible-load", "all-of-the-above"]
    for policy in policies:
        hand_over(folder, tmp_path / policy, "pypsa", policy=policy)
    assert_same(pypsa_finds(*(tmp_path / policy for policy in policies)))


@needs_pypsa
@pytest.mark.slow
def test_pypsa_finds_the_optimum_of_the_regions(folder_of, tmp_path):
    """Thirteen regions that share delivery slots and movable load; on annual blocks and a stress day: PyPSA is slow."""
    blocks = ("chronology.kind=annual", "chronology.typical_days=~", "chronology.stress_days=1")
    folder = folder_of("us-regions-2030.yaml", *blocks)
    policies = ["grid-only", "onsite-gas", "all-of-the-above"]
    for policy in policies:
        hand_over(folder, tmp_path / policy, "pypsa", policy=policy)
    assert_same(pypsa_finds(*(tmp_path / policy for policy in policies)))


@needs_pypsa
@pytest.mark.slow
def test_pypsa_finds_the_optimum_of_a_full_year(folder_of, tmp_path):
    """Over 8,760 hours in order a level runs on from day to day, which PyPSA's stores say without an extra row."""
    folder = folder_of("tiny/battery.yaml", "chronology.kind=full")
    hand_over(folder, tmp_path / "full", "pypsa", policy="both")
    assert "level_carries_over" not in json.loads((tmp_path / "full/meta.json").read_text())["extra_rows"]
    assert_same(pypsa_finds(tmp_path / "full"))


@needs_pypsa
def test_a_changed_number_is_noticed(folder_of, tmp_path):
    """One more GW of load wanted in every year is 1 GW more of gap, worth 1,000 M$ a year: the optimum moves."""
    hand_over(folder_of("tiny/lead-time.yaml"), tmp_path / "more", "pypsa")
    path = tmp_path / "more/loads-p_set.csv"
    loads = pd.read_csv(path, index_col=0)
    (loads + 1_000).to_csv(path)
    (found,) = pypsa_finds(tmp_path / "more")
    assert found["gap_gw"] == pytest.approx({"2026": 4, "2027": 7, "2028": 8, "2029": 9, "2030": 10})
    assert found["relative_difference"] > 0.01
