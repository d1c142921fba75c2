"""A sweep as text: the gap over the draws, what moves it, and which policy is regretted least."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from powergap.sweep import Sweep
from powergap.sweep import answers as found
from powergap.text.layout import Column, paragraph, table
from powergap.text.numbers import fixed, is_missing

NO_SWING_GW = 0.05
"""Swings that read 0.0 are left out."""


def sweep_text(sweep: Sweep, width: int | None, *, ascii_only: bool = False) -> str:
    """The sweep in a sentence, then its tables."""
    parts = [
        paragraph(headline(sweep), width) + "\n",
        _gap(sweep, width, ascii_only),
        _tornado(sweep, width, ascii_only),
        _indices(sweep, width, ascii_only),
        _regret(sweep, width, ascii_only),
        _deciders(sweep, width, ascii_only),
        _stranded(sweep, width, ascii_only),
        _failures(sweep, width),
    ]
    return "\n".join(part for part in parts if part)


def headline(sweep: Sweep) -> str:
    """Between what the last year's gap lies in nine draws of ten, for the widest and the least gap."""
    gap = found.gap_quantiles(sweep)
    last = gap[(gap["year"] == sweep.years[-1]) & (gap["draws"] > 0)].sort_values("p50_gw", kind="stable")
    if not len(last):
        return "No draw has a plan."
    year, draws = sweep.years[-1], sweep.about.draws
    told = [
        f"{row.policy} leaves {row.p05_gw:.0f} to {row.p95_gw:.0f} GW ({_half(row.p50_gw)})"
        for row in dict.fromkeys(last.iloc[[-1, 0]].itertuples(index=False))
    ]
    return f"Gap at the end of {year} in nine of ten of {draws:,} draws: {'; '.join(told)}."


def _half(median_gw: Any) -> str:
    """Below what half the draws stay, or that none is left in half of them."""
    return "none in half the draws" if median_gw < 0.5 else f"half the draws below {median_gw:.0f}"


def _gap(sweep: Sweep, width: int | None, ascii_only: bool) -> str:
    year = sweep.years[-1]
    gap = found.gap_quantiles(sweep)
    gap = gap[gap["year"] == year]
    beyond = found.exceedance(sweep).pivot(index="policy", columns="limit_gw", values="probability").loc[gap["policy"]]
    columns = [
        Column("policy", list(gap["policy"]), right=False),
        Column("baseline", _fixed(gap["base_gw"]), over=f"gap {year}, GW"),
        Column("mean", _fixed(gap["mean_gw"]), over=f"gap {year}, GW", rank=2),
        *(
            Column(f"{round(at * 100)}%", _fixed(gap[f"{name}_gw"]), over=f"gap {year}, GW")
            for name, at in found.QUANTILES.items()
        ),
        *(
            Column(f"{limit:g}", [_percent(value) for value in beyond[limit]], over="probability above, GW", rank=1)
            for limit in beyond.columns
        ),
    ]
    return table(columns, width, ascii_only=ascii_only)


def _tornado(sweep: Sweep, width: int | None, ascii_only: bool) -> str:
    """One column for each policy, one row for each input that moves any of them."""
    swings = found.tornado(sweep)
    pivot = swings.pivot(index="input", columns="policy", values="swing_gw").reindex(columns=sweep.policies)
    pivot = pivot[pivot.max(axis=1) >= NO_SWING_GW]
    if not len(pivot):
        return ""
    pivot = pivot.loc[pivot.mean(axis=1).sort_values(ascending=False, kind="stable").index]
    signs = swings.set_index(["input", "policy"])
    columns = [Column("input", list(pivot.index), right=False)]
    for policy in sweep.policies:
        cells = [_swing(signs.loc[(name, policy)]) for name in pivot.index]
        columns.append(Column(policy.replace("-", "-\n"), cells, rank=1, below=f"{policy} {{}}"))
    title = f"Gap {sweep.years[-1]} with one input at its 90% quantile minus at its 10%, all else at the baseline, GW:"
    return paragraph(title, width) + "\n\n" + table(columns, width, ascii_only=ascii_only)


def _indices(sweep: Sweep, width: int | None, ascii_only: bool) -> str:
    indices = found.sobol_indices(sweep)
    indices = indices[indices["total"] > 0.005]
    if not len(indices):
        return ""
    again = indices["policy"] == indices["policy"].shift()
    columns = [
        Column("policy", ["" if a else p for p, a in zip(indices["policy"], again, strict=True)], right=False),
        Column("input", list(indices["input"]), right=False),
        Column("first order", _fixed(indices["first"], 2)),
        Column("total", _fixed(indices["total"], 2)),
    ]
    title = f"Sobol indices of the gap {sweep.years[-1]}: share of its variance due to an input alone, and in total:"
    return paragraph(title, width) + "\n\n" + table(columns, width, ascii_only=ascii_only)


