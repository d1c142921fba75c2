"""Files from anybody: what a packed one unpacks to is bounded before memory is taken.

A file of 10 MB can unpack to 10 GB. Honest ones unpack to 10 times their size (linear programs) or 35 times (tables in
Parquet, as numbers); here 100 times is the most, or 256 MB where that is more.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

MOST_TIMES = 100
MOST_BYTES = 256_000_000
MOST_BYTES_OF_A_TABLE = 4_000_000_000
"""Of a plain CSV of a run: some 50 million rows, as many hours as 300 years of 20 technologies have."""
CHUNK = 1 << 20


class TooLargeError(ValueError):
    """A file unpacks to more than is read of it."""


def why_unreadable(path: str | Path, content: str = "file") -> str:
    """Why a path is no ordinary file, which alone are opened: a pipe or a device may never end; empty if it is one.

    Args:
        path: what was given.
        content: what a file there should hold, for the remedy where it is a folder.
    """
    try:
        mode = Path(path).stat().st_mode
    except PermissionError:
        return ""  # as opening it will say
    except (OSError, ValueError):  # a name that no file can have is one of them
        return "is a link to a file that does not exist" if os.path.islink(path) else "no such file"  # noqa: PTH114
    if stat.S_ISDIR(mode):
        return f"is a folder; give the {content} in it"
    return "" if stat.S_ISREG(mode) else "is not an ordinary file"


@contextmanager
def arrays(path: str | Path) -> Iterator[Any]:
    """The arrays of an .npz file; objects are not read.

    Raises:
        TooLargeError: they unpack to too much.
        OSError, ValueError, zipfile.BadZipFile: it cannot be read.
    """
    with zipfile.ZipFile(path) as archive:  # no member is read beyond the size that it says it has
        refuse(sum(member.file_size for member in archive.infolist()), most_of(Path(path)))
    with np.load(path, allow_pickle=False) as found:
        try:
            yield found
        except MemoryError as error:  # an array that says it is larger than its file
            raise TooLargeError(str(error)) from None


def inflated(packed: bytes, size: int) -> bytes:
    """What zlib packed, of a known size.

    Raises:
        TooLargeError: it is more, or less.
        zlib.error: it is not what zlib packed.
    """
    found = zlib.decompressobj().decompress(packed, size + 1)
    if len(found) != size:
        raise TooLargeError(f"unpacks to another size than {size:,} bytes")
    return found


def record(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        TooLargeError: the file is too large, or nested too deep.
        OSError, ValueError: it cannot be read.
    """
    refuse(path.stat().st_size, MOST_BYTES)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise TooLargeError("is nested too deep") from None


def sha256_of(path: str | Path) -> str:
    """The hash of what a file holds, 64 hexadecimal digits; it is read piece by piece.

    Raises:
        OSError: it cannot be read.
    """
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def most_of(path: Path) -> int:
    """Bytes that a packed file may unpack to."""
    return max(MOST_BYTES, MOST_TIMES * path.stat().st_size)


def refuse(size: int, most: int) -> None:
    """Refuse what is more than the most.

    Raises:
        TooLargeError: it is.
    """
    if size > most:
        raise TooLargeError(f"holds more than {most / 1e6:,.0f} MB when unpacked, which is more than is read of it")
