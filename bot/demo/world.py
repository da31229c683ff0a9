"""The running demo: Telegram on loopback, the real bot, people, and a clock; how to look at it and move it on.

The page to watch (`bot.demo.page`, an ASGI application made by `page(world)`) is given a DemoWorld. Everything in it is
as it is now; after `restart` its parts are new ones, so they are read at every use::

    world.you                      # the visitor's own phone: a Person, like any resident
    world.channel.chat             # what the Sudin's channel shows
    await world.incidents()        # what the bot knows
    world.api.version              # grows with every change in any chat; await world.api.world.changes.after(version)
"""

from __future__ import annotations

import asyncio
import logging
import random
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from bot.app import App, area_index
from bot.demo.botapi import BotApi, Person, Press, Room
from bot.demo.clock import DemoClock
from bot.domain.models import Area, Incident
from bot.domain.records import Changes
from bot.geo.areas import AreaIndex
from bot.ports import Store
from bot.services.pacing import UNLIMITED
from bot.settings import Settings

log = logging.getLogger(__name__)

BEAT = timedelta(seconds=30)
"""How far the clock jumps at most, so that what falls due does so in time."""

NUDGE_AFTER_S = 10.0
"""Seconds of the wall: if the bot has not come to rest by then, it may be waiting for the clock."""

GIVE_UP_AFTER_S = 120.0

SHOWN_FOR = timedelta(hours=12)
"""How long an incident that ended stays among what the bot knows."""


class DemoError(Exception):
    """The demo cannot go on; its text is one plain line."""


class Plays(Protocol):
    """Somebody who does things in the demo."""

    @property
    def person(self) -> Person:
        """Their phone."""
        ...

    async def play(self) -> None:
        """All that they do."""
        ...


Cast = Callable[["DemoWorld"], Sequence[Plays]]
"""Makes the people of a world; called when it starts."""

Before = Callable[[AreaIndex, bytes], Changes]
"""(areas, number key) -> what the bot remembers from before the world begins."""


@dataclass(frozen=True, slots=True)
class Known:
    """An incident and its kelurahan."""

    incident: Incident
    area: Area | None


