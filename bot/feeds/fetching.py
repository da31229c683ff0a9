"""GET as guests on somebody else's server: slowly, briefly, never more than asked for.

One request every two seconds to a server at most (BMKG allows 60 a minute), a name of our own, validators of what we
have already, a limit on time and size, and no redirect to another site.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from bot.domain.errors import FeedError
from bot.domain.weather import FeedState
from bot.ports import Clock

USER_AGENT = "genangan-bot"
PAUSE = timedelta(seconds=2)
TOTAL_S = 20.0
"""Seconds of the wall for an answer in all; a server that drips is cut off."""

SILENT_S = 10.0
"""Seconds of the wall to connect, and between two pieces of an answer."""

MAX_BYTES = 2_000_000
"""BMKG's largest warnings are 100 kB, its forecasts 20 kB, the list of gates is 60 kB."""

REDIRECTS = 3

VALIDATORS = {"if-none-match", "if-modified-since"}
"""Headers that ask whether something has changed."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came. body None: not modified."""

    body: bytes | None
    etag: str | None = None
    modified: str | None = None


class Fetcher:
    """Gets pages, one at a time.

    Args:
        clock: paces the requests.
        total_s: how long an answer may take in all, in seconds of the wall.
    """

    def __init__(self, clock: Clock, total_s: float = TOTAL_S) -> None:
        self._clock = clock
        self._total_s = total_s
        self._free_at: dict[str, datetime] = {}
        self._one_at_a_time = asyncio.Lock()
        self._verify = httpx.create_ssl_context()

    async def get(self, url: str, before: FeedState | None = None) -> Page:
        """A page, or that it is the same as before (None: it was never read). Raises FeedError."""
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        if before is not None and before.content is not None:
            headers |= {"If-None-Match": before.etag} if before.etag else {}
            headers |= {"If-Modified-Since": before.modified} if before.modified else {}
        async with self._one_at_a_time:
            for _ in range(REDIRECTS + 1):
                await self._wait_for(url)
                answer = await self._once(url, headers)
                if isinstance(answer, Page):
                    return answer
                url = _followed(url, answer)
        raise FeedError("redirects without end")

    async def _wait_for(self, url: str) -> None:
        host = urlsplit(url).netloc
        wait_s = (self._free_at.get(host, self._clock.now()) - self._clock.now()).total_seconds()
        if wait_s > 0:
            await self._clock.sleep(min(wait_s, PAUSE.total_seconds()))  # less, should the clock have been set back
        self._free_at[host] = self._clock.now() + PAUSE

    async def _once(self, url: str, headers: dict[str, str]) -> Page | str:
        """The page, or where it has gone."""
        try:
            async with (
                asyncio.timeout(self._total_s),
                httpx.AsyncClient(timeout=SILENT_S, verify=self._verify, follow_redirects=False) as client,
                client.stream("GET", url, headers=headers) as response,
            ):
                return await self._read(response)
        except (TimeoutError, httpx.TimeoutException):
            raise FeedError("no whole answer in time", everywhere=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            raise FeedError(f"no connection ({type(error).__name__})", everywhere=True) from None

    async def _read(self, response: httpx.Response) -> Page | str:
        status = response.status_code
        if status == httpx.codes.NOT_MODIFIED:
            if not response.request.headers.keys() & VALIDATORS:
                raise FeedError("an answer to a question that was not asked")
            return Page(None, _validator(response, "ETag"), _validator(response, "Last-Modified"))
        if response.has_redirect_location:
            return response.headers["Location"]
        if status != httpx.codes.OK:
            retry_s = retry_after_s(response.headers.get("Retry-After"), datetime.now(UTC))
            busy = status == httpx.codes.TOO_MANY_REQUESTS or status >= 500
            raise FeedError(f"HTTP {status}", retry_s, everywhere=busy)
        pieces, size = [], 0
        async for piece in response.aiter_raw():
            size += len(piece)
            if size > MAX_BYTES:
                raise FeedError("an answer that is too large")
            pieces.append(piece)
        body = _unpacked(b"".join(pieces), response.headers.get("Content-Encoding", ""))
        return Page(body, _validator(response, "ETag"), _validator(response, "Last-Modified"))


def same_site(url: str, other: str) -> bool:
    """Both are web addresses of one site: the same host and port, "www." or not, and no step down to plain http."""
    try:
        one, two = urlsplit(url), urlsplit(other)
        return (
            one.scheme in ("http", "https")
            and two.scheme in (one.scheme, "https")
            and _host(one) == _host(two) != ""
            and (one.port == two.port or one.scheme != two.scheme)
            and two.username is None
        )
    except ValueError:
        return False


def retry_after_s(text: str | None, now: datetime) -> float | None:
    """Seconds to wait that a Retry-After asks for (RFC 9110: seconds, or a date); None: it says nothing."""
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", text.strip()):
        return float(text)
    try:
        at = parsedate_to_datetime(text)
        return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _followed(url: str, location: str) -> str:
    """Where a redirect leads."""
    try:
        there = urljoin(url, location)
    except ValueError:
        there = ""
    if not same_site(url, there):
        raise FeedError("a redirect to another site")
    return there


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")


def _validator(response: httpx.Response, name: str) -> str | None:
    """A validator that is fit to be kept and sent back."""
    value = response.headers.get(name)
    return value if value and len(value) <= 200 and re.fullmatch(r"[\x20-\x7e]+", value) else None


def _unpacked(body: bytes, encoding: str) -> bytes:
    """The body as it is meant; some servers compress without being asked."""
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip":
            unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            try:
                whole = unpacker.decompress(body, MAX_BYTES + 1)
            except zlib.error:
                raise FeedError("a compressed answer that is damaged") from None
            if len(whole) > MAX_BYTES:
                raise FeedError("an answer that is too large")
            return whole
    raise FeedError("an answer in a form that was not asked for")
