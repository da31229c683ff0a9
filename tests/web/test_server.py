from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.chat.receiver import Receiver
from bot.chat.sender import connect
from bot.chat.webhook import register_webhook
from bot.demo.botapi import BotApi, faults
from bot.domain.errors import OperatorError, StoreBusy
from bot.web.server import BODY_LIMIT, SECRET_HEADER, WebServer, health_route, metrics_route, webhook_route
from tests.helpers.clock import StillClock
from tests.helpers.inbox import Inbox
from tests.helpers.waiting import until

SECRET = "s3cret_-"
PATH = "/telegram/in"


class Site:
    """Our server over an inbox in memory."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.presses: list[str] = []
        self.receiver = Receiver(self.inbox.store(), StillClock(), 123, self.presses.extend)
        self.queues: Callable[[], Mapping[str, int]] = lambda: {"inbox": 0, "inbox_age_s": 0}
        self.server = WebServer(
            [webhook_route(PATH, SECRET, self.receiver.accept_one), health_route("/health", self._queues)],
            "127.0.0.1",
            0,
        )

    async def _queues(self) -> Mapping[str, int]:
        return self.queues()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"


@asynccontextmanager
async def serving() -> AsyncIterator[Site]:
    site = Site()
    await site.server.start()
    try:
        yield site
    finally:
        await site.server.stop()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as running:
        yield running


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.url, headers={SECRET_HEADER: SECRET}) as http:
        yield http


async def test_an_update_is_answered_when_it_is_kept(site: Site, client: httpx.AsyncClient) -> None:
    update = {"update_id": 5, "callback_query": {"id": "77", "from": {"id": 1}}}
    for _ in range(2):  # delivered again because our answer was lost
        assert (await client.post(PATH, json=update)).status_code == 200
    assert site.inbox.rows == {(123, 5): update}
    assert site.presses == ["77"]


@pytest.mark.parametrize("secret", ["", "S3cret_-", "s3cret_", "s3cret_-x", "é"])
async def test_without_the_secret_nothing_is_read(site: Site, client: httpx.AsyncClient, secret: str) -> None:
    headers = [(SECRET_HEADER.encode(), secret.encode())]
    assert (await client.post(PATH, headers=headers, json={"update_id": 5})).status_code == 401
    del client.headers[SECRET_HEADER]
    assert (await client.post(PATH, json={"update_id": 5})).status_code == 401
    assert not site.inbox.rows


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"update_id": "5"}',
        b'{"update_id": true}',
        b'{"update_id": 1e3}',
        b'{"update_id": 99999999999999999999}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_what_is_no_update_is_refused(site: Site, client: httpx.AsyncClient, body: bytes) -> None:
    assert (await client.post(PATH, content=body)).status_code == 400
    assert not site.inbox.rows


async def test_a_body_beyond_all_measure_is_not_read_to_its_end(client: httpx.AsyncClient) -> None:
    assert (await client.post(PATH, content=b" " * (BODY_LIMIT + 1))).status_code == 413


async def test_other_methods_and_paths_are_not_served(client: httpx.AsyncClient) -> None:
    assert (await client.get(PATH)).status_code == 405
    assert (await client.post("/")).status_code == 404


async def test_a_busy_database_asks_telegram_to_come_again(site: Site, client: httpx.AsyncClient) -> None:
    for _ in range(2):
        site.inbox.busy_times = 5
        for _ in range(5):
            assert (await client.post(PATH, json={"update_id": 5})).status_code == 503
        assert (await client.post(PATH, json={"update_id": 5})).status_code == 200


async def test_an_update_that_waits_for_the_database_does_not_keep_it_from_stopping(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def wait(_update: object) -> None:
        await asyncio.Event().wait()

    server = WebServer([webhook_route(PATH, SECRET, wait)], "127.0.0.1", 0)
    await server.start()
    async with httpx.AsyncClient(headers={SECRET_HEADER: SECRET}) as http:
        url = f"http://127.0.0.1:{server.port}{PATH}"
        waiting = asyncio.create_task(http.post(url, json={"update_id": 5}))
        await asyncio.sleep(0.1)
        await server.stop()
        assert (await waiting).status_code == 503
    assert "Traceback" not in caplog.text


async def test_health_tells_sizes_and_ages(site: Site, client: httpx.AsyncClient) -> None:
    del client.headers[SECRET_HEADER]
    site.queues = lambda: {"inbox": 2, "inbox_age_s": 60, "open": 7}
    answer = await client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "inbox": 2, "inbox_age_s": 60, "open": 7}
    site.queues = lambda: {"inbox": 2, "inbox_age_s": 61}
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "lagging")


async def test_health_says_what_is_wrong_and_503_only_where_nobody_is_answered() -> None:
    async def queues() -> Mapping[str, int]:
        return {"inbox": 0}

    async def exposed() -> bytes:
        return b"up 1\n"

    found: list[tuple[str, bool]] = []
    pages = [health_route("/health", queues, lambda: found), metrics_route("/metrics", exposed, "text/plain")]
    server = WebServer(pages, "127.0.0.1", 0)
    await server.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as http:
        assert (await http.get("/health")).json() == {"status": "ok", "inbox": 0}
        found.append(("the disk runs full", False))
        answer = await http.get("/health")
        assert answer.status_code == 200
        assert answer.json() == {"status": "ok", "wrong": ["the disk runs full"], "inbox": 0}
        found.append(("Telegram refuses BOT_TOKEN", True))
        answer = await http.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (503, "not answering")
        assert answer.json()["wrong"][-1] == "Telegram refuses BOT_TOKEN"
        assert (await http.get("/metrics")).text == "up 1\n"
        assert (await http.post("/metrics")).status_code == 405
    await server.stop()


async def test_health_says_when_the_database_is_busy(site: Site, client: httpx.AsyncClient) -> None:
    def busy() -> Mapping[str, int]:
        raise StoreBusy("disk full")

    site.queues = busy
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "database busy"})


async def test_from_the_bot_api_to_the_inbox() -> None:
    async with BotApi(seed=5) as api, serving() as site:
        bot = connect(api.token, api.base_url)
        await bot.initialize()
        api.faults.add(faults.server_error(502), method="setWebhook", times=2)
        clock = StillClock()
        await register_webhook(bot, site.url + PATH, SECRET, clock, asyncio.Event())
        site.inbox.busy_times = 2
        siti = api.user("Siti")
        for number in range(20):
            siti.send_text(f"pesan {number}")
        await until(lambda: not api.pending_updates)
        await bot.shutdown()
    assert site.inbox.texts == [f"pesan {number}" for number in range(20)]
    (*_, call) = api.calls.of("setWebhook")
    assert call.params["secret_token"] == SECRET
    assert call.params["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]


async def test_an_address_in_use_is_one_clear_line(site: Site) -> None:
    other = WebServer([], "127.0.0.1", site.server.port)
    with pytest.raises(OperatorError, match="WEB_PORT: cannot listen on 127"):
        await other.start()
    await other.stop()
    with pytest.raises(OperatorError, match="cannot listen on no such host"):
        await WebServer([], "no such host", 0).start()


async def test_it_leaves_signals_alone_and_frees_its_port() -> None:
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    async with serving() as site:
        assert [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)] == before
        port = site.server.port
    socket.create_server(("127.0.0.1", port)).close()


async def test_a_request_that_hangs_does_not_keep_it_from_stopping() -> None:
    async with serving() as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
        writer.write(
            f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 9\r\n\r\n{{".encode()
        )
        await writer.drain()
        await asyncio.sleep(0.05)
        async with asyncio.timeout(4):
            await site.server.stop()
        assert b" 200 " not in await reader.read()  # returns, since the connection is closed
        writer.close()
