"""Looking numbers up: readings, dollar years, additions, unknown names, search, broken files."""

import datetime
import json

import pytest
from pydantic import TypeAdapter

from powergap.catalog import Catalog, CatalogData, UnknownEntry, bundled, values
from powergap.catalog.files import read_texts
from powergap.errors import InputError
from powergap.scenario.schema import AnyTechnology

SOURCES = """
sources:
  note: {title: A note, date: "2026"}
deflators: {2023: 0.8, 2025: 1.0}
"""
ENTRY = """
technologies:
  wave_power:
    title: Wave power
    facts: {kind: generator, operation: grid_parallel, unit_size_mw: 1.0, variable_om_usd_per_mwh: 0.0}
    quantities:
      capital_cost_usd_per_kw:
        low: {2026: 4000, 2030: 3000, then: {add_per_year: -100}}
        mid: {2026: 5000, then: hold}
        high: 6000
        unit: USD/kW
        dollar_year: 2023
        group: cost
        source: [note]
        date: 2026-01-31
        confidence: judgment
"""


def few(text=ENTRY):
    return Catalog(read_texts({"few.yaml": text, "sources.yaml": SOURCES}))


def test_dollars_are_converted_by_the_price_level():
    """ATB 2025 battery fixed O&M of 2023: 8.78 x 1.06 = 9.3068 $/kW-yr in 2025 money."""
    assert bundled().technology("battery", {}, 2025)["fixed_om_usd_per_kw_year"] == pytest.approx(9.3068)
    assert bundled().technology("battery", {}, 2023)["fixed_om_usd_per_kw_year"] == pytest.approx(8.78)
    assert bundled().technology("battery", {}, 2025)["forced_outage_fraction"] == 0.02


def test_series_and_their_steps_are_converted_too():
    """Level 0.8 in 2023 and 1 in 2025: 4000 -> 5000, step -100 -> -125."""
    low = few().technology("wave_power", {"cost": "low"}, 2025)["capital_cost_usd_per_kw"]
    assert low == {2026: 5000, 2030: 3750, "then": {"add_per_year": -125}}
    assert values.at(low, 2028) == 4375
    assert values.at(low, 2032) == 3500
    assert values.at(low, 2025) is None


def test_growth_rules_are_kept_as_they_are():
    series = {2026: 10.0, "then": {"growth_fraction_per_year": 0.1}}
    assert values.scaled(series, 2.0) == {2026: 20.0, "then": {"growth_fraction_per_year": 0.1}}
    assert values.at(series, 2028) == pytest.approx(12.1)


def test_a_dollar_year_without_a_price_level_is_refused():
    with pytest.raises(InputError, match=r"no price level for dollar year 2040 in the catalog; known: 2010 to 2026"):
        bundled().technology("battery", {}, 2040)


def test_readings_are_chosen_by_group():
    entry = bundled().technology("gas_aeroderivative", {"lead_time": "high", "performance": "low"}, 2025)
    assert entry["lead_time_years"] == 4
    assert entry["heat_rate_mmbtu_per_mwh"] == 9.3
    assert entry["capital_cost_usd_per_kw"][2025] == 2100
    with pytest.raises(InputError, match="expected low, mid or high"):
        bundled().technology("gas_aeroderivative", {"cost": "middle"}, 2025)


def test_quantity_gives_a_number_or_a_series():
    assert bundled().quantity("us_summer_peak_gw", {}, 2025) == 777
    assert bundled().quantity("value_of_delayed_load_usd_per_kw_year", {"value": "low"}, 2025) == 3000
    assert bundled().quantity("us_demand_additions_gw_per_year", {"demand": "high"}, 2025)[2026] == 28


@pytest.mark.parametrize(
    ("section", "wrong", "near"),
    [
        ("technology", "gas_reciprocating", "gas_reciprocating_engine"),
        ("supply_chain", "gas_midium", "gas_medium"),
        ("fuel", "naturalgas", "natural_gas"),
        ("quantity", "us_winter_peak", "us_winter_peak_gw"),
    ],
)
def test_unknown_names_suggest_the_nearest(section, wrong, near):
    with pytest.raises(UnknownEntry) as told:
        getattr(bundled(), section)(wrong, {}, 2025)
    assert near in told.value.near
    assert f"did you mean `{told.value.near[0]}`" in str(told.value)
    assert isinstance(told.value, KeyError)


def test_a_technology_is_one_entry():
    """An added entry, without Python, is read like a bundled one and replaces one of its name."""
    entry = bundled().data.technologies["gas_aeroderivative"].model_copy(update={"title": "Hydrogen turbine"})
    more = bundled().extended(CatalogData(technologies={"hydrogen_turbine": entry, "gas_simple_cycle": entry}))
    for name in ("hydrogen_turbine", "gas_simple_cycle"):
        part = TypeAdapter(AnyTechnology).validate_python(
            more.technology(name, {}, 2025), context={"years": (2026, 2027)}
        )
        assert part.title == "Hydrogen turbine"
    assert "hydrogen_turbine" not in bundled().data.technologies


def test_an_addition_must_bring_its_sources():
    addition = few().data.model_copy(update={"sources": {}})
    with pytest.raises(InputError, match=r"source 'note' of capital_cost_usd_per_kw is not among the sources"):
        bundled().extended(addition)
    assert bundled().extended(few().data).technology("wave_power", {}, 2025)["title"] == "Wave power"


