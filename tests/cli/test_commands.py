"""Every command in this process, on tiny scenarios with answers worked by hand."""

from __future__ import annotations

import _thread
import json
import threading
from pathlib import Path

import pytest

from powergap.cli import engine
from powergap.cli.screen import Screen, StillRunning, excerpts_of
from powergap.errors import Problem

TWO = """
extends: tiny/one-block
name: two
policies:
  ok: {}
  bad: {set: {limits: {co2_mt_per_year: 1}}}
"""


def test_solve_shows_the_answer_and_writes_the_run(powergap):
    done = powergap("solve", "tiny/one-block")
    assert done.code == 0
    assert done.out.startswith("Gap at the end of 2030: 15 GW under base.\n\n")
    assert done.out.splitlines()[-1].split()[:6] == ["base", "3.0", "6.0", "9.0", "12.0", "15.0"]
    assert "outputs/one-block" in done.err
    assert "identities hold" in done.err
    assert Path("outputs/one-block/manifest.json").is_file()
    assert powergap("solve", "tiny/one-block", "--quiet").err == ""


def test_solve_as_data(powergap):
    found = powergap("solve", "tiny/one-block", "--json", "--out", "here").data
    assert found["policies"][0]["gap_2030_gw"] == 15.0
    assert found["folder"] == "here"
    assert found["exit_code"] == 0
    assert all(check["passed"] for check in found["audit"])
    lines = powergap("solve", "tiny/one-block", "--csv").out.splitlines()
    assert lines[0].startswith("policy,case,status,gap_2026_gw,")
    assert lines[1].startswith("base,mid,optimal,3.0,6.0,9.0,12.0,15.0,")


def test_solve_says_what_the_full_year_check_did_or_that_there_was_none(powergap):
    done = powergap("solve", "tiny/missed-peak")
    assert "full year: dispatched over 8,760 parametric hours; 0 of 1 plan within target as first made" in done.err
    assert "checked / mid: 1 round, 10 days added, unserved 27,496 -> 0 MWh" in done.err
    assert "full year: not checked" in powergap("solve", "tiny/one-block").err
    found = powergap("solve", "tiny/missed-peak", "--json").data["full_year"]
    assert [(one["policy"], one["found"] and one["found"]["days_added"]) for one in found] == [
        ("unchecked", None), ("checked", 10)
    ]  # fmt: skip


def test_a_missed_target_is_told_even_when_quiet(powergap):
    no_rounds = ("--set", "reliability.full_year_max_rounds=0")
    done = powergap("solve", "tiny/missed-peak", "--quiet", *no_rounds)
    assert done.err == (
        "full year: checked / mid: 0 rounds, 0 days added, unserved 27,496 -> 27,496 MWh on 35 days, beyond target: "
        "the maximum number of rounds was reached\n"
    )


def test_solve_adds_the_reference_policy(powergap):
    done = powergap("solve", "tiny/two-regions", "--policy", "move", "--json")
    assert "also solving stay" in done.err
    assert [(row["policy"], row["gap_2027_gw"], row["closed_gw"]) for row in done.data["policies"]] == [
        ("stay", pytest.approx(6), pytest.approx(0)), ("move", pytest.approx(2), pytest.approx(4))
    ]  # fmt: skip


def test_regions_are_shown_with_what_moved(powergap):
    """2 GW a year go west: gap of east 1 and 2 GW instead of 3 and 6, 4 GW moved by 2027."""
    done = powergap("solve", "tiny/two-regions")
    rows = [line.split() for line in done.out.splitlines() if line.startswith(("east", "west"))]
    assert rows == [
        ["east", "3.0", "6.0", "18.0", "12.0"],
        ["west", "0.0", "0.0", "7.0", "7.0"],
        ["east", "1.0", "2.0", "18.0", "-4.0", "12.0"],
        ["west", "0.0", "0.0", "7.0", "+4.0", "11.0"],
    ]
    assert "demand  moved in  energized" in done.out


def test_one_region_alone_has_no_table_of_regions_and_nowhere_to_move(powergap):
    done = powergap("solve", "tiny/two-regions", "--region", "east", "--json")
    assert [row["gap_2027_gw"] for row in done.data["policies"]] == [6.0, 6.0]
    assert powergap("audit", "outputs/two-regions").code == 0
    assert "east" not in powergap("solve", "tiny/two-regions", "--region", "east").out
    wrong = powergap("solve", "tiny/two-regions", "--region", "eastt")
    assert (wrong.code, wrong.err) == (2, "--region: unknown region `eastt`; did you mean `east`?\n")


