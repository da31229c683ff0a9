"""A night of 3,000 reports in two hours, over the loopback Bot API and within Telegram's limits: what each chat gets.

`make bench`; takes some minutes. The clock jumps from one thing that happens to the next, so waits are exact: they are
what the limits (30 messages a second, one a second to a chat, 20 a minute to a group) leave of a bot that is fast.
"""

from __future__ import annotations

import asyncio
import random
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.demo.botapi import Person, Room
from bot.demo.residents import METRES_PER_DEGREE, Resident, Script
from bot.demo.rows import WIB
from bot.demo.world import Cast, DemoWorld, Plays
from bot.domain.flood import kecamatan_of
from bot.domain.records import Wanted
from bot.domain.staff import UnitLink
from bot.services.batch import Batch
from bot.services.intake import settle
from bot.services.pacing import TELEGRAM

REPORTS = 3_000
PUDDLES = 250
FLOODED = ("31.72.02", "31.72.03")
"""Tanjung Priok and Koja."""

START = datetime(2026, 1, 18, 18, 0, tzinfo=WIB)
LASTS = timedelta(hours=2)
WATCHED = timedelta(hours=4, minutes=30)
"""With the summary after three hours, and the end after two without new water."""

DEPTHS = ("ankle",) * 20 + ("calf",) * 40 + ("knee",) * 32 + ("thigh",) * 6 + ("waist",) * 2
SENDS = ("sendMessage", "sendVenue", "sendLocation", "sendPhoto", "sendDocument")
EDITS = ("editMessageText", "editMessageCaption", "editMessageReplyMarkup")


class PacedWorld(DemoWorld):
    """A demo whose bot keeps Telegram's limits: the clock also jumps to where delivery waits for them."""

    _idle = False

    async def ready(self) -> None:
        """Notice when delivery waits."""
        delivery = self._app._delivery
        wait_until = delivery._wait_until

        async def waiting(moment: datetime | None) -> None:
            self._idle = moment is not None and moment > self.clock.now()
            try:
                await wait_until(moment)
            finally:
                self._idle = False

        delivery._wait_until = waiting  # type: ignore[method-assign]
        delivery.wake()

    async def live_until(self, moment: datetime) -> None:
        """As `run_until`, with a stop wherever delivery is to go on."""
        await self.settle()
        while (now := self.clock.now()) < moment:
            naps = [at for at, _, woken in self.clock._naps if not woken.done()]
            beat_at = self._next_beat(now)
            due = self.clock.next_appointment()
            self.clock.move_to(min(each for each in (moment, beat_at, due, *naps) if each is not None))
            if self.clock.now() == beat_at:
                await self._app.beat()
            await self.settle()

    async def _at_rest(self) -> bool:
        for _ in range(2):
            for _ in range(6):  # who was woken takes their turn
                await asyncio.sleep(0)
            if self.api.pending_updates or self._presses_wait() or not self._delivery_waits():
                return False
            if self._app.store._writer._lock.locked():  # type: ignore[attr-defined]
                return False  # what was committed a moment ago has not been told to delivery yet
            queues = await self.store.queues(self.clock.now())
            if queues["inbox"] or queues["work"]:
                return False
        return self._delivery_waits()

    def _delivery_waits(self) -> bool:
        """For the clock, and for nothing else."""
        delivery = self._app._delivery
        return self._idle and not (delivery._sending or delivery._outcomes or delivery._changed.is_set())


@dataclass
class Night:
    """What was measured."""

    waits_s: list[float] = field(default_factory=list)
    """From a location to the question, and from the tap to the receipt."""
    people: list[Person] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)
    done: int = 0


def _cast(night: Night) -> Cast:
    def make(world: DemoWorld) -> Sequence[Plays]:
        chance = random.Random(7)
        kelurahan = [area for area in world.areas.all_served() if area.code.startswith(FLOODED)]
        puddles: list[tuple[float, float, datetime]] = []
        while len(puddles) < PUDDLES:
            lat, lon = world.areas.centre(chance.choice(kelurahan).code)
            lat += chance.uniform(-900, 900) / METRES_PER_DEGREE
            lon += chance.uniform(-900, 900) / METRES_PER_DEGREE
            area = world.areas.locate(lat, lon).area
            if area is not None and area.code.startswith(FLOODED):
                puddles.append((lat, lon, START + LASTS * chance.random() * 0.5))
        residents = []
        for n in range(REPORTS):
            lat, lon, began = chance.choice(puddles)
            at = began + (START + LASTS - began) * chance.random()
            accuracy = round(chance.uniform(6, 28), 1)
            place = tuple(each + chance.gauss(0, accuracy / 1.515) / METRES_PER_DEGREE for each in (lat, lon))
            script = _reporter(night, at, (place[0], place[1]), accuracy, chance.choice(DEPTHS))
            residents.append(Resident(world, f"Warga {n}", script))
        night.people = [each.person for each in residents]
        return residents

    return make