def test_used_is_the_subset_with_its_sources():
    part = bundled().used(["emergency_diesel"], ["diesel"], ["diesel"], ["us_summer_peak_gw"])
    assert set(part.technologies) == {"emergency_diesel"}
    assert set(part.quantities) == {"us_summer_peak_gw"}
    assert not part.forecasts
    assert "duke_headroom" in part.sources
    assert "bloom_filings" not in part.sources


def test_a_part_survives_json():
    """A run folder embeds what it used; JSON turns years into text, and they come back as years."""
    part = bundled().used(["battery", "emergency_diesel"], ["battery"], ["natural_gas"], ["us_base_fleet_gw"])
    again = Catalog(CatalogData.model_validate(json.loads(part.model_dump_json())))
    assert again.data == part
    assert again.technology("battery", {}, 2024) == bundled().technology("battery", {}, 2024)
    assert again.supply_chain("battery", {}, 2024) == bundled().supply_chain("battery", {}, 2024)


def test_search_looks_in_names_notes_and_sources():
    assert {row["entry"] for row in bundled().search("Cleanview funnel")} >= {
        "gas_reciprocating_engine",
        "fuel_cell",
    }
    assert {row["key"] for row in bundled().search("firm_grid USD/kW")} >= {"connection_cost_usd_per_kw"}
    assert {row["section"] for row in bundled().search("duke")} >= {"forecasts", "sources", "quantities"}
    assert bundled().search("no such words anywhere") == []


def test_rows_are_flat_and_tell_what_is_stale():
    cost = few().rows("technologies", datetime.date(2027, 8, 1))[1]
    assert (cost["entry"], cost["key"], cost["high"], cost["unit"]) == (
        "wave_power",
        "capital_cost_usd_per_kw",
        6000,
        "USD/kW",
    )
    assert cost["sources"] == ("A note",)
    assert cost["stale"]
    assert not few().rows("technologies", datetime.date(2027, 7, 31))[1]["stale"]
    assert not any(row["stale"] for row in few().rows("technologies"))
    with pytest.raises(UnknownEntry, match="technologies"):
        few().rows("technology")


def test_forecast_rows_spread_ranges():
    found = {row["key"]: row for row in bundled().rows("forecasts") if row["entry"] == "lbnl_2025_energy"}
    assert [found["2030"][r] for r in ("low", "mid", "high")] == [521, 649, 843]
    assert [found["2024"][r] for r in ("low", "mid", "high")] == [192, 192, 192]
    assert len(bundled().rows("sources")) == len(bundled().data.sources)
    assert bundled().rows("deflators")[0]["entry"] == "2010"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "high: 6000",
            "high: 4500",
            "few.yaml:3:3 technologies.wave_power.*low <= mid <= high fails in 2026",
        ),
        ("high: 6000", "high: lots", "'lots' is neither a number nor a map of year: number"),
        ("high: 6000", "high: 6000\n        height: 3", "height: Extra inputs are not permitted"),
        ("source: [note]", "source: [rumour]", "source 'rumour' of capital_cost_usd_per_kw is not among"),
        ("dollar_year: 2023", "note: x", "a unit in USD needs a dollar_year"),
        ("then: hold", "then: grow", "`then` is 'grow'; expected hold"),
        ("2030: 3000", "y2030: 3000", "'y2030' is not a year"),
        ("{2026: 5000, then: hold}", "{then: hold}", "a year series needs at least one year"),
        ("{2026: 5000, then: hold}", "{2026: true}", "True in 2026 is not a number"),
        ("high: 6000", "high: 6000\n        high: 7000", 'few.yaml:11:.*duplicate key "high"'),
        ("technologies:", "technology:", "unknown section; expected one of technologies, supply_chains"),
        ("kind: generator,", "kind: generator, fuel: whale_oil,", "fuel 'whale_oil' is not in the catalog"),
    ],
)
def test_broken_files_are_told_with_file_and_entry(old, new, message):
    assert old in ENTRY
    with pytest.raises(InputError, match=message):
        few(ENTRY.replace(old, new, 1))


def test_all_problems_are_told_at_once():
    wrong = ENTRY.replace("high: 6000", "high: lots").replace("mid: {2026: 5000, then: hold}", "mid: some")
    twice = {
        "a.yaml": wrong,
        "b.yaml": SOURCES,
        "c.yaml": SOURCES,
        "d.yaml": "- a list",
        "e.yaml": "fuels: 3",
    }
    with pytest.raises(InputError) as told:
        read_texts(twice)
    text = str(told.value)
    for part in (
        "'lots'",
        "'some'",
        "given again in c.yaml; already in b.yaml",
        "d.yaml:1:1",
        "e.yaml fuels",
    ):
        assert part in text


def test_a_forecasts_value_reads_as_a_quantity():
    """Of Morgan Stanley's 15 to 20 GW of turbines the middle is 17.5; LBNL's 521 / 649 / 843 has its own middle."""
    catalog = bundled()
    read = [catalog.quantity("ms_gap_2025_11.gas_turbines", {"supply": one}, 2025) for one in ("low", "mid", "high")]
    assert read == [15, 17.5, 20]
    assert catalog.quantity("lbnl_2025_energy.2030", {}, 2025) == 649
    assert catalog.used(quantities=["ms_gap_2025_11.demand"]).sources.keys() == {"ms_2025_11"}


@pytest.mark.parametrize(
    ("name", "near"), [("ms_gap_2025_1.demand", "ms_gap_2025_11"), ("ms_gap_2025_11.demnd", "demand")]
)
def test_a_wrong_name_of_a_forecasts_value_names_the_nearest(name, near):
    with pytest.raises(UnknownEntry) as told:
        bundled().quantity(name, {}, 2025)
    assert near in told.value.near
