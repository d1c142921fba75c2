"""What the draws say together: quantiles, probabilities, swings, indices, regret, stranded capacity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from powergap.arrays import Floats
from powergap.files.guarded_csv import csv_text
from powergap.results.digits import clean
from powergap.sweep.designs import BASE, DRAW, SWING, SWINGS
from powergap.sweep.draw import OPTIMAL
from powergap.sweep.store import write_bytes
from powergap.sweep.sweep import Sweep

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
LIMITS_GW = (10.0, 25.0, 50.0, 75.0, 100.0)
PARTS = ("low", "middle", "high")
"""Thirds of an input's draws."""

TIE = 1e-7
"""Share of the least cost within which two policies cost the same: the solver's own tolerance."""


def gap_quantiles(sweep: Sweep) -> pd.DataFrame:
    """Gap by policy and year over the draws, GW: as the scenario stands, mean and quantiles."""
    rows = []
    base = _role(sweep, BASE)
    drawn = _role(sweep, DRAW)
    for policy in sweep.policies:
        own, as_is = drawn[drawn["policy"] == policy], base[base["policy"] == policy]
        for year in sweep.years:
            gap = own[f"gap_gw_{year}"].to_numpy()
            found = {name: _quantile(gap, at) for name, at in QUANTILES.items()}
            stands = as_is[f"gap_gw_{year}"].to_numpy()
            rows.append(
                {"policy": policy, "year": year, "draws": len(gap), "base_gw": stands[0] if len(stands) else np.nan,
                 "mean_gw": gap.mean() if len(gap) else np.nan}
                | {f"{name}_gw": value for name, value in found.items()}
            )  # fmt: skip
    return pd.DataFrame(rows)


def exceedance(sweep: Sweep, limits_gw: Sequence[float] = LIMITS_GW) -> pd.DataFrame:
    """Share of draws in which the gap at the end of the last year exceeds each limit."""
    drawn = _role(sweep, DRAW)
    last = f"gap_gw_{sweep.years[-1]}"
    rows = []
    for policy in sweep.policies:
        gap = drawn.loc[drawn["policy"] == policy, last].to_numpy()
        for limit in limits_gw:
            share = float((gap > limit).mean()) if len(gap) else np.nan
            rows.append({"policy": policy, "year": sweep.years[-1], "limit_gw": limit, "probability": share})
    return pd.DataFrame(rows)


def tornado(sweep: Sweep) -> pd.DataFrame:
    """Gap of the last year when one input is moved to its 10% and its 90% quantile, all others as they stand."""
    base, moved = _role(sweep, BASE), _role(sweep, SWING)
    points = sweep.points[sweep.points["role"] == SWING].set_index("point")[sweep.inputs]
    last = f"gap_gw_{sweep.years[-1]}"
    rows = []
    for policy in sweep.policies:
        as_is = base.loc[base["policy"] == policy, last]
        gap = moved[moved["policy"] == policy].set_index("point")[last].reindex(points.index)
        for name in sweep.inputs:
            low, high = (gap[points[name] == at].iloc[0] for at in SWINGS)
            rows.append({"policy": policy, "input": name, "base_gw": as_is.iloc[0] if len(as_is) else np.nan,
                         "low_gw": low, "high_gw": high, "swing_gw": abs(high - low)})  # fmt: skip
    found = pd.DataFrame(rows)
    found["place"] = found["policy"].map({policy: number for number, policy in enumerate(sweep.policies)})
    found = found.sort_values(["place", "swing_gw"], ascending=[True, False], kind="stable")
    return found.drop(columns="place").reset_index(drop=True)


