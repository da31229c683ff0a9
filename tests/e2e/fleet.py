"""Residents who report over HTTP to a bot that dies under them, and a check that shares no code with the bot."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.demo.botapi import BotApi, Person

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 60.0
UPDATES_EACH = 5
"""What one resident sends: /start, a location, a press, a note, a photo."""


class Bot:
    """The serving bot as a process that can be killed and started again on the same database."""

    def __init__(self, folder: Path, environment: dict[str, str], program: str) -> None:
        self._program = program
        self._log = folder / "bot.log"
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), "LOG_LEVEL": "WARNING", **environment}
        self._process: asyncio.subprocess.Process | None = None
        self._folder = folder
        self.starts = 0

    async def start(self, **environment: str) -> None:
        """Start it, with more in its environment where given; it serves a second later."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *self._program.split()),
                env={**self._environment, **environment},
                cwd=self._folder,  # where no .env of ours lies
                stdout=log,
                stderr=log,
            )
        self.starts += 1

    async def end(self, how: signal.Signals, within_s: float = 15.0) -> int:
        """Send it a signal and wait until it is gone; returns its exit status."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        return await self.gone(within_s)

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    async def gone(self, within_s: float = 15.0) -> int:
        """Wait until it is gone by itself; returns its exit status."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), within_s)

    @property
    def web_port(self) -> str:
        """Where its HTTP server listens."""
        return self._environment["WEB_PORT"]

    @property
    def log(self) -> str:
        """What it has logged, over all its lives."""
        return self._log.read_text()


@contextlib.asynccontextmanager
async def serving(
    api: BotApi,
    folder: Path,
    *,
    webhook: bool = False,
    settings: Mapping[str, str] | None = None,
    program: str = "tests.e2e.serve",
) -> AsyncIterator[Bot]:
    """The bot, on an empty database, polling or by webhook; killed at the end if it still lives."""
    port = _free_port()
    environment = {
        **(settings or {}),
        "BOT_TOKEN": api.token,
        "BOT_API_URL": api.base_url,
        "DATABASE_URL": f"sqlite:///{folder}/genangan.db",
        "WEB_PORT": str(port),
    }
    if webhook:
        environment |= {"WEBHOOK_URL": f"http://127.0.0.1:{port}/hook", "WEBHOOK_SECRET": "a-secret_of-ours"}
    bot = Bot(folder, environment, program)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.end(signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def kill_at_random(bot: Bot, dice: random.Random, times: int, over: asyncio.Event) -> None:
    """Kill and restart it, so many times or until the residents are done."""
    for _ in range(times):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), dice.uniform(0.8, 2.2))
            return
        await bot.end(signal.SIGKILL)
        await bot.start()


@dataclass(frozen=True)
class Story:
    """One resident's evening."""

    person: Person
    lat: float
    lon: float
    note: str

    async def live(self) -> None:
        """Report, and add to the report; wait for an answer after each step as a person would."""
        person = self.person
        person.start()
        await person.wait_for("Lapor", PATIENCE_S)
        person.send_location(self.lat, self.lon, horizontal_accuracy=10.0)
        await person.wait_for("Setinggi apa airnya?", PATIENCE_S)
        person.press("Lutut ±50")
        await person.wait_for("diterima", PATIENCE_S)
        person.send_text(self.note)
        await person.wait_for("Catatan ditambahkan", PATIENCE_S)
        person.send_photo()
        await person.wait_for("Foto ditambahkan", PATIENCE_S)


def stories(api: BotApi, count: int) -> list[Story]:
    """So many residents, five at each puddle, the puddles 400 m apart."""
    told = []
    for number in range(count):
        puddle = number // 5
        lat = -6.1302 - 0.0036 * (puddle % 5) + 0.00002 * (number % 5)
        lon = 106.8868 + 0.0036 * (puddle // 5)
        told.append(Story(api.user(f"Warga {number}"), lat, lon, f"airnya bau, catatan ke {number} dari warga"))
    return told


async def live_all(told: Sequence[Story], dice: random.Random, within_s: float) -> None:
    """All of them, each beginning at a moment of their own within so many seconds."""

    async def begin(story: Story) -> None:
        await asyncio.sleep(dice.uniform(0, within_s))
        await story.live()

    await asyncio.gather(*(begin(story) for story in told))


def lost_or_double(folder: Path, sent: int, told: Sequence[Story]) -> list[str]:
    """What is wrong in the database: updates not handled exactly once, reports, notes or photos lost or double."""
    wrong = []
    with contextlib.closing(sqlite3.connect(f"file:{folder}/genangan.db?mode=ro", uri=True)) as db:
        inbox = db.execute("SELECT update_id, handled, error FROM inbox WHERE bot_id > 0").fetchall()
        if len(inbox) != sent:
            wrong.append(f"{sent} updates were sent, {len(inbox)} are in the inbox")
        wrong += [f"update {number} is not handled" for number, handled, _ in inbox if not handled]
        wrong += [f"update {number} failed: {error}" for number, _, error in inbox if error]
        if len(inbox) != len({number for number, *_ in inbox}):
            wrong.append("an update is in the inbox twice")
        reports = db.execute("SELECT person_id, note, photos FROM reports").fetchall()
        for person, times in Counter(person for person, *_ in reports).items():
            if times != 1:
                wrong.append(f"person {person} has {times} reports")
        if len(reports) != len(told):
            wrong.append(f"{len(told)} people reported, {len(reports)} reports are kept")
        notes = sorted(str(note) for _, note, _ in reports)
        if notes != sorted(story.note for story in told):
            wrong.append(f"notes lost or double: {set(notes) ^ {story.note for story in told}}")
        wrong += [f"person {person} sent a photo, {photos} are kept" for person, _, photos in reports if photos != 1]
        counted = db.execute("SELECT coalesce(sum(reporters), 0) FROM incidents WHERE state = 'waiting'").fetchone()[0]
        if counted != len(reports):
            wrong.append(f"{len(reports)} reports, but incidents count {counted}")
    return wrong
