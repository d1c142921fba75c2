"""Attack what a run folder, a sweep or a hedge holds: `python -m tests.attacks.folders --count 2000 --seed 1`.

A file of a solved and explained run, of a sweep or of a hedge is mutated, by structure or byte by byte, and given to a
command that reads such folders. It must end in success, in a failed audit, or in exit code 2 and a message; no
traceback.
"""

from __future__ import annotations

import argparse
import collections
import copy
import io
import json
import random
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from powergap.cli import app
from powergap.scenario import read_document
from tests.attacks.attempt import TooSlowError
from tests.attacks.mutants import TEXTS, _bytes
from tests.attacks.yaml_text import pairs, written

SECONDS = 60
"""CPU seconds that a command may take; the slowest of sound folders takes 3."""

VALUES = [
    None, True, False, 0, -1, 1, 0.5, 1e308, float("inf"), float("nan"), 10**400, [], {}, [[]], [None], {"": {}},
    [1, "a"], {"low": 1}, "2026-02-30T00:00:00", "0001-01-01T00:00:00+00:00", *TEXTS, "x" * 100_000, [0] * 100_000,
]  # fmt: skip
SHOWN = ("catalog", "policies", "cases", "regions", "technologies", "levers")
"""Sections of a resolved scenario that are read without solving it again."""
CELLS = ["", "nan", "inf", "-1", "1e308", "x", "2026.5", "1" * 400, '"', '"a,b"', "\x00", "True", *TEXTS]
COMMANDS = {
    "report": ["report", "RUN", "--to", "OUT/r.html"],
    "compare": ["compare", "RUN", "SOUND"],
    "plot": ["plot", "RUN", "--figure", "gap", "--to", "OUT/p.svg"],
    "plot cost": ["plot", "RUN", "--figure", "cost", "--to", "OUT/p.svg"],
    "audit": ["audit", "RUN"],
    "csv": ["export", "RUN", "--format", "csv", "--to", "OUT/csv"],
    "xlsx": ["export", "RUN", "--format", "xlsx", "--to", "OUT/x.xlsx"],
    "iamc": ["export", "RUN", "--format", "iamc", "--to", "OUT/i.csv"],
    "mps": ["export", "RUN", "--policy", "both", "--format", "mps", "--to", "OUT/m.mps"],
    "pypsa": ["export", "RUN", "--format", "pypsa", "--policy", "both", "--to", "OUT/net"],
    "explain": ["explain", "RUN", "--only", "waiting", "--workers", "1", "-q"],
    "solve": ["solve", "tiny/one-block", "-o", "RUN", "--replace", "--workers", "1", "-q"],
    "what-if": ["what-if", "RUN", "--set", "value_of.delayed_load_usd_per_kw_year=1", "-p", "both", "-q"],
}
OF_SWEEP = {
    "report": ["report", "SOUND", "--sweep", "RUN", "--to", "OUT/r.html"],
    "plot": ["plot", "SOUND", "--figure", "draws", "--sweep", "RUN", "--to", "OUT/p.svg"],
    "tornado": ["plot", "SOUND", "--figure", "tornado", "--sweep", "RUN", "--to", "OUT/p.svg"],
    "regret": ["plot", "SOUND", "--figure", "regret", "--sweep", "RUN", "--to", "OUT/p.svg"],
    "resume": ["sweep", "SWEPT", "--resume", "-o", "RUN", "--workers", "1", "-q"],
}
OF_HEDGE = {
    "report": ["report", "RUN", "--to", "OUT/r.html"],
    "compare": ["compare", "RUN", "SOUND"],
    "audit": ["audit", "RUN"],
    "csv": ["export", "RUN", "--format", "csv", "--to", "OUT/csv"],
    "hedge": ["hedge", "tiny/newsvendor", "-o", "RUN", "-q"],
}
SOUND = {"run": COMMANDS, "sweep": OF_SWEEP, "hedge": OF_HEDGE}
"""Commands by the folder that they read, which is made beside the other ones."""
REFUSED = [OF_HEDGE[name] for name in ("report", "compare", "audit", "csv")]
"""Commands that read runs, and say so where they are given a hedge."""
SWEEP = """\
sweep: {draws: 4, inputs: {demand.additions_gw_per_year: {uniform: [15, 25]}}}
"""