def test_objective_is_a_short_way_to_set_it(powergap):
    powergap("solve", "tiny/one-block", "--objective", "least_gap")
    assert json.loads(Path("outputs/one-block/manifest.json").read_text())["runs"][0]["objective"] == "least_gap"


def test_an_infeasible_policy_is_3_and_the_others_are_kept(powergap):
    Path("two.yaml").write_text(TWO)
    done = powergap("solve", "two.yaml", "--json")
    assert done.code == done.data["exit_code"] == 3
    assert [row["gap_2030_gw"] for row in done.data["policies"]] == [15.0, None]
    assert "bad / mid: infeasible" in done.err
    assert Path("outputs/two/tables/gap.csv").is_file()
    alone = powergap("solve", "two.yaml", "--set", "limits.co2_mt_per_year=1", "--set", "policies.ok.set={}")
    assert alone.code == 3
    assert alone.out.startswith("No policy has a plan.")


def test_a_solver_that_stops_short_is_4(powergap):
    done = powergap("solve", "tiny/battery", "--set", "solver.time_limit_seconds=1e-9")
    assert done.code == 4
    assert "time limit" in done.out


def test_a_failed_audit_is_1_and_says_which(powergap, run_folder):
    assert powergap("audit", str(run_folder)).code == 0
    doctored = Path("doctored")
    for path in run_folder.rglob("*"):
        if path.is_file():
            target = doctored / path.relative_to(run_folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    gap = doctored / "tables/gap.csv"
    header, first, *rest = gap.read_text().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("gap_gw")] = "99"
    gap.write_text("\n".join([header, ",".join(cells), *rest]) + "\n")
    done = powergap("audit", str(doctored))
    assert done.code == 1
    assert "FAILS" in done.out
    assert "demand_is_energized_or_gap fails by" in done.err
    found = powergap("audit", str(doctored), "--json", "-q")
    assert found.data["passed"] is False
    assert [check["name"] for check in found.data["checks"] if not check["passed"]]


def test_solve_replaces_no_folder_that_is_no_run(powergap):
    Path("precious").mkdir()
    Path("precious/thesis.txt").write_text("years of work")
    done = powergap("solve", "tiny/one-block", "--out", "precious")
    assert done.code == 2
    assert "is not a run folder" in done.err
    assert Path("precious/thesis.txt").read_text() == "years of work"
    assert powergap("solve", "tiny/one-block", "--out", "new").code == 0
    assert powergap("solve", "tiny/one-block", "--out", "new").code == 0


def test_problems_have_places_lines_and_carets(powergap):
    Path("bad.yaml").write_text(
        "extends: tiny/one-block\nvalue_of:\n  delayed_load_usd_per_kw_yaer: 3\ndemand: {base_gw: x}\n"
    )
    done = powergap("validate", "bad.yaml")
    assert done.code == 2
    assert done.out == ""
    lines = done.err.splitlines()
    assert lines[0].startswith("bad.yaml:3:3 value_of.delayed_load_usd_per_kw_yaer: ")
    assert lines[1:3] == ["     3 |   delayed_load_usd_per_kw_yaer: 3", "       |   ^"]
    assert sum(line.startswith("bad.yaml:") for line in lines) == 2
    assert [problem["line"] for problem in powergap("validate", "bad.yaml", "--json").data["problems"]] == [3, 4]


def test_excerpt_of_what_cannot_be_read(tmp_path):
    (tmp_path / "a").write_text("one\n")
    places = [("nowhere.yaml", 3), ("--set a", 0), (str(tmp_path / "a"), 7), (str(tmp_path), 1)]
    problems = [Problem(file, line, 1, "", "x") for file, line in places]
    assert set(excerpts_of(problems).values()) == {""}
    concealed = Problem(str(tmp_path / "a"), 1, 1, "", "x", is_concealed=True)
    assert excerpts_of([concealed]) == {concealed: ""}


