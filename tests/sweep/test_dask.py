"""A sweep on Dask: real schedulers and workers, some of which are killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from powergap.cli import app
from powergap.errors import InputError, SolverStoppedError
from powergap.sweep import read_sweep, sweep, workers
from powergap.sweep.designs import design_of

from .samples import gas, wanted

distributed = pytest.importorskip("distributed", reason="needs the extra `sweep`")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def results(folder):
    return (folder / "results.parquet").read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The results of the same sweep in this process, never stopped."""
    folder = tmp_path_factory.mktemp("whole") / "s"
    sweep(gas(), folder, workers=1)
    return results(folder)


@contextmanager
def process(*command, start_new_session=False, **variables):
    with subprocess.Popen(
        command,
        env=ENVIRONMENT | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=start_new_session,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def dask(folder, workers=2, tls=()):
    """A scheduler and workers as processes of their own: the address, the scheduler and the workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, known = f"{'tls' if tls else 'tcp'}://127.0.0.1:{port}", folder / "scheduler.json"
    with ExitStack() as stack:
        scheduler = stack.enter_context(
            process(sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port),
                    "--no-dashboard", "--scheduler-file", str(known), *tls)
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not known.is_file() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert json.loads(known.read_text())["address"] == address
        team = [stack.enter_context(worker(address, *tls)) for _ in range(workers)]
        yield address, scheduler, team


def worker(address, *options, **variables):
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1", *options]
    return process(*command, "--no-dashboard", "--local-directory", tempfile.gettempdir(), **variables)


def test_workers_on_this_machine_give_the_same_bits(tmp_path, undisturbed):
    sweep(gas(), tmp_path / "s", workers=2)
    assert results(tmp_path / "s") == undisturbed


@pytest.mark.slow
def test_what_dask_remembers_does_not_grow_with_what_was_solved():
    """By default a worker samples its threads a hundred times a second and keeps that for an hour."""
    with workers.processes(1) as cluster, distributed.Client(cluster) as client:
        client.submit(time.sleep, 1.5).result()
        [(sampled, messages)] = client.run(_remembered).values()
    assert sampled == 0
    assert messages == 100


def _remembered(dask_worker):
    """Samples a worker has kept, and the most steps of tasks that it will."""
    kept = [dask_worker.profile_recent, *(one for _, one in dask_worker.profile_history)]
    return sum(one["count"] for one in kept), dask_worker.state.stimulus_log.maxlen


def test_a_killed_worker_costs_nothing(tmp_path, undisturbed):
    with dask(tmp_path) as (address, _, team):

        def kill(done, *_):
            if done >= 4 and team[0].poll() is None:
                team[0].send_signal(signal.SIGKILL)

        found = sweep(gas(), tmp_path / "s", scheduler=address, progress=kill)
        assert team[0].wait(10) == -signal.SIGKILL
    assert found.is_whole
    assert set(found.rows["status"]) == {"optimal"}
    assert results(tmp_path / "s") == undisturbed


@pytest.mark.slow
def test_the_only_worker_is_killed_and_another_takes_over(tmp_path, undisturbed):
    """What every task needs was with it alone."""
    with dask(tmp_path, workers=1) as (address, _, team), ExitStack() as later:

        def replace_it(done, *_):
            if done >= 4 and len(team) == 1:
                team[0].send_signal(signal.SIGKILL)
                assert team[0].wait(10) == -signal.SIGKILL
                team.append(later.enter_context(worker(address)))

        found = sweep(gas(), tmp_path / "s", scheduler=address, progress=replace_it)
        assert len(team) == 2
    assert found.is_whole
    assert set(found.rows["status"]) == {"optimal"}
    assert results(tmp_path / "s") == undisturbed


@pytest.mark.slow
def test_a_killed_scheduler_stops_the_sweep_and_resume_does_the_rest(tmp_path, undisturbed):
    with dask(tmp_path) as (address, scheduler, _):

        def kill(done, *_):
            if done >= 4:
                scheduler.kill()

        with pytest.raises(SolverStoppedError, match="the Dask scheduler is gone"):
            sweep(gas(), tmp_path / "s", scheduler=address, progress=kill)
    kept = len(list((tmp_path / "s" / "parts").iterdir()))
    assert kept >= 4
    sweep(gas(), tmp_path / "s", workers=1, resume=True)
    assert results(tmp_path / "s") == undisturbed


@pytest.mark.slow
def test_a_killed_client_loses_nothing_that_was_kept(tmp_path, undisturbed):
    """The client and its two workers are killed as soon as some parts are there; then it is resumed by the command."""
    script = (
        "import sys; from pathlib import Path; from tests.sweep.samples import gas; from powergap.sweep import sweep\n"
        "if __name__ == '__main__': sweep(gas(), Path(sys.argv[1]), workers=int(sys.argv[2]))"
    )
    file = tmp_path / "client.py"
    file.write_text(script)
    folder = tmp_path / "s"
    with process(sys.executable, str(file), str(folder), "2", start_new_session=True) as client:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and len(list(folder.glob("parts/*.parquet"))) < 3:
            time.sleep(0.05)
        os.killpg(client.pid, signal.SIGKILL)
    assert not (folder / "results.parquet").exists()
    sweep(gas(), folder, workers=1, resume=True)
    assert results(folder) == undisturbed


@pytest.mark.slow
def test_a_worker_that_joins_late_helps(tmp_path):
    with dask(tmp_path, workers=1) as (address, *_), ExitStack() as stack:
        threading.Timer(1.0, lambda: stack.enter_context(worker(address))).start()
        assert sweep(wanted(), tmp_path / "s", scheduler=address).is_whole


@pytest.mark.parametrize("which", ["first", pytest.param("rest", marks=pytest.mark.slow)])
def test_a_draw_that_takes_workers_down_is_the_only_one_that_fails(tmp_path, monkeypatch, which):
    """Dask also blames what a lost worker was to do next. The others' answers are those of a sweep without it."""
    whole = sweep(gas(), tmp_path / "whole", workers=1).rows
    draws = design_of(gas()).rows("draw").tolist()
    point = draws[1] if which == "first" else draws[9]
    fatal = (whole["point"] == point) & (whole["policy"] == "onsite-gas-small")
    (tmp_path / "fatal.py").write_text(
        "import os; from powergap.sweep import draw, task\n"
        "def solve_draw(scenario, starts):\n"
        "    answer = draw.solve_draw(scenario, starts)\n"
        f"    if answer[0].scenario_sha256 == {whole['scenario_sha256'][fatal].item()!r}: os._exit(1)\n"
        "    return answer\n"
        "task.solve_draw = solve_draw\n"
    )
    monkeypatch.setitem(workers.CONFIGURATION, "distributed.worker.preload", [str(tmp_path / "fatal.py")])
    monkeypatch.setitem(workers.CONFIGURATION, "distributed.scheduler.allowed-failures", 0)
    found = sweep(gas(), tmp_path / "s", workers=2).rows
    assert found["reason"][fatal].item().startswith("KilledWorker: ")
    assert set(found["status"][~fatal]) == {"optimal"}
    values = list(found.select_dtypes("number"))
    pd.testing.assert_frame_equal(found[~fatal][values], whole[~fatal][values], check_exact=which == "rest")


def test_no_scheduler_is_told_before_anything_is_solved(tmp_path):
    with pytest.raises(InputError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        sweep(wanted(), tmp_path / "s", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="no Dask scheduler answers at nonsense://x"):
        sweep(wanted(), tmp_path / "s", scheduler="nonsense://x", resume=True)
    assert not list((tmp_path / "s").glob("[!.]*"))


def certificates(folder, owner):
    """Dask's own temporary certificate, which is its own authority, as files: what `--tls-...` is given."""
    made = distributed.Security.temporary()
    files = {
        "--tls-ca-file": (folder / f"{owner}.ca", made.tls_ca_file),
        "--tls-cert": (folder / f"{owner}.pem", made.tls_client_cert),
        "--tls-key": (folder / f"{owner}.key", made.tls_client_key),
    }
    for path, text in files.values():
        path.write_text(text)
    return [one for option, (path, _) in files.items() for one in (option, str(path))]


SWEEP = [
    "sweep",
    "tiny/one-block",
    "-i",
    "value_of.delayed_load_usd_per_kw_year={uniform: [1, 2]}",
    "--draws",
    "2",
    "-q",
]


def test_a_shared_cluster_is_used_with_certificates_and_refused_without(tmp_path):
    """The gap of one-block is 15 GW as it stands, on any cluster."""
    own, other = (certificates(tmp_path, owner) for owner in ("own", "other"))
    with dask(tmp_path, workers=1, tls=own) as (address, *_):

        def ends(*options, scheduler=address):
            done = CliRunner().invoke(app, [*SWEEP, "--scheduler", scheduler, "-o", str(tmp_path / "s"), *options])
            assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
            return done.exit_code, done.stderr

        for options, scheduler, told in (
            ([], address, f"the scheduler at {address} needs a certificate: give --tls-ca-file, --tls-cert, --tls-key"),
            (other, address, "TLS certificate does not match"),
            (own, address.replace("tls", "tcp"), "a TLS address begins with tls://"),
            ([], address.replace("tls", "tcp"), f"no Dask scheduler answers at {address.replace('tls', 'tcp')}"),
            (own[:4], address, "--tls-key missing"),
            ([*own[:5], str(tmp_path / "none")], address, f"{tmp_path / 'none'} --tls-key: no such file"),
            ([*own[:5], own[1]], address, "is not usable"),
        ):
            code, err = ends(*options, scheduler=scheduler)
            assert (code, told in err) == (2, True), err
        assert not list((tmp_path / "s").glob("[!.]*"))
        assert ends(*own) == (0, "")
    found = read_sweep(tmp_path / "s")
    assert found.is_whole
    assert found.rows.loc[found.rows["point"] == 0, "gap_gw_2030"].tolist() == pytest.approx([15])


def test_a_scheduler_without_workers_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "WAIT_SECONDS", 1.0)
    with (
        dask(tmp_path, workers=0) as (address, *_),
        pytest.raises(InputError, match=r"the Dask scheduler at tcp://.* has no workers"),
    ):
        sweep(wanted(), tmp_path / "s", scheduler=address)


@pytest.mark.slow
def test_workers_with_other_versions_are_refused(tmp_path):
    """The worker's Python is told at its start that highspy is of version 0."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.metadata as m; real = m.version\n"
        "m.version = lambda name: '0' if name == 'highspy' else real(name)\n"
    )
    with (
        dask(tmp_path, workers=0) as (address, *_),
        worker(address, PYTHONPATH=f"{tmp_path}:{ROOT}"),
        pytest.raises(InputError, match=r"worker tcp://.* has highspy 0 instead of \d"),
    ):
        sweep(wanted(), tmp_path / "s", scheduler=address)
    assert not list((tmp_path / "s").glob("[!.]*"))
