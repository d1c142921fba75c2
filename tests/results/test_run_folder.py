"""A run folder is whole at every moment, and reads back as what was written."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import powergap
from powergap.errors import InputError
from powergap.files import atomic
from powergap.files.atomic import file_written_aside, folder_written_aside, recover
from powergap.results.manifest import FileEntry
from powergap.results.run_folder import read_run, write_run
from powergap.scenario import bundled_scenarios, read_study


def test_a_run_reads_back_as_it_was_written(solved, tmp_path):
    run = solved("tiny/two-regions.yaml")
    write_run(run, tmp_path / "run")
    again = read_run(tmp_path / "run")
    assert again.manifest == run.manifest
    for name, table in run.tables.items():
        pd.testing.assert_frame_equal(again[name], table, check_dtype=False, check_exact=True, obj=name)


@pytest.mark.parametrize("path", ["tiny/two-regions.yaml", pytest.param("us-2030.yaml", marks=pytest.mark.slow)])
def test_the_resolved_scenario_solves_to_the_same_tables(solved, tmp_path, path):
    run = solved(path, "chronology.typical_days=1", "chronology.stress_days=1")
    write_run(run, tmp_path / "run")
    again = powergap.solve(powergap.load(tmp_path / "run" / "scenario.resolved.yaml"))
    assert [entry.scenario_sha256 for entry in again.manifest.runs] == [
        entry.scenario_sha256 for entry in run.manifest.runs
    ]
    pd.testing.assert_frame_equal(again["capacity"], run["capacity"], atol=1e-6, rtol=1e-6)


def test_an_error_while_writing_leaves_the_old_run(tmp_path):
    target = tmp_path / "run"
    target.mkdir()
    (target / "old").write_text("whole")
    with pytest.raises(OSError, match="disk full"), folder_written_aside(target) as aside:
        (aside / "new").write_text("half")
        raise OSError("disk full")
    assert [path.name for path in target.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["run"], "nothing is left beside it"


@pytest.mark.parametrize("can_exchange", [True, False])
def test_the_new_folder_takes_the_place_of_the_old(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    target = tmp_path / "run"
    for text in ("first", "second"):
        with folder_written_aside(target) as aside:
            (aside / "file").write_text(text)
    assert (target / "file").read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_swap_that_was_cut_in_half_is_mended(tmp_path):
    (tmp_path / ".run.previous").mkdir()
    recover(tmp_path / "run")
    assert (tmp_path / "run").is_dir()


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path):
    target = tmp_path / "table.csv"
    target.write_text("old")
    with pytest.raises(ValueError, match="stop"), file_written_aside(target) as aside:
        aside.write_text("ha")
        raise ValueError("stop")
    assert target.read_text() == "old"
    with file_written_aside(target) as aside:
        aside.write_text("new")
    assert target.read_text() == "new"


WRITER = """
import sys
from pathlib import Path
from powergap.files.atomic import folder_written_aside
target = Path(sys.argv[1])
number = 0
print("ready", flush=True)
while True:
    number += 1
    with folder_written_aside(target) as aside:
        for name in "abcdef":
            (aside / name).write_text(str(number))
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize("moment", range(6))
def test_a_kill_at_any_moment_leaves_one_whole_run(tmp_path, moment):
    target = tmp_path / "run"
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE)
    process.stdout.readline()
    time.sleep(0.05 + 0.013 * moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    recover(target)
    files = {path.name: path.read_text() for path in target.iterdir()}
    assert sorted(files) == list("abcdef")
    assert len(set(files.values())) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "no such folder"),
        (lambda path: path.mkdir(), "is no run folder: it has no manifest.json"),
        (lambda path: (path.mkdir(), (path / "manifest.json").write_text("{"))[0], "not readable"),
    ],
)
def test_what_is_no_run_is_refused_with_words(tmp_path, make, message):
    make(tmp_path / "run")
    with pytest.raises(InputError, match=message):
        read_run(tmp_path / "run")


def test_hourly_profiles_travel_with_the_run(tmp_path):
    """The CSV is copied beside the resolved scenario, which names the copy."""
    table = tmp_path / "hours.csv"
    table.write_text("load\n" + "1\n" * 8760)
    study = powergap.load(
        Path(__file__).parents[2] / "scenarios/tiny/one-block.yaml",
        sets=["chronology.kind=full", f"chronology.profiles={table}", "years.last=2026"],
    )
    write_run(powergap.solve(study), tmp_path / "run")
    table.unlink()
    assert (
        powergap.load(tmp_path / "run" / "scenario.resolved.yaml")
        .runs[0]
        .chronology.profiles.startswith(str(tmp_path / "run"))
    )


@pytest.mark.parametrize(("written", "stands"), [(file_written_aside, "folder"), (folder_written_aside, "file")])
def test_what_is_of_another_kind_is_not_replaced(written, stands, tmp_path):
    """A device such as `/dev/null` is neither: as an administrator it would be replaced for everyone."""
    target = tmp_path / "there"
    target.mkdir() if stands == "folder" else target.write_text("kept")
    for path in (target, Path("/dev/null")):
        with pytest.raises(InputError, match=r"is no (file|folder); give another name"), written(path):
            pytest.fail("nothing is to be written")
    assert list(tmp_path.iterdir()) == [target]


def test_the_manifest_has_the_hash_of_every_file_of_the_scenario(tmp_path):
    """A file and the bundled one that it extends, as they were read; of a document in memory the latter."""
    (tmp_path / "mine.yaml").write_text("extends: tiny/one-block\nname: mine\n")
    study = powergap.load(tmp_path / "mine.yaml")
    read = [tmp_path / "mine.yaml", bundled_scenarios()["tiny/one-block"]]
    wanted = [FileEntry(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest()) for path in read]
    (tmp_path / "mine.yaml").write_text("changed while it is solved")
    assert powergap.solve(study, workers=1).manifest.files == wanted
    assert powergap.solve(read_study({"extends": "tiny/one-block"}), workers=1).manifest.files == wanted[1:]
