"""Who may ask: a browser on this machine that was given the token, from the page's own origin, in small requests."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

HOSTS = ("127.0.0.1", "localhost")
MOST_BYTES = 64 * 1024
"""Of a request's body. A position of every lever of the largest bundled scenario has 5 kB."""

MOST_DIGITS = 20
"""Of a length; Python refuses to read some thousands."""

TOO_LONG = PlainTextResponse("The request is too long.\n", 413)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


def guarded(app: Asgi, token: str, port: int) -> Asgi:
    """An application behind the guard; a name that leads here but is not this machine's own is refused first."""
    guard: Asgi = TrustedHostMiddleware(Guard(app, token, port), allowed_hosts=list(HOSTS), www_redirect=False)
    return guard


class Guard:
    """Lets a request pass or answers it with the reason why not."""

    def __init__(self, app: Asgi, token: str, port: int) -> None:
        """Take the application, the token and the port, which names the cookie: hosts share cookies between ports."""
        self.app = app
        self.token = token
        self.cookie = f"powergap-{port}"
        self.origins = {f"http://{host}:{port}" for host in HOSTS}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope)

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message = message | {"headers": [*message["headers"], *own]}
            await send(message)

        refused = self.refusal(request)
        if refused is None and request.method == "POST":
            body = await _body(receive)
            if body is None:  # nobody is there to answer
                return
            receive = _again(body, receive)
            refused = TOO_LONG if len(body) > MOST_BYTES else None
        await (refused or self.app)(scope, receive, send_with_headers)

    def refusal(self, request: Request) -> Response | None:
        """What stands in for an answer; None where the request may pass."""
        given = request.query_params.get("token")
        if request.url.path == "/" and given is not None and self.knows(given):
            # The token leaves the address bar, so that it is in no history and no picture of the screen.
            answer: Response = RedirectResponse("/", 303)
            answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict")
            return answer
        if not self.knows(request.cookies.get(self.cookie, "")):
            return PlainTextResponse("Open the address that powergap serve printed, with its token.\n", 403)
        if request.method != "POST":
            return None
        if request.headers.get("origin") not in self.origins:
            return PlainTextResponse("Only the page itself may send requests.\n", 403)
        length = request.headers.get("content-length", "")
        # A length beside chunks says nothing of them; a browser never sends both.
        if "transfer-encoding" in request.headers or not length.isdecimal():
            return PlainTextResponse("The request has no length.\n", 411)
        return TOO_LONG if len(length) > MOST_DIGITS or int(length) > MOST_BYTES else None

    def knows(self, token: str) -> bool:
        """True for the token; takes as long for a wrong one."""
        return secrets.compare_digest(token.encode(), self.token.encode())


async def _body(receive: Any) -> bytes | None:
    """A request's body, read until it is too long, whatever was said of its length; None where the client has left."""
    body = b""
    while len(body) <= MOST_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body


def _again(body: bytes, receive: Any) -> Any:
    """What gives a body that has been read once more, and then what comes after it."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def given() -> Any:
        return left.pop() if left else await receive()

    return given
