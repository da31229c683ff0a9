"""Reports as they come in a flood, made into what the store is asked to do for them, to be asked of it again.

Real updates (a location, then the tap on a depth) go through the real reader, the real use cases and a real database
once; what they asked of the store is recorded and can be asked again of the database as it was before. So the store's
part is measured by itself: reading updates, the conversation and matching were done beforehand.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from bot.chat.callback import encode
from bot.chat.reader import Reader
from bot.domain.outgoing import Claimed, Outcome, Sent
from bot.domain.records import Changes, RawUpdate
from bot.domain.units import units_of
from bot.geo.areas import AreaIndex
from bot.geo.places import PlaceReader
from bot.ports import Store
from bot.services.context import Context
from bot.services.intake import BATCH, Intake
from bot.texts import Texts
from storage import SqliteStore
from tests.bench.history import UNTIL, telegram_id_of
from tests.helpers.clock import WIB, StillClock
from tests.helpers.desk import shipped_routing

BOT_ID = 123456
FETCHED = 100
"""Updates that Telegram gives at once."""

PUDDLES = 200
ROUND_TAKES = timedelta(seconds=16)
"""A round of 800 reports at 50 a second."""

GROUP_SENDS = 5
"""What Telegram lets the bot send to a group meanwhile."""

LEVELS = ("ankle", "calf", "knee", "thigh", "waist")
DEPTHS = (0, 1, 1, 2, 2, 3)
"""Of puddles; one in five who report there says a little more."""

Ask = Callable[[SqliteStore], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the store was asked. kind: "receive", "intake" or "exchange"."""

    kind: str
    again: Ask


@dataclass
class Recorder:
    """The store, as intake sees it: it answers as ever and what it is asked is kept."""

    store: SqliteStore
    before: Callable[[str], Awaitable[None]]
    asked: list[Asked] = field(default_factory=list)

    async def receive(self, updates: Sequence[RawUpdate], at: datetime) -> None:
        """Updates come in."""
        await self._do("receive", lambda store: store.receive(BOT_ID, updates, at))

    async def exchange(
        self, outcomes: Sequence[Outcome], now: datetime, limit: int, busy: frozenset[int]
    ) -> Sequence[Claimed]:
        """Delivery records and claims."""
        return cast(
            "Sequence[Claimed]",
            await self._do("exchange", lambda store: store.exchange(outcomes, now, limit, busy)),
        )

    async def _do(self, kind: str, ask: Ask) -> object:
        await self.before(kind)
        self.asked.append(Asked(kind, ask))
        return await ask(self.store)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """Intake's: recorded where it changes anything."""
        await self.before("intake")
        async with self.store.transaction() as tx:
            seen = _Seen(tx)
            yield seen
        if seen.flushed is not None:
            self.asked.append(Asked("intake", seen.again()))


class _Seen:
    """A transaction whose calls are kept."""

    def __init__(self, tx: Any) -> None:
        self._tx = tx
        self._calls: list[tuple[str, tuple[Any, ...]]] = []
        self.flushed: Changes | None = None

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any) -> Any:
            self._calls.append((name, args))
            if name == "flush":
                self.flushed = args[0]
            return await getattr(self._tx, name)(*args)

        return call

    def again(self) -> Ask:
        """The same calls in a transaction of its own."""
        calls = self._calls

        async def ask(store: SqliteStore) -> None:
            async with store.transaction() as tx:
                for name, args in calls:
                    await getattr(tx, name)(*args)

        return ask


