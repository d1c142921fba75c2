"""Text stays text: whatever a title, note or heading holds, no file that powergap writes is another file for it.

Every field of a scenario and of the catalog that takes free text gets the same text. Files that hold it give it back;
files that hold names alone are the same as with a harmless text.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import threading
import xml.etree.ElementTree as ElementTree
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

import powergap
from powergap.errors import CONTROL
from powergap.export import hand_over
from powergap.export.tables import export
from powergap.files.guarded_csv import csv_text, unguarded
from powergap.report.page import write_report
from powergap.report.plot import plot
from powergap.results.run_folder import read_run, write_run
from powergap.scenario import dump_yaml, load, read_document, read_study
from powergap.scenario.dump import comment
from powergap.scenario.file_schema import ScenarioFile
from powergap.scenario.read.document import parse
from powergap.scenario.read.nodes import plain
from powergap.scenario.schema import Scenario
from powergap.text.layout import Column, table
from powergap.text.summary import Summary, summary_table
from powergap.words import HEADINGS, display_name, same

HOSTILE = [
    "x\nobjective: least_gap", "x\n\n  - y\n---\nz: 1", "x\u2028name: y", "x\tz", "'", '"', "\\", "`", "a: b # c",
    "{a: b}", "*a", "&a", "!!python/object:os.system", "%YAML 1.1", "- x", "? x", "~", "null", "1e3", "2026-01-01",
    "no", " x ", "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/C calc'!A0", "'=1", "''", "\t=1", "\n=1", "\uff1d1",
    "a,b;c|d", 'a"b,"c\n"d', "_x000D_", "</script><script>alert(1)</script>", "<!--", "]]>",
    "<img src=x onerror=alert(1)>", "&lt;&amp;", "{{7*7}}{% raw %}", "${x}", "'], datum.family) + alert(1", "x'\ny",
    "[red]x[/red]", "| a | b |\n|---|---|", "ENDATA\nROWS", "größe 🏭 \u4e2d\u6587",
]  # fmt: skip
"""What is something else than text to some reader of some file."""

PLAIN = "harmless"
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40).filter(
    lambda text: not CONTROL.search(text) and same(text) not in set(map(same, HEADINGS))
)

STARTS = (
    "=1+1",
    "\n  - y\n---\nz: 1",
    "'], datum.family) + alert(1",
    "</script>",
    "x\nobjective: least_gap",
    "\u2028%YAML 1.1",
)
TOGETHER = [f"{start} {' '.join(HOSTILE)}" for start in STARTS]
"""All of them in one text, behind what matters at the beginning: a run and its files take seconds."""

NO_TEXT = {
    "Chronology.profiles", "Correlation.between", "Pipeline.projects", "Project.date", "Project.distinguished_by",
    "Project.name", "Project.region", "Quantity.source", "Scenario.case", "Scenario.policy", "ScenarioFile.extends",
    "ScenarioFile.own_keys", "Solver.options", "Forecast.source", "Forecast.date", "Forecast.note", "Forecast.of",
    "Forecast.publisher", "Forecast.title", "Forecast.unit", "FutureEntry.title", "FutureEntry.description",
}  # fmt: skip
"""Paths, keys, names and options; projects, which no table names; forecasts, which a run holds as quantities; futures,
which are cases of a hedge."""


def scenario(text: str) -> dict:
    """A scenario with this text in every field that takes free text."""
    words = {"title": text, "description": text}
    quantity = {
        "low": 3, "mid": 4, "high": 5, "unit": "USD/MMBtu", "dollar_year": 2025, "group": "fuel", "source": ["paper"],
        "date": "2026-01-02", "confidence": "judgment", "note": text,
    }  # fmt: skip
    unit = quantity | {"unit": text.replace("USD", "$"), "dollar_year": None, "group": "demand"}
    machine = {
        "lead_time_years": 0, "life_years": 20, "contract_years": 10, "capital_cost_usd_per_kw": 500,
        "fixed_om_usd_per_kw_year": 10, "forced_outage_fraction": 0,
    }  # fmt: skip
    return {
        "extends": "tiny/one-block", "name": "text", **words, "years": {"first": 2026, "last": 2026},
        "chronology": {"kind": "representative", "typical_days": 1, "stress_days": 0},
        "regions": {"here": {"title": text}},
        "demand": {"additions_gw_per_year": {"from_catalog": "wanted"}},
        "technologies": {
            "wire": {**words, "group": text},
            "engine": {"kind": "generator", **words, "group": text, **machine, "supply_chain": "manufacturers",
                       "fuel": "own_gas", "heat_rate_mmbtu_per_mwh": 8, "unit_size_mw": 10, "overbuild_ratio": 1},
            "cells": {"kind": "storage", **words, "group": text, **machine, "energy_cost_usd_per_kwh": 200,
                      "round_trip_efficiency_fraction": 0.9},
            "pause": {"kind": "flexible_load", **words, "group": text, "share_of_load_fraction": 0.1,
                      "max_hours_per_year": 10, "price_usd_per_mwh": 100},
        },
        "supply_chains": {"manufacturers": {"title": text, "open_slots_gw_per_year": 1}},
        "fuels": {"own_gas": {"title": text}},
        "catalog": {
            "sources": {"paper": {"title": text, "publisher": text, "date": text, "url": text}},
            "quantities": {"wanted": unit},
            "fuels": {"own_gas": {**words, "facts": {"is_pipeline_gas": True, "co2_t_per_mmbtu": 0.05},
                                  "quantities": {"price_usd_per_mmbtu": quantity}}},
        },
        "levers": {"slots": {**words, "set": {"supply_chains": {"manufacturers": {"open_slots_gw_per_year": 2}}}}},
        "policies": {"base": words, "more": {**words, "levers": ["slots"]}},
        "cases": {"mid": words},
    }  # fmt: skip


def written(folder: Path, text: str) -> dict[str, Path]:
    """Every file that powergap writes of a run."""
    study = read_study(scenario(text))
    run = powergap.solve(study, workers=1)
    made = folder / "run"
    write_run(run, made)
    files = {"run": made, "html": folder / "r.html", "svg": folder / "f.svg", "xlsx": folder / "b.xlsx"}
    write_report(run, files["html"])
    plot(run, "supply", files["svg"], policies=["more"])
    export(run, files["xlsx"], "xlsx")
    export(run, folder / "csv", "csv")
    for form, name in (("mps", "m.mps"), ("lp", "m.lp"), ("iamc", "i.csv"), ("pypsa", "network")):
        files[form] = folder / name
        hand_over(made, files[form], form, policy="more")
    return files | {"csv": folder / "csv"}


@cache
def harmless() -> dict[str, str]:
    """Files that hold names alone, of a scenario with a harmless text."""
    with tempfile.TemporaryDirectory() as name:
        return names_alone(written(Path(name), PLAIN))


def names_alone(files: dict[str, Path]) -> dict[str, str]:
    parts = [files["mps"], files["lp"], files["iamc"], *sorted(files["pypsa"].rglob("*.csv"))]
    parts += [path for path in sorted((files["run"] / "tables").iterdir()) if path.stem != "inputs"]
    return {path.name: without_titles(path) for path in parts}


def without_titles(path: Path) -> str:
    """A file without its columns of sentences, in which titles stand."""
    if path.name not in ("limits.csv", "policies.csv"):
        return path.read_text(encoding="utf-8")
    return pd.read_csv(path).drop(columns=["meaning", "binding_limits"], errors="ignore").to_csv(index=False)


class Page(HTMLParser):
    """Words and tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words, self.tags, self.values = [], [], []
        self.feed(text)

    def handle_data(self, data):
        self.words.append(data)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.values += [name for name, _ in attributes]


