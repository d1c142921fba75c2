"""Small random valid scenarios: any mix of features, mostly feasible because the base fleet hangs on firm grid.

`scenario(random.Random(seed))` for a numbered one; `scenarios` is the hypothesis strategy, which can shrink.
"""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from powergap.scenario import schema

FIRST = 2026


class Dice:
    """Rounded random numbers, so that a failing scenario can be written down and worked by hand."""

    def __init__(self, random: Random, years: int) -> None:
        self.random = random
        self.years = list(range(FIRST, FIRST + years))

    def chance(self, probability: float) -> bool:
        return self.random.randint(1, 1000) <= 1000 * probability

    def pick(self, *choices):
        return choices[self.random.randint(0, len(choices) - 1)]

    def number(self, low: float, high: float, digits: int = 2) -> float:
        scale = 10**digits
        return self.random.randint(round(low * scale), round(high * scale)) / scale

    def series(self, low: float, high: float, digits: int = 2) -> dict[int, float]:
        if self.chance(0.4):
            return dict.fromkeys(self.years, self.number(low, high, digits))
        return {year: self.number(low, high, digits) for year in self.years}

    def rising(self, low: float, high: float) -> dict[int, float]:
        return dict(zip(self.years, sorted(self.series(low, high).values()), strict=True))

    def maybe(self, probability: float, make, other=None):
        return make() if self.chance(probability) else other


def scenario(random: Random, objective: str | None = None) -> schema.Scenario:
    """A random scenario of one to three regions and one to five years, at most six region-years."""
    names = ["north", "south", "west"][: (1, 1, 2, 3)[random.randint(0, 3)]]
    dice = Dice(random, random.randint(1, {1: 5, 2: 3, 3: 2}[len(names)]))
    chronology = _chronology(dice)
    technologies = _technologies(dice, may_link=len(names) * len(dice.years) <= 3)
    placed = [dice.number(0, 1 / len(names)) for _ in names] if len(names) > 1 else [dice.pick(None, 1.0, 0.5)]
    regions = {name: _region(dice, technologies, share) for name, share in zip(names, placed, strict=True)}
    chains = {p.supply_chain for p in technologies.values() if getattr(p, "supply_chain", None)}
    return schema.Scenario(
        name="random",
        base_year=FIRST - 1,
        years=schema.YearRange(first=FIRST, last=dice.years[-1]),
        dollar_year=2025,
        objective=objective or dice.pick("least_cost", "least_gap"),
        chronology=chronology,
        regions=regions,
        technologies=technologies,
        supply_chains={name: _chain(dice, name) for name in sorted(chains)},
        fuels={"gas": _fuel(dice, pipeline=True), "diesel": _fuel(dice, pipeline=False)},
        finance=schema.Finance(
            discount_rate=dice.pick(0.0, 0.03, 0.08),
            weighted_average_cost_of_capital=dice.pick(0.0, 0.05, 0.09),
            carbon_price_usd_per_t=dice.pick(0.0, 0.0, 40.0),
        ),
        value_of=schema.ValueOf(
            delayed_load_usd_per_kw_year=dice.pick(0.0, 300.0, 1_500.0, 9_000.0),
            unserved_energy_usd_per_mwh=dice.pick(500.0, 10_000.0),
        ),
        reliability=schema.Reliability(
            availability_target_fraction=dice.pick(0.99, 0.999, 0.9999),
            site_load_mw=dice.pick(100.0, 1_000.0),
            unserved_energy_limit_fraction=dice.pick(0.0, 1e-5, 1e-2),
        ),
        limits=schema.Limits(co2_mt_per_year=dice.maybe(0.25, lambda: dice.series(20, 120, 0))),
    )


def _chronology(dice: Dice) -> schema.Chronology:
    kind = dice.pick("annual", "representative", "representative")
    return schema.Chronology(
        kind=kind, typical_days=dice.pick(1, 2, 3), stress_days=dice.pick(0, 1, 2), days_per_stress_day=dice.pick(1, 4)
    )


