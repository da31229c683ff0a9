"""Reports that come at a rate of their own, whether the bot keeps up or not: how long answers take, and the memory.

A report is a location and a tap. Telegram's send limits are lifted.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.botapi import BotApi
from tests.bench.conftest import Figures
from tests.bench.driving import Crowd, awake, cpu_s, memory_mb, percentile

RATES = (10, 50, 100, 150, 200)
"""Reports a second."""

LASTS_S = float(os.environ.get("BENCH_OPEN_LOOP_S", "60"))
BROKEN_S = 5.0
"""A 99th percentile beyond this: it does not keep up, and more makes no sense."""

CATCH_UP_S = 60.0
STEADY = 18_000
STEPS = 10
"""An hour's worth of load at 50 reports a second, a tenth at a time."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Of one rate: seconds from an update being there to its answer being sent."""

    p50_s: float
    p99_s: float
    longest_s: float
    unanswered: int
    cpu: float
    """Share of one core."""


async def at_rate(folder: Path, per_s: float, lasts_s: float, seed: int = 0) -> Waits:
    """So many reports a second, for so long."""
    async with BotApi(seed=seed) as api, awake(api, folder) as bot:
        crowd = Crowd.of(api, max(1, round(per_s * lasts_s)), seed)
        living = asyncio.create_task(crowd.live())
        began, before_s = time.perf_counter(), cpu_s(bot.pid)
        for n, each in enumerate(crowd.people):
            await asyncio.sleep(max(0.0, began + n / per_s - time.perf_counter()))
            crowd.locate(each)
        busy = (cpu_s(bot.pid) - before_s) / (time.perf_counter() - began)
        with contextlib.suppress(TimeoutError):
            await crowd.finished(CATCH_UP_S)
        living.cancel()
        waits = crowd.waits_s()
        return Waits(percentile(waits, 0.5), percentile(waits, 0.99), max(waits), len(crowd.unanswered()), busy)


async def memory(folder: Path, reports: int, steps: int, seed: int = 1) -> list[float]:
    """MB after each of so many steps of so many reports, pushed as fast as they go."""
    found = []
    async with BotApi(seed=seed) as api, awake(api, folder) as bot:
        for step in range(steps):
            crowd = Crowd.of(api, reports, seed + step)
            living = asyncio.create_task(crowd.live())
            for n, each in enumerate(crowd.people):
                crowd.locate(each)
                if n % 50 == 0:
                    await asyncio.sleep(0)
            await crowd.finished(600)
            living.cancel()
            found.append(memory_mb(bot.pid))
            api.calls.all.clear()
    return found


@pytest.mark.bench
def test_answers_come_soon(tmp_path: Path, figures: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        for rate in RATES:
            found = asyncio.run(at_rate(tmp_path / str(rate), rate, LASTS_S))
            name, aim = f"{rate} reports/s: answer", "≤ 250" if rate == 50 else ""
            figures.add("open loop", f"{name}, median", found.p50_s * 1000, "ms")
            figures.add("open loop", f"{name}, 99 % within", found.p99_s * 1000, "ms", aim)
            figures.add("open loop", f"{name}, longest", found.longest_s * 1000, "ms")
            figures.add("open loop", f"{rate} reports/s: CPU", found.cpu * 100, "% of a core")
            if found.p99_s > BROKEN_S or found.unanswered:
                figures.add("open loop", "breaks at", rate, "reports/s")
                break
            assert rate > 50 or found.p99_s < BROKEN_S


@pytest.mark.bench
def test_memory_stays_flat(tmp_path: Path, figures: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        found = asyncio.run(memory(tmp_path / "hour", STEADY, STEPS))
        figures.add("open loop", "memory after a tenth of an hour's load at 50 reports/s", found[0], "MB")
        figures.add("open loop", "memory after the whole hour's", found[-1], "MB", "flat")
    assert found[-1] < 1.3 * found[0] + 20
