"""Requests over real sockets: what becomes of slow, broken and odd servers, and that nothing leaks, no token either."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from telegram import Bot, InputFile, InputMediaDocument
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.chat import http
from bot.chat.http import AiohttpRequest, call
from bot.chat.telegram_errors import translated
from bot.demo.botapi import BotApi, Person, faults

TOKEN = "7000000001:a-secret-that-nobody-may-see"
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{"ok":true,"result":[1]}'

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Wire:
    """A server that does with each connection what a test wants."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self.url = ""
        self.accepted = 0
        self.open: set[asyncio.StreamWriter] = set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection, until the test has done with it or the other side goes."""
        self.accepted += 1
        self.open.add(writer)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:
            self.open.discard(writer)
            writer.close()


@contextlib.asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[Wire]:
    """Such a server on loopback."""
    wire = Wire(serve)
    server = await asyncio.start_server(wire.connected, "127.0.0.1", 0)
    wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot{TOKEN}/getMe"
    try:
        yield wire
    finally:
        server.close()
        for writer in list(wire.open):
            writer.transport.abort()
        await server.wait_closed()


async def asked(reader: asyncio.StreamReader) -> bytes:
    """One request, to the end of its head."""
    return await reader.readuntil(b"\r\n\r\n")


async def gone(reader: asyncio.StreamReader) -> None:
    """Until the other side has closed the connection."""
    while await reader.read(1 << 16):
        pass


async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One right answer after the other."""
    while True:
        await asked(reader)
        writer.write(ANSWER)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never a word."""
    await gone(reader)


async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer that breaks off."""
    await asked(reader)
    writer.write(ANSWER[:-10])


async def stalled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer that does not go on."""
    await asked(reader)
    writer.write(ANSWER[:-10])
    await gone(reader)


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The connection is cut when the question is there."""
    await asked(reader)
    writer.transport.abort()


async def rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Something that is no HTTP."""
    await asked(reader)
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    await gone(reader)


async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A captive portal, which wants to see what was asked."""
    while True:
        await asked(reader)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\n\r\n")


@contextlib.asynccontextmanager
async def asking(connections: int = 2, pool_timeout_s: float = 0.2) -> AsyncIterator[AiohttpRequest]:
    """A request object, closed at the end."""
    request = AiohttpRequest(connections, pool_timeout_s)
    async with request:
        yield request


async def post(request: AiohttpRequest, url: str, **timeouts: float | None) -> object:
    """The result of a request."""
    return await request.post(url, None, **timeouts)


async def failure(request: AiohttpRequest, url: str, **timeouts: float) -> TelegramError:
    """What a request ends in; it says nothing of the token, nor does its traceback."""
    with pytest.raises(TelegramError) as raised:
        await request.post(url, None, **timeouts)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))
    return raised.value


