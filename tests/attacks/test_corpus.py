"""What attacks have found, mended: each hostile scenario with what is said of it now."""

from __future__ import annotations

import difflib

import pytest

import powergap
from powergap.errors import MOST_LETTERS, InputError
from powergap.scenario import load

TINY = "extends: tiny/one-block\n"
MACHINE = """\
technologies:
  engines:
    kind: generator
    title: Engines
    unit_size_mw: 0.01
    lead_time_years: 1
    life_years: 20
    contract_years: 5e-324
    capital_cost_usd_per_kw: 1000
    fixed_om_usd_per_kw_year: 1
    forced_outage_fraction: 0.98
"""
WIRE = """{kind: connection, title: Wire, requires_headroom: false, connection_cost_usd_per_kw: 1, contract_years: 10,
  capacity_price_usd_per_kw_year: 0, energy_price_usd_per_mwh: 0, co2_t_per_mwh: 0}"""
REFUSED = {
    "a_name_that_no_file_can_have": (
        # was an OSError from the operating system
        f"{TINY}chronology: {{kind: representative, profiles: {'x' * 10_000}}}",
        "chronology.profiles: no such file: ",
    ),
    "a_list_of_projects_that_no_file_can_be": (
        # was an OSError from the operating system
        f"{TINY}demand: {{additions_gw_per_year: ~, pipeline: {{projects: {'x' * 10_000}}}}}",
        "demand.pipeline.projects: no such file: ",
    ),
    "a_target_that_no_redundancy_meets": (
        # was a ValueError while the program was built
        f"{TINY}{MACHINE}reliability: {{availability_target_fraction: 1}}",
        "reliability.availability_target_fraction: no number of units that fail, as `engines` does, is there",
    ),
    "a_list_that_takes_a_minute_to_read": (
        # 5 MB were read to the end before they were counted
        "x-a: [" + "1," * 150_000 + "]",
        "more than 100,000 values and keys; put hourly data in a CSV file",
    ),
    "policies_that_are_resolved_for_hours": (
        # every policy looked through all policies for every case
        f"{TINY}policies: {{{', '.join(f'p{n}: ' + '{}' for n in range(3000))}}}\n"
        f"cases: {{{', '.join(f'c{n}: ' + '{}' for n in range(100))}}}",
        "have more than 500,000 values together; choose some with --policy and --case",
    ),
    "a_program_that_fills_the_memory": (
        f"{TINY}chronology: {{kind: full}}\nyears: {{first: 2026, last: 2100}}\n"
        f"technologies: {{{', '.join(f't{n}: *one' for n in range(50))}}}\n".replace("*one", f"&one {WIRE}", 1),
        "unknowns; at most 20,000,000 are solved, so take fewer regions (--region), years or days",
    ),
    "a_solver_that_writes_files": (
        # HiGHS wrote its log into any file that a scenario named
        f"{TINY}solver: {{options: {{log_file: ../precious}}}}",
        "s.yaml:2:30 solver.options.log_file: HiGHS would read, write or print by `log_file`",
    ),
    "a_storage_that_gives_nothing_back": (
        # 1e-308 counts as 0, by which the model divided
        f"{TINY}technologies: {{cells: {{kind: storage, title: Cells, lead_time_years: 0, life_years: 15, "
        "contract_years: 10, capital_cost_usd_per_kw: 300, energy_cost_usd_per_kwh: 200, fixed_om_usd_per_kw_year: 5, "
        "forced_outage_fraction: 0, round_trip_efficiency_fraction: 1e-308}}",
        "round_trip_efficiency_fraction: 1e-308 is outside 0.01 to 1 fraction",
    ),
    "text_that_colours_the_terminal": (
        TINY + r'title: "\e[31mred"',
        "title: the text holds the invisible character U+001B; remove it",
    ),
    "a_message_of_ten_thousand_letters": (f"extends: {'deep/' * 2000}", "extends: no file or bundled scenario `deep/"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_in_few_words(name, tmp_path):
    text, said = REFUSED[name]
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(path)
    assert any(said in str(one) for one in caught.value.problems), str(caught.value)[:2000]
    assert all(one.file and len(one.message) <= MOST_LETTERS for one in caught.value.problems)


def test_a_wrong_name_that_hundreds_of_policies_inherit_is_not_compared_for_each(tmp_path, monkeypatch):
    """For each of 5,000 policies it was compared with all names of the catalog, and none was told: 10 s."""
    asked = []
    nearest = difflib.get_close_matches
    monkeypatch.setattr(
        difflib, "get_close_matches", lambda name, *rest, **more: asked.append(name) or nearest(name, *rest, **more)
    )
    path = tmp_path / "s.yaml"
    policies = ", ".join(f"p{number}: {{}}" for number in range(200))
    path.write_text(
        f"{TINY}value_of: {{delayed_load_usd_per_kw_year: {{from_catalog: discount_rate_reel}}}}\n"
        f"policies: {{{policies}}}\n"
    )
    with pytest.raises(InputError, match="no quantity `discount_rate_reel` in the catalog"):
        load(path)
    assert asked == ["discount_rate_reel"]


def test_files_that_double_with_each_step_are_counted(tmp_path):
    """Each of 15 files extends the next one twice: 32,768 reads, of which 100 are made."""
    for level in range(15):
        below = f"[{level + 1}.yaml, {level + 1}.yaml]" if level < 14 else "tiny/one-block"
        (tmp_path / f"{level}.yaml").write_text(f"extends: {below}\n", encoding="utf-8")
    with pytest.raises(InputError, match="more than 100 files are read for one scenario"):
        load(tmp_path / "0.yaml")


def test_a_file_that_says_it_is_empty_and_is_not_is_read_no_further_than_the_limit(tmp_path):
    """A sparse file of 100 MB is refused after 3 MB of it are read."""
    path = tmp_path / "s.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(InputError, match="is larger than 3 MB"):
        load(path)


def test_an_option_that_the_solver_does_not_know_is_told_without_a_traceback(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(f"{TINY}solver: {{options: {{simplex_scale_stratgy: 1}}}}\n", encoding="utf-8")
    with pytest.raises(
        InputError,
        match=r"s.yaml:2:43 solver.options.simplex_scale_stratgy: HiGHS has no option",
    ):
        load(path)


def test_a_contract_of_no_time_and_a_million_units_that_fail_are_solved(tmp_path):
    """5e-324 years are 0 and not an infinite cost; 100,000 units needed of which 2% are there are counted by halving.

    The engines burn nothing and, in a contract of 0 years, cost nothing but 1 $/kW-yr, so they close the whole gap.
    """
    path = tmp_path / "s.yaml"
    path.write_text(TINY + MACHINE, encoding="utf-8")
    run = powergap.solve(load(path), workers=1)
    assert set(run.status.values()) == {"optimal"}
    assert run["gap"].query("year == 2030")["gap_gw"].sum() == pytest.approx(0, abs=1e-6)
