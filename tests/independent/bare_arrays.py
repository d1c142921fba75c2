"""The product's linear program a second time: numpy arrays straight into HiGHS.

Written from the equations alone, by hand and without `powergap.model` or `powergap.lp`; what enters is the scenario,
and from `powergap.chronology` the calendar and the hourly shapes. It is the second opinion in the tests and the
yardstick of the benchmark: less work than this a Python program can hardly do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import highspy
import numpy as np

from powergap.chronology import lay_out

from . import features

INFINITY = np.inf


@dataclass
class Table:
    """An LP as blocks of columns and rows, written into arrays all at once by `arrays`."""

    width: int = 0
    columns_of: dict = field(default_factory=dict)
    column_blocks: list = field(default_factory=list)
    row_blocks: list = field(default_factory=list)
    offset: float = 0.0

    def columns(self, name, *shape, cost=0.0, lower=0.0, upper=INFINITY):
        """Add columns; their numbers have the given shape, and the rest broadcasts to it."""
        size = math.prod(shape)
        numbers = np.arange(self.width, self.width + size, dtype=np.int32).reshape(shape)
        self.columns_of[name] = numbers
        self.column_blocks.append((self.width, shape, cost, lower, upper))
        self.width += size
        return numbers

    def rows(self, name, shape, terms, lower=-INFINITY, upper=INFINITY):
        """Add one row per cell of `shape`: lower <= sum of coefficient x column <= upper.

        The column numbers of a term broadcast to `shape`; one axis more, and the term is summed over it.
        """
        terms = [(np.asarray(coefficient, dtype=float), numbers) for coefficient, numbers in terms]
        summed = [(c, n) if n.ndim > len(shape) else (c[..., None], n[..., None]) for c, n in terms]
        self.row_blocks.append((name, shape, summed, lower, upper))

    def arrays(self):
        """The LP as arrays, rows compressed; coefficients of zero are left out."""
        cost, lower, upper = np.empty(self.width), np.empty(self.width), np.empty(self.width)
        for first, shape, *given in self.column_blocks:
            cells = slice(first, first + math.prod(shape))
            for target, value in zip((cost, lower, upper), given, strict=True):
                target[cells].reshape(shape)[...] = value
        counts = [math.prod(shape) for _, shape, *_ in self.row_blocks]
        widths = [sum(numbers.shape[-1] for _, numbers in terms) for _, _, terms, _, _ in self.row_blocks]
        most = sum(count * width for count, width in zip(counts, widths, strict=True))
        index, value = np.empty(most, np.int32), np.empty(most)
        start = np.zeros(sum(counts) + 1, np.int32)
        row_lower, row_upper = np.empty(sum(counts)), np.empty(sum(counts))
        row = entry = 0
        rows_of = {}
        for (name, shape, terms, low, high), count, width in zip(self.row_blocks, counts, widths, strict=True):
            rows_of[name] = (row, row + count)
            row_lower[row : row + count].reshape(shape)[...] = low
            row_upper[row : row + count].reshape(shape)[...] = high
            block_index = index[entry : entry + count * width]
            block_value = value[entry : entry + count * width]
            at = 0
            for coefficient, numbers in terms:
                part = (..., slice(at, at + numbers.shape[-1]))
                block_index.reshape(*shape, width)[part] = numbers
                block_value.reshape(*shape, width)[part] = coefficient
                at += numbers.shape[-1]
            start[row + 1 : row + count + 1] = width
            kept = count * width
            if np.count_nonzero(block_value) < kept:
                keep = block_value != 0
                kept = int(keep.sum())
                block_index[:kept], block_value[:kept] = block_index[keep], block_value[keep]
                start[row + 1 : row + count + 1] = keep.reshape(count, width).sum(axis=1)
            row, entry = row + count, entry + kept
        np.cumsum(start, out=start)
        return {
            "cost": cost, "offset": self.offset, "column_lower": lower, "column_upper": upper,
            "row_lower": row_lower, "row_upper": row_upper,
            "start": start, "index": index[:entry], "value": value[:entry],
            "columns": self.columns_of, "rows": rows_of,
        }  # fmt: skip


class Frame:
    """What the feature blocks share: years, calendar, shapes, discounting and the terms of the common rows."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.years = list(range(scenario.years.first, scenario.years.last + 1))
        self.regions = list(scenario.regions.values())
        self.line, self.shapes = lay_out(scenario)
        self.R, self.Y = len(self.regions), len(self.years)
        self.D, self.H = self.shapes.load.shape[1:]
        rate = scenario.finance.discount_rate
        self.worth = np.array([1 / (1 + rate) ** (year - scenario.base_year) for year in self.years])
        self.hours = np.repeat(self.line.days_per_year * self.line.hours_per_step, self.H)  # of step [period x hour]
        self.hours_by_step = self.hours.reshape(self.D, self.H)
        self.power_balance, self.emitters = [], []

    def series(self, by_year):
        """A year series as an array; a price may be one number for all years."""
        return np.array([by_year[year] if isinstance(by_year, dict) else by_year for year in self.years], dtype=float)

    def each(self, prices):
        """Prices of several things by year, [thing, 1, year]."""
        return np.array([self.series(price) for price in prices]).reshape(-1, 1, self.Y)

    def of_kind(self, kind):
        """Technologies of one kind."""
        return {name: t for name, t in self.scenario.technologies.items() if t.kind == kind}


