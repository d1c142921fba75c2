"""Locks on files and folders, and what is written aside under one.

What a killed process leaves aside (`.<name>.<mark>.part`) is nobody's: every writer holds a lock on what it writes, the
system drops the lock with the process, and the next writer of the same name clears away what is not locked.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: nothing is locked, so nothing is cleared away
    fcntl = None  # type: ignore[assignment]

HAS_LOCKS = fcntl is not None
MOST_TRIES = 100


def lock(path: Path, *, wait: bool = False) -> int | None:
    """A handle that holds the only lock on a file or folder; None if another has it, or there are no locks here."""
    if fcntl is None:
        return None
    handle = None
    try:
        handle = os.open(path, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        unlock(handle)
        return None
    return handle


def unlock(handle: int | None) -> None:
    """Let go of a lock."""
    if handle is not None:
        os.close(handle)


@contextmanager
def locked_aside(target: Path, ending: str, *, folder: bool) -> Iterator[Path]:
    """A fresh folder or file beside `target`, locked while the block lasts and then gone, unless it was moved.

    What killed writers of the same name left there is cleared away first.

    Raises:
        OSError: it cannot be made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_away(target)
    for _ in range(MOST_TRIES):
        if folder:
            aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=ending, dir=target.parent))
        else:
            opened, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=ending, dir=target.parent)
            os.close(opened)
            aside = Path(name)
        handle = lock(aside, wait=True)
        if aside.exists():  # another writer may have cleared it away before it was locked here
            break
        unlock(handle)
    try:
        yield aside
    finally:
        _remove(aside)
        unlock(handle)


def _clear_away(target: Path) -> None:
    """Remove what writers of this name have left whose processes are gone."""
    left = re.compile(rf"\.{re.escape(target.name)}\.[a-z0-9_]{{8}}\.part({re.escape(target.suffix)})?")
    for path in [one for one in target.parent.iterdir() if left.fullmatch(one.name)]:
        handle = lock(path)
        if handle is None:
            continue
        _remove(path)
        unlock(handle)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