@pytest.mark.parametrize("column", [1, 2, 60, 61, 500, 940, 999, 1000])
def test_an_excerpt_is_120_characters_around_its_caret(tmp_path, column):
    """Of a line of 1,000 different characters the caret stands under the one that the problem names."""
    line = "".join(chr(0x4E00 + number) for number in range(1000))
    (tmp_path / "long").write_text(f"{line}\n", encoding="utf-8")
    problem = Problem(str(tmp_path / "long"), 1, column, "", "x")
    _, part, caret = excerpts_of([problem])[problem].split("\n")
    assert len(part.partition("| ")[2]) == 120
    assert part[caret.index("^")] == line[column - 1]


def test_fifty_problems_are_shown_and_the_others_counted(powergap, monkeypatch):
    """A line of 26 kB with 1,000 mistakes, read once for all its excerpts: 50 shown, 950 counted."""
    Path("many.yaml").write_text(
        "extends: tiny/one-block\ndemand: {" + ", ".join(f"wrong_{i}: 1" for i in range(1000)) + "}\n"
    )
    opened, was = [], Path.open
    monkeypatch.setattr(Path, "open", lambda path, *rest, **named: opened.append(path) or was(path, *rest, **named))
    done = powergap("validate", "many.yaml")
    lines = done.err.splitlines()
    assert sum(line.startswith("many.yaml:") for line in lines) == 50
    assert lines[-1] == "and 950 more problems"
    assert max(map(len, lines)) < 250
    assert len([path for path in opened if path == Path("many.yaml")]) == 2  # to load it, and for the excerpts
    record = powergap("validate", "many.yaml", "--json").data
    assert (record["error"], len(record["problems"])) == ("1,000 problems", 50)


def test_validate_counts(powergap):
    assert powergap("validate", "tiny/two-regions").out == "valid: 2 policies x 1 case, 2026-2027, 2 regions\n"
    assert powergap("validate", "tiny/two-regions", "--json").data["policies"] == ["stay", "move"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve"], ["solve", "nowhere.yaml"], ["solve", "tiny/one-block", "--policy", "x"], ["slove"],
        ["solve", "tiny/one-block", "--case", "x"], ["solve", "tiny/one-block", "--set", "x"],
        ["solve", "tiny/one-block", "--workers", "0"], ["solve", "tiny/one-block", "--format", "xml"],
        ["compare", "tiny/one-block"], ["compare", "tiny/one-block", "nowhere"], ["export", "nowhere"],
        ["audit", "nowhere"], ["catalog", "--section", "x"], ["new", "a b"], ["validate", "."],
    ],
)  # fmt: skip
def test_wrong_usage_is_2_with_words_and_no_traceback(powergap, arguments):
    done = powergap(*arguments)
    assert done.code == 2
    assert done.err
    assert "Traceback" not in done.err
    assert not Path("outputs").exists()


def test_new_solves_and_is_not_overwritten(powergap):
    assert powergap("new", "mine").out == "mine.yaml\n"
    assert powergap("validate", "mine.yaml").code == 0
    Path("mine.yaml").write_text("changed")
    done = powergap("new", "mine")
    assert done.code == 2
    assert "--force" in done.err
    assert Path("mine.yaml").read_text() == "changed"
    assert powergap("new", "mine", "--force", "--json").data == {"file": "mine.yaml"}
    assert Path("mine.yaml").read_text() != "changed"


