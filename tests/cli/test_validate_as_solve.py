"""Whatever `solve` refuses because of its input, `validate` refuses in the same words, and so do other commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from powergap.lp.highs import refused_option

TINY = "extends: tiny/one-block\n"
FULL = f"{TINY}chronology: {{kind: representative, typical_days: 1, profiles: hours.csv}}\n"
PEAKS = f"{FULL}grid: {{system_load: {{summer_peak_gw: 10, winter_peak_gw: 10}}}}\n"


def hours(column: str = "load", count: int = 8760, value: object = 0.9) -> str:
    return f"{column}\n" + f"{value}\n" * count


REFUSED = {
    "hours of a leap year": (FULL, hours(count=8784), "8,784 rows of hours, a leap year"),
    "an hour less": (FULL, hours(count=8759), "1 are missing"),
    "an hour more": (FULL, hours(count=8761), "1 are too many"),
    "no hours": (FULL, "", "is empty; expected a header and rows"),
    "an unknown column": (FULL, hours("laod"), "unknown column; did you mean `load`?"),
    "a region without column": (FULL, hours("mars:load"), "region here has no such column"),
    "words for hours": (FULL, hours(value="much"), "8,755 more hours like these"),
    "MW for GW": (PEAKS, hours("system_load_gw", value=1500), "is above the scenario's seasonal peak of 10 GW"),
    "sun that is a capacity factor": (FULL, hours("sun", value=0.25), "the mean is 0.25"),
    "no file of hours": (FULL.replace("hours.csv", "hour.csv"), "", "no such file: hour.csv"),
    "hours that only the check reads": (
        f"{TINY}chronology: {{kind: annual, profiles: hours.csv}}\nreliability: {{full_year_check: true}}\n",
        hours(count=8784),
        "8,784 rows of hours, a leap year",
    ),
    "an unknown option": (
        f"{TINY}solver: {{options: {{treads: 2}}}}\n",
        "",
        "HiGHS has no option 'treads'; did you mean `threads`",
    ),
    "an option's wrong word": (f"{TINY}solver: {{options: {{presolve: maybe}}}}\n", "", "does not take the value"),
    "an option's wrong number": (f"{TINY}solver: {{options: {{threads: -1}}}}\n", "", "does not take the value -1"),
    "an option's wrong kind": (f"{TINY}solver: {{options: {{threads: many}}}}\n", "", "does not take the value 'many'"),
    "an option that writes": (f"{TINY}solver: {{options: {{log_file: x}}}}\n", "", "may not name files"),
    "stress days of more than a year": (
        f"{TINY}chronology: {{kind: annual, stress_days: 7, days_per_stress_day: 60}}\n",
        "",
        "7 stress days of 60 days each are 420 days; a year has 365",
    ),
    "typical and stress days of more than a year": (
        f"{TINY}chronology: {{kind: representative, stress_days: 20, days_per_stress_day: 40}}\n",
        "",
        "20 stress days of 40 days each are 800 days; a year has 365",
    ),
    "a year that is forgotten": (f"{TINY}demand: {{additions_gw_per_year: {{2026: 4}}}}\n", "", "no value for 2027"),
    "an unknown region": (
        "extends: tiny/two-regions\nonly_regions: [nowhere]\n",
        "",
        "unknown region `nowhere`",
    ),
}
REFUSED |= {
    f"the option {name}": (f"{TINY}solver: {{options: {{{name}: 1}}}}\n", "", "would change what is solved, not how")
    for name in ("infinite_bound", "infinite_cost", "large_matrix_value", "small_matrix_value")
}


@pytest.mark.parametrize(("text", "table", "said"), REFUSED.values(), ids=list(REFUSED))
def test_validate_refuses_what_solve_refuses_in_the_same_words(powergap, text, table, said):
    Path("s.yaml").write_text(text)
    Path("hours.csv").write_text(table)
    validated, solved = powergap("validate", "s.yaml"), powergap("solve", "s.yaml")
    assert said in validated.err
    assert (validated.code, validated.err) == (solved.code, solved.err) == (2, validated.err)
    assert not Path("outputs").exists()


def test_hipo_is_refused_where_it_is_not_installed(powergap):
    Path("s.yaml").write_text(f"{TINY}solver: {{method: hipo}}\n")
    validated, solved = powergap("validate", "s.yaml"), powergap("solve", "s.yaml")
    assert validated.code == solved.code == (2 if refused_option("solver", "hipo") else 0)
    if validated.code:
        assert validated.err == solved.err
        assert "s.yaml:2:18 solver.method: " in validated.err


@pytest.mark.parametrize("command", ["solve", "explain", "diagnose", "hedge", "sweep", "serve"])
def test_every_command_that_loads_refuses_the_same(powergap, command):
    Path("s.yaml").write_text(FULL)
    Path("hours.csv").write_text(hours(count=8759))
    refused = powergap(command, "s.yaml")
    assert refused.code == 2
    if command != "hedge":  # which misses its futures first
        assert refused.err.endswith(powergap("validate", "s.yaml").err)


def test_futures_and_draws_are_validated_too(powergap):
    """What `hedge` and `sweep` refuse before they solve, with their words, together."""
    Path("s.yaml").write_text(
        "extends: tiny/newsvendor\nfutures: {bust: {set: {limits: {co2_mt_per_year: 900}}}}\n"
        "sweep: {inputs: {finance.dicsount_rate: {uniform: [0, 0.1]}}}\n"
    )
    validated = powergap("validate", "s.yaml")
    assert validated.code == 2
    for command in ("hedge", "sweep"):
        refused = powergap(command, "s.yaml")
        words = [line for line in refused.err.splitlines() if line.startswith("s.yaml:")]
        assert refused.code == 2
        assert words
        assert all(line in validated.err for line in words)