@pytest.mark.parametrize(
    ("serve", "kind"),
    [
        (silent, TimedOut),
        (stalled, TimedOut),
        (half, NetworkError),
        (reset, NetworkError),
        (rubbish, NetworkError),
        (elsewhere, NetworkError),
    ],
)
async def test_a_broken_server_is_trouble_on_the_network_and_leaves_no_connection(
    serve: Serve, kind: type[TelegramError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(serve) as wire, asking(connections=1) as request:
        for _ in range(5):  # each finds the only place free again
            error = await failure(request, wire.url, read_timeout=0.1)
            assert type(error) is kind
        for _ in range(100):
            if not wire.open:
                break
            await asyncio.sleep(0.01)
        assert serve is elsewhere or not wire.open
    assert TOKEN not in caplog.text


async def test_where_nobody_listens_is_trouble_on_the_network() -> None:
    async with serving(answering) as wire:
        pass
    async with asking() as request:
        assert type(await failure(request, wire.url)) is NetworkError


async def test_an_address_that_is_none_is_not_told() -> None:
    async with asking() as request:
        assert type(await failure(request, f"http://[bad/bot{TOKEN}/getMe")) is NetworkError
        assert type(await failure(request, f"nonsense://x/bot{TOKEN}/getMe")) is NetworkError


async def test_a_connection_is_used_again() -> None:
    async with serving(answering) as wire, asking() as request:
        for _ in range(20):
            assert await post(request, wire.url) == [1]
        assert wire.accepted == 1


async def test_one_that_the_server_closed_meanwhile_is_not() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked(reader)
        writer.write(ANSWER)

    async with serving(once) as wire, asking() as request:
        for _ in range(5):
            assert await post(request, wire.url) == [1]
            await asyncio.sleep(0.02)
        assert wire.accepted == 5


async def test_who_finds_no_place_waits_and_then_hears_that_nothing_was_sent() -> None:
    async with serving(silent) as wire, asking(connections=2, pool_timeout_s=0.05) as request:
        held = [asyncio.create_task(failure(request, wire.url, read_timeout=0.3)) for _ in range(2)]
        await asyncio.sleep(0.05)
        error = await failure(request, wire.url)
        assert type(error) is TimedOut
        assert "Pool timeout" in error.message
        await asyncio.gather(*held)
        assert wire.accepted == 2


async def test_at_most_so_many_connections_are_open() -> None:
    async with serving(answering) as wire, asking(connections=3, pool_timeout_s=5.0) as request:
        assert await asyncio.gather(*(post(request, wire.url) for _ in range(50))) == [[1]] * 50
        assert wire.accepted <= 3


async def test_a_request_that_is_given_up_frees_its_place_and_closes_its_connection() -> None:
    async with serving(silent) as wire, asking(connections=1) as request:
        for _ in range(3):
            task = asyncio.create_task(request.post(wire.url))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await asyncio.sleep(0.05)
        assert wire.accepted == 3
        assert not wire.open


async def test_closing_closes_all_connections_and_it_can_be_opened_again() -> None:
    async with serving(answering) as wire:
        request = AiohttpRequest(2, 1.0)
        with pytest.raises(NetworkError, match="not initialized"):
            await request.post(wire.url)
        for _ in range(2):
            await request.initialize()
            assert await post(request, wire.url) == [1]
            await request.shutdown()
            await request.shutdown()
            await asyncio.sleep(0.05)
            assert not wire.open
        assert wire.accepted == 2


async def test_what_is_sent_must_be_taken_within_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "UPLOAD_S", 0.2)

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked(reader)
        await asyncio.sleep(5)

    async with serving(deaf) as wire:
        base = wire.url.removesuffix(f"{TOKEN}/getMe")
        bot = Bot(TOKEN, base_url=base, request=AiohttpRequest(1, 1.0))
        await bot.request.initialize()
        with pytest.raises(TimedOut):
            await asyncio.wait_for(
                bot.request.post(f"{bot.base_url}/x", _upload(30_000_000), connect_timeout=0.1, read_timeout=0.1), 3
            )
        await bot.request.shutdown()


def _upload(size: int) -> RequestData:
    return RequestData([RequestParameter.from_input("document", InputFile(bytes(size), "besar.bin"))])


async def test_timeouts_can_be_left_out() -> None:
    async with serving(answering) as wire, asking() as request:
        none = dict.fromkeys(("read_timeout", "write_timeout", "connect_timeout", "pool_timeout"))
        assert await post(request, wire.url, **none) == [1]
        assert request.read_timeout == 5.0


async def test_a_proxy_of_the_environment_is_used_but_for_what_is_exempt(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await asked(reader))
            writer.write(ANSWER)

    async with serving(proxy) as wire, serving(answering) as telegram:
        for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "ALL_PROXY", "all_proxy", "REQUEST_METHOD"):
            monkeypatch.delenv(name, raising=False)
        address = wire.url.removeprefix("http://").partition("/")[0]
        monkeypatch.setenv("http_proxy", f"http://ari:rahasia@{address}")
        async with asking() as request:
            assert await post(request, "http://telegram.invalid/bot1:x/getMe") == [1]
        assert seen[0].startswith(b"POST http://telegram.invalid/bot1:x/getMe HTTP/1.1\r\n")
        assert b"Proxy-Authorization: Basic " in seen[0]
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with asking() as request:
            assert await post(request, telegram.url) == [1]
        assert (len(seen), telegram.accepted) == (1, 1)
        monkeypatch.delenv("http_proxy")
        monkeypatch.setenv("all_proxy", address)  # as some write it
        async with asking() as request:
            assert await post(request, "http://telegram.invalid/bot1:x/getMe") == [1]
        assert len(seen) == 2


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Telegram."""
    async with BotApi(seed=4) as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    """A bot that speaks our way."""
    bot = Bot(
        api.token,
        base_url=f"{api.base_url}/bot",
        base_file_url=f"{api.base_url}/file/bot",
        request=AiohttpRequest(2, 1),
    )
    async with bot:
        yield bot


@pytest.fixture
def siti(api: BotApi) -> Person:
    """A resident who has met the bot."""
    siti = api.user("Siti")
    siti.start()
    return siti


async def test_what_telegram_refuses_is_the_librarys_error(bot: Bot, api: BotApi, siti: Person) -> None:
    api.faults.add(faults.too_many_requests(7), method="sendMessage", times=1)
    with pytest.raises(RetryAfter):
        await call(bot, "sendMessage", {"chat_id": siti.id, "text": "Halo"})
    api.faults.add(faults.server_error(502), method="sendMessage", times=1)
    with pytest.raises(NetworkError):
        await call(bot, "sendMessage", {"chat_id": siti.id, "text": "Halo"})
    with pytest.raises(InvalidToken):
        await bot.request.post(f"{api.base_url}/bot1:wrong/getMe")


async def test_the_page_of_a_proxy_is_one_short_line(
    bot: Bot, api: BotApi, siti: Person, caplog: pytest.LogCaptureFixture
) -> None:
    api.faults.add(faults.server_error(502), method="sendMessage", times=1)
    with pytest.raises(NetworkError) as caught:
        await call(bot, "sendMessage", {"chat_id": siti.id, "text": "Halo"})
    assert str(translated(caught.value)) == "Bad Gateway (502)"
    assert caplog.records == []


async def test_values_go_as_they_are_and_what_is_none_stays_behind(bot: Bot, api: BotApi, siti: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Ya & tidak", "callback_data": "a:b"}]]}
    text = "Banjir 🌊 sampai \"lutut\" = 50% & 'lebih'"
    sent = await call(
        bot, "sendMessage", {"chat_id": siti.id, "text": text, "reply_markup": keyboard, "parse_mode": None}
    )
    assert isinstance(sent, dict)
    assert (siti.last.message_id, siti.last.text) == (sent["message_id"], text)
    assert next(iter(siti.last.all_buttons())).callback_data == "a:b"
    assert "parse_mode" not in api.calls.all[-1].params


async def test_the_librarys_own_methods_work_as_before(bot: Bot, api: BotApi, siti: Person) -> None:
    message = await bot.send_message(siti.id, "Halo", disable_notification=True)
    assert siti.last.message_id == message.message_id
    assert api.calls.all[-1].params["disable_notification"] is True


@pytest.mark.parametrize("size", [9, 3_000_000])
async def test_files_go_along_whole_with_their_names(bot: Bot, api: BotApi, siti: Person, size: int) -> None:
    content, name = bytes(range(256)) * (size // 256) + b"\r\n--x", 'rekap "é" 1.csv'
    sent = await call(
        bot, "sendDocument", {"chat_id": siti.id, "document": InputFile(content, name), "caption": "Rekap é & <b>"}
    )
    assert isinstance(sent, dict)
    assert sent["caption"] == "Rekap é & <b>"
    assert api.file_content(sent["document"]["file_id"]) == content
    assert sent["document"]["file_name"] == name
    other = InputMediaDocument(content[::-1], "Baru", filename="b.csv")
    params = {"chat_id": siti.id, "message_id": sent["message_id"], "media": other}
    changed = await call(bot, "editMessageMedia", params)
    assert isinstance(changed, dict)
    assert api.file_content(changed["document"]["file_id"]) == content[::-1]
    file = await bot.get_file(changed["document"]["file_id"])
    assert bytes(await file.download_as_bytearray()) == content[::-1]
