"""What one heavy read costs and how long others wait meanwhile, in a process of its own so that its memory can be told.

`python -m tests.bench.growth_cost FOLDER READ TIMES` does one of READS so many times on the database in a folder, as it
is at the moment after its last report, and prints JSON. Meanwhile a resident writes to the bot again and again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from datetime import time as hour
from functools import partial
from pathlib import Path

from bot.app.turns import short_turns
from bot.domain.periods import last_days
from bot.domain.records import Changes, PostedDigest, WorkRow
from bot.domain.staff import Officer, UnitLink
from bot.output.photos import is_same
from bot.services import exporting, recurring
from bot.services.digest_maker import DigestMaker
from bot.services.digests import FIRST_WINDOW, Digests
from bot.services.exporting import Exports
from bot.services.recurring import Recurring
from bot.services.statistics import Statistics
from bot.services.updates import Updates
from storage.codec import from_us
from tests.bench.digest_cost import CHANNEL, peak_mb
from tests.helpers.clock import WIB
from tests.helpers.desk import Desk, open_desk

OFFICER, RESIDENT = 9_001, 101
UNIT = "31.72.03"
"""The officer's: a kecamatan."""

LOOK_EVERY_S = 0.005
"""So often it is looked whether anything else gets its turn."""

SPOKEN_EVERY_S = 0.05
"""So often the resident writes."""

NOTHING = "nothing"

Read = Callable[[], Awaitable[object]]


@dataclass
class Cost:
    """What was measured.

    Attributes:
        seconds: of each time.
        waits_s: of each time, the longest that nothing else got its turn.
        answers_s: from a resident's message to the answer that stands in the outbox, of all meanwhile.
        before_mb: the most memory that was taken until then; peak_mb: when all was done.
    """

    seconds: list[float] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)
    answers_s: list[float] = field(default_factory=list)
    before_mb: float = 0.0
    peak_mb: float = 0.0


async def measure(folder: Path, read: str, times: int) -> Cost:
    """Do it so many times."""
    async with open_desk(folder, channel_id=CHANNEL) as desk:
        desk.clock.at = _last_report(folder) + timedelta(minutes=1)
        await _employ(desk)
        cost, do = Cost(), READS[read](desk)
        cost.before_mb = peak_mb(os.getpid())
        await do()  # what is loaded once takes no time later
        with short_turns():  # as the bot does
            for _ in range(times):
                async with _others(desk, cost):
                    began = time.perf_counter()
                    await do()
                    cost.seconds.append(time.perf_counter() - began)
        cost.peak_mb = peak_mb(os.getpid())
        return cost


def _last_report(folder: Path) -> datetime:
    with closing(sqlite3.connect(folder / "genangan.db")) as db:
        return from_us(db.execute("SELECT max(at) FROM reports").fetchone()[0]).astimezone(WIB)


async def _employ(desk: Desk) -> None:
    """An officer of a unit, and the resident, both known to the bot."""
    for who in (OFFICER, RESIDENT):
        await desk.text(who, "/start")
    async with desk.store.transaction() as tx:
        counters = await tx.counters()
        at = desk.clock.now()
        officer = Officer(counters.person - 1, UNIT, "Budi", at)
        await tx.flush(Changes(links=[UnitLink(UNIT, at, person_id=officer.person_id)], officers=[officer]))
    if await desk.store.last_digest(CHANNEL, at) is None:  # the beat has none to make up for
        six = at.replace(hour=6, minute=0, second=0, microsecond=0)
        async with desk.store.transaction() as tx:
            await tx.flush(Changes(digests=[PostedDigest(six, CHANNEL, six - FIRST_WINDOW, six, 1, False)]))


@asynccontextmanager
async def _others(desk: Desk, cost: Cost) -> AsyncIterator[None]:
    """Watches how others fare while something is done."""
    over = asyncio.Event()
    longest = 0.0

    async def turns() -> None:
        nonlocal longest
        while not over.is_set():
            began = time.perf_counter()
            await asyncio.sleep(LOOK_EVERY_S)
            longest = max(longest, time.perf_counter() - began - LOOK_EVERY_S)

    async def speaks() -> None:
        while not over.is_set():
            began = time.perf_counter()
            await desk.text(RESIDENT, "/bantuan", take=False)
            while await desk.intake.once():
                pass
            cost.answers_s.append(time.perf_counter() - began)
            await asyncio.sleep(SPOKEN_EVERY_S)

    watching = [asyncio.create_task(turns()), asyncio.create_task(speaks())]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*watching)
        cost.waits_s.append(longest)