def examples(texts):
    """A test is tried with each of the texts, before others are drawn."""

    def tried(test):
        for text in texts:
            test = example(text)(test)
        return test

    return tried


FEW = settings(max_examples=2, phases=[Phase.explicit, Phase.generate])


def test_every_field_of_free_text_is_tried():
    """A new field that takes any text is found here: give it the text, or say why it needs none."""
    tried = set()
    for model in (Scenario, ScenarioFile):
        schema = model.model_json_schema()
        for name, part in [(model.__name__, schema), *schema["$defs"].items()]:
            tried |= {f"{name}.{key}" for key, field in part.get("properties", {}).items() if takes_any_text(field)}
    kinds = {"Connection": "wire", "Generator": "engine", "Storage": "cells", "FlexibleLoad": "pause"}
    document = scenario(PLAIN)
    sections = {
        "Scenario": document, "Region": document["regions"]["here"],
        "SupplyChain": document["supply_chains"]["manufacturers"], "Fuel": document["fuels"]["own_gas"],
        "Lever": document["levers"]["slots"], "Policy": document["policies"]["more"],
        "Case": document["cases"]["mid"], "Source": document["catalog"]["sources"]["paper"],
        "CatalogItem": document["catalog"]["fuels"]["own_gas"], "Quantity": document["catalog"]["quantities"]["wanted"],
        **{kind: document["technologies"][name] for kind, name in kinds.items()},
    }  # fmt: skip
    given_text = {f"{name}.{key}" for name, part in sections.items() for key, value in part.items() if value == PLAIN}
    assert tried - NO_TEXT == given_text


def takes_any_text(field) -> bool:
    if isinstance(field, list):
        return any(map(takes_any_text, field))
    if not isinstance(field, dict):
        return False
    if field.get("type") == "string" and not {"pattern", "enum", "const", "format"} & set(field):
        return True
    return any(takes_any_text(below) for key, below in field.items() if key != "propertyNames")


