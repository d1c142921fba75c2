"""Small files that unpack to many gigabytes, wherever packed files are read: exit code 2 and a sentence, in 3 GB."""

from __future__ import annotations

import gzip
import os
import resource
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import powergap
from powergap import lp
from powergap.eia import text_table
from powergap.errors import InputError
from powergap.files import bounded
from powergap.planning import make_plan
from powergap.results.run_folder import write_run
from powergap.sweep import sweep

ROOT = Path(__file__).resolve().parents[2]
SLOW = pytest.mark.slow
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs limits of Linux")


def refused(*arguments: str | Path) -> str:
    """What a command says that ends in exit code 2 within 3 GB of address space and a minute of CPU."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    command = [sys.executable, "-m", "powergap", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, preexec_fn=bound)
    assert done.returncode == 2, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("filling", ["x", pytest.param("2019-01-01 00:00:00,1\n", marks=SLOW)])
def test_ten_megabytes_of_gzip_that_are_ten_gigabytes_of_text(tmp_path, filling):
    """A sound header, then 100 MB and more of the same as a gzip file of its own, so often that all are 10 GB.

    10 MB may unpack to 1 GB, so that of 10 GB a tenth is unpacked and nothing of it is kept.
    """
    part = gzip.compress((filling * (100_000_000 // len(filling))).encode(), 9)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"datetime_utc,PJM\n") + 101 * part)
    assert path.stat().st_size < 30_000_000
    said = refused("profiles", "import-eia930", path, "--to", tmp_path / "hours")
    assert said.startswith(f"{path}: cannot be read as CSV text: holds more than ")
    assert not (tmp_path / "hours").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"," * 200_000, "a row has more than 20,000 characters"),
        (b"datetime_utc,PJM\n" + b'"\n",' * 50_000, "a row has more than 20,000 characters"),
    ],
)
def test_rows_without_end(tmp_path, text, said):
    """Commas, and line ends in quotes."""
    (tmp_path / "w.csv.gz").write_bytes(gzip.compress(text))
    assert said in refused("profiles", "import-eia930", tmp_path / "w.csv.gz", "--to", tmp_path / "x")


def test_more_cells_than_are_held(tmp_path, monkeypatch):
    """Before the last of 20 rows of two cells 38 are held: one more than 37."""
    path = tmp_path / "w.csv"
    path.write_text("a,b\n" + "1,2\n" * 20)
    assert len(text_table.read_columns(path, ["a", "b"], ["a", "b"]).cells) == 20
    monkeypatch.setattr(text_table, "MOST_CELLS", 37)
    with pytest.raises(InputError, match="more than 37 cells to read; take fewer regions or years"):
        text_table.read_columns(path, ["a", "b"], ["a", "b"])


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "run"
    write_run(powergap.solve(powergap.load("tiny/one-block"), workers=1), folder)
    return folder


@pytest.fixture
def run(sound, tmp_path) -> Path:
    """A run folder that can be spoilt."""
    return Path(shutil.copytree(sound, tmp_path / "run"))


@SLOW
def test_arrays_of_many_gigabytes_in_a_run_folder(run, tmp_path):
    """An array of 4 GB of zeros is 4 MB in the file of a linear program."""
    (path,) = (run / "lp").iterdir()
    zeros = bytes(1_000_000)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("cost.npy", "w", force_zip64=True) as member,
    ):
        np.lib.format.write_array_header_1_0(member, {"descr": "<f8", "fortran_order": False, "shape": (500_000_000,)})
        for _ in range(4_000):
            member.write(zeros)
    said = refused("export", run, "--format", "mps", "--to", tmp_path / "x.mps")
    assert said.startswith(f"{path}: not readable: holds more than ")


def test_an_array_that_says_it_is_larger_than_its_file(run, tmp_path):
    (path,) = (run / "lp").iterdir()
    with zipfile.ZipFile(path, "w") as archive, archive.open("about.npy", "w") as member:
        np.lib.format.write_array_header_1_0(member, {"descr": "|u1", "fortran_order": False, "shape": (10**15,)})
    said = refused("export", run, "--format", "mps", "--to", tmp_path / "x.mps")
    assert said.startswith(f"{path}: not readable: Unable to allocate")


def endless(path: Path) -> None:
    """300 million numbers that are all alike, 2.4 GB, in 1.3 MB."""
    part = pa.table({"point": pa.array(np.zeros(10_000_000, np.int64))})
    with pq.ParquetWriter(path, part.schema) as writer:
        for _ in range(30):
            writer.write_table(part)


def long_words(path: Path) -> None:
    """A word of a MB that stands in each of 10,000 rows, and once in the file: 10 GB."""
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(10_000, np.int32)), pa.array(["x" * 1_000_000]))
    pq.write_table(pa.table({"policy": words}), path, write_statistics=False, store_schema=False)


@pytest.mark.parametrize(
    ("command", "bomb"),
    [
        ("compare", long_words),
        pytest.param("report", endless, marks=SLOW),
        pytest.param("audit", endless, marks=SLOW),
    ],
)
def test_tables_of_many_gigabytes_in_a_run_folder(run, sound, tmp_path, bomb, command):
    (run / "tables" / "gap.csv").unlink()
    bomb(run / "tables" / "gap.parquet")
    assert (run / "tables" / "gap.parquet").stat().st_size < 2_000_000
    options = {"report": ["--to", tmp_path / "r.html"], "compare": [sound], "audit": []}
    said = refused(command, run, *options[command])
    assert f"{run / 'tables' / 'gap.csv'}: not readable: holds more than 256 MB when unpacked" in said


@pytest.mark.parametrize(
    "command", ["report", *(pytest.param(one, marks=SLOW) for one in ("compare", "audit", "explain", "what-if"))]
)
def test_a_manifest_without_end(run, sound, tmp_path, command):
    """A hundred thousand lists in each other are no manifest, and no fault of Python's stack."""
    (run / "manifest.json").write_text("[" * 100_000 + "]" * 100_000)
    options = {
        "report": ["--to", tmp_path / "r.html"], "compare": [sound], "audit": [], "explain": [],
        "what-if": ["--set", "value_of.delayed_load_usd_per_kw_year=1"],
    }  # fmt: skip
    assert f"{run / 'manifest.json'}: not readable: is nested too deep" in refused(command, run, *options[command])


