"""getUpdates: confirming, waiting, conflicts."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.demo.botapi import BotApi, Person
from tests.demo.conftest import RawBot


@pytest.fixture
def siti(api: BotApi) -> Person:
    person = api.user("Siti")
    person.start()
    return person


async def texts(raw: RawBot, **params: int) -> list[str]:
    return [update["message"]["text"] for update in await raw.updates(**params)]


async def test_updates_stay_until_confirmed(raw: RawBot, siti: Person) -> None:
    siti.send_text("satu")
    assert await texts(raw) == ["/start", "satu"]
    assert await texts(raw) == ["/start", "satu"]
    first, second = await raw.updates()
    assert second["update_id"] == first["update_id"] + 1

    assert await texts(raw, offset=second["update_id"]) == ["satu"]
    assert await texts(raw, offset=0) == ["satu"]
    assert await texts(raw, offset=second["update_id"] + 1) == []


async def test_limit_takes_the_oldest(raw: RawBot, siti: Person) -> None:
    siti.send_text("satu")
    assert await texts(raw, limit=1) == ["/start"]


async def test_a_hundred_at_most(raw: RawBot, siti: Person) -> None:
    for number in range(150):
        siti.send_text(str(number))
    assert len(await raw.updates(limit=1000)) == 100


async def test_a_negative_offset_keeps_the_newest_and_forgets_the_rest(raw: RawBot, siti: Person) -> None:
    for text in ("satu", "dua", "tiga"):
        siti.send_text(text)
    assert await texts(raw, offset=-2) == ["dua", "tiga"]
    assert await texts(raw) == ["dua", "tiga"]


async def test_an_offset_far_ahead_is_taken_as_none(api: BotApi, raw: RawBot, siti: Person) -> None:
    """So a bot that kept its old offset over a renumbering still hears everything."""
    (first,) = await raw.updates()
    api.world.updates.renumber(1000)
    siti.send_text("setelah sepekan")
    assert await texts(raw, offset=first["update_id"] + 1) == ["/start", "setelah sepekan"]


async def test_a_long_poll_ends_when_something_happens(raw: RawBot, siti: Person) -> None:
    last = (await raw.updates())[-1]["update_id"]
    began = asyncio.get_running_loop().time()
    poll = asyncio.create_task(texts(raw, offset=last + 1, timeout=30))
    await asyncio.sleep(0.05)
    siti.send_text("banjir")
    assert await poll == ["banjir"]
    assert asyncio.get_running_loop().time() - began < 5


async def test_a_long_poll_returns_empty_when_its_time_is_over(api: BotApi, raw: RawBot) -> None:
    began = asyncio.get_running_loop().time()
    assert (await api.perform("getUpdates", {"timeout": 0.15}))[1] == {"ok": True, "result": []}
    assert 0.1 < asyncio.get_running_loop().time() - began < 2


async def test_a_second_poller_ends_the_first(api: BotApi, ptb: Bot, raw: RawBot, siti: Person) -> None:
    last = (await raw.updates())[-1]["update_id"]
    first = asyncio.create_task(ptb.get_updates(offset=last + 1, timeout=30))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(texts(raw, offset=last + 1, timeout=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    siti.send_text("halo")
    assert await second == ["halo"]


async def test_a_dead_poller_loses_nothing(api: BotApi, raw: RawBot, siti: Person) -> None:
    last = (await raw.updates())[-1]["update_id"]
    poll = asyncio.create_task(texts(raw, offset=last + 1, timeout=30))
    await asyncio.sleep(0.05)
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    siti.send_text("masih ada")
    assert await texts(raw, offset=last + 1) == ["masih ada"]


async def test_a_webhook_and_polling_exclude_each_other(raw: RawBot) -> None:
    poll = asyncio.create_task(raw.refusal("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    await raw.result("setWebhook", url="http://127.0.0.1:9/")
    assert await poll == "Conflict: terminated by setWebhook request"
    assert "can't use getUpdates method while webhook is active" in await raw.refusal("getUpdates")
    await raw.result("deleteWebhook")
    assert await raw.updates() == []


async def test_kinds_not_asked_for_are_not_queued(raw: RawBot, siti: Person) -> None:
    await raw.updates(allowed_updates=["my_chat_member"])
    siti.send_text("tak terdengar")
    siti.block()
    kinds = [set(update) - {"update_id"} for update in await raw.updates()]
    assert kinds == [{"message"}, {"my_chat_member"}], "the choice holds for what happens after it"
    await raw.updates(allowed_updates=[])
    siti.unblock()
    siti.send_text("terdengar")
    assert len(await raw.updates()) == 4


async def test_hostile_updates_can_be_pushed(api: BotApi, raw: RawBot) -> None:
    first = api.push_update({"message": {"text": "\ud83d broken"}})
    api.push_update({"unheard_of": {"x": [1, None]}})
    found = await raw.updates()
    assert found[0]["update_id"] == first
    assert found[1]["unheard_of"] == {"x": [1, None]}
    assert api.pending_updates == 2
