"""Every way by which a text becomes a number: each gives the number, or the message that refuses it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from powergap.conversion import amount
from powergap.eia.load_shape import read_temperature
from powergap.eia.text_table import read_columns, read_header
from powergap.errors import InputError
from powergap.files.numbers import number
from powergap.scenario import load
from powergap.scenario.read.given_hours import read_profiles
from powergap.serve.state import PageState

SCENARIO = "extends: tiny/one-block\n"
PIPELINE = "demand: {of: nameplate, utilization_fraction: 0.5, additions_gw_per_year: ~, pipeline: {projects: p.csv}}\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _loaded(folder: Path, text: str, **options):
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    return load(folder / "s.yaml", **options).runs[0]


def of_a_project(column: str):
    def read(folder: Path, text: str) -> float:
        cells = {"name": "A", "mw": "5", "stage": "announced", "date": "2027", column: _quoted(text)}
        (folder / "p.csv").write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n", encoding="utf-8")
        found = _loaded(folder, SCENARIO + PIPELINE).regions["here"].demand.pipeline.projects[0]
        return getattr(found, column)

    return read


def of_an_hour(folder: Path, text: str) -> float:
    rows = "".join("0.5\n" for _ in range(8759))
    (folder / "h.csv").write_text(f"system_load_gw\n{_quoted(text)}\n{rows}", encoding="utf-8")
    return read_profiles(folder / "h.csv", ["here"])["system_load_gw", "here"][0, 0]


def of_demand(folder: Path, text: str) -> float:
    (folder / "d.csv").write_text(f"datetime_utc,PJM\n2019-01-01 00:00,{_quoted(text)}\n", encoding="utf-8")
    table = read_columns(folder / "d.csv", read_header(folder / "d.csv"), ["PJM"])
    values, problems = table.numbers("PJM")
    if problems:
        raise InputError(problems)
    return float(values[0])


def of_temperature(folder: Path, text: str) -> float:
    rows = "".join(f"{15 + hour % 24 / 10}\n" for hour in range(8759))
    (folder / "t.csv").write_text(f"temperature_degc\n{_quoted(text)}\n{rows}", encoding="utf-8")
    return float(read_temperature(folder / "t.csv")[0])


def of_set(folder: Path, text: str) -> float:
    return _loaded(
        folder, SCENARIO, sets=[f"value_of.delayed_load_usd_per_kw_year={text}"]
    ).value_of.delayed_load_usd_per_kw_year


def of_yaml(folder: Path, text: str) -> float:
    return _loaded(
        folder, f"{SCENARIO}value_of: {{delayed_load_usd_per_kw_year: {_quoted(text)}}}\n"
    ).value_of.delayed_load_usd_per_kw_year


def of_a_catalog_entry(folder: Path, text: str) -> float:
    entry = (
        f"publisher: P, title: T, date: '2026', checked: 2026-01-01, of: load, unit: GW, values: {{v: {_quoted(text)}}}"
    )
    catalog = f"catalog: {{forecasts: {{f: {{{entry}, source: [judgment], confidence: low}}}}}}\n"
    worth = "value_of: {delayed_load_usd_per_kw_year: {from_catalog: f.v}}\n"
    return _loaded(folder, SCENARIO + catalog + worth).value_of.delayed_load_usd_per_kw_year


def of_the_page(folder: Path, text: str) -> float:
    body = json.dumps({"policy": "p", "case": "c", "moves": {"k": text}})
    return PageState.model_validate_json(body).moves["k"]


def of_an_argument(folder: Path, text: str) -> float:
    return amount(text)


def of_the_rule(folder: Path, text: str) -> float:
    return number(text)


CELLS = {
    "mw of a project": of_a_project("mw"),
    "ramp_years of a project": of_a_project("ramp_years"),
    "an hour": of_an_hour,
    "demand of EIA": of_demand,
    "temperature": of_temperature,
    "an argument": of_an_argument,
    "the rule": of_the_rule,
}
"""Texts that hold numbers."""

TYPED = {
    "--set": of_set,
    "a quoted value": of_yaml,
    "a quoted value of a catalog entry": of_a_catalog_entry,
    "the page": of_the_page,
}
"""Values of YAML and JSON, in which a quoted text is no number."""


def outcome(read, folder: Path, text: str) -> float | str:
    """The number, or what refuses it."""
    try:
        found = float(read(folder, text))
    except ValueError as error:
        return str(error)
    except InputError as error:
        return str(error)
    return found if np.isfinite(found) else "missing"
