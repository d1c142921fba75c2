"""Write aside, then swap in: a kill at any moment leaves the old or the new, whole."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from powergap.errors import InputError, Problem

RENAME_EXCHANGE = 2
AT_WORKING_FOLDER = -100


@contextmanager
def folder_written_aside(target: Path) -> Iterator[Path]:
    """Give a fresh folder beside `target` that takes its place when the block ends without an error.

    Where the system can exchange two names at once, `target` exists at every moment. Elsewhere the old folder
    is first moved to `.<name>.previous`, from where `recover` brings it back if the process dies in between.

    Raises:
        InputError: something that is no folder stands at `target`.
    """
    if target.exists() and not target.is_dir():
        raise InputError([Problem(str(target), 0, 0, "", "is no folder; give another name")])
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    aside.chmod(0o755)
    try:
        yield aside
        _swap_in(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def file_written_aside(target: Path) -> Iterator[Path]:
    """Give a path beside `target` whose file takes its place when the block ends without an error.

    Raises:
        InputError: something that is no file stands at `target`: a folder, or a device such as `/dev/null`, which
            would be replaced by the file.
    """
    if target.exists() and not target.is_file():
        raise InputError([Problem(str(target), 0, 0, "", "is no file; give another name")])
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    aside = Path(name)
    aside.chmod(0o644)
    try:
        yield aside
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def recover(target: Path) -> None:
    """Bring back a folder that an interrupted swap left under its other name."""
    previous = target.with_name(f".{target.name}.previous")
    if not target.exists() and previous.is_dir():
        with suppress(OSError):
            previous.rename(target)


def _swap_in(aside: Path, target: Path) -> None:
    if not target.exists():
        aside.rename(target)
        return
    if _exchange(aside, target):
        return
    previous = target.with_name(f".{target.name}.previous")
    shutil.rmtree(previous, ignore_errors=True)
    target.rename(previous)
    aside.rename(target)
    shutil.rmtree(previous, ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names in one step where the C library can; False where it cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    paths = (os.fsencode(first), os.fsencode(second))
    return bool(renameat2(AT_WORKING_FOLDER, paths[0], AT_WORKING_FOLDER, paths[1], RENAME_EXCHANGE) == 0)
