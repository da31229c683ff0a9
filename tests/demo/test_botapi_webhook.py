"""Delivery by webhook: order, retries, secret."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.demo.botapi import BotApi
from bot.demo.botapi.webhook import Disorder
from tests.demo.conftest import RawBot


class Receiver:
    """The bot's own address: notes what is posted and answers as told."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[dict[str, Any]], int] = lambda update: 200
        self.delay_s = 0.0
        self.busiest = 0
        self.url = ""
        self._arrival = asyncio.Event()
        self._busy = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
                update = json.loads(await reader.readexactly(int(headers["content-length"])))
                self._busy += 1
                self.busiest = max(self.busiest, self._busy)
                await asyncio.sleep(self.delay_s)
                status = self.answer(update)
                self._busy -= 1
                self.got.append(update)
                self._arrival.set()
                self.headers.append(headers)
                writer.write(f"HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n\r\n".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.got) < count:
                self._arrival.clear()
                await self._arrival.wait()
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    yield made
    server.close()
    await asyncio.sleep(0)


async def test_updates_are_posted_with_the_secret(api: BotApi, raw: RawBot, receiver: Receiver) -> None:
    siti = api.user("Siti")
    siti.start()
    await raw.result("setWebhook", url=receiver.url, secret_token="rahasia-1")
    siti.send_text("banjir")
    assert await receiver.until(2) == ["/start", "banjir"]
    assert {headers["x-telegram-bot-api-secret-token"] for headers in receiver.headers} == {"rahasia-1"}
    assert {headers["content-type"] for headers in receiver.headers} == {"application/json"}
    await asyncio.sleep(0.02)
    info = await raw.result("getWebhookInfo")
    assert info["pending_update_count"] == api.pending_updates == 0
    assert info["url"] == receiver.url


async def test_what_fails_is_tried_again_and_holds_back_its_chat_only(
    api: BotApi, raw: RawBot, receiver: Receiver
) -> None:
    refusals = iter([500, 302, 404])
    receiver.answer = lambda update: next(refusals, 200) if update["message"]["text"] == "sulit" else 200
    siti, budi = api.user("Siti"), api.user("Budi")
    await raw.result("setWebhook", url=receiver.url)
    siti.send_text("sulit")
    siti.send_text("sesudah")
    budi.send_text("lain")
    assert await receiver.until(6) == ["sulit", "lain", "sulit", "sulit", "sulit", "sesudah"]
    info = await raw.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 404 Whatever"


async def test_one_connection_keeps_the_order_of_all(api: BotApi, raw: RawBot, receiver: Receiver) -> None:
    refusals = iter([500])
    receiver.answer = lambda update: next(refusals, 200)
    people = [api.user(f"Warga {number}") for number in range(5)]
    for person in people:
        person.send_text(person.user["first_name"])
    await raw.result("setWebhook", url=receiver.url, max_connections=1)
    names = [person.user["first_name"] for person in people]
    assert await receiver.until(6) == [names[0], *names]
    assert receiver.busiest == 1


async def test_several_chats_are_served_at_once(api: BotApi, raw: RawBot, receiver: Receiver) -> None:
    receiver.delay_s = 0.05
    await raw.result("setWebhook", url=receiver.url, max_connections=4)
    for number in range(12):
        api.user(f"Warga {number}").send_text("banjir")
    await receiver.until(12)
    assert receiver.busiest == 4


async def test_a_bot_that_is_down_gets_everything_later(api: BotApi, raw: RawBot, receiver: Receiver) -> None:
    await raw.result("setWebhook", url="http://127.0.0.1:9/")
    siti = api.user("Siti")
    siti.send_text("banjir")
    await asyncio.sleep(0.2)
    assert (await raw.result("getWebhookInfo"))["last_error_message"] == "Connection refused"
    assert api.pending_updates == 1
    await raw.result("setWebhook", url=receiver.url)
    assert await receiver.until(1) == ["banjir"]


async def test_in_disorder_updates_come_twice_and_in_any_order_and_none_is_left_out(
    api: BotApi, raw: RawBot, receiver: Receiver
) -> None:
    api.world.webhook.disorder = Disorder(random.Random(3), twice=1.0, shuffled=True)
    siti = api.user("Siti")
    texts = [f"pesan {number}" for number in range(20)]
    for text in texts:
        siti.send_text(text)
    await raw.result("setWebhook", url=receiver.url, max_connections=4)
    came = await receiver.until(40)
    assert sorted(came) == sorted(2 * texts)
    assert list(dict.fromkeys(came)) != texts


async def test_pending_updates_can_be_dropped(api: BotApi, raw: RawBot, receiver: Receiver) -> None:
    siti = api.user("Siti")
    siti.send_text("lama")
    await raw.result("setWebhook", url=receiver.url, drop_pending_updates=True)
    siti.send_text("baru")
    assert await receiver.until(1) == ["baru"]
    await raw.result("deleteWebhook")
    siti.send_text("dengan polling")
    assert [update["message"]["text"] for update in await raw.updates()] == ["dengan polling"]
    await raw.result("deleteWebhook", drop_pending_updates=True)
    assert await raw.updates() == []


@pytest.mark.parametrize("url", ["http://example.org/hook", "ftp://127.0.0.1/", "hook"])
async def test_plain_http_is_for_loopback_only(raw: RawBot, url: str) -> None:
    refusal = await raw.refusal("setWebhook", url=url)
    assert refusal == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    assert (await raw.result("getWebhookInfo"))["url"] == ""


async def test_a_secret_of_the_wrong_letters_is_refused(raw: RawBot) -> None:
    refusal = await raw.refusal("setWebhook", url="http://127.0.0.1:9/", secret_token="a b")
    assert refusal == "Bad Request: secret token contains unallowed characters"
