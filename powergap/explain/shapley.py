"""The Shapley value: what each player adds, averaged over every order in which the players can join.

With values v(S) of every subset S of n players, player i is worth the weighted sum over the subsets without i of
v(S + i) - v(S), with weights |S|! (n - |S| - 1)! / n!. The parts sum to v(all) - v(none) (efficiency), two players that
add the same everywhere get the same (symmetry), one that adds nothing anywhere gets nothing (null player).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import factorial

import numpy as np
import numpy.typing as npt

from powergap.arrays import Floats

Subset = int
"""A set of players as bits: player k is in it if bit k is set."""

Values = Callable[[Sequence[Subset]], Mapping[Subset, Floats]]
"""Values of subsets, asked for together so that they can be found side by side; arrays of any one shape."""

MOST_EXACT = 10
"""Players up to which every subset is valued."""


@dataclass(frozen=True)
class Shares:
    """Worth of each player, [player, ...], and its standard error (0 where every subset was valued)."""

    value: Floats
    standard_error: Floats
    subsets_valued: int


def shapley(players: int, values: Values) -> Shares:
    """The exact value, from all 2^n subsets."""
    every = list(range(2**players))
    known = values(every)
    share = np.zeros((players, *known[0].shape))
    for subset in every:
        size = subset.bit_count()
        for player in range(players):
            if not subset >> player & 1:
                weight = factorial(size) * factorial(players - size - 1) / factorial(players)
                share[player] += weight * (known[subset | 1 << player] - known[subset])
    return Shares(share, np.zeros_like(share), len(every))


def sampled_shapley(players: int, values: Values, *, permutations: int = 64, seed: int = 0) -> Shares:
    """An estimate from random orders in pairs of one and its reverse; each order's parts sum to the whole.

    Args:
        players: number of players.
        values: of subsets.
        permutations: orders that are drawn, rounded up to an even number.
        seed: the same seed draws the same orders.
    """
    random = np.random.default_rng(seed)
    drawn = [random.permutation(players) for _ in range((permutations + 1) // 2)]
    chains = [[_chain(order), _chain(order[::-1])] for order in drawn]
    asked = sorted({subset for pair in chains for chain in pair for subset in chain})
    known = values(asked)
    pairs = np.array(
        [0.5 * (_added(first, players, known) + _added(second, players, known)) for first, second in chains]
    )
    error = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)) if len(pairs) > 1 else np.full(pairs.shape[1:], np.nan)
    return Shares(pairs.mean(axis=0), error, len(asked))


def _chain(order: npt.NDArray[np.int64]) -> list[Subset]:
    subsets = [0]
    for player in order:
        subsets.append(subsets[-1] | 1 << int(player))
    return subsets


def _added(chain: Sequence[Subset], players: int, known: Mapping[Subset, Floats]) -> Floats:
    added = np.zeros((players, *known[0].shape))
    for before, after in pairwise(chain):
        added[(after ^ before).bit_length() - 1] = known[after] - known[before]
    return added
