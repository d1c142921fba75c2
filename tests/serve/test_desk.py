"""What a position finds, and that a saved one is found again."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

import powergap
from powergap.errors import InputError
from powergap.parallel import Cancelled
from powergap.results.run_folder import read_run
from powergap.scenario import read_document
from powergap.serve.charts import figures, gap_of
from powergap.serve.page import answer, figure_rows
from powergap.serve.session import Desk
from powergap.serve.state import PageState
from tests.serve.conftest import DEMAND, LEAD_TIME

MOVED = PageState(policy="onsite-gas", case="mid", moves={DEMAND: 0.9, LEAD_TIME: 2.0})


def find(desk, position):
    return desk.find(position, threading.Event())


def test_a_position_finds_what_solve_finds(desk):
    """Additions of 21, 23, 25, 27, 29 GW times 0.9 under `grid-only`: 12.5 GW less wanted, so 12.5 less gap."""
    found = find(desk, MOVED)
    sets = [
        f"{DEMAND}={{2026: 18.9, 2027: 20.7, 2028: 22.5, 2029: 24.3, 2030: 26.1}}",
        f"{LEAD_TIME}=2",
    ]
    whole = powergap.solve(powergap.load("us-2030", policies=["onsite-gas"], cases=["mid"], sets=sets))
    assert gap_of(found.run, "onsite-gas", "mid") == pytest.approx(gap_of(whole, "onsite-gas", "mid"), abs=1e-8)
    assert gap_of(found.run, "grid-only", "mid")[2030] == pytest.approx(75.0 - 12.5)
    assert gap_of(found.base, "grid-only", "mid")[2030] == pytest.approx(75.0)
    assert all(check.passed for check in found.run.manifest.audit)


def test_a_lead_time_brings_its_machine_to_no_other_policy(desk):
    """`--set technologies.x.…` would; the reference policy here stays without engines."""
    study = desk.as_moved(MOVED, desk.levers(MOVED))
    assert list(study.run("grid-only").technologies) == ["firm_grid"]
    assert study.run("onsite-gas").technologies["gas_reciprocating_engine"].lead_time_years == 2.0


def test_coming_back_finds_the_start_again(desk):
    before = find(desk, desk.start)
    find(desk, MOVED)
    after = find(desk, desk.start)
    assert not len(after.comparison.inputs)
    gaps = [gap_of(one.run, "onsite-gas", "mid") for one in (before, after)]
    assert gaps[1] == pytest.approx(gaps[0], abs=1e-8)


def test_figures_and_table_tell_the_same(desk):
    found = find(desk, MOVED)
    rows = {row["year"]: row for row in figure_rows(found) if row["what"] == "gap, GW"}
    drawn = {(row["what"], row["year"]): row["gap_gw"] for row in figures(found)["gap"]["rows"]}
    for year in range(2026, 2031):
        before, now = drawn["baseline", year], drawn["adjusted", year]
        assert (rows[str(year)]["before"], rows[str(year)]["now"]) == (f"{before:.1f}", f"{now:.1f}")
        assert float(rows[str(year)]["change"]) == pytest.approx(now - before, abs=0.051)
    carried = sum(row["gw"] for row in figures(found)["supply"]["rows"] if row["year"] == 2030)
    wanted = found.run["gap"].query("policy == 'onsite-gas' and year == 2030")["demand_gw"].sum()
    assert carried == pytest.approx(wanted, abs=0.01)


def test_a_saved_scenario_is_solved_to_the_same_tables(desk, tmp_path):
    """Byte for byte: what the page shows after saving is what `powergap solve` writes, all policies included."""
    live = find(desk, MOVED)
    file, shown = desk.save(MOVED, "my-plan", threading.Event())
    run = powergap.solve(powergap.load(file))
    for table in ("gap", "closed", "capacity", "cost"):
        again = run[table][run[table]["policy"].isin(["grid-only", "onsite-gas"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(again, shown.run[table], check_exact=True)
    assert (live.run["gap"]["gap_gw"] - shown.run["gap"]["gap_gw"]).abs().max() < 1e-8


def test_a_saved_scenario_reads_well(desk):
    """It extends the base, names each change in a comment and holds the case that was shown, with every policy."""
    position = PageState(policy="storage", case="high", readings={"demand": "low"}, moves={DEMAND: 1.1})
    file, _ = desk.save(position, "storage-plan", threading.Event())
    text, document = file.read_text(encoding="utf-8"), read_document(file)
    assert document["extends"] == "us-2030"
    assert document["cases"]["high"]["set"]["readings"] == {"demand": "low"}
    assert "# Demand, Demand additions: x1.1, 24.2 GW/yr in 2030; baseline x1, 22 GW/yr in 2030\n" in text
    study = powergap.load(file)
    assert list(study.cases) == ["high"]
    assert list(study.policies) == list(desk.study.policies)
    assert study.run("storage").regions["united_states"].demand.additions_gw_per_year[2030] == 24.2


def test_a_file_elsewhere_is_extended_by_its_path(tmp_path):
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "mine.yaml").write_text("extends: us-2030\nname: mine\n", encoding="utf-8")
    (tmp_path / "plans").mkdir()
    desk = Desk(tmp_path / "base" / "mine.yaml", tmp_path / "plans")
    file, _ = desk.save(PageState(policy="grid-only", case="low", moves={DEMAND: 2.0}), "twice", threading.Event())
    assert read_document(file)["extends"] == "../base/mine.yaml"
    assert powergap.load(file).name == "twice"


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a b", "x" * 81, "con\n"])
def test_a_name_that_is_none_is_refused(desk, tmp_path, name):
    with pytest.raises(InputError, match="is not a valid name; use up to 80 letters"):
        desk.save(MOVED, name, threading.Event())
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(desk, tmp_path):
    (tmp_path / "taken.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="already exists"):
        desk.save(MOVED, "taken", threading.Event())
    assert (tmp_path / "taken.yaml").read_text(encoding="utf-8") == "mine"


def test_a_superseded_question_is_given_up(desk):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        desk.find(MOVED, cancel)
    assert find(desk, MOVED).run.status["onsite-gas", "mid"] == "optimal"


def test_a_position_without_a_plan_tells_why(tmp_path):
    """The fleet alone emits 43.8 Mt, 40 are allowed (see co2-cap.yaml): the cap must rise by 3.8."""
    desk = Desk(Path(__file__).parents[1] / "explain" / "infeasible" / "co2-cap.yaml", tmp_path)
    found = find(desk, desk.start)
    assert any("limits.co2_mt_per_year" in reason and "3.8" in reason for reason in found.reasons)
    assert figures(found) == {}
    told = answer(found)
    assert told["sentence"].startswith("No plan")
    assert "limits.co2_mt_per_year" in told["html"]


def test_a_plan_that_is_not_proven_is_marked(desk):
    """Status and failed audit stand below the table, whatever it shows."""
    found = find(desk, PageState(policy="grid-only", case="mid"))
    assert "time limit" not in answer(found)["html"]
    manifest = found.run.manifest
    entries = [entry.model_copy(update={"status": "time limit"}) for entry in manifest.runs]
    checks = [check.model_copy(update={"passed": False}) for check in manifest.audit[:1]]
    late = replace(
        found, run=replace(found.run, manifest=manifest.model_copy(update={"runs": entries, "audit": checks}))
    )
    assert "grid-only / mid: time limit" in answer(late)["html"]
    assert f"audit: {checks[0].name} fails" in answer(late)["html"]


@pytest.mark.parametrize(
    ("position", "message"),
    [
        (PageState(policy="nobody", case="mid"), "no policy `nobody`"),
        (PageState(policy="grid-only", case="never"), "no case `never`"),
        (PageState(policy="grid-only", case="mid", moves={DEMAND: 100.0}), "were megawatts meant"),
        (
            PageState(policy="grid-only", case="mid", moves={"value_of.delayed_load_usd_per_kw_year": -1.0}),
            "outside 0 to",
        ),
    ],
)
def test_what_cannot_be_asked_is_told(desk, position, message):
    with pytest.raises(InputError, match=message):
        find(desk, position)


def test_titles_are_escaped(tmp_path):
    tag = "<script>alert(1)</script>"
    (tmp_path / "tag.yaml").write_text(f'extends: us-2030\nname: tag\ntitle: "{tag}"\n', encoding="utf-8")
    from powergap.serve.page import page

    desk = Desk(tmp_path / "tag.yaml", tmp_path)
    text = page(desk, desk.levers(desk.start))
    assert tag not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_command_line_solves_what_was_saved(desk, tmp_path, monkeypatch):
    """`powergap solve my-plan.yaml` writes the very gap table that the page showed."""
    from typer.testing import CliRunner

    from powergap.cli import app

    _, shown = desk.save(MOVED, "my-plan", threading.Event())
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["solve", "my-plan.yaml", "--policy", "onsite-gas", "--quiet"])
    assert result.exit_code == 0
    written = read_run(tmp_path / "outputs" / "my-plan")["gap"]
    assert written["gap_gw"].tolist() == shown.run["gap"]["gap_gw"].tolist()
