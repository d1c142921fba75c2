"""Files of hours are read whole or refused with file, line, column and remedy; nothing is filled or guessed."""

import pytest

from powergap.chronology import lay_out
from powergap.errors import InputError
from powergap.scenario.read.given_hours import read_profiles
from tests.chronology.test_timeline_and_shapes import full, scenario


def told(path, regions=("united_states",)):
    with pytest.raises(InputError) as refused:
        read_profiles(path, list(regions))
    return [str(problem).replace(str(path), "F") for problem in refused.value.problems]


@pytest.mark.parametrize(
    "header", ["temperature_degc,load", "hour,load", "united_states:load,mars:load", "load,mars:load"]
)
def test_tables_that_are_read(table, header):
    """An hour column may count from 0 or from 1; columns of other regions are passed over."""
    for first in (0, 1):
        path = table(header, value=lambda hour: 0.5)
        if header.startswith("hour"):
            path.write_text("hour,load\n" + "".join(f"{hour + first},0.5\n" for hour in range(8760)))
        found = read_profiles(path, ["united_states"])
        assert found["load", "united_states"].shape == (365, 24)
        assert ("load", "mars") not in found


def test_a_regions_own_column_stands_before_one_for_all(tmp_path):
    (tmp_path / "hours.csv").write_text("load,east:load\n" + "0.7,0.9\n" * 8760)
    found = read_profiles(tmp_path / "hours.csv", ["east", "west"])
    assert {region: values.max() for (_, region), values in found.items()} == {"east": 0.9, "west": 0.7}


@pytest.mark.parametrize(
    ("header", "rows", "expected"),
    [
        ("laod", 8760, ["F:1:1 laod: unknown column; did you mean `load`?"]),
        ("load,date", 8760, ["F:1:6 date: unknown column; expected one of load, system_load_gw, "]),
        ("load,load", 8760, ["F:1:6 load: comes twice; keep one of the columns"]),
        (":load", 8760, ["F:1:1 :load: unknown column; did you mean `load`?"]),
        ("load", 8759, ["F:8760:1: 8,759 rows of hours; expected 8,760 from 1 January 00:00: 1 are missing, and"]),
        ("load", 8761, ["F:8762:1: 8,761 rows of hours; expected 8,760 from 1 January 00:00: 1 are too many, and"]),
        ("load", 8784, ["F:8785:1: 8,784 rows of hours, a leap year; leave out 29 February (lines 1,418 to 1,441)"]),
        ("load", 0, ["F:1:1: 0 rows of hours; expected 8,760 from 1 January 00:00: 8,760 are missing, and"]),
        (
            "united_state:load",
            8760,
            [
                "F:1:1 united_states:load: region united_states has no such column; did you mean `united_state`?; "
                "a column load would serve every region that has none of its own"
            ],
        ),
    ],
)
def test_wrong_headers_and_numbers_of_rows(table, header, rows, expected):
    found = told(table(header, rows))
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True))


def test_29_february_is_the_lines_that_are_named(tmp_path):
    """The leap year with lines 1,418 to 1,441 left out is the year: 31 + 28 days of 24 hours and a header before."""
    lines = ["load", *(f"{0.9 if 59 * 24 <= hour < 60 * 24 else 0.5}" for hour in range(8784))]
    kept = lines[:1417] + lines[1441:]
    (tmp_path / "hours.csv").write_text("\n".join(kept))
    assert (read_profiles(tmp_path / "hours.csv", ["east"])["load", "east"] == 0.5).all()