def _regret(sweep: Sweep, width: int | None, ascii_only: bool) -> str:
    if len(sweep.policies) < 2:
        return ""
    regret = found.regret(sweep)
    columns = [
        Column("policy", list(regret["policy"]), right=False),
        Column("of all", [_percent(value) for value in regret["wins_fraction"]], over="costs least"),
        Column(
            "of rivals", [_percent(value) for value in regret["wins_among_contenders_fraction"]],
            over="costs least", below="costs least of rivals {}",
        ),
        Column("mean", _fixed(regret["mean_regret_musd"] / 1000, 0), over="regret, $B"),
        Column("largest", _fixed(regret["max_regret_musd"] / 1000, 0), over="regret, $B"),
        Column("mean", _fixed(regret["mean_gap_regret_gw"]), over=f"wider gap {sweep.years[-1]}, GW", rank=1),
        Column("largest", _fixed(regret["max_gap_regret_gw"]), over=f"wider gap {sweep.years[-1]}, GW", rank=1),
    ]  # fmt: skip
    title = (
        f"Regret over the {regret['draws'].iloc[0]:,} draws in which every policy has a plan: cost above the draw's "
        "best policy, with the gap at the value of delayed load, discounted. Rivals contain no other policy:"
    )
    return paragraph(title, width) + "\n\n" + table(columns, width, ascii_only=ascii_only)


def _deciders(sweep: Sweep, width: int | None, ascii_only: bool) -> str:
    """Inputs that tell who wins, if anything does."""
    deciders = found.deciders(sweep)
    deciders = deciders[deciders["decides_fraction"] >= 0.005]
    winners = [name for name in found.contenders(sweep) if len(deciders) and deciders[name].max() > 0]
    if len(winners) < 2:
        return ""
    again = deciders["input"] == deciders["input"].shift()
    columns = [
        Column("input", ["" if a else n for n, a in zip(deciders["input"], again, strict=True)], right=False),
        Column(
            "decides",
            ["" if a else _percent(v) for v, a in zip(deciders["decides_fraction"], again, strict=True)],
        ),
        Column("third", list(deciders["third"]), right=False),
        *(Column(name, [_percent(value) for value in deciders[name]], over="share of draws won") for name in winners),
    ]
    title = (
        "Which inputs decide the best rival: share of the uncertainty that goes when the third of an input is known:"
    )
    return paragraph(title, width) + "\n\n" + table(columns, width, ascii_only=ascii_only)


def _stranded(sweep: Sweep, width: int | None, ascii_only: bool) -> str:
    stranded = found.stranded(sweep)
    names = [name for name in sweep.policies if stranded.loc[stranded["policy"] == name, "p95_gw"].max() >= NO_SWING_GW]
    if not names:
        return ""
    own = stranded[stranded["policy"].isin(names)]
    columns = [Column("policy", names, right=False)]
    for year in sweep.years[:-1]:
        rows = own[own["stops_after"] == year]
        cells = [f"{m:.1f} ({p:.1f})" for m, p in zip(rows["mean_gw"], rows["p95_gw"], strict=True)]
        columns.append(Column(str(year), cells, over="if demand stops after"))
    title = (
        "Stranded on-site generators (ordered by then, delivered later, not needed), usable GW, mean (and 95% "
        "quantile):"
    )
    return paragraph(title, width) + "\n\n" + table(columns, width, ascii_only=ascii_only)


def _failures(sweep: Sweep, width: int | None) -> str:
    lines = [
        f"{row.policy}: {row.count} draws {row.status}, first draw {row.first_point}: {row.reason}"
        for row in found.failures(sweep).itertuples(index=False)
    ]
    return "".join(paragraph(line, width) + "\n" for line in lines)


def _swing(row: pd.Series) -> str:
    return "" if is_missing(row["swing_gw"]) else f"{row['high_gw'] - row['low_gw']:+.1f}"


def _fixed(values: Iterable[float], decimals: int = 1) -> list[str]:
    return [fixed(None if is_missing(value) else float(value), decimals) for value in values]


def _percent(value: float) -> str:
    return "" if is_missing(value) else f"{100 * value:.0f}%"
