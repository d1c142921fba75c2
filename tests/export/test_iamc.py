"""The IAMC table says what the run's tables say, in the format's own columns."""

import os
import subprocess

import pandas as pd
import pytest

from powergap.errors import InputError
from powergap.export import hand_over
from powergap.export.iamc import COLUMNS

READ = """
import sys, pyam
data = pyam.IamDataFrame(sys.argv[1])
assert not data.exclude.any()
gap = data.filter(variable="Capacity Gap|Electricity|Data Centers", scenario="two-regions move mid", year=2027)
print(len(data.data), gap.aggregate_region(gap.variable[0], append=False).data["value"].sum())
print(gap.convert_unit("GW", "MW").data["value"].sum())
"""


@pytest.fixture
def table(folder_of, tmp_path):
    (file,) = hand_over(folder_of("tiny/two-regions.yaml"), tmp_path / "two.csv", "iamc")
    return pd.read_csv(file)


def values(table, variable, policy="move"):
    chosen = table[(table["variable"] == variable) & (table["scenario"] == f"two-regions {policy} mid")]
    return chosen.groupby("year")["value"].sum().to_dict()


def test_two_regions_by_hand(table):
    """Under `stay` 3 GW a year of east's wish find no power; under `move` 2 of them go west (tiny/two-regions)."""
    assert list(table) == COLUMNS
    assert table["model"].str.fullmatch(r"powergap \d+\.\d+\.\d+").all()
    assert not table.duplicated(COLUMNS[:-1]).any()
    assert values(table, "Capacity Gap|Electricity|Data Centers", "stay") == pytest.approx({2026: 3, 2027: 6})
    assert values(table, "Capacity Gap|Electricity|Data Centers") == pytest.approx({2026: 1, 2027: 2})
    # 15 GW of fleet and what landed, all on the wire at a flat profile of 8,760 hours.
    wire = values(table, "Capacity|Electricity|Data Centers|wire")
    energy = values(table, "Secondary Energy|Electricity|Data Centers|wire")
    assert energy == pytest.approx({year: 8_760 * gw for year, gw in wire.items()})
    assert "million USD_2025/yr" in set(table["unit"])


def test_one_policy_and_a_workbook(folder_of, tmp_path):
    folder = folder_of("tiny/two-regions.yaml")
    (book,) = hand_over(folder, tmp_path / "two.xlsx", "iamc", policy="stay")
    assert set(pd.read_excel(book, sheet_name="data")["scenario"]) == {"two-regions stay mid"}
    with pytest.raises(InputError, match=r"a \.csv or \.xlsx file"):
        hand_over(folder, tmp_path / "two.txt", "iamc")
    with pytest.raises(InputError, match="no policy `sty`"):
        hand_over(folder, tmp_path / "two.csv", "iamc", policy="sty")


@pytest.mark.skipif("POWERGAP_PYAM_PYTHON" not in os.environ, reason="POWERGAP_PYAM_PYTHON names no Python with pyam")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_pyam_reads_it(folder_of, tmp_path, ending):
    """pyam itself reads the file, sums the two regions' gap of 2027 to 2 GW and turns it into 2,000 MW."""
    (file,) = hand_over(folder_of("tiny/two-regions.yaml"), tmp_path / f"two.{ending}", "iamc")
    (csv,) = hand_over(folder_of("tiny/two-regions.yaml"), tmp_path / "rows.csv", "iamc")
    python = os.environ["POWERGAP_PYAM_PYTHON"]
    # The cache of pyam's units holds paths of the environment that wrote it, which may be gone.
    own = os.environ | {"IAM_UNITS_CACHE": str(tmp_path / "units")}
    done = subprocess.run([python, "-c", READ, file], capture_output=True, text=True, check=False, env=own)
    assert done.returncode == 0, done.stderr
    rows, gap, megawatts = (float(word) for word in done.stdout.split())
    assert (rows, gap) == (len(pd.read_csv(csv)), pytest.approx(2))
    assert megawatts == pytest.approx(2_000)
