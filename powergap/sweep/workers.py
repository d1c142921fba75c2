"""Who solves the tasks: this process, or the workers of a Dask scheduler."""

from __future__ import annotations

import contextlib
import logging
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from typing import Any, Protocol

from powergap.errors import InputError, SolverStoppedError
from powergap.files.extras import needed
from powergap.sweep.inputs import UncertainInputs
from powergap.sweep.task import Task, TaskResult, failed, solve_task
from powergap.sweep.tls import checked
from powergap.sweep.versions import differences, versions

TASKS_AHEAD = 3
"""Tasks that wait at a worker for every one it solves, so that it never waits for this process."""

WAIT_SECONDS = 30.0
"""How long a scheduler is waited for that has no worker yet."""

SAFE_PATH = "PYTHONSAFEPATH"
"""Without it a new Python first looks for modules in the working folder, which may have come with the scenario."""

CONFIGURATION: Mapping[str, Any] = {
    # Dask lets a process give memory back whenever 64 kB of it are free, and every solve asks for it anew: 0.19 CPU s a
    # solve of us-2030 in place of 0.15.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    # It samples every thread and keeps an hour of that, 7 kB a draw of a cheap scenario; nobody looks.
    "distributed.worker.profile.enabled": False,
    # It keeps the last 1,000 messages, each with the basis that a task starts from, and an hour of the machine's load.
    "distributed.admin.low-level-log-length": 100,
    "distributed.admin.system-monitor.log-length": 100,
    # It serves these pages and figures to whoever asks, without a password and with or without a dashboard.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    f"distributed.nanny.pre-spawn-environ.{SAFE_PATH}": "1",
}
"""Of Dask where we start it: what it keeps for its dashboard, which nobody opens, must not grow with the draws; and
nothing is to be had from it by others."""


class Workers(Protocol):
    """Takes tasks while it has room and gives back what is solved."""

    name: str

    @property
    def has_room(self) -> bool:
        """True while another task may be given."""

    @property
    def is_idle(self) -> bool:
        """True when every task has come back."""

    def give(self, task: Task) -> None:
        """Hand a task over."""

    def collect(self) -> list[TaskResult]:
        """Wait for tasks to end; may give back none, after about a second."""


class InThisProcess:
    """Solves task after task here."""

    def __init__(self, inputs: UncertainInputs) -> None:
        self.inputs, self.waiting, self.name = inputs, deque[Task](), "1 worker, this process"

    @property
    def has_room(self) -> bool:
        """One at a time."""
        return not self.waiting

    @property
    def is_idle(self) -> bool:
        """True when nothing waits."""
        return not self.waiting

    def give(self, task: Task) -> None:
        """Keep it until asked."""
        self.waiting.append(task)

    def collect(self) -> list[TaskResult]:
        """Solve the next task."""
        return [solve_task(self.inputs, self.waiting.popleft())]


class OnDask:
    """Has tasks solved by the workers of a Dask scheduler, which gives a killed worker's tasks to others.

    It takes all that a lost worker was to do next for as guilty as what it did. So when too many workers were lost with
    a task, each of its draws is tried again with nothing beside it once all else has ended; one that fails then did it.
    """

    def __init__(self, client: Any, inputs: UncertainInputs, years: Sequence[int]) -> None:
        self.distributed = needed("distributed")
        self.client, self.years = client, years
        # As a task's answer, which the scheduler has made again where the worker that holds it dies.
        self.inputs = client.submit(_given, inputs, pure=False)
        self.pending: dict[Any, Task] = {}
        self.suspects: deque[Task] = deque()
        self.alone: Task | None = None
        self.threads = self._count()
        self.name = f"{self.threads} worker{'s' if self.threads > 1 else ''} on Dask"

    @property
    def has_room(self) -> bool:
        """A few tasks ahead of the workers."""
        return len(self.pending) < (1 + TASKS_AHEAD) * self.threads

    @property
    def is_idle(self) -> bool:
        """True when nothing is out or to be tried again."""
        return not self.pending and not self.suspects

    def give(self, task: Task) -> None:
        """Hand a task to the scheduler."""
        self.pending[self.client.submit(solve_task, self.inputs, task, pure=False)] = task

    def collect(self) -> list[TaskResult]:
        """Wait for a task to end.

        Raises:
            SolverStoppedError: the scheduler is gone.
            InputError: a worker has other versions.
        """
        if not self.pending and self.suspects:
            self.alone = self.suspects.popleft()
            self.give(self.alone)
        try:
            self.distributed.wait(list(self.pending), timeout=1.0, return_when="FIRST_COMPLETED")
        except TimeoutError:
            pass
        except (CancelledError, OSError) as error:
            raise self._gone() from error
        self.threads = max(1, self._count())
        return [solved for future in list(self.pending) if future.done() for solved in self._taken(future)]

    def _taken(self, future: Any) -> list[TaskResult]:
        task = self.pending.pop(future)
        if future.status == "finished":
            found: TaskResult = future.result()
            future.release()
            return [found]
        if future.status in {"cancelled", "lost"}:
            raise self._gone()
        error = future.exception()
        if isinstance(error, InputError):
            raise error
        if task is not self.alone:
            each = zip(task.points, task.quantiles, task.starts, strict=True)
            self.suspects.extend(
                replace(task, points=(point,), quantiles=(quantiles,), starts=(start,))
                for point, quantiles, start in each
            )
            return []
        return [failed(task, self.years, f"{type(error).__name__}: {error}".replace("\n", " ")[:300])]

    def _count(self) -> int:
        """Threads of all workers."""
        if self.client.status != "running":
            raise self._gone()
        try:
            return sum(self.client.nthreads().values())
        except OSError as error:
            raise self._gone() from error

    def _gone(self) -> SolverStoppedError:
        return SolverStoppedError("the Dask scheduler is gone; what is solved is kept, `--resume` does the rest")


