"""What a file is, by its bytes: text in some encoding, or something that is no table in text."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from powergap.files.bounded import CHUNK, most_of, refuse

SAVE_AS = "save it as `CSV UTF-8 (Comma delimited)`"
NO_TEXT = (
    (b"PK\x03\x04", f"is an Excel workbook (.xlsx) or another zip archive; open it and {SAVE_AS}"),
    (b"\xd0\xcf\x11\xe0", f"is an Excel workbook (.xls); open it and {SAVE_AS}"),
    (b"PAR1", "is a Parquet file; export it as CSV"),
    (b"%PDF", "is a PDF; copy its table to a spreadsheet and save it as CSV"),
    (b"\x1f\x8b", "is packed with gzip; give it the ending .gz, or unpack it"),
)
"""What files begin with that people take for CSV, and the remedy."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotATableError(ValueError):
    """A file that cannot be read as a table; the message says what it is instead, and the remedy."""


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a file are read.

    Attributes:
        name: as Python calls it.
        note: what a reader must know; empty for UTF-8.
    """

    name: str
    note: str = ""


def encoding_of(path: Path) -> Encoding:
    """The encoding of a text file, plain or gzipped (`.gz`): UTF-8, UTF-16 by its mark, else Windows-1252.

    Raises:
        NotATableError: it is no text.
        bounded.TooLargeError: it unpacks to too much.
        OSError, EOFError, zlib.error: it cannot be read.
    """
    decoder, is_utf_8, first = codecs.getincrementaldecoder("utf-8")(), True, True
    for chunk in _chunks(path):
        if first:
            first = False
            if said := next((said for start, said in NO_TEXT if chunk.startswith(start)), ""):
                raise NotATableError(said)
            if chunk.startswith(_UTF_16):
                return Encoding("utf-16", "is UTF-16 text and was read as such")
        if b"\0" in chunk:
            raise NotATableError(f"holds zero bytes and is no UTF-8 text; {SAVE_AS}")
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            is_utf_8 = False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        is_utf_8 = False
    if is_utf_8:
        return Encoding("utf-8-sig")
    return Encoding("cp1252", f"is no UTF-8 text and was read as Windows-1252; check accents in names, or {SAVE_AS}")


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked."""
    most, found = most_of(path), 0
    packed = path.suffix == ".gz"
    with gzip.open(path) if packed else path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            found += len(chunk)
            if packed:
                refuse(found, most)
            yield chunk
