"""The HTTP server: Starlette on uvicorn, inside the bot's own event loop.

It serves what it is given; routes are made by `webhook_route`, `health_route` and `metrics_route`.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.domain.errors import OperatorError, StoreBusy, StoreError

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # its name, not its value

BODY_LIMIT = 1_000_000
"""Bytes. An update is a few kilobytes; a long text with as many entities as Telegram allows is below 100 kB."""

LAGS_AFTER_S = 60
"""An update that waits this long for intake means that something is wrong."""

STOP_WITHIN_S = 2
"""Requests that run when stopping may take so long to end; then Telegram delivers them again."""

BACKLOG = 128

Accept = Callable[[Mapping[str, object]], Awaitable[object]]
"""Keeps one update durably. Raises StoreBusy."""


def webhook_route(path: str, secret: str, accept: Accept) -> Route:
    """The route that Telegram delivers to: 200 only when the update is on disk, else Telegram tries again.

    Args:
        path: of WEBHOOK_URL.
        secret: WEBHOOK_SECRET; who does not send it is turned away unread.
        accept: takes an update that has an update_id.
    """

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            return Response(status_code=401)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        try:
            await accept(update)
        except StoreBusy:  # the store has told the operator
            return Response(status_code=503)
        except OperatorError as error:
            log.error("%s; updates wait at Telegram meanwhile", error)
            return Response(status_code=503)
        except asyncio.CancelledError:  # the server stops, and waits no longer for a busy database
            return Response(status_code=503)
        return Response()

    return Route(path, receive, methods=["POST"])


def health_route(
    path: str,
    queues: Callable[[], Awaitable[Mapping[str, int]]],
    wrong: Callable[[], Sequence[tuple[str, bool]]] = lambda: (),
) -> Route:
    """A page for whoever watches over the bot: its queues, what is wrong, 503 when nobody is answered.

    Args:
        queues: Store.queues of the present moment.
        wrong: what is wrong besides, in words, and whether it keeps people from being answered.
    """

    async def health(_request: Request) -> Response:
        try:
            found = await queues()
        except (StoreBusy, StoreError):
            return JSONResponse({"status": "database busy"}, status_code=503)
        lags = found.get("inbox_age_s", 0) > LAGS_AFTER_S
        known = wrong()
        stops = any(stops for _, stops in known)
        status = "lagging" if lags else "not answering" if stops else "ok"
        words = {"wrong": [words for words, _ in known]} if known else {}
        return JSONResponse({"status": status, **words, **found}, status_code=503 if lags or stops else 200)

    return Route(path, health, methods=["GET"])


def metrics_route(path: str, exposed: Callable[[], Awaitable[bytes]], content_type: str) -> Route:
    """What Prometheus reads. It names nobody; all the same it is for the operator's own network only.

    Args:
        exposed: the metrics of the present moment.
        content_type: of them.
    """

    async def metrics(_request: Request) -> Response:
        return Response(await exposed(), media_type=content_type)

    return Route(path, metrics, methods=["GET"])


class WebServer:
    """Serves routes from start() to stop(), and leaves signals to the program around it.

    Args:
        host, port: WEB_HOST and WEB_PORT; port 0 takes any that is free.
    """

    def __init__(self, routes: Sequence[BaseRoute], host: str, port: int) -> None:
        self._config = uvicorn.Config(
            Starlette(routes=routes),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
        self._host = host
        self._listener: socket.socket | None = None
        self._server: uvicorn.Server | None = None
        self.port = port

    def listen(self) -> None:
        """Take the address; who connects waits for `start`.

        Raises:
            OperatorError: it cannot be used.
        """
        if self._listener is None:
            self._listener = _listen(self._host, self.port)
            self.port = int(self._listener.getsockname()[1])

    async def start(self) -> None:
        """Listen, and serve.

        Raises:
            OperatorError: the address cannot be used.
        """
        self.listen()
        assert self._listener is not None  # noqa: S101  # for the type checker
        self._config.load()
        self._server = uvicorn.Server(self._config)
        # Server.serve() would take SIGTERM and SIGINT for itself, so its steps are taken one by one.
        self._server.lifespan = self._config.lifespan_class(self._config)
        await self._server.startup(sockets=[self._listener])

    async def stop(self) -> None:
        """Answer what is being asked, then close."""
        if self._server is not None:
            await self._server.shutdown()
            self._server = None
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:  # in use, not ours, no such host, not allowed below 1024
        # socket.create_server repeats the address behind the reason
        reason = (getattr(error, "strerror", None) or "no such host").partition(" (while")[0]
        raise OperatorError(f"WEB_HOST, WEB_PORT: cannot listen on {host} port {port}: {reason}") from error


async def _body(request: Request) -> bytes | None:
    """The body, None where it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def _update(body: bytes) -> Mapping[str, object] | None:
    """The update a body holds, None where it holds none."""
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = found.get("update_id") if isinstance(found, dict) else None
    if isinstance(found, dict) and isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**63:
        return found
    return None
