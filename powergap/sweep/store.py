"""The folder of a sweep: what was asked, and answers that are added as they come.

outputs/<scenario>-sweep/
    sweep.json        what was asked: inputs, design, policies, versions, and a hash of all of it
    points.parquet    role and quantiles of every draw
    parts/*.parquet   answers as they come, each file named by the hash of its content; pandas reads the folder
    starts/*.json     bases, or cuts, from which further draws start
    results.parquet   all answers in order, once every draw is solved

Every file is written aside and swapped in. A part whose content is not what its name says is set aside and its draws
are solved again; a draw that stands in two parts, as after a kill while parts are joined, has the same answer in both.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from powergap.errors import AuditError, InputError, Problem, of_file
from powergap.files import bounded
from powergap.files.atomic import file_written_aside
from powergap.files.extras import needed
from powergap.files.locks import HAS_LOCKS, lock, unlock
from powergap.files.parquet import read_table
from powergap.sweep.record import SweepRecord, check_asked, checked_results, checked_rows
from powergap.sweep.task import PackedStart

ABOUT, POINTS, PARTS, STARTS, RESULTS = "sweep.json", "points.parquet", "parts", "starts", "results.parquet"

SMALL_PARTS = 100
"""Small parts that are joined into one."""

LARGE_ROWS = 20_000
"""Rows from which a part is left alone, so that each row is written a few times at most."""

POINTS_AT_ONCE = 10_000
"""Draws that are held in memory while the results are put in order."""


@dataclass(frozen=True)
class Store:
    """A sweep's folder."""

    folder: Path

    @property
    def about(self) -> SweepRecord:
        """What was asked.

        Raises:
            InputError: the folder holds no sweep, or one of another shape.
        """
        if not (self.folder / ABOUT).exists():
            raise InputError([Problem(str(self.folder), 0, 0, "", f"is no sweep: it has no {ABOUT}")])
        return SweepRecord.read(self.folder / ABOUT)

    def create(self, about: SweepRecord, points: pd.DataFrame) -> None:
        """Begin a sweep. What was asked is written last: a folder that has it is a sweep."""
        for name in (PARTS, STARTS):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        write_bytes(self.folder / POINTS, parquet_bytes(points))
        write_bytes(self.folder / ABOUT, about.as_text().encode())

    def add(self, rows: pd.DataFrame) -> Path:
        """Add answers as a part of their own.

        Raises:
            OSError: the disk is full, say; what stood there is untouched.
        """
        content = parquet_bytes(rows)
        path = self.folder / PARTS / f"{hashlib.sha256(content).hexdigest()[:32]}.parquet"
        write_bytes(path, content)
        return path

    def parts(self) -> list[Path]:
        """Whole parts in the order of their names; broken ones are set aside as `*.broken`."""
        whole = []
        for path in sorted((self.folder / PARTS).glob("[0-9a-f]*.parquet")):
            if hashlib.sha256(path.read_bytes()).hexdigest()[:32] == path.stem:
                whole.append(path)
            else:
                path.replace(path.with_suffix(".broken"))
        return whole

    def done(self, policies: Sequence[str], points: int) -> dict[str, npt.NDArray[np.bool_]]:
        """Which draws are solved, by policy, [point].

        Raises:
            InputError: a part is broken, or holds results that were not requested.
        """
        found = {policy: np.zeros(points, bool) for policy in policies}
        for path in self.parts():
            part = read_part(path, columns=["point", "policy"])
            check_asked(part, policies, points, path)
            for policy, own in part.groupby("policy")["point"]:
                found[str(policy)][own.to_numpy()] = True
        return found

    def join_small_parts(self) -> None:
        """Join small parts into one once there are many, so that a long sweep does not end in a million files."""
        size = needed("pyarrow.parquet").read_metadata
        small = [path for path in sorted((self.folder / PARTS).glob("[0-9a-f]*.parquet"))
                 if size(path).num_rows < LARGE_ROWS]  # fmt: skip
        if len(small) < SMALL_PARTS:
            return
        joined = self.add(pd.concat([read_part(path) for path in small], ignore_index=True))
        for path in small:
            if path != joined:
                path.unlink(missing_ok=True)

    def write_starts(self, policy: str, starts: Mapping[int, PackedStart]) -> None:
        """Keep the bases of a policy's first draws, so that a resumed sweep need not find them again."""
        plain = {point: [base64.b64encode(one).decode() for one in start] for point, start in starts.items()}
        write_bytes(self.folder / STARTS / f"{policy}.json", json.dumps(plain).encode())

    def read_starts(self, policies: Sequence[str]) -> dict[str, dict[int, PackedStart]]:
        """The bases that were kept, by policy; none of a policy whose file is missing or broken."""
        found: dict[str, dict[int, PackedStart]] = {}
        for policy in policies:
            with contextlib.suppress(OSError, ValueError, AttributeError, TypeError):
                plain = bounded.record(self.folder / STARTS / f"{policy}.json")
                found[policy] = {int(at): tuple(map(base64.b64decode, start)) for at, start in plain.items()}
        return found

    def write_results(self, policies: Sequence[str], points: int) -> None:
        """Write all answers in order of draws and policies, each once; memory does not grow with the draws.

        Raises:
            AuditError: an answer is missing.
        """
        parquet = needed("pyarrow.parquet")
        arrow = needed("pyarrow")
        order = {policy: number for number, policy in enumerate(policies)}
        parts = [(path, *_extent(path)) for path in self.parts()]
        schema = None
        with file_written_aside(self.folder / RESULTS) as aside, contextlib.ExitStack() as stack:
            writer: Any = None
            for low in range(0, points, POINTS_AT_ONCE):
                high = low + POINTS_AT_ONCE
                filters = [("point", ">=", low), ("point", "<", high)]
                near = [path for path, least, most in parts if most >= low and least < high]
                rows = pd.concat([read_part(path, filters=filters) for path in near], ignore_index=True)
                rows = rows.assign(place=rows["policy"].map(order)).sort_values(["point", "place"], kind="stable")
                rows = rows.drop_duplicates(["point", "place"]).drop(columns="place")
                if len(rows) != (min(high, points) - low) * len(policies):
                    raise AuditError(f"{self.folder}: answers of draws {low} to {high - 1} are missing")
                table = arrow.Table.from_pandas(rows, schema=schema, preserve_index=False)
                if writer is None:
                    schema = table.schema
                    writer = stack.enter_context(parquet.ParquetWriter(aside, schema))
                writer.write_table(table)

    def read(self) -> pd.DataFrame:
        """All answers in order if the sweep is finished, else those that are there, each once.

        Raises:
            InputError: the folder holds no sweep.
        """
        about = self.about
        needed("pyarrow")
        if (self.folder / RESULTS).is_file():
            return checked_results(read_part(self.folder / RESULTS), about, self.folder / RESULTS)
        frames = [checked_rows(read_part(path), about, path) for path in self.parts()]
        if not frames:
            raise InputError([Problem(str(self.folder), 0, 0, "", "no draw is solved yet")])
        rows = pd.concat(frames, ignore_index=True)
        order = {policy: number for number, policy in enumerate(about.policies)}
        rows = rows.assign(place=rows["policy"].map(order)).sort_values(["point", "place"], kind="stable")
        return rows.drop_duplicates(["point", "place"]).drop(columns="place").reset_index(drop=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second process from writing here; the lock falls with the process, however it ends.

        Raises:
            InputError: another process is writing.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / ".lock").touch()
        handle = lock(self.folder / ".lock")
        if handle is None and HAS_LOCKS:  # on Windows nothing keeps two sweeps apart
            raise InputError([Problem(str(self.folder), 0, 0, "", "another process is writing this sweep")])
        try:
            yield
        finally:
            unlock(handle)


def read_part(
    path: Path, columns: list[str] | None = None, filters: list[tuple[str, str, Any]] | None = None
) -> pd.DataFrame:
    """A table of the folder, as `read_table`.

    Raises:
        InputError: it is broken, or unpacks to too much.
    """
    try:
        return read_table(path, columns, filters)
    except (OSError, ValueError) as error:
        raise InputError([Problem(str(path), 0, 0, "", f"not readable: {error}")]) from error


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """A table as the bytes of a Parquet file."""
    needed("pyarrow")
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file aside and swap it in.

    Raises:
        OSError: it cannot be written; names the file.
    """
    try:
        with file_written_aside(path) as aside, aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise of_file(error, path) from error


def _extent(path: Path) -> tuple[int, int]:
    """Least and largest point of a part."""
    points = read_part(path, columns=["point"])["point"]
    return int(points.min()), int(points.max())
