"""Tables of the hours: dispatch, storage levels, periods, and who carries the load in the tightest hour."""

from __future__ import annotations

import numpy as np
import pandas as pd

from powergap.planning import Plan
from powergap.results.frames import Table, axes_of, labels, long_table, stacked
from powergap.words import LOAD, UNSERVED


def _hourly_items(plan: Plan) -> list[tuple[str, str, str, np.ndarray]]:
    """(item, technology set, flow, power) of everything in the balance; power is [item, r, y, d, h]."""
    s = plan.solution
    load = s.expression("facility_load")[None]
    return [
        ("CONNECTIONS", "supply", "", s.value("grid_draw")),
        ("GENERATORS", "supply", "", s.value("output")),
        ("STORAGES", "supply", "", s.value("discharge")),
        ("TRANCHES", "supply", "", s.value("reduction")),
        ("", "supply", UNSERVED, s.value("unserved")[None]),
        ("", "draw", LOAD, load),
        ("STORAGES", "draw", "", s.value("charge")),
    ]


def dispatch_table(plan: Plan) -> Table:
    """Power by hour: what supplies load and what draws it. Supply and draw balance in every hour."""
    rest = axes_of(plan, "REGIONS", "YEARS", "PERIODS", "HOURS")
    rest["period"] = list(plan.inputs.timeline.names)
    frames = []
    for axis, flow, name, power in _hourly_items(plan):
        items = labels(plan, axis) if axis else [name]
        frame = long_table({"item": items, **rest}, {"power_gw": power})
        frame.insert(1, "flow", flow)
        frames.append(frame)
    return stacked(frames)


def storage_table(plan: Plan) -> Table:
    """Energy stored at the end of each step; for storage linked over days, relative to the day's midnight."""
    rest = axes_of(plan, "REGIONS", "YEARS", "PERIODS", "HOURS")
    rest["period"] = list(plan.inputs.timeline.names)
    frames = [
        long_table({"technology": labels(plan, "DAILY_STORAGES"), **rest}, {"level_gwh": plan.solution.value("level")})
    ]
    if "course" in plan.program.columns:
        linked = {"technology": labels(plan, "LINKED_STORAGES"), **rest}
        frames.append(long_table(linked, {"level_gwh": plan.solution.value("course")}))
    return stacked(frames)


def periods_table(plan: Plan) -> Table:
    """The periods of the year and how many days each stands for."""
    line = plan.inputs.timeline
    return pd.DataFrame(
        {
            "period": line.names,
            "stress": line.stress,
            "day_of_year": line.day_of_year + 1,
            "days_per_year": line.days_per_year,
            "hours_per_step": line.hours_per_step,
        }
    )


def carried_table(plan: Plan) -> Table:
    """Energized load by what carries it in the year's tightest hour.

    The tightest hour of a region and year is the one with the most load beyond what the grid could deliver
    over the connections and within headroom. What each source supplies in it, net of charging, is scaled to
    the year's peak, so that the parts sum to energized load.
    """
    solution, headroom = plan.solution, plan.register.parameters["headroom"]
    connected = solution.value("connected")
    flexible = np.isin(labels(plan, "CONNECTIONS"), labels(plan, "FLEXIBLE_CONNECTIONS"))
    firm = connected[~flexible].sum(axis=0)[:, :, None, None]
    room = np.minimum(connected[flexible].sum(axis=0)[:, :, None, None], headroom[:, None])
    load = solution.expression("facility_load")
    beyond = (load - firm - room).reshape(*load.shape[:2], -1)
    # Rounding must not decide between equally tight hours: the first one within a watt counts.
    tightest = (beyond >= beyond.max(axis=-1, keepdims=True) - 1e-9).argmax(axis=-1)
    scale = 1 / np.take_along_axis(plan.inputs.shapes.load.reshape(load.shape[0], -1), tightest, axis=1)
    frames = []
    for axis, flow, name, power in _hourly_items(plan):
        if name == LOAD:
            continue
        flat = power.reshape(*power.shape[:3], power.shape[3] * power.shape[4])
        then = np.take_along_axis(flat, np.broadcast_to(tightest[None, ..., None], (*flat.shape[:3], 1)), axis=-1)
        sign = 1.0 if flow == "supply" else -1.0
        axes = {"source": labels(plan, axis) if axis else [name], **axes_of(plan, "REGIONS", "YEARS")}
        frames.append(long_table(axes, {"carried_gw": sign * then[..., 0] * scale}))
    keys = ["source", "region", "year"]
    table = stacked(frames)
    return table.groupby(keys, sort=False)["carried_gw"].sum().reset_index()