class Flood:
    """People who report, and the bot's parts that answer them.

    Args:
        recorder: the store.
        known: how many people the database knows; every other reporter is one of them.
        at_once: messages that are claimed at once.
    """

    def __init__(self, recorder: Recorder, *, known: int, at_once: int = BATCH, seed: int = 1) -> None:
        self._recorder = recorder
        self._known = known
        self._at_once = at_once
        self._dice = random.Random(seed)
        self._areas = AreaIndex.from_reference_points(("31.72",))
        self._clock = StillClock(UNTIL + timedelta(minutes=1))
        self._intake = Intake(
            cast(Store, recorder), Reader("genangan_bot"), self._clock, _context(self._areas), lambda _: None
        )
        self._update_id = 10_000_000_000
        self._message_id = 1_000_000
        self._people = 0
        self._questions: dict[int, str] = {}
        self._depths: dict[int, str] = {}
        self._puddles = [self._somewhere() for _ in range(PUDDLES)]

    async def round(self, reports: int) -> None:
        """Who was asked how deep it is taps an answer, and so many others share a location."""
        taps = [self._tap(who, data) for who, data in list(self._questions.items())]
        self._questions.clear()
        locations = [self._location() for _ in range(reports)]
        updates: list[RawUpdate] = []
        while taps or locations:
            updates += [each.pop() for each in (locations, taps) if each]
        for first in range(0, len(updates), FETCHED):
            await self._recorder.receive(updates[first : first + FETCHED], self._clock.now())
        while await self._intake.once():
            pass
        await self._deliver()
        self._clock.at += ROUND_TAKES

    async def _deliver(self) -> None:
        sent_to: Counter[int] = Counter()
        outcomes: list[Outcome] = []
        while True:
            busy = frozenset(chat for chat, times in sent_to.items() if chat < 0 and times >= GROUP_SENDS)
            claimed = await self._recorder.exchange(outcomes, self._clock.now(), self._at_once, busy)
            if not claimed:
                return
            outcomes = []
            for row in claimed:
                sent_to[row.chat_id] += 1
                self._message_id += 1
                outcomes.append(Sent(row.id, row.rev, row.message_id or self._message_id))
                for choice in (choice for choices in row.say.choices for choice in choices):
                    if choice.act == "d" and row.chat_id > 0:
                        self._questions[row.chat_id] = encode("d", (choice.args[0], self._depths[row.chat_id]))

    def _somewhere(self) -> tuple[float, float]:
        area = self._dice.choice(self._areas.all_served())
        lat, lon = self._areas.centre(area.code)
        return lat + self._dice.uniform(-700, 700) / 111_000, lon + self._dice.uniform(-700, 700) / 111_000

    def _location(self) -> RawUpdate:
        self._people += 1
        known = self._people % 2 and self._people < self._known
        who = telegram_id_of(self._people) if known else 20_000_000_000 + self._people
        puddle = self._dice.randrange(len(self._puddles))
        lat, lon = (each + self._dice.gauss(0, 9) / 111_000 for each in self._puddles[puddle])
        deeper = self._dice.random() < 0.2
        self._depths[who] = LEVELS[DEPTHS[puddle % len(DEPTHS)] + deeper]
        self._message_id += 1
        message = {
            "message_id": self._message_id,
            "date": int(self._clock.now().timestamp()),
            "chat": {"id": who, "type": "private", "first_name": "Warga"},
            "from": {"id": who, "is_bot": False, "first_name": "Warga", "language_code": "id"},
            "location": {"latitude": lat, "longitude": lon, "horizontal_accuracy": 12.0},
        }
        return self._update(message=message)

    def _tap(self, who: int, data: str) -> RawUpdate:
        sender = {"id": who, "is_bot": False, "first_name": "Warga", "language_code": "id"}
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Bot"}
        message = {"message_id": 1, "date": 1, "chat": {"id": who, "type": "private"}, "from": bot, "text": "…"}
        press = {"id": f"q{who}", "from": sender, "chat_instance": "1", "data": data, "message": message}
        return self._update(callback_query=press)

    def _update(self, **content: Any) -> RawUpdate:
        self._update_id += 1
        return RawUpdate(self._update_id, json.dumps({"update_id": self._update_id, **content}))


def _context(areas: AreaIndex) -> Context:
    texts, routing = Texts(WIB), shipped_routing(areas)
    return Context(
        areas=areas,
        places=PlaceReader.around(areas.served_box),
        bot_name="genangan_bot",
        admin_ids=frozenset(),
        timezone=WIB,
        geocoding=False,
        label_of=texts.label_ids,
        units=units_of(areas.all_served(), routing.units),
        routing=routing,
    )


async def ask_again(store: SqliteStore, asked: Sequence[Asked]) -> dict[str, float]:
    """Ask it all once more. Returns the seconds of the wall that each kind took."""
    took: dict[str, float] = defaultdict(float)
    for each in asked:
        began = time.perf_counter()
        await each.again(store)
        took[each.kind] += time.perf_counter() - began
    return took


__all__ = ["Asked", "Flood", "Recorder", "ask_again"]
