"""A bot that can be killed, the Bot API with its journal, the clock, and the checker at the end."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.demo.botapi import Person, Room
from tests.chaos.clock import SharedClock
from tests.chaos.journal import Journal, RecordedApi
from tests.e2e.fleet import Bot
from tests.helpers.clock import WIB

START = datetime(2026, 1, 18, 17, 50, tzinfo=WIB)

DIGESTS_EVERY_MIN = 20
"""Minutes of the world, so that some fall due in every run."""

FIRST_DIGEST = START + timedelta(minutes=10 + DIGESTS_EVERY_MIN)
"""That of ten minutes after the start may be left out: there is nothing to tell of what was before."""

DIGEST_TIMES = tuple(f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in range(0, 60, DIGESTS_EVERY_MIN))

CALM_SPEED = 20.0
"""Of the clock, at the end of a run."""

DIGEST_WITHIN_S = 120.0
"""From its hour until a digest has to be in the channel, where that is awaited (`Run.quiet`)."""

QUIET_WITHIN_S = 120.0


@dataclass
class Run:
    """One run.

    Attributes:
        webhook: how the bot gets its updates; counts from its next start.
        folder: where database and log are.
    """

    folder: Path
    api: RecordedApi
    journal: Journal
    clock: SharedClock
    dice: random.Random
    admin: Person
    channel: Room
    bot: Bot
    port: int
    webhook: bool
    life: int = 0
    running: bool = False
    said: list[str] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """The bot's."""
        return self.folder / "genangan.db"

    async def start(self) -> None:
        """A new life of the bot."""
        self.life += 1
        self.journal.write("life", n=self.life)
        self.api.asked.clear()
        url = {"WEBHOOK_URL": f"http://127.0.0.1:{self.port}/hook", "WEBHOOK_SECRET": "a-secret_of-ours"}
        await self.bot.start(CHAOS_LIFE=str(self.life), **(url if self.webhook else {}))
        self.running = True

    async def end(self, how: signal.Signals) -> int:
        """End this life; returns the exit status."""
        status = await self.bot.end(how)
        self._ended(how.name)
        return status

    async def ended_by_itself(self) -> int:
        """Wait until it is gone by itself; returns the exit status."""
        status = await self.bot.gone()
        self._ended("exit")
        return status

    def _ended(self, how: str) -> None:
        self.running = False
        self.journal.write("end", n=self.life, how=how)

    @contextmanager
    def trouble(self, name: str) -> Iterator[None]:
        """Note a spell of it."""
        self.journal.write("fault", name=name)
        try:
            yield
        finally:
            self.journal.write("over", name=name)

    def clock_errs(self, error: timedelta) -> None:
        """The bot's clock is so much ahead (negative: behind)."""
        self.journal.write("step", by_s=error.total_seconds())
        self.clock.err(error)

    def on_to_the_next_digest(self) -> None:
        """It is its hour, and time goes slowly from now on."""
        self.clock.run(CALM_SPEED)
        step = timedelta(minutes=DIGESTS_EVERY_MIN)
        next_at = FIRST_DIGEST
        while next_at < self.clock.now():
            next_at += step
        self.clock.jump(next_at - self.clock.now())

    async def quiet(self, within_s: float = QUIET_WITHIN_S) -> None:
        """Wait until the bot has dealt with everything and said all that is due, the last digest among it."""
        async with asyncio.timeout(within_s):
            calm = 0
            while calm < 3:
                await asyncio.sleep(0.1)
                version = self.api.version
                calm = calm + 1 if self._at_rest() and version == self.api.version else 0

    def _at_rest(self) -> bool:
        if self.api.pending_updates or not self.database.exists():
            return False
        now_us = int(self.clock.now().timestamp() * 1e6)
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            sql = """SELECT (SELECT count(*) FROM inbox WHERE handled = 0) + (SELECT count(*) FROM work)
                   + (SELECT count(*) FROM outbox WHERE state = 'claimed' OR (state = 'queued' AND due_at <= ?))"""
            (waiting,) = db.execute(sql, (now_us,)).fetchone()
            (told,) = db.execute("SELECT coalesce(max(scheduled_at), 0) FROM digests").fetchone()
        step_us = int(DIGESTS_EVERY_MIN * 60e6)
        due_us = now_us - now_us % step_us
        return not waiting and (told >= due_us or due_us < FIRST_DIGEST.timestamp() * 1e6)

    async def verdict(self, title: str) -> Mapping[str, float]:
        """Let the checker, a program of its own, look at what is left. Prints what it says.

        Raises:
            AssertionError: it says that something is wrong.
        """
        self.journal.write("finish")
        self.journal.flush()
        out = self.folder / "verdict.json"
        checker = Path(__file__).with_name("checker.py")
        command = (sys.executable, "-I", str(checker), str(self.database), str(self.journal.path), "--json", str(out))
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        told, _ = await process.communicate()
        print(f"\n{title}\n{told.decode()}", end="")
        found = json.loads(out.read_text())
        assert process.returncode == 0, found["wrong"][:10]
        figures: dict[str, float] = found["figures"]
        return figures


@asynccontextmanager
async def chaos(
    folder: Path,
    *,
    seed: int = 0,
    webhook: bool = False,
    speed: float = 10.0,
    beats: float = 10.0,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Run]:
    """A Bot API with an admin and a channel, and a bot that is started by `Run.start`.

    Args:
        folder: for everything.
        seed: of chance.
        webhook: see Run.
        speed: of the clock.
        beats: how many times as often as usual the bot looks what is due.
        settings: others than the usual ones.
    """
    clock = SharedClock.make(folder / "clock", START, speed)
    journal = Journal(folder / "journal.jsonl", clock)
    async with RecordedApi(journal, clock, seed) as api:
        admin = api.user("Ratna")
        channel = api.channel("SDA Jakarta Utara", admins=["bot"])
        (folder / "home").mkdir(exist_ok=True)
        port = _free_port()
        environment = {
            "BOT_TOKEN": api.token,
            "BOT_API_URL": api.base_url,
            "DATABASE_URL": f"sqlite:///{folder}/home/genangan.db",
            "WEB_PORT": str(port),
            "SDA_CHANNEL_ID": str(channel.id),
            "ADMIN_IDS": str(admin.id),
            "DIGEST_TIMES": ",".join(DIGEST_TIMES),
            "BACKUP_KEEP": "0",
            "CHAOS_CLOCK": str(clock.path),
            "CHAOS_BEATS": str(beats),
            **(settings or {}),
        }
        since = FIRST_DIGEST.timestamp()
        journal.write(
            "digests",
            channel=channel.id,
            times=DIGEST_TIMES,
            utc_offset_s=7 * 3600,
            since=since,
            within_s=DIGEST_WITHIN_S,
        )
        bot = Bot(folder, environment, "tests.chaos.serve")
        run = Run(folder / "home", api, journal, clock, random.Random(seed), admin, channel, bot, port, webhook)
        try:
            yield run
        finally:
            if run.running:
                await run.end(signal.SIGKILL)
            journal.close()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
