"""Arrays with named axes as tidy long tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from powergap.planning import Plan

Table = pd.DataFrame
"""A table of a run, long and tidy."""


def long_table(axes: Mapping[str, Sequence[object]], values: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """One row per combination of the axes' labels, one column per array of that shape.

    Args:
        axes: column name and labels of each axis, in the arrays' order.
        values: column name and array, each of the axes' shape.
    """
    lengths = [len(labels) for labels in axes.values()]
    columns: dict[str, object] = {}
    for position, (name, labels) in enumerate(axes.items()):
        inner = int(np.prod(lengths[position + 1 :], dtype=int))
        outer = int(np.prod(lengths[:position], dtype=int))
        codes = np.tile(np.repeat(np.arange(len(labels)), inner), outer)
        columns[name] = _labels(labels)[codes]
    for name, array in values.items():
        columns[name] = np.broadcast_to(array, lengths).ravel() + 0.0  # turns -0.0 into 0.0
    return pd.DataFrame(columns)


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other; where all are empty, the first, so that the columns remain."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _labels(labels: Sequence[object]) -> np.ndarray:
    """Labels as one axis: numbers as they are, text and tuples as objects."""
    if not labels or isinstance(labels[0], int):
        return np.asarray(labels)
    column = np.empty(len(labels), dtype=object)
    column[:] = labels
    return column


def labels(plan: Plan, axis: str) -> list[Any]:
    """Labels of a set of the model."""
    return list(plan.register.sets[axis])


def axes_of(plan: Plan, *axes: str) -> dict[str, list[Any]]:
    """Column name and labels of sets of the model; every set but region and time is a technology."""
    names = {"REGIONS": "region", "YEARS": "year", "PERIODS": "period", "HOURS": "hour"}
    return {names.get(axis, "technology"): labels(plan, axis) for axis in axes}
