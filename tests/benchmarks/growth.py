"""How time and memory of one solve grow with regions, years and days.

python -m tests.benchmarks.growth [--policy all-of-the-above] [--limit 300]

It solves parts of us-regions-2030 (mid case), each in a process of its own, and prints a table in Markdown with the
exponent between neighbours: 1 is linear.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time

REGIONS = ("TEX", "MIDA", "SE", "CENT", "MIDW", "NW", "SW", "CAL", "CAR", "NE", "NY", "FLA", "TEN")
SERIES = {
    "regions": [(count, 5, 4) for count in (1, 2, 3, 4, 6)],
    "years": [(1, years, 12) for years in (2, 3, 4, 5)],
    "typical days": [(1, 5, days) for days in (4, 8, 12, 24, 48)],
}
"""Regions, years and typical days of each solve; two stress days are added."""


def solve(regions: int, years: int, days: int, policy: str, limit_seconds: float) -> dict[str, float | str]:
    """Figures of one solve in this process: cpu seconds of building and solving, peak memory, size and status."""
    import powergap
    from powergap import lp
    from powergap.planning.stages import compiled

    study = powergap.load(
        "us-regions-2030",
        policies=[policy],
        cases=["mid"],
        regions=REGIONS[:regions],
        sets=(f"years.last={2025 + years}", f"chronology.typical_days={days}", "chronology.stress_days=2"),
    )
    began = time.process_time()
    _, program = compiled(study.runs[0])
    built = time.process_time()
    solution = lp.solve(program, lp.SolverSettings(time_limit_seconds=limit_seconds))
    return {
        "rows": program.shape[0],
        "build": built - began,
        "solve": time.process_time() - built,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "status": solution.status.value,
    }


def say(line: str) -> None:
    """Print a line of the table as soon as it is known."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", default="all-of-the-above")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds after which a solve is given up")
    parser.add_argument("--point", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.point:
        sys.stdout.write(json.dumps(solve(*map(int, asked.point.split(",")), asked.policy, asked.limit)))
        return 0
    say("| grows | regions | years | typical days | rows | build, cpu s | solve, cpu s | exponent | peak MB |")
    say("|---|---|---|---|---|---|---|---|---|")
    for grows, points in SERIES.items():
        before: tuple[int, float] | None = None
        for point in points:
            size = point[("regions", "years", "typical days").index(grows)] + 2 * (grows == "typical days")
            command = [sys.executable, "-m", "tests.benchmarks.growth", "--policy", asked.policy]
            command += ["--limit", str(asked.limit), "--point", ",".join(map(str, point))]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            seconds = found["solve"]
            exponent = math.log(seconds / before[1]) / math.log(size / before[0]) if before else math.nan
            told = f"{seconds:.2f}" if found["status"] == "optimal" else f"over {seconds:.0f}"
            shown = "" if math.isnan(exponent) else f"{exponent:.1f}"
            cells = (grows, *point, f"{found['rows']:,}", f"{found['build']:.2f}", told, shown, f"{found['mb']:.0f}")
            say("| " + " | ".join(map(str, cells)) + " |")
            before = (size, seconds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
