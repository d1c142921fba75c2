"""The inputs in which policies differ, as the run folder keeps them."""

from __future__ import annotations

import powergap
from powergap.results.inputs import COLUMNS, inputs_table
from powergap.results.run_folder import read_run, write_run

TEXT = """
extends: us-2030
name: three
policies:
  onsite-gas-small: {}
  dear:
    levers: [gas-small]
    set:
      value_of: {delayed_load_usd_per_kw_year: 20000}
      technologies: {gas_reciprocating_engine: {lead_time_years: 2}}
      grid: {additions_gw_per_year: {firm_grid: 5}}
"""


def three(tmp_path):
    (tmp_path / "three.yaml").write_text(TEXT, encoding="utf-8")
    return powergap.load(tmp_path / "three.yaml", policies=["grid-only", "onsite-gas-small", "dear"], cases=["mid"])


def rows(study, policy, reference="grid-only"):
    table = inputs_table(study.runs, reference)
    own = table[table["policy"] == policy]
    return {key: (before, here) for key, before, here in own[COLUMNS[2:]].itertuples(index=False)}


def test_a_machine_of_its_own_is_one_row(tmp_path):
    """Engines bring their manufacturers and gas along; neither is a choice of its own."""
    assert rows(three(tmp_path), "onsite-gas-small") == {"technologies.gas_reciprocating_engine": ("", "(given)")}


def test_values_are_told_as_set_takes_them(tmp_path):
    """Catalog: 9,000 $/kW-yr, 9 to 11 GW/yr of firm grid, 1.5 years for an engine."""
    study = three(tmp_path)
    grid = "regions.united_states.grid.additions_gw_per_year.firm_grid"
    assert rows(study, "dear", "onsite-gas-small") == {
        "technologies.gas_reciprocating_engine.lead_time_years": ("1.5", "2.0"),
        "value_of.delayed_load_usd_per_kw_year": ("9000.0", "20000.0"),
        grid: (
            "{2026: 9.0, 2027: 9.5, 2028: 10.0, 2029: 10.5, 2030: 11.0}",
            "{2026: 5.0, 2027: 5.0, 2028: 5.0, 2029: 5.0, 2030: 5.0}",
        ),
    }
    sets = [f"{key}={here}" for key, (_, here) in rows(study, "dear", "onsite-gas-small").items()]
    same = powergap.load("us-2030", policies=["onsite-gas-small"], cases=["mid"], sets=sets).runs[0]
    dear = study.run("dear")
    names = {"name", "policy", "title", "description"}
    assert same.model_dump(exclude=names) == dear.model_dump(exclude=names)


def test_the_reference_differs_in_nothing_and_a_lost_reference_says_nothing(tmp_path):
    study = three(tmp_path)
    assert rows(study, "grid-only") == {}
    assert inputs_table(study.runs, "not solved").empty


def test_a_run_folder_keeps_it(tmp_path):
    study = powergap.load("tiny/battery")
    run = powergap.solve(study)
    write_run(run, tmp_path / "run")
    read = read_run(tmp_path / "run")["inputs"]
    assert read.astype(object).equals(run["inputs"].astype(object))
    assert set(read.loc[read["policy"] == "both", "key"]) == {"technologies.cells", "technologies.yielding"}
