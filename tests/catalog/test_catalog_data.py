"""The bundled numbers: complete, ordered, sourced, and in agreement with what they say of each other."""

import datetime

import pytest
from pydantic import TypeAdapter

from powergap.catalog import bundled, values
from powergap.catalog.files import quantities_of
from powergap.scenario.schema import AnyTechnology, Fuel, SupplyChain

DATA = bundled().data
GROUPS = ("demand", "grid", "supply", "lead_time", "cost", "fuel", "performance", "value")
READINGS = ("low", "mid", "high")
YEARS = tuple(range(2026, 2031))
QUANTITIES = {f"{section}.{entry}.{key}": q for section, entry, key, q in quantities_of(DATA)}
EXPECTED = [
    "firm_grid",
    "faster_grid",
    "flexible_grid",
    "gas_combined_cycle",
    "gas_simple_cycle",
    "gas_aeroderivative",
    "gas_industrial_turbine",
    "gas_reciprocating_engine",
    "fuel_cell",
    "battery",
    "iron_air",
    "solar",
    "onshore_wind",
    "nuclear_restart",
    "small_modular_reactor",
    "enhanced_geothermal",
    "flexible_load_short",
    "flexible_load_deep",
    "flexible_load_training_pause",
    "emergency_diesel",
    "orbital_data_center",
]
CHAIN_OF = {
    "gas_large": ("gas_large", ("gas_combined_cycle", "gas_simple_cycle")),
    "gas_medium": ("behind_the_meter", ("gas_aeroderivative", "gas_industrial_turbine")),
    "gas_small": ("behind_the_meter", ("gas_reciprocating_engine",)),
    "fuel_cell": ("fuel_cell", ("fuel_cell",)),
}


def everywhere(reading):
    return dict.fromkeys(GROUPS, reading)


def number(name, reading, year):
    return values.at(DATA.quantities[name].reading(reading), year)


@pytest.mark.parametrize("name", QUANTITIES)
def test_every_number_says_what_it_is(name):
    quantity = QUANTITIES[name]
    assert quantity.unit, "no unit"
    assert quantity.source
    assert datetime.date(2024, 1, 1) < quantity.date <= datetime.date(2026, 11, 25)
    assert ("USD" in quantity.unit) == (quantity.dollar_year is not None)
    if quantity.confidence == "judgment":
        assert quantity.note or "judgment" in quantity.source, "a judgment needs its reason"


@pytest.mark.parametrize("name", QUANTITIES)
def test_readings_rise_in_every_year(name):
    quantity = QUANTITIES[name]
    for year in range(2025, 2041):
        read = [values.at(quantity.reading(r), year) for r in READINGS]
        known = [value for value in read if value is not None]
        assert known == sorted(known), year


def test_every_source_exists_and_is_used():
    used = {key for q in QUANTITIES.values() for key in q.source}
    used |= {key for forecast in DATA.forecasts.values() for key in forecast.source}
    assert used == set(DATA.sources)
    assert all(source.title and source.date for source in DATA.sources.values())


def test_every_technology_asked_for_is_there():
    assert list(DATA.technologies) == EXPECTED


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("name", EXPECTED)
def test_technology_fits_the_scenario_schema(name, reading):
    entry = bundled().technology(name, everywhere(reading), 2025)
    part = TypeAdapter(AnyTechnology).validate_python(entry, context={"years": YEARS})
    assert part.title == DATA.technologies[name].title
    if chain := entry.get("supply_chain"):
        assert chain in DATA.supply_chains


@pytest.mark.parametrize("reading", READINGS)
def test_chains_and_fuels_fit_the_scenario_schema(reading):
    context = {"years": YEARS}
    for name in DATA.supply_chains:
        SupplyChain.model_validate(bundled().supply_chain(name, everywhere(reading), 2025), context=context)
    for name in DATA.fuels:
        Fuel.model_validate(bundled().fuel(name, everywhere(reading), 2025), context=context)


@pytest.mark.parametrize(
    ("demand", "grid", "gap_2030"), [("low", "high", 50), ("mid", "mid", 75), ("high", "low", 100)]
)
def test_founding_arithmetic_of_the_grid_only_gap(demand, grid, gap_2030):
    """Wanted less firm additions, 2026 to 2030, by hand:

    favourable 20-10, 20.5-10.5, 21-11, 21.5-11.5, 22-12      = 10 five times        = 50
    middle     21-9, 23-9.5, 25-10, 27-10.5, 29-11            = 12, 13.5, 15, 16.5, 18 = 75
    adverse    28-8, 28.4-8.4, 28.8-8.8, 29.2-9.2, 29.6-9.6   = 20 five times        = 100
    """
    landed = [number("us_firm_grid_additions_gw_per_year", grid, year) for year in YEARS]
    wanted = [number("us_demand_additions_gw_per_year", demand, year) for year in YEARS]
    short = [w - g for w, g in zip(wanted, landed, strict=True)]
    assert all(8 <= value <= 12 for value in landed)
    assert all(10 - 1e-9 <= value <= 20 + 1e-9 for value in short)
    assert sum(short) == pytest.approx(gap_2030)


