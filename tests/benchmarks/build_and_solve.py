"""From a scenario to a HiGHS that could start: powergap against bare arrays, linopy and plain Pyomo, in one run.

python -m tests.benchmarks.build_and_solve --sizes days12 days96 full --out benchmark.json
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

SIZES = ("days12", "days96", "full")
BUILDERS = ("powergap", "bare_arrays", "linopy", "plain_pyomo")
SOLVED = ("days12",)
TARGETS = {
    "time, powergap / bare_arrays": 1.5,
    "time, powergap / linopy": 1 / 10,
    "time, powergap / plain_pyomo": 1 / 200,
    "peak memory, powergap / bare_arrays": 1.4,
    "scenario to tables / HiGHS alone": 1.2,
}
"""At most this: the first four at the full size, the last at the solved size."""


def measure(variant, size, *options):
    """One fresh process; returns its record."""
    command = [sys.executable, "-m", "tests.benchmarks.measure", variant, size, *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[2:])} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def median(records):
    """The record with the middle CPU time, with the medians of time and memory."""
    record = sorted(records, key=lambda one: one["cpu_s"])[len(records) // 2]
    for key in ("cpu_s", "peak_mb", "grown_mb", "solve_cpu_s"):
        if key in record:
            record[key] = round(statistics.median(one[key] for one in records), 4)
    return {**record, "runs": len(records), "cpu_s_of_runs": [one["cpu_s"] for one in records]}


def of_size(size, builders, repeats):
    """All builders at one size, interleaved; the same LP or an error."""
    solve = ["--solve"] if size in SOLVED else []
    records = {name: [] for name in builders}
    for turn in range(repeats):
        for name in builders:
            if name == "plain_pyomo" and size == "full" and turn:
                continue
            say(f"{size}: {name}, run {turn + 1}")
            records[name].append(measure(name, size, *solve))
    result = {name: median(several) for name, several in records.items()}
    if size in SOLVED:
        result["scenario_to_tables"] = median([measure("scenario_to_tables", size) for _ in range(repeats)])
    assert_same(size, result)
    return result


def assert_same(size, result):
    """Rows, columns, nonzeros, sums over coefficients and sides, and the optimum where solved are equal."""
    reference = result["bare_arrays"]
    for name, record in result.items():
        for key in ("rows", "columns", "nonzeros"):
            if key in record and record[key] != reference[key]:
                raise SystemExit(f"{size}: {name} has {record[key]} {key}, bare_arrays {reference[key]}")
        pairs = list(zip(record.get("fingerprint", ()), reference["fingerprint"], strict=False))
        if "objective" in record:
            pairs.append((record["objective"], reference["objective"]))
        for theirs, ours in pairs:
            if abs(theirs - ours) > 1e-6 * (1 + abs(ours)):
                raise SystemExit(f"{size}: {name} has another LP than bare_arrays: {theirs} against {ours}")


def ratios(result):
    """powergap against each of the others."""
    own, found = result["powergap"], {}
    for name in BUILDERS[1:]:
        if name in result:
            found[f"time, powergap / {name}"] = own["cpu_s"] / result[name]["cpu_s"]
            found[f"peak memory, powergap / {name}"] = own["peak_mb"] / result[name]["peak_mb"]
    if "scenario_to_tables" in result:
        alone = result["bare_arrays"]["solve_cpu_s"]
        found["scenario to tables / HiGHS alone"] = result["scenario_to_tables"]["cpu_s"] / alone
        found["scenario to solved / HiGHS alone"] = (own["cpu_s"] + own["solve_cpu_s"]) / alone
    return {key: float(f"{value:.3g}") for key, value in found.items()}


def versions():
    """What was measured."""
    found = {"python": platform.python_version()}
    for name in ("numpy", "highspy", "pyomo", "linopy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def say(text):
    sys.stderr.write(text + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--out", type=Path, default=Path("benchmark.json"))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--skip-plain-full", action="store_true", help="plain Pyomo takes minutes at the full size")
    asked = parser.parse_args()
    sizes = {}
    for size in asked.sizes:
        skip = asked.skip_plain_full and size == "full"
        sizes[size] = of_size(size, [name for name in BUILDERS if not (skip and name == "plain_pyomo")], asked.repeats)
        sizes[size]["ratios"] = ratios(sizes[size])
    judged = {}
    for key, most in TARGETS.items():
        size = SOLVED[0] if "HiGHS" in key else "full"
        value = sizes.get(size, {}).get("ratios", {}).get(key)
        if value is not None:
            judged[key] = {"size": size, "measured": value, "target_at_most": most, "met": value <= most}
    report = {"versions": versions(), "targets": judged, "sizes": sizes}
    asked.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for key, record in judged.items():
        say(f"{key} ({record['size']}): {record['measured']:g}, target {record['target_at_most']:g}")


if __name__ == "__main__":
    main()