def build(scenario):
    """The scenario's LP as arrays, with column numbers by block and row spans by block."""
    frame, table = Frame(scenario), Table()
    features.demand(frame, table)
    features.grid(frame, table)
    features.ordered(frame, table)
    features.generators(frame, table)
    features.storages(frame, table)
    features.supply_chains(frame, table)
    features.flexible_load(frame, table)
    features.unserved(frame, table)
    features.power_balance(frame, table)
    features.carbon_cap(frame, table)
    return table.arrays()


def to_highs(arrays, **options):
    """HiGHS with the LP in it."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    for key, value in options.items():
        highs.setOptionValue(key, value)
    columns, rows = len(arrays["cost"]), len(arrays["row_lower"])
    status = highs.passModel(
        columns, rows, len(arrays["value"]), 2, 1, arrays["offset"], arrays["cost"],
        arrays["column_lower"], arrays["column_upper"], arrays["row_lower"], arrays["row_upper"],
        arrays["start"], arrays["index"], arrays["value"], np.zeros(columns, np.int32),
    )  # fmt: skip
    if status == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refuses the arrays")
    return highs


def solve(scenario, gap_years_at_most=None, **options):
    """Optimum of the scenario: objective in M$, gap [region, year] in GW and gap-years; None if infeasible.

    `least_gap` is solved for the fewest gap-years first, then for the least cost at that many and a ten-millionth more,
    or at `gap_years_at_most`.
    """
    arrays = build(scenario)
    highs = to_highs(arrays, **options)
    gap = arrays["columns"]["gap"].ravel()
    every = np.arange(len(arrays["cost"]), dtype=np.int32)
    fewest = None
    if scenario.objective == "least_gap":
        highs.changeColsCost(len(every), every, np.isin(every, gap).astype(float))
        if not _optimal(highs):
            return None
        fewest = np.asarray(highs.getSolution().col_value)[gap].sum()
        most = fewest + 1e-7 * (1 + fewest) if gap_years_at_most is None else gap_years_at_most
        highs.addRow(-INFINITY, most, len(gap), gap, np.ones(len(gap)))
        highs.changeColsCost(len(every), every, arrays["cost"])
        highs.clearSolver()  # the old basis only hinders: HiGHS 1.16 gives up on some of them
    if not _optimal(highs):
        return None
    values = np.asarray(highs.getSolution().col_value)
    table = values[arrays["columns"]["gap"]]
    objective = float(arrays["cost"] @ values) + arrays["offset"]
    return {
        "objective": objective, "gap": table, "gap_years": float(table.sum()), "fewest_gap_years": fewest,
        "values": values,
    }  # fmt: skip


def _optimal(highs):
    highs.run()
    status = highs.getModelStatus()
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return False
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS stopped with {status}")
    return True
