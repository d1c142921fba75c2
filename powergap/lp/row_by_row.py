"""Components whose rules must be called with real indices: walked with Pyomo's own linear representation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn

from powergap.lp.components import Expression, _Lazy, expand_component
from powergap.lp.context import Context
from powergap.lp.pyomo_internals import existing_data, indices_of, rule_of
from powergap.lp.rows import Packed


def constraint_rows(component: Any, context: Context) -> tuple[Packed, list[Any]]:
    """Rows of a constraint and their indices; rows that the rule skipped are left out.

    Raises:
        ValueError: a row is not linear, is strict, or can never hold.
        Exception: whatever the rule raises.
    """
    if isinstance(component, _Lazy):
        expand_component(component)
    order = indices_of(component)
    data = existing_data(component)
    indices = [
        index
        for index in order
        if index in data and data[index].active and data[index].expr is not pyo.Constraint.Feasible
    ]
    rows, lower, upper = [], [], []
    for index in indices:
        row = data[index]
        if row.expr is pyo.Constraint.Infeasible:
            raise ValueError(f"row {index!r} can never hold")
        if row.strict_lower or row.strict_upper:
            raise ValueError(f"row {index!r} is strict: use <= or >=")
        columns, coefficients, constant = linear_parts(row.body, context)
        rows.append((columns, coefficients))
        low, high = row.lb, row.ub
        lower.append(-np.inf if low is None else low - constant)
        upper.append(np.inf if high is None else high - constant)
    return pack(rows, lower, upper), indices


def expression_rows(component: Any, context: Context) -> Packed:
    """Rows of an Expression; its constants are the rows' lower bounds."""
    block = component.parent_block()
    lazy = isinstance(component, Expression)
    indices = indices_of(component)
    parts = [
        linear_parts(rule_of(component)(block, index) if lazy else component[index].expr, context) for index in indices
    ]
    constants = [constant for _, _, constant in parts]
    return pack([(columns, values) for columns, values, _ in parts], constants, constants)


def linear_parts(expression: Any, context: Context) -> tuple[list[int], list[float], float]:
    """Columns, coefficients (zeros dropped) and constant of one ordinary Pyomo expression.

    Raises:
        ValueError: it is not linear, or uses a variable that the model does not own.
    """
    found = generate_standard_repn(expression, compute_values=True, quadratic=False)
    if not found.is_linear():
        raise ValueError("the expression is not linear")
    columns, values = [], []
    for variable, value in zip(found.linear_vars, found.linear_coefs, strict=True):
        owner = context.variables.get(id(variable.parent_component()))
        if owner is None:
            raise ValueError(f"variable '{variable.name}' is not part of the model")
        if value:
            columns.append(owner.column(variable.index()))
            values.append(float(value))
    return columns, values, float(found.constant)


def pack(rows: list[tuple[list[int], list[float]]], lower: list[float], upper: list[float]) -> Packed:
    """Rows as lists of columns and values to arrays."""
    return Packed(
        np.array([len(columns) for columns, _ in rows], np.int64),
        np.array([column for columns, _ in rows for column in columns], np.int32),
        np.array([value for _, values in rows for value in values], float),
        np.array(lower, float),
        np.array(upper, float),
    )
