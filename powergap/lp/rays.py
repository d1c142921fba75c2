"""Proof from the arrays alone that a program has no optimum: rows that contradict each other, or cost without end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack

from powergap.arrays import Floats
from powergap.lp.certificate import certify
from powergap.lp.program import LinearProgram, product, totals

ROUNDING = 1e-12
"""Share of the size of its terms below which a sum is rounding: some thousand times what a double resolves."""

REACH = 1e6
"""Units of the program (GW) beyond which no column is believed to go."""

STRAY = 1e-9
"""Share of the size of its terms by which a direction may run against a bound: below the solver's own tolerance."""


@dataclass(frozen=True)
class Contradiction:
    """Weights of rows under which they ask for more than the columns can give (Farkas' lemma): there is no plan.

    Attributes:
        weight: of each row, their sizes summing to 1; > 0 where its lower bound counts, < 0 its upper, [rows].
        miss: whatever values the columns take, some row is missed by at least this.
        rounding: what the miss could be off by.
        reach: a column without a bound would have to go beyond this, in units of the program, to undo the miss.
    """

    weight: Floats = field(repr=False)
    miss: float
    rounding: float
    reach: float

    @property
    def proves(self) -> bool:
        """True when there is no plan; NaN never is."""
        return self.miss > self.rounding and self.reach > REACH

    def __str__(self) -> str:
        """One line."""
        return f"whatever is done, some row is missed by at least {self.miss:.1e}"


@dataclass(frozen=True)
class Descent:
    """A direction in which cost falls without end and no bound is in the way.

    Attributes:
        step: of each column, the largest of size 1, [columns].
        fall: of cost per step, as a share of the size of its terms.
        miss: by which a step runs against a row or bound, as a share of the size of the row's terms.
    """

    step: Floats = field(repr=False)
    fall: float
    miss: float

    @property
    def proves(self) -> bool:
        """True when no plan is the cheapest: there is none, or one that is cheaper; NaN never is."""
        return self.fall > STRAY and self.miss <= STRAY

    def __str__(self) -> str:
        """One line."""
        return f"cost falls without end along a direction that misses rows by {self.miss:.1e} of their size"


def contradiction(program: LinearProgram, weight: Floats) -> Contradiction:
    """What weights of rows prove; those that lean on a bound that is not there are left out.

    A row or column whose bounds cross contradicts itself, whatever the weights; so does a row without an entry that is
    to be anything but 0.

    Args:
        program: the linear program.
        weight: of each row, of any size, [rows].
    """
    crossed = _crossed(program)
    if crossed is not None:
        return crossed
    scaling = program.scaling
    if scaling is None:
        return _contradiction(program, np.asarray(weight, float))
    found = _contradiction(scaling.scaled(program), weight / scaling.row, strict=True)
    y = found.weight * scaling.row
    total = np.abs(y).sum()
    factor = total if total > 0 else 1.0
    return replace(found, weight=y / factor, miss=found.miss / factor, rounding=found.rounding / factor)


def _crossed(program: LinearProgram) -> Contradiction | None:
    """That the bounds of a row or column cross, those of a row without an entry with 0."""
    rows = np.repeat(np.arange(program.shape[0], dtype=np.int32), np.diff(program.start))
    is_empty = totals(rows, np.abs(program.value), program.shape[0]) == 0
    zero = np.where(is_empty, 0.0, np.inf)
    lower = np.concatenate([np.maximum(program.row_lower, -zero), program.column_lower])
    upper = np.concatenate([np.minimum(program.row_upper, zero), program.column_upper])
    crossing = np.flatnonzero(lower > upper)
    if not len(crossing):
        return None
    most = crossing[np.argmax((lower - upper)[crossing])]
    size = np.abs([lower[most], upper[most]]).sum()
    return Contradiction(np.zeros(program.shape[0]), float(lower[most] - upper[most]) / 2, ROUNDING * size, np.inf)


