"""What typical days cost in truth: one region planned on chosen days of real hours, and on all 8,760 of them.

powergap profiles import-eia930 demand.csv.gz --to hours-tex --regions TEX --year 2019 --timezone UTC-6
python -m tests.benchmarks.compare_days hours-tex/hours.csv --region TEX

It prints a table in Markdown; the full year takes one or two minutes of CPU time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import powergap

SCENARIO = """
extends: us-regions-2030
name: compare-days
only_regions: [{region}]
chronology: {{kind: representative, stress_days: 2, profiles: {hours}}}
regions:
  {region}: {{grid: {{additions_gw_per_year: {{flexible_grid: {{2026: 1, then: {{add_per_year: 1}}}}}}}}}}
supply_chains:
  battery:
    open_slots_gw_per_year: {{2026: 20, then: hold}}
    open_slots_gwh_per_year: {{2026: 200, then: hold}}
policies:
  engines-and-batteries:
    levers: [gas-small, flexible-connection, storage]
    set: {{technologies: {{iron_air: ~}}}}
"""
"""A region of us-regions-2030 in which days matter: many flexible connections, carried by engines and by batteries
whose manufacturers are not the limit. Iron-air, which always links days, is left out."""

DAYS = (4, 8, 12, 24, 48)
LINKED = "technologies.battery.link_days=true"
FIGURES = (
    "mean headroom, GW",
    "gap, last year, GW",
    "gap-years, GW-yr",
    "cost, G$",
    "gas energy, TWh",
    "storage built, GWh",
)


def figures(path, *sets):
    """What a plan says, in the order of FIGURES, and the CPU seconds from scenario to audited tables."""
    study = powergap.load(path, policies=["engines-and-batteries"], cases=["mid"], sets=sets)
    begun = time.process_time()
    run = powergap.solve(study)
    seconds = time.process_time() - begun
    if not all(check.passed for check in run.manifest.audit):
        raise SystemExit(f"{sets}: the audit failed")
    last = run["capacity"]["year"].max()
    gap, capacity = run["gap"].groupby("year")["gap_gw"].sum(), run["capacity"].query("year == @last")
    made = run["dispatch"].query("flow == 'supply' and item == 'gas_reciprocating_engine'").merge(run["periods"])
    inputs = run.plans[0].inputs
    found = (
        (inputs.shapes.headroom_gw.mean(axis=2) @ inputs.timeline.days_per_year).sum() / 365,
        gap[last],
        gap.sum(),
        run.manifest.runs[0].objective_musd / 1000,
        (made["power_gw"] * made["days_per_year"] * made["hours_per_step"]).sum() / 1000,
        capacity["storage_gwh"].sum(),
    )
    return np.array(found), seconds


def main():
    """Solve all and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("hours", type=Path, help="hours.csv of a profile set")
    asked.add_argument("--region", default="TEX", help="a region of us-regions-2030 that the set has")
    options = asked.parse_args()
    variants = {"annual, an average and a peak block": ("chronology.kind=annual",)}
    for storage, sets in (("in the day", ()), ("across days", (LINKED,))):
        variants |= {f"{days} + 2 days, storage {storage}": (f"chronology.typical_days={days}", *sets) for days in DAYS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "compare-days.yaml"
        path.write_text(SCENARIO.format(region=options.region, hours=options.hours.resolve()), encoding="utf-8")
        found = {name: figures(path, *sets) for name, sets in variants.items()}
        truth, seconds = figures(path, "chronology.kind=full")
    lines = [
        f"| {options.region} | {' | '.join(FIGURES)} | cpu s |",
        f"|---{'|---:' * (len(FIGURES) + 1)}|",
        f"| **all 8,760 hours** | {' | '.join(f'**{value:,.2f}**' for value in truth)} | {seconds:.0f} |",
    ]
    for name, (values, cpu) in found.items():
        cells = [f"{value:,.2f} ({told(value, true)})" for value, true in zip(values, truth, strict=True)]
        lines.append(f"| {name} | {' | '.join(cells)} | {cpu:.1f} |")
    sys.stdout.write("\n".join(lines) + "\n")


def told(value, true):
    """The error against the full year, as a share where that is not 0."""
    return f"{value / true - 1:+.1%}" if true > 1e-6 else f"{value - true:+.2f}"


if __name__ == "__main__":
    main()