class DemoWorld:
    """Starts with its context and ends with it; its database lives in a temporary folder.

    Args:
        cast: who lives in it.
        start: when it begins (aware).
        speed: seconds of its clock in a second of the wall; 0: it only moves by `run_until`, as fast as it goes.
        before: what the bot remembers of the time before; None: nothing.
        seed: of all ids and of what people choose.
        service_area: SERVICE_AREA of its bot.
    """

    api: BotApi
    clock: DemoClock
    channel: Room
    officer: Person
    """Admin of the channel and of the bot."""
    you: Person
    """The visitor's own phone."""
    residents: Sequence[Plays]
    offices: Sequence[Room]
    """The chats of the units that work that evening, with the visitor in them."""
    case: str | None
    """Words in the name of the case that is watched more than others."""

    def __init__(
        self,
        cast: Cast,
        start: datetime,
        *,
        before: Before | None = None,
        speed: float = 0.0,
        seed: int = 1,
        service_area: Sequence[str] = ("31.72",),
    ) -> None:
        self.seed = seed
        self.start = start
        self.generation = 0
        """Grows with every restart."""
        self._cast = cast
        self._before = before
        self._speed = self._first_speed = speed
        self._service_area = tuple(service_area)
        self._ending = AsyncExitStack()
        self._changing = asyncio.Lock()
        self._app_task: asyncio.Task[None] | None = None
        self._playing: list[asyncio.Task[None]] = []
        self.failed: list[str] = []
        """Whose part went wrong, so that they do nothing more."""
        self._seen_presses = 0
        self._open_presses: list[Press] = []

    async def __aenter__(self) -> Self:
        """Start everything."""
        try:
            await self._open()
        except BaseException:
            await self._ending.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything and remove the database."""
        await self._ending.aclose()

    @property
    def bot_username(self) -> str:
        """Without the @."""
        return str(self.api.world.bot["username"])

    @property
    def store(self) -> Store:
        """What the bot knows, to read."""
        return self._app.store

    @property
    def unfinished(self) -> list[str]:
        """Who still has something to do, or waits for the bot."""
        return [playing.get_name() for playing in self._playing if not playing.done()]

    async def incidents(self) -> list[Known]:
        """Open incidents and those that ended in the last hours: open ones first, each the latest seen first."""
        now = self.clock.now()
        found = await self.store.incidents_as_of(now, ended_after=now - SHOWN_FOR)
        found = sorted(found, key=lambda each: (not each.state.is_open, -each.last_seen.timestamp(), each.id))
        return [Known(each, self.areas.get(each.area_code or "")) for each in found]

    def set_speed(self, speed: float) -> None:
        """Let the clock run so fast from now on; 0 stands still."""
        self._speed = speed
        self.clock.run(speed)

    async def restart(self) -> None:
        """Begin anew: the same evening, an empty database."""
        async with self._changing:
            await self._ending.aclose()
            self._ending = AsyncExitStack()
            self.generation += 1
            await self._open()

    async def skip_to(self, moment: datetime) -> None:
        """Live through what comes until that moment as fast as it goes, then run as before."""
        async with self._changing:
            self.clock.run(0.0)
            try:
                await self.run_until(moment)
            finally:
                self.clock.run(self._speed)

    async def run_until(self, moment: datetime) -> None:
        """As fast as it goes: the clock jumps from one thing that happens to the next, and stands still meanwhile.

        Raises:
            DemoError: the bot has stopped, or does not come to rest.
        """
        await self.settle()
        while (now := self.clock.now()) < moment:
            due = self.clock.next_appointment()
            beat_at = self._next_beat(now)
            self.clock.move_to(min(each for each in (moment, beat_at, due) if each is not None))
            if self.clock.now() == beat_at:
                await self._app.beat()
            await self.settle()

    async def settle(self) -> None:
        """Wait until the bot has dealt with all that was said by now, and people have seen its answers.

        Raises:
            DemoError: the bot has stopped, or does not come to rest.
        """
        loop = asyncio.get_running_loop()
        began_s = nudged_s = loop.time()
        while True:
            self._look_after()
            version = self.api.version
            if await self._at_rest() and version == self.api.version:
                return
            await asyncio.sleep(0.001)
            now_s = loop.time()
            if now_s - began_s > GIVE_UP_AFTER_S:
                raise DemoError(f"the bot has not come to rest within {GIVE_UP_AFTER_S:.0f} seconds")
            if now_s - nudged_s > NUDGE_AFTER_S:
                nudged_s = now_s
                self.clock.move_to(self.clock.now() + timedelta(seconds=1))

    async def until_it_fails(self) -> None:
        """Return when the bot has stopped by itself, with its error; never, as long as all is well.

        Raises:
            DemoError: the bot has stopped.
            OperatorError: what stopped it.
        """
        while True:
            generation = self.generation
            task = self._app_task
            if task is not None:
                await asyncio.wait([task])
            async with self._changing:
                if generation == self.generation:
                    self._look_after()

    async def _open(self) -> None:
        folder = Path(self._ending.enter_context(tempfile.TemporaryDirectory(prefix="genangan-demo-")))
        self.clock = DemoClock(self.start)
        self.api = BotApi(clock=self.clock, seed=self.seed)
        await self._ending.enter_async_context(self.api)
        self.officer = self.api.user("Petugas Sudin SDA")
        self.channel = self.api.channel("SDA Jakarta Utara", admins=[self.officer, "bot"])
        self.you = self.api.user("Anda")
        settings = Settings(
            bot_token=self.api.token,
            bot_api_url=self.api.base_url,
            database_url=f"sqlite:///{folder}/genangan.db",
            sda_channel_id=self.channel.id,
            admin_ids=(self.officer.id,),
            service_area=self._service_area,
            web_port=0,
            backup_keep=0,
        )
        self.areas: AreaIndex = area_index(settings)
        self.officer.start()  # whom the bot is to show an admin's menu must have met it
        self.offices, self.case = [], None
        self._seen_presses, self._open_presses = 0, []
        await self._start_bot(settings)
        self.residents = self._cast(self)
        self._playing = [
            asyncio.create_task(each.play(), name=each.person.user["first_name"]) for each in self.residents
        ]
        for playing in self._playing:
            playing.add_done_callback(self._note_failure)
        self._ending.push_async_callback(_cancel, self._playing)
        self.clock.run(self._speed)

    async def _start_bot(self, settings: Settings) -> None:
        key = random.Random(self.seed).randbytes(16)
        # where the clock jumps it stands still while messages go out, so limits per second have nothing to say
        self._app = App(
            settings,
            self.clock,
            speed=self._first_speed or 1.0,
            limits=UNLIMITED,
            number_key=key,
        )
        stop = asyncio.Event()
        self._app_task = task = asyncio.create_task(self._app.run(stop), name="bot")

        async def end() -> None:
            stop.set()
            await asyncio.wait([task])
            if not task.cancelled() and task.exception() is not None:
                log.error("the bot ended with an error", exc_info=task.exception())

        self._ending.push_async_callback(end)
        started = asyncio.create_task(self._app.started.wait())
        await asyncio.wait([started, task], return_when=asyncio.FIRST_COMPLETED)
        started.cancel()
        self._look_after()
        if self._before is not None:
            async with self._app.store.transaction() as tx:
                await tx.flush(self._before(self.areas, key))

    def _look_after(self) -> None:
        """Raise what ended the bot."""
        task = self._app_task
        if task is not None and task.done():
            task.result()
            raise DemoError("the bot has stopped")

    def _note_failure(self, playing: asyncio.Task[None]) -> None:
        error = None if playing.cancelled() else playing.exception()
        if error is not None:
            self.failed.append(playing.get_name())
            log.warning("%s could not go on: %s", playing.get_name(), error)

    async def _at_rest(self) -> bool:
        for _ in range(6):  # people who were woken take their turn
            await asyncio.sleep(0)
        if self.api.pending_updates or self._presses_wait():
            return False
        queues = await self.store.queues(self.clock.now())
        return not (queues["inbox"] or queues["outbox_due"] or queues["work"] or self.api.pending_updates)

    def _presses_wait(self) -> bool:
        presses = self.api.world.presses
        if len(presses) > self._seen_presses:
            self._open_presses += list(presses.values())[self._seen_presses :]
            self._seen_presses = len(presses)
        self._open_presses = [press for press in self._open_presses if press.answer is None]
        return bool(self._open_presses)

    def _next_beat(self, now: datetime) -> datetime:
        passed = (now - self.start) // BEAT
        return self.start + (passed + 1) * BEAT


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
