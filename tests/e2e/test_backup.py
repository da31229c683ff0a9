"""A backup while people report, put back after they went on: all of before it is there, and all goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import signal
import sqlite3
import sys
from pathlib import Path

from bot.demo.botapi import BotApi, Person
from storage.queries import migrations
from tests.e2e.fleet import ROOT, Bot, Story, serving, stories
from tests.storage.versions import made_then, version_of

WITHIN_S = 60


async def genangan(folder: Path, *arguments: str, kill_after_s: float | None = None) -> tuple[int, str, str]:
    """Run it beside the bot; (exit status, what it printed, what it said on stderr)."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{folder}/genangan.db"},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    if kill_after_s is not None:
        await asyncio.sleep(kill_after_s)
        with contextlib.suppress(ProcessLookupError):  # it was done by then
            process.kill()
    out, err = await asyncio.wait_for(process.communicate(), WITHIN_S)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def notes_in(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return sorted(note for (note,) in db.execute("SELECT note FROM reports WHERE note IS NOT NULL"))


def people_in(file: Path) -> set[int]:
    """Telegram's ids of those who are known there."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return {each for (each,) in db.execute("SELECT telegram_id FROM people")}


def found(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def notes_of(told: list[Story]) -> list[str]:
    return sorted(story.note for story in told)


async def _live(told: list[Story]) -> None:
    await asyncio.gather(*(story.live() for story in told))


async def _quiet(api: BotApi) -> None:
    version = -1
    while version != api.version:
        version = api.version
        await asyncio.sleep(1)


def _numbers(person: Person) -> set[str]:
    """What reports are called in a chat."""
    return set(re.findall(r"\b[A-Z]{2}\d{1,6}\b", " ".join(shown.text or "" for shown in person.chat)))


async def test_put_back_a_backup_made_while_people_report_and_go_on(tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    async with BotApi(seed=31) as api:
        told = stories(api, 24)
        before, during, after, held, again = told[:6], told[6:12], told[12:16], told[16:18], told[18:]
        async with serving(api, tmp_path) as bot:
            await _live(before)
            living = asyncio.create_task(_live(during))
            status, out, err = await genangan(tmp_path, "backup", "--out", str(file))
            assert (status, err) == (0, "")
            assert out.startswith(f"{file}: ")
            await living
            await _live(after)
            gone = before[0]
            gone.person.send_text("/hapus")
            await gone.person.wait_for("Hapus semua data Anda?", WITHIN_S)
            gone.person.press("Ya, hapus")
            await gone.person.wait_for("Data Anda sudah dihapus", WITHIN_S)
            for asked in (("restore", str(file)), ("migrate",)):
                assert "already serves it" in (await genangan(tmp_path, *asked))[2]
            assert (await genangan(tmp_path, "restore", str(file), "--dry-run"))[1].endswith("nothing was changed\n")
            await bot.end(signal.SIGTERM)
            kept = notes_in(file)
            assert set(notes_of(before)) <= set(kept) <= set(notes_of(before + during))
            assert notes_in(tmp_path / "genangan.db") == notes_of(before[1:] + during + after)
            for story in held:  # Telegram keeps what they say
                story.person.start()
            status, out, err = await genangan(tmp_path, "restore", str(file))
            assert (status, err) == (0, "")
            assert re.search(r"are lost, after \d+ \w+ 2\d{3}, \d\d\.\d\d WIB: reports [1-9]\d*, cases [1-9]", out)
            assert "people who were forgotten since, and are again: 1\n" in out
            kept.remove(gone.note)
            assert notes_in(tmp_path / "genangan.db") == kept
            assert gone.person.id not in people_in(tmp_path / "genangan.db")
            assert gone.note.encode() not in (tmp_path / "genangan.db").read_bytes()
            shown = {story.person.id: len(story.person.chat) for story in before}
            taken = set[str]().union(*(_numbers(story.person) for story in before + during + after))
            await bot.start()
            for story in held:
                await story.person.wait_for("Lapor", WITHIN_S)
            await _live(again)
            await _quiet(api)
            await bot.end(signal.SIGTERM)
            assert "Traceback" not in bot.log
    assert notes_in(tmp_path / "genangan.db") == sorted([*kept, *notes_of(again)])
    assert {story.person.id: len(story.person.chat) for story in before} == shown  # nothing is said to them twice
    assert not taken & set[str]().union(*(_numbers(story.person) for story in again))  # no number names two reports
    (aside,) = found(tmp_path, "genangan-before-restore-*.db")
    assert notes_in(aside) == notes_of(before[1:] + during + after)


async def test_killed_while_it_is_put_back_the_bot_goes_on_with_the_old_or_the_new_one(tmp_path: Path) -> None:
    file, dice = tmp_path / "backup.db", random.Random(5)
    async with BotApi(seed=32) as api:
        told = stories(api, 4)
        async with serving(api, tmp_path) as bot:
            await _live(told[:2])
            assert (await genangan(tmp_path, "backup", "--out", str(file)))[0] == 0
            await _live(told[2:3])
            await bot.end(signal.SIGTERM)
            old, new = notes_of(told[:3]), notes_of(told[:2])
            for _ in range(4):
                await genangan(tmp_path, "restore", str(file), kill_after_s=dice.uniform(0.3, 1.1))
                assert notes_in(tmp_path / "genangan.db") in (old, new)
            assert (await genangan(tmp_path, "restore", str(file)))[0] == 0
            assert notes_in(tmp_path / "genangan.db") == new
            await bot.start()
            await told[3].live()
            await bot.end(signal.SIGTERM)
    assert notes_in(tmp_path / "genangan.db") == notes_of([*told[:2], told[3]])


async def test_a_start_after_an_upgrade_copies_the_database_first(tmp_path: Path) -> None:
    newest = max(migrations())
    made_then(tmp_path / "genangan.db", newest - 1, empty=True)
    status, out, _ = await genangan(tmp_path, "migrate", "--check")
    assert status == 0
    assert f"schema {newest - 1} → {newest}: a copy was migrated in" in out
    assert version_of(tmp_path / "genangan.db") == newest - 1
    async with BotApi(seed=33) as api:
        siti = api.user("Siti")
        siti.start()
        async with serving(api, tmp_path) as bot:
            await siti.wait_for("Lapor", WITHIN_S)
            await _end(bot)
    (copy,) = found(tmp_path / "backups", f"genangan-before-schema-{newest}-*.db")
    assert version_of(copy) == newest - 1
    assert version_of(tmp_path / "genangan.db") == newest


async def _end(bot: Bot) -> None:
    assert await bot.end(signal.SIGTERM) == 0
    assert "Traceback" not in bot.log
