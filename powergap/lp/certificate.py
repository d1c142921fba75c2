"""Proof of optimality from the arrays alone: primal and dual residuals and the duality gap."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace

import numpy as np

from powergap.arrays import Floats
from powergap.lp.program import LinearProgram, product, totals
from powergap.lp.reach import largest

CANCELLED = 1e-7
"""Share of what is summed that an objective is judged by at least: times a tolerance of 1e-6, a thousand roundings."""

STRICT = 1e-12
"""Size up to which numbers of a scaled program are judged relatively: 1, as of others, would let small ones pass."""


@dataclass(frozen=True)
class Certificate:
    """How far a primal and a dual vector are from proving each other optimal.

    The relative values divide each residual by the program's unit (1 for a dual) plus the size of the numbers it is
    the difference of.

    Attributes:
        primal_residual: largest violation of a row or column bound.
        relative_primal_residual: the same, relative.
        dual_residual: largest reduced cost or row dual whose sign has no bound to lean on.
        relative_dual_residual: the same, relative.
        primal_objective: cost @ x + offset.
        dual_objective: what the dual vector proves as a lower bound, but for the dual residual.
        relative_gap: difference of the two objectives over their size, or the program's unit where that is larger.
    """

    primal_residual: float
    relative_primal_residual: float
    dual_residual: float
    relative_dual_residual: float
    primal_objective: float
    dual_objective: float
    relative_gap: float

    def passes(self, tolerance: float = 1e-6, gap: float | None = None) -> bool:
        """True when the relative residuals are within the tolerance, and the gap or its own; NaN never is."""
        worst = np.array([self.relative_primal_residual, self.relative_dual_residual, self.relative_gap])
        return bool(np.all(worst <= [tolerance, tolerance, tolerance if gap is None else gap]))

    def is_primal_feasible(self, tolerance: float = 1e-6) -> bool:
        """True when the column values satisfy every bound within the tolerance, optimal or not."""
        return self.relative_primal_residual <= tolerance

    def as_record(self) -> dict[str, float]:
        """The figures by name."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        """One line with the three relative figures."""
        primal, dual = self.relative_primal_residual, self.relative_dual_residual
        return f"primal residual {primal:.1e}, dual residual {dual:.1e}, gap {self.relative_gap:.1e}"


def certify(program: LinearProgram, column_value: Floats, row_dual: Floats) -> Certificate:
    """Check a primal and a dual vector against each other.

    Args:
        program: the linear program.
        column_value: x, shape [columns].
        row_dual: y, shape [rows]; d objective / d right-hand side, so >= 0 where a row rests on its lower
            bound.

    Returns:
        The certificate; reduced costs are computed here as cost - A'y.

    Raises:
        ValueError: a vector has the wrong length.
    """
    rows, columns = program.shape
    x, y = np.asarray(column_value, float), np.asarray(row_dual, float)
    if x.shape != (columns,) or y.shape != (rows,):
        raise ValueError(f"vectors of shape {x.shape} and {y.shape} for {columns} columns and {rows} rows")
    found = _judged(program, x, y, 1.0)
    scaling = program.scaling
    if scaling is None:
        return found
    scaled = _judged(scaling.scaled(program), x / scaling.column, y * scaling.cost / scaling.row, STRICT)
    relative = ("relative_primal_residual", "relative_dual_residual", "relative_gap")
    return replace(found, **{name: getattr(scaled, name) for name in relative})


def _judged(program: LinearProgram, x: Floats, y: Floats, floor: float) -> Certificate:
    """The certificate; the floor is what 1 of a quantity or price counts as least."""
    # Where all costs are below 1, a price is judged by the highest; a row's by what it makes of its largest entry.
    highest = _largest(np.abs(program.cost))
    price = floor * min(1.0, highest or 1.0)
    priced = np.maximum(1.0, largest(program, np.abs(program.value))[0])
    reduced, dual_scale = _reduced_costs(program, y, price)
    unit = floor * program.unit
    row_scale = unit + product(program.start, program.index, np.abs(program.value), np.abs(x))
    row_miss = _outside(program.activity(x), program.row_lower, program.row_upper)
    column_miss = _outside(x, program.column_lower, program.column_upper)
    column_dual_miss, column_bound, columns_size = _leaning(reduced, program.column_lower, program.column_upper)
    row_dual_miss, row_bound, rows_size = _leaning(y, program.row_lower, program.row_upper)
    primal = float(program.cost @ x) + program.offset
    dual = column_bound + row_bound + program.offset
    # Two sums that cancel to nothing are as far apart as rounding leaves them.
    rounding = CANCELLED * (float(np.abs(program.cost) @ np.abs(x)) + columns_size + rows_size)
    return Certificate(
        max(_largest(row_miss), _largest(column_miss)),
        max(_largest(row_miss / row_scale), _largest(column_miss / (unit + np.abs(x)))),
        max(_largest(column_dual_miss), _largest(row_dual_miss)),
        max(_largest(column_dual_miss / dual_scale), _largest(row_dual_miss * priced / (price + np.abs(y) * priced))),
        primal,
        dual,
        abs(primal - dual) / max(unit, abs(primal), abs(dual), rounding),
    )


def _reduced_costs(program: LinearProgram, row_dual: Floats, floor: float) -> tuple[Floats, Floats]:
    """Cost - A'y, and the floor plus the size of what was subtracted; both [columns]."""
    columns = len(program.cost)
    entries = np.repeat(row_dual, np.diff(program.start))
    entries *= program.value
    reduced = program.cost - totals(program.index, entries, columns)
    np.abs(entries, out=entries)
    return reduced, floor + np.abs(program.cost) + totals(program.index, entries, columns)


def _outside(values: Floats, lower: Floats, upper: Floats) -> Floats:
    return np.maximum(np.maximum(lower - values, values - upper), 0.0)


def _leaning(dual: Floats, lower: Floats, upper: Floats) -> tuple[Floats, float, float]:
    """Duals without a finite bound on their side; the sum of dual * bound over those with one, and of its size."""
    bound = np.where(dual > 0, lower, upper)
    finite = np.isfinite(bound)
    terms = dual[finite] * bound[finite]
    return np.where(finite, 0.0, np.abs(dual)), float(terms.sum()), float(np.abs(terms).sum())


def _largest(values: Floats) -> float:
    return float(values.max(initial=0.0))