def places(part: object) -> list[tuple[dict | list, object]]:
    """Every place in nested data at which something stands."""
    keys = list(part) if isinstance(part, dict) else list(range(len(part))) if isinstance(part, list) else []
    return [found for key in keys for found in [(part, key), *places(part[key])]]


def mutated(chance: random.Random, manifest: bytes) -> bytes:
    """A manifest with something else, less or more in it."""
    if chance.random() < 0.25:
        return _bytes(chance, manifest)
    document = json.loads(manifest)
    entries = list(document.get("runs", []))
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        # Most of a manifest is its audit, which few commands read.
        here = [one for one in places(document) if chance.random() < 0.05 or one[0] is not document.get("audit")]
        shallow = [one for one in here if one[0] is document or any(one[0] is entry for entry in entries)]
        container, key = chance.choice(shallow if shallow and chance.random() < 0.6 else here or [({}, "")])
        match chance.randint(0, 5):
            case 0 if container:
                del container[key]
            case 1 if isinstance(container, dict) and container:
                container[chance.choice(TEXTS)] = container.pop(key)
            case 2 if container:
                container[key] = chance.choice(places(json.loads(manifest)))[0]
            case 3 if isinstance(container, list) and container:
                container.append(copy.deepcopy(container[key]))
            case _ if container:
                container[key] = copy.deepcopy(chance.choice(VALUES))
    if chance.random() < 0.02:
        document = chance.choice(VALUES)
    return json.dumps(document).encode("utf-8", "surrogatepass")


def mutated_table(chance: random.Random, table: bytes) -> bytes:
    """A table with other cells, columns or rows."""
    if chance.random() < 0.4:
        return _bytes(chance, table)
    rows = [line.split(",") for line in table.decode().splitlines()]
    width = len(rows[0])
    match chance.randint(0, 4):
        case 0:
            at = chance.randrange(width)
            rows = [row[:at] + row[at + 1 :] for row in rows]
        case 1:
            rows = rows[: chance.randint(0, 3)]
        case 2:
            rows[0][chance.randrange(width)] = chance.choice(CELLS)
        case _:
            at, cell = chance.randrange(width), chance.choice(CELLS)
            for row in rows[1:] if chance.random() < 0.4 else [chance.choice(rows[1:] or rows)]:
                if at < len(row):
                    row[at] = cell
    return "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass") + b"\n"


def mutated_document(chance: random.Random, path: Path) -> bytes:
    """A resolved scenario with something else, less or more in it; most often where reports look."""
    if chance.random() < 0.15:
        return chance.choice([b"", b"{}", b"[]", b"x", b"~", _bytes(chance, path.read_bytes())])
    document = read_document(path)
    shown = [document, *(document[key] for key in SHOWN if isinstance(document.get(key), dict))]
    for _ in range(chance.choice((1, 1, 2))):
        container, key = chance.choice(places(chance.choice(shown)) or [({}, "")])
        if container and chance.random() < 0.2:
            del container[key]
        elif container:
            container[key] = copy.deepcopy(chance.choice(VALUES[:-2]))
    return written(pairs(document)).encode("utf-8", "surrogatepass")


def mutated_parquet(chance: random.Random, path: Path) -> bytes:
    """A table of a sweep with other cells, columns or rows."""
    if chance.random() < 0.2:
        return _bytes(chance, path.read_bytes())
    table = pd.read_parquet(path)
    column = chance.choice(list(table))
    match chance.randint(0, 4):
        case 0:
            table = table.drop(columns=column)
        case 1:
            table = table.iloc[: chance.randint(0, 2)]
        case 2:
            table = table.rename(columns={column: chance.choice(["", "x", "=1"])})
        case 3:
            table = pd.concat([table, table])
        case _:
            table[column] = chance.choice([None, -1, 10**9, 0.5, "x", True, float("nan")])
    content = io.BytesIO()
    table.to_parquet(content, index=False)
    return content.getvalue()


