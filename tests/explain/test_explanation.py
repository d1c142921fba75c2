"""The whole explanation: from a study, a run and a run folder; sentences; files; the command."""

import datetime
import json
import sys
import threading
from dataclasses import replace

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

import powergap
from powergap.cli import explain as command
from powergap.errors import InputError
from powergap.explain.explanation import SECTIONS, explain
from powergap.explain.folder import add_to_run, write_tables
from powergap.explain.side_by_side import Crew
from powergap.files.atomic import folder_held
from powergap.parallel import Cancelled
from powergap.results.run_folder import RESOLVED, read_run, write_run
from powergap.text.explanation import explanation_text
from tests.conftest import SCENARIOS

TODAY = datetime.date(2027, 6, 1)


@pytest.fixture(scope="module")
def lead_time():
    return explain(SCENARIOS / "tiny/lead-time.yaml", today=TODAY)


@pytest.fixture(scope="module")
def battery():
    return explain(powergap.load(SCENARIOS / "tiny/battery.yaml"), "both", today=TODAY)


@pytest.fixture
def folder(tmp_path):
    run = powergap.solve(powergap.load(SCENARIOS / "tiny/battery.yaml"), workers=1)
    write_run(run, tmp_path / "battery")
    return tmp_path / "battery"


def test_every_table_has_policy_and_case_in_front(lead_time):
    assert set(lead_time.tables) == {*SECTIONS, "levers"}
    for table in lead_time.tables.values():
        assert list(table.columns[:2]) == ["policy", "case"]
        assert set(table["policy"]) <= {"base"}


def test_limits_name_file_and_line(lead_time):
    table = lead_time["bottlenecks"]
    slots = table[table["limit"] == "delivery_slots"]
    file, line = slots["where"].iloc[0].rsplit(":", 1)
    assert file.endswith("tiny/lead-time.yaml")
    text = (SCENARIOS / "tiny/lead-time.yaml").read_text().splitlines()[int(line) - 1]
    assert "open_slots_gw_per_year" in text


def test_sentences_say_what_the_tables_say(lead_time):
    told = "\n".join(lead_time.sentences)
    assert "leaves a gap of 9 GW at the end of 2030 and 33 GW-years over 2026-2030" in told
    assert "One more GW/yr of" in told
    assert "Cutting the lead time of engine from 2 to 1 years closes 2 GW of the last year's gap and 8 GW-years" in told
    assert "Order 2 GW of engine by 2026-12-31 (overdue)" in told
    assert "Delayed load is valued at $33 billion" in told


def test_levers_are_told_with_their_price(battery):
    told = "\n".join(battery.sentences)
    assert "battery closed 4.74 of the 9.48 GW closed by 2026" in told
    assert battery.subsets_solved == 4


def test_a_run_a_folder_and_a_study_say_the_same(battery, folder):
    from_folder = explain(folder, "both", today=TODAY)
    from_run = explain(read_run(folder), "both", today=TODAY)
    for other in (from_folder, from_run):
        assert other.sentences == battery.sentences
        for name, table in battery.tables.items():
            same = table.drop(columns="where", errors="ignore")
            pd.testing.assert_frame_equal(other[name].drop(columns="where", errors="ignore"), same)


def test_the_policy_with_the_most_levers_is_explained_first(battery):
    study = powergap.load(SCENARIOS / "tiny/battery.yaml")
    found = explain(study, sections=["waiting"])
    assert (found.policy, list(found.tables)) == ("both", ["waiting"])


@pytest.mark.parametrize("wrong", [{"policy": "missing"}, {"case": "missing"}, {"sections": ["missing"]}])
def test_what_is_not_there_is_refused(wrong):
    with pytest.raises(InputError, match="missing"):
        explain(powergap.load(SCENARIOS / "tiny/battery.yaml"), **wrong)


def test_a_cancelled_explanation_stops():
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        explain(SCENARIOS / "tiny/lead-time.yaml", cancel=cancel)


def test_work_is_told_and_kept_in_order():
    told = []
    crew = Crew(lambda done, total, doing: told.append((done, total, doing)))
    assert crew.do(lambda number: number**2, range(20), "squaring") == [n**2 for n in range(20)]
    assert told[0] == (0, 20, "squaring")
    assert told[-1][:2] == (20, 20)


