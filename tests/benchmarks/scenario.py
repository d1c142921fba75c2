"""The benchmark's scenario: one region, five years, every lever; the size is the number of hours."""

from __future__ import annotations

from powergap.scenario import schema

YEARS = range(2026, 2031)
CHRONOLOGIES = {
    "days12": schema.Chronology(kind="representative", typical_days=12, stress_days=2),
    "days96": schema.Chronology(kind="representative", typical_days=96, stress_days=2),
    "full": schema.Chronology(kind="full", stress_days=2),
}


def every(value: float) -> dict[int, float]:
    return dict.fromkeys(YEARS, value)


def rising(first: float, step: float) -> dict[int, float]:
    return {year: first + step * (year - YEARS[0]) for year in YEARS}


def connection(*, flexible: bool) -> schema.Connection:
    return schema.Connection(
        title="grid",
        requires_headroom=flexible,
        base_connected_by_fleet=not flexible,
        connection_cost_usd_per_kw=250.0 if flexible else 300.0,
        contract_years=14.0,
        capacity_price_usd_per_kw_year=every(0.0 if flexible else 121.0),
        energy_price_usd_per_mwh=rising(51.0, 1.5),
        co2_t_per_mwh=0.36,
    )


def gas(lead: float, cost: float, heat_rate: float, unit_mw: float, least: float, outage: float) -> schema.Generator:
    return schema.Generator(
        title="gas",
        supply_chain="turbines" if unit_mw > 100 else "engines",
        lead_time_years=lead,
        life_years=30.0,
        contract_years=12.0,
        capital_cost_usd_per_kw=rising(cost, -10.0),
        fixed_om_usd_per_kw_year=30.0,
        variable_om_usd_per_mwh=4.0,
        forced_outage_fraction=outage,
        committed_deliveries_gw_per_year={2027: 0.5, 2028: 1.0, 2029: 1.0},
        unit_size_mw=unit_mw,
        fuel="gas",
        heat_rate_mmbtu_per_mwh=heat_rate,
        minimum_load_fraction=least,
        combustion=True,
        derate_fraction_per_degc=0.007,
    )


def battery() -> schema.Storage:
    return schema.Storage(
        title="battery",
        supply_chain="batteries",
        lead_time_years=1.0,
        life_years=20.0,
        contract_years=15.0,
        capital_cost_usd_per_kw=every(250.0),
        energy_cost_usd_per_kwh=rising(200.0, -8.0),
        fixed_om_usd_per_kw_year=6.0,
        forced_outage_fraction=0.02,
        round_trip_efficiency_fraction=0.85,
        self_discharge_fraction_per_hour=0.0001,
        max_duration_h=10.0,
    )


def make(size: str) -> schema.Scenario:
    """The scenario at one of the sizes `days12`, `days96`, `full`."""
    region = schema.Region(
        demand=schema.Demand(base_gw=45.0, additions_gw_per_year=rising(22.0, 2.0)),
        grid=schema.Grid(
            additions_gw_per_year={"firm_grid": rising(8.0, 0.5), "flexible_grid": every(6.0)},
            system_load=schema.SystemLoad(summer_peak_gw=780.0, winter_peak_gw=700.0),
        ),
        gas_supply_limit_bcf_per_day=rising(2.0, 1.5),
        air_permit_limit_gw=rising(10.0, 12.0),
    )
    return schema.Scenario(
        name=f"benchmark-{size}",
        base_year=2025,
        years=schema.YearRange(first=YEARS[0], last=YEARS[-1]),
        dollar_year=2025,
        chronology=CHRONOLOGIES[size],
        regions={"nation": region},
        technologies={
            "firm_grid": connection(flexible=False),
            "flexible_grid": connection(flexible=True),
            "gas_large": gas(3.5, 2_100.0, 6.3, 330.0, 0.25, 0.05),
            "gas_medium": gas(2.0, 1_700.0, 8.9, 50.0, 0.0, 0.04),
            "gas_small": gas(1.25, 1_900.0, 8.3, 18.0, 0.0, 0.03),
            "battery": battery(),
            "training": schema.FlexibleLoad(
                title="training", share_of_load_fraction=0.1, max_hours_per_year=120.0, price_usd_per_mwh=250.0,
                enrolment_usd_per_kw_year=5.0,
            ),
        },
        supply_chains={
            "turbines": schema.SupplyChain(title="turbines", open_slots_gw_per_year=rising(1.0, 1.0)),
            "engines": schema.SupplyChain(title="engines", open_slots_gw_per_year=rising(2.0, 1.0)),
            "batteries": schema.SupplyChain(
                title="batteries", open_slots_gw_per_year=every(8.0), open_slots_gwh_per_year=every(32.0)
            ),
        },
        fuels={
            "gas": schema.Fuel(
                title="gas", price_usd_per_mmbtu=rising(3.8, 0.1), transport_usd_per_mmbtu=0.5, co2_t_per_mmbtu=0.053,
                is_pipeline_gas=True,
            )
        },
        finance=schema.Finance(discount_rate=0.07, weighted_average_cost_of_capital=0.08),
        value_of=schema.ValueOf(delayed_load_usd_per_kw_year=6_000.0, unserved_energy_usd_per_mwh=10_000.0),
        limits=schema.Limits(co2_mt_per_year=every(400.0)),
    )  # fmt: skip
