"""The features of the LP, block by block. Axes: item, region r, year y, period d, hour h; `v` is the order year."""

from __future__ import annotations

import itertools
import math

import numpy as np

MMBTU_PER_BCF = 1.037e6


def annuity(rate, years):
    """Level yearly payment that repays 1; nothing for a plant that is paid for."""
    if years == 0:
        return 0.0
    return 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)


def arrival_shares(years, lead, earliest):
    """Share of an order of year v that arrives in year y, [v, y].

    An order is spread evenly over [v, v + 1), so it arrives evenly over [v + lead, v + lead + 1); the share of
    year y is the overlap with [y, y + 1). What would arrive before `earliest` waits for it.
    """
    shares = np.zeros((len(years), len(years)))
    for i, v in enumerate(years):
        for j, y in enumerate(years):
            if earliest is None or y > earliest:
                shares[i, j] = max(0.0, 1 - abs(y - v - lead))
            elif y == earliest:
                shares[i, j] = sum(max(0.0, 1 - abs(k - v - lead)) for k in range(v, y + 1))
    shares[shares < 1e-9] = 0.0
    return shares


def present(arrivals, years):
    """Sum of the arrivals of the last `years` years, this one included; along the last axis."""
    span = max(1, int(years + 0.5))
    upto = np.cumsum(arrivals, axis=-1)
    before = np.zeros_like(upto)
    before[..., span:] = upto[..., :-span]
    return upto - before


def overbuild(generator, reliability):
    """Installed / usable capacity.

    Islanded: line up units until k working ones are found. The number of broken ones among them has a negative
    binomial distribution, P(j) = C(k - 1 + j, j) a^k (1 - a)^j; spares must cover it with the asked probability.
    """
    working = 1 - generator.forced_outage_fraction - generator.planned_outage_fraction
    if generator.operation == "grid_parallel":
        return 1 / working
    if generator.overbuild_ratio is not None:
        return generator.overbuild_ratio
    load = generator.site_load_mw or reliability.site_load_mw
    k = math.ceil(load / generator.unit_size_mw - 1e-9)
    spare = 0
    if working < 1:
        j = np.arange(1, 64 + 4 * math.ceil(k * (1 - working) / working))
        steps = np.log((k - 1 + j) / j * (1 - working))
        likely = np.exp(k * np.log(working) + np.concatenate([[0.0], np.cumsum(steps)])).cumsum()
        spare = int(np.argmax(likely >= reliability.availability_target_fraction))
    return (k + spare) * generator.unit_size_mw / load


def demand(f, t):
    """Wanted = energized + gap, connected sites stay; a share of additions may be built elsewhere."""
    demands = [region.demand for region in f.regions]
    unit = np.array([
        {"nameplate": d.utilization_fraction, "it_load": d.power_usage_effectiveness}.get(d.of, 1.0) for d in demands
    ])  # fmt: skip
    f.fleet = unit * [d.base_gw for d in demands]
    added = unit[:, None] * np.cumsum([f.series(d.additions_gw_per_year) for d in demands], axis=1)
    f.energized = energized = t.columns("energized", f.R, f.Y)
    gap = t.columns("gap", f.R, f.Y, cost=f.worth * f.series(f.scenario.value_of.delayed_load_usd_per_kw_year))
    terms = [(1, energized), (1, gap)]
    if f.R > 1 and any(d.relocatable_fraction > 0 for d in demands):
        price = np.array([f.series(d.relocation_cost_usd_per_kw_year) for d in demands])
        out = t.columns("moved_out", f.R, f.Y)
        into = t.columns("moved_in", f.R, f.Y, cost=price * f.worth)
        terms += [(1, out), (-1, into)]
        share = np.array([d.relocatable_fraction for d in demands])
        t.rows("moved_whole", (f.Y,), [(1, into.T), (-1, out.T)], 0, 0)
        t.rows("moved_share", (f.R, f.Y), [(1, out)], upper=share[:, None] * added)
        t.rows("moved_stays", (f.R, f.Y - 1), [(1, into[:, 1:]), (-1, into[:, :-1])], lower=0)
        for i, d in enumerate(demands):
            if d.relocation_in_limit_gw is not None:
                t.rows(f"moved_room_{i}", (f.Y,), [(1, into[i])], upper=f.series(d.relocation_in_limit_gw))
    wanted = f.fleet[:, None] + added
    t.rows("wanted", (f.R, f.Y), terms, wanted, wanted)
    t.rows("fleet_stays", (f.R,), [(1, energized[:, 0])], lower=f.fleet)
    t.rows("sites_stay", (f.R, f.Y - 1), [(1, energized[:, 1:]), (-1, energized[:, :-1])], lower=0)


