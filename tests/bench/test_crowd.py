"""Ten thousand people who report within half an hour, and within ten minutes, under Telegram's limits: what they wait.

The clock jumps from one thing that happens to the next (see test_flood_night.py), so waits are what the limits leave.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.demo.residents import Resident
from bot.demo.world import Cast, DemoWorld, Plays
from bot.services.pacing import TELEGRAM
from tests.bench.conftest import Figures
from tests.bench.driving import places
from tests.bench.test_flood_night import START, Night, PacedWorld, _reporter

PEOPLE = 10_000
WITHIN = (timedelta(minutes=30), timedelta(minutes=10))
LONGEST = timedelta(hours=1)
DEPTHS = ("ankle", "calf", "knee")


def _cast(night: Night, people: int, within: timedelta) -> Cast:
    def make(world: DemoWorld) -> Sequence[Plays]:
        dice = random.Random(11)
        residents = [
            Resident(
                world, f"Warga {n}", _reporter(night, START + within * dice.random(), place, 9.0, dice.choice(DEPTHS))
            )
            for n, place in enumerate(places(people, 11, per_puddle=20))
        ]
        night.people = [each.person for each in residents]
        return residents

    return make


async def crowd(people: int, within: timedelta) -> tuple[Night, Counter[str]]:
    """So many reports within that time; what they waited, and the bot's calls by method until then."""
    night = Night()
    world = PacedWorld(_cast(night, people, within), START - timedelta(minutes=1), seed=3)
    async with world:
        await world.ready()
        until = START + within
        while night.done < people and until < START + within + LONGEST:
            until += timedelta(minutes=1)
            await world.live_until(until)
        assert night.done == people, "somebody was left without a receipt"
        assert world.api.violations == []
        return night, Counter(call.method for call in world.api.calls.all if call.ok)


@pytest.mark.bench
@pytest.mark.parametrize("within", WITHIN, ids=str)
def test_ten_thousand_people(
    within: timedelta, figures: Figures, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.world.UNLIMITED", TELEGRAM)
    with capsys.disabled():
        night, calls = asyncio.run(crowd(PEOPLE, within))
        waits, name = sorted(night.waits_s), f"{PEOPLE:,} in {within}: an answer"
        figures.add("crowd", f"{name}, median", waits[len(waits) // 2], "s")
        figures.add("crowd", f"{name}, 99 % within", waits[int(len(waits) * 0.99)], "s")
        figures.add("crowd", f"{name}, longest", waits[-1], "s")
        for method in ("sendMessage", "editMessageText"):
            figures.add("crowd", f"{PEOPLE:,} in {within}: {method} a report", calls[method] / PEOPLE, "")
