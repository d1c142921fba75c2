"""A place is line and character of the file, whatever stands before it, by every reader of tables."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powergap.eia import read_demand
from powergap.eia.load_shape import read_temperature
from powergap.errors import InputError
from powergap.files.csv_text import read_csv
from powergap.files.encoding import NotATableError
from powergap.scenario import load
from powergap.scenario.read.given_hours import read_profiles

CELLS = st.text(alphabet='ab,;"\n \t\u00e9', max_size=6)


def written(folder, content, name="t.csv"):
    (folder / name).write_text(content, encoding="utf-8", newline="")
    return folder / name


def rest_of(path, line, character):
    """The file from a place on, as an editor has it."""
    lines = path.read_bytes().decode().splitlines(keepends=True)
    return lines[line - 1][character - 1 :] + "".join(lines[line:])


@given(
    table=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_a_place_is_where_an_editor_finds_the_cell(tmp_path_factory, table, quoting, ending):
    stream = io.StringIO()
    csv.writer(stream, quoting=quoting, lineterminator=ending).writerows([["h1", "h2", "h3"], *table])
    path = written(tmp_path_factory.mktemp("places"), stream.getvalue())
    found = read_csv(path, lambda names: names == ["h1", "h2", "h3"])
    rows = list(found.rows())
    assert [row.cells for row in rows] == table
    for row in rows:
        for number, cell in enumerate(row.cells):
            line, character = row.place(number)
            assert found.place(row.line, number) == (line, character)
            rest = io.StringIO(rest_of(path, line, character), newline="")
            assert (next(csv.reader(rest), []) or [""])[0] == cell


def of_projects(folder, rows):
    lines = "".join(f'"a\nb{number}, c",{text},announced,2027\n' for number, text in enumerate(rows))
    written(folder, f'"name",mw,stage,date\n{lines}', "p.csv")
    demand = "{of: nameplate, utilization_fraction: 0.5, additions_gw_per_year: ~, pipeline: {projects: p.csv}}"
    load(written(folder, f"extends: tiny/one-block\ndemand: {demand}\n", "s.yaml"))


def of_hours(folder, rows):
    lines = "".join(f'"\n{number}",{text}\n' for number, text in enumerate([*rows, *["0.5"] * (8760 - len(rows))]))
    read_profiles(written(folder, f'"here:temperature_degc",load\n{lines}', "p.csv"), ["here"])


def of_demand(folder, rows):
    lines = "".join(f'"\n1,234",{text},2019-01-01 {hour:02}:00\n' for hour, text in enumerate(rows))
    read_demand([written(folder, f'"PJM",TEX,datetime_utc\n{lines}', "p.csv")], {"TEX": ["TEX"]})


def of_temperature(folder, rows):
    lines = "".join(f'"a\nb, c",{text}\n' for text in [*rows, *["15"] * (8760 - len(rows))])
    read_temperature(written(folder, f'"site",temperature_degc\n{lines}', "p.csv"))


@pytest.mark.parametrize("reader", [of_projects, of_hours, of_demand, of_temperature])
def test_every_reader_points_at_the_cell_that_is_wrong(tmp_path, reader):
    """Rows of two lines each, a comma in quotes before the cell: the third row begins in line 6, its cell in line 7."""
    with pytest.raises(InputError) as told:
        reader(tmp_path, ["0.5", "0.5", "wrong"])
    problem = next(one for one in told.value.problems if "wrong" in one.message)
    assert problem.line == 7
    assert rest_of(tmp_path / "p.csv", problem.line, problem.column).startswith("wrong")


@pytest.mark.parametrize("reader", [of_projects, of_hours, of_demand, of_temperature])
def test_every_reader_points_at_what_the_header_has_no_name_for(tmp_path, reader):
    with pytest.raises(InputError) as told:
        reader(tmp_path, ["0.5", "0.5,,,,surplus" if reader is not of_projects else "0.5,,,surplus"])
    problem = next(one for one in told.value.problems if "cells of the header" in one.message)
    assert problem.line == 5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"PK\x03\x04\x14\x00",
            "is an Excel workbook (.xlsx) or another zip archive; open it and save it as `CSV UTF-8",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an Excel workbook (.xls)"),
        (b"\x1f\x8b\x08\x00", "is packed with gzip; give it the ending .gz"),
        (b"PAR1\x15", "is a Parquet file"),
        (b"%PDF-1.7", "is a PDF"),
        ("h,1\n".encode("utf-16-le"), "holds zero bytes and is no UTF-8 text"),
        (b"", "is empty"),
        (b"\n \n,\n", "is empty"),
        (b"h\n" + b'"' + b"x\n" * 30_000, "a row has more than 20,000 characters"),
    ],
)
def test_what_is_no_table_is_named_with_the_remedy(tmp_path, content, said):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(NotATableError) as refused:
        list(read_csv(tmp_path / "t.csv").rows())
    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["nowhere.csv", ".", "x\0.csv"])
def test_what_is_no_file_is_told(tmp_path, name):
    with pytest.raises(NotATableError, match="no such file"):
        read_csv(tmp_path / name)


TEXT = "caf\u00e9,mw\nA,5\n"


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (TEXT.encode(), []),
        (TEXT.encode("utf-8-sig"), []),
        (TEXT.encode("utf-16"), ["is UTF-16 text"]),
        (TEXT.encode("cp1252"), ["is no UTF-8 text and was read as Windows-1252"]),
        (TEXT.replace(",", ";").encode(), ["has cells separated by semicolons"]),
        (TEXT.replace(",", "\t").encode("utf-16"), ["is UTF-16 text", "has cells separated by tabs"]),
        (f"Projects, 2026\n\n{TEXT}".encode(), ["has its header in line 3; the lines above it are passed over"]),
        (f"sep=;\n{TEXT.replace(',', ';')}".encode(), ["has cells separated by sem", "has its header in line 2"]),
    ],
)
def test_what_spreadsheets_save_is_read_and_said(tmp_path, content, notes):
    for path, bytes_ in ((tmp_path / "t.csv", content), (tmp_path / "t.csv.gz", gzip.compress(content))):
        path.write_bytes(bytes_)
        found = read_csv(path, lambda names: "mw" in names)
        assert found.names == ["caf\u00e9", "mw"]
        assert [row.cells for row in found.rows()] == [["A", "5"]]
        assert [one.message.startswith(start) for one, start in zip(found.notes, notes, strict=True)] == [True] * len(
            notes
        )
