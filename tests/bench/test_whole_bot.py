"""The whole bot against the smallest bots that only answer a text and store nothing, on the same Bot API.

Ours polls, stores, converses, matches and delivers: a report is two updates (a location and a tap) and three calls (the
question, its change into the receipt, the answer to the press). The bare ones answer as many texts, one call each. Each
is a process of its own, without send limits; repetitions are interleaved.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.botapi import BotApi
from tests.bench.conftest import Figures
from tests.bench.driving import Crowd, awake, cpu_s

REPORTS = 1_000
RUNS = 5
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run: per update."""

    updates_per_s: float
    cpu_us: float
    calls: float


async def ours(folder: Path, reports: int, seed: int) -> Cost:
    """The bot, told so many reports at once."""
    async with BotApi(seed=seed) as api, awake(api, folder) as bot:
        crowd = Crowd.of(api, reports, seed)
        before_s, began = cpu_s(bot.pid), time.perf_counter()
        living = asyncio.create_task(crowd.live())
        for each in crowd.people:
            crowd.locate(each)
        await crowd.finished(PATIENCE_S)
        changes = api.world.changes
        while crowd.sends["answerCallbackQuery"] < reports:
            await changes.after(changes.version)
            crowd.look()
        return await _cost(bot.pid, 2 * reports, sum(crowd.sends.values()), before_s, began, living)


async def bare(program: str, folder: Path, reports: int, seed: int) -> Cost:
    """A bare bot, sent as many texts."""
    async with BotApi(seed=seed) as api, awake(api, folder, program) as bot:
        people = [api.user(f"Warga {n}") for n in range(reports)]
        before, before_s, began = len(api.calls.all), cpu_s(bot.pid), time.perf_counter()
        for each in people:
            each.send_text("Air setinggi lutut di depan rumah saya")
            each.send_text("Sudah sejak tadi pagi")
        answered, seen, changes = 0, before, api.world.changes
        async with asyncio.timeout(PATIENCE_S):
            while answered < 2 * reports:
                await changes.after(changes.version)
                answered += sum(call.method == "sendMessage" for call in api.calls.all[seen:])
                seen = len(api.calls.all)
        return await _cost(bot.pid, 2 * reports, len(api.calls.all) - before, before_s, began, None)


async def _cost(
    pid: int, updates: int, calls: int, before_s: float, began: float, living: asyncio.Task[None] | None
) -> Cost:
    took_s = time.perf_counter() - began
    if living is not None:
        living.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await living
    await asyncio.sleep(0.3)  # what is left to be recorded counts, too
    return Cost(updates / took_s, (cpu_s(pid) - before_s) / updates * 1e6, calls / updates)


def compare(folder: Path, reports: int, runs: int) -> Mapping[str, Cost]:
    """Medians of interleaved runs, by bot."""
    bots: Mapping[str, Callable[[Path, int], Coroutine[None, None, Cost]]] = {
        "ours": lambda at, run: ours(at, reports, run),
        "python-telegram-bot": lambda at, run: bare("tests.bench.bare_ptb", at, reports, run),
        "aiogram": lambda at, run: bare("tests.bench.bare_aiogram", at, reports, run),
    }
    found: dict[str, list[Cost]] = {name: [] for name in bots}
    for run in range(runs):
        for name, measure in bots.items():
            found[name].append(asyncio.run(measure(folder / f"{name}-{run}", run)))
    return {
        name: Cost(
            statistics.median(each.updates_per_s for each in costs),
            statistics.median(each.cpu_us for each in costs),
            statistics.median(each.calls for each in costs),
        )
        for name, costs in found.items()
    }


@pytest.mark.bench
def test_the_whole_bot_against_bare_ones(tmp_path: Path, figures: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        found = compare(tmp_path, REPORTS, RUNS)
        for name, cost in found.items():
            figures.add("whole bot", f"{name}: updates a second", cost.updates_per_s, "/s")
            figures.add("whole bot", f"{name}: CPU an update", cost.cpu_us, "µs")
            figures.add("whole bot", f"{name}: calls an update", cost.calls, "")
        ours, ptb, aiogram = found["ours"], found["python-telegram-bot"], found["aiogram"]
        pace, work = "of the bare {} bot's updates a second", "of the bare {} bot's CPU an update"
        for name, other in (("python-telegram-bot", ptb), ("aiogram", aiogram)):
            aim = "≥ 0.8" if other is ptb else ""
            figures.add("whole bot", f"ours: {pace.format(name)}", ours.updates_per_s / other.updates_per_s, "×", aim)
            figures.add("whole bot", f"ours: {work.format(name)}", ours.cpu_us / other.cpu_us, "×")
    assert ours.updates_per_s > 0.5 * ptb.updates_per_s
