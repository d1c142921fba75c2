"""Draws a second of a sweep against the naive loop, measured in one run.

python -m tests.benchmarks.sweep [--draws 256] [--naive-draws 1] [--workers 1 2]

A draw is every policy of us-2030 (12 typical and 2 stress days) solved once. The naive loop builds each model afresh
with plain Pyomo components and solves it from scratch through `appsi_highs`. Each measurement is a process of its own
with one BLAS thread. CPU time, workers included, is what counts on a machine that others use too; wall time is told
beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

SCENARIO = "us-2030"


def studied(draws: int):
    import powergap

    return powergap.load(SCENARIO, sets=[f"sweep.draws={draws}"])


def naive(draws: int) -> int:
    """Plain Pyomo and `appsi_highs` for every policy of some draws; solves done."""
    import pyomo.environ as pyo
    from pyomo.contrib.appsi.solvers import Highs

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
    study = studied(max(draws, 2))
    inputs, design = inputs_of(study), design_of(study)
    solves = 0
    for point in design.rows("draw")[:draws]:
        for policy in inputs.scenarios:
            scenario = inputs.drawn(policy, design.quantiles[point].tolist())
            with patch.multiple(lp, Objective=pyo.Objective, **kinds):
                model = build(scenario).model
            Highs().solve(model)
            solves += 1
    return solves


def swept(draws: int, workers: int) -> int:
    """A sweep from start to end, the scenario as it stands and the inputs moved alone included; solves done."""
    from powergap.sweep import sweep

    with tempfile.TemporaryDirectory() as folder:
        found = sweep(studied(draws), Path(folder) / "sweep", workers=workers)
    return len(found.rows)


def measured(kind: str, draws: int, workers: int) -> dict[str, float]:
    """CPU and wall seconds of one measurement in this process and its children, imports not counted in CPU here."""
    import powergap.run  # noqa: F401 - what every variant imports is not timed

    began, started = _cpu(), time.perf_counter()
    solves = naive(draws) if kind == "naive" else swept(draws, workers)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    return {"solves": solves, "cpu": _cpu() - began, "wall": time.perf_counter() - started, "peak_mb": peak}


def _cpu() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def in_a_process(kind: str, draws: int, workers: int) -> dict[str, float]:
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "tests.benchmarks.sweep", "--one", f"{kind},{draws},{workers}"]
    found = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | threads)
    return json.loads(found.stdout.splitlines()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=256)
    parser.add_argument("--naive-draws", type=int, default=1)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        kind, draws, workers = asked.one.split(",")
        print(json.dumps(measured(kind, int(draws), int(workers))))  # noqa: T201
        return 0
    lines = ["| variant | solves | cpu s a solve | wall s a solve | times naive, cpu | wall | peak MB of a process |"]
    lines += ["|---|---|---|---|---|---|---|"]
    first = None
    for kind, draws, workers in [("naive", asked.naive_draws, 1), *(("sweep", asked.draws, n) for n in asked.workers)]:
        found = in_a_process(kind, draws, workers)
        cpu, wall = found["cpu"] / found["solves"], found["wall"] / found["solves"]
        first = first or (cpu, wall)
        name = "naive loop" if kind == "naive" else f"sweep, {workers} worker{'s' if workers > 1 else ''}"
        lines.append(
            f"| {name} | {found['solves']:,.0f} | {cpu:.3f} | {wall:.3f} "
            f"| {first[0] / cpu:.1f} | {first[1] / wall:.1f} | {found['peak_mb']:.0f} |"
        )
    print("\n".join(lines))  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
