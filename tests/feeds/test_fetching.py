"""GET over real HTTP: politely, within limits, and never taken elsewhere."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import FeedError
from bot.domain.weather import FeedState
from bot.feeds.fetching import Fetcher, retry_after_s, same_site
from tests.helpers.clock import EVENING, StillClock
from tests.helpers.feeds_server import Answer, FeedsServer, feeds_server


@pytest.fixture
async def server() -> AsyncIterator[FeedsServer]:
    async with feeds_server() as started:
        yield started


async def get(
    server: FeedsServer, path: str = "/x", total_s: float = 5.0, before: FeedState | None = None
) -> bytes | None:
    return (await Fetcher(StillClock(), total_s).get(server.url + path, before)).body


async def test_a_page_comes_with_its_validators(server: FeedsServer) -> None:
    server.pages["/x"] = Answer(b"hello", etag='"1"', headers={"Last-Modified": "Sun, 18 Jan 2026 12:00:00 GMT"})
    page = await Fetcher(StillClock()).get(server.url + "/x")
    assert (page.body, page.etag, page.modified) == (b"hello", '"1"', "Sun, 18 Jan 2026 12:00:00 GMT")
    assert server.asked[0].headers["user-agent"] == "genangan-bot"


async def test_what_is_known_is_not_sent_again(server: FeedsServer) -> None:
    server.pages["/x"] = Answer(b"hello", etag='"1"')
    known = FeedState("gates", EVENING, EVENING, etag='"1"', modified="Sun, 18 Jan 2026 12:00:00 GMT", content="[]")
    assert await get(server, before=known) is None
    assert server.asked[0].headers["if-modified-since"] == "Sun, 18 Jan 2026 12:00:00 GMT"


async def test_two_requests_are_two_seconds_apart(server: FeedsServer) -> None:
    server.pages["/x"] = Answer(b"hello")
    clock = StillClock()
    fetcher = Fetcher(clock)
    for _ in range(31):
        await fetcher.get(server.url + "/x")
    assert clock.now() - EVENING == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(status=404), "HTTP 404"),
        (Answer(status=304), "not asked"),
        (Answer(status=500), "HTTP 500"),
        (Answer(b"x" * 2_000_001), "too large"),
        (Answer(b"", endless=True), "too large"),
        (Answer(gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"}), "too large"),
        (Answer(b"no gzip", headers={"Content-Encoding": "gzip"}), "damaged"),
        (Answer(b"x", headers={"Content-Encoding": "br"}), "not asked for"),
        (Answer(status=302, headers={"Location": "http://10.0.0.1/x"}), "another site"),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "another site"),
        (Answer(status=302, headers={"Location": "/x"}), "without end"),
        (Answer(status=302, headers={"Location": "http://[::1/"}), "no connection"),
    ],
)
async def test_what_is_no_page_says_why(server: FeedsServer, answer: Answer, why: str) -> None:
    server.pages["/x"] = answer
    with pytest.raises(FeedError, match=why) as caught:
        await get(server)
    assert server.url not in str(caught.value)


async def test_a_page_that_has_moved_within_its_site_is_found(server: FeedsServer) -> None:
    server.pages |= {"/x": Answer(status=301, headers={"Location": "/y"}), "/y": Answer(b"here")}
    assert await get(server) == b"here"


async def test_a_compressed_page_is_unpacked(server: FeedsServer) -> None:
    server.pages["/x"] = Answer(gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})
    assert await get(server) == b"hello"


async def test_a_dripping_page_is_cut_off(server: FeedsServer) -> None:
    server.pages["/x"] = Answer(b"x" * 1000, drip_s=0.02)
    with pytest.raises(FeedError, match="in time") as caught:
        await get(server, total_s=0.2)
    assert caught.value.everywhere


async def test_a_busy_server_says_how_long_to_wait(server: FeedsServer) -> None:
    server.pages["/x"] = Answer(status=429, headers={"Retry-After": "90"})
    with pytest.raises(FeedError) as caught:
        await get(server)
    assert (caught.value.retry_after_s, caught.value.everywhere) == (90.0, True)


async def test_nobody_there(server: FeedsServer) -> None:
    with pytest.raises(FeedError, match="no connection"):
        await Fetcher(StillClock()).get("http://127.0.0.1:1/x")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        ("soon", None),
        ("-5", None),
        ("Sun, 18 Jan 2026 12:01:00 GMT", 60),
        ("Sun, 18 Jan 2026 11:00:00 GMT", 0),
        ("Sun, 99 Jan 9999999 12:00:00 GMT", None),
    ],
)
def test_retry_after(text: str | None, seconds: float | None) -> None:
    assert retry_after_s(text, datetime(2026, 1, 18, 12, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("url", "other", "same"),
    [
        ("https://www.bmkg.go.id/a", "https://bmkg.go.id/b", True),
        ("http://bmkg.go.id/a", "https://www.bmkg.go.id/b", True),
        ("https://bmkg.go.id/a", "http://bmkg.go.id/b", False),
        ("https://bmkg.go.id/a", "https://bmkg.go.id.evil.example/b", False),
        ("https://bmkg.go.id/a", "https://u@bmkg.go.id/b", False),
        ("https://bmkg.go.id/a", "https://bmkg.go.id:8443/b", False),
        ("https://bmkg.go.id/a", "javascript:alert(1)", False),
        ("https://bmkg.go.id/a", "https://[", False),
        ("https://bmkg.go.id/a", "https://bmkg.go.id:x/b", False),
    ],
)
def test_same_site(url: str, other: str, same: bool) -> None:
    assert same_site(url, other) is same