def sobol_indices(sweep: Sweep) -> pd.DataFrame:
    """First-order and total Sobol indices of the last year's gap; empty for another design than `saltelli`.

    First: share of the variance that goes if the input alone were known. Total: share that stays if all others were.
    A policy with a draw without plan has none.
    """
    columns = ["policy", "input", "first", "total"]
    if sweep.about.design != "saltelli":
        return pd.DataFrame(columns=columns)
    from scipy import stats

    points = sweep.points[~sweep.points["role"].isin([BASE, SWING])]["point"].to_numpy()
    count = len(sweep.inputs)
    size = len(points) // (count + 2)
    last = f"gap_gw_{sweep.years[-1]}"
    rows = []
    for policy in sweep.policies:
        own = sweep.rows[(sweep.rows["policy"] == policy) & (sweep.rows["status"] == OPTIMAL)]
        gap = own.set_index("point")[last].reindex(points).to_numpy()
        if np.isnan(gap).any() or np.ptp(gap) < 1e-9:
            first = total = np.full(count, np.nan)
        else:
            blocks = gap.reshape(count + 2, 1, size)
            found = stats.sobol_indices(func={"f_A": blocks[0], "f_B": blocks[1], "f_AB": blocks[2:]}, n=size)
            first, total = np.ravel(found.first_order), np.ravel(found.total_order)
        rows += [{"policy": policy, "input": name, "first": one, "total": all_}
                 for name, one, all_ in zip(sweep.inputs, first, total, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def contenders(sweep: Sweep) -> list[str]:
    """Policies that hold no other policy whole: one that has another's levers and more never costs more than it."""
    levers = {policy: set(own) for policy, own in sweep.about.levers.items()}
    return [policy for policy in sweep.policies if not any(own and own < levers[policy] for own in levers.values())]


def regret(sweep: Sweep) -> pd.DataFrame:
    """How far each policy is from the best one for that draw, over draws that all policies have a plan for.

    Cost counts the gap at its price, M$ discounted. Policies that cost the same win both. A policy that holds all of
    another's levers never costs more, so wins are counted among `contenders` too, of which none does.
    """
    cost = _by_policy(sweep, "cost_musd").dropna()
    gap = _by_policy(sweep, f"gap_gw_{sweep.years[-1]}").loc[cost.index]
    beyond, wider = cost.sub(cost.min(axis=1), axis=0), gap.sub(gap.min(axis=1), axis=0)
    among = _wins(cost[contenders(sweep)]).mean()
    return pd.DataFrame(
        {
            "policy": sweep.policies,
            "draws": len(cost),
            "wins_fraction": _wins(cost).mean().to_numpy(),
            "wins_among_contenders_fraction": among.reindex(sweep.policies).to_numpy(),
            "mean_regret_musd": beyond.mean().to_numpy(),
            "max_regret_musd": beyond.max().to_numpy(),
            "worst_point": beyond.idxmax().to_numpy() if len(cost) else -1,
            "mean_gap_regret_gw": wider.mean().to_numpy(),
            "max_gap_regret_gw": wider.max().to_numpy(),
        }
    )


def _wins(cost: pd.DataFrame) -> pd.DataFrame:
    """Which policies cost the least on each draw."""
    least = cost.min(axis=1)
    return cost.sub(least, axis=0).le(TIE * least.abs(), axis=0)


def deciders(sweep: Sweep) -> pd.DataFrame:
    """Which inputs decide which of the `contenders` wins: how much of the doubt goes when an input's third is known.

    `decides_fraction` is Goodman and Kruskal's tau: 0 where the input says nothing of who wins, 1 where it says all.
    The other columns are the share of draws that each policy wins in a third of the input's draws.
    """
    names = contenders(sweep)
    cost = _by_policy(sweep, "cost_musd")[names].dropna()
    winner = cost.idxmin(axis=1) if len(cost) else pd.Series(dtype="str")
    quantiles = sweep.points.set_index("point").loc[winner.index, sweep.inputs]
    overall = winner.value_counts(normalize=True).reindex(names, fill_value=0.0)
    left = 1 - float((overall**2).sum())
    rows = []
    for name in sweep.inputs:
        third = np.minimum((quantiles[name].to_numpy() * 3).astype(int), 2)
        shares = pd.crosstab(third, winner.to_numpy(), normalize="index").reindex(
            index=range(3), columns=names, fill_value=0.0
        )
        weight = np.bincount(third, minlength=3) / max(1, len(third))
        inside = 1 - float((weight * (shares.to_numpy() ** 2).sum(axis=1)).sum())
        tau = (left - inside) / left if left > 1e-12 else 0.0
        for number, part in enumerate(PARTS):
            rows.append({"input": name, "decides_fraction": tau, "third": part} | shares.iloc[number].to_dict())
    found = pd.DataFrame(rows)
    return found.sort_values("decides_fraction", ascending=False, kind="stable").reset_index(drop=True)


def stranded(sweep: Sweep) -> pd.DataFrame:
    """On-site machines that nobody needs if demand stops at the end of a year, GW: mean and quantiles over the draws.

    Ordered by then and delivered later, in usable capacity, beyond what the load that still waits could take.
    """
    drawn = _role(sweep, DRAW)
    rows = []
    for policy in sweep.policies:
        own = drawn[drawn["policy"] == policy]
        for year in sweep.years:
            late = own[f"stranded_gw_{year}"].to_numpy()
            rows.append({"policy": policy, "stops_after": year, "mean_gw": late.mean() if len(late) else np.nan,
                         "p50_gw": _quantile(late, 0.5), "p95_gw": _quantile(late, 0.95)})  # fmt: skip
    return pd.DataFrame(rows)


def failures(sweep: Sweep) -> pd.DataFrame:
    """Draws without an answer by policy, status and reason, with the first of them."""
    bad = sweep.rows[sweep.rows["status"] != OPTIMAL]
    grouped = bad.groupby(["policy", "status", "reason"], sort=False)["point"]
    return grouped.agg(count="size", first_point="min").reset_index()


def tables(sweep: Sweep) -> dict[str, pd.DataFrame]:
    """Every table by name."""
    made = {
        "gap_quantiles": gap_quantiles(sweep),
        "exceedance": exceedance(sweep),
        "tornado": tornado(sweep),
        "sobol_indices": sobol_indices(sweep),
        "regret": regret(sweep),
        "deciders": deciders(sweep),
        "stranded": stranded(sweep),
        "failures": failures(sweep),
    }
    return {name: clean(table) for name, table in made.items()}


def write(sweep: Sweep, folder: Path) -> dict[str, pd.DataFrame]:
    """Write every table as `tables/<name>.csv` into the sweep's folder, and give them back."""
    written = tables(sweep)
    for name, table in written.items():
        write_bytes(folder / "tables" / f"{name}.csv", csv_text(table).encode())
    return written


def _role(sweep: Sweep, role: str) -> pd.DataFrame:
    """Answered rows of the points of a role."""
    points = sweep.points.loc[sweep.points["role"] == role, "point"]
    return sweep.rows[sweep.rows["point"].isin(points) & (sweep.rows["status"] == OPTIMAL)]


def _by_policy(sweep: Sweep, column: str) -> pd.DataFrame:
    """One column of the draws, a row per draw and a column per policy; NaN where there is no plan."""
    return _role(sweep, DRAW).pivot(index="point", columns="policy", values=column).reindex(columns=sweep.policies)


def _quantile(values: Floats, at: float) -> float:
    return float(np.quantile(values, at)) if len(values) else float("nan")
