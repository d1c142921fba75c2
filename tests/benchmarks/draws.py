"""Draws of a full year that change nothing with an hour: by cuts from scratch, and from the cuts of another draw.

python -m tests.benchmarks.draws [--gap 1e-3] [--only "lead times + 5%"]

The program is `benchmark` of `tests.benchmarks.full_year`. Its scenario as it stands is solved by cuts and its pool is
packed; every draw then is solved twice, without it and with it. CPU time includes building, the plan of fewer days
of a solve from scratch and unpacking the pool of one that starts from it; the table is Markdown.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from tests.benchmarks.growth import say


def draws(scenario) -> dict[str, Any]:
    """Scenarios by what is drawn."""
    region = scenario.regions["nation"]

    def nation(**changed):
        return scenario.model_copy(update={"regions": {"nation": region.model_copy(update=changed)}})

    def machines(changed):
        own = {
            name: one.model_copy(update=changed(one)) if name.startswith("gas") else one
            for name, one in scenario.technologies.items()
        }
        return scenario.model_copy(update={"technologies": own})

    def slots(factor):
        own = {
            name: one.model_copy(update={"open_slots_gw_per_year": times(one.open_slots_gw_per_year, factor)})
            for name, one in scenario.supply_chains.items()
        }
        return scenario.model_copy(update={"supply_chains": own})

    def demand(factor):
        wanted = times(region.demand.additions_gw_per_year, factor)
        return nation(demand=region.demand.model_copy(update={"additions_gw_per_year": wanted}))

    additions = {name: times(one, 1.1) for name, one in region.grid.additions_gw_per_year.items()}
    worth = scenario.value_of.model_copy(update={"delayed_load_usd_per_kw_year": 3_000.0})
    return {
        "capital cost of gas - 20%": machines(
            lambda one: {"capital_cost_usd_per_kw": times(one.capital_cost_usd_per_kw, 0.8)}
        ),
        "capital cost of gas + 30%": machines(
            lambda one: {"capital_cost_usd_per_kw": times(one.capital_cost_usd_per_kw, 1.3)}
        ),
        "value of delayed load / 2": scenario.model_copy(update={"value_of": worth}),
        "demand additions + 5%": demand(1.05),
        "demand additions - 5%": demand(0.95),
        "air permits - 10%": nation(air_permit_limit_gw=times(region.air_permit_limit_gw, 0.9)),
        "lead times + 5%": machines(lambda one: {"lead_time_years": one.lead_time_years * 1.05}),
        "slots - 10%": slots(0.9),
        "slots + 10%": slots(1.1),
        "slots + 50%": slots(1.5),
        "grid additions + 10%": nation(grid=region.grid.model_copy(update={"additions_gw_per_year": additions})),
    }


def times(series: dict[int, float], factor: float) -> dict[int, float]:
    return {year: factor * value for year, value in series.items()}


def solve(scenario, packed: bytes | None, *, keep_pool: bool = False):
    """A solution by cuts, and its CPU seconds."""
    from dataclasses import replace

    from powergap import lp
    from powergap.planning.by_cuts import cuts_for
    from powergap.planning.stages import Planner, compiled

    began = time.process_time()
    pool = None if packed is None else lp.Pool.unpack(packed)
    _, program = compiled(scenario)
    planner = Planner(scenario, None, None)
    cuts = cuts_for(scenario, program, planner)
    solution = planner.solve("least cost", program, pool, replace(cuts, keep_pool=keep_pool))
    return solution, time.process_time() - began


def main() -> int:
    """Print the table."""
    from . import scenario

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gap", type=float, default=1e-3)
    parser.add_argument("--only", nargs="+", default=[])
    asked = parser.parse_args()
    full = scenario.make("full")
    full = full.model_copy(update={"solver": full.solver.model_copy(update={"gap_fraction": asked.gap})})
    stands, cpu = solve(full, None, keep_pool=True)
    packed = stands.pool.pack()
    say(f"as it stands: {cpu:.1f} cpu s, {stands.iterations} rounds; its pool packs to {len(packed) / 1e6:.1f} MB\n")
    say("| drawn | scratch, cpu s | rounds | pool, cpu s | rounds | ratio | proven gap | costs differ by |")
    say("|---|---|---|---|---|---|---|---|")
    for name, drawn in draws(full).items():
        if asked.only and name not in asked.only:
            continue
        scratch, cold = solve(drawn, None)
        again, warm = solve(drawn, packed)
        cells = [name, f"{cold:.1f}", str(scratch.iterations), f"{warm:.1f}", str(again.iterations)]
        cells += [f"{cold / warm:.1f}", f"{again.certificate.relative_gap:.1e}"]
        cells += [f"{again.objective / scratch.objective - 1:.1e}"]
        say(f"| {' | '.join(cells)} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
