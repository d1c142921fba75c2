"""What a solve by cuts learned of its blocks, for another program that has some of the same blocks.

What a block costs is a function of its shared columns by their place in it: it hangs on its rows and own columns
alone, not on what the shared columns are called, cost or may be. So a block is known by a hash over those, and a cut of
it holds in every program that has the block, however the programs differ elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from powergap.arrays import Floats
from powergap.files import bounded
from powergap.lp.axes import IntArray
from powergap.lp.basis import Basis
from powergap.lp.program import LinearProgram
from powergap.lp.subproblems import Subproblem

MOST_CUTS = 40
"""Cuts of a block that are kept, the latest: those next to the optimum."""


@dataclass(frozen=True)
class Cut:
    """A line that is nowhere above what a block costs.

    Attributes:
        slope: per unit of each shared column of the block.
        constant: cost where all of them are 0.
        rows: the block's rows with a dual, as numbers within the block.
        dual: those duals, which prove it.
    """

    slope: Floats
    constant: float
    rows: IntArray
    dual: Floats


@dataclass(frozen=True)
class Known:
    """What is known of a block.

    Attributes:
        cuts: of it, each once.
        basis: that it ended with.
        price: of each shared column, that the basis stands on.
    """

    cuts: tuple[Cut, ...]
    basis: Basis
    price: Floats

    @classmethod
    def of(cls, cuts: Sequence[Cut], basis: Basis, price: Floats) -> Known:
        """The latest of the cuts; a block that was asked the same again has given the same again."""
        latest = list({(cut.slope.tobytes(), cut.constant): cut for cut in reversed(cuts)}.values())
        most = min(MOST_CUTS, bounded.MOST_BYTES // (8 * (1 + len(cuts[0].slope) + basis.rows)))
        return cls(tuple(reversed(latest[:most])), basis, price)

    def pack(self) -> tuple[str, str, list[float]]:
        """Lines and basis as text, and the prices.

        A line holds a cut's slope, constant and dual of every row. Lines stand side by side: next to each other duals
        of a row are often equal, so that the whole packs to a fiftieth.
        """
        shared = len(self.cuts[0].slope)
        lines = np.zeros((shared + 1 + self.basis.rows, len(self.cuts)))
        for cut, line in zip(self.cuts, lines.T, strict=True):
            line[:shared], line[shared], line[shared + 1 + cut.rows] = cut.slope, cut.constant, cut.dual
        packed = np.array(lines.shape, "<i8").tobytes() + zlib.compress(lines.tobytes(), 1)
        lines_text, basis_text = (base64.b64encode(each).decode() for each in (packed, self.basis.pack()))
        return lines_text, basis_text, self.price.tolist()

    @classmethod
    def unpack(cls, lines: str, basis: str, price: Sequence[float]) -> Known:
        """What was packed."""
        packed, found = base64.b64decode(lines), Basis.unpack(base64.b64decode(basis))
        shape = np.frombuffer(packed[:16], "<i8").tolist()
        size = 8 * shape[0] * shape[1]
        bounded.refuse(size, max(bounded.MOST_BYTES, bounded.MOST_TIMES * len(packed)))
        shared = shape[0] - 1 - found.rows
        cuts = []
        for line in np.frombuffer(bounded.inflated(packed[16:], size)).reshape(shape).T:
            rows = np.flatnonzero(line[shared + 1 :]).astype(np.int32)
            cuts.append(Cut(line[:shared].copy(), float(line[shared]), rows, line[shared + 1 + rows]))
        return cls(tuple(cuts), found, np.array(price, float))


@dataclass(frozen=True)
class Pool:
    """What a solve by cuts learned.

    Attributes:
        penalty: of a shift of a shared column; a smaller one may make shifts worth while.
        blocks: what is known of each block, by `content`.
    """

    penalty: float
    blocks: Mapping[str, Known]

    MARK = b'{"penalty": '
    """What every packed pool begins with."""

    def pack(self) -> bytes:
        """All of it as JSON."""
        blocks = {content: known.pack() for content, known in self.blocks.items()}
        return json.dumps({"penalty": self.penalty, "blocks": blocks}).encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Pool:
        """What was packed."""
        found = json.loads(packed)
        blocks = {content: Known.unpack(*parts) for content, parts in found["blocks"].items()}
        return cls(float(found["penalty"]), blocks)


def content(program: LinearProgram, block: Subproblem) -> str:
    """Hash over all that decides what a block costs at given shared columns."""
    matrix, own, rows = block.matrix, block.own, block.rows
    digest = hashlib.sha256(np.array([*matrix.shape, matrix.nnz, len(own)], np.int64).tobytes())
    for whole in (matrix.indptr, matrix.indices):
        digest.update(whole.astype(np.int64).tobytes())
    for part in (
        matrix.data, program.cost[own], program.column_lower[own], program.column_upper[own],
        program.row_lower[rows], program.row_upper[rows],
    ):  # fmt: skip
        digest.update(part.tobytes())
    return digest.hexdigest()
