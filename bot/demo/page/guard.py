"""Who may talk to the page: the page itself, on this machine. Answers carry headers that say what they may do."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

SAFE_METHODS = frozenset({"GET", "HEAD"})

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Guard:
    """Turns away requests under a foreign name (DNS rebinding) and changes asked for by foreign pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let it pass."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        given = Headers(scope=scope)
        if not is_loopback(given.get("host", "")):
            app: ASGIApp = PlainTextResponse("This page is shown on this machine only.", 400)
        elif scope["method"] not in SAFE_METHODS and not is_own(given):
            app = PlainTextResponse("Only the page itself may ask for that.", 403)
        else:
            app = self._app
        await app(scope, receive, send_with_headers)


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine."""
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK_NAMES
    except ValueError:
        return False


def is_own(headers: Headers) -> bool:
    """Whether a request comes from the page itself; browsers name the origin of every POST."""
    return headers.get("origin") == f"http://{headers.get('host')}"
