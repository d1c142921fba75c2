"""What listens, listens on this machine alone and gives nothing to whoever else is on it."""

from __future__ import annotations

import http.client
import ipaddress
import os
from pathlib import Path

import pytest

from powergap.sweep import workers
from tests.serve.conftest import serving

psutil = pytest.importorskip("psutil", reason="comes with the extra `sweep`")
distributed = pytest.importorskip("distributed", reason="needs the extra `sweep`")


def listening(process: int | None = None) -> set[tuple[str, int]]:
    """Address and port of every socket that a process (default this one) or one that it started listens on."""
    own = psutil.Process(process)
    found = [one for each in (own, *own.children(recursive=True)) for one in each.net_connections("inet")]
    return {(one.laddr.ip, one.laddr.port) for one in found if one.status == psutil.CONN_LISTEN}


def beyond_this_machine(sockets: set[tuple[str, int]]) -> list[tuple[str, int]]:
    return [one for one in sockets if not ipaddress.ip_address(one[0]).is_loopback]


def test_a_sweeps_cluster_gives_nothing_to_others_and_listens_here_alone():
    """Scheduler, nannies and workers: each socket is on loopback, no page is served, no stranger's task is run."""
    before = listening()
    with workers.processes(2) as cluster:
        sockets = listening() - before
        assert len(sockets) > 4
        assert beyond_this_machine(sockets) == []
        assert [answer for one in sockets if (answer := page(*one)) is not None] == []
        with distributed.Client(cluster) as client:
            assert client.submit(max, 1, 2).result() == 2
        plain = cluster.scheduler_address.replace("tls://", "tcp://")
        for address, security in (
            (plain, None),
            (cluster.scheduler_address, distributed.Security.temporary()),
        ):
            with (
                pytest.raises(OSError, match=r"closed|certificate"),
                distributed.Client(address, timeout=2, security=security),
            ):
                pass


def page(host: str, port: int) -> int | None:
    """The status of a page that a socket serves; None where it serves none."""
    for path in ("/", "/status", "/health", "/info/main/workers.html", "/metrics", "/json/identity.json"):
        connection = http.client.HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", path)
            if (status := connection.getresponse().status) != http.client.NOT_FOUND:
                return status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
    return None


def test_the_page_listens_here_alone(tmp_path):
    pytest.importorskip("starlette", reason="needs the extra `serve`")
    with serving("tiny/one-block", tmp_path) as running:
        sockets = listening(running.process.pid)
        assert {port for _, port in sockets} == {running.port}
        assert beyond_this_machine(sockets) == []


def test_workers_run_nothing_that_lies_in_the_working_folder(tmp_path, monkeypatch):
    """A new Python looks for modules there first; a file named as one of its own would be run in its place."""
    ran = tmp_path / "ran"
    for name in ("multiprocessing", "distributed", "powergap", "site", "random"):
        (tmp_path / f"{name}.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    with workers.processes(1) as cluster, distributed.Client(cluster) as client:
        assert client.submit(os.getcwd).result() == str(Path.cwd())
    assert not ran.exists()
    assert "PYTHONSAFEPATH" not in os.environ
