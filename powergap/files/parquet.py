"""Tables from Parquet files that anybody may have written: what they unpack to is counted before it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from powergap.files.bounded import most_of, refuse
from powergap.files.extras import needed

BYTES_OF_A_CELL = 8


def read_table(
    path: Path, columns: list[str] | None = None, filters: list[tuple[str, str, Any]] | None = None
) -> pd.DataFrame:
    """A table of a Parquet file, all or some columns, of rows that pass all filters `(column, comparison, value)`.

    Raises:
        TooLargeError: it unpacks to too much.
        OSError, ValueError: it cannot be read.
    """
    arrow = needed("pyarrow")
    try:
        return _read(path, columns, filters)
    except arrow.ArrowException as error:
        raise ValueError(str(error)) from None


def _read(path: Path, columns: list[str] | None, filters: list[tuple[str, str, Any]] | None) -> pd.DataFrame:
    types = needed("pyarrow").types
    with needed("pyarrow.parquet").ParquetFile(path) as file:
        about, schema = file.metadata, file.schema_arrow
    packed = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    refuse(max(packed, about.num_rows * about.num_columns * BYTES_OF_A_CELL), most_of(path))
    if any(types.is_nested(field.type) for field in schema):
        raise ValueError("holds lists; expected a number or a word in each cell")
    # Words are read as a list of them and numbers into it: a long one may stand once in the file and in every row.
    words = [field.name for field in schema if types.is_string(field.type) or types.is_large_string(field.type)]
    frame = pd.read_parquet(path, columns=columns, filters=filters, read_dictionary=words)
    words = [name for name in words if name in frame]
    refuse(sum(_letters(frame[name].cat) for name in words), most_of(path))
    return frame.astype(dict.fromkeys(words, "str"))


def _letters(words: Any) -> int:
    """Letters of all rows of a column."""
    sizes = np.array([*map(len, words.categories), 0])  # the last is that of an empty cell, whose number is -1
    return int(sizes[words.codes].sum())
