"""Draws that are solved by cuts start from the cuts of another draw, and answer as if they had not."""

from __future__ import annotations

import pandas as pd
import pytest

from powergap import lp
from powergap.planning import make_plan
from powergap.scenario import read_study
from powergap.scenario.schema import Readings
from powergap.sweep import sweep
from powergap.sweep import task as tasks
from powergap.sweep.designs import design_of
from powergap.sweep.draw import solve_draw
from powergap.sweep.inputs import inputs_of

from .samples import INPUTS

POLICY = "onsite-gas-small"
FUEL = "fuels.natural_gas.price_usd_per_mmbtu"


def by_cuts(inputs=INPUTS, **more):
    """16 draws of what has no hour: demand, the value of delayed load, a lead time. Four of them are first draws."""
    own = {f"readings.{group}": None for group in Readings.model_fields}
    document = {
        "extends": "us-2030",
        "name": "cuts",
        "chronology": {"typical_days": 2, "stress_days": 1},
        "solver": {"method": "cuts"},
        "sweep": {"design": "latin_hypercube", "draws": 16, "seed": 3, "inputs": own | inputs},
    } | more
    return read_study(document, policies=[POLICY])


@pytest.fixture
def solves(monkeypatch):
    """Solutions by cuts as they come, each with what it started from; plans of fewer days are left out."""
    made, solve = [], lp.solve_by_cuts

    def watched(program, shared, settings, **asked):
        found = solve(program, shared, settings, **asked)
        if asked["keep_pool"]:
            made.append((asked["pool"], found))
        return found

    monkeypatch.setattr(lp, "solve_by_cuts", watched)
    return made


def results(folder):
    return (folder / "results.parquet").read_bytes()


def test_every_draw_has_the_answer_of_the_whole_in_fewer_rounds(tmp_path, solves):
    study = by_cuts()
    found = sweep(study, tmp_path / "s", workers=1)
    inputs, design = inputs_of(study), design_of(study)
    assert [pool is None for pool, _ in solves] == [True] + [False] * (len(found.rows) - 1)
    scratch = solves[0][1].iterations
    warm = [solution.iterations for _, solution in solves[1:]]
    assert sorted(warm)[len(warm) // 2] < scratch / 2
    for row in found.rows.itertuples():
        scenario = inputs.drawn(POLICY, design.quantiles[row.point].tolist())
        whole = scenario.model_copy(update={"solver": scenario.solver.model_copy(update={"method": "simplex"})})
        assert row.status == "optimal"
        assert row.cost_musd == pytest.approx(make_plan(whole).solution.objective, rel=1e-6)


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("after", [1, 2, 4])
def test_resumed_after_a_stop_the_results_are_the_same_bits(tmp_path, after):
    sweep(by_cuts(), tmp_path / "whole", workers=1)

    def stop(*_):
        nonlocal after
        after -= 1
        if not after:
            raise StoppedError

    with pytest.raises(StoppedError):
        sweep(by_cuts(), tmp_path / "s", workers=1, progress=stop)
    assert sweep(by_cuts(), tmp_path / "s", workers=1, resume=True).is_whole
    assert results(tmp_path / "s") == results(tmp_path / "whole")


def test_pools_that_were_kept_are_read_again(tmp_path, solves):
    """What is missing is solved from the pools of the folder, none of it from scratch, to the same bits."""
    folder = tmp_path / "s"
    sweep(by_cuts(), folder, workers=1)
    whole = results(folder)
    (folder / "results.parquet").unlink()
    first = {0, *design_of(by_cuts()).rows("draw")[:4].tolist()}
    points = {path: pd.read_parquet(path)["point"] for path in (folder / "parts").iterdir()}
    missing = [path for path, own in points.items() if not first & set(own)]
    for path in missing:
        path.unlink()
    solves.clear()
    sweep(by_cuts(), folder, workers=1, resume=True)
    assert results(folder) == whole
    assert len(solves) == sum(len(points[path]) for path in missing) > 0
    assert all(pool is not None for pool, _ in solves)


def test_on_dask_the_results_are_the_same_bits(tmp_path):
    pytest.importorskip("distributed", reason="needs the extra `sweep`")
    sweep(by_cuts(), tmp_path / "one", workers=1)
    sweep(by_cuts(), tmp_path / "two", workers=2)
    assert results(tmp_path / "two") == results(tmp_path / "one")


def test_the_same_pool_gives_the_same_bits_whatever_was_solved_before():
    study = by_cuts()
    inputs, design = inputs_of(study), design_of(study)
    _, starts = solve_draw(inputs.drawn(POLICY, design.quantiles[0].tolist()), [])
    one, other = (inputs.drawn(POLICY, design.quantiles[point].tolist()) for point in (8, 9))
    first, _ = solve_draw(one, starts)
    solve_draw(other, starts)
    again, _ = solve_draw(one, [tasks._unpacked(start.pack()) for start in starts])
    assert (first.cost_musd, first.gap_gw.tobytes()) == (again.cost_musd, again.gap_gw.tobytes())


def test_draws_of_what_has_hours_reuse_no_cut_and_are_right_as_well(solves):
    """The price of gas stands in every hour: no block is that of the scenario as it stands."""
    study = by_cuts({FUEL: {"uniform": [4, 8]}})
    inputs, design = inputs_of(study), design_of(study)
    base, drawn = (inputs.drawn(POLICY, design.quantiles[point].tolist()) for point in (0, 5))
    _, starts = solve_draw(base, [])
    answer, after = solve_draw(drawn, starts)
    assert isinstance(starts[0], lp.Pool)
    assert not set(starts[0].blocks) & set(after[0].blocks)
    scratch, _ = solve_draw(drawn, [])
    assert answer.cost_musd == pytest.approx(scratch.cost_musd, rel=1e-6)


def test_both_stages_of_a_least_gap_have_pools_of_their_own(solves):
    study = by_cuts(objective="least_gap")
    inputs, design = inputs_of(study), design_of(study)
    _, starts = solve_draw(inputs.drawn(POLICY, design.quantiles[0].tolist()), [])
    assert [type(start) for start in starts] == [lp.Pool, lp.Pool]
    scenario = inputs.drawn(POLICY, design.quantiles[5].tolist())
    answer, _ = solve_draw(scenario, starts)
    assert [pool for pool, _ in solves] == [None, None, *starts]
    scratch, _ = solve_draw(scenario, [])
    assert answer.gap_gw.sum() == pytest.approx(scratch.gap_gw.sum(), rel=1e-6, abs=2e-6)


def test_a_policy_solved_as_a_whole_after_all_starts_from_its_basis(monkeypatch):
    """Where cuts fail the whole is solved, whose basis the next draw starts from."""

    def fails(*_, **__):
        raise lp.CutsFailed("for the test")

    monkeypatch.setattr(lp, "solve_by_cuts", fails)
    study = by_cuts()
    inputs, design = inputs_of(study), design_of(study)
    scenario = inputs.drawn(POLICY, design.quantiles[0].tolist())
    answer, starts = solve_draw(scenario, [])
    assert [type(start) for start in starts] == [lp.Basis]
    again, _ = solve_draw(scenario, starts)
    assert again.cost_musd == pytest.approx(answer.cost_musd)
