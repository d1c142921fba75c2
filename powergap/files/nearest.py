"""Nearest names: what was most likely meant by a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice

from powergap.errors import MOST_SHOWN

MOST_NAMES, MOST_LETTERS = 500, 200
"""Beyond these no nearest name is looked for: each look compares with every name, letter by letter."""

MOST_LOOKUPS = 2 * MOST_SHOWN
"""Names of one scenario that are looked for; a file of nothing but mistakes has more than anybody reads."""

_looked: ContextVar[dict[tuple[str, tuple[str, ...]], str | None] | None] = ContextVar("looked", default=None)


@contextmanager
def few_lookups() -> Iterator[None]:
    """Inside, each name is looked for once, and no more than `MOST_LOOKUPS` are."""
    token = _looked.set({})
    try:
        yield
    finally:
        _looked.reset(token)


def did_you_mean(name: object, known: Iterable[object], otherwise: str = "") -> str:
    """`; did you mean `x`?` with the nearest known name, else the sentence given."""
    near = nearest_name(str(name), map(str, known))
    return f"; did you mean `{near}`?" if near else otherwise


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like a name; None if none is, or too much would have to be compared."""
    looked = _looked.get()
    if len(name) > MOST_LETTERS:
        return None
    names = tuple(dict.fromkeys(islice(known, MOST_NAMES + 1)))
    if len(names) > MOST_NAMES:
        return None
    if looked is None:
        return _nearest(name, names)
    if (name, names) not in looked and len(looked) < MOST_LOOKUPS:
        looked[name, names] = _nearest(name, names)
    return looked.get((name, names))


def _nearest(name: str, names: tuple[str, ...]) -> str | None:
    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.6)), None)