def grid(f, t):
    """Connections grow within yearly limits; flexible ones carry power only within headroom."""
    connections = f.of_kind("connection")
    if not connections:
        return
    kinds = list(connections.values())
    shape = (len(kinds), f.R, f.Y)
    limit, energy, capacity = np.zeros((3, *shape))
    for i, (name, c) in enumerate(connections.items()):
        for j, region in enumerate(f.regions):
            own = region.grid
            if name in own.additions_gw_per_year:
                limit[i, j] = f.series(own.additions_gw_per_year[name])
            energy[i, j] = f.series(own.energy_price_usd_per_mwh or c.energy_price_usd_per_mwh)
            # A region's capacity price is meant for firm connections only: flexible ones buy no capacity.
            given = None if c.requires_headroom else own.capacity_price_usd_per_kw_year
            capacity[i, j] = f.series(given or c.capacity_price_usd_per_kw_year)
    wacc = f.scenario.finance.weighted_average_cost_of_capital
    paid = np.array([present(np.eye(f.Y), c.contract_years) @ f.worth for c in kinds])
    charge = paid * [f.series(c.connection_cost_usd_per_kw) * annuity(wacc, c.contract_years) for c in kinds]
    co2 = np.array([c.co2_t_per_mwh for c in kinds])
    per_mwh = energy + f.series(f.scenario.finance.carbon_price_usd_per_t) * co2[:, None, None]
    added = t.columns("connection_added", *shape, cost=charge[:, None, :])
    connected = t.columns("connected", *shape, cost=f.worth * capacity)
    draw = t.columns("grid_draw", *shape, f.D, f.H, cost=(1e-3 * f.worth * per_mwh)[..., None, None] * f.hours_by_step)
    base = np.outer([c.base_connected_by_fleet for c in kinds], f.fleet)[..., None]
    t.rows("added", shape, [(1, added)], upper=limit)
    sofar = np.tril(np.ones((f.Y, f.Y)))  # [y, v]
    t.rows("connected", shape, [(1, connected), (-sofar, added[:, :, None, :])], base, base)
    t.rows("draw", draw.shape, [(1, draw), (-1, connected[..., None, None])], upper=0)
    flexible = [i for i, c in enumerate(kinds) if c.requires_headroom]
    if flexible:
        together = np.moveaxis(draw[flexible], 0, -1)
        t.rows("headroom", together.shape[:-1], [(1, together)], upper=f.shapes.headroom_gw[:, None])
    f.power_balance.append((1, np.moveaxis(draw, 0, -1)))
    f.emitters.append((co2, draw))