def test_tables_join_a_run_folder(folder, battery):
    explained = (folder / RESOLVED).read_bytes()
    add_to_run(battery, folder, explained)
    run = read_run(folder)
    assert set(battery.tables) <= set(run.manifest.tables)
    assert len(run["bottlenecks"]) == len(battery["bottlenecks"])
    alone = explain(folder, "flexible-alone", sections=["waiting", "order_by"], today=TODAY)
    add_to_run(alone, folder, explained)
    add_to_run(alone, folder, explained)
    again = read_run(folder)
    assert again["waiting"].groupby("policy").size().to_dict() == {"both": 1, "flexible-alone": 1}
    assert len(again["bottlenecks"]) == len(battery["bottlenecks"])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a folder is known by its name alone")
def test_tables_do_not_join_another_run_that_took_the_folder_meanwhile(folder, battery):
    """Not if it was written while the explanation was made, nor while its tables are written: then they are lost."""
    explained = (folder / RESOLVED).read_bytes()
    other = powergap.solve(powergap.load("tiny/one-block"), workers=1)
    with pytest.raises(OSError, match="No such file") as caught, folder_held(folder) as held:
        write_run(other, folder)
        write_tables(battery, held / "tables")
    assert caught.value.filename == str(folder)
    with pytest.raises(InputError, match="another run was written there meanwhile; explain it again"):
        add_to_run(battery, folder, explained)
    found = read_run(folder)
    assert found.name == "one-block"
    assert {path.stem for path in (folder / "tables").iterdir()} == set(found.manifest.tables)


def test_two_explanations_of_a_run_at_once_are_both_listed(folder, battery):
    """Each lists its tables besides those that stand there; between reading and writing nobody else may list any."""
    explained = (folder / RESOLVED).read_bytes()
    alone = explain(folder, "flexible-alone", sections=["waiting"], today=TODAY)
    for turn in range(5):
        # Each has a table of its own, by a name that no table has.
        several = [replace(alone, tables={f"{name}-{turn}": table}) for name, table in battery.tables.items()]
        threads = [threading.Thread(target=add_to_run, args=(one, folder, explained)) for one in several]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    listed = set(read_run(folder).manifest.tables)
    assert {f"{name}-{turn}" for name in battery.tables for turn in range(5)} <= listed


def test_tables_go_where_they_are_asked(tmp_path, lead_time):
    files = write_tables(lead_time, tmp_path / "why")
    assert {file.name for file in files} == {f"{name}.csv" for name in lead_time.tables}
    assert pd.read_csv(tmp_path / "why/order_by.csv")["order_by"].iloc[0] == "2026-12-31"


@pytest.mark.parametrize("width", [None, 60, 100, 160])
def test_text_fits(lead_time, battery, width):
    for found in (lead_time, battery):
        text = explanation_text(found, width)
        assert "Order-by dates" in text
        assert width is None or max(map(len, text.splitlines())) <= max(width, 80)


def test_a_notebook_shows_tables(lead_time):
    assert lead_time._repr_html_().count("<table") == len(lead_time.tables)
    assert "33 GW-years" in repr(lead_time)


@pytest.fixture
def run_command(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    command.command(app)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_the_command_writes_json(run_command):
    result = run_command("tiny/lead-time", "--json", "--quiet", "--today", "2027-06-01", "--only", "order_by")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["policy"] == "base"
    assert [row["is_overdue"] for row in found["tables"]["order_by"]] == [True, False, False]


def test_the_command_adds_to_a_run_folder(run_command, folder):
    result = run_command(str(folder), "--policy", "both", "--only", "waiting", "--only", "attribution", "--to", "why")
    assert result.exit_code == 0, result.output
    assert "battery closed" in result.stdout
    assert (folder / "tables/levers.csv").is_file()
    assert "attribution" in read_run(folder).manifest.tables


def test_the_command_refuses_an_unknown_policy(run_command):
    result = run_command("tiny/battery", "--policy", "nuclear")
    assert result.exit_code == 2
    assert "nuclear" in result.stderr
