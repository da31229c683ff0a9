"""The bot, its channel and a database that knows of puddles already: where digests are read, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.demo.botapi import BotApi, Call, Shown
from bot.demo.clock import DemoClock
from bot.domain.models import Incident
from bot.domain.records import Changes, PostedDigest
from storage import open_store
from tests.e2e.borough import SPEED, Borough
from tests.helpers.clock import WIB
from tests.helpers.puddles import DAY_BEFORE

TEN_TO_SIX = "2026-01-19T05:50"
"""Before the digest of the rainy night (tests/helpers/puddles.py), a Monday's."""

PICTURE, TABLE, TEXT = "sendPhoto", "sendDocument", "sendMessage"


@asynccontextmanager
async def newsroom(
    folder: Path, incidents: Sequence[Incident] = (), *, start: str = TEN_TO_SIX, **settings: Any
) -> AsyncIterator[Borough]:
    """The bot with its channel, on a database with these incidents; no offices. Telegram's limits are checked.

    Args:
        folder: for the database.
        incidents: what stood and stands.
        start: local time.
        settings: others than the usual ones.
    """
    clock = DemoClock(datetime.fromisoformat(start).replace(tzinfo=WIB), SPEED)
    async with BotApi(clock=clock, limits=True) as api:
        here = Borough(api, clock, folder, **settings)
        await fill(folder, incidents, here.channel.id)
        here.beats = 1  # by itself it would make the same digest at the same time
        await here.start()
        try:
            yield here
            await here.settle()
            assert api.violations == []
        finally:
            await here.stop()


async def fill(folder: Path, incidents: Sequence[Incident], channel_id: int) -> None:
    """A database with these incidents, whose channel had its digest on the day before `TEN_TO_SIX`."""
    store = await open_store(f"sqlite:///{folder}/genangan.db")
    digest = PostedDigest(DAY_BEFORE, channel_id, DAY_BEFORE - timedelta(days=1), DAY_BEFORE, parts=4, late=False)
    try:
        async with store.transaction() as tx:
            await tx.flush(Changes(incidents=incidents, digests=[digest]))
    finally:
        await store.close()


async def at(here: Borough, moment: str) -> None:
    """It is that local time, what is due is done, and everybody has been told."""
    here.clock.move_to(datetime.fromisoformat(moment).replace(tzinfo=WIB))
    await here.beat()


def posted(api: BotApi, channel_id: int) -> list[Call]:
    """What was sent to a channel and came to be there, oldest first; a part that came twice stands there twice."""
    return [call for call in api.calls.of(PICTURE, TABLE, TEXT, chat_id=channel_id) if call.ok]


def words(call: Call) -> str:
    """What a message says."""
    return str(call.params.get("text", call.params.get("caption", "")))


def kinds(messages: Sequence[Shown]) -> list[str]:
    """What messages are: "photo", "document", "text"."""
    return ["photo" if each.photo_id else "document" if each.document else "text" for each in messages]