def attacked_file(chance: random.Random, folder: Path) -> tuple[Path, bytes]:
    """A file of a folder and what stands in it instead."""
    every = sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".csv", ".yaml", ".parquet"))
    records = [path for path in every if path.suffix in (".json", ".yaml") and path.parent == folder]
    path = chance.choice(records if chance.random() < 0.6 else every)
    if path.suffix == ".yaml":
        return path, mutated_document(chance, path)
    if path.suffix == ".parquet":
        return path, mutated_parquet(chance, path)
    return path, (mutated if path.suffix == ".json" else mutated_table)(chance, path.read_bytes())


def prepare(folder: Path) -> None:
    """A folder of each kind, of which every command makes what it is asked for."""
    (folder / "swept.yaml").write_text(f"extends: tiny/battery\nname: battery\n{SWEEP}", encoding="utf-8")
    run, swept, hedged = (str(folder / kind) for kind in SOUND)
    first = [["solve", "tiny/battery", "-q", "--workers", "1", "-o", run], ["explain", run, "--workers", "1"]]
    first += [["sweep", str(folder / "swept.yaml"), "-q", "--workers", "1", "-o", swept]]
    first += [["hedge", "tiny/newsvendor", "-q", "-o", hedged]]
    for arguments in first:
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, (arguments, done.stderr, done.exception)
    for kind, command in ((one, command) for one, every in SOUND.items() for command in every.values()):
        done = CliRunner().invoke(app, given(command, fresh(folder, kind), folder))
        assert done.exit_code == 2 * (kind == "hedge" and command in REFUSED), (command, done.stderr, done.exception)


def fresh(folder: Path, kind: str) -> Path:
    """A copy of a sound folder, to be attacked."""
    attacked = folder / "attacked"
    for path in (attacked, folder / "out"):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(folder / kind, attacked)
    return attacked


def given(command: list[str], attacked: Path, folder: Path) -> list[str]:
    """Arguments of a command."""
    words = {"RUN": str(attacked), "SOUND": str(folder / "run"), "SWEPT": str(folder / "swept.yaml")}
    return [words.get(one, one.replace("OUT", str(folder / "out"))) for one in command]


def attack(seed: int, number: int, folder: Path) -> tuple[str, str, str]:
    """What was attacked, what it ended in, and what is wrong with that; empty where nothing is."""
    chance = random.Random(f"{seed}:{number}")
    kind = chance.choices(list(SOUND), (6, 3, 1))[0]
    attacked = fresh(folder, kind)
    path, content = attacked_file(chance, attacked)
    path.write_bytes(content)
    name = chance.choice(list(SOUND[kind]))
    signal.signal(signal.SIGVTALRM, _too_slow)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        done = CliRunner().invoke(app, given(SOUND[kind][name], attacked, folder))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    what = f"{name} of {path.name} of a {kind}"
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        frames = [one for one in traceback.extract_tb(done.exception.__traceback__) if "/powergap/" in one.filename]
        where = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "?"
        return what, "failed", f"{type(done.exception).__name__} in {where}: {str(done.exception)[:100]}"
    allowed = {0, 2} | ({1} if name == "audit" else set())
    if done.exit_code not in allowed:
        return what, "failed", f"exit code {done.exit_code}: {done.stderr[-200:]}"
    if done.exit_code == 2 and not done.stderr.strip():
        return what, "failed", "exit code 2 without a word"
    return what, ("success", "failed audit", "refused")[done.exit_code], ""


def _too_slow(*_: object) -> None:
    raise TooSlowError


def main() -> int:
    """Attack as often as asked for and tell what failed, each kind once."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=500)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    warnings.simplefilter("ignore")
    ends: collections.Counter[str] = collections.Counter()
    failures: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="folders-") as name:
        folder = Path(name)
        prepare(folder)
        for number in range(asked.first, asked.first + asked.count):
            what, end, wrong = attack(asked.seed, number, folder)
            ends[end] += 1
            if wrong:
                failures.setdefault(wrong, []).append(f"{number} ({what})")
    sys.stdout.write(f"{asked.count} attacks on folders: {dict(ends)}\n")
    for wrong, found in sorted(failures.items(), key=lambda item: -len(item[1])):
        sys.stdout.write(f"{len(found)} times {wrong}; {', '.join(found[:3])}\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
