"""Run many attacks: `python -m tests.attacks.fuzz --count 100000 --seed 1`.

Every mutated file must end in a solve or in a refusal that names the file, within 10 s and in bounded memory. Tells how
many ended how, and each kind of failure with one example to repeat (`--only NUMBER`). Exits with 1 if any failed.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import functools
import json
import multiprocessing
import os
import sys
import tempfile
import time
import warnings
from dataclasses import asdict
from pathlib import Path

from tests.attacks.attempt import SECONDS, Outcome, attempt, bound_memory
from tests.attacks.mutants import mutant
from tests.attacks.traps import lay


def attack(seed: int, number: int) -> Outcome:
    """Make a mutant and try it; a process that hangs where no signal reaches it ends with a trace of where."""
    faulthandler.dump_traceback_later(20 * SECONDS, exit=True)
    outcome = attempt(mutant(seed, number), _folder())
    faulthandler.cancel_dump_traceback_later()
    return outcome


@functools.cache
def _folder() -> Path:
    """This process's own folder of scenarios and traps."""
    folder = Path(tempfile.mkdtemp(prefix=f"attacks-{os.getpid()}-", dir=os.environ.get("ATTACKS_FOLDER")))
    lay(folder)
    return folder


def _start() -> None:
    sys.stdin.close()
    warnings.simplefilter("ignore")
    bound_memory()


def main() -> int:
    """Read the options, attack, tell."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--only", type=int, help="write this mutant to stdout and try it")
    options.add_argument("--log", type=Path, help="append every failure here, a JSON object to a line")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        os.environ["ATTACKS_FOLDER"] = folder
        if asked.only is not None:
            one = mutant(asked.seed, asked.only)
            sys.stdout.buffer.write(one.content)
            tell(f"\n--- {one.how} of {one.base}")
            tell(json.dumps(asdict(attack(asked.seed, asked.only)), indent=1).replace("\\n", "\n"))
            return 0
        return _run(asked)


def tell(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _run(asked: argparse.Namespace) -> int:
    started, ends, failures = time.monotonic(), collections.Counter(), {}
    peak = 0
    slowest: list[tuple[float, int, str]] = []
    numbers = range(asked.first, asked.first + asked.count)
    context = multiprocessing.get_context("forkserver")
    with context.Pool(asked.workers, initializer=_start) as pool:
        for done, one in enumerate(pool.imap_unordered(functools.partial(attack, asked.seed), numbers, 20), 1):
            ends[one.end] += 1
            peak = max(peak, one.peak_kb)
            slowest = sorted([*slowest, (one.seconds, one.number, one.how)], reverse=True)[:5]
            if one.end == "failed":
                failures.setdefault(one.signature, []).append(one)
                if asked.log:
                    with asked.log.open("a") as log:
                        log.write(json.dumps(asdict(one)) + "\n")
            if done % 1000 == 0:
                tell(f"{done} {dict(ends)} {time.monotonic() - started:.0f} s")
    tell(f"{asked.count} mutants of seed {asked.seed}: {dict(ends)}; peak memory of a process {peak / 1e6:.2f} GB")
    tell(f"slowest, cpu s: {slowest}")
    for signature, found in sorted(failures.items(), key=lambda item: -len(item[1])):
        tell(
            f"\n{len(found)} times {signature}; for example --only {found[0].number} ({found[0].how})\n{found[0].said}"
        )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
