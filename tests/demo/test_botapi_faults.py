"""Faults on demand, as python-telegram-bot meets them."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.demo.botapi import BotApi, Person, faults
from bot.demo.botapi.faults import Effect
from tests.demo.conftest import RawBot


@pytest.fixture
def siti(api: BotApi) -> Person:
    person = api.user("Siti")
    person.start()
    return person


def texts(person: Person) -> list[str]:
    return [shown.text for shown in person.chat if shown.from_bot]


@pytest.mark.parametrize(
    ("effect", "error", "arrives"),
    [
        (faults.blocked(), Forbidden, False),
        (faults.conflict(), Conflict, False),
        (faults.refused(400, "Bad Request: PEER_ID_INVALID"), BadRequest, False),
        (faults.server_error(), NetworkError, False),
        (faults.server_error(502), NetworkError, False),
        (faults.no_answer(), TimedOut, False),
        (faults.no_answer(worked=True), TimedOut, True),
        (faults.slow(5), TimedOut, True),
        (faults.half_answer(), NetworkError, True),
        (faults.dropped(), NetworkError, True),
        (faults.dropped(worked=False), NetworkError, False),
    ],
)
async def test_what_the_bot_sees_and_whether_the_message_arrives(
    api: BotApi, ptb: Bot, siti: Person, effect: Effect, error: type[TelegramError], arrives: bool
) -> None:
    fault = api.faults.add(effect, method="sendMessage")
    with pytest.raises(error) as caught:
        await ptb.send_message(siti.id, "halo", read_timeout=0.2)
    assert type(caught.value) is error
    assert texts(siti) == (["halo"] if arrives else [])
    assert fault.struck == 1
    assert api.calls.all[-1].fault == effect.name

    await ptb.send_message(siti.id, "lagi")
    assert texts(siti)[-1] == "lagi"


async def test_too_many_requests_says_how_long(api: BotApi, raw: RawBot, siti: Person) -> None:
    api.faults.add(faults.too_many_requests(7), method="sendMessage")
    assert await raw.call("sendMessage", chat_id=siti.id, text="x") == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }


async def test_python_telegram_bot_understands_retry_after(
    api: BotApi, ptb: Bot, siti: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    api.faults.add(faults.too_many_requests(7))
    with pytest.raises(RetryAfter) as caught:
        await ptb.send_message(siti.id, "x")
    assert "0:00:07" in str(caught.value)


async def test_a_slow_answer_is_an_answer(api: BotApi, ptb: Bot, siti: Person) -> None:
    api.faults.add(faults.slow(0.1))
    began = asyncio.get_running_loop().time()
    assert (await ptb.send_message(siti.id, "halo")).text == "halo"
    assert asyncio.get_running_loop().time() - began >= 0.1


async def test_a_fault_can_be_aimed(api: BotApi, raw: RawBot, siti: Person) -> None:
    budi = api.user("Budi")
    budi.start()
    api.faults.add(faults.blocked(), method="sendMessage", chat=siti, times=2, skip=1)
    outcomes = []
    for person, method in [(siti, "sendMessage"), (budi, "sendMessage"), (siti, "getChat")] + [
        (siti, "sendMessage")
    ] * 3:
        outcomes.append((await raw.call(method, chat_id=person.id, text="x"))["ok"])
    assert outcomes == [True, True, True, False, False, True]


async def test_a_fault_by_chance_is_the_same_with_the_same_seed() -> None:
    async def outcomes(seed: int) -> list[bool]:
        api = BotApi(seed=seed)
        fault = api.faults.add(faults.server_error(), probability=0.3, times=None)
        found = [(await api.perform("getMe", {}))[1]["ok"] for _ in range(200)]
        assert fault.struck == found.count(False)
        return found

    first = await outcomes(1)
    assert first == await outcomes(1) != await outcomes(2)
    assert 30 < first.count(False) < 90


async def test_a_group_migrates_under_a_call(api: BotApi, ptb: Bot, siti: Person) -> None:
    group = api.group("RW 05", members=[siti])
    old_id = group.id
    api.faults.add(faults.migrated(), chat=group)
    with pytest.raises(ChatMigrated) as caught:
        await ptb.send_message(old_id, "halo")
    await ptb.send_message(caught.value.new_chat_id, "halo")
    assert group.id == caught.value.new_chat_id
    assert group.chat[-1].text == "halo"


async def test_a_lost_answer_to_a_poll_loses_no_update(api: BotApi, ptb: Bot, siti: Person) -> None:
    api.faults.add(faults.half_answer(), method="getUpdates")
    api.faults.add(faults.dropped(), method="getUpdates")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await ptb.get_updates(offset=0)
    (update,) = await ptb.get_updates(offset=0)
    assert update.message is not None
    assert update.message.text == "/start"


async def test_downloads_fail_too(api: BotApi, ptb: Bot, siti: Person) -> None:
    photo = siti.send_photo()
    assert photo.photo_id
    file = await ptb.get_file(photo.photo_id)
    api.faults.add(faults.half_answer(), method="download")
    api.faults.add(faults.server_error(), method="download")
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    assert len(await file.download_as_bytearray()) > 100


async def test_faults_can_be_called_off(api: BotApi, raw: RawBot) -> None:
    api.faults.add(faults.dropped(), times=None)
    with pytest.raises(httpx.RemoteProtocolError):
        await raw.call("getMe")
    api.faults.clear()
    assert (await raw.result("getMe"))["username"] == "genangan_bot"


async def test_a_held_call_does_not_hold_up_the_end() -> None:
    async with BotApi() as api, httpx.AsyncClient(trust_env=False) as client:
        api.faults.add(faults.no_answer())
        call = asyncio.create_task(client.get(f"{api.base_url}/bot{api.token}/getMe", timeout=30))
        await asyncio.sleep(0.05)
        began = asyncio.get_running_loop().time()
        await api.go_offline()
        assert asyncio.get_running_loop().time() - began < 1
        with pytest.raises(httpx.RemoteProtocolError):
            await call