@pytest.mark.parametrize("is_small", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_every_scenario_that_ships_is_listed_and_a_copy_of_it_is_valid(powergap, is_small):
    listed = {one["name"]: one["title"] for one in powergap("scenarios", "--json").data}
    assert listed["published/spglobal-2025-12"].startswith("S&P Global")
    assert "published/spglobal-2025-12" in powergap("scenarios").out
    for name in (one for one in listed if one.startswith(("tiny/", "published/")) == is_small):
        assert powergap("new", "mine", "--from", name, "--force").code == 0
        done = powergap("validate", "mine.yaml", "--json")
        assert (done.code, done.data["name"]) == (0, "mine"), name
    done = powergap("new", "other", "--from", "published/spglobal")
    assert (done.code, "did you mean `published/spglobal-2025-12`?" in done.err) == (2, True)


def test_schema(powergap):
    found = powergap("schema").data
    assert powergap("schema", "--to", "deep/s.json").out == "deep/s.json\n"
    assert json.loads(Path("deep/s.json").read_text()) == found


def test_catalog_searches_and_cites(powergap):
    found = powergap("catalog", "gas_aeroderivative", "lead_time", "--json", "--sources").data
    assert [row["key"] for row in found["rows"]] == ["lead_time_years"]
    row = found["rows"][0]
    assert row["low"] <= row["mid"] <= row["high"]
    assert row["unit"] == "years"
    assert found["sources"][0]["url"]
    text = powergap("catalog", "gas_aeroderivative", "lead_time", "--sources").out
    assert "gas_aeroderivative.lead_time_years" in text
    assert "http" in text
    assert powergap("catalog", "no-such-thing-at-all").err.strip() == "0 rows"
    assert powergap("catalog", "--section", "fuels", "--csv").out.startswith("section,entry,title,key,low,mid,high,")


def test_version_and_help(powergap):
    import powergap as package

    assert powergap("--version").out == f"powergap {package.__version__}\n"
    top = powergap("--help").out
    assert "130  interrupted" in top
    for command in ("solve", "compare", "export", "validate", "schema", "new", "catalog", "audit"):
        assert f"  {command} " in top
        page = powergap(command, "--help").out
        assert "Examples:" in page
        assert "--json" in page
        assert "--quiet" in page


def test_export_and_compare(powergap, run_folder):
    assert powergap("export", str(run_folder), "--to", "run.xlsx").out == "run.xlsx\n"
    assert powergap("export", str(run_folder), "--to", "gap.csv", "--table", "gap").out == "gap.csv\n"
    assert Path("gap.csv").read_bytes() == (run_folder / "tables/gap.csv").read_bytes()
    assert powergap("export", str(run_folder)).code == 2
    assert powergap("export", str(run_folder), "--format", "iamc").out == "two-regions.iamc.csv\n"
    assert powergap("export", str(run_folder), "--to", "stay.lp", "--policy", "stay").out == "stay.lp\n"
    written = powergap("export", str(run_folder), "--format", "pypsa", "--policy", "move", "--json").data["files"]
    assert "two-regions-pypsa/network.csv" in written
    assert "does not take --policy; it takes --table" in powergap(
        "export", str(run_folder), "--format", "csv", "--policy", "stay"
    ).err  # fmt: skip
    assert "does not take --table or --all" in powergap(
        "export", str(run_folder), "--format", "lp", "--table", "gap", "--all"
    ).err  # fmt: skip
    done = powergap("compare", str(run_folder), "tiny/two-regions")
    assert done.code == 0
    assert "No input differs." in done.out
    found = powergap("compare", "tiny/two-regions", str(run_folder), "--json").data
    assert found["inputs"] == []
    assert found["base"] == "tiny/two-regions"
    assert powergap("compare", str(run_folder), str(run_folder), "--csv").out.startswith("policy,case,quantity,year,")


def test_completion_of_names(powergap):
    from powergap.cli.help import POLICY, complete_item, complete_run, complete_scenario

    Path("tidy.yaml").touch()
    Path("tins").mkdir()
    assert "tiny/one-block" in complete_scenario("ti")
    assert {"tidy.yaml", "tins/"} <= set(complete_scenario("ti"))
    assert complete_run("ti") == ["tins"]
    assert "tins" in complete_item("ti")

    class Context:
        params = {"scenario": "tiny/two-regions"}  # noqa: RUF012

    assert POLICY.autocompletion(Context, "m") == ["move"]
    Context.params = {"scenario": "nowhere"}
    assert POLICY.autocompletion(Context, "m") == []


def test_interrupted_work_is_asked_to_stop():
    asked = threading.Event()

    def work(cancel):
        _thread.interrupt_main()
        cancel.wait(10)
        asked.set()

    with pytest.raises(KeyboardInterrupt) as caught:
        engine.interruptible(work, grace_seconds=5)
    assert not isinstance(caught.value, StillRunning)
    assert asked.is_set()


def test_work_that_does_not_stop_is_left():
    release = threading.Event()

    def work(cancel):
        _thread.interrupt_main()
        release.wait(10)

    with pytest.raises(StillRunning):
        engine.interruptible(work, grace_seconds=0.05)
    release.set()


def test_work_gives_back_its_result_or_its_error():
    assert engine.interruptible(lambda cancel: 7) == 7
    with pytest.raises(ZeroDivisionError):
        engine.interruptible(lambda cancel: 1 / 0)


def test_plain_progress_is_at_most_one_line_a_second(capsys):
    from powergap.cli.progress import _PlainLines

    lines = _PlainLines(Screen())
    for done in range(100):
        lines(done, 100, "x")
    assert capsys.readouterr().err == "solved 0 of 100; x\n"
