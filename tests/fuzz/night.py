"""A night on which a crowd sends whatever it likes, and what went wrong by the morning."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.demo.botapi import BotApi
from bot.demo.botapi.calls import Call
from bot.demo.clock import DemoClock
from bot.services.pacing import UNLIMITED
from tests.e2e.borough import KELURAHAN, PATIENCE_S, SATPEL, SUDIN, Borough
from tests.fuzz.crowd import Crowd, Forum, Update, brief
from tests.fuzz.damage import shrunk
from tests.helpers.botapi_schema import BotApiSchema
from tests.helpers.clock import WIB

CHUNK = 50
"""Updates that come at once; then it is looked at what became of them, and time passes."""

STUCK_AFTER_S = 60.0
WORST = 5
"""So many problems are told, and no more are looked for."""

START = datetime(2026, 1, 18, 16, 42, tzinfo=WIB)
MORNING = datetime(2026, 1, 19, 6, 10, tzinfo=WIB)

_CLEAR = re.compile(r"unreadable: (?:not JSON|not a JSON object|[a-z_]+ (?:is|are|has) .{3,60})")
"""The errors of rows that say what is wrong with the update, not with us."""

OF_THE_WORLD = (
    "its chat cannot be reached",  # who wrote is nobody, or has blocked the bot
    "wrong file identifier/HTTP URL specified",  # of a file that never was
    "Message thread not found",  # of a topic that never was
    "updates failed within a day, the first: unreadable",  # so they are
    "the channel refuses what is posted",  # as somebody made up that it moved or was lost
)
"""Lines that are logged as errors and rightly so."""

REFUSED_RIGHTLY = (
    *("chat not found", "bot was blocked", "is not modified", "bot can't initiate", "not a member", "bot was kicked"),
    *("query is too old", "message to edit not found", "invalid file_id", "message thread not found", "have no rights"),
    *("wrong file identifier", "can't use file of type", "group chat was upgraded", "need administrator rights"),
)
"""What Telegram answers where chats, messages and files are not there."""


@dataclass
class Morning:
    """What became of it all.

    Attributes:
        updates: sent in; unreadable: of these, kept with a clear reason; calls: made to the Bot API.
        refused: descriptions of the calls that were refused rightly.
        exceptions, stuck, broken: what must not be, told with the update.
    """

    seed: int
    updates: int = 0
    unreadable: int = 0
    calls: int = 0
    incidents: int = 0
    took_s: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)
    exceptions: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """All that must not be."""
        return [*self.exceptions, *self.stuck, *self.broken]


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if not any(known in line for known in OF_THE_WORLD):
            self.lines.append(line)


class _Night(Borough):
    """The borough, without limits on sending, and with an office in a topic of a forum."""

    async def start(self) -> None:
        """Start the bot."""
        self.app, self._stop = App(self._settings, self.clock, limits=UNLIMITED), asyncio.Event()
        self._serving = asyncio.create_task(self.app.run(self._stop))
        await asyncio.wait_for(self.app.started.wait(), PATIENCE_S)

    async def connect(self, *names: str) -> None:
        """The three offices, and one in a topic."""
        await super().connect(*names)
        officer = self.api.user("Wati")
        office = Forum("Kelurahan Papanggo", self.api.group("Papanggo", [officer], bot=None, forum=True), officer)
        await self._let_in(office)
        self.offices[office.unit] = office


async def night(folder: Path, seed: int, updates: int, schema: BotApiSchema | None) -> Morning:
    """Let so many updates come in, wait until the morning's digest, and say what went wrong.

    Args:
        folder: an empty one, for the database.
        seed: of everything.
        updates: how many, about (in whole chunks).
        schema: the description of the Bot API; without it no updates are made from types, and calls are checked by the
            demo's Bot API alone.
    """
    began_s = time.monotonic()
    clock = DemoClock(START, 20.0)
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    morning = Morning(seed)
    try:
        async with BotApi(clock=clock, seed=seed) as api:
            here = _Night(api, clock, folder)
            await here.start()
            try:
                await here.connect(KELURAHAN, SATPEL, SUDIN)
                await _Watch(here, folder / "genangan.db", morning, errors, schema).until_morning(updates)
            finally:
                await here.stop()
    finally:
        logging.getLogger().removeHandler(errors)
    morning.took_s = time.monotonic() - began_s
    return morning


class _Watch:
    def __init__(
        self, here: _Night, database: Path, morning: Morning, errors: _Errors, schema: BotApiSchema | None
    ) -> None:
        self._here, self._database, self._morning, self._errors, self._schema = here, database, morning, errors, schema
        rng = random.Random(morning.seed)
        types: Mapping[str, Any] | None = None if schema is None else schema.types
        self._rng, self._crowd = rng, Crowd(here, rng, types)
        self._sent: dict[int, Update] = {}
        self._seen_seq = 0

    async def until_morning(self, updates: int) -> None:
        while self._morning.updates < updates and len(self._morning.problems) < WORST:
            self._sent.clear()
            for _ in range(min(CHUNK, updates - self._morning.updates)):
                self._send(self._crowd.update())
            await self._looked_at()
            self._crowd.look_around()
            if self._here.clock.now() < MORNING - timedelta(hours=2):
                self._here.clock.move_to(self._here.clock.now() + timedelta(minutes=self._rng.randint(0, 12)))
                await self._here.app.beat()
        while self._here.clock.now() < MORNING:
            self._here.clock.move_to(self._here.clock.now() + timedelta(minutes=90))
            await self._here.app.beat()
            await self._looked_at()
        with closing(sqlite3.connect(self._database)) as db:
            (self._morning.incidents,) = db.execute("SELECT count(*) FROM incidents").fetchone()

    def _send(self, update: Update) -> int:
        update_id = self._here.api.push_update(update)
        self._sent[update_id] = update
        self._morning.updates += 1
        return update_id

    async def _looked_at(self) -> None:
        """Wait until all is done, then look at the rows, the log and the calls."""
        await self._at_rest()
        for seq, update_id, error in self._failed():
            update = self._sent.get(update_id)
            if _CLEAR.fullmatch(error):
                self._morning.unreadable += 1
                continue
            small = None if update is None else await shrunk(update, lambda each, why=error: self._fails(each, why))  # type: ignore[misc]
            self._morning.exceptions.append(f"row {seq} failed with {error}\n{brief(small)}")
        self._morning.exceptions += self._errors.lines
        self._errors.lines.clear()
        calls, self._here.api.calls.all = self._here.api.calls.all, []
        for call in calls:
            self._check(call)

    async def _fails(self, update: Update, why: str) -> bool:
        """Whether an update fails in the same way (a failed row changes nothing, so that it can be tried again)."""
        update_id = self._send({key: value for key, value in update.items() if key != "update_id"})
        await self._at_rest()
        return any(error == why for _, failed_id, error in self._failed() if failed_id == update_id)

    async def _at_rest(self) -> None:
        here, until_s = self._here, time.monotonic() + STUCK_AFTER_S
        while True:
            version = here.api.version
            queues = await here.app.store.queues(here.clock.now())
            waiting = {key: queues[key] for key in ("inbox", "outbox_due", "work") if queues[key]}
            if not here.api.pending_updates and not waiting and version == here.api.version:
                return
            if time.monotonic() > until_s:
                self._morning.stuck.append(f"nothing moves: {here.api.pending_updates} not fetched, {waiting}")
                return
            await asyncio.sleep(0.005)

    def _failed(self) -> list[tuple[int, int, str]]:
        with closing(sqlite3.connect(self._database)) as db:
            found = db.execute(
                "SELECT seq, update_id, error FROM inbox WHERE error IS NOT NULL AND seq > ? ORDER BY seq",
                (self._seen_seq,),
            ).fetchall()
        self._seen_seq = max((seq for seq, _, _ in found), default=self._seen_seq)
        return found

    def _check(self, call: Call) -> None:
        if call.method == "getUpdates":
            return
        self._morning.calls += 1
        found = [] if self._schema is None else self._schema.problems_of_params(call.method, call.params)
        if call.error is not None:
            if any(known in call.error.description for known in REFUSED_RIGHTLY):
                self._morning.refused[call.error.description] += 1
            else:
                found.append(call.error.description)
        if found:
            self._morning.broken.append(f"{call.method}: {'; '.join(found)}\n{brief(call.params)}")
