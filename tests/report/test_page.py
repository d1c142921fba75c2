"""The page without a browser: one file, the answer first, nothing from elsewhere, names as text, the same twice."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from powergap import load, solve
from powergap.report.page import page, write_report
from powergap.results.run_folder import write_run
from tests.cli.conftest import powergap  # noqa: F401 - a fixture
from tests.conftest import SCENARIOS
from tests.report.conftest import SCRIPT

pytest.importorskip("altair")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


class Elements(HTMLParser):
    """Tags with their attributes, and the text of scripts and of everything else."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self.words, self.inside = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        (self.scripts if self.inside == "script" else self.words).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def text(page_file):
    return page_file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def elements(text):
    return Elements(text)


@pytest.fixture(scope="module")
def data(elements):
    return json.loads(elements.scripts[0])


def test_the_answer_comes_first(text):
    body = text.partition("<body>")[2]
    assert body.index("At the end of 2026, 20 GW of data-center demand has no power") < body.index("<main>")


def test_nothing_comes_from_elsewhere(elements):
    """No element names another file, and the page's own rule forbids any request but its two scripts."""
    for tag, attributes in elements.tags:
        assert not {"src", "srcset", "data", "action"} & set(attributes), tag
        assert attributes.get("href", "#").startswith("#")
    policy = next(one["content"] for one in elements.all("meta") if one.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in elements.scripts[1:]]
    assert re.findall(r"sha256-([^']+)", policy) == digests
    assert len(digests) == 2


def test_names_stay_text(elements, data):
    """A policy called like a tag and a title with tags make no element: three scripts, no bold."""
    assert len(elements.all("script")) == 3
    assert not elements.all("b")
    assert SCRIPT in data["policies"]
    assert SCRIPT in "".join(elements.words)
    assert "Pictures & <b>more</b>" in "".join(elements.words)


def test_the_page_says_language_width_and_names_its_parts(elements):
    assert elements.all("html")[0]["lang"] == "en"
    assert any(one.get("name") == "viewport" for one in elements.all("meta"))
    names = {one["id"] for one in (attributes for _, attributes in elements.tags) if "id" in one}
    sections = elements.all("section")
    assert len(sections) >= 7
    assert {one["aria-labelledby"] for one in sections} <= names
    assert all(one.get("aria-label") for one in elements.all("div") if one.get("role") in ("region", "group"))
    assert all(one.get("scope") for one in elements.all("th"))


def test_every_figure_of_the_run_has_a_place_data_and_a_description(elements, data):
    placed = [one["data-exhibit"] for one in elements.all("figure")]
    assert sorted(placed) == sorted(exhibit["name"] for exhibit in data["exhibits"])
    assert {"gap", "closed", "capacity", "orders", "dispatch", "cost", "emissions", "limits"} <= set(placed)
    assert "map" not in placed
    for exhibit in data["exhibits"]:
        assert exhibit["spec"] is None or exhibit["spec"]["description"].startswith(exhibit["title"])


def test_the_data_are_those_of_the_run(data):
    """The gap of `both` in case mid is 20 - 9.4845 GW, rounded to four decimals."""
    gap = next(exhibit["data"] for exhibit in data["exhibits"] if exhibit["name"] == "gap")
    policies, cases = ([gap[key]["values"][code] for code in gap[key]["codes"]] for key in ("policy", "case"))
    found = dict(zip(zip(policies, cases, strict=True), gap["gap_gw"], strict=True))
    assert found["both", "mid"] == 10.5155


def test_the_proof_is_there(text, run):
    audit = run.manifest.audit
    assert f"{len(audit)} of {len(audit)} identities hold" in text
    assert "9 of 9 solves certified" in text
    assert "Full year: not checked" in text
    assert run.manifest.created_utc.isoformat() in text
    assert all(entry.scenario_sha256[:12] in text for entry in run.manifest.runs)


def test_assumptions_come_with_source_date_and_staleness(solved):
    """A number checked in November 2026 is stale in a run of December 2028 and not in one of December 2026."""
    run = solved("us-2030.yaml", *QUICK)
    for year, stale in ((2026, False), (2028, True)):
        day = run.manifest.created_utc.replace(year=year, month=12, day=1)
        text = page(replace(run, manifest=run.manifest.model_copy(update={"created_utc": day})))
        assert ("<strong>stale</strong>" in text) is stale
        assert "Dominion Energy Virginia" in text


def test_the_national_run_fits_three_megabytes(solved):
    assert len(page(solved("us-2030.yaml", *QUICK)).encode()) < 3e6


QUICK = ("chronology.kind=annual", "cases.low=~", "cases.high=~", "policies.all-of-the-above=~")


def test_the_same_run_gives_the_same_bytes(run, page_file, tmp_path):
    assert write_report(run, tmp_path / "again.html").read_bytes() == page_file.read_bytes()


def test_a_run_without_a_plan_still_has_a_page(run):
    entries = [entry.model_copy(update={"status": "infeasible"}) for entry in run.manifest.runs]
    text = page(replace(run, tables={}, manifest=run.manifest.model_copy(update={"runs": entries})))
    assert "No policy has a plan in case mid." in text


def test_a_policy_without_a_plan_is_told_beside_the_others():
    """`bad` may emit 1 Mt of CO2 a year and must emit more; `ok` has its gap of 15 GW."""
    limit = "policies.bad.set.limits.co2_mt_per_year=1"
    run = solve(load(SCENARIOS / "tiny" / "one-block.yaml", sets=("policies.ok.set={}", limit)))
    text = page(run)
    assert "mid: infeasible" in text
    assert "15 GW of data-center demand has no power under" in text


def test_the_command_writes_the_page(powergap, solved, tmp_path):  # noqa: F811
    write_run(solved("tiny/one-block.yaml"), tmp_path / "run")
    assert powergap("report", "run").out == "one-block.html\n"
    assert powergap("report", "run", "--to", "run").err.startswith("run: is no file; give another name")
    assert powergap("report", "rum").code == 2
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
