"""The optimum of a small linear program in fractions: two-phase simplex with Bland's rule, without any rounding."""

import math
from fractions import Fraction

import numpy as np

from powergap import lp


def optimum(program: lp.LinearProgram):
    """The status, and where it is OPTIMAL the exact objective and the exact column values."""
    table, right, cost, back = _standard(program)
    basis = _phase_one(table, right)
    if basis is None:
        return lp.SolveStatus.INFEASIBLE, None, None
    if not _simplex(table, right, cost, basis):
        return lp.SolveStatus.UNBOUNDED, None, None
    values = [Fraction(0)] * len(cost)
    for row, column in enumerate(basis):
        values[column] = right[row]
    point = back(values)
    terms = zip(program.cost.tolist(), point, strict=True)
    objective = Fraction(program.offset) + sum(Fraction(price) * value for price, value in terms)
    return lp.SolveStatus.OPTIMAL, objective, point


def _standard(program):
    """Rows, right-hand sides and costs of `A x = b, x >= 0`, and the way back to the program's own columns."""
    rows, columns = program.shape
    dense = np.zeros((rows, columns), object)
    for row in range(rows):
        for entry in range(program.start[row], program.start[row + 1]):
            dense[row, program.index[entry]] += Fraction(float(program.value[entry]))
    limits = [
        (list(dense[row]), low, high)
        for row, (low, high) in enumerate(zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True))
    ]
    unit = [[Fraction(int(k == j)) for k in range(columns)] for j in range(columns)]
    limits += list(zip(unit, program.column_lower.tolist(), program.column_upper.tolist(), strict=True))
    sides = [(line, sign, bound) for line, *ends in limits for sign, bound in zip((-1, 1), ends, strict=True)]
    kept = [(line, sign, Fraction(bound)) for line, sign, bound in sides if math.isfinite(bound)]
    table, right = [], []
    for number, (line, sign, bound) in enumerate(kept):
        slack = [Fraction(int(number == k)) for k in range(len(kept))]
        whole = [*(sign * one for one in line), *(-sign * one for one in line), *slack]
        negative = sign * bound < 0
        table.append([-one for one in whole] if negative else whole)
        right.append(abs(bound))
    price = [Fraction(float(one)) for one in program.cost]
    cost = [*price, *(-one for one in price), *([Fraction(0)] * len(kept))]
    return table, right, cost, lambda values: [values[j] - values[columns + j] for j in range(columns)]


def _phase_one(table, right):
    """A feasible basis by artificial columns, which are gone from the table afterwards; None where there is none."""
    width, height = len(table[0]) if table else 0, len(table)
    for number, row in enumerate(table):
        row.extend(Fraction(int(number == k)) for k in range(height))
    basis = list(range(width, width + height))
    _simplex(table, right, [Fraction(0)] * width + [Fraction(1)] * height, basis)
    if any(right[row] for row in range(height) if basis[row] >= width):
        return None
    for row in reversed(range(height)):
        if basis[row] >= width:
            column = next((k for k in range(width) if table[row][k]), None)
            if column is None:
                del table[row], right[row], basis[row]
            else:
                _pivot(table, right, basis, row, column)
    for row in table:
        del row[width:]
    return basis


def _simplex(table, right, cost, basis) -> bool:
    """Go to the optimum; False where there is none."""
    while True:
        prices = [cost[column] for column in basis]
        for column in range(len(cost)):
            saved = cost[column] - sum(price * row[column] for price, row in zip(prices, table, strict=True))
            if saved < 0:
                break
        else:
            return True
        ratios = [(right[k] / row[column], basis[k], k) for k, row in enumerate(table) if row[column] > 0]
        if not ratios:
            return False
        _pivot(table, right, basis, min(ratios)[2], column)


def _pivot(table, right, basis, row, column) -> None:
    factor = table[row][column]
    table[row] = [one / factor for one in table[row]]
    right[row] /= factor
    for other in range(len(table)):
        times = table[other][column]
        if other != row and times:
            table[other] = [one - times * two for one, two in zip(table[other], table[row], strict=True)]
            right[other] -= times * right[row]
    basis[row] = column