def _contradiction(program: LinearProgram, y: Floats, *, strict: bool = False) -> Contradiction:
    """Of a program of ordinary size; where it is strict, no column is let go far."""
    leaned = np.where(y > 0, program.row_lower, program.row_upper)
    y = np.where(np.isfinite(leaned), y, 0.0)
    total = np.abs(y).sum()
    y = y / total if total > 0 else y
    leaned = np.where(y != 0, leaned, 0.0)
    entries = np.repeat(y, np.diff(program.start)) * program.value
    columns = len(program.cost)
    slope = totals(program.index, entries, columns)
    size = totals(program.index, np.abs(entries), columns)
    most = np.where(slope > 0, program.column_upper, program.column_lower)
    bound = np.isfinite(most)
    if strict and np.any(np.abs(slope[~bound]) > ROUNDING * size[~bound]):
        return Contradiction(y, 0.0, 0.0, 0.0)
    stray = float(np.abs(slope[~bound]).sum())
    miss = float(y @ leaned) - float(slope[bound] @ most[bound])
    terms = float(np.abs(y * leaned).sum()) + float(size[bound] @ np.abs(most[bound]))
    return Contradiction(y, miss, ROUNDING * terms, miss / (stray * program.unit) if stray > 0 else np.inf)


def descent(program: LinearProgram, step: Floats) -> Descent:
    """What a direction proves.

    Args:
        program: the linear program.
        step: of each column, of any length, [columns].
    """
    scaling = program.scaling
    if scaling is not None:
        found = _descent(scaling.scaled(program), step / scaling.column)
        r = found.step * scaling.column
        longest = np.abs(r).max(initial=0.0)
        return replace(found, step=r / longest if longest > 0 else r)
    return _descent(program, np.asarray(step, float))


def _descent(program: LinearProgram, step: Floats) -> Descent:
    # What runs against its own bound is left out: in a row of large and small entries it might be all that holds it.
    r = np.where(_against(step, program.column_lower, program.column_upper) > 0, 0.0, step)
    longest = float(np.abs(r).max(initial=0.0))
    r = r / longest if longest > 0 else r
    activity = program.activity(r)
    size = product(program.start, program.index, np.abs(program.value), np.abs(r))
    rows = _against(activity, program.row_lower, program.row_upper) / np.where(size > 0, size, 1.0)
    cost = float(np.abs(program.cost) @ np.abs(r))
    fall = -float(program.cost @ r) / cost if cost > 0 else 0.0
    return Descent(r, fall, float(rows.max(initial=0.0)))


def misses(program: LinearProgram) -> LinearProgram:
    """The program of missing rows by as little as possible in all, with a column more for each side of a row.

    It has an optimum where column bounds do not cross; where that is not 0, the duals are weights that contradict.
    """
    rows, columns = program.shape
    matrix = csr_array((program.value, program.index, program.start), shape=(rows, columns))
    sides = eye_array(rows, format="csr")
    whole = csr_array(hstack([matrix, sides, -sides]))
    whole.sort_indices()
    nothing, without = np.zeros(2 * rows), np.full(2 * rows, np.inf)
    return replace(
        program, offset=0.0, cost=np.concatenate([np.zeros(columns), nothing + 1]),
        column_lower=np.concatenate([program.column_lower, nothing]),
        column_upper=np.concatenate([program.column_upper, without]),
        start=whole.indptr.astype(np.int32), index=whole.indices.astype(np.int32), value=whole.data,
    )  # fmt: skip


def directions(program: LinearProgram) -> LinearProgram:
    """The program of all steps that no row or bound is in the way of, each column's at most 1, at least cost."""

    def against(lower: Floats, upper: Floats, most: float) -> tuple[Floats, Floats]:
        return np.where(np.isfinite(lower), 0.0, -most), np.where(np.isfinite(upper), 0.0, most)

    column_lower, column_upper = against(program.column_lower, program.column_upper, 1.0)
    row_lower, row_upper = against(program.row_lower, program.row_upper, np.inf)
    return replace(
        program, offset=0.0,
        column_lower=column_lower, column_upper=column_upper, row_lower=row_lower, row_upper=row_upper,
    )  # fmt: skip


def is_plan(program: LinearProgram, column_value: Floats) -> bool:
    """True when the values satisfy every row and bound."""
    return certify(program, column_value, np.zeros(program.shape[0])).is_primal_feasible()


def _against(change: Floats, lower: Floats, upper: Floats) -> Floats:
    """By how much a change runs towards a bound that is there."""
    down = np.where(np.isfinite(lower), -change, 0.0)
    up = np.where(np.isfinite(upper), change, 0.0)
    return np.maximum(np.maximum(down, up), 0.0)
