"""A whole sweep in this process: nothing lost, nothing twice, the same bits."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from powergap.errors import InputError
from powergap.sweep import read_sweep, store, sweep
from powergap.sweep import task as tasks

from .samples import DEMAND, gas, study, wanted


def results(folder: Path) -> bytes:
    return (folder / "results.parquet").read_bytes()


def test_every_policy_on_every_draw_by_hand(tmp_path):
    """The gap at the end of 2030 is 5 x (wanted - 1) under `one`, 5 x (wanted - 2) under `two`."""
    found = sweep(wanted(), tmp_path / "s", workers=1)
    assert found.is_whole
    drawn = 3 + 2 * found.points[DEMAND].fillna(0.5).to_numpy()  # as it stands 4 GW are wanted, the middle
    for policy, added in (("one", 1), ("two", 2)):
        rows = found.rows[found.rows["policy"] == policy]
        assert rows["gap_gw_2030"].to_numpy() == pytest.approx(5 * (drawn - added))
        assert set(rows["status"]) == {"optimal"}


def test_parts_are_readable_by_pandas_while_the_sweep_runs(tmp_path):
    seen = []
    sweep(
        wanted(),
        tmp_path / "s",
        workers=1,
        progress=lambda done, *_: seen.append((done, len(pd.read_parquet(tmp_path / "s" / "parts")))),
    )
    assert len(seen) > 3
    assert all(done == rows for done, rows in seen)


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("after", [1, 2, 4, 6])
def test_resumed_after_a_stop_the_results_are_the_same_bits(tmp_path, after):
    """The sweep of 16 draws starts 12 of them from the bases of the first four."""
    undisturbed = tmp_path / "whole"
    sweep(gas(), undisturbed, workers=1)

    def stop(*_):
        nonlocal after
        after -= 1
        if not after:
            raise StoppedError

    with pytest.raises(StoppedError):
        sweep(gas(), tmp_path / "s", workers=1, progress=stop)
    before = {path: path.read_bytes() for path in (tmp_path / "s" / "parts").iterdir()}
    found = sweep(gas(), tmp_path / "s", workers=1, resume=True)
    assert found.is_whole
    assert results(tmp_path / "s") == results(undisturbed)
    assert all(path.read_bytes() == content for path, content in before.items())


def test_resume_solves_only_what_is_missing(tmp_path, monkeypatch):
    folder = tmp_path / "s"
    sweep(wanted(), folder, workers=1)
    (folder / "results.parquet").unlink()
    lost = sorted((folder / "parts").iterdir())[0]
    missing = pd.read_parquet(lost)
    lost.unlink()
    solved = []
    monkeypatch.setattr(tasks, "solve_draw", _counting(solved))
    sweep(wanted(), folder, workers=1, resume=True)
    assert len(solved) == len(missing)


def _counting(solved):
    from powergap.sweep.draw import solve_draw

    def solve(scenario, starts):
        solved.append(scenario)
        return solve_draw(scenario, starts)

    return solve


def test_a_broken_part_is_set_aside_and_solved_again(tmp_path):
    folder = tmp_path / "s"
    sweep(wanted(), folder, workers=1)
    whole = results(folder)
    (folder / "results.parquet").unlink()
    for path, content in zip(sorted((folder / "parts").iterdir())[:2], (b"", None), strict=True):
        path.write_bytes(path.read_bytes()[:-20] if content is None else content)
    sweep(wanted(), folder, workers=1, resume=True)
    assert results(folder) == whole
    assert len(list((folder / "parts").glob("*.broken"))) == 2


def test_broken_starts_are_found_again(tmp_path):
    folder = tmp_path / "s"
    sweep(gas(), folder, workers=1)
    whole = results(folder)
    (folder / "results.parquet").unlink()
    (folder / "starts" / "onsite-gas-small.json").write_text('{"0": ["AAAA"')
    for path in sorted((folder / "parts").iterdir())[::2]:
        path.unlink()
    sweep(gas(), folder, workers=1, resume=True)
    assert results(folder) == whole


def test_a_full_disk_loses_nothing_that_was_kept(tmp_path, monkeypatch):
    """The disk is full from the fifth part on; once there is room again the rest is solved."""
    whole, folder = tmp_path / "whole", tmp_path / "s"
    sweep(wanted(), whole, workers=1)
    write, count = store.write_bytes, 0

    def full(path, content):
        nonlocal count
        count += path.parent.name == "parts"
        if count >= 5:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(path, content)

    monkeypatch.setattr(store, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        sweep(wanted(), folder, workers=1)
    monkeypatch.setattr(store, "write_bytes", write)
    assert len(read_sweep(folder).rows) > 0
    sweep(wanted(), folder, workers=1, resume=True)
    assert results(folder) == results(whole)


def test_a_draw_that_fails_is_recorded_and_the_rest_goes_on(tmp_path, monkeypatch):
    solve, count = tasks.solve_draw, 0

    def sometimes(scenario, starts):
        nonlocal count
        count += 1
        if count == 9:
            raise ValueError("a coefficient\nis not a number")
        return solve(scenario, starts)

    monkeypatch.setattr(tasks, "solve_draw", sometimes)
    found = sweep(wanted(), tmp_path / "s", workers=1)
    bad = found.rows[found.rows["status"] != "optimal"]
    assert found.is_whole
    assert bad["status"].tolist() == ["failed"]
    assert bad["reason"].tolist() == ["ValueError: a coefficient is not a number"]
    assert bad["gap_gw_2030"].isna().all()


def test_a_draw_without_plan_is_recorded(tmp_path):
    """CO2 of 45 to 55 Mt a year: the fleet of 10 GW alone emits 43.8, with 1 GW more 48.2; what does not fit waits.

    Below 43.8 there is no plan, as the fleet is energized from the start.
    """
    asked = study(
        {"design": "grid", "inputs": {"limits.co2_mt_per_year": {"values": [40, 60]}}}, limits={"co2_mt_per_year": 50}
    )
    found = sweep(asked, tmp_path / "s", workers=1)
    by_point = found.rows[found.rows["policy"] == "one"].set_index("point")["status"]
    assert by_point.tolist() == ["optimal", "infeasible", "optimal", "infeasible", "optimal"]


def test_small_parts_are_joined_and_nothing_is_lost(tmp_path, monkeypatch):
    folder = tmp_path / "s"
    sweep(gas(), folder, workers=1)
    whole = results(folder)
    (folder / "results.parquet").unlink()
    monkeypatch.setattr(store, "SMALL_PARTS", 2)
    parts = store.Store(folder)
    parts.join_small_parts()
    assert len(list((folder / "parts").iterdir())) == 1
    sweep(gas(), folder, workers=1, resume=True)
    assert results(folder) == whole


def test_draws_in_two_parts_count_once(tmp_path, monkeypatch):
    """A kill while parts are joined leaves the joined part and the small ones."""
    folder = tmp_path / "s"
    sweep(wanted(), folder, workers=1)
    whole = results(folder)
    (folder / "results.parquet").unlink()
    store.Store(folder).add(pd.concat([pd.read_parquet(path) for path in (folder / "parts").iterdir()]))
    assert len(read_sweep(folder).rows) == 2 * 27
    sweep(wanted(), folder, workers=1, resume=True)
    assert results(folder) == whole


def test_results_are_written_in_pieces_with_the_same_rows(tmp_path, monkeypatch):
    found = sweep(wanted(), tmp_path / "a", workers=1)
    monkeypatch.setattr(store, "POINTS_AT_ONCE", 7)
    again = sweep(wanted(), tmp_path / "b", workers=1)
    pd.testing.assert_frame_equal(found.rows, again.rows)


def test_another_sweep_or_anything_else_is_not_written_over(tmp_path):
    folder = tmp_path / "s"
    sweep(wanted(), folder, workers=1)
    with pytest.raises(InputError, match="holds this sweep already; --resume"):
        sweep(wanted(), folder, workers=1)
    with pytest.raises(InputError, match=r"holds another sweep \(.*quantiles_sha256"):
        sweep(wanted(draws=25), folder, workers=1, resume=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("mine")
    with pytest.raises(InputError, match="is not a sweep"):
        sweep(wanted(), tmp_path / "other", workers=1)


def test_two_sweeps_do_not_write_one_folder(tmp_path):
    folder = tmp_path / "s"
    with store.Store(folder).locked(), pytest.raises(InputError, match="another process is writing"):
        sweep(wanted(), folder, workers=1)


def test_a_folder_without_a_sweep_is_told(tmp_path):
    with pytest.raises(InputError, match=r"is no sweep: it has no sweep\.json"):
        read_sweep(tmp_path)


def test_the_hash_of_a_draw_is_that_of_its_scenario(tmp_path):
    found = sweep(wanted(), tmp_path / "s", workers=1)
    asked = wanted()
    as_it_stands = found.rows[(found.rows["point"] == 0) & (found.rows["policy"] == "two")]
    assert as_it_stands["scenario_sha256"].tolist() == [asked.digest(asked.run("two"))]
    assert found.rows["scenario_sha256"].nunique() == len(found.rows)
    assert np.isfinite(found.rows["cost_musd"]).all()
