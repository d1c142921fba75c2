"""The audit of a run folder: its files against its manifest, then everything in them."""

from __future__ import annotations

from pathlib import Path

from powergap.audit.check import AuditReport, Rule
from powergap.audit.expected import Expected
from powergap.audit.whole import audit
from powergap.results.manifest import Check, Manifest
from powergap.results.run_folder import MANIFEST, read_run
from powergap.scenario import read_study

FILES = Rule("files_complete", "The run folder holds every file that its manifest lists", "files")
SAME = Rule("scenario_unchanged", "The resolved scenario is the one that was solved, by its digest", "runs")

TABLES = (
    "gap",
    "capacity",
    "closed",
    "cost",
    "emissions",
    "limits",
    "dispatch",
    "storage",
    "periods",
    "full_year",
    "policies",
)


def audit_folder(folder: Path) -> list[Check]:
    """Audit a run folder from its files alone.

    Raises:
        InputError: the folder is no run, or a file of it is not readable.
    """
    report = AuditReport()
    missing = _missing(folder)
    if missing is not None:
        report.told(FILES, missing, len(TABLES) + 1)
        if missing:
            return report.checks
    run = read_run(folder)
    study = read_study(run.document)
    digests = {(s.policy, s.case): study.digest(s) for s in study.runs}
    wrong = [
        f"{entry.policy} / {entry.case}"
        for entry in run.manifest.runs
        if digests.get((entry.policy, entry.case)) != entry.scenario_sha256
    ]
    report.told(SAME, wrong, len(digests))
    return report.checks + audit(run.tables, study.runs, Expected.of(run.manifest), lp_folder=folder / "lp")


def _missing(folder: Path) -> list[str] | None:
    """Files that the manifest promises and that are not there; None where there is no manifest to go by."""
    if not (folder / MANIFEST).is_file():
        return None
    manifest = Manifest.read(folder / MANIFEST)
    stems = [folder / "tables" / name for name in manifest.tables]
    missing = [
        path.name for path in stems if not any(path.with_suffix(f".{end}").is_file() for end in ("csv", "parquet"))
    ]
    if any(entry.objective_musd is not None for entry in manifest.runs):
        missing += [f"{name} is not listed" for name in TABLES if name not in manifest.tables]
    if not (folder / "scenario.resolved.yaml").is_file():
        missing.append("scenario.resolved.yaml")
    return missing
