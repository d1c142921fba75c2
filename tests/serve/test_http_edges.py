"""What HTTP allows and a browser never does: raw bytes against the running process, which says nothing of it."""

from __future__ import annotations

import asyncio
import json
import selectors
import socket
import struct
import time
from contextlib import suppress
from types import SimpleNamespace

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

import uvicorn
from uvicorn.server import ServerState

from powergap.serve.connection import MOST_CONNECTIONS, SECONDS, ClientConnection
from powergap.serve.guard import MOST_BYTES, Guard
from tests.serve.conftest import serving
from tests.serve.test_guard import POSITION, ask, question

LONG = question(more="x" * MOST_BYTES)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A page of its own; at its end it must have written no traceback."""
    with serving("tiny/one-block", tmp_path_factory.mktemp("edges")) as served:
        yield served


def head(served, *lines, path="/solve", method="POST"):
    own = [
        f"{method} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{served.port}",
        f"Cookie: powergap-{served.port}={served.token}",
        f"Origin: http://127.0.0.1:{served.port}",
    ]
    return "\r\n".join([*own, *lines, "", ""]).encode()


def chunked(body, size=1000):
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def status(served, request):
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as one:
        one.sendall(request)
        return int(one.recv(65536).split()[1])


@pytest.mark.parametrize(
    ("lines", "body", "wanted"),
    [
        (["Content-Length: 10", "Transfer-Encoding: chunked"], chunked(LONG), {400, 411}),
        (["Transfer-Encoding: chunked", "Content-Length: 10"], chunked(LONG), {400, 411}),
        (["Transfer-Encoding: chunked"], chunked(LONG), {411}),
        (["Transfer-Encoding: chunked"], chunked(question()), {411}),
        (["Transfer-Encoding: gzip, chunked", "Content-Length: 10"], chunked(LONG), {400, 411, 501}),
        (["Content-Length: 10", "Content-Length: 100000"], LONG, {400}),
        (["Content-Length: 10, 10"], b"x" * 10, {400, 411, 422}),
        (["Content-Length: -1"], b"", {400, 411}),
        (["Content-Length: +10"], b"x" * 10, {400, 411}),
        (["Content-Length: 1e3"], b"x" * 1000, {400, 411}),
        ([f"Content-Length: {'9' * 30}"], b"x", {400, 413}),
        ([f"Content-Length: {'9' * 5000}"], b"x", {400, 413}),
        ([f"Content-Length: {len(LONG)}"], LONG, {413}),
        ([], LONG, {411}),
    ],
)
def test_no_way_to_say_the_length_passes_the_limit(running, lines, body, wanted):
    assert status(running, head(running, *lines) + body) in wanted


@pytest.mark.parametrize(("size", "wanted"), [(MOST_BYTES, 200), (MOST_BYTES + 1, 413)])
@pytest.mark.parametrize("parts", [1, 7, 1000])
def test_bytes_are_counted_as_they_come(size, wanted, parts):
    """Whatever the head says of the length: here that it is 1."""
    passed = []

    async def app(scope, receive, send):
        passed.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    step = -(-size // parts)
    left = [b"x" * min(step, size - at) for at in range(0, size, step)]
    sent = []

    async def receive():
        return {"type": "http.request", "body": left.pop(), "more_body": bool(left)}

    async def send(message):
        sent.append(message)

    told = {"cookie": "powergap-1=t", "origin": "http://127.0.0.1:1", "content-length": "1"}
    headers = [(name.encode(), value.encode()) for name, value in told.items()]
    scope = {"type": "http", "method": "POST", "path": "/solve", "query_string": b"", "headers": headers}
    asyncio.run(Guard(app, "t", 1)(scope, receive, send))
    assert sent[0]["status"] == wanted
    assert [len(body) for body in passed] == ([size] if wanted == 200 else [])


def test_a_client_that_is_too_slow_is_cut_and_the_page_answers_on(running):
    """At every place of a request four clients stop, and four go on by a byte now and then; the page cuts each."""
    whole = head(running, f"Content-Length: {len(question())}") + question()
    places = [0, 1, 30, len(whole) - len(question()), len(whole) - 1]
    stranger = f"POST /solve HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nContent-Length: 1000\r\n".encode()
    began = [whole[:at] for at in places] + [stranger]
    stopped, dripping = ([open_with(running, text) for text in began for _ in range(4)] for _ in range(2))
    selector = selectors.DefaultSelector()
    for one in (*stopped, *dripping):
        selector.register(one, selectors.EVENT_READ)
    deadline = time.monotonic() + 12 * SECONDS
    while selector.get_map() and time.monotonic() < deadline:
        for key, _ in selector.select(timeout=0.5):
            with suppress(ConnectionResetError):
                if key.fileobj.recv(4096):
                    continue
            selector.unregister(key.fileobj)
            key.fileobj.close()
        for one in dripping:
            with suppress(OSError):
                one.send(b"0")
    assert not selector.get_map(), f"{len(selector.get_map())} clients are still waited for"
    assert ask(running, "GET", "/")[0] == 200


def open_with(served, text):
    one = socket.create_connection(("127.0.0.1", served.port), timeout=20)
    one.sendall(text)
    return one


def test_of_too_many_clients_some_are_refused():
    """The first 64 stay, the 65th is cut; once one has left another may come."""

    async def connected():
        config = uvicorn.Config(app=None, lifespan="off")
        state = ServerState()
        each = [client() for _ in range(MOST_CONNECTIONS + 2)]
        made = [ClientConnection(config, state, {}) for _ in each]
        for connection, transport in zip(made[:-1], each[:-1], strict=True):
            connection.connection_made(transport)
        assert [one.cut for one in each[:-1]] == [0] * MOST_CONNECTIONS + [1]
        for left in (made[0], made[-2]):
            left.connection_lost(ConnectionResetError())
        made[-1].connection_made(each[-1])
        assert each[-1].cut == 0
        for connection in made[1:]:
            connection.connection_lost(ConnectionResetError())

    asyncio.run(connected())


def client():
    one = SimpleNamespace(cut=0, get_extra_info=lambda name: None)
    one.abort = lambda: setattr(one, "cut", one.cut + 1)
    return one


def test_a_client_that_leaves_is_no_error(running):
    """At every place of a request and of its answer, with and without a farewell: the page's log stays as it is."""
    whole = head(running, f"Content-Length: {len(question())}") + question()
    asked = head(running, f"Content-Length: {len(LONG)}")
    for text in (b"", whole[:40], whole[:-1], whole, asked + LONG[:40], head(running, path="/", method="GET")):
        for abruptly in (False, True):
            one = open_with(running, text)
            if abruptly:  # a reset in place of the end of the stream
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()
    position = POSITION | {"policy": "base"}
    assert ask(running, "POST", "/solve", json.dumps({"page": "x", "position": position}).encode())[0] == 200
