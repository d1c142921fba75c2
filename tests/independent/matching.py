"""Proof that two LPs over the same named columns are the same: row by row, in any order and with either sign."""

from __future__ import annotations

import numpy as np


def differences(program, arrays) -> list[str]:
    """What differs between a compiled program and the independent arrays; empty if nothing does.

    Rows are compared by their products with two random vectors, which equal rows share and others do not. Rows
    without coefficients, which some rules leave behind, only have to hold.
    """
    found = []
    theirs = {name: block.start + np.arange(block.size) for name, block in program.columns.items() if block.size}
    mine = {name: numbers.ravel() for name, numbers in arrays["columns"].items() if numbers.size}
    if theirs.keys() != mine.keys():
        return [f"columns {sorted(theirs.keys() ^ mine.keys())} are on one side only"]
    for name, numbers in mine.items():
        if program.columns[name].shape != arrays["columns"][name].shape:
            return [f"{name}: shape {program.columns[name].shape} against {arrays['columns'][name].shape}"]
        for key in ("cost", "column_lower", "column_upper"):
            ours, other = arrays[key][numbers], getattr(program, key)[theirs[name]]
            if not np.allclose(ours, other, rtol=1e-9, atol=1e-12):
                worst = int(np.argmax(~np.isclose(ours, other, rtol=1e-9, atol=1e-12)))
                found.append(f"{key} of {name}, cell {worst}: product {other[worst]!r}, independent {ours[worst]!r}")
    if not np.isclose(program.offset, arrays["offset"], rtol=1e-9, atol=1e-9):
        found.append(f"offset: product {program.offset!r}, independent {arrays['offset']!r}")
    weights = np.random.default_rng(1).uniform(0.5, 1.5, (2, len(arrays["cost"])))
    their_weights = np.empty((2, len(program.cost)))
    for name, numbers in mine.items():
        their_weights[:, theirs[name]] = weights[:, numbers]
    ours, our_names = _rows(arrays, weights, arrays["rows"])
    spans = {name: (block.start, block.start + block.size) for name, block in program.rows.items()}
    other, other_names = _rows(vars(program), their_weights, spans)
    return found + _unmatched(ours, our_names, other, other_names)


def _rows(lp, weights, spans):
    """Of every row with coefficients: two products, lower and upper side, sign chosen; and its block's name."""
    start, index, value = lp["start"], lp["index"], lp["value"]
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    products = [np.bincount(owner, value * w[index], len(start) - 1) for w in weights]
    sizes = np.bincount(owner, np.abs(value), len(start) - 1)
    table = np.column_stack([*products, lp["row_lower"], lp["row_upper"]])
    names = np.empty(len(table), object)
    for name, (first, last) in spans.items():
        names[first:last] = name
    empty = sizes == 0
    for position in np.flatnonzero(empty):
        if not lp["row_lower"][position] <= 0 <= lp["row_upper"][position]:
            raise AssertionError(f"{names[position]}: a row without coefficients that cannot hold")
    flip = table[:, 0] < 0
    table[flip] = -table[flip][:, [0, 1, 3, 2]]
    table += 0.0  # -0.0 and 0.0 are one number
    return table[~empty], names[~empty]


def _unmatched(ours, our_names, other, other_names) -> list[str]:
    def order(table):
        return np.lexsort([np.nan_to_num(np.round(table[:, k], 9), posinf=1e99, neginf=-1e99) for k in (3, 2, 1, 0)])

    ours, our_names = ours[order(ours)], our_names[order(ours)]
    other, other_names = other[order(other)], other_names[order(other)]
    if ours.shape == other.shape:
        equal = np.isclose(ours, other, rtol=1e-9, atol=1e-9).all(axis=1)
        if equal.all():
            return []
    rounded = [{tuple(row) for row in np.round(table, 6).tolist()} for table in (ours, other)]
    found = []
    for side, table, names, others in (
        ("independent", ours, our_names, rounded[1]), ("product", other, other_names, rounded[0])
    ):  # fmt: skip
        lost = [name for row, name in zip(np.round(table, 6).tolist(), names, strict=True) if tuple(row) not in others]
        found += [f"{lost.count(name)} rows of {name} only in {side}" for name in dict.fromkeys(lost)]
    return found or [f"{len(ours)} rows against {len(other)}, some of them double"]