def _technologies(dice: Dice, *, may_link: bool) -> dict:
    """Firm grid, and any of the rest, among them two generators and two storages that may share a chain."""
    offered = {
        "flexible_grid": lambda: _connection(dice, flexible=True),
        "second_grid": lambda: _connection(dice, flexible=dice.chance(0.5)),
        "turbine": lambda: _generator(dice, "gas"),
        "engine": lambda: _generator(dice, dice.pick("gas", "diesel")),
        "sun": lambda: _generator(dice, None, profile="solar"),
        "wind": lambda: _generator(dice, None, profile="wind"),
        "nuclear": lambda: _generator(dice, None),
        "battery": lambda: _storage(dice, linked=False),
        "long_battery": lambda: _storage(dice, linked=may_link),
        "training": lambda: _tranche(dice),
        "batch": lambda: _tranche(dice),
    }
    chosen = {name: make() for name, make in offered.items() if dice.chance(0.45)}
    return {"firm_grid": _connection(dice, flexible=False, fleet=True), **chosen}


def _connection(dice: Dice, *, flexible: bool, fleet: bool = False) -> schema.Connection:
    return schema.Connection(
        title="connection",
        requires_headroom=flexible,
        base_connected_by_fleet=fleet,
        connection_cost_usd_per_kw=dice.number(0, 900, 0),
        contract_years=dice.pick(0.0, 1.0, 3.0, 14.0),
        capacity_price_usd_per_kw_year=dice.series(0, 150, 0),
        energy_price_usd_per_mwh=dice.series(20, 90, 0),
        co2_t_per_mwh=dice.number(0, 0.5),
    )


def _ordered(dice: Dice) -> dict:
    return {
        "title": "ordered",
        "supply_chain": dice.pick(None, "one", "one", "two"),
        "lead_time_years": dice.pick(0.0, 0.25, 1.0, 1.25, 1.75, 2.6, 4.0),
        "earliest_year": dice.pick(None, None, None, FIRST - 3, FIRST + 1, FIRST + 2, FIRST + 9),
        "life_years": dice.pick(1.0, 2.0, 3.3, 15.0, 30.0),
        "contract_years": dice.pick(0.0, 1.0, 2.0, 12.0),
        "capital_cost_usd_per_kw": dice.series(100, 3_000, 0),
        "investment_tax_credit_fraction": dice.pick(0.0, 0.0, 0.3),
        "fixed_om_usd_per_kw_year": dice.number(0, 40, 0),
        "variable_om_usd_per_mwh": dice.number(0, 9, 1),
        "forced_outage_fraction": dice.pick(0.0, 0.02, 0.05, 0.1),
        "planned_outage_fraction": dice.pick(0.0, 0.0, 0.06),
        "committed_deliveries_gw_per_year": {
            year: dice.number(0, 1.5) for year in [FIRST - 1, *dice.years, dice.years[-1] + 1] if dice.chance(0.3)
        },
    }


def _generator(dice: Dice, fuel: str | None, profile: str = "flat") -> schema.Generator:
    return schema.Generator(
        **_ordered(dice),
        operation=dice.pick("islanded", "grid_parallel"),
        unit_size_mw=dice.pick(2.5, 18.0, 50.0, 250.0),
        site_load_mw=dice.pick(None, None, 75.0, 2_670.0),
        overbuild_ratio=dice.pick(None, None, 1.37),
        fuel=fuel,
        heat_rate_mmbtu_per_mwh=dice.number(5, 11) if fuel else 0.0,
        minimum_load_fraction=dice.pick(0.0, 0.0, 0.25, 0.4),
        max_hours_per_year=dice.pick(None, None, 500.0, 4_000.0),
        combustion=fuel is not None,
        profile=profile,
        capacity_factor_fraction=None if profile == "flat" else 0.25,
        derate_above_degc=dice.pick(15.0, 25.0),
        derate_fraction_per_degc=dice.pick(0.0, 0.007, 0.05),
        forced_outage_by_temperature=dice.pick({}, {-15: 0.2, 0: 0.03, 20: 0.03, 35: 0.08}, {5: 0.06, -5: 1.0}),
    )


def _storage(dice: Dice, *, linked: bool) -> schema.Storage:
    return schema.Storage(
        **_ordered(dice),
        energy_cost_usd_per_kwh=dice.series(5, 300, 0),
        fixed_om_usd_per_kwh_year=dice.number(0, 5, 1),
        round_trip_efficiency_fraction=dice.pick(0.45, 0.85, 1.0),
        # Losing 2% an hour over 365 linked days spans 1e77, which HiGHS answers with wrong duals.
        self_discharge_fraction_per_hour=dice.pick(0.0, 0.0, 0.0005, 0.001) if linked else dice.pick(0.0, 0.001, 0.02),
        min_duration_h=dice.pick(0.0, 1.0, 2.0),
        max_duration_h=dice.pick(4.0, 12.0, 100.0),
        committed_duration_h=dice.pick(2.0, 4.0),
        link_days=linked,
    )