def ordered(f, t):
    """Orders become capacity after their lead time and leave at the end of their life."""
    f.generators, f.storages = f.of_kind("generator"), f.of_kind("storage")
    f.ordered = {**f.generators, **f.storages}
    if not f.ordered:
        return
    things = list(f.ordered.values())
    f.arrivals = np.array([arrival_shares(f.years, p.lead_time_years, p.earliest_year) for p in things])
    f.standing = np.array([present(a, p.life_years) for a, p in zip(f.arrivals, things, strict=True)])
    given = [region.share_of_committed_deliveries_fraction for region in f.regions]
    share = np.array([(1.0 if f.R == 1 else 0.0) if s is None else s for s in given])
    placed = np.array([[p.committed_deliveries_gw_per_year.get(y, 0.0) for y in f.years] for p in things])
    f.placed = placed[:, None] * share[:, None]  # [p, r, y]
    f.multiplier = np.array([region.capital_cost_multiplier for region in f.regions])
    f.arrives = np.where(f.arrivals.any(axis=2), np.inf, 0.0)[:, None, :]  # [p, 1, v]
    _stock(f, t, things, "order", "capacity", slice(None), [1.0] * len(things),
           [p.capital_cost_usd_per_kw for p in things], [p.fixed_om_usd_per_kw_year for p in things])  # fmt: skip
    for name, p in enumerate(f.ordered):
        for j, region in enumerate(f.regions):
            if p in region.build_limit_gw:
                most = f.series(region.build_limit_gw[p])
                t.rows(f"build_limit_{p}_{j}", (f.Y,), [(1, t.columns_of["capacity"][name, j])], upper=most)


def _stock(f, t, things, order_name, stock_name, which, per_committed, price, fixed):
    """Columns and rows of one ordered stock: GW of anything, or GWh of storage."""
    wacc = f.scenario.finance.weighted_average_cost_of_capital
    payment = np.array([
        f.series(cost) * annuity(wacc, p.contract_years) * (1 - p.investment_tax_credit_fraction)
        for cost, p in zip(price, things, strict=True)
    ])  # per order year, [p, v]  # fmt: skip
    placed = f.placed[which] * np.array(per_committed)[:, None, None]
    paid = np.array([present(a, p.contract_years) @ f.worth for a, p in zip(f.arrivals[which], things, strict=True)])
    paid_committed = [present(a, p.contract_years) @ f.worth for a, p in zip(placed, things, strict=True)]
    t.offset += float((payment[:, :1] * paid_committed @ f.multiplier).sum())
    shape = (len(things), f.R, f.Y)
    order = t.columns(
        order_name, *shape, cost=(payment * paid)[:, None, :] * f.multiplier[:, None], upper=f.arrives[which]
    )
    stock = t.columns(stock_name, *shape, cost=f.each(fixed) * f.worth)
    there = np.array([present(a, p.life_years) for a, p in zip(placed, things, strict=True)])
    standing = f.standing[which].transpose(0, 2, 1)[:, None]  # [p, 1, y, v]
    t.rows(stock_name, shape, [(1, stock), (-standing, order[:, :, None, :])], there, there)
    return stock


def cold_and_heat_outages(g, degc):
    """Units working at each temperature / units working on average, not above 1; one segment at a time."""
    if not g.forced_outage_by_temperature:
        return 1.0
    points = sorted(g.forced_outage_by_temperature.items())
    outage = np.where(degc <= points[0][0], points[0][1], points[-1][1])
    for (colder, at_colder), (warmer, at_warmer) in itertools.pairwise(points):
        between = (degc > colder) & (degc < warmer)
        outage = np.where(between, at_colder + (at_warmer - at_colder) * (degc - colder) / (warmer - colder), outage)
        outage = np.where(degc == warmer, at_warmer, outage)
    working = 1 - outage - g.planned_outage_fraction
    return np.clip(working / (1 - g.forced_outage_fraction - g.planned_outage_fraction), 0, 1)


def of_the_sky(g, f):
    """Output over nameplate by sun or wind: a region's own mean, or the technology's, times the hour's shape."""
    shape, places = {
        "solar": (f.shapes.sun, [region.sun for region in f.regions]),
        "wind": (f.shapes.wind, [region.wind for region in f.regions]),
    }[g.profile]
    own = [place.capacity_factor_fraction for place in places]
    mean = np.array([g.capacity_factor_fraction if one is None else one for one in own], dtype=float)
    return np.minimum(mean[:, None, None] * shape, 1)


