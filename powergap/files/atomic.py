"""Write aside, then swap in: a kill at any moment leaves the old or the new, whole."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from powergap.errors import InputError, Problem, of_file
from powergap.files.locks import MOST_TRIES, lock, locked_aside, unlock

RENAME_EXCHANGE = 2
AT_WORKING_FOLDER = -100
OPEN_FILES = Path("/proc/self/fd")
"""Where Linux names what this process holds open; elsewhere a folder is known by its name alone."""


@contextmanager
def folder_written_aside(target: Path) -> Iterator[Path]:
    """Give a fresh folder beside `target` that takes its place when the block ends without an error.

    Where the system can exchange two names at once, `target` exists at every moment. Elsewhere the old folder
    is first moved to `.<name>.previous`, from where `recover` brings it back if the process dies in between. Of two
    writers at once the later one's folder stands in the end, whole.

    Raises:
        InputError: something that is no folder stands at `target`.
        OSError: the folder cannot be written, named `target`; what stood there is untouched.
    """
    if target.exists() and not target.is_dir():
        raise InputError([Problem(str(target), 0, 0, "", "is no folder; give another name")])
    with _named(target), locked_aside(target, ".part", folder=True) as aside:
        aside.chmod(0o755)
        yield aside
        _swap_in(aside, target)


@contextmanager
def file_written_aside(target: Path, *, replaces: bool = True) -> Iterator[Path]:
    """Give a path beside `target` whose file takes its place when the block ends without an error.

    Args:
        target: the file.
        replaces: whether it takes the place of a file that stands there, or appeared there meanwhile.

    Raises:
        InputError: something that is no file stands at `target`: a folder, or a device such as `/dev/null`, which
            would be replaced by the file; or a file that must not be replaced.
        OSError: the file cannot be written, named `target`; what stood there is untouched.
    """
    if target.exists() and not target.is_file():
        raise InputError([Problem(str(target), 0, 0, "", "is no file; give another name")])
    with _named(target), locked_aside(target, f".part{target.suffix}", folder=False) as aside:
        aside.chmod(0o644)
        yield aside
        if replaces:
            aside.replace(target)
        else:
            _move_to_free(aside, target)


@contextmanager
def folder_held(target: Path) -> Iterator[Path]:
    """The folder that has this name now, by a path that stays its own when another takes the name; one holder a time.

    Raises:
        OSError: whatever goes wrong inside, named as the folder.
    """
    handle = lock(target, wait=True)
    try:
        yield target if handle is None or not OPEN_FILES.is_dir() else OPEN_FILES / str(handle)
    except OSError as error:
        raise of_file(error, target) from error
    finally:
        unlock(handle)


def refuse_unwritable(target: Path) -> None:
    """Refuse a name that could not be written to, before the work is done that is to be written there.

    Raises:
        InputError: the nearest folder above that exists is none, or is read-only.
    """
    above = next((one for one in target.absolute().parents if os.path.lexists(one)), Path("/"))
    if not above.is_dir():
        raise InputError([Problem(str(target), 0, 0, "", f"{above} is no folder")])
    if not os.access(above, os.W_OK | os.X_OK):
        raise InputError([Problem(str(target), 0, 0, "", f"{above} cannot be written to")])


def recover(target: Path) -> None:
    """Bring back a folder that an interrupted swap left under its other name."""
    previous = target.with_name(f".{target.name}.previous")
    if not target.exists() and previous.is_dir():
        with suppress(OSError):
            previous.rename(target)


@contextmanager
def _named(target: Path) -> Iterator[None]:
    """Errors name what was to be written, not the name it had aside; a full disk names nothing by itself."""
    try:
        yield
    except OSError as error:
        aside = error.filename is None or f".{target.name}." in str(error.filename)
        if not aside:
            raise
        raise of_file(error, target) from error


def _move_to_free(aside: Path, target: Path) -> None:
    """Give a file its name in one step, if nothing has it."""
    taken = InputError([Problem(str(target), 0, 0, "", "already exists; give another name")])
    if os.path.lexists(target):
        raise taken
    try:
        os.link(aside, target)
    except FileExistsError:
        raise taken from None
    except OSError:  # a file system without links
        aside.replace(target)


def _swap_in(aside: Path, target: Path) -> None:
    """Put the folder in its place; another writer may do the same at any moment."""
    for attempt in range(MOST_TRIES):
        try:
            if not target.exists():
                aside.rename(target)
                return
            if _exchange(aside, target):
                return
            if target.exists():
                _move_over(aside, target)
                return
        except OSError:  # another writer was faster
            if attempt + 1 == MOST_TRIES:
                raise


def _move_over(aside: Path, target: Path) -> None:
    """Where names cannot be exchanged: move the old folder away, and back if the new one cannot take its place."""
    previous = target.with_name(f".{target.name}.previous")
    shutil.rmtree(previous, ignore_errors=True)
    target.rename(previous)
    try:
        aside.rename(target)
    except OSError:
        recover(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names in one step where the C library can; False where it cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    paths = (os.fsencode(first), os.fsencode(second))
    return bool(renameat2(AT_WORKING_FOLDER, paths[0], AT_WORKING_FOLDER, paths[1], RENAME_EXCHANGE) == 0)
