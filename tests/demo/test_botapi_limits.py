"""Flood limits: noted always, enforced when switched on, counted in the clock's seconds."""

from __future__ import annotations

import pytest

from bot.demo.botapi import BotApi, Person
from tests.helpers.clock import StillClock


def resident(api: BotApi, name: str = "Siti") -> Person:
    person = api.user(name)
    person.start()
    return person


async def send(api: BotApi, chat_id: int, method: str = "sendMessage", **more: object) -> int:
    """Status of one call."""
    status, _, _ = await api.perform(method, {"chat_id": chat_id, "text": "x", **more})
    return status


async def test_one_a_second_to_a_person_with_a_short_burst(clock: StillClock) -> None:
    api = BotApi(clock=clock, limits=True)
    siti = resident(api)
    assert [await send(api, siti.id) for _ in range(5)] == [200, 200, 200, 429, 429]
    clock.move(seconds=1)
    assert await send(api, siti.id) == 200
    for _ in range(100):
        clock.move(seconds=1)
        assert await send(api, siti.id) == 200


async def test_the_wait_told_is_enough(clock: StillClock) -> None:
    api = BotApi(clock=clock, limits=True)
    group = api.group("RW 05")
    statuses = [await send(api, group.id) for _ in range(30)]
    assert statuses.count(200) == 22
    error = api.calls.all[-1].error
    assert error is not None
    assert error.parameters is not None
    clock.move(seconds=error.parameters["retry_after"])
    assert await send(api, group.id) == 200


async def test_twenty_a_minute_to_a_group_go_through(clock: StillClock) -> None:
    api = BotApi(clock=clock, limits=True)
    channel = api.channel("SDA", admins=["bot"])
    for _ in range(3):
        assert {await send(api, channel.id) for _ in range(20)} == {200}
        clock.move(minutes=1)
    assert api.violations == []


async def test_thirty_a_second_in_all(clock: StillClock) -> None:
    api = BotApi(clock=clock, limits=True)
    people = [resident(api, f"Warga {number}") for number in range(40)]
    statuses = [await send(api, person.id) for person in people]
    assert statuses == [200] * 33 + [429] * 7
    assert {violation.limit for violation in api.violations} == {"overall"}


async def test_edits_count_and_albums_count_by_the_piece(clock: StillClock) -> None:
    api = BotApi(clock=clock, limits=True)
    siti = resident(api)
    await send(api, siti.id)
    message_id = siti.last.message_id
    assert await send(api, siti.id, "editMessageText", message_id=message_id, text="a") == 200
    assert await send(api, siti.id, "editMessageText", message_id=message_id, text="b") == 200
    assert await send(api, siti.id, "editMessageText", message_id=message_id, text="c") == 429
    photo = siti.send_photo().photo_id
    clock.move(minutes=1)
    media = [{"type": "photo", "media": photo}] * 5
    assert await send(api, siti.id, "sendMediaGroup", media=media) == 429


async def test_answers_and_actions_are_free(clock: StillClock) -> None:
    api = BotApi(clock=clock, limits=True)
    siti = resident(api)
    assert {await send(api, siti.id, "sendChatAction", action="typing") for _ in range(50)} == {200}


@pytest.mark.parametrize("enforced", [False, True])
async def test_violations_are_noted_in_any_case(clock: StillClock, enforced: bool) -> None:
    api = BotApi(clock=clock, limits=enforced)
    siti = resident(api)
    for _ in range(4):
        await send(api, siti.id)
    (violation,) = api.violations
    assert (violation.chat_id, violation.method, violation.limit) == (siti.id, "sendMessage", "private")
    assert violation.at == clock.now()
    assert len([shown for shown in siti.chat if shown.from_bot]) == (3 if enforced else 4)