def generators(f, t):
    """Output within usable capacity, above the least load, within yearly hours, gas supply and air permits."""
    if not f.generators:
        return
    machines, s = list(f.generators.values()), f.scenario
    count = len(machines)
    usable, fuel_price = np.empty((count, f.R, 1, f.D, f.H)), np.zeros((count, f.R, f.Y))
    co2, gas = np.zeros((2, count))
    for i, g in enumerate(machines):
        factor = 1 - g.derate_fraction_per_degc * np.clip(f.shapes.temperature_degc - g.derate_above_degc, 0, None)
        factor = np.clip(factor, 0, None) * cold_and_heat_outages(g, f.shapes.temperature_degc)
        if g.profile != "flat":
            factor = factor * of_the_sky(g, f)
        usable[i, :, 0] = factor / overbuild(g, s.reliability)
        if g.fuel is not None:
            fuel = s.fuels[g.fuel]
            adder = [f.series(region.fuel_price_adder_usd_per_mmbtu.get(g.fuel, 0.0)) for region in f.regions]
            price = f.series(fuel.price_usd_per_mmbtu) + f.series(fuel.transport_usd_per_mmbtu) + np.array(adder)
            fuel_price[i] = g.heat_rate_mmbtu_per_mwh * price
            co2[i] = g.heat_rate_mmbtu_per_mwh * fuel.co2_t_per_mmbtu
            gas[i] = g.heat_rate_mmbtu_per_mwh * 1000 / MMBTU_PER_BCF * fuel.is_pipeline_gas
    carbon = f.series(s.finance.carbon_price_usd_per_t) * co2[:, None, None]
    per_gwh = 1e-3 * (fuel_price + f.each([g.variable_om_usd_per_mwh for g in machines]) + carbon) * f.worth
    output = t.columns("output", count, f.R, f.Y, f.D, f.H, cost=per_gwh[..., None, None] * f.hours_by_step)
    capacity = t.columns_of["capacity"][:count]
    hourly = capacity[..., None, None]
    t.rows("output", output.shape, [(1, output), (-usable, hourly)], upper=0)
    for i, g in enumerate(machines):
        if g.minimum_load_fraction > 0:
            least = -g.minimum_load_fraction * usable[i]
            t.rows(f"least_{i}", output.shape[1:], [(1, output[i]), (least, hourly[i])], lower=0)
        if g.max_hours_per_year is not None:
            year = output[i].reshape(f.R, f.Y, -1)
            allowed = (-g.max_hours_per_year, capacity[i][..., None])
            t.rows(f"hours_{i}", (f.R, f.Y), [(f.hours, year), allowed], upper=0)
    burns = np.array([g.combustion for g in machines], dtype=float)
    for j, region in enumerate(f.regions):
        if region.gas_supply_limit_bcf_per_day is not None:
            day = np.moveaxis(output[:, j], 0, -1).reshape(f.Y, f.D, -1)  # [y, d, h x g]
            most = f.series(region.gas_supply_limit_bcf_per_day)[:, None]
            t.rows(f"gas_{j}", (f.Y, f.D), [(np.tile(gas, f.H) * f.line.hours_per_step, day)], upper=most)
        if region.air_permit_limit_gw is not None:
            t.rows(f"permits_{j}", (f.Y,), [(burns, capacity[:, j].T)], upper=f.series(region.air_permit_limit_gw))
    f.power_balance.append((1, np.moveaxis(output, 0, -1)))
    f.emitters.append((co2, output))


