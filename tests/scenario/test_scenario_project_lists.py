"""Lists of projects as spreadsheets save them: read and said where there is one reading, else refused with a remedy."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powergap.errors import InputError
from powergap.scenario import load
from powergap.scenario.pipeline import STAGES
from powergap.scenario.read.project_words import SAME_STAGE, UNCLEAR_STAGE, as_date, checked_date

SCENARIO = (
    "extends: tiny/one-block\n"
    "demand: {of: nameplate, utilization_fraction: 0.5, additions_gw_per_year: ~, pipeline: {projects: p.csv}}\n"
)


@pytest.fixture
def listed(tmp_path):
    """Projects and warnings of a list, or its problems."""

    def read(text, encoding="utf-8"):
        (tmp_path / "p.csv").write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        (tmp_path / "s.yaml").write_text(SCENARIO)
        try:
            study = load(tmp_path / "s.yaml")
        except InputError as error:
            return None, [(one.line, one.column, one.message) for one in error.problems]
        projects = study.runs[0].regions["here"].demand.pipeline.projects
        return projects, [(one.line, one.column, one.message) for one in study.warnings]

    return read


def expected_gw(projects):
    return sum(one.mw for one in projects) / 1000


@pytest.mark.parametrize("column", ["queue_id", "county", "", "State"])
def test_any_column_that_tells_rows_apart_counts(tmp_path, listed, column):
    """Three rows of 500 MW, the last two alike in every column: 1,000 MW, not 500 and not 1,500."""
    projects, told = listed(
        f"name,mw,stage,date,{column}\nA,500,operating,2026,x\nA,500,operating,2026,y\na,500.0,operating,2026,y\n"
    )
    assert expected_gw(projects) == 1.5
    demand = load(tmp_path / "s.yaml").runs[0].regions["here"].demand
    assert sum(demand.additions_gw_per_year.values()) == pytest.approx(1.0)
    assert [line for line, _, message in told if message.startswith("the same in every column as line 3")] == [4]
    assert [line for line, _, message in told if message.endswith("of line 2; both count")] == [3]


@given(cells=st.lists(st.text(alphabet="ab,\n ", max_size=300), min_size=2, max_size=4))
def test_rows_count_as_often_as_they_differ(tmp_path_factory, cells):
    """Rows alike but for a column of notes: as many projects as there are different notes, ends without blanks."""
    folder = tmp_path_factory.mktemp("rows")
    rows = "".join(f'A,500,operating,2026,"{cell}"\n' for cell in cells)
    (folder / "p.csv").write_text(f"name,mw,stage,date,notes\n{rows}")
    (folder / "s.yaml").write_text(SCENARIO)
    demand = load(folder / "s.yaml").runs[0].regions["here"].demand
    different = len({cell.strip() for cell in cells})
    assert sum(demand.additions_gw_per_year.values()) == pytest.approx(0.5 * different)


def test_a_list_in_the_scenario_says_itself_what_tells_projects_apart(tmp_path):
    text = "{name: A, mw: 500, stage: operating, date: 2026, distinguished_by: %s}"
    (tmp_path / "s.yaml").write_text(SCENARIO.replace("p.csv", f"[{text % 'Q1'}, {text % 'Q2'}, {text % 'Q2'}]"))
    demand = load(tmp_path / "s.yaml").runs[0].regions["here"].demand
    assert sum(demand.additions_gw_per_year.values()) == pytest.approx(1.0)


PLAIN = "name,mw,stage,date\nA,500,announced,2027-06-30\nB,700,announced,2028\n"


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (PLAIN, "utf-8", []),
        (PLAIN, "utf-16", ["is UTF-16 text and was read as such"]),
        (PLAIN.replace("A", "Caf\u00e9"), "cp1252", ["is no UTF-8 text and was read as Windows-1252"]),
        (PLAIN.replace(",", ";"), "utf-8", ["has cells separated by semicolons"]),
        (PLAIN.replace(",", "\t"), "utf-16", ["is UTF-16 text", "has cells separated by tabs"]),
        (f"Large loads of 2026,,,\n,,,\n{PLAIN}", "utf-8", ["has its header in line 3"]),
        (f"{PLAIN}Total,1200,,\n", "utf-8", ["a row of totals (1200 MW) was passed over"]),
        (f'{PLAIN},"1,200",,\n', "utf-8", ["a row of totals (1,200 MW) was passed over"]),
        (PLAIN.replace("2027-06-30", "46568"), "utf-8", ["`46568` was read as `2027-06-30`, Excel's number of a day"]),
        (PLAIN.replace("2028", "2028.0"), "utf-8", ["`2028.0` was read as `2028`, a year"]),
        (PLAIN.replace("06-30", "06-30 00:00:00"), "utf-8", ["`2027-06-30 00:00:00` was read as `2027-06-30`, a day"]),
        (PLAIN.replace("2027-06-30", "6/30/2027"), "utf-8", ["`6/30/2027` was read as `2027-06-30`, month/day/year"]),
        (PLAIN.replace("2027-06-30", "30/06/2027"), "utf-8", ["`30/06/2027` was read as `2027-06-30`, day/month/year"]),
        (PLAIN.replace("announced", "Announced"), "utf-8", []),
    ],
)
def test_what_has_one_reading_is_read_and_said(listed, text, encoding, said):
    projects, told = listed(text, encoding)
    assert [(one.mw, one.date) for one in projects] == [(500, "2027-06-30"), (700, "2028")]
    assert all(any(message.startswith(start) for _, _, message in told) for start in said)
    assert sum("read" in message or "passed over" in message for _, _, message in told) == len(said)


@pytest.mark.parametrize(
    ("row", "place", "said"),
    [
        ("A,500,announced,2027-02-31", (2, 17), "`2027-02-31` is no date of the calendar"),
        ("A,500,announced,2/3/2027", (2, 17), "it may be 2027-02-03 or 2027-03-02"),
        ("A,500,announced,Q2 2027", (2, 17), "`Q2 2027` is no date; expected a year, a month or a day"),
        ("A,500,announced,99999", (2, 17), "`99999` is no date"),
        ("A,500,Suspended,2027", (2, 7), "`suspended` is no stage; is it `announced` or `cancelled`?"),
        ("A,500,planned,2027", (2, 7), "`planned` is no stage; is it `announced` or `permitted`?"),
        ("A,500,x,2027", (2, 7), "the text 'x' is not allowed here"),
        ("A,500 MW,announced,2027", (2, 3), "expected a number in MW, got the text '500 MW'"),
        ("A,500,announced,2027\nTotal,700,,", (3, 7), "a row of totals says 700, and the rows above add up to 500"),
    ],
)
def test_what_has_no_or_two_readings_is_refused_at_its_cell(listed, row, place, said):
    projects, told = listed(f"name,mw,stage,date\n{row}\n")
    assert projects is None
    assert [(line, column) for line, column, message in told if said in message] == [place]


def test_dates_with_slashes_are_read_by_what_the_column_tells(listed):
    """2/3/2027 alone may be either; beside 6/30/2027 the month stands first."""
    projects, _ = listed("name,mw,stage,date\nA,5,announced,2/3/2027\nB,7,announced,6/30/2027\n")
    assert [one.date for one in projects] == ["2027-02-03", "2027-06-30"]
    projects, told = listed("name,mw,stage,date\nA,5,announced,13/3/2027\nB,7,announced,6/30/2027\n")
    assert projects is None
    assert [line for line, _, message in told] == [2, 3]


def test_a_last_row_without_a_name_is_no_total_of_a_single_row(listed):
    projects, told = listed("name,mw,stage,date\nA,500,announced,2027\n,500,,\n")
    assert projects is None
    assert {line for line, _, _ in told} == {3}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("name,mw,state,date", "missing column; the columns are name, mw, state, date"),
        ("name,mw,Construction Status,state,date", "missing column; is it `Construction Status`?"),
        ("name,mw,satge,date", "missing column; is it `satge`?"),
        ("name,mw,voltage,date", "missing column; the columns are name, mw, voltage, date"),
    ],
)
def test_a_hint_for_a_column_is_plausible_or_none(listed, header, said):
    projects, told = listed(f"{header}\n{','.join('x' * (header.count(',') + 1))}\n")
    assert projects is None
    assert told == [(1, 1, said)]


@pytest.mark.parametrize("word", [*SAME_STAGE, *UNCLEAR_STAGE, "Under Construction", "IA EXECUTED", "In-Service"])
def test_words_of_real_lists_are_known_or_hinted(listed, word):
    projects, told = listed(f"name,mw,stage,date\nA,500,{word},2027\n")
    if projects is None:
        assert "is no stage; is it `" in told[0][2]
    else:
        assert projects[0].stage in STAGES
        assert any(message.startswith(f"`{word}` was read as `{projects[0].stage}`") for _, _, message in told)


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)))
def test_every_day_of_a_spreadsheet_comes_back(day):
    serial = (day - datetime.date(1899, 12, 30)).days
    for text in (str(serial), f"{serial}.0", f"{day} 00:00:00", f"{day}T00:00:00Z"):
        assert as_date(text, "")[0] == day.isoformat()
    assert as_date(f"{day.month}/{day.day}/{day.year}", "month")[0] == day.isoformat()
    assert as_date(f"{day.day}/{day.month}/{day.year}", "day")[0] == day.isoformat()
    assert checked_date(day.isoformat()) == day.isoformat()


@given(st.integers(1990, 2100), st.integers(0, 15), st.integers(0, 35))
def test_a_date_is_one_of_the_calendar(year, month, day):
    text = f"{year}-{month:02}-{day:02}"
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        with pytest.raises(ValueError, match="is no date"):
            checked_date(text)
    else:
        assert checked_date(text) == text