@pytest.mark.parametrize("cell", ["1e400", "1_0", "nan", "1e", "0.5.1", "", "--1"])
def test_what_is_no_number_is_refused_in_a_column_of_plain_numbers(cell, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("hour,temperature_degc\n" + "".join(f"{at},{cell if at == 9 else 2.5}\n" for at in range(8760)))
    assert told(path)[0].startswith(f"F:11:3 temperature_degc: {cell!r} is no number")


def test_numbers_in_every_spelling_are_read_to_the_same_value(tmp_path):
    path = tmp_path / "hours.csv"
    spelled = ["1,234.5", "1234.5", "+1.2345e3", "1234.50"] * 2190
    for texts in (spelled, [text for text in spelled if "," not in text] + ["1234.5"] * 2190):
        path.write_text("system_load_gw\n" + "".join(f'"{text}"\n' for text in texts))
        assert (read_profiles(path, ["east"])["system_load_gw", "east"] == 1234.5).all()


def test_a_file_without_hours(tmp_path):
    path = tmp_path / "hours.csv"
    path.write_text("hour\n" + "".join(f"{hour}\n" for hour in range(8760)))
    assert told(path) == [
        "F:1:1: has no column of hours; expected one of load, system_load_gw, temperature_degc, sun, wind"
    ]
    path.write_text("\n\n")
    assert told(path) == ["F: is empty; expected a header and rows"]
    path.write_bytes(b"\x1f\x8b\x08\x00")
    assert told(path) == ["F: is packed with gzip; give it the ending .gz, or unpack it"]
    path.unlink()
    assert told(path) == ["F: no such file"]


def test_local_time_lacks_an_hour_in_march_and_has_one_twice_in_november(tmp_path):
    """Clocks skip hour 1,658 (2:00 on 11 March, day 69) and repeat hour 7,369 (1:00 on 4 November, day 307)."""
    hours = [*range(1658), *range(1659, 7370), 7369, *range(7370, 8760)]
    path = tmp_path / "hours.csv"
    path.write_text("hour,load\n" + "".join(f"{hour},0.5\n" for hour in hours))
    assert told(path) == [
        "F:1660:1 hour: '1659' where hour 1658 was expected: one is missing or comes twice; "
        "in local time one does each, in March and November: write standard time all year"
    ]
    path.write_text("hour,load\n" + "".join(f"{hour},0.5\n" for hour in sorted([*range(8759), 7369])))
    assert told(path)[0].startswith("F:7372:1 hour: '7369' where hour 7370 was expected")


def test_values_that_are_no_plausible_numbers(table):
    """Line 11 is hour 9. Negative load, percent for shares, MW for GW, Fahrenheit, nothing."""
    at_nine = {"load": -0.1, "system_load_gw": 80000, "temperature_degc": 95, "sun": ""}
    sound = {"load": 0.5, "system_load_gw": 80, "temperature_degc": 15, "sun": 1}
    for column, value in at_nine.items():
        low_to_high, remedy = {
            "load": ("0 to 1", "it is per unit of the year's peak"),
            "system_load_gw": ("0 to 2,000", "it is in GW; divide MW by 1,000"),
            "temperature_degc": ("-60 to 60", "it is in degrees Celsius"),
            "sun": ("0 to 20", "it is per unit of its yearly mean"),
        }[column]
        path = table(column, value=lambda hour, c=column, v=value: v if hour == 9 else sound[c])
        if column == "sun":
            path.write_text(path.read_text().replace("\n\n", '\n""\n'))
        assert told(path) == [f"F:11:1 {column}: '{value}' is no number from {low_to_high}; {remedy}"]


def test_many_wrong_values_are_counted(table):
    found = told(table("load", value=lambda hour: 50))
    assert len(found) == 6
    assert found[0] == "F:2:1 load: '50' is no number from 0 to 1; it is per unit of the year's peak"
    assert found[5] == "F:7:1 load: 8,755 more hours like these"


def test_a_capacity_factor_is_no_sun(table):
    """A quarter of nameplate on the mean; divided by that it would be read."""
    found = told(table("sun", value=lambda hour: 0.5 * (hour % 2)))
    assert found == ["F:1:1 sun: the mean is 0.25; it is per unit of its yearly mean, so divide the column by it"]


def test_every_fault_is_told_at_once(table):
    found = told(table("laod,load", rows=8759, value=lambda hour: 7))
    assert [one.split(" ")[0] for one in found[:3]] == ["F:1:1", "F:8760:1:", "F:2:3"]


def test_mw_of_a_small_region_are_no_gw(table):
    """1,500 MW pass as GW, but their mean is above the 777 GW that the scenario's system ever has."""
    path = table("system_load_gw", value=lambda hour: 1500)
    with pytest.raises(InputError) as refused:
        lay_out(full(path))
    said = str(refused.value)
    assert (
        "hours.csv:1:1 united_states:system_load_gw: the mean, 1,500 GW, is above the scenario's seasonal peak" in said
    )
    remedy = "divide MW by 1,000, or correct grid.system_load of the region"
    assert said.endswith(f"{remedy} (requested at --set chronology.profiles)")


def test_shapes_know_what_was_given(table):
    shapes = lay_out(full(table("temperature_degc,load")))[1]
    assert shapes.given == ("load", "temperature_degc")
    assert lay_out(scenario())[1].given == ()
    assert lay_out(scenario("chronology.kind=annual", f"chronology.profiles={table('load')}"))[1].given == ()


def test_a_spreadsheets_hours_are_read_and_said(table):
    """UTF-16, tabs and a title above the header; a wrong cell still has its place: line 4 of the file."""
    from powergap.scenario import load

    path = table("temperature_degc,load", value=lambda hour: 0.5)
    text = "hours of 2019\n\n" + path.read_text().replace(",", "\t")
    path.write_text(text, encoding="utf-16")
    study = load(
        "us-2030", sets=["chronology.kind=representative", f"chronology.profiles={path}"], policies=["grid-only"]
    )
    said = [one.message for one in study.warnings if one.file == str(path)]
    assert [one.split(",")[0] for one in said] == [
        "is UTF-16 text and was read as such",
        "has cells separated by tabs",
        "has its header in line 3; the lines above it are passed over",
    ]
    assert read_profiles(path, ["united_states"])["load", "united_states"].mean() == 0.5
    path.write_text(text.replace("0.5", "0,5", 1), encoding="utf-16")
    assert told(path)[0].startswith(
        "F:4:1 temperature_degc: '0,5' is no number from -60 to 60; it is in degrees Celsius"
    )
