"""Bounds of variables: numbers, arrays or a rule, narrowed by the domain and by what was set on one index."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from powergap.arrays import Floats
from powergap.lp.components import Var
from powergap.lp.context import Context
from powergap.lp.evaluate import number
from powergap.lp.grid import component_grid
from powergap.lp.pyomo_internals import bounds_rule_of, domain_of, existing_data, templatize


def column_bounds(variable: Any, lower: Floats, upper: Floats, context: Context) -> bool:
    """Fill the bounds of one Var's columns.

    Args:
        variable: a Var.
        lower: where to write, in the Var's shape.
        upper: likewise.
        context: lookups of the model.

    Returns:
        False where a bounds rule had to be called index by index.

    Raises:
        ValueError: the variable is not continuous, or a bound is not a number.
    """
    vectorised = True
    if isinstance(variable, Var):
        vectorised = _given_bounds(variable, lower, upper, context)
        low, high = _domain(variable)
        np.maximum(lower, low, out=lower)
        np.minimum(upper, high, out=upper)
    else:
        lower[...], upper[...] = -np.inf, np.inf
    owner = context.variables[id(variable)]
    low_flat, high_flat = lower.reshape(-1), upper.reshape(-1)
    for index, data in existing_data(variable).items():
        place = owner.column(index) - owner.start
        low_flat[place], high_flat[place] = _data_bounds(data)
    if np.isnan(lower).any() or np.isnan(upper).any():
        raise ValueError("a bound is not a number")
    return vectorised


def _domain(variable: Any) -> tuple[float, float]:
    domain = domain_of(variable)
    if domain.isdiscrete():
        raise ValueError("only continuous variables are supported")
    low, high = domain.bounds()
    return (-np.inf if low is None else low), (np.inf if high is None else high)


def _given_bounds(variable: Var, lower: Floats, upper: Floats, context: Context) -> bool:
    given = variable.bounds_given
    if not callable(given):
        low, high = (None, None) if given is None else given
        for bound in (low, high):
            if bound is not None and np.ndim(bound) and np.shape(bound) != lower.shape:
                raise ValueError(f"bounds have shape {np.shape(bound)}, its sets have {lower.shape}")
        _write(lower, low, -np.inf)
        _write(upper, high, np.inf)
        return True
    if not lower.size:
        return True
    try:
        pair, placeholders = templatize(variable.parent_block(), bounds_rule_of(variable), variable.index_set())
        grid = component_grid(context.axes_of(variable), placeholders)
        low, high = (None if bound is None else number(bound, grid, context) for bound in pair)
        _write(lower, low, -np.inf)
        _write(upper, high, np.inf)
    except Exception:  # called again index by index, where a genuine error comes back
        _row_by_row(variable, lower, upper)
        return False
    return True


def _row_by_row(variable: Any, lower: Floats, upper: Floats) -> None:
    block = variable.parent_block()
    rule = bounds_rule_of(variable)
    pairs = [rule(block, index) for index in variable.index_set()]
    lower.reshape(-1)[:] = [-np.inf if low is None else pyo.value(low) for low, _ in pairs]
    upper.reshape(-1)[:] = [np.inf if high is None else pyo.value(high) for _, high in pairs]


def _write(place: Floats, bound: Any, infinite: float) -> None:
    place[...] = infinite if bound is None else bound


def _data_bounds(data: Any) -> tuple[float, float]:
    if data.fixed:
        value = float(pyo.value(data))
        return value, value
    if not data.is_continuous():
        raise ValueError("only continuous variables are supported")
    low, high = data.bounds
    return (-np.inf if low is None else float(low)), (np.inf if high is None else float(high))