@FEW
@examples(TOGETHER)
@given(TEXTS)
def test_every_file_of_a_run_gives_the_text_back(text):
    with tempfile.TemporaryDirectory() as name:
        files = written(Path(name), text)
        assert names_alone(files) == harmless()
        of_folder(files["run"], text)
        of_page(files["html"], text)
        of_workbook(files["xlsx"], text)
        about = json.loads((files["csv"] / "datapackage.json").read_text(encoding="utf-8"))
        assert (about["title"], about["description"]) == (text, text)
        assert about["sources"] == [{"title": f"{text}: {text}", "path": text}]
        tags = {one.tag.rpartition("}")[2] for one in ElementTree.parse(files["svg"]).iter()}
        assert tags <= {"svg", "rect", "g", "path", "text", "tspan", "clipPath", "defs", "line", "style"}


def of_folder(folder: Path, text: str) -> None:
    """The resolved scenario holds the text wherever it stood, and solves again; so do manifest and tables."""
    document = read_document(folder / "scenario.resolved.yaml")
    assert document["technologies"]["cells"]["group"] == document["policies"]["more"]["title"] == text
    assert document["catalog"]["sources"]["paper"] == {"title": text, "publisher": text, "date": text, "url": text}
    assert document["catalog"]["fuels"]["own_gas"]["quantities"]["price_usd_per_mmbtu"]["note"] == text
    assert parse(dump_yaml(document), "again") is not None
    assert plain(parse(dump_yaml(document), "again"), keep_null=True) == document
    run = read_run(folder)
    assert run.manifest.title == text
    assert f"delivery slots for {display_name(document['supply_chains'], 'manufacturers')}" in set(
        run["limits"]["meaning"]
    )
    assert powergap.compare([run, folder]).inputs.empty
    width = len(summary_table(Summary(run), None).splitlines())
    assert width == len(summary_table(Summary(run), None).split("\n")) - 1 == 2 + 1 + len(run.document["policies"])


def of_page(path: Path, text: str) -> None:
    page = Page(path.read_text(encoding="utf-8"))
    assert page.tags.count("script") == 3
    assert not set(page.tags) & {"img", "iframe", "object", "embed", "base", "form"}
    assert not [name for name in page.values if name.startswith("on")]
    assert text in "".join(page.words)
    data = next(word for word in page.words if word.startswith('{"policies":'))
    assert json.loads(data)["policies"] == ["base", "more"]


def of_workbook(path: Path, text: str) -> None:
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    notes = [unescape(row[-1].value) for row in book["Assumptions"].iter_rows(min_row=2)]
    assert len(notes) == 2
    assert set(notes) == {text}


@settings(FEW, max_examples=200)
@examples(HOSTILE)
@given(TEXTS)
def test_a_csv_gives_back_words_and_is_no_formula(text):
    """Beside numbers that look like a formula's beginning; in a heading too."""
    words = pd.DataFrame({"policy": [text, "-1.5", ""], "n": [1.0, -2.0, float("nan")], text + "!": ["a", "b", "c"]})
    said = csv_text(words)
    read = unguarded(
        pd.read_csv(io.StringIO(said), keep_default_na=False, na_values={"n": [""]}, dtype={"policy": str})
    )
    pd.testing.assert_frame_equal(read, words, check_dtype=False)
    cells = [cell for row in csv.reader(io.StringIO(said, newline="")) for cell in row]
    assert len(cells) == 12
    begins = [cell for cell in cells if cell and cell[0] in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"]
    assert all(re.fullmatch(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?", cell) for cell in begins)


@settings(FEW, max_examples=200)
@examples(HOSTILE)
@given(TEXTS)
def test_a_comment_and_a_row_of_a_table_end_where_they_should(text):
    said = comment([text, "end"])
    assert plain(parse(f"{said}name: x\n", "c")) == {"name": "x"}
    assert len(said.splitlines()) == 2
    assert len(table([Column("a", [text]), Column("b", [text], wraps=5)], None).splitlines()) == 3


@FEW
@examples(TOGETHER)
@given(TEXTS)
def test_a_scenario_saved_from_the_page_is_the_one_on_the_page(text):
    pytest.importorskip("starlette", reason="the extra `serve` is not installed")
    from powergap.serve.page import page
    from powergap.serve.session import Desk
    from powergap.serve.state import PageState

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "s.yaml").write_text(dump_yaml(scenario(text)), encoding="utf-8")
        desk = Desk(folder / "s.yaml", folder)
        levers = desk.levers(desk.start)
        moved = PageState(policy="more", case="mid", moves={one.key: one.low for one in levers})
        file, found = desk.save(moved, "saved", threading.Event())
        assert set(read_document(file)) <= {"extends", "name", "title", "cases", "policies", "default_case"}
        assert load(file).title == f"{text}, adjusted"
        assert found.run["gap"].equals(desk.find(moved, threading.Event()).run["gap"])
        shown = Page(page(desk, levers))
        assert not set(shown.tags) & {"img", "iframe", "object", "embed", "base"}
        assert not [one for one in shown.values if one.startswith("on")]