def storages(f, t):
    """Power and energy sized apart; the level closes over the day, or is carried through the year."""
    if not f.storages:
        return
    kinds, first = list(f.storages.values()), len(f.generators)
    shape = (len(kinds), f.R, f.Y, f.D, f.H)
    power = t.columns_of["capacity"][first:]
    energy = _stock(f, t, kinds, "energy_order", "energy_capacity", slice(first, None),
                    [s.committed_duration_h for s in kinds], [s.energy_cost_usd_per_kwh for s in kinds],
                    [s.fixed_om_usd_per_kwh_year for s in kinds])  # fmt: skip

    def each(values):
        return np.array(values, dtype=float)[:, None, None]

    t.rows("shortest", energy.shape, [(1, energy), (-each([s.min_duration_h for s in kinds]), power)], lower=0)
    t.rows("longest", energy.shape, [(1, energy), (-each([s.max_duration_h for s in kinds]), power)], upper=0)
    variable = f.each([s.variable_om_usd_per_mwh for s in kinds])
    charge = t.columns("charge", *shape)
    discharge = t.columns("discharge", *shape, cost=(1e-3 * variable * f.worth)[..., None, None] * f.hours_by_step)
    available = each([1 - s.forced_outage_fraction - s.planned_outage_fraction for s in kinds])[..., None, None]
    t.rows("storage_power", shape, [(1, charge), (1, discharge), (-available, power[..., None, None])], upper=0)
    f.power_balance += [(1, np.moveaxis(discharge, 0, -1)), (-1, np.moveaxis(charge, 0, -1))]
    step = f.line.hours_per_step
    kept = np.array([(1 - s.self_discharge_fraction_per_hour) ** step for s in kinds]).reshape(-1, 1, 1, 1, 1)
    one_way = np.sqrt([s.round_trip_efficiency_fraction for s in kinds]).reshape(-1, 1, 1, 1, 1)
    linked = np.array([s.link_days and not f.line.is_chronological for s in kinds])
    flows = [(i, [(-step * one_way[i], charge[i]), (step / one_way[i], discharge[i])]) for i in (~linked, linked)]
    if not linked.all():
        i, terms = flows[0]
        level = t.columns("level", *charge[i].shape)
        t.rows("level_fits", level.shape, [(1, level), (-1, energy[i][..., None, None])], upper=0)
        before = level[..., f.line.previous_period, np.broadcast_to(f.line.previous_hour, (f.D, f.H))]
        carry = [(1 - kept[i], level)] if f.H == 1 else [(1, level), (-kept[i], before)]
        t.rows("level", level.shape, carry + terms, 0, 0)
    if linked.any():
        _linked(f, t, *flows[1], kept[linked], energy[linked])


def _linked(f, t, which, flows, kept, energy):
    """The day's course from 0 at midnight, once per period, riding on a midnight level over all days."""
    shape = (int(which.sum()), f.R, f.Y)
    days = len(f.line.calendar)
    course = t.columns("course", *shape, f.D, f.H, lower=-np.inf)
    high = t.columns("course_high", *shape, f.D)
    low = t.columns("course_low", *shape, f.D, lower=-np.inf, upper=0.0)
    midnight = t.columns("midnight_level", *shape, days)
    flow = {True: slice(0, 1), False: slice(1, None)}
    for opening, hours in flow.items():
        part = course[..., hours]
        terms = [(coefficient, numbers[..., hours]) for coefficient, numbers in flows]
        if not opening:
            terms.append((-kept, course[..., :-1]))
        t.rows(f"course_{opening}", part.shape, [(1, part), *terms], 0, 0)
    t.rows("course_high", course.shape, [(1, course), (-1, high[..., None])], upper=0)
    t.rows("course_low", course.shape, [(1, course), (-1, low[..., None])], lower=0)
    overnight = kept[..., 0] ** f.H
    like = f.line.calendar
    tomorrow = np.roll(midnight, -1, axis=-1)
    t.rows("midnight", midnight.shape, [(1, tomorrow), (-overnight, midnight), (-1, course[..., like, -1])], 0, 0)
    t.rows("day_above", midnight.shape, [(1, midnight), (1, high[..., like]), (-1, energy[..., None])], upper=0)
    t.rows("day_below", midnight.shape, [(overnight, midnight), (1, low[..., like])], lower=0)


