"""Menus follow what people are, while the bot serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.menus import keep_menus
from bot.chat.sender import connect
from bot.demo.botapi import BotApi, faults
from bot.domain.staff import ADMIN, Officer, UnitLink
from bot.texts import Texts
from storage import SqliteStore, open_store
from tests.helpers.builders import person
from tests.helpers.clock import EVENING, WIB, StillClock
from tests.storage.acts import flush

TEXTS = Texts(WIB)
BAMBU = "31.72.02.1004"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(seed=4) as server:
        yield server


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    yield opened
    await opened.close()


class Minutes(StillClock):
    """A clock with something to do in each pause; after the last one it is time to stop."""

    def __init__(self, stop: asyncio.Event, *doings: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self._stop = stop
        self._doings = list(doings)

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if not self._doings:
            self._stop.set()
            return
        await self._doings.pop(0)()


def offered(api: BotApi, chat_id: int) -> list[str]:
    """The commands set for one chat alone."""
    return [each["command"] for each in api.world.profile.commands({"type": "chat", "chat_id": chat_id}, "")]


async def test_who_becomes_an_officer_sees_it_within_a_minute_and_who_is_removed_too(
    api: BotApi, store: SqliteStore
) -> None:
    admin, tono = api.user("Rina"), api.user("Tono")
    admin.start()
    tono.start()
    officer = Officer(2, BAMBU, "Tono", EVENING)
    seen: list[list[str]] = []

    async def enlist() -> None:
        seen.append(offered(api, tono.id))
        await flush(store, people=[person(2, tono.id)], officers=[officer])

    async def promote() -> None:
        seen.append(offered(api, tono.id))
        await flush(store, officers=[officer, Officer(2, ADMIN, "Tono", EVENING)])

    async def remove() -> None:
        seen.append(offered(api, tono.id))
        gone = replace(officer, removed_at=EVENING)
        await flush(store, officers=[gone, Officer(2, ADMIN, "Tono", EVENING, removed_at=EVENING)])

    stop = asyncio.Event()
    async with connect(api.token, api.base_url) as bot:
        await keep_menus(bot, TEXTS, store, [admin.id], Minutes(stop, enlist, promote, remove), stop)
    assert seen[0] == []
    assert "tugas" in seen[1] and "undang" not in seen[1]
    assert "undang" in seen[2]
    assert offered(api, tono.id) == []
    assert "undang" in offered(api, admin.id)


async def test_a_units_group_has_its_menu_until_it_is_the_units_no_more(api: BotApi, store: SqliteStore) -> None:
    group = api.group("Kelurahan Sungai Bambu")
    seen: list[list[str]] = []
    await flush(store, links=[UnitLink(BAMBU, EVENING, group.id)])

    async def cut_off() -> None:
        seen.append(offered(api, group.id))
        await flush(store, links=[UnitLink(BAMBU, EVENING)])

    stop = asyncio.Event()
    async with connect(api.token, api.base_url) as bot:
        await keep_menus(bot, TEXTS, store, [], Minutes(stop, cut_off), stop)
    assert "tugas" in seen[0] and "status" not in seen[0]
    assert offered(api, group.id) == []


async def test_trouble_is_told_once_and_tried_again(
    api: BotApi, store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    admin = api.user("Rina")
    admin.start()
    for skip in range(2):
        api.faults.add(faults.server_error(502), method="setMyCommands", skip=skip)

    async def wait() -> None:
        return None

    stop = asyncio.Event()
    async with connect(api.token, api.base_url) as bot:
        await keep_menus(bot, TEXTS, store, [admin.id], Minutes(stop, wait, wait), stop)
    assert caplog.text.count("tried again every minute") == 1
    assert "undang" in offered(api, admin.id)
