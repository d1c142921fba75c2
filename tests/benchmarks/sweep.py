"""Draws a second of a sweep against the naive loop, or how a sweep grows with its draws, measured in one run.

python -m tests.benchmarks.sweep [--draws 256] [--naive-draws 3] [--workers 1 2]
python -m tests.benchmarks.sweep --growth 1000 10000 100000

A draw is every policy of us-2030 (12 typical and 2 stress days) solved once. The naive loop builds each model afresh
with plain Pyomo components and solves it from scratch through `appsi_highs`. How a sweep grows is measured on one
worker with the cheapest draws there are: `grid-only` in a year of two blocks, with the inputs that move it. Each
measurement is a process of its own with one BLAS thread.

CPU time, of all processes, is what counts on a machine that others use too. Where `CPU share` (CPU time over wall time
and workers) is well below 1 they did, or workers waited; only where it is near 1 do wall time and efficiency tell much.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from .measure import peak_mb

POLICIES = 10
CHEAP = {
    "name": "cheap",
    "extends": "us-2030",
    "chronology": {"kind": "annual"},
    "sweep": {
        "design": "latin_hypercube",
        "inputs": {f"readings.{one}": None for one in ("supply", "lead_time", "cost", "fuel", "performance")},
    },
}
"""Demand, grid and the value of delayed load stay: nothing else moves `grid-only`."""


def naive(draws: int) -> dict[str, float]:
    """Plain Pyomo and `appsi_highs` for every policy of some draws."""
    import pyomo.environ as pyo
    from pyomo.contrib.appsi.solvers import Highs

    import powergap
    from powergap import lp
    from powergap.model import build
    from powergap.sweep.designs import design_of
    from powergap.sweep.inputs import inputs_of

    from .plain_pyomo import param

    def constraint(*sets, rule, **more):
        """Pyomo takes no plain truth for a row."""

        def told(*index):
            found = rule(*index)
            return pyo.Constraint.Feasible if found is True else found

        return pyo.Constraint(*sets, rule=told, **more)

    kinds = {"Param": param, "Var": pyo.Var, "Expression": pyo.Expression, "Constraint": constraint}
    study = powergap.load("us-2030")
    inputs, design = inputs_of(study), design_of(study)
    began, started = time.process_time(), time.perf_counter()
    for point in design.rows("draw")[:draws]:
        for policy in inputs.scenarios:
            scenario = inputs.drawn(policy, design.quantiles[point].tolist())
            with patch.multiple(lp, Objective=pyo.Objective, **kinds):
                model = build(scenario).model
            Highs().solve(model)
    cpu, wall = time.process_time() - began, time.perf_counter() - started
    return {"solves": draws * len(inputs.scenarios), "cpu": cpu, "wall": wall, "worker_mb": peak_mb()}


def swept(draws: int, workers: int) -> dict[str, float]:
    """A sweep of us-2030 from start to end, the scenario as it stands and the inputs moved alone included."""
    import powergap

    with tempfile.TemporaryDirectory() as folder:
        study = powergap.load("us-2030", sets=[f"sweep.draws={draws}"])
        return _swept(study, Path(folder) / "sweep", None if workers == 1 else workers)


def grown(draws: int, workers: int) -> dict[str, float]:
    """A sweep of the cheapest draws on Dask, and what becomes of its store."""
    from powergap.scenario import read_study
    from powergap.sweep import answers, read_sweep

    with tempfile.TemporaryDirectory() as name:
        study = read_study(CHEAP, sets=[f"sweep.draws={draws}"], policies=["grid-only"])
        folder = Path(name) / "sweep"
        found = _swept(study, folder, workers)
        files = [path for path in folder.rglob("*") if path.is_file()]
        found |= {"files": len(files), "store_mb": sum(path.stat().st_size for path in files) / 1e6}
        began = time.process_time()
        read = read_sweep(folder)
        found["read"] = time.process_time() - began
        answers.tables(read)
        return found | {"tables": time.process_time() - began - found["read"]}


def _swept(study, folder: Path, workers: int | None) -> dict[str, float]:
    """Figures of a sweep on Dask workers that have started, or in this process where there are none."""
    from distributed import Client

    from powergap.sweep import sweep
    from powergap.sweep.workers import processes

    if workers is None:
        began, started = time.process_time(), time.perf_counter()
        solves = len(sweep(study, folder, workers=1).rows)
        wall, cpu = time.perf_counter() - started, time.process_time() - began
        return {"solves": solves, "cpu": cpu, "wall": wall, "worker_mb": peak_mb()}
    with processes(workers) as cluster, Client(cluster) as client:
        client.run(_imported)
        solving_mb: deque[float] = deque(maxlen=1)
        before, began, started = client.run(time.process_time), time.process_time(), time.perf_counter()
        found = sweep(
            study, folder, scheduler=cluster.scheduler_address, progress=lambda *_: solving_mb.append(peak_mb())
        )
        solves = len(found.rows)
        wall, home = time.perf_counter() - started, time.process_time() - began
        cpu = home + sum(client.run(time.process_time).values()) - sum(before.values())
        worker_mb = max(client.run(peak_mb).values())
    figures = {"solves": solves, "cpu": cpu, "wall": wall, "home_cpu": home, "worker_mb": worker_mb}
    return figures | {"home_mb": solving_mb[-1], "answers_mb": peak_mb()}


def _imported() -> None:
    """What every variant imports is not timed."""
    import powergap.run
    import powergap.sweep.task  # noqa: F401


MEASURED: dict[str, Callable[..., dict[str, float]]] = {"naive": naive, "sweep": swept, "growth": grown}


def in_a_process(kind: str, *numbers: int) -> dict[str, float]:
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "tests.benchmarks.sweep", "--one", kind, *map(str, numbers)]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | threads)
    return json.loads(found.stdout.splitlines()[-1])


def throughput(draws: int, naive_draws: int, workers: list[int]) -> None:
    """The table of a sweep against the naive loop."""
    say(
        "| variant | draws | CPU s a draw | times naive | wall s a draw | times naive | CPU share | efficiency "
        "| MB of a worker | MB of the process that hands out |"
    )
    say("|---|---|---|---|---|---|---|---|---|---|")
    first: tuple[float, float] | None = None
    alone: float | None = None
    for kind, count, own in [("naive", naive_draws, 1), *(("sweep", draws, n) for n in workers)]:
        found = in_a_process(kind, count, *([own] if kind == "sweep" else []))
        number = found["solves"] / POLICIES
        cpu, wall = found["cpu"] / number, found["wall"] / number
        first = first or (cpu, wall)
        if kind == "sweep" and own == 1:
            alone = wall
        name = "naive loop" if kind == "naive" else f"sweep, {own} worker{'s' if own > 1 else ''}"
        cells = [name, f"{number:.0f}", f"{cpu:.2f}", f"{first[0] / cpu:.1f}", f"{wall:.2f}", f"{first[1] / wall:.1f}"]
        cells += [f"{cpu / wall / own:.2f}", f"{alone / wall / own:.2f}" if own > 1 and alone else ""]
        cells += [f"{found['worker_mb']:.0f}", f"{found['home_mb']:.0f}" if own > 1 else ""]
        say(f"| {' | '.join(cells)} |")


def growth(counts: list[int]) -> None:
    """The table of how a sweep grows."""
    say(
        "| draws | CPU ms a draw | of it scheduler and client | wall ms a draw | MB of the worker "
        "| MB of scheduler and client | with all answers | store, MB | files | read, s | all tables, s |"
    )
    say("|---|---|---|---|---|---|---|---|---|---|---|")
    for count in counts:
        found = in_a_process("growth", count, 1)
        cpu, home, wall = (1000 * found[one] / found["solves"] for one in ("cpu", "home_cpu", "wall"))
        cells = [f"{count:,}", f"{cpu:.1f}", f"{home:.1f}", f"{wall:.1f}", f"{found['worker_mb']:.0f}"]
        cells += [f"{found[one]:.0f}" for one in ("home_mb", "answers_mb")]
        cells += [f"{found['store_mb']:.1f}", f"{found['files']:.0f}"]
        say(f"| {' | '.join(cells)} | {found['read']:.2f} | {found['tables']:.2f} |")


def say(line: str) -> None:
    """Print a line of the table as soon as it is known."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=256)
    parser.add_argument("--naive-draws", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--growth", type=int, nargs="+", metavar="DRAWS", help="how a sweep grows, instead")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        kind, *numbers = asked.one
        say(json.dumps(MEASURED[kind](*map(int, numbers))))
    elif asked.growth:
        growth(asked.growth)
    else:
        throughput(asked.draws, asked.naive_draws, asked.workers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
