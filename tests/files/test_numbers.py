"""One rule of what is a number, wherever text becomes one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powergap.files.numbers import number, remedy, whole
from tests.files.entry_points import CELLS, TYPED, outcome

NO_NUMBERS = (
    "5,5", "1.200,5", "1,2,3", "1_0", "\u0661\u0662", "\uff15", "0,500", "1 2", "5%", "5 MW", "1e999", "inf", "--5",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("read", [*CELLS, *TYPED])
def test_what_is_no_number_is_read_as_none_anywhere(tmp_path, read, text):
    found = outcome((CELLS | TYPED)[read], tmp_path, text)
    assert isinstance(found, str), f"{text!r} was read as {found}"


@pytest.mark.parametrize("read", CELLS)
def test_digits_of_other_bases_are_for_yaml_alone(tmp_path, read):
    assert isinstance(outcome(CELLS[read], tmp_path, "0x10"), str)


@pytest.mark.parametrize("read", CELLS)
@pytest.mark.parametrize(("text", "value"), [("12", 12), (" 12.5 ", 12.5), ("1e1", 10), (".5", 0.5), ("+7.", 7)])
def test_numbers_are_read_everywhere(tmp_path, read, text, value):
    assert outcome(CELLS[read], tmp_path, text) == value


@pytest.mark.parametrize("read", ["mw of a project", "an hour", "demand of EIA", "an argument"])
def test_commas_between_groups_of_three_digits_separate_thousands(tmp_path, read):
    assert outcome(CELLS[read], tmp_path, "1,200") == 1200


@pytest.mark.parametrize(
    ("text", "write"),
    [
        ("602,2", "602.2"),
        ("1.200,5", "1200.5"),
        ("1_000", "1000"),
        ("\u0661\u0662", "12"),
        ("1 200", "1200"),
        ("5 %", "0.05"),
    ],
)
@pytest.mark.parametrize("read", ["mw of a project", "an hour", "demand of EIA", "an argument", "a quoted value"])
def test_the_message_says_what_to_write(tmp_path, read, text, write):
    said = outcome((CELLS | TYPED)[read], tmp_path, text)
    assert f"; write {write}" in said


@given(st.floats(-1e12, 1e12))
def test_what_python_and_us_spreadsheets_write_comes_back(value):
    assert number(repr(value)) == value
    assert number(f"{value:,.2f}") == float(f"{value:.2f}")


@given(st.text(alphabet="0123456789.,_eE+- %\u0660", max_size=12))
def test_a_comma_never_changes_the_size(text):
    """What is read is read as Python reads it without commas, and each comma has three digits to its right."""
    try:
        found = number(text)
    except ValueError:
        return
    assert found == float(text.replace(",", ""))
    assert all(re.match(r"[0-9]{3}(?![0-9])", rest) for rest in text.strip().split(",")[1:])
    assert "_" not in text
    assert "\u0660" not in text


@pytest.mark.parametrize("text", ["2030.0", "2_030", "\u0662\u0660\u0663\u0660", "", "2,030", "1" * 5000])
def test_a_year_or_count_is_whole(text):
    with pytest.raises(ValueError, match="is no whole number"):
        whole(text)


def test_a_remedy_is_none_for_words():
    assert [remedy(text) for text in ("abc", "", "TBD", "n/a", "," * 50_000)] == [""] * 5