def _tranche(dice: Dice) -> schema.FlexibleLoad:
    return schema.FlexibleLoad(
        title="tranche",
        share_of_load_fraction=dice.number(0, 0.3),
        max_hours_per_year=dice.pick(50.0, 400.0, 2_000.0),
        price_usd_per_mwh=dice.number(0, 900, 0),
        enrolment_usd_per_kw_year=dice.number(0, 30, 0),
    )


def _chain(dice: Dice, name: str) -> schema.SupplyChain:
    return schema.SupplyChain(
        title=name,
        open_slots_gw_per_year=dice.series(0, 6),
        open_slots_gwh_per_year=dice.maybe(0.5, lambda: dice.series(0, 20)),
    )


def _fuel(dice: Dice, *, pipeline: bool) -> schema.Fuel:
    return schema.Fuel(
        title="fuel",
        price_usd_per_mmbtu=dice.series(2, 12, 1),
        transport_usd_per_mmbtu=dice.number(0, 2, 1),
        co2_t_per_mmbtu=dice.pick(0.053, 0.074),
        is_pipeline_gas=pipeline,
    )


def _system_load(dice: Dice) -> schema.SystemLoad:
    return schema.SystemLoad(summer_peak_gw=dice.number(10, 90, 0), winter_peak_gw=dice.number(10, 90, 0))


def _region(dice: Dice, technologies: dict, committed_share: float | None) -> schema.Region:
    connections = [name for name, tech in technologies.items() if tech.kind == "connection"]
    ordered = [name for name, tech in technologies.items() if tech.kind in {"generator", "storage"}]
    return schema.Region(
        demand=schema.Demand(
            of=dice.pick("facility_load", "nameplate", "it_load"),
            utilization_fraction=dice.pick(0.5, 0.8, 1.0),
            power_usage_effectiveness=dice.pick(1.1, 1.3),
            base_gw=dice.number(0, 20, 1),
            additions_gw_per_year=dice.series(0, 12, 1),
            relocatable_fraction=dice.pick(0.0, 0.2, 0.5),
            relocation_in_limit_gw=dice.maybe(0.5, lambda: dice.rising(0, 9)),
            relocation_cost_usd_per_kw_year=dice.number(0, 60, 0),
            profile=schema.LoadProfile(
                load_factor_fraction=dice.pick(0.85, 0.9, 1.0), daily_swing_fraction=dice.pick(0.0, 0.1, 0.2)
            ),
        ),
        grid=schema.Grid(
            additions_gw_per_year={name: dice.series(0, 8, 1) for name in connections if dice.chance(0.85)},
            energy_price_usd_per_mwh=dice.maybe(0.3, lambda: dice.series(20, 90, 0)),
            capacity_price_usd_per_kw_year=dice.maybe(0.3, lambda: dice.series(0, 150, 0)),
            system_load=dice.maybe(0.85, lambda: _system_load(dice)),
        ),
        climate=schema.Climate(mean_degc=dice.number(5, 22, 0), hot_day_degc=dice.number(25, 40, 0)),
        sun=schema.Sun(capacity_factor_fraction=dice.pick(None, 0.2, 0.32), noon_h=dice.pick(11.5, 12.5)),
        wind=schema.Wind(
            capacity_factor_fraction=dice.pick(None, 0.3, 0.9), seasonal_swing_fraction=dice.pick(0.1, 0.4)
        ),
        capital_cost_multiplier=dice.pick(0.9, 1.0, 1.25),
        fuel_price_adder_usd_per_mmbtu=dice.maybe(0.3, lambda: {"gas": dice.number(-1, 2, 1)}, {}),
        share_of_committed_deliveries_fraction=committed_share,
        gas_supply_limit_bcf_per_day=dice.maybe(0.3, lambda: dice.series(0, 1)),
        air_permit_limit_gw=dice.maybe(0.3, lambda: dice.series(1, 9, 1)),
        build_limit_gw={name: dice.series(2, 9, 1) for name in ordered if dice.chance(0.2)},
    )


scenarios = st.randoms(use_true_random=False).map(scenario)
