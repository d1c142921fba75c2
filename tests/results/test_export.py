"""What is exported is what was solved, and text stays text."""

from __future__ import annotations

import builtins

import openpyxl
import pandas as pd
import pytest

from powergap.errors import InputError
from powergap.export import workbook
from powergap.export.tables import export
from powergap.files import extras
from powergap.files.guarded_csv import unguarded
from powergap.results.run import Run
from tests.manifests import manifest, run_entry

EVIL = '=HYPERLINK("http://x";1)'


@pytest.fixture
def run() -> Run:
    gap = pd.DataFrame(
        {"policy": ["grid-only", EVIL], "case": "mid", "region": "r", "year": 2030, "gap_gw": [75.123456789, 12.5]}
    )
    policies = pd.DataFrame(
        {"policy": ["grid-only", EVIL], "case": "mid", "status": "optimal", "supply_cost_usd": [1e12, float("nan")]}
    )
    hourly = pd.DataFrame({"policy": ["a"], "flow": ["supply"], "power_gw": [1.0]})
    flags = pd.DataFrame({"limit": ["-1+1", "@x", "https://x", "12"], "is_binding": [True, False, True, False]})
    tables = {"gap": gap, "policies": policies, "dispatch": hourly, "storage": hourly, "limits": flags}
    return Run("two", tables, manifest(runs=[run_entry(policy=policy) for policy in gap["policy"]]), {})


def test_workbook_round_trip(run, tmp_path):
    assert export(run, tmp_path / "run.xlsx", "xlsx") == [tmp_path / "run.xlsx"]
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    assert book.sheetnames == ["Summary", "gap", "policies", "limits", "Dictionary", "Assumptions"]
    sheet = book["gap"]
    assert [cell.value for cell in sheet[1]] == ["policy", "case", "region", "year", "gap_gw"]
    assert [cell.value for cell in sheet[2]] == ["grid-only", "mid", "r", 2030, 75.123456789]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E3"
    assert sheet["E2"].number_format == "#,##0.000"
    assert book["policies"]["D2"].number_format == "#,##0"
    assert book["policies"]["D3"].value is None
    assert sheet.column_dimensions["A"].width >= len("grid-only")
    assert [cell.value for cell in book["Summary"][1]][:4] == ["policy", "case", "status", "gap_2030_gw"]
    assert book["Summary"]["D2"].value == 75.123456789
    read = pd.read_excel(tmp_path / "run.xlsx", sheet_name="gap")
    pd.testing.assert_frame_equal(read, run["gap"], check_dtype=False)


def test_text_never_becomes_a_formula_a_link_or_a_number(run, tmp_path):
    export(run, tmp_path / "run.xlsx", "xlsx")
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    cell = book["gap"]["A3"]
    assert (cell.value, cell.data_type) == (EVIL, "s")
    column = [cell for (cell,) in book["limits"]["A2":"A5"]]
    assert [cell.data_type for cell in column] == ["s"] * 4
    assert all(cell.hyperlink is None for cell in column)
    assert book["limits"]["B2"].value is True


def test_workbook_is_the_same_each_time(run, tmp_path):
    export(run, tmp_path / "a.xlsx", "xlsx")
    export(run, tmp_path / "b.xlsx", "xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_hourly_tables_only_when_asked_for(run, tmp_path):
    export(run, tmp_path / "all.xlsx", "xlsx", everything=True)
    assert {"dispatch", "storage"} <= set(openpyxl.load_workbook(tmp_path / "all.xlsx").sheetnames)
    export(run, tmp_path / "one.xlsx", "xlsx", table="dispatch")
    assert openpyxl.load_workbook(tmp_path / "one.xlsx").sheetnames == ["dispatch"]


def test_too_many_rows_for_a_sheet_are_refused_in_words(run, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(InputError, match="table limits has 4 rows and a sheet holds 2; use --format parquet or csv"):
        export(run, tmp_path / "run.xlsx", "xlsx", table="limits")
    assert list(tmp_path.iterdir()) == []


def test_csv_and_parquet_round_trip(run, tmp_path):
    files = export(run, tmp_path / "c", "csv")
    assert [file.name for file in files] == [*(f"{name}.csv" for name in run.tables), "datapackage.json"]
    pd.testing.assert_frame_equal(unguarded(pd.read_csv(tmp_path / "c/gap.csv")), run["gap"])
    assert b"\r" not in (tmp_path / "c/gap.csv").read_bytes()
    export(run, tmp_path / "p", "parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "p/gap.parquet"), run["gap"])
    assert export(run, tmp_path / "gap.csv", "csv", table="gap") == [tmp_path / "gap.csv"]
    assert export(run, tmp_path / "folder", "csv", table="gap") == [tmp_path / "folder/gap.csv"]


def test_words_for_what_cannot_be_exported(run, tmp_path):
    with pytest.raises(InputError, match="no table 'gpa'; did you mean `gap`"):
        export(run, tmp_path, "csv", table="gpa")
    with pytest.raises(InputError, match="unknown format `ods`"):
        export(run, tmp_path, "ods")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file"):
        export(run, tmp_path / "file", "csv")


@pytest.mark.parametrize(
    ("form", "package", "extra"), [("xlsx", "xlsxwriter", "excel"), ("parquet", "pyarrow", "parquet")]
)
def test_missing_package_names_the_extra(run, tmp_path, monkeypatch, form, package, extra):
    def missing(name, *rest):
        if name == package:
            raise ImportError(name)
        return builtins.__import__(name, *rest)

    monkeypatch.setattr(extras.importlib, "import_module", missing)
    with pytest.raises(InputError, match=rf"pip install 'powergap\[{extra}\]'"):
        export(run, tmp_path / "x", form)


def test_a_failed_export_leaves_the_old_file(run, tmp_path, monkeypatch):
    target = tmp_path / "run.xlsx"
    target.write_text("old")
    monkeypatch.setattr(workbook, "_write_cell", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(run, target, "xlsx")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_sheets_have_names_that_excel_allows():
    """31 letters, small and large the same, and neither the workbook's own sheets nor Excel's `History`."""
    tables = ["gap", "Summary", "history", "x" * 40, f"{'x' * 40}y", "GAP"]
    names = workbook._sheets(tables)
    assert names == ["gap", "Summary (2)", "history (2)", "x" * 31, f"{'x' * 27} (2)", "GAP (2)"]


def test_a_text_longer_than_a_cell_is_cut_where_it_shows(run, tmp_path):
    """Excel holds 32,767 letters; xlsxwriter leaves a longer text out without a word."""
    table = pd.DataFrame({"note": ["x" * 40_000]})
    workbook.write_workbook(run, tmp_path / "b.xlsx", {"t": table}, whole=False)
    text = openpyxl.load_workbook(tmp_path / "b.xlsx")["t"]["A2"].value
    assert len(text) == 32_767
    assert text.endswith("x ...")
