"""Small files in the layouts of EIA-930, the command line with the profile commands, and the shared data."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from powergap.cli import profiles as commands

DEMAND = Path(__file__).parents[3] / "shared" / "data" / "demand"
HEADER = (
    "Balancing Authority,Data Date,Hour Number,Local Time at End of Hour,UTC Time at End of Hour,"
    "Demand Forecast (MW),Demand (MW),Net Generation (MW),Demand (MW) (Adjusted),Region"
)


def shared(name):
    path = DEMAND / name
    if not path.is_file():
        pytest.skip(f"{path} is not there: the shared data are not part of the repository")
    return path


def year_of_load(year=2019, mean_mw=80_000.0):
    """A plausible year: hot afternoons, cold mornings, no two hours alike."""
    hours = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq="h", inclusive="left")
    day, hour = hours.day_of_year.to_numpy(), hours.hour.to_numpy()
    season = 0.15 * np.cos(4 * np.pi * (day - 200) / 365) + 0.05 * np.cos(2 * np.pi * (day - 200) / 365)
    mw = mean_mw * (1 + season + 0.1 * np.cos(2 * np.pi * (hour - 21) / 24)) + np.arange(len(hours)) / 100
    return pd.Series(np.round(mw), index=hours)


def balance_rows(code, load):
    """Rows as EIA writes them: thousands commas in quotes, stamps at the end of the hour."""
    rows = []
    for start, mw in load.items():
        end = start + pd.Timedelta(hours=1)
        local = end - pd.Timedelta(hours=5)
        demand = "" if pd.isna(mw) else f'"{mw:,.0f}"'
        rows.append(
            f"{code},{local:%m/%d/%Y},{local.hour or 24},{local:%m/%d/%Y %I:%M:%S %p},{end:%m/%d/%Y %I:%M:%S %p},"
            f'"81,000",{demand},"80,000",{demand},MIDA'
        )
    return rows


def write(path, rows, header=HEADER):
    text = "\n".join([header, *rows]) + "\n"
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def write_wide(path, frame, stamps="%Y-%m-%d %H:%M:%S"):
    rows = [
        ",".join([f"{hour:{stamps}}", *("" if pd.isna(mw) else f"{mw:g}" for mw in row)])
        for hour, row in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    return write(path, rows, ",".join(["datetime_utc", *frame.columns]))


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def data(self):
        return json.loads(self.out)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The two commands in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    app = typer.Typer()
    commands.profiles(app)
    commands.headroom(app)

    def invoke(*arguments):
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return invoke
