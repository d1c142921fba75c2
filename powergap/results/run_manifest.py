"""The manifest of a run, made of its study and plans."""

from __future__ import annotations

import dataclasses
import datetime
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from powergap import lp
from powergap.chronology import KINDS
from powergap.eia import record_of
from powergap.files import bounded
from powergap.lp.versions import version_of
from powergap.planning import Plan
from powergap.results.full_year import full_year_entry
from powergap.results.manifest import FileEntry, HoursEntry, Manifest, RunEntry, SolverEntry, StageEntry
from powergap.scenario import Scenario, Study
from powergap.scenario.pipeline import account

PACKAGES = ("powergap", "pyomo", "highspy", "numpy", "pandas", "scipy", "pydantic")


def make_manifest(study: Study, plans: Sequence[Plan], tables: list[str], seconds: float) -> Manifest:
    """Hashes, versions, platform, solver and outcome of every policy and case, without the audit."""
    return Manifest(
        scenario=study.name,
        title=study.title,
        source=source_of(study),
        created_utc=now(),
        reference_policy=study.reference_policy,
        default_case=study.default_case,
        versions=package_versions(),
        python=platform.python_version(),
        # `platform.platform()` would say more, and starts `uname` for it.
        platform=f"{platform.system()}-{platform.release()}-{platform.machine()}",
        regions=list(dict.fromkeys(region for scenario in study.runs for region in scenario.regions)),
        files=[FileEntry(name=name, sha256=digest) for name, digest in study.files],
        seconds=round(seconds, 3),
        tables=tables,
        runs=[_entry(study, plan) for plan in plans],
    )


def source_of(study: Study) -> str:
    """Name of the file that a study was read from; empty where there is none."""
    return Path(study.path).name if study.path else ""


def now() -> datetime.datetime:
    """The moment, to the second, in UTC."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def package_versions() -> dict[str, str]:
    """Versions of what decides the answer."""
    return {name: version_of(name) for name in PACKAGES}


def _entry(study: Study, plan: Plan) -> RunEntry:
    return RunEntry(
        policy=plan.scenario.policy,
        case=plan.scenario.case,
        scenario_sha256=study.digest(plan.scenario),
        status=plan.solution.status.value,
        objective=plan.scenario.objective,
        objective_musd=plan.solution.objective if plan.has_values else None,
        chronology=plan.scenario.chronology.kind,
        hours=_hours(plan),
        projects=_projects(plan.scenario),
        full_year=full_year_entry(plan),
        foresight=plan.scenario.foresight.kind,
        solver=SolverEntry.of(plan.scenario),
        message=plan.solution.message,
        rows=len(plan.program.row_lower),
        columns=len(plan.program.cost),
        nonzeros=len(plan.program.value),
        stages=StageEntry.each(plan.stages),
        from_cache=all(stage.kept_since_utc for stage in plan.stages),
        certificate=plan.certificate,
        conditioning=lp.conditioning(plan.program, plan.solution.basis),
        certified=plan.is_optimal,
    )


def _hours(plan: Plan) -> HoursEntry:
    """What the profiles gave, from where and how much of it was filled, and what is made up."""
    given = plan.inputs.shapes.given
    found: dict[str, Any] = {"given": list(given), "parametric": [kind for kind in KINDS if kind not in given]}
    if given and (named := plan.scenario.chronology.profiles):
        path = Path(named)
        found |= {"file": path.name, "sha256": bounded.sha256_of(path)}
        if record := record_of(path):
            treated = {name: region["treatment_hours"] for name, region in record["regions"].items()}
            found["profile_set"] = {key: record[key] for key in ("year", "clock", "sources")}
            found["profile_set"]["treatment_hours"] = {
                name: treated[name] for name in plan.scenario.regions if name in treated
            }
    return HoursEntry(**found)


def _projects(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """By region whose demand comes from a list of projects: how its rows were counted."""
    found = {}
    for name, region in scenario.regions.items():
        if pipeline := region.demand.pipeline:
            counted = dataclasses.asdict(account(pipeline, scenario.base_year, scenario.year_list))
            found[name] = {key: len(one) if isinstance(one, tuple) else one for key, one in counted.items()}
            found[name]["repeats_count"] = pipeline.repeats
    return found
