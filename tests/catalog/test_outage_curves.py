"""Outage curves of the catalog against the table they are taken from."""

import csv
from pathlib import Path

import pytest

from powergap.catalog.reader import bundled

TABLE = (
    Path(__file__).parents[3]
    / "shared"
    / "data"
    / "weather_and_outages"
    / "reeds_temperature_outage_forced_murphy2019.csv"
)
CURVES = {
    "gas_combined_cycle": "CC",
    "gas_simple_cycle": "CT",
    "gas_aeroderivative": "CT",
    "gas_industrial_turbine": "CT",
}


@pytest.mark.parametrize(("machine", "prime_mover"), CURVES.items())
def test_the_curve_is_that_of_the_published_table(machine, prime_mover):
    if not TABLE.is_file():
        pytest.skip(f"{TABLE} is not there: the shared data are not part of the repository")
    with TABLE.open(newline="", encoding="utf-8-sig") as stream:
        next(stream)  # the address of the article
        rows = [row for row in csv.DictReader(stream) if row["prime_mover"] == prime_mover]
    published = {int(row["deg_celsius"]): float(row["outage_frac"]) for row in rows}
    curve = bundled().data.technologies[machine].quantities["forced_outage_by_temperature"]
    assert len(published) == 11
    assert curve.low == curve.mid == curve.high == published


def test_only_turbines_have_a_curve():
    """Engines and fuel cells have none: the table's only engines are diesel sets."""
    technologies = bundled().data.technologies
    assert {n for n, t in technologies.items() if "forced_outage_by_temperature" in t.quantities} == set(CURVES)