def _reporter(night: Night, at: datetime, place: tuple[float, float], accuracy: float, depth: str) -> Script:
    async def tell(resident: Resident) -> None:
        clock, label = resident.world.clock, f"depth_button.{depth}"
        await clock.sleep_until(at)
        asked_at = clock.now()
        resident._did(resident.person.send_location(*place, horizontal_accuracy=accuracy))
        await resident.sees(label)
        night.waits_s.append((clock.now() - asked_at).total_seconds())
        await resident.pause()
        words, told_at = resident.words(label), clock.now()
        resident._tapped(words, resident.person.press(words))
        await resident._sees(lambda message: message if "diterima" in message.text else None)
        night.waits_s.append((clock.now() - told_at).total_seconds())
        night.done += 1

    return tell


async def _offices(world: DemoWorld, night: Night) -> None:
    """Every kelurahan and kecamatan that is flooded has its group, and so has the kota."""
    codes = [area.code for area in world.areas.all_served() if area.code.startswith(FLOODED)]
    rooms: dict[str, Room] = {}
    for code in (*codes, *FLOODED, "31.72"):
        officer = world.api.user(f"Petugas {code}")
        rooms[code] = world.api.group(f"Unit {code}", members=[officer], supergroup=True)
        night.groups[rooms[code].id] = code
    async with world.store.transaction() as tx:
        batch = Batch(await tx.counters())

        def link() -> None:
            for code, room in rooms.items():
                batch.roster.put_link(UnitLink(code, START, chat_id=room.id))

        await settle(tx, batch, link)
        await tx.flush(batch.changes())


async def _live(night: Night) -> PacedWorld:
    world = PacedWorld(_cast(night), START - timedelta(minutes=1), seed=3)
    async with world:
        await world.ready()
        await _offices(world, night)
        await world.live_until(START + WATCHED)
        assert world.failed == []
        _tell(world, night)
        assert night.done == REPORTS, "somebody was left without a receipt"
        assert world.api.violations == []
        await _nothing_climbed(world)
    return world


async def _nothing_climbed(world: DemoWorld) -> None:
    """While mode banjir was on no clock took a case from anybody; afterwards every clock runs again."""
    found = await world.store.incidents_as_of(world.clock.now(), START)
    async with world.store.transaction() as tx:
        loaded = await tx.load(Wanted(files=frozenset(each.id for each in found), roster=frozenset({"all"})))
    spans = {flood.kecamatan: (flood.since, flood.until) for flood in loaded.floods}
    told = [
        f"{since.astimezone(WIB):%H.%M} to {until.astimezone(WIB):%H.%M}" for since, until in spans.values() if until
    ]
    print(f"{len(found)} cases; mode banjir {', '.join(told)}")
    assert set(spans) == set(FLOODED)
    for incident in found:
        since, until = spans.get(kecamatan_of(incident.area_code), (None, None))
        climbed = [each.at for each in loaded.histories[incident.id] if each.what in ("escalated", "overdue", "lapsed")]
        assert since is None or until is None or not any(since < at <= until for at in climbed)
        h = incident.handling
        assert not incident.state.is_open or h.due_at is not None or h.overdue


def _tell(world: DemoWorld, night: Night) -> None:
    new, edits, early = Counter[int](), Counter[int](), Counter[int]()
    for call in world.api.calls.all:
        if call.ok and call.chat_id is not None:
            new[call.chat_id] += call.method in SENDS
            edits[call.chat_id] += call.method in EDITS
            early[call.chat_id] += call.method in SENDS and call.at <= START + LASTS
    persons = [person.info.id for person in night.people]
    print(f"\n── {REPORTS:,} reports in {LASTS}, {len(night.groups)} groups, watched for {WATCHED}")
    for what, counted in (("new messages", new), ("edits", edits)):
        mine = [counted[each] for each in persons]
        print(f"a person: {what} median {statistics.median(mine):.0f}, max {max(mine)}, in all {sum(mine):,}")
    for what, chats in (("a kelurahan's group", 13), ("a kecamatan's group", 8), ("the Sudin's group", 5)):
        ids = [chat for chat, code in night.groups.items() if len(code) == chats]
        for name, counted in (("new messages", new), ("of them while reports came", early), ("edits", edits)):
            some = [counted[each] for each in ids]
            print(f"{what}: {name} median {statistics.median(some):.0f}, max {max(some)}")
    channel = world.channel.id
    print(f"the channel: new messages {new[channel]}, edits {edits[channel]}")
    waits = sorted(night.waits_s)
    middle, nearly = statistics.median(waits), waits[int(len(waits) * 0.99)]
    print(f"waits for an answer: median {middle:.2f} s, 99 % within {nearly:.2f} s, longest {waits[-1]:.2f} s")


@pytest.mark.bench
def test_a_night_of_3000_reports_stays_usable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.world.UNLIMITED", TELEGRAM)
    with capsys.disabled():
        night = Night()
        asyncio.run(_live(night))
    assert max(night.waits_s) < 60
