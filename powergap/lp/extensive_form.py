"""Programs of several futures as one: side by side, with decisions in common, at least weighed cost.

The copies keep their own columns and rows. What must be decided before it is known which of them comes true is held
equal by rows of its own (non-anticipativity). With a weight on risk the objective is

    (1 - risk_weight) E[C] + risk_weight CVaR[C],    CVaR[C] = min_t  t + E[max(C - t, 0)] / tail

(Rockafellar and Uryasev 2000): CVaR is the mean cost of the worst share `tail` of the futures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from powergap.arrays import Floats, Integers
from powergap.lp.program import Block, LinearProgram


@dataclass(frozen=True)
class Risk:
    """How much the worst futures count.

    Attributes:
        weight: of CVaR in the objective, from 0 (expected cost alone) to below 1.
        tail: share of the futures, by probability, whose mean cost CVaR is; above 0, at most 1.
    """

    weight: float = 0.0
    tail: float = 0.1

    def weighed(self, costs: Floats, probabilities: Floats) -> float:
        """The objective of known costs."""
        expected = float(costs @ probabilities)
        return (1 - self.weight) * expected + self.weight * conditional_value_at_risk(costs, probabilities, self.tail)


def conditional_value_at_risk(costs: Floats, probabilities: Floats, tail: float) -> float:
    """Mean cost of the worst share `tail` of the futures.

    >>> conditional_value_at_risk(np.array([10.0, 20.0, 50.0]), np.array([0.5, 0.3, 0.2]), 0.4)
    35.0
    """
    worst_first = np.argsort(-costs, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(probabilities[worst_first])[:-1]])
    share = np.clip(tail - before, 0.0, probabilities[worst_first])
    return float(costs[worst_first] @ share / share.sum())


@dataclass(frozen=True)
class Tree:
    """Copies side by side as one program.

    Attributes:
        program: the whole; blocks are named `<copy>/<block>`.
        column_places: the columns of each copy, by name.
        row_places: the rows of each copy, by name.
    """

    program: LinearProgram
    column_places: Mapping[str, slice]
    row_places: Mapping[str, slice]


def side_by_side(
    copies: Mapping[str, LinearProgram],
    probabilities: Sequence[float],
    together: Sequence[tuple[Sequence[str], Integers]],
    risk: Risk,
) -> Tree:
    """Join the copies.

    Args:
        copies: a program for each future, by name.
        probabilities: of the copies, in their order, summing to 1.
        together: names of copies, and the columns (of each copy's own numbering) that they decide together.
        risk: how much the worst futures count.

    Returns:
        The tree. Its duals are those of the weighed objective.
    """
    programs, weights = list(copies.values()), np.asarray(probabilities, float)
    columns = _places(copies, [len(one.cost) for one in programs])
    rows = _places(copies, [len(one.row_lower) for one in programs])
    width = columns[next(reversed(columns))].stop
    matrix = sparse.block_diag([_matrix(one) for one in programs], format="csr")
    same = _equalities(together, columns, width)
    joined = _program(
        cost=np.concatenate([w * (1 - risk.weight) * one.cost for w, one in zip(weights, programs, strict=True)]),
        offset=(1 - risk.weight) * float(weights @ [one.offset for one in programs]),
        column_lower=np.concatenate([one.column_lower for one in programs]),
        column_upper=np.concatenate([one.column_upper for one in programs]),
        row_lower=np.concatenate([*(one.row_lower for one in programs), np.zeros(same.shape[0])]),
        row_upper=np.concatenate([*(one.row_upper for one in programs), np.zeros(same.shape[0])]),
        matrix=sparse.vstack([matrix, same], format="csr"),
        columns=_blocks(copies, "columns", columns),
        rows=_blocks(copies, "rows", rows)
        | {"decided_together": _list_block("decided_together", matrix.shape[0], same.shape[0])},
    )
    if risk.weight > 0:
        joined = _with_risk(joined, programs, weights, columns, risk)
    return Tree(joined, columns, rows)


def mean_program(programs: Sequence[LinearProgram], probabilities: Sequence[float]) -> LinearProgram:
    """The program of the mean of all data: costs, coefficients, limits and bounds.

    Raises:
        ValueError: the programs are not of one shape.
    """
    if len({program.shape for program in programs}) > 1:
        raise ValueError("programs of different shapes have no mean")
    weights = np.asarray(probabilities, float) / np.sum(probabilities)

    def mean(name: str) -> Floats:
        return np.sum([w * getattr(one, name) for w, one in zip(weights, programs, strict=True)], axis=0)

    names = ("cost", "column_lower", "column_upper", "row_lower", "row_upper")
    first = programs[0]
    return _program(
        **{name: mean(name) for name in names},
        offset=float(mean("offset")),
        matrix=sum((w * _matrix(one) for w, one in zip(weights, programs, strict=True)), sparse.csr_array(first.shape)),
        columns=first.columns,
        rows=first.rows,
    )


def with_commitments(program: LinearProgram, committed: Integers) -> LinearProgram:
    """The program in which what is committed to may be taken later, or not at all, and is paid for nonetheless.

    To the columns x[i, v] of item i in period v are added: `commitment` z[i, v]; `taken` y[i, v, w], the part of it
    that is taken as if it had been committed in w >= v; and `not_taken` u[i, v]. The rows are

        z[i, v] = u[i, v] + sum of y[i, v, w] over w,        x[i, w] = sum of y[i, v, w] over v.

    What is taken costs whichever is more, a commitment in v or in w; what is not taken costs what it would have.

    Args:
        program: the program.
        committed: columns of x, [item, period].

    Returns:
        The program; the blocks added are flat, in the order of their indices.
    """
    items, periods = committed.shape
    count, (height, width) = committed.size, program.shape
    begun, taken = np.triu_indices(periods)
    pairs = len(begun)
    each = sparse.eye_array(items)
    of_begun = sparse.csr_array((np.ones(pairs), (begun, np.arange(pairs))), shape=(periods, pairs))
    of_taken = sparse.csr_array((np.ones(pairs), (taken, np.arange(pairs))), shape=(periods, pairs))
    own = sparse.csr_array((np.ones(count), (np.arange(count), committed.ravel())), shape=(count, width))
    whole = sparse.eye_array(count)
    matrix = sparse.vstack(
        [
            sparse.hstack([_matrix(program), sparse.csr_array((height, 2 * count + items * pairs))]),
            sparse.hstack([sparse.csr_array((count, width)), whole, -sparse.kron(each, of_begun), -whole]),
            sparse.hstack([own, sparse.csr_array((count, count)), -sparse.kron(each, of_taken), 0 * whole]),
        ],
        format="csr",
    )
    price = program.cost[committed]
    later = np.maximum(price[:, begun] - price[:, taken], 0.0)
    first = width + count
    columns = {
        "commitment": _list_block("commitment", width, count),
        "taken": _list_block("taken", first, items * pairs),
        "not_taken": _list_block("not_taken", first + items * pairs, count),
    }
    rows = {
        "taken_or_not": _list_block("taken_or_not", height, count),
        "taken_in_all": _list_block("taken_in_all", height + count, count),
    }
    added = 2 * count + items * pairs
    return _program(
        cost=np.concatenate([program.cost, np.zeros(count), later.ravel(), price.ravel()]),
        offset=program.offset,
        column_lower=np.concatenate([program.column_lower, np.zeros(added)]),
        column_upper=np.concatenate([program.column_upper, np.full(added, np.inf)]),
        row_lower=np.concatenate([program.row_lower, np.zeros(2 * count)]),
        row_upper=np.concatenate([program.row_upper, np.zeros(2 * count)]),
        matrix=matrix,
        columns=dict(program.columns) | columns,
        rows=dict(program.rows) | rows,
        expressions=program.expressions,
    )


def _with_risk(
    joined: LinearProgram,
    programs: Sequence[LinearProgram],
    weights: Floats,
    columns: Mapping[str, slice],
    risk: Risk,
) -> LinearProgram:
    """Add the value at risk t and each copy's excess z >= C - t, and CVaR to the objective."""
    width, count, height = len(joined.cost), len(programs), len(joined.row_lower)
    costs = sparse.lil_array((count, width))
    for position, (place, one) in enumerate(zip(columns.values(), programs, strict=True)):
        costs[position, place] = one.cost
    rows = sparse.hstack([costs, -np.ones((count, 1)), -sparse.eye_array(count)], format="csr")
    above = sparse.hstack([_matrix(joined), sparse.csr_array((height, 1 + count))], format="csr")
    return _program(
        cost=np.concatenate([joined.cost, [risk.weight], risk.weight * weights / risk.tail]),
        offset=joined.offset,
        column_lower=np.concatenate([joined.column_lower, [-np.inf], np.zeros(count)]),
        column_upper=np.concatenate([joined.column_upper, np.full(1 + count, np.inf)]),
        row_lower=np.concatenate([joined.row_lower, np.full(count, -np.inf)]),
        row_upper=np.concatenate([joined.row_upper, [-one.offset for one in programs]]),
        matrix=sparse.vstack([above, rows], format="csr"),
        columns=dict(joined.columns)
        | {"value_at_risk": Block("value_at_risk", width, (), (), ())}
        | {"excess": _list_block("excess", width + 1, count)},
        rows=dict(joined.rows) | {"excess_cost": _list_block("excess_cost", height, count)},
    )


def _program(*, matrix: Any, **parts: Any) -> LinearProgram:
    matrix = sparse.csr_array(matrix)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    start, index = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    return LinearProgram(**parts, start=start, index=index, value=matrix.data.astype(float))


def _matrix(program: LinearProgram) -> Any:
    return sparse.csr_array((program.value, program.index, program.start), shape=program.shape)


def _places(names: Mapping[str, Any], sizes: Sequence[int]) -> dict[str, slice]:
    stops = np.cumsum([0, *sizes]).tolist()
    return {name: slice(start, stop) for name, start, stop in zip(names, stops, stops[1:], strict=False)}


def _equalities(together: Sequence[tuple[Sequence[str], Integers]], places: Mapping[str, slice], width: int) -> Any:
    """Rows `x[first] - x[other] = 0` for every other copy of a group and every column it shares."""
    firsts, others = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for (first, *rest), shared in together:
        for other in rest:
            firsts.append(places[first].start + shared)
            others.append(places[other].start + shared)
    left, right = np.concatenate(firsts), np.concatenate(others)
    row = np.arange(len(left))
    values = np.concatenate([np.ones(len(left)), -np.ones(len(left))])
    where = (np.concatenate([row, row]), np.concatenate([left, right]))
    return sparse.csr_array((values, where), shape=(len(left), width))


def _blocks(copies: Mapping[str, LinearProgram], kind: str, places: Mapping[str, slice]) -> dict[str, Block]:
    return {
        f"{copy}/{name}": replace(block, name=f"{copy}/{name}", start=block.start + places[copy].start)
        for copy, program in copies.items()
        for name, block in getattr(program, kind).items()
    }


def _list_block(name: str, start: int, size: int) -> Block:
    return Block(name, start, (size,), (tuple(range(size)),), ("NUMBERS",))