def test_morgan_stanley_components_give_its_gross_gap():
    """69 wanted - 10 under construction - 15 near-term grid = 44; levers 35 to 58, middle 46.5."""
    published = DATA.forecasts["ms_gap_2025_11"]
    part = {r: lambda key, r=r: published.quantity(key).reading(r) for r in READINGS}
    mid = part["mid"]
    assert mid("demand") - mid("under_construction") - mid("near_term_grid") == 44
    levers = ("gas_turbines", "fuel_cells", "nuclear_sites", "bitcoin_sites")
    assert [sum(part[r](key) for key in levers) for r in READINGS] == [35, 46.5, 58]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("chain", CHAIN_OF)
def test_open_slots_and_committed_deliveries_come_from_total_slots(chain, reading):
    """Open = total x (1 - booked). Placed = booked x total x on time + what was late a year before.

    By hand, medium turbines 2028, middle reading: total 6.5, booked 0.65, on time 0.55; 2027: 5, 0.85.
    Open 6.5 x 0.35 = 2.275; placed 6.5 x 0.65 x 0.55 + 5 x 0.85 x 0.45 = 2.324 + 1.9125 = 4.236.
    Together they stay below total slots plus the late carry, at most half of the year before's bookings.
    """
    group, technologies = CHAIN_OF[chain]
    on_time = DATA.quantities["deliveries_on_time_fraction"].reading(reading)
    slots = DATA.supply_chains[chain].quantities["open_slots_gw_per_year"].reading(reading)
    placed = [
        DATA.technologies[name].quantities["committed_deliveries_gw_per_year"].reading(reading) for name in technologies
    ]
    for year in range(2027, 2033):
        total, before = (number(f"us_{chain}_total_slots_gw_per_year", reading, y) for y in (year, year - 1))
        booked, booked_before = (number(f"{group}_booked_fraction", reading, y) for y in (year, year - 1))
        late = (1 - on_time) * booked_before * before if year > 2027 else 0.0
        opened, arriving = values.at(slots, year), sum(part[year] for part in placed)
        assert opened == pytest.approx(total * (1 - booked), abs=0.002)
        assert arriving == pytest.approx(on_time * booked * total + late, abs=0.002)
        assert opened + arriving <= total + late + 0.003


@pytest.mark.parametrize("reading", READINGS)
def test_committed_deliveries_of_2026_are_what_is_seen_landing(reading):
    """Cleanview: 2.8 to 3.2 GW online by the end of 2026 less 2 GW in May = 0.8 / 1.0 / 1.2 GW in all."""
    arriving = sum(
        DATA.technologies[name].quantities["committed_deliveries_gw_per_year"].reading(reading)[2026]
        for _, technologies in CHAIN_OF.values()
        for name in technologies
    )
    assert arriving == pytest.approx(number("behind_the_meter_landing_2026_gw", reading, 2026), abs=0.002)


@pytest.mark.parametrize(("chain", "unit"), [("gw", "gw"), ("gwh", "gwh")])
def test_battery_slots_are_the_data_center_share_of_all(chain, unit):
    """2028, middle reading: 25 GW x 0.15 = 3.75 GW; 88 GWh x 0.15 = 13.2 GWh."""
    slots = DATA.supply_chains["battery"].quantities[f"open_slots_{chain}_per_year"]
    for reading in READINGS:
        for year in range(2026, 2033):
            total = number(f"us_storage_total_slots_{unit}_per_year", reading, year)
            share = number("storage_data_center_share_fraction", reading, year)
            assert values.at(slots.reading(reading), year) == pytest.approx(total * share, abs=0.002)


def test_numbers_of_a_group_pull_one_way():
    """Keys that would pull against their group have one value, so that a case is one consistent world."""
    contrary = (
        "life_years",
        "contract_years",
        "investment_tax_credit_fraction",
        "round_trip_efficiency_fraction",
        "capacity_factor_fraction",
        "site_load_mw",
    )
    for name, quantity in QUANTITIES.items():
        if name.split(".")[-1] in contrary:
            assert quantity.low == quantity.high, name


def test_duke_areas_sum_to_the_report():
    """22 balancing authorities: 75.9, 98.3 and 125.8 GW; the report prints 76, 98 and 126."""
    areas = [
        f for name, f in DATA.forecasts.items() if name.startswith("duke_headroom_") and name != "duke_headroom_us"
    ]
    assert len(areas) == 22
    for key, total in (
        ("curtailed_0.25_percent", 75.9),
        ("curtailed_0.5_percent", 98.3),
        ("curtailed_1_percent", 125.8),
    ):
        assert sum(f.values[key] for f in areas) == pytest.approx(total)
