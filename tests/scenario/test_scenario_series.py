"""The three spellings of a year series, and every rule for the years left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from powergap.scenario.quantities import GigawattsPerYearSeries

YEARS = (2026, 2027, 2028, 2029)
SERIES = TypeAdapter(GigawattsPerYearSeries)


def expanded(value: Any) -> dict[int, float]:
    return SERIES.validate_python(value, context={"years": YEARS})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (3, [3, 3, 3, 3]),
        ({2026: 1, 2027: 2, 2028: 3, 2029: 4}, [1, 2, 3, 4]),
        ({2026: 1, "then": "hold"}, [1, 1, 1, 1]),
        ({2026: 100, "then": {"growth_fraction_per_year": 0.1}}, [100, 110, 121, 133.1]),
        ({2026: 1, "then": {"add_per_year": 2}}, [1, 3, 5, 7]),
        ({2026: 1, 2028: 5, "then": "hold"}, [1, 3, 5, 5]),
        ({2025: 10, "then": {"add_per_year": 1}}, [11, 12, 13, 14]),
        ({2020: 10, 2030: 20, "then": "hold"}, [16, 17, 18, 19]),
        ({2029: 4, 2026: 1, 2028: 3, 2027: 2, 2035: 9}, [1, 2, 3, 4]),
    ],
)
def test_spelled_out(written, expected):
    assert list(expanded(written)) == list(YEARS)
    assert list(expanded(written).values()) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({}, "at least one year"),
        ({"then": "hold"}, "at least one year"),
        ({2026: 1}, "no value for 2027, 2028, 2029; give every year 2026 to 2029"),
        ({2027: 1, "then": "hold"}, "no value for 2026"),
        ({2026: 1, "then": "grow"}, "`then` is 'grow'; expected hold, {growth_fraction_per_year: ...}"),
        ({2026: 1, "then": {"growth_fraction_per_year": 0.1, "add_per_year": 1}}, "`then` is"),
        ({2026: 1, "then": {"add_per_year": "x"}}, "`then` is"),
        ({2026: 1, "then": {"add_per_year": -5}}, "outside 0 to 500"),
        ({2026: "1", "then": {"growth_fraction_per_year": 0.1}}, "expected a number in GW/yr"),
        ({2026: None, 2028: 1, "then": "hold"}, "expected a number in GW/yr"),
        ({2026: 1, 10**9: 1, "then": "hold"}, "1000000000 is not a year"),
        ({True: 1}, "is not a year"),
        ({"2026": 1}, "'2026' is not a year"),
        ("3", "expected a number for all years"),
        (True, "expected a number for all years"),
        (None, "expected a number for all years"),
        ([1, 2, 3, 4], "expected a number for all years"),
        (1000, "were megawatts meant?"),
    ],
)
def test_refused(written, said):
    with pytest.raises(ValidationError) as raised:
        expanded(written)
    assert any(said in error["msg"] for error in raised.value.errors())


@given(
    st.dictionaries(st.integers(2020, 2032), st.just(0.0) | st.floats(1e-9, 100), min_size=1),
    st.sampled_from(["hold", {"add_per_year": 1}, {"growth_fraction_per_year": 0.05}]),
)
def test_given_years_are_never_changed_and_gaps_lie_between_their_ends(given_years, rule):
    first = min(given_years)
    try:
        values = expanded({**given_years, "then": rule})
    except ValidationError:
        assert first > YEARS[0]
        return
    for year, value in values.items():
        if year in given_years:
            assert value == given_years[year]
        elif year < max(given_years):
            before = max(y for y in given_years if y < year)
            after = min(y for y in given_years if y > year)
            low, high = sorted((given_years[before], given_years[after]))
            assert low - 1e-9 <= value <= high + 1e-9
