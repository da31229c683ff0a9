"""kill -9 loses nothing: every update is handled exactly once, every reporter answered, no report twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import sqlite3
from pathlib import Path

import pytest

from bot.demo.botapi import BotApi
from tests.e2e.fleet import UPDATES_EACH, kill_at_random, live_all, lost_or_double, serving, stories

RESIDENTS = 100


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_killed_at_random_moments_nothing_is_lost_or_double(tmp_path: Path, way: str) -> None:
    await _live_through_kills(tmp_path, way, RESIDENTS, kills=8, seed=20)


async def _live_through_kills(folder: Path, way: str, residents: int, *, kills: int, seed: int) -> None:
    dice = random.Random(seed)
    over = asyncio.Event()
    async with BotApi(seed=seed) as api:
        told = stories(api, residents)
        async with serving(api, folder, webhook=way == "webhook") as bot:
            killer = asyncio.create_task(kill_at_random(bot, dice, kills, over))
            await live_all(told, dice, within_s=1.2 * kills)
            over.set()
            await killer
            await _until_quiet(api)
            assert await bot.end(signal.SIGTERM) == 0
            print(
                f"{way}: {UPDATES_EACH * residents} updates, {bot.starts} lives of the bot, {len(api.calls.all)} calls"
            )
            assert "Traceback" not in bot.log
    assert lost_or_double(folder, UPDATES_EACH * residents, told) == []
    for story in told:  # asked and answered: what each chat shows at its end
        assert [shown.text for shown in story.person.chat if "diterima" in (shown.text or "")]


async def _until_quiet(api: BotApi, for_s: float = 1.5) -> None:
    """Until the bot has sent nothing for a while."""
    version = -1
    while version != api.version:
        version = api.version
        await asyncio.sleep(for_s)


async def test_sigterm_ends_cleanly_within_ten_seconds(tmp_path: Path) -> None:
    async with BotApi() as api:
        siti = api.user("Siti")
        async with serving(api, tmp_path) as bot:
            siti.start()
            await siti.wait_for("Lapor", 15)
            assert await bot.end(signal.SIGTERM, within_s=10) == 0


async def test_sigterm_ends_within_ten_seconds_while_another_program_holds_the_database(tmp_path: Path) -> None:
    async with BotApi() as api:
        siti, others = api.user("Siti"), [api.user(f"Warga {number}") for number in range(5)]
        async with serving(api, tmp_path, webhook=True) as bot:
            siti.start()
            await siti.wait_for("Lapor", 15)
            with contextlib.closing(sqlite3.connect(tmp_path / "genangan.db", isolation_level=None)) as backup:
                backup.execute("BEGIN IMMEDIATE")
                for person in others:
                    person.start()
                await asyncio.sleep(1)
                assert await bot.end(signal.SIGTERM, within_s=10) == 0
            assert "Traceback" not in bot.log
            await bot.start()
            for person in others:
                await person.wait_for("Lapor", 30)


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_a_database_deleted_at_work_ends_it_with_one_line_and_loses_no_update(tmp_path: Path, way: str) -> None:
    async with BotApi() as api:
        siti, budi = api.user("Siti"), api.user("Budi")
        async with serving(api, tmp_path, webhook=way == "webhook") as bot:
            siti.start()
            await siti.wait_for("Lapor", 15)
            (tmp_path / "genangan.db").rename(tmp_path / "moved.db")
            budi.start()
            await asyncio.sleep(0.5)
            assert api.pending_updates == 1
            (tmp_path / "moved.db").rename(tmp_path / "genangan.db")
            await bot.end(signal.SIGTERM)
            assert "was moved, replaced or deleted" in bot.log
            await bot.start()
            await budi.wait_for("Lapor", 15)


async def test_a_second_process_on_the_same_database_says_so_and_exits(tmp_path: Path) -> None:
    async with BotApi() as api:
        siti = api.user("Siti")
        async with serving(api, tmp_path) as bot:
            siti.start()
            await siti.wait_for("Lapor", 15)
            first = bot._process
            await bot.start()
            second = bot._process
            assert first is not None
            assert second is not None
            assert await asyncio.wait_for(second.wait(), 10) != 0
            bot._process = first
            assert "serves" in bot.log or "another process" in bot.log
