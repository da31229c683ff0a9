"""HTTP for python-telegram-bot over aiohttp: a fifth of the CPU time of its own way (over httpx), and else the same.

Errors: TimedOut where Telegram, the network or the pool let us wait too long, NetworkError for anything else that goes
wrong on the way, the library's own for what Telegram answers. None of them names a URL: the token is part of each.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from telegram import Bot, InputFile, InputMedia
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter  # which RequestData is made of, and exports nowhere

CONNECT_S = READ_S = WRITE_S = 5.0
UPLOAD_S = 20.0
"""Seconds, as python-telegram-bot has them: to connect, of silence before and within an answer, to send a request."""

KEPT_S = 15.0
"""A connection is used again within so many seconds: fewer than servers keep one."""

NO_PLACE = "Pool timeout: all connections are in use. The request was *not* sent to Telegram"


class AiohttpRequest(BaseRequest):
    """The library's way to the Bot API.

    Args:
        connections: at the same time; who asks for more waits.
        pool_timeout_s: how long.
    """

    def __init__(self, connections: int, pool_timeout_s: float) -> None:
        self._connections = connections
        self._pool_timeout_s = pool_timeout_s
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(connections)
        self._proxies: dict[str, str | None] = {}

    @property
    def read_timeout(self) -> float | None:
        """Seconds of silence until a request counts as failed, where the caller names none."""
        return READ_S

    async def initialize(self) -> None:
        """Be ready for requests."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=KEPT_S, ssl=httpx.create_ssl_context()
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """What an answer holds. The library's own way logs the page of a proxy, and a traceback, for each answer.

        Raises:
            TelegramError: it is no JSON object.
        """
        try:
            found: object = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise TelegramError("Invalid server response")
        return found

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; the status and the whole body of its answer. Timeouts in seconds, None: any time.

        Raises:
            TimedOut, NetworkError
        """
        if self._session is None:
            raise RuntimeError("this request object is not initialized")
        uploads = request_data is not None and request_data.contains_files
        connect_s = _given(connect_timeout, CONNECT_S)
        read_s = _given(read_timeout, READ_S)
        write_s = _given(write_timeout, UPLOAD_S if uploads else WRITE_S)
        failed: NetworkError
        try:
            async with (
                self._place(_given(pool_timeout, self._pool_timeout_s)),
                # aiohttp has no limit of its own for sending: this one is over when the answer begins
                asyncio.timeout(_sum(connect_s, write_s, read_s)) as patience,
                self._session.request(
                    method,
                    url,
                    **_body(request_data),
                    proxy=self._proxy(url),
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_s, sock_read=read_s),
                    allow_redirects=False,
                ) as response,
            ):
                patience.reschedule(None)
                return response.status, await response.read()
        except TimedOut as error:
            failed = error
        except TimeoutError:
            failed = TimedOut()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failed = NetworkError(f"aiohttp.{type(error).__name__}")
        raise failed  # from nothing: aiohttp's errors name the URL

    @asynccontextmanager
    async def _place(self, patience_s: float | None) -> AsyncIterator[None]:
        """One of the connections."""
        try:
            async with asyncio.timeout(patience_s):
                await self._places.acquire()
        except TimeoutError:
            raise TimedOut(NO_PLACE) from None
        try:
            yield
        finally:
            self._places.release()

    def _proxy(self, url: str) -> str | None:
        """The proxy that the environment names for this address (HTTPS_PROXY, ALL_PROXY, NO_PROXY …)."""
        asked = urlsplit(url)
        if asked.netloc not in self._proxies:
            known = getproxies()
            proxy = known.get(asked.scheme) or known.get("all")
            if proxy is not None and proxy_bypass(asked.netloc):
                proxy = None
            self._proxies[asked.netloc] = f"http://{proxy}" if proxy is not None and "://" not in proxy else proxy
        return self._proxies[asked.netloc]


async def call(bot: Bot, method: str, params: Mapping[str, object]) -> object:
    """Call a method with plain values for its plain result: the library's objects of both cost more than the network.

    Args:
        bot: initialized.
        method: as in the Bot API.
        params: plain values, InputFile or InputMedia; what is None is left out.

    Raises:
        TelegramError
    """
    given = [
        RequestParameter.from_input(name, value)  # a file to go along
        if isinstance(value, InputFile | InputMedia)
        else RequestParameter(name, value, None)
        for name, value in params.items()
        if value is not None
    ]
    return cast(object, await bot.request.post(f"{bot.base_url}/{method}", RequestData(given)))


def _body(data: RequestData | None) -> Mapping[str, Any]:
    """JSON, or a form where files go along."""
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": json.dumps(data.parameters).encode(), "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(
            name, io.BytesIO(content) if isinstance(content, bytes) else content, content_type=mime, filename=filename
        )
    return {"data": form}


def _given(timeout: object, otherwise_s: float) -> float | None:
    """A timeout as it was asked for; the library says "not at all" in a way of its own."""
    if timeout is BaseRequest.DEFAULT_NONE:
        return otherwise_s
    return None if timeout is None else float(cast(float, timeout))


def _sum(*seconds: float | None) -> float | None:
    known = [each for each in seconds if each is not None]
    return sum(known) if len(known) == len(seconds) else None
