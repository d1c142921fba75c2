"""A lever is one feature file, one line in the list of features and the key that sets it: the rest follows by itself.

The test adds one for real, a cap on t CO2 per MWh, to a copy of the package, and looks for it in the table of limits,
the explanation, the report, the diagnosis, the formulation page and the exports.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT

FEATURE = '''\
"""CO2 intensity: a cap on emissions per MWh of load."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap import lp
from powergap.model.inputs import Inputs
from powergap.model.ledger import Ledger
from powergap.model.register import Factor, Limit


def declare(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the cap, and emissions and load over all regions."""
    cap = inputs.scenario.limits.co2_t_per_mwh
    m.INTENSITY_YEARS = pyo.Set(initialize=list(m.YEARS) if cap is not None else [])
    m.intensity_cap = pyo.Param(initialize=cap or 0.0)
    m.emissions_of_year = lp.Expression(m.INTENSITY_YEARS, rule=emissions_of_year)
    m.load_of_year = lp.Expression(m.INTENSITY_YEARS, rule=load_of_year)


def constrain(m: pyo.ConcreteModel, inputs: Inputs, ledger: Ledger) -> None:
    """Add the cap's rows."""
    m.intensity = lp.Constraint(m.INTENSITY_YEARS, rule=intensity)
    key = "limits.co2_t_per_mwh"
    ledger.add_limit(Limit("intensity", key, "MtCO2/yr", ("year",), "CO2 intensity", use="emissions_of_year"))
    ledger.add_factor(
        Factor("intensity", key, "t/MWh", "CO2 intensity", "load_of_year", unlimited=3.0, weight=np.array(1e-3))
    )


def emissions_of_year(m: Any, y: Any) -> Any:
    r"""Emissions over all regions, MtCO2."""
    on_site = sum(m.emissions_on_site[g, r, y] for g in m.GENERATORS for r in m.REGIONS)
    return on_site + sum(m.emissions_grid[c, r, y] for c in m.CONNECTIONS for r in m.REGIONS)


def load_of_year(m: Any, y: Any) -> Any:
    r"""Energy that energized load takes over all regions, GWh."""
    return sum(m.load_gwh[r, y] for r in m.REGIONS)


def intensity(m: Any, y: Any) -> Any:
    r"""Emit no more per MWh of load than the cap.

    .. math:: \\varepsilon_y \\le 10^{-3} \\iota L_y

    Units: MtCO2/yr; dual M$/Mt = $/t, discounted.
    """
    return m.emissions_of_year[y] - 1e-3 * m.intensity_cap * m.load_of_year[y] <= 0
'''

LOOK = """
import importlib.util, json, sys
from pathlib import Path

import powergap
from powergap.explain.diagnosis import diagnose
from powergap.explain.planner_limits import places
from powergap.explain.resolve import Probe
from powergap.export import hand_over
from powergap.report.page import write_report
from powergap.results.run_folder import read_run, write_run

here = Path.cwd()


def load(cap, policy):
    sets = ["chronology.kind=annual", "chronology.stress_days=1", f"limits.co2_t_per_mwh={cap}"]
    return powergap.load("us-2030", sets=sets, policies=[policy], cases=["mid"])


study = load(0.37, "onsite-gas")
run = powergap.solve(study)
write_run(run, here / "run")
write_report(read_run(here / "run"), here / "report.html")
hand_over(here / "run", here / "model.lp", "lp", policy="onsite-gas", case="mid")
hand_over(here / "run", here / "network", "pypsa", policy="onsite-gas", case="mid")
limits = run["limits"].query("limit == 'intensity'")
emitted = run["emissions"].groupby("year")["co2_t"].sum() * 1e-6
strict = load(0.001, "grid-only")
spec = importlib.util.spec_from_file_location("render", here / "docs/render_formulation.py")
render = importlib.util.module_from_spec(spec)
sys.modules["render"] = render
spec.loader.exec_module(render)
found = {
    "file": powergap.__file__,
    "meaning": sorted(set(limits["meaning"])),
    "binds": bool(limits["is_binding"].any()),
    "used": limits["used"].tolist(),
    "emitted": emitted.tolist(),
    "unaudited": [check.as_record() for check in run.manifest.audit if not check.passed],
    "explained": sorted({one.key for one in places(Probe(study.runs[-1])) if one.limit == "intensity"}),
    "diagnosis": " ".join(diagnose(strict, strict.runs[-1]).sentences),
    "page": render.page(render.build(study.runs[-1])),
}
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the package with the lever: a file, a line and a key."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "powergap", folder / "powergap", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("docs", "scenarios"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "powergap/model/features/intensity.py").write_text(FEATURE, encoding="utf-8")
    insert(folder / "powergap/model/formulation.py", "    grid,\n", "    intensity,\n", 2)
    key = '    co2_t_per_mwh: q.TonnesPerMegawattHour | None = Field(None, description="Most CO2 per MWh of load")\n'
    insert(folder / "powergap/scenario/schema.py", '    """Limits over all regions."""\n\n', key, 1)
    return folder


def insert(path, after, line, count):
    text = path.read_text(encoding="utf-8")
    assert text.count(after) == count
    path.write_text(text.replace(after, after + line), encoding="utf-8")


@pytest.fixture(scope="module")
def found(copied):
    environment = os.environ | {"PYTHONPATH": str(copied)}
    command = [sys.executable, "-c", LOOK]
    done = subprocess.run(command, check=False, cwd=copied, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["file"].startswith(str(copied))
    return found


def test_it_is_among_the_limits_with_its_use(found):
    """What is used are the emissions of the year, which another table adds up."""
    assert found["meaning"] == ["CO2 intensity"]
    assert found["binds"]
    assert found["used"] == pytest.approx(found["emitted"], rel=1e-6)


def test_the_audit_says_that_it_does_not_know_it(found):
    assert any("limits" in check["where"] for check in found["unaudited"])


def test_it_is_explained_and_diagnosed(found):
    """The factor itself must move, in its own unit and key, not the tonnes that it allows."""
    assert found["explained"] == ["limits.co2_t_per_mwh"]
    assert "CO2 intensity must rise by" in found["diagnosis"]
    assert "from 0.001 to" in found["diagnosis"]
    assert "t/MWh (limits.co2_t_per_mwh" in found["diagnosis"]


def test_it_is_in_report_page_and_exports(found, copied):
    assert "CO2 intensity" in (copied / "report.html").read_text(encoding="utf-8")
    assert "### `intensity`" in found["page"]
    assert "intensity" in (copied / "model.lp").read_text(encoding="utf-8")
    assert "intensity" in json.loads((copied / "network/meta.json").read_text(encoding="utf-8"))["extra_rows"]
