"""The benchmark's LP in linopy's ordinary vectorised style; only the features which its scenario uses."""

from __future__ import annotations

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from ..independent import features
from ..independent.bare_arrays import Frame


def build(scenario) -> tuple[linopy.Model, float]:
    """The model, ready for `to_highspy`, and the constant part of its objective, which linopy does not keep."""
    f, m = Frame(scenario), linopy.Model()
    kinds = {kind: f.of_kind(kind) for kind in ("connection", "generator", "storage", "flexible_load")}
    ordered = {**kinds["generator"], **kinds["storage"]}
    axes = {
        "r": list(scenario.regions), "y": f.years, "v": f.years, "d": range(f.D), "h": range(f.H), "p": list(ordered),
        "c": list(kinds["connection"]), "g": list(kinds["generator"]), "s": list(kinds["storage"]),
        "k": list(kinds["flexible_load"]), "n": list(scenario.supply_chains),
    }  # fmt: skip
    axes = {name: pd.Index(list(labels), name=name) for name, labels in axes.items()}

    def data(dims, values):
        values = np.broadcast_to(np.asarray(values, float), [len(axes[d]) for d in dims])
        return xr.DataArray(values, dims=list(dims), coords={d: axes[d] for d in dims})

    def of(kind, dims, make):
        return data(dims, [make(thing) for thing in kind.values()])

    def var(name, dims, lower=0.0, upper=np.inf):
        return m.add_variables(lower=lower, upper=upper, coords=[axes[d] for d in dims], name=name)

    hours = data("dh", f.hours_by_step)
    worth = data("y", f.worth)
    load = data("rdh", f.shapes.load)
    wacc, region = scenario.finance.weighted_average_cost_of_capital, f.regions[0]
    carbon = scenario.finance.carbon_price_usd_per_t
    cost = []

    # demand
    added_load = np.array([np.cumsum(f.series(one.demand.additions_gw_per_year)) for one in f.regions])
    fleet = np.array([one.demand.base_gw for one in f.regions])
    energized, gap = var("energized", "ry"), var("gap", "ry")
    m.add_constraints(energized + gap == data("ry", fleet[:, None] + added_load), name="wanted")
    m.add_constraints(energized.isel(y=0, drop=True) >= data("r", fleet), name="fleet")
    later, sooner = energized.isel(y=slice(1, None)), energized.isel(y=slice(None, -1))
    m.add_constraints(later - sooner.assign_coords(y=axes["y"][1:]) >= 0, name="stay")
    cost.append((gap * (worth * scenario.value_of.delayed_load_usd_per_kw_year)).sum())

    # grid
    lines = kinds["connection"]
    connection_added, connected = var("connection_added", "cry"), var("connected", "cry")
    draw = var("grid_draw", "crydh")
    limit = data("cy", [f.series(region.grid.additions_gw_per_year[name]) for name in lines])
    m.add_constraints(connection_added <= limit * data("r", 1.0), name="added")
    so_far = data("vy", np.triu(np.ones((f.Y, f.Y))))
    base = of(lines, "c", lambda c: float(c.base_connected_by_fleet)) * data("r", fleet)
    m.add_constraints(connected - (connection_added.rename(y="v") * so_far).sum("v") == base, name="connected")
    m.add_constraints(draw - connected <= 0, name="draw")
    flexible = [name for name, line in lines.items() if line.requires_headroom]
    m.add_constraints(draw.sel(c=flexible).sum("c") <= data("rdh", f.shapes.headroom_gw), name="headroom")
    payment = of(lines, "cv", lambda c: c.connection_cost_usd_per_kw * features.annuity(wacc, c.contract_years)
                 * (features.present(np.eye(f.Y), c.contract_years) @ f.worth))  # fmt: skip
    cost.append((connection_added.rename(y="v") * payment).sum())
    cost.append((connected * (of(lines, "cy", lambda c: f.series(c.capacity_price_usd_per_kw_year)) * worth)).sum())
    co2_line = of(lines, "c", lambda c: c.co2_t_per_mwh)
    per_mwh = of(lines, "cy", lambda c: f.series(c.energy_price_usd_per_mwh)) + carbon * co2_line
    cost.append((draw * (1e-3 * per_mwh * worth * hours)).sum())

    # orders and capacity
    arrives = of(ordered, "pvy", lambda p: features.arrival_shares(f.years, p.lead_time_years, p.earliest_year))

    def for_years(arrivals, key):
        spans = zip(arrivals.data, ordered.values(), strict=True)
        return arrivals.copy(data=[features.present(each, getattr(p, key)) for each, p in spans])

    stands, paid = for_years(arrives, "life_years"), for_years(arrives, "contract_years")
    placed = of(ordered, "py", lambda p: [p.committed_deliveries_gw_per_year.get(y, 0.0) for y in f.years])
    there, committed_paid = for_years(placed, "life_years"), for_years(placed, "contract_years")
    possible = xr.where(arrives.sum("y") > 0, np.inf, 0.0)
    recovery = of(ordered, "p", lambda p: features.annuity(wacc, p.contract_years))
    price = of(ordered, "pv", lambda p: f.series(p.capital_cost_usd_per_kw)) * recovery
    multiplier = data("r", [one.capital_cost_multiplier for one in f.regions])
    order = var("order", "prv", upper=(possible * data("r", 1.0)).transpose("p", "r", "v"))
    capacity = var("capacity", "pry")
    m.add_constraints(capacity - (order * stands).sum("v") == there * data("r", 1.0), name="capacity")
    cost.append((order * (price * (paid * worth).sum("y") * multiplier)).sum())
    cost.append((capacity * (of(ordered, "p", lambda p: p.fixed_om_usd_per_kw_year) * worth)).sum())
    offset = float((price.isel(v=0, drop=True) * (committed_paid * worth).sum("y") * multiplier).sum())

    # generators
    machines = kinds["generator"]
    usable = of(machines, "grdh", lambda g: np.clip(
        1 - g.derate_fraction_per_degc * np.clip(f.shapes.temperature_degc - g.derate_above_degc, 0, None), 0, None
    ) / features.overbuild(g, scenario.reliability))  # fmt: skip
    output = var("output", "grydh")
    own = capacity.sel(p=axes["g"].to_list()).rename(p="g")
    m.add_constraints(output - usable * own <= 0, name="output")
    least = of(machines, "g", lambda g: g.minimum_load_fraction)
    turned_low = [name for name in machines if float(least.sel(g=name)) > 0]
    one, its = output.sel(g=turned_low), own.sel(g=turned_low)
    m.add_constraints(one - (usable * least).sel(g=turned_low) * its >= 0, name="least")
    fuel = scenario.fuels["gas"]
    heat = of(machines, "g", lambda g: g.heat_rate_mmbtu_per_mwh)
    burnt = data("y", f.series(fuel.price_usd_per_mmbtu) + fuel.transport_usd_per_mmbtu + carbon * fuel.co2_t_per_mmbtu)
    running = heat * burnt + of(machines, "g", lambda g: g.variable_om_usd_per_mwh)
    cost.append((output * (1e-3 * running * worth * hours)).sum())
    gas = 1e3 / features.MMBTU_PER_BCF * f.line.hours_per_step * heat
    pipeline = data("y", f.series(region.gas_supply_limit_bcf_per_day))
    m.add_constraints((output * gas).sum(["g", "h"]) <= pipeline, name="gas")
    m.add_constraints(own.sum("g") <= data("y", f.series(region.air_permit_limit_gw)), name="permits")

    # storage
    batteries, names = kinds["storage"], axes["s"].to_list()
    power = capacity.sel(p=names).rename(p="s")
    most = (possible.sel(p=names).rename(p="s") * data("srv", 1.0)).transpose("s", "r", "v")
    energy_order = var("energy_order", "srv", upper=most)
    energy = var("energy_capacity", "sry")
    charge, discharge, level = var("charge", "srydh"), var("discharge", "srydh"), var("level", "srydh")
    energy_stands, energy_paid = (t.sel(p=names).rename(p="s") for t in (stands, paid))
    duration = of(batteries, "s", lambda s: s.committed_duration_h)
    energy_there = there.sel(p=names).rename(p="s") * duration
    m.add_constraints(energy - (energy_order * energy_stands).sum("v") == energy_there * data("r", 1.0), name="energy")
    m.add_constraints(energy - of(batteries, "s", lambda s: s.min_duration_h) * power >= 0, name="shortest")
    m.add_constraints(energy - of(batteries, "s", lambda s: s.max_duration_h) * power <= 0, name="longest")
    working = of(batteries, "s", lambda s: 1 - s.forced_outage_fraction - s.planned_outage_fraction)
    m.add_constraints(charge + discharge - working * power <= 0, name="storage_power")
    m.add_constraints(level - energy <= 0, name="level_fits")
    step, way = f.line.hours_per_step, of(batteries, "s", lambda s: s.round_trip_efficiency_fraction**0.5)
    kept = of(batteries, "s", lambda s: (1 - s.self_discharge_fraction_per_hour) ** step)
    carried = level - step * way * charge + step / way * discharge
    days_back = 1 if f.line.is_chronological else 0  # a day follows the day before, or its own end
    first = level.isel(h=-1, drop=True).roll(d=days_back)
    rest = level.isel(h=slice(None, -1)).assign_coords(h=axes["h"][1:])
    m.add_constraints(carried.isel(h=0, drop=True) - kept * first == 0, name="level_at_midnight")
    m.add_constraints(carried.isel(h=slice(1, None)) - kept * rest == 0, name="level")
    recovered = recovery.sel(p=names).rename(p="s")
    energy_price = of(batteries, "sv", lambda s: f.series(s.energy_cost_usd_per_kwh)) * recovered
    cost.append((energy_order * (energy_price * (energy_paid * worth).sum("y") * multiplier)).sum())
    cost.append((energy * (of(batteries, "s", lambda s: s.fixed_om_usd_per_kwh_year) * worth)).sum())
    cost.append((discharge * (1e-3 * of(batteries, "s", lambda s: s.variable_om_usd_per_mwh) * worth * hours)).sum())
    committed_energy = (committed_paid * worth).sum("y").sel(p=names).rename(p="s") * duration
    offset += float((energy_price.isel(v=0, drop=True) * committed_energy * multiplier).sum())

    # supply chains
    member = data("np", [[float(p.supply_chain == n) for p in ordered.values()] for n in scenario.supply_chains])
    slots = data("ny", [f.series(chain.open_slots_gw_per_year) for chain in scenario.supply_chains.values()])
    m.add_constraints((order * (member * arrives)).sum(["p", "r", "v"]) <= slots, name="slots")
    limited = {n: c for n, c in scenario.supply_chains.items() if c.open_slots_gwh_per_year is not None}
    for name, chain in limited.items():
        delivered = (energy_order * (member.sel(n=name) * arrives).sel(p=names).rename(p="s")).sum(["s", "r", "v"])
        m.add_constraints(delivered <= data("y", f.series(chain.open_slots_gwh_per_year)), name=f"energy_slots_{name}")

    # flexible load
    tranches = kinds["flexible_load"]
    enrolled, reduction = var("enrolled", "kry"), var("reduction", "krydh")
    share = of(tranches, "k", lambda k: k.share_of_load_fraction)
    m.add_constraints(enrolled - share * energized <= 0, name="enrolled")
    m.add_constraints(reduction - load * enrolled <= 0, name="reduction")
    most = of(tranches, "k", lambda k: k.max_hours_per_year) * enrolled
    m.add_constraints((reduction * hours).sum(["d", "h"]) - most <= 0, name="reduction_hours")
    cost.append((enrolled * (of(tranches, "k", lambda k: k.enrolment_usd_per_kw_year) * worth)).sum())
    cost.append((reduction * (1e-3 * of(tranches, "k", lambda k: k.price_usd_per_mwh) * worth * hours)).sum())

    # unserved energy, balance and the cap on emissions
    unserved = var("unserved", "rydh")
    m.add_constraints(unserved - load * energized <= 0, name="unserved")
    allowed = scenario.reliability.unserved_energy_limit_fraction * (load * hours).sum(["d", "h"])
    m.add_constraints((unserved * hours).sum(["d", "h"]) - allowed * energized <= 0, name="unserved_target")
    cost.append((unserved * (1e-3 * scenario.value_of.unserved_energy_usd_per_mwh * worth * hours)).sum())
    carried = draw.sum("c") + output.sum("g") + discharge.sum("s") + reduction.sum("k") + unserved
    m.add_constraints(carried - load * energized - charge.sum("s") == 0, name="balance")
    bought = (draw * (1e-3 * co2_line * hours)).sum(["c", "r", "d", "h"])
    generated = (output * (1e-3 * fuel.co2_t_per_mmbtu * heat * hours)).sum(["g", "r", "d", "h"])
    m.add_constraints(bought + generated <= data("y", f.series(scenario.limits.co2_mt_per_year)), name="co2_cap")
    m.add_objective(sum(cost[1:], cost[0]))
    return m, offset
