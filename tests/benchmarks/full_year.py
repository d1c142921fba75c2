"""A plan over all 8,760 hours of five years, as a whole and by cuts to a gap of 1e-3 and of 1e-6.

python -m tests.benchmarks.full_year benchmark onsite-gas [--limit 3000]

`benchmark` is the scenario of this folder at its full size; other names are policies of us-2030, mid case. Each solve
is a process of its own, the table is Markdown. What cuts take includes the plan of fewer days that they start from.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

from tests.benchmarks.growth import say

WAYS = {"whole": None, "cuts to 1e-3": 1e-3, "cuts to 1e-6": 1e-6}
"""Gap asked for; None solves the whole."""


def scenario_of(name: str):
    """A scenario over all hours."""
    import powergap

    from . import scenario

    if name == "benchmark":
        return scenario.make("full")
    return powergap.load("us-2030", policies=[name], cases=["mid"], sets=("chronology.kind=full",)).runs[0]


def solve(name: str, way: str, limit_seconds: float) -> dict[str, float | str]:
    """Figures of one solve in this process, without building: CPU and wall seconds, objective, gap, peak memory."""
    from powergap.planning.by_cuts import cuts_for
    from powergap.planning.stages import Planner, compiled

    gap = WAYS[way]
    asked = {"method": "choose", "time_limit_seconds": limit_seconds}
    asked |= {"method": "simplex"} if gap is None else {"gap_fraction": gap}
    scenario = scenario_of(name)
    scenario = scenario.model_copy(update={"solver": scenario.solver.model_copy(update=asked)})
    _, program = compiled(scenario)
    planner = Planner(scenario, None, None)
    cpu, wall = time.process_time(), time.perf_counter()
    solution = planner.solve("least cost", program, cuts=cuts_for(scenario, program, planner))
    return {
        "rows": program.shape[0],
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "status": solution.status.value,
        "objective": solution.objective,
        "gap": solution.certificate.relative_gap if solution.certificate else 1.0,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["benchmark"])
    parser.add_argument("--limit", type=float, default=3_000.0, help="wall seconds after which a solve is given up")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        sys.stdout.write(json.dumps(solve(asked.names[0], asked.way, asked.limit)))
        return 0
    say("| program | rows | way | cpu s | ratio | wall s | ratio | objective, M$ | proven gap | peak MB |")
    say("|---|---|---|---|---|---|---|---|---|---|")
    for name in asked.names:
        whole: dict[str, float] = {}
        for way in WAYS:
            command = [sys.executable, "-m", "tests.benchmarks.full_year", name, "--way", way]
            command += ["--limit", str(asked.limit)]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            whole = whole or found
            ended = found["status"] == "optimal"
            cells = (
                name,
                f"{found['rows']:,}",
                way,
                f"{found['cpu']:.1f}" if ended else f"over {found['cpu']:.0f}",
                f"{whole['cpu'] / found['cpu']:.1f}",
                f"{found['wall']:.1f}",
                f"{whole['wall'] / found['wall']:.1f}",
                f"{found['objective']:,.2f}" if ended else "",
                f"{found['gap']:.1e}" if ended else "",
                f"{found['mb']:.0f}",
            )
            say("| " + " | ".join(cells) + " |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
