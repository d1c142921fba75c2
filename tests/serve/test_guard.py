"""Who may ask the server: raw requests against the running process."""

from __future__ import annotations

import http.client
import json
import socket

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from powergap.serve.guard import MOST_BYTES

POSITION = {"policy": "grid-only", "case": "mid", "readings": {}, "moves": {}}


def ask(served, method, path, body=None, **headers):
    """Status, headers and text of an answer; a header that is None is not sent."""
    own = {
        "Host": f"127.0.0.1:{served.port}",
        "Cookie": f"powergap-{served.port}={served.token}",
        "Origin": f"http://127.0.0.1:{served.port}",
    }
    sent = own | {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    if body is not None and "Content_Length" not in headers:
        sent["Content-Length"] = str(len(body))
    for name, value in sent.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders()
    if body is not None:
        connection.send(body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, dict(answer.getheaders()), text


def question(**more):
    return json.dumps({"page": "test", "position": POSITION} | more).encode()


def test_the_page_answers_who_has_the_token(served):
    status, headers, text = ask(served, "GET", "/")
    assert status == 200
    assert "United States, 2026 to 2030" in text
    assert "default-src 'none'" in headers["content-security-policy"]
    status, _, text = ask(served, "POST", "/solve", question())
    assert status == 200
    assert json.loads(text)["sentence"] == (
        "At the end of 2030, 75 GW of demand has no power under grid-only, as in the baseline."
    )


def test_the_token_becomes_a_cookie_and_leaves_the_address(served):
    status, headers, _ = ask(served, "GET", f"/?token={served.token}", Cookie=None)
    assert (status, headers["location"]) == (303, "/")
    cookie = headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "0.0.0.0", ""])
def test_another_host_is_refused(served, host):
    """A name that someone made point at this machine (DNS rebinding) has the cookie of nobody, and no answer."""
    assert ask(served, "GET", "/", Host=host)[0] == 400
    assert ask(served, "POST", "/solve", question(), Host=host)[0] == 400


@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=wrong", "/assets/serve.js", "/nothing"])
@pytest.mark.parametrize("cookie", [None, "powergap=x", "wrong"])
def test_without_the_token_nothing_is_told(served, path, cookie):
    told = None if cookie is None else cookie.replace("wrong", f"powergap-{served.port}=wrong")
    status, headers, text = ask(served, "GET", path, Cookie=told)
    assert status == 403
    assert "United States" not in text
    assert "set-cookie" not in headers


@pytest.mark.parametrize("path", ["/solve", "/levers", "/save"])
def test_without_the_token_nothing_is_done(served, path):
    assert ask(served, "POST", path, question(name="stolen"), Cookie=None)[0] == 403
    assert not list(served.folder.glob("stolen*"))


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_another_origin_is_refused(served, origin):
    """A page of another server on this machine is the same site to the browser, so the cookie alone would pass."""
    assert ask(served, "POST", "/save", question(name="stolen"), Origin=origin)[0] == 403


def test_an_oversized_body_is_refused_unread(served):
    """Told as too long, or announced so, or without an announced length."""
    assert ask(served, "POST", "/solve", b"x" * (MOST_BYTES + 1))[0] == 413
    assert ask(served, "POST", "/solve", b"", Content_Length=str(10**12))[0] == 413
    assert ask(served, "POST", "/solve", b"0\r\n\r\n", Content_Length=None, Transfer_Encoding="chunked")[0] == 411


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"[" * 5_000, "JSON"),
        (question(more=1), "more: Extra inputs"),
        (question(position=POSITION | {"policy": "nobody"}), "no policy `nobody`"),
        (
            question(position=POSITION | {"moves": {"value_of.delayed_load_usd_per_kw_year": 1e99}}),
            "too large a number",
        ),
        (question(position=POSITION | {"moves": {"value_of.delayed_load_usd_per_kw_year": -1}}), "outside 0 to"),
        (question(position=POSITION | {"readings": {"demand": "huge"}}), "'low', 'mid' or 'high'"),
        (question(position=POSITION | {"readings": {"nothing": "low"}}), "nothing"),
        (question().replace(b'"moves": {}', b'"moves": {"a": NaN}'), "finite number"),
    ],
)
def test_what_makes_no_sense_is_told_without_a_traceback(served, body, message):
    status, _, text = ask(served, "POST", "/solve", body)
    assert status == 422
    assert message in " ".join(json.loads(text)["problems"])
    assert "Traceback" not in text


@pytest.mark.parametrize("path", ["/assets/page.html.j2", "/assets/..%2f..%2fcli%2fapp.py", "/assets/", "/solve/x"])
def test_only_the_pages_own_files_are_served(served, path):
    assert ask(served, "GET", path)[0] == 404


def test_other_machines_cannot_connect(served):
    """It listens on the loopback address alone."""
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in others:
        with socket.socket() as one:
            one.settimeout(2)
            assert one.connect_ex((address, served.port)) != 0


def test_a_folder_that_cannot_be_written_is_told():
    """The disk is full, or the folder was taken away: the page says so, and the server goes on."""
    import asyncio

    from powergap.serve.app import _told

    async def fails(request):
        raise PermissionError(13, "Permission denied", "plans/mine.yaml")

    answer = asyncio.run(_told(fails)(None))
    assert (answer.status_code, json.loads(answer.body)) == (422, {"problems": ["plans/mine.yaml: Permission denied"]})
