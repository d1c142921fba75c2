"""A solved scenario with a battery, three cases and a policy whose name is a tag; and its page."""

from __future__ import annotations

import shutil

import pytest

import powergap
from powergap.report.page import write_report
from powergap.results.run_folder import read_run, write_run
from tests.conftest import SCENARIOS

SCRIPT = "<script>alert(1)</script>"
"""No name of a scenario, but manifest and tables can be edited by hand; titles may hold anything."""

TEXT = """
extends: battery.yaml
name: pictures
title: Pictures & <b>more</b>
policies:
  battery-alone: ~
  flexible-alone: ~
  both: {title: Both together}
  renamed: {levers: [connection, battery]}
reference_policy: nothing
cases:
  low: {set: {demand: {additions_gw_per_year: 15}}}
  mid: {}
  high: {set: {demand: {additions_gw_per_year: 25}}}
default_case: mid
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Run folder of `pictures`: 20 GW wanted (15, 25), of which a battery closes E = 9.4845 (see battery.yaml)."""
    place = tmp_path_factory.mktemp("pictures")
    shutil.copyfile(SCENARIOS / "tiny" / "battery.yaml", place / "battery.yaml")
    (place / "pictures.yaml").write_text(TEXT, encoding="utf-8")
    write_run(powergap.solve(powergap.load(place / "pictures.yaml")), place / "run")
    for path in (place / "run").rglob("*.*"):
        if path.suffix in (".csv", ".json"):
            path.write_text(path.read_text(encoding="utf-8").replace("renamed", SCRIPT), encoding="utf-8")
    return place / "run"


@pytest.fixture(scope="session")
def run(folder):
    return read_run(folder)


@pytest.fixture(scope="session")
def page_file(run, tmp_path_factory):
    pytest.importorskip("vl_convert")
    return write_report(run, tmp_path_factory.mktemp("page") / "report.html")
