"""One measurement in a process of its own: `python -m tests.benchmarks.measure powergap days12 --solve` prints JSON."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

HIGHS_OPTIONS = {"output_flag": False, "threads": 1, "simplex_scale_strategy": 4}


def powergap(scenario, clock):
    from powergap import lp
    from powergap.lp.highs import pass_program
    from powergap.model import build

    clock.imported()
    model = build(scenario).model
    clock.lap("rules")
    program = lp.compile(model)
    clock.lap("compile")
    highs = new_highs()
    pass_program(highs, program)
    clock.lap("hand_over")
    return highs, 0.0


def bare_arrays(scenario, clock):
    from ..independent import bare_arrays as bare

    clock.imported()
    arrays = bare.build(scenario)
    clock.lap("arrays")
    highs = bare.to_highs(arrays)
    clock.lap("hand_over")
    return highs, 0.0


def linopy(scenario, clock):
    import warnings

    from . import linopy_model

    clock.imported()
    warnings.simplefilter("ignore")
    model, offset = linopy_model.build(scenario)
    clock.lap("model")
    highs = model.to_highspy()
    clock.lap("hand_over")
    return highs, offset


def plain_pyomo(scenario, clock):
    from . import plain_pyomo as plain

    clock.imported()
    model = plain.build_plain(scenario)
    clock.lap("model")
    clock.keep, highs = plain.hand_over(model)
    clock.lap("hand_over")
    return highs, 0.0


def scenario_to_tables(scenario, clock):
    from powergap.planning import make_plan
    from powergap.results.tables import tables

    clock.imported()
    plan = make_plan(scenario)
    clock.lap("plan")
    tables(plan)
    clock.lap("tables")
    clock.stages = {stage.name: round(stage.seconds, 4) for stage in plan.stages}
    clock.objective = plan.solution.objective


VARIANTS = {f.__name__: f for f in (powergap, bare_arrays, linopy, plain_pyomo, scenario_to_tables)}


class Clock:
    """CPU seconds by phase, and memory."""

    def __init__(self):
        self.phases, self.stages, self.objective = {}, None, None
        self.began = time.process_time()

    def imported(self):
        self.imports, self.rss_imported = time.process_time() - self.began, peak_mb()
        self.last = time.process_time()

    def lap(self, phase):
        now = time.process_time()
        self.phases[phase], self.last = round(now - self.last, 4), now


def peak_mb():
    """Largest resident memory of this process so far, MB."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss may hold the parent's peak
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


def new_highs():
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    return highs


def fingerprint(highs):
    """Sums that do not depend on the order and sign of rows or the order of columns."""
    import numpy as np

    lp = highs.getLp()
    value, cost = np.abs(np.asarray(lp.a_matrix_.value_)), np.asarray(lp.col_cost_)
    sides = np.concatenate([np.asarray(lp.row_lower_), np.asarray(lp.row_upper_)])
    sides = np.abs(sides[np.isfinite(sides)])
    sums = [value.sum(), np.square(value).sum(), cost.sum(), np.square(cost).sum(), sides.sum()]
    return [float(f"{total:.9g}") for total in sums]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variant", choices=VARIANTS)
    parser.add_argument("size")
    parser.add_argument("--solve", action="store_true")
    asked = parser.parse_args()
    import numpy as np  # noqa: F401 - everyone's

    from .scenario import make

    scenario = make(asked.size)
    clock = Clock()
    made = VARIANTS[asked.variant](scenario, clock)
    record = {
        "cpu_s": round(sum(clock.phases.values()), 4),
        "phases_cpu_s": clock.phases,
        "import_cpu_s": round(clock.imports, 3),
        "peak_mb": round(peak_mb(), 1),
        "grown_mb": round(peak_mb() - clock.rss_imported, 1),
    }
    if made is None:
        record |= {"objective": clock.objective, "stages_wall_s": clock.stages}
    else:
        highs, offset = made
        record |= {"rows": highs.getNumRow(), "columns": highs.getNumCol(), "nonzeros": highs.getNumNz()}
        record["fingerprint"] = fingerprint(highs)
        if asked.solve:
            for key, value in HIGHS_OPTIONS.items():
                highs.setOptionValue(key, value)
            began = time.process_time()
            highs.run()
            record["solve_cpu_s"] = round(time.process_time() - began, 3)
            record["objective"] = highs.getInfo().objective_function_value + offset
    sys.stdout.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
