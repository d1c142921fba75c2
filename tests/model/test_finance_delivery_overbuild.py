"""The arithmetic under the model, worked by hand."""

import numpy as np
import pytest

from powergap.model.delivery import delivery_fractions, standing_fractions
from powergap.model.finance import capital_recovery_factor, discount_factors
from powergap.model.overbuild import overbuild_ratio

YEARS = (2026, 2027, 2028, 2029, 2030)


def test_capital_is_recovered_with_interest():
    """Paid back yearly over 15 years at 8%, the present worth of the payments is what was borrowed."""
    payment = capital_recovery_factor(0.08, 15)
    assert sum(payment / 1.08**year for year in range(1, 16)) == pytest.approx(1.0)


def test_capital_without_interest_is_spread_evenly():
    assert capital_recovery_factor(0.0, 10) == 0.1


def test_each_year_is_discounted_once_from_its_end():
    """At 10%: 1/1.1 = 0.90909, 1/1.21 = 0.82645."""
    assert discount_factors(0.1, 2025, (2026, 2027)) == pytest.approx([0.9090909, 0.8264463])


def test_whole_lead_times_deliver_whole_orders():
    table = delivery_fractions(YEARS, 2)
    assert table[0].tolist() == [0, 0, 1, 0, 0]
    assert table[2].tolist() == [0, 0, 0, 0, 1]
    assert not table[3:].any()


def test_five_years_of_lead_deliver_nothing_by_2030():
    assert not delivery_fractions(YEARS, 5).any()


def test_a_fraction_of_a_year_splits_the_order_over_two():
    """0.25 years: three quarters arrive in the order year, one quarter in the next."""
    assert delivery_fractions(YEARS, 0.25)[0].tolist() == [0.75, 0.25, 0, 0, 0]


def test_nothing_arrives_before_the_earliest_year():
    assert delivery_fractions(YEARS, 1, earliest_year=2029)[0].tolist() == [0, 0, 0, 1, 0]


def test_every_order_that_can_arrive_arrives_whole():
    for lead in (0, 0.3, 1, 1.35, 2.5, 3.99):
        table = delivery_fractions(YEARS, lead)
        arrived = table.sum(axis=1)
        assert np.all(arrived <= 1 + 1e-12)
        in_time = [year + int(np.ceil(lead)) <= YEARS[-1] for year in YEARS]
        assert arrived[in_time] == pytest.approx(1.0)


def test_a_plant_stands_for_its_life_and_no_longer():
    """Delivered in 2027 with a life of two years: stands at the end of 2027 and 2028."""
    delivered = delivery_fractions(YEARS, 1)[:1]
    assert standing_fractions(delivered, 2).tolist() == [[0, 1, 1, 0, 0]]


@pytest.mark.parametrize(
    ("unit", "site", "availability", "published"),
    [
        (2.4, 100, 0.915, 1.30), (2.4, 500, 0.915, 1.17), (2.4, 1000, 0.915, 1.14),
        (9.5, 100, 0.93, 1.52), (9.5, 500, 0.93, 1.24), (9.5, 1000, 0.93, 1.19),
        (18.3, 100, 0.93, 1.83), (18.3, 500, 0.93, 1.32),
        (16.5, 100, 0.965, 1.65), (16.5, 500, 0.965, 1.22), (16.5, 1000, 0.965, 1.14),
        (38, 100, 0.965, 1.90), (38, 500, 0.965, 1.37), (38, 1000, 0.965, 1.22),
        (48, 100, 0.96, 2.40), (48, 500, 0.96, 1.44), (48, 1000, 0.96, 1.25),
        (233, 1000, 0.95, 1.86),
    ],
)  # fmt: skip
def test_overbuild_ratios_are_those_of_the_reference_table(unit, site, availability, published):
    """Installed / load to hold the load in 99.9% of hours, by unit size and site, to two digits."""
    assert overbuild_ratio(unit, site, availability, 0.999) == pytest.approx(published, abs=0.006)


def test_more_redundancy_is_needed_for_a_higher_target_and_for_larger_units():
    assert overbuild_ratio(38, 500, 0.965, 0.9999) > overbuild_ratio(38, 500, 0.965, 0.999)
    assert overbuild_ratio(38, 500, 0.965, 0.999) > overbuild_ratio(9.5, 500, 0.965, 0.999)


def test_a_target_of_certainty_is_refused():
    with pytest.raises(ValueError, match="no number of units"):
        overbuild_ratio(10, 100, 0.9, 1.0)
