"""A bot as a process of its own, a crowd that talks to it over the loopback Bot API, and what that costs it.

The Bot API and the crowd live in the bench's process, so that a bot's CPU time is its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo.botapi import BotApi, Person
from bot.geo.areas import AreaIndex
from tests.e2e.fleet import Bot, serving

SERVED = ("31.72",)
METRES_PER_DEGREE = 111_200
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
DEPTHS = ("Betis ±30", "Lutut ±50")
"""What people tap; nothing that brings offices or rescue in, so that each report is the same work."""

TOLD = "diterima"
"""In each receipt."""

GPS_ERROR_M = 12.0
WITHIN_M = 900
"""How far from the middle of its kelurahan a puddle may lie."""


def cpu_s(pid: int) -> float:
    """CPU seconds of a process, of its children that live, and of those that it has waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return 0.0
    return sum(map(int, stat[11:15])) / TICKS_PER_S + sum(cpu_s(child) for child in children)


def memory_mb(pid: int) -> float:
    """Memory of a process in MB (VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def places(count: int, seed: int, per_puddle: int = 6) -> list[tuple[float, float]]:
    """Points (lat, lon) of so many reporters, a handful at each puddle, the puddles all over the service area."""
    areas, dice = AreaIndex.from_reference_points(SERVED), random.Random(seed)
    codes = [area.code for area in areas.all_served()]

    def near(lat: float, lon: float, metres: float) -> tuple[float, float]:
        while True:
            found = tuple(each + dice.uniform(-metres, metres) / METRES_PER_DEGREE for each in (lat, lon))
            if areas.locate(*found).served:
                return found[0], found[1]

    puddles = [near(*areas.centre(dice.choice(codes)), WITHIN_M) for _ in range(max(1, count // per_puddle))]
    return [near(*dice.choice(puddles), GPS_ERROR_M) for _ in range(count)]


@dataclass(slots=True)
class Reporter:
    """One person, and when what happened to their report."""

    person: Person
    place: tuple[float, float]
    depth: str
    located_at: datetime | None = None
    asked_at: datetime | None = None
    tapped_at: datetime | None = None
    told_at: datetime | None = None


@dataclass
class Crowd:
    """People who send a location, tap the depth when they are asked, and get their receipt.

    Attributes:
        sends: the bot's calls by method, since the crowd was made.
        done: how many have their receipt.
    """

    api: BotApi
    people: list[Reporter]
    sends: Counter[str] = field(default_factory=Counter)
    done: int = 0

    @classmethod
    def of(cls, api: BotApi, count: int, seed: int) -> Crowd:
        """So many people, who have not met the bot yet."""
        dice = random.Random(seed)
        people = [
            Reporter(api.user(f"Warga {n}"), place, dice.choice(DEPTHS)) for n, place in enumerate(places(count, seed))
        ]
        return cls(api, people)

    def __post_init__(self) -> None:
        self._by_chat = {each.person.id: each for each in self.people}
        self._seen = len(self.api.calls.all)
        self._finished = asyncio.Event()

    def locate(self, reporter: Reporter) -> None:
        """They send where they are."""
        reporter.located_at = self.api.world.clock.now()
        reporter.person.send_location(*reporter.place, horizontal_accuracy=9.0)

    async def live(self) -> None:
        """Tap for everybody who is asked, until cancelled."""
        changes = self.api.world.changes
        version = 0
        while True:
            version = await changes.after(version)
            self.look()

    def look(self) -> None:
        """Take note of what the bot has done since the last look."""
        calls = self.api.calls.all
        for call in calls[self._seen :]:
            self.sends[call.method] += 1
            reporter = self._by_chat.get(call.chat_id) if call.chat_id is not None else None
            if reporter is not None and call.ok and isinstance(call.result, dict):
                self._hear(reporter, call.result, call.at)
        self._seen = len(calls)

    async def finished(self, within_s: float) -> None:
        """Wait until everybody has a receipt."""
        async with asyncio.timeout(within_s):
            await self._finished.wait()

    def _hear(self, reporter: Reporter, message: Mapping[str, Any], at: datetime) -> None:
        if reporter.asked_at is None:
            data = _button(message, reporter.depth)
            if data is None:
                return
            reporter.asked_at = at
            reporter.tapped_at = self.api.world.clock.now()
            reporter.person.press_data(data, int(message["message_id"]))
        elif reporter.told_at is None and TOLD in str(message.get("text")):
            reporter.told_at = at
            self.done += 1
            if self.done == len(self.people):
                self._finished.set()

    def unanswered(self) -> list[Reporter]:
        """Who has no receipt."""
        return [each for each in self.people if each.told_at is None]

    def waits_s(self) -> list[float]:
        """From each update being there to its answer being sent, of all that were answered."""
        pairs = [(each.located_at, each.asked_at) for each in self.people]
        pairs += [(each.tapped_at, each.told_at) for each in self.people]
        return [(later - sooner).total_seconds() for sooner, later in pairs if sooner and later]


def _button(message: Mapping[str, Any], label: str) -> str | None:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return next((str(each["callback_data"]) for row in rows for each in row if each["text"] == label), None)


@contextlib.asynccontextmanager
async def awake(api: BotApi, folder: Path, program: str = "tests.e2e.serve", **settings: str) -> AsyncIterator[Bot]:
    """A bot that has answered somebody, and has come to rest since."""
    _make(folder)
    first = api.user("Siti")
    first.start()
    async with serving(api, folder, program=program, settings=settings) as bot:
        await first.wait_for(lambda message: message.from_bot, 30)
        await asyncio.sleep(1.0)  # menus and the like
        yield bot


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
