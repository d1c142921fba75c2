"""Nearest names: what was most likely meant by a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice

MOST_NAMES, MOST_LETTERS = 500, 200
"""Beyond these no nearest name is looked for: each look compares with every name, letter by letter."""

MOST_LOOKUPS = 100
"""Names of one scenario that are looked for: twice as many as problems that are shown."""

NameLookup = tuple[str, tuple[str, ...], int, float]
_looked: ContextVar[dict[NameLookup, tuple[str, ...]] | None] = ContextVar("looked", default=None)


@contextmanager
def few_lookups() -> Iterator[None]:
    """Inside, each name is looked for once, and no more than `MOST_LOOKUPS` are."""
    token = _looked.set({})
    try:
        yield
    finally:
        _looked.reset(token)


def did_you_mean(name: object, known: Iterable[object], otherwise: str = "", *, most: int = 1) -> str:
    """`; did you mean `x`?` with the nearest known names, else the sentence given."""
    return meant(nearest_names(str(name), map(str, known), most)) or otherwise


def meant(names: Iterable[object]) -> str:
    """The question whether one of the names was meant; empty where there is none.

    >>> meant(["gas", "coal"]), meant([])
    ('; did you mean `gas` or `coal`?', '')
    """
    shown = " or ".join(f"`{name}`" for name in names)
    return f"; did you mean {shown}?" if shown else ""


def nearest_names(name: str, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> tuple[str, ...]:
    """The known names that are most like a name, nearest first; capitals do not count.

    Args:
        name: what was written.
        known: the names there are; beyond `MOST_NAMES` none is looked for.
        most: how many are given.
        cutoff: how alike they are at least, from 0 to 1.
    """
    looked = _looked.get()
    if len(name) > MOST_LETTERS:
        return ()
    names = tuple(dict.fromkeys(islice(known, MOST_NAMES + 1)))
    if len(names) > MOST_NAMES:
        return ()
    lookup = (name, names, most, cutoff)
    if looked is None:
        return _nearest(*lookup)
    if lookup not in looked and len(looked) < MOST_LOOKUPS:
        looked[lookup] = _nearest(*lookup)
    return looked.get(lookup, ())


def _nearest(name: str, names: tuple[str, ...], most: int, cutoff: float) -> tuple[str, ...]:
    spelled = {one.casefold(): one for one in reversed(names)}
    near = difflib.get_close_matches(name.casefold(), list(reversed(spelled)), n=most, cutoff=cutoff)
    return tuple(spelled[one] for one in near)
