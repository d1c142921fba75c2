"""The calls into highspy that need care: options, model hand-over and a run that can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import highspy
import numpy as np

from powergap.files.nearest import did_you_mean
from powergap.lp.program import LinearProgram
from powergap.lp.settings import Option

ROW_WISE = 2
MINIMISE = 1


class QuietHighs(highspy.Highs):  # type: ignore[misc]
    """HiGHS without its banner, which the constructor prints on standard output before any option can be set."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the method of highspy that the constructor calls
        """Turn output off first."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def set_options(highs: Any, options: Mapping[str, Option]) -> None:
    """Set options one by one; HiGHS itself only returns a status for those it does not know.

    Raises:
        ValueError: an unknown option (names the nearest) or a value it does not take.
    """
    for name, value in options.items():
        if said := _set(highs, name, value):
            raise ValueError(said)


def refused_option(name: str, value: Option) -> str:
    """Why HiGHS does not take an option: it is unknown (names the nearest), or the value is; empty if it does."""
    return _set(QuietHighs(), name, value)


def _set(highs: Any, name: str, value: Option) -> str:
    if highs.setOptionValue(name, value) == highspy.HighsStatus.kOk:
        return ""
    known = [option for option in dir(highspy.HighsOptions) if not option.startswith("_")]
    if name not in known:
        return f"HiGHS has no option {name!r}" + did_you_mean(name, known, most=3)
    hint = " (HiPO needs: pip install highspy[extras])" if value == "hipo" else ""
    return f"HiGHS option {name!r} does not take the value {value!r}{hint}"


def pass_program(highs: Any, program: LinearProgram) -> None:
    """Hand a program over of which the solver loses nothing.

    Raises:
        ValueError: the program needs a scaling first, or HiGHS refuses the arrays.
    """
    if program.scaling is not None:
        raise ValueError("the program's numbers are too far apart to be handed to the solver as they are")
    pass_arrays(highs, program)


def pass_arrays(highs: Any, program: LinearProgram) -> None:
    """Hand the arrays over as they are; the setters of HighsLp would copy through Python lists.

    HiGHS drops small entries with a warning only: for what is proven elsewhere.

    Raises:
        ValueError: HiGHS refuses the arrays.
    """
    rows, columns = program.shape
    status = highs.passModel(
        columns, rows, len(program.value), ROW_WISE, MINIMISE, program.offset,
        program.cost, program.column_lower, program.column_upper, program.row_lower, program.row_upper,
        program.start, program.index, program.value, np.zeros(columns, np.int32),
    )  # fmt: skip
    if status == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refuses the program: a bound or coefficient is not valid")


def set_basis(highs: Any, basis: Any, program: LinearProgram) -> None:
    """Start from the basis of an earlier solution; rows added since then start basic.

    Raises:
        ValueError: the basis belongs to a program of another shape.
    """
    # Reading a basis makes a Python object of every row and column, so it is handed on whole where it fits.
    if highs.setBasis(basis) != highspy.HighsStatus.kError:
        return
    rows, columns = program.shape
    statuses = list(basis.row_status)
    if 0 < len(statuses) < rows and len(basis.col_status) == columns:
        extended = highspy.HighsBasis()
        extended.col_status = basis.col_status
        extended.row_status = statuses + [highspy.HighsBasisStatus.kBasic] * (rows - len(statuses))
        extended.valid = True
        if highs.setBasis(extended) != highspy.HighsStatus.kError:
            return
    raise ValueError("the warm start is from a program of another shape")


def run(highs: Any, cancel: threading.Event | None, on_progress: Callable[[str], None] | None) -> None:
    """Run in a thread of its own until done, cancelled or Ctrl-C.

    A thread per run gives every run its own HiGHS scheduler, so that runs with different numbers of threads
    and runs in parallel do not disturb each other, and leaves the calling thread free to notice Ctrl-C.

    Raises:
        KeyboardInterrupt: after the solver has stopped.
    """
    stopping = threading.Event() if cancel is None else cancel
    interrupted = False

    def stop_if_asked(event: Any) -> None:
        if interrupted or stopping.is_set():
            event.interrupt()

    highs.cbSimplexInterrupt += stop_if_asked
    highs.cbIpmInterrupt += stop_if_asked
    if on_progress is not None:
        report = on_progress
        highs.setOptionValue("output_flag", True)
        highs.cbLogging += lambda event: report(event.message)
    failure: list[BaseException] = []
    ended = threading.Event()
    threading.Thread(target=_run_in_thread, args=(highs, failure, ended), daemon=True).start()
    # An event, not Thread.join: until Python 3.13 an interrupted join takes the thread for ended (bpo-45274).
    while not ended.is_set():
        try:
            ended.wait(0.1)  # a wait without end would not notice Ctrl-C on Windows
        except KeyboardInterrupt:
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    if failure:
        raise failure[0]


def run_apart(highs: Any) -> None:
    """Run in a thread of its own and wait, whatever number of threads the caller's has set HiGHS up with."""
    failure: list[BaseException] = []
    ended = threading.Event()
    threading.Thread(target=_run_in_thread, args=(highs, failure, ended), daemon=True).start()
    while not ended.wait(0.1):
        pass
    if failure:
        raise failure[0]


def _run_in_thread(highs: Any, failure: list[BaseException], ended: threading.Event) -> None:
    try:
        highs.run()
    except BaseException as error:  # raised again in the calling thread
        failure.append(error)
    finally:
        reset = getattr(highspy.Highs, "resetThreadScheduler", highspy.Highs.resetGlobalScheduler)
        reset(False)
        ended.set()