def _given(inputs: UncertainInputs) -> UncertainInputs:
    """What every task needs, on a worker."""
    return inputs


@contextlib.contextmanager
def workers_of(inputs: UncertainInputs, scheduler: str | None, count: int, security: Any = None) -> Iterator[Workers]:
    """Workers of a scheduler, or as many processes on this machine; one is this process itself.

    Raises:
        InputError: no scheduler answers, it takes no such certificate, has no worker, or a worker has other versions.
    """
    if scheduler is None and count == 1:
        yield InThisProcess(inputs)
        return
    years = next(iter(inputs.scenarios.values())).year_list
    with contextlib.ExitStack() as stack:
        client = _client(stack, scheduler, count, security)
        _check_workers(client)
        yield OnDask(client, inputs, years)


def _client(stack: contextlib.ExitStack, scheduler: str | None, count: int, security: Any) -> Any:
    distributed = needed("distributed")
    import dask

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told in our words
    # A scheduler that is gone is told at once, not after half a minute.
    stack.enter_context(dask.config.set({"distributed.comm.timeouts.connect": "10s"}))
    if scheduler is None:
        stack.enter_context(contextlib.suppress(TimeoutError))
        return stack.enter_context(distributed.Client(stack.enter_context(processes(count))))
    security = checked(scheduler, security)
    try:
        client = stack.enter_context(distributed.Client(scheduler, timeout=10, security=security))
        client.wait_for_workers(1, timeout=WAIT_SECONDS)
    except TimeoutError as error:
        if "client" in locals():
            raise InputError(f"the Dask scheduler at {scheduler} has no workers; start some (docs/sweep.md)") from error
        raise InputError(f"no Dask scheduler answers at {scheduler}: {error}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at {scheduler}: {error}") from error
    return client


def processes(count: int) -> Any:
    """A Dask cluster of as many processes on this machine, one thread each.

    It listens on the loopback address alone. A scheduler runs what it is sent, so each of its connections needs a
    certificate, which is made for this cluster and kept in memory: another user of this machine has none.
    """
    distributed = needed("distributed")
    needed("cryptography")
    import dask

    with dask.config.set(CONFIGURATION), _safe_path():
        return distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            security=True,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # of what is left of it, else the port is 8787
            silence_logs=50,
        )


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Nannies set it for workers; the process that cleans up after them is started earlier and inherits it."""
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = before


def _check_workers(client: Any) -> None:
    """Refuse workers with other versions before anything is solved."""
    wanted = versions()
    found: Mapping[str, Mapping[str, str]] = client.run(versions, on_error="return")
    problems = []
    for worker, own in found.items():
        if isinstance(own, Exception):
            problems.append(f"worker {worker} has no powergap with `powergap.sweep`: {own}")
        elif told := differences(wanted, own):
            problems.append(f"worker {worker} has {', '.join(told)}")
    if problems:
        raise InputError("\n".join([*problems, "install the same versions on the workers as here"]))
