"""One attack in this process: what it ends in, and whether that is allowed."""

from __future__ import annotations

import resource
import signal
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

import powergap
from powergap.errors import InputError, PowergapError
from powergap.planning import make_plan
from powergap.scenario.bounds import quantities
from tests.attacks.mutants import Mutant

SECONDS = 10
"""CPU seconds that reading, and solving, one file may take."""

MOST_MEMORY = 1_500_000_000
"""Bytes of address space that an attack may take on top of what the process has at its start."""

MOST_QUANTITIES = 5_000
"""Unknowns of all runs together up to which a sound mutant is solved."""

MOST_TEXT = 2_000
"""Letters that a message may have: a value that is quoted is cut."""


class TooSlowError(Exception):
    """The time is up."""


@dataclass(frozen=True)
class Outcome:
    """How an attack ended: `refused`, `loaded`, `solved`, or `failed` for what must never be."""

    number: int
    how: str
    base: str
    end: str
    seconds: float
    peak_kb: int
    said: str = ""
    signature: str = ""


def bound_memory() -> None:
    """From here on an allocation beyond the limit is an error."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def attempt(one: Mutant, folder: Path) -> Outcome:
    """Read a mutant, and solve it if it is sound and small."""
    path = (folder / one.base).parent / "mutant.yaml"
    path.write_bytes(one.content)
    for name, content in one.beside.items():
        path.with_name(name).write_bytes(content)
    started = time.process_time()
    signal.signal(signal.SIGVTALRM, _too_slow)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        end, said = _tried(path)
        signature = ""
    except BaseException as error:  # whatever it is, it is what is looked for
        end, said, signature = "failed", _told(error), _signature(error)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    took = time.process_time() - started
    if took > SECONDS and end != "failed":
        end, signature = "failed", "took too long"
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Outcome(one.number, one.how, one.base, end, round(took, 3), peak_kb, said, signature)


def _tried(path: Path) -> tuple[str, str]:
    try:
        study = powergap.load(path)
    except InputError as error:
        _judge(error)
        return "refused", str(error)[:300]
    sizes = [quantities(run) * (len(run.year_list) if run.foresight.kind == "myopic" else 1) for run in study.runs]
    if sum(sizes) > MOST_QUANTITIES or any(run.reliability.full_year_check for run in study.runs):
        return "loaded", ""
    for run in study.runs:
        solver = run.solver.model_copy(update={"time_limit_seconds": 5.0})
        scenario = run.model_copy(update={"solver": solver})
        try:
            make_plan(scenario)
        except InputError as error:
            raise AssertionError(f"loaded, and refused when it is solved: {error}") from error
        except PowergapError as error:
            return "solved", str(error)[:300]
    return "solved", ""


def _judge(error: InputError) -> None:
    """A refusal names its file and says something, in few words."""
    assert error.problems, f"no place: {error}"
    for problem in error.problems:
        assert problem.file, f"no file: {problem}"
        assert problem.message, f"no message: {problem}"
        assert len(str(problem)) < MOST_TEXT, f"too long: {str(problem)[:200]}"
        assert not any(ord(mark) < 32 and mark not in "\n\t" for mark in str(problem)), f"control mark: {problem!r}"


def _too_slow(*_) -> None:
    raise TooSlowError


def _told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)[-12:])[-4000:]


def _signature(error: BaseException) -> str:
    """The kind of error and the last line of powergap that it came through: one bug has one signature."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/powergap/" in frame.filename]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "?"
    return f"{type(error).__name__} in {where}" + (f" ({str(error)[:60]})" if isinstance(error, AssertionError) else "")