def supply_chains(f, t):
    """Deliveries of all members of a chain, over all regions, within its open delivery slots."""
    for name, chain in f.scenario.supply_chains.items():
        first = len(f.generators)
        stocks = [("order", list(f.ordered.values()), 0, chain.open_slots_gw_per_year)]
        if chain.open_slots_gwh_per_year is not None:
            stocks.append(("energy_order", list(f.storages.values()), first, chain.open_slots_gwh_per_year))
        for order, things, shift, slots in stocks:
            members = [i for i, p in enumerate(things) if p.supply_chain == name]
            if members:
                orders = t.columns_of[order][members].reshape(1, -1)  # [1, p x r x v]
                shares = np.repeat(f.arrivals[[i + shift for i in members]][:, None], f.R, axis=1)
                terms = [(shares.reshape(-1, f.Y).T, orders)]
                t.rows(f"slots_{order}_{name}", (f.Y,), terms, upper=f.series(slots))


def flexible_load(f, t):
    """Tranches of load that stand ready to be turned down, for so many full-load hours a year."""
    tranches = list(f.of_kind("flexible_load").values())
    if not tranches:
        return
    shape = (len(tranches), f.R, f.Y)
    column = {key: f.each([getattr(k, key) for k in tranches]) for key in (
        "share_of_load_fraction", "max_hours_per_year", "price_usd_per_mwh", "enrolment_usd_per_kw_year")}  # fmt: skip
    enrolled = t.columns("enrolled", *shape, cost=column["enrolment_usd_per_kw_year"] * f.worth)
    price = (1e-3 * column["price_usd_per_mwh"] * f.worth)[..., None, None]
    reduction = t.columns("reduction", *shape, f.D, f.H, cost=price * f.hours_by_step)
    t.rows("enrolled", shape, [(1, enrolled), (-column["share_of_load_fraction"], f.energized[None])], upper=0)
    running = -f.shapes.load[:, None]
    t.rows("reduction", reduction.shape, [(1, reduction), (running, enrolled[..., None, None])], upper=0)
    year = reduction.reshape(*shape, -1)
    hours = -column["max_hours_per_year"][..., None]
    t.rows("reduction_hours", shape, [(f.hours, year), (hours, enrolled[..., None])], upper=0)
    f.power_balance.append((1, np.moveaxis(reduction, 0, -1)))


def unserved(f, t):
    """Unserved energy: within the hour's load, and within the target over the year."""
    shape = (f.R, f.Y, f.D, f.H)
    price = 1e-3 * f.series(f.scenario.value_of.unserved_energy_usd_per_mwh) * f.worth
    missing = t.columns("unserved", *shape, cost=price[:, None, None] * f.hours_by_step)
    load = f.shapes.load[:, None]
    t.rows("unserved", shape, [(1, missing), (-load, f.energized[..., None, None])], upper=0)
    share = f.scenario.reliability.unserved_energy_limit_fraction
    allowed = -share * (f.shapes.load * f.hours_by_step).sum(axis=(1, 2))[:, None, None]
    year = missing.reshape(f.R, f.Y, -1)
    t.rows("unserved_target", (f.R, f.Y), [(f.hours, year), (allowed, f.energized[..., None])], upper=0)
    f.power_balance.append((1, missing[..., None]))


def power_balance(f, t):
    """What carries load equals what load draws, in every hour."""
    load = (-f.shapes.load[:, None, :, :, None], f.energized[:, :, None, None, None])
    t.rows("balance", (f.R, f.Y, f.D, f.H), [*f.power_balance, load], 0, 0)


def carbon_cap(f, t):
    """Emissions of bought and generated power over all regions within the cap."""
    cap = f.scenario.limits.co2_mt_per_year
    if cap is None or not f.emitters:
        return
    terms = []
    for co2, power in f.emitters:
        tonnes = 1e-3 * co2[:, None, None] * f.hours  # Mt per GW of each step, [item, 1, d x h]
        tonnes = np.broadcast_to(tonnes, (len(co2), f.R, f.D * f.H)).reshape(1, -1)
        terms.append((tonnes, np.moveaxis(power, 2, 0).reshape(f.Y, -1)))
    t.rows("co2_cap", (f.Y,), terms, upper=f.series(cap))