# -- what is read ------------------------------------------------------------------------------------------------------


def _nothing(desk: Desk) -> Read:
    """How others fare on their own."""
    return partial(asyncio.sleep, 1.0)


def _tasks(desk: Desk) -> Read:
    """/tugas, from the message to the answer."""

    async def ask() -> None:
        await desk.text(OFFICER, "/tugas", take=False)
        while await desk.intake.once():
            pass

    return ask


def _statistics(desk: Desk) -> Read:
    areas, units = desk.context.areas, desk.context.units
    answer = Statistics(desk.store, areas, units, WIB).answer
    return partial(answer, WorkRow("statistics", desk.clock.now(), 1))


def _recurring(desk: Desk) -> Read:
    answer = Recurring(desk.store, desk.context.areas, desk.context.units, WIB).answer
    return partial(answer, WorkRow(recurring.WORK, desk.clock.now(), 1, {"key": recurring.OWN, "areas": [], "page": 0}))


def _maker(desk: Desk) -> DigestMaker:
    return DigestMaker(desk.store, desk.texts, desk.context.areas, desk.context.units, WIB, "genangan_bot")


def _digest(desk: Desk) -> Read:
    """The whole post of the last 24 hours."""
    maker, at = _maker(desk), desk.clock.now()

    async def post() -> None:
        await maker.post(await maker.facts(at - FIRST_WINDOW, at))

    return post


def _part(desk: Desk) -> Read:
    """A unit's part of the digest."""
    unit, at = desk.context.units.get(UNIT), desk.clock.now()
    assert unit is not None
    return partial(_maker(desk).of_unit, at - FIRST_WINDOW, at, unit, False)


def _photo(desk: Desk) -> Read:
    """Whether an officer's photo was used before: it was not, so all are looked at."""
    return partial(desk.store.photo_like, "new", partial(is_same, 0x0123456789ABCDEF))


def _export(form: str, days: int) -> Callable[[Desk], Read]:
    """/ekspor of the last days."""

    def of(desk: Desk) -> Read:
        period = last_days(days, desk.clock.now(), WIB)
        asked = {"form": form, "since": period.since.isoformat(), "until": period.until.isoformat()}
        row = WorkRow(exporting.WORK, desk.clock.now(), 1, asked, id=1)
        areas, units = desk.context.areas, desk.context.units
        return partial(Exports(desk.store, _WallClock(), desk.texts, areas, units, WIB, lambda: None).make, row)

    return of


class _WallClock:
    """For words about how far an export is, which are about people's time."""

    def now(self) -> datetime:
        return datetime.now(WIB)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _beat(desk: Desk) -> Read:
    """What is looked for every half minute, whatever is due, and what /health and delivery ask."""
    now = desk.clock.now()
    areas, units = desk.context.areas, desk.context.units
    digests = Digests(desk.store, _maker(desk), (hour(6),), WIB, CHANNEL)
    updates = Updates(desk.store, areas, units, (hour(6),), WIB, CHANNEL, 1_000_000)

    async def beat() -> None:
        await desk.follow_ups.all_due()
        await desk.floods.all_due()
        await desk.escalations.all_due()
        await digests.post_due(now)
        await updates.post_due(now)
        await desk.store.prune(now)
        await desk.store.queues(now)
        await desk.store.next_due(now)
        await desk.store.exchange([], now, 100, frozenset())

    return beat


READS: Mapping[str, Callable[[Desk], Read]] = {
    NOTHING: _nothing,
    "beat": _beat,
    "/tugas": _tasks,
    "/statistik": _statistics,
    "/rawan": _recurring,
    "digest": _digest,
    "unit's part": _part,
    "photo": _photo,
    **{f"{form} {days} d": _export(form, days) for days in (7, 31) for form in ("xlsx", "csv", "geojson")},
}
"""What is read -> how."""


def main() -> None:
    """Measure one."""
    cost = asyncio.run(measure(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
    json.dump(asdict(cost), sys.stdout)


if __name__ == "__main__":
    main()
