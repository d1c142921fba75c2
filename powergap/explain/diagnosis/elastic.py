"""Elastic relaxation: the least movement that makes a plan possible, and which movements are needed for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from powergap import lp
from powergap.arrays import Floats
from powergap.errors import SolverStoppedError
from powergap.explain.again import solved_again
from powergap.explain.diagnosis.movable import loosening
from powergap.explain.diagnosis.number import Movable
from powergap.lp.highs import QuietHighs, pass_program, run_apart, set_options

NOTHING = 1e-6
"""Movement in rows (GW, GWh, Bcf/d, Mt; of a small program, its units) below which a limit counts as held."""

PROVEN = (lp.SolveStatus.OPTIMAL, lp.SolveStatus.INFEASIBLE)
"""How a question ends that has an answer."""

JUST_LESS = 1e-6
"""Share of a movement by which less of it must be impossible; ten times what the solver lets a row be off."""


class Elastic:
    """The program's rows with a column for every movable that loosens them; factors loosen their rows by a constant.

    A factor's rows stand twice: loosened, and as hard rows with the factor at the value that no longer limits. One
    HiGHS is kept: from one question to the next only costs and bounds of the added columns change.

    Attributes:
        members: movables by group; the years of one key move together and are one group.
        groups: numbers of the groups.
        can_be_met: False after a question to which even unlimited movement is no answer.
    """

    def __init__(self, program: lp.LinearProgram, movables: Sequence[Movable]) -> None:
        """Add the columns and the hard rows."""
        self.program, self.movables = program, movables
        by_key: dict[tuple[Any, ...], list[int]] = {}
        for number, one in enumerate(movables):
            by_key.setdefault((one.key, one.meaning, one.item, one.region, one.direction), []).append(number)
        self.members = [np.array(numbers) for numbers in by_key.values()]
        self.groups = list(range(len(self.members)))
        self.can_be_met = True
        rows, columns = program.shape
        self.matrix = sparse.csr_matrix((program.value, program.index, program.start), shape=(rows, columns))
        loosened = sparse.lil_matrix((rows, len(movables)))
        for number, one in enumerate(movables):
            loosened[one.rows, number] = one.effect if one.multiplied is None else loosening(program, one.rows)
        self.loosened = loosened.tocsr()
        self.reach = abs(self.loosened).max(axis=0).toarray().ravel()
        factors = [one for one in movables if one.multiplied is not None]
        hard = [(self.matrix + one.most * self.factor(one))[one.rows] for one in factors]
        self.hard = sparse.vstack([sparse.csr_matrix((0, columns)), *hard]).tocsr()
        self.hard_rows = np.concatenate([np.zeros(0, int), *(one.rows for one in factors)])
        self.unit = program.unit
        self.price = 1 / np.array([self._size(one) for one in movables])
        self.most = np.array([np.inf if one.multiplied is not None else one.most for one in movables])
        nothing = np.zeros(len(movables))
        self.whole = self._with(self.matrix, self.loosened, nothing, nothing, nothing)
        self.highs: Any = None
        if self.whole.scaling is None:  # else each question is solved from scratch, with a scaling of its own
            self.highs = QuietHighs()
            set_options(
                self.highs,
                {"output_flag": False, "threads": 1, "solver": "simplex", "simplex_dual_edge_weight_strategy": 1},
            )
            pass_program(self.highs, self.whole.in_unit())

    def _size(self, one: Movable) -> float:
        """What a movement of 1 in the added column is measured by: a movable's own size, in the rows it moves."""
        effect = float(np.abs(one.effect).max())
        if one.multiplied is not None:  # its column is of the rows' quantity
            return self.unit * one.size(self.unit) * max(1.0, effect)
        return one.size(self.unit) * max(self.unit if one.is_pure else 1.0, effect)

    def factor(self, one: Movable) -> sparse.csr_matrix:
        """What one unit of a factor's movement adds to the matrix."""
        place = (np.ones(len(one.rows)), (one.rows, np.arange(len(one.rows))))
        return sparse.csr_matrix(place, shape=(self.matrix.shape[0], len(one.rows))) @ one.multiplied

    def _with(
        self, matrix: sparse.csr_matrix, loosened: sparse.csr_matrix, cost: Floats, lower: Floats, upper: Floats
    ) -> lp.LinearProgram:
        """The program with the added columns and hard rows, for nothing but the cost of movement."""
        program = self.program
        nothing = sparse.csr_matrix((self.hard.shape[0], len(self.movables)))
        whole = sparse.bmat([[matrix, loosened], [self.hard, nothing]], format="csr")
        return lp.LinearProgram(
            np.concatenate([np.zeros(program.shape[1]), cost]), 0.0,
            np.concatenate([program.column_lower, lower]), np.concatenate([program.column_upper, upper]),
            np.concatenate([program.row_lower, program.row_lower[self.hard_rows]]),
            np.concatenate([program.row_upper, program.row_upper[self.hard_rows]]),
            whole.indptr.astype(np.int32), whole.indices.astype(np.int32), whole.data, {}, {},
        )  # fmt: skip

    def solve(self, priced: Sequence[int], free: Sequence[int]) -> tuple[Floats, Floats] | None:
        """Least movement of the priced groups, the rest held; None where it is proven that there is no plan even so.

        Args:
            priced: groups to be moved as little as possible.
            free: groups that move for nothing.

        Returns:
            Column values and reduced costs.

        Raises:
            SolverStoppedError: HiGHS proved neither.
        """
        count = len(self.movables)
        cost, upper = np.zeros(count), np.zeros(count)
        for group in priced:
            cost[self.members[group]] = self.price[self.members[group]]
        for group in (*priced, *free):
            upper[self.members[group]] = self.most[self.members[group]]
        asked = self._asked(cost, upper)
        found = None if self.highs is None else self._in_solver(asked, cost, upper)
        if found is None or found.status not in PROVEN:
            found = _proven(asked)
        return (found.column_value, found.column_dual) if found.status is lp.SolveStatus.OPTIMAL else None

    def _in_solver(self, asked: lp.LinearProgram, cost: Floats, upper: Floats) -> lp.Solution:
        """What the HiGHS finds with cost and reach of the added columns."""
        count, columns = len(self.movables), self.program.shape[1]
        added = np.arange(columns, columns + count, dtype=np.int32)
        self.highs.changeColsCost(count, added, cost)
        self.highs.changeColsBounds(count, added, np.zeros(count), upper / self.unit)
        # Presolve removes most of what is let go: us-2030 from scratch 0.1 to 1.6 CPU s, from the last basis up to 10.
        self.highs.clearSolver()
        run_apart(self.highs)
        return lp.solution_of(self.highs, asked, unit=self.unit)

    def _asked(self, cost: Floats, upper: Floats) -> lp.LinearProgram:
        """What the HiGHS holds, with cost and reach of the added columns."""
        columns = self.program.shape[1]
        whole = np.concatenate([np.zeros(columns), cost])
        return self.whole.with_cost(whole).with_column_bounds(
            upper=np.concatenate([self.whole.column_upper[:columns], upper])
        )

    def moves(self, priced: Sequence[int], free: Sequence[int] = ()) -> tuple[list[int], Floats] | None:
        """Which priced groups take part in a conflict, and the least movements; None where there is no conflict."""
        found = self.solve(priced, free)
        self.can_be_met = found is not None
        if found is None:
            return None
        columns = self.program.shape[1]
        value, reduced = found[0][columns:], found[1][columns:]
        chosen = np.concatenate([np.zeros(0, int), *(self.members[group] for group in priced)])
        if np.max((value * self.reach)[chosen], initial=0.0) <= NOTHING * self.unit:
            return None
        takes_part = np.abs(self.price - reduced) > 1e-7 * self.price
        return [group for group in priced if takes_part[self.members[group]].any()], self.amounts(found[0])

    def amounts(self, column_value: Floats) -> Floats:
        """Movement of every movable in its own unit; a factor's follows from what its column is."""
        columns = self.program.shape[1]
        x, moved = column_value[:columns], column_value[columns:].copy()
        for number, one in enumerate(self.movables):
            if one.multiplied is not None and moved[number] > 0:
                moved[number] = self._needed(one, x)
        return moved

    def _needed(self, one: Movable, x: Floats) -> float:
        """How far a factor must move for its rows to hold at x."""
        activity = self.program.activity(x)[one.rows]
        low, high = self.program.row_lower[one.rows], self.program.row_upper[one.rows]
        short = np.where(np.isfinite(low), low - activity, activity - high)
        times = one.times(x)
        return float(np.max(short / np.where(times > NOTHING * self.unit, times, np.inf), initial=0.0))

    def irreducible(self, candidates: Sequence[int]) -> list[int]:
        """Of groups that conflict, a set that conflicts with no member to spare."""
        suspects, needed = list(candidates), list[int]()
        while untested := [group for group in suspects if group not in needed]:
            kept = [group for group in suspects if group != untested[-1]]
            found = self.moves(kept, [group for group in self.groups if group not in kept])
            if found is None:
                needed.append(untested[-1])
            else:
                suspects = sorted({*found[0], *needed})
        return sorted(needed)

    def alone(self, group: int, free: Sequence[int]) -> Floats | None:
        """Least movements of one group's members, all else held but the free; None where they are not enough."""
        number = int(self.members[group][0])
        if self.movables[number].multiplied is not None:
            least = self._least_factor(number, self._of(free))
            return None if least is None else np.array([least])
        found = self.solve([group], free)
        return None if found is None else found[0][self.program.shape[1] + self.members[group]]

    def _of(self, groups: Sequence[int]) -> list[int]:
        return [int(number) for group in groups for number in self.members[group]]

    def _least_factor(self, number: int, free: Sequence[int]) -> float | None:
        one = self.movables[number]
        x = self._with_factor(number, one.most, None, free)
        low, high = 0.0, one.most
        while x is not None and high - low > 1e-9 * max(1.0, high):
            best = self._needed(one, x)
            if low < best < high - 1e-9 * max(1.0, high):
                # Dinkelbach: the plan with the most room at `high` tells how much less would do.
                nearer = self._with_factor(number, best, x, free)
                if nearer is not None:
                    high, x = best, nearer
                    continue
                low = best  # within the solver's tolerance, where `x` holds and nothing else does
            just_less = self._with_factor(number, max(low, high - JUST_LESS * max(1.0, high)), None, free)
            if just_less is None:
                return high
            middle = (low + high) / 2
            x = self._with_factor(number, middle, None, free)
            low, high, x = (low, middle, x) if x is not None else (middle, high, just_less)
        return None if x is None else high

    def _with_factor(self, number: int, amount: float, near: Floats | None, free: Sequence[int]) -> Floats | None:
        """A plan with a factor moved by an amount; beside a known one, the plan that leaves most of it unused."""
        one, count = self.movables[number], len(self.movables)
        cost, lower, upper = np.zeros(count), np.zeros(count), np.zeros(count)
        upper[free] = self.most[free]
        loosened = self.loosened
        if near is not None:
            cost[number], lower[number] = 1.0, -one.most
            own = np.zeros(self.program.shape[0])
            own[one.rows] = loosening(self.program, one.rows) * one.times(near)
            keep = sparse.diags((np.arange(count) != number).astype(float))
            mark = sparse.csr_matrix(([1.0], ([0], [number])), shape=(1, count))
            loosened = loosened @ keep + sparse.csr_matrix(own[:, None]) @ mark
        solution = _proven(self._with(self.matrix + amount * self.factor(one), loosened, cost, lower, upper))
        return solution.column_value[: self.program.shape[1]] if solution.status is lp.SolveStatus.OPTIMAL else None


def _proven(program: lp.LinearProgram) -> lp.Solution:
    """The optimum, or the proof that there is no plan.

    Raises:
        SolverStoppedError: HiGHS proved neither.
    """
    solution = solved_again(program)
    if solution.status not in PROVEN:
        raise SolverStoppedError(f"a re-solve stopped early: {solution.message}")
    return solution
