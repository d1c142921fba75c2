"""Solutions kept on disk by the content of what was solved, so that the same program is not solved twice.

The key is a hash of the program's arrays, the options, the basis a solve starts from and the versions of what solves
it. Whatever led to the arrays is thereby in the key: input files by their content, and the code of the model itself.

An entry is believed only if its checksum fits, and if its vectors certify themselves against the very program that is
asked about. Anything else counts as not there.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from powergap.files.locks import locked_aside
from powergap.lp.basis import Basis
from powergap.lp.certificate import certify
from powergap.lp.program import LinearProgram
from powergap.lp.settings import SolverSettings, highs_options
from powergap.lp.solution import Solution, SolveStatus
from powergap.lp.versions import version_of

ENDING = ".solution"
HALF_WRITTEN = ".part"
ABANDONED_SECONDS = 3600.0
"""Age at which a half-written file belongs to a process that has died."""
PACKAGES = ("powergap", "highspy", "numpy")
"""What has a say after the arrays stand; the others have had theirs in the arrays."""
FORMAT = 2
_ARRAYS = ("cost", "column_lower", "column_upper", "row_lower", "row_upper", "start", "index", "value")
_VECTORS = ("column_value", "column_dual", "row_dual")
_CHECKSUM_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class SolutionCache:
    """A folder of solutions.

    Attributes:
        folder: made when the first solution is kept.
        most_bytes: beyond this, what was used longest ago is removed.
    """

    folder: Path
    most_bytes: int

    def key(self, program: LinearProgram, settings: SolverSettings, warm_start: Any, gap: float | None = None) -> str:
        """The name under which the solution of this very solve is kept, 64 hexadecimal digits; with a gap by cuts."""
        digest = hashlib.sha256()
        about = {
            "format": FORMAT,
            "versions": {name: version_of(name) for name in PACKAGES},
            "machine": platform.machine(),
            "options": highs_options(settings, program, warm=warm_start is not None),
            "tolerance": settings.tolerance,
            "gap": gap,
            "shape": program.shape,
            "offset": program.offset,
        }
        digest.update(json.dumps(about, sort_keys=True).encode())
        for name in _ARRAYS:
            digest.update(np.ascontiguousarray(getattr(program, name)).data)
        if warm_start is not None:
            digest.update(Basis.of_highs(warm_start).pack())
        return digest.hexdigest()

    def find(
        self, key: str, program: LinearProgram, settings: SolverSettings, gap: float | None = None
    ) -> Solution | None:
        """The solution kept under a key, if there is one that proves itself optimal for the program."""
        path = self._path(key)
        try:
            content = path.read_bytes()
            if content[:_CHECKSUM_BYTES] != _checksum(key, content[_CHECKSUM_BYTES:]):
                return None
            solution = _read(content[_CHECKSUM_BYTES:], program, settings, gap)
        except Exception:  # whatever is wrong with an entry: it is solved again and written over
            return None
        with suppress(OSError):
            os.utime(path)
        return solution

    def keep(self, key: str, solution: Solution) -> None:
        """Keep a proven optimum; nothing else is, and a folder that cannot be written keeps nothing."""
        if solution.status is not SolveStatus.OPTIMAL:
            return
        content = _written(solution)
        with suppress(OSError):
            with locked_aside(self._path(key), HALF_WRITTEN, folder=False) as aside:
                aside.write_bytes(_checksum(key, content) + content)
                aside.replace(self._path(key))
            self._remove_oldest()

    def room(self) -> tuple[int, int]:
        """Number of solutions kept, and the bytes of all files."""
        files = self._files()
        return sum(path.suffix == ENDING for path, _, _ in files), sum(size for _, size, _ in files)

    def clear(self) -> None:
        """Remove every file of the cache, and nothing else that lies in its folder.

        Raises:
            OSError: a file cannot be removed.
        """
        for path, _, _ in self._files():
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{ENDING}"

    def _files(self) -> list[tuple[Path, int, float]]:
        """Every file of the cache with its bytes and when it was last used, the longest ago first."""
        found = []
        for path in [*self.folder.glob(f"*{ENDING}"), *self.folder.glob(f"*{HALF_WRITTEN}")]:
            with suppress(OSError):  # another process may have removed it
                about = path.stat()
                found.append((path, about.st_size, about.st_mtime))
        return sorted(found, key=lambda file: file[2])

    def _remove_oldest(self) -> None:
        files = self._files()
        total = sum(size for _, size, _ in files)
        for path, size, used in files:
            half_written = path.suffix == HALF_WRITTEN
            if half_written and time.time() - used < ABANDONED_SECONDS:
                continue
            if half_written or total > self.most_bytes:
                with suppress(OSError):  # in use on a system that does not remove open files, or gone already
                    path.unlink()
                total -= size


def _checksum(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + content).digest()


def _written(solution: Solution) -> bytes:
    about = {
        "iterations": solution.iterations,
        "seconds": solution.seconds,
        "message": solution.message,
        "options": dict(solution.options),
        "solved_utc": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    arrays: dict[str, Any] = {name: getattr(solution, name) for name in _VECTORS}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    if solution.basis is not None:
        arrays["basis"] = np.frombuffer(Basis.of(solution).pack(), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def _read(content: bytes, program: LinearProgram, settings: SolverSettings, gap: float | None) -> Solution | None:
    """The solution, or None where it does not certify itself; broken content raises whatever it raises."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    about = json.loads(arrays["about"].tobytes())
    vectors = {name: arrays[name] for name in _VECTORS}
    certificate = certify(program, vectors["column_value"], vectors["row_dual"])
    if not certificate.passes(settings.tolerance, max(settings.tolerance, gap or 0.0)):
        return None
    return Solution(
        **vectors,
        status=SolveStatus.OPTIMAL,
        objective=float(program.cost @ vectors["column_value"]) + program.offset,
        row_value=program.activity(vectors["column_value"]),
        iterations=about["iterations"],
        seconds=about["seconds"],
        message=about["message"],
        options=about["options"],
        basis=Basis.unpack(arrays["basis"].tobytes()).highs if "basis" in arrays else None,
        certificate=certificate,
        program=program,
        kept_since_utc=about["solved_utc"],
    )
