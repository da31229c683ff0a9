"""The HTTP side: requests to calls, results to answers, and the wire's own faults."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.demo.botapi.calls import Upload
from bot.demo.botapi.errors import ApiError, bad_request, not_found, unauthorized
from bot.demo.botapi.faults import Effect, Faults, Wire
from bot.demo.botapi.files import MAX_UPLOAD_BYTES, FileStore
from bot.demo.botapi.queue import Waiting

Perform = Callable[[str, dict[str, Any]], Awaitable[tuple[int, Any, Effect | None]]]
"""(method, parameters) to (status, body, fault played)."""

STOP_WITHIN_S = 5
_TOKEN = re.compile(r"\d+:[\w-]+")
_GARBLED = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class _FormParser(MultiPartParser):
    """Keeps uploads in memory: Starlette would use a thread for larger ones."""

    spool_max_size = 2 * MAX_UPLOAD_BYTES


class HttpServer:
    """Serves one bot on 127.0.0.1, inside the caller's event loop and without threads.

    Args:
        token: the bot's; anything else is answered with 401 or 404.
        perform: does a call.
        files: what can be downloaded.
        faults: strike downloads under the method name "download".
    """

    def __init__(self, token: str, perform: Perform, files: FileStore, faults: Faults) -> None:
        self._token = token
        self._perform = perform
        self._files = files
        self._faults = faults
        self._server: uvicorn.Server | None = None
        self._stopping = asyncio.Event()
        self.port = 0

    async def start(self) -> None:
        """Listen; on the same port as before when there was one."""
        self._stopping.clear()
        # With the protocol named, asyncio turns Nagle's algorithm off: 40 ms less a call.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = int(listener.getsockname()[1])
        app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            ],
            exception_handlers={404: _nothing_there, 405: _nothing_there},
        )
        config = uvicorn.Config(
            app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False, timeout_keep_alive=75
        )
        config.load()
        server = uvicorn.Server(config)
        # Server.serve() would take over SIGTERM and SIGINT, which belong to the program around this server.
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listener])
        self._server = server

    async def stop(self) -> None:
        """Close all connections; what is held is let go."""
        if self._server is None:
            return
        self._stopping.set()
        server, self._server = self._server, None
        for listener in server.servers:
            listener.close()
        state = server.server_state
        for connection in list(state.connections):
            connection.shutdown()
        # Server.shutdown() would do the same but sleeps at least 0.1 s, too long for hundreds of tests.
        for _ in range(STOP_WITHIN_S * 200):
            if not state.connections and not state.tasks:
                break
            await asyncio.sleep(0.005)
        for connection in list(state.connections):
            connection.transport.abort()
        for listener in server.servers:
            await listener.wait_closed()

    async def _call(self, request: Request) -> Response:
        if refusal := self._wrong_token(request.path_params["token"]):
            return _answer(refusal.code, refusal.body())
        try:
            params = await _parameters(request)
        except ApiError as error:
            return _answer(error.code, error.body())
        except ClientDisconnect:
            return _Broken(self, Wire.DROPPED, b"")
        status, body, effect = await self._perform(request.path_params["method"], params)
        return await self._respond(_answer(status, body), effect)

    async def _pause(self, delay_s: float) -> None:
        """Wait real seconds, less when the server stops."""
        try:
            async with asyncio.timeout(delay_s):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _respond(self, answer: Response, effect: Effect | None) -> Response:
        """The answer, or what a fault makes of it."""
        if effect is None:
            return answer
        if effect.delay_s:
            await self._pause(effect.delay_s)
        if effect.wire is Wire.WHOLE:
            return answer
        if effect.wire is Wire.GARBLED:
            return Response(_GARBLED, answer.status_code, media_type="text/html")
        return _Broken(self, effect.wire, bytes(answer.body))

    async def _download(self, request: Request) -> Response:
        if refusal := self._wrong_token(request.path_params["token"]):
            return _answer(refusal.code, refusal.body())
        stored = self._files.by_path(request.path_params["path"])
        if stored is None:
            return _nothing_there(request, None)
        effect = self._faults.strike("download", {})
        if effect is not None and effect.error is not None:
            return await self._respond(_answer(effect.error.code, effect.error.body()), effect)
        return await self._respond(Response(stored.content, media_type="application/octet-stream"), effect)

    def _wrong_token(self, token: str) -> ApiError | None:
        if token == self._token:
            return None
        return unauthorized() if _TOKEN.fullmatch(token) else not_found()

    def connection_of(self, client: tuple[str, int]) -> Any:
        """The connection a request came by."""
        connections: Iterable[Any] = self._server.server_state.connections if self._server else ()
        return next((c for c in connections if c.client == client), None)

    async def stopping(self) -> None:
        """Returns when the server stops."""
        await self._stopping.wait()


class _Broken(Response):
    """An answer that never arrives whole."""

    def __init__(self, server: HttpServer, wire: Wire, content: bytes) -> None:
        super().__init__(content, media_type="application/json")
        self._server = server
        self._wire = wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half of it or nothing, hold or cut the connection, and wait until it is gone."""
        connection = self._server.connection_of(scope["client"])
        if self._wire is Wire.NOTHING:
            stop = asyncio.ensure_future(self._server.stopping())
            gone = asyncio.ensure_future(_gone(receive))
            _, pending = await asyncio.wait({stop, gone}, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
        elif self._wire is Wire.HALF:
            body = bytes(self.body)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        if connection is not None:
            if self._wire is Wire.HALF:
                connection.transport.close()
            else:
                connection.transport.abort()
        await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _parameters(request: Request) -> dict[str, Any]:
    """Query, JSON, form and multipart parameters together.

    Raises:
        ApiError: 400 for a body that is none of these.
    """
    query = request.scope["query_string"]
    params: dict[str, Any] = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        parser = _FormParser(request.headers, request.stream(), max_files=50, max_part_size=2**22)
        try:
            form = await parser.parse()
        except MultiPartException:
            raise bad_request("can't parse multipart data") from None
        for name, value in form.multi_items():
            if isinstance(value, str):
                params[name] = value
            else:
                params[name] = Upload(value.filename or "", value.content_type or "", value.file.read())
        await form.close()
        return params
    body = await request.body()
    if not body:
        return params
    if kind == "application/json":
        try:
            decoded = json.loads(body)
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(decoded, dict):
            raise bad_request("can't parse JSON object: expected an Object")
        params |= decoded
    else:
        params |= parse_qsl(body.decode("utf-8", "surrogateescape"), keep_blank_values=True)
    return params


def _answer(status: int, body: Any) -> Response:
    return Response(_encoded(body), status, media_type="application/json")


def _encoded(body: Any) -> bytes:
    """The body as JSON; updates in it were written when they happened and are put in as they are."""
    result = body.get("result")
    if isinstance(result, list) and result and isinstance(result[0], Waiting):
        return ('{"ok":true,"result":[' + ",".join(waiting.text for waiting in result) + "]}").encode()
    return json.dumps(body, separators=(",", ":")).encode()


def _nothing_there(request: Request, exc: Exception | None) -> Response:
    refusal = not_found()
    return _answer(refusal.code, refusal.body())