@pytest.fixture
def swept(tmp_path) -> tuple[Path, Path]:
    """A scenario with a sweep of four draws, and its finished folder."""
    path = tmp_path / "s.yaml"
    path.write_text(
        "extends: tiny/one-block\nsweep: {draws: 4, inputs: {demand.additions_gw_per_year: {uniform: [3, 5]}}}\n"
    )
    sweep(powergap.load(path), tmp_path / "swept", workers=1)
    return path, tmp_path / "swept"


@pytest.mark.parametrize(("name", "bomb"), [("points.parquet", endless), ("results.parquet", long_words)])
def test_tables_of_many_gigabytes_in_a_sweep_folder(tmp_path, swept, name, bomb):
    path, folder = swept
    bomb(folder / name)
    said = refused("sweep", path, "--resume", "--workers", "1", "--out", folder)
    assert said.startswith(f"{folder / name}: not readable: holds more than 256 MB when unpacked")


def test_a_basis_of_many_gigabytes_in_a_sweep_folder():
    """It says how many statuses it has, and is read no further."""
    solution = lp.solve(make_plan(powergap.load("tiny/one-block").runs[0]).program)
    packed = lp.Basis.of(solution).pack()
    assert lp.Basis.unpack(packed).fits(solution.program)
    with pytest.raises(bounded.TooLargeError, match="unpacks to another size"):
        lp.Basis.unpack(packed[:16] + zlib.compress(bytes(100_000_000)))
