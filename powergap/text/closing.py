"""What closed the gap, in words: sources grouped under the catalog's headings."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from powergap.text.numbers import fixed

WORTH_NAMING_GW = 0.05


def closed_by(closed: pd.DataFrame, heading: Mapping[str, str], most: int = 5) -> str:
    """The largest contributions in GW, the largest first, and the sum of the rest.

    Args:
        closed: rows of the `closed` table of one policy, case and year.
        heading: heading of each source.
        most: contributions that are named.
    """
    parts = closed.dropna(subset=["closed_gw"])
    if not len(parts):
        return ""
    names = parts["source"].map(lambda source: heading.get(source, source.replace("_", " ")))
    sums = parts["closed_gw"].groupby(names.to_numpy(), sort=False).sum()
    worth = sums[sums.abs() >= WORTH_NAMING_GW]
    ranked = worth.loc[worth.abs().sort_values(ascending=False, kind="stable").index]
    named = [f"{name} {fixed(gw)}" for name, gw in ranked.iloc[:most].items()]
    rest = float(ranked.iloc[most:].sum())
    if abs(rest) >= WORTH_NAMING_GW:
        named.append(f"others {fixed(rest)}")
    return ", ".join(named)
