"""kill -9 around a digest: the post is whole all the same, only the part in flight comes twice, nothing is left."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.demo.botapi import BotApi, Room, faults
from tests.e2e.fleet import Bot, serving
from tests.e2e.newsroom import PICTURE, TABLE, TEXT, fill, posted, words
from tests.helpers.children import children_of, running
from tests.helpers.puddles import MORNING, rainy_night
from tests.helpers.waiting import until

PARTS = [PICTURE, TEXT, PICTURE, TABLE]
"""A Monday's: the map, the text, the week's chart, the table."""

PUT_FILE = "storage.sqlite:SqliteStore.put_attachment"
COMMIT = "storage.intake:SqliteTransaction.flush"
SEND = "bot.chat.sender:Sender.send"

STEPS = [
    "bot.output.export_files:write_file:1:after",  # in the middle of the table
    f"{PUT_FILE}:2:after",  # of three
    f"{COMMIT}:1:after",  # written, but not committed
    f"{SEND}:1:before",  # committed, but nothing sent
]
"""Steps at which it is killed, one in each life."""

WITHIN_S = 30.0


@contextlib.asynccontextmanager
async def at_six(folder: Path, dies_at: str = "") -> AsyncIterator[tuple[BotApi, Room, Bot]]:
    """The bot as a process, at six in the morning after the rainy night."""
    (folder / "tmp").mkdir()
    async with BotApi() as api:
        channel = api.channel("SDA Jakarta Utara", admins=["bot"])
        await fill(folder, rainy_night(), channel.id)
        ahead = MORNING + timedelta(seconds=1) - datetime.now(UTC)
        settings = {
            "SDA_CHANNEL_ID": str(channel.id),
            "CLOCK_AHEAD_S": str(ahead.total_seconds()),
            "TMPDIR": str(folder / "tmp"),
            "DIES_AT": dies_at,
            "BACKUP_KEEP": "0",
        }
        async with serving(api, folder, settings=settings, program="tests.e2e.serve_dying") as bot:
            yield api, channel, bot
            assert "Traceback" not in bot.log
        assert _left_over(folder) == set()


async def whole(api: BotApi, channel: Room, bot: Bot, parts: int = len(PARTS)) -> Counter[str]:
    """Wait for the post. How often each part came; they came in order, and the last life ends cleanly."""
    await until(lambda: len(posted(api, channel.id)) == parts, WITHIN_S)
    await asyncio.sleep(0.7)  # what would come too much comes now: it looks three times a second what is due
    assert children_of(bot.pid) == []
    assert await bot.end(signal.SIGTERM) == 0
    came = posted(api, channel.id)
    order = list({words(call): call.method for call in came}.values())
    assert order == PARTS
    counted = Counter(words(call) for call in came)
    assert counted.total() == parts
    return counted


async def test_killed_before_anything_was_sent_the_post_comes_once(tmp_path: Path) -> None:
    async with at_six(tmp_path, STEPS[0]) as (api, channel, bot):
        for step, following in zip(STEPS, [*STEPS[1:], ""], strict=True):
            assert await bot.gone(WITHIN_S) == -signal.SIGKILL, step
            assert posted(api, channel.id) == [], step
            await bot.start(DIES_AT=following)
        assert set((await whole(api, channel, bot)).values()) == {1}


async def test_killed_while_a_picture_is_drawn_the_drawing_ends_too(tmp_path: Path) -> None:
    async with at_six(tmp_path) as (api, channel, bot):
        for pause_s in (0.0, 0.3):
            drawing = await _drawing(bot)
            await asyncio.sleep(pause_s)
            await bot.end(signal.SIGKILL)
            await until(partial(_ended, drawing), WITHIN_S, every_s=0.05)
            await bot.start()
        assert set((await whole(api, channel, bot)).values()) == {1}


async def test_killed_at_every_part_only_the_one_in_flight_comes_twice(tmp_path: Path) -> None:
    async with at_six(tmp_path) as (api, channel, bot):
        for n, method in enumerate(PARTS):
            earlier = len(posted(api, channel.id))
            fault = api.faults.add(faults.no_answer(worked=True), method=method, chat=channel)
            await until(lambda fault=fault: fault.struck, WITHIN_S)  # type: ignore[misc]
            await bot.end(signal.SIGKILL)
            assert len(posted(api, channel.id)) == earlier + (1 if n == 0 else 2)  # the last one again, and the next
            await bot.start()
        counted = await whole(api, channel, bot, 2 * len(PARTS))
        assert set(counted.values()) == {2}
        assert _kept(tmp_path) == 3  # of all these lives


async def _drawing(bot: Bot) -> int:
    """Wait for the process that draws; its id."""
    await until(lambda: children_of(bot.pid), WITHIN_S, every_s=0.03)
    return children_of(bot.pid)[0]


def _ended(pid: int) -> bool:
    return not running(pid)


def _left_over(folder: Path) -> set[str]:
    """Files besides the database and the log."""
    return {path.name for path in folder.rglob("*") if path.name.partition(".")[0] not in ("genangan", "bot", "tmp")}


def _kept(folder: Path) -> int:
    """How many files are kept."""
    with contextlib.closing(sqlite3.connect(folder / "genangan.db")) as db:
        return int(db.execute("SELECT count(*) FROM attachments").fetchone()[0])
