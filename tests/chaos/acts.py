"""Single troubles, each amid people who report, and what is logged of them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

from bot.demo.botapi import faults
from tests.chaos.disk import Disk
from tests.chaos.people import Resident, live_all
from tests.chaos.run import Run
from tests.helpers.waiting import until

AWAY = timedelta(minutes=30)
"""So long Telegram is away, by the clock; and that takes as long as the act lasts."""

LOCKED_FOR_S = 2.5
"""A lock that another program holds for longer than SQLite waits for it (2 s) is told of."""

TOLD_WITHIN_S = 20.0

STEPS = (timedelta(hours=3), timedelta(hours=-5), timedelta())
"""How wrong the bot's clock is, one after the other."""

_HOLD = """import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
db.execute("BEGIN EXCLUSIVE")
print(flush=True)
time.sleep(float(sys.argv[2]))"""

Act = Callable[[Run, float], AbstractAsyncContextManager[None]]


async def amid(
    run: Run, name: str, act: Act, crowd: list[Resident], lasts_s: float, told: str | None = None, at_once: int = 30
) -> list[str]:
    """Let it happen while people report, and wait until all of them have their answers.

    Args:
        run: the bot, running.
        name: of the trouble.
        act: the trouble, for so many seconds of the wall.
        crowd: who reports.
        lasts_s: see act.
        told: it lasts until this stands in the log, too.
        at_once: so many of them at a time.

    Returns:
        What was logged meanwhile, warnings and errors.
    """
    before = len(run.bot.log)
    living = asyncio.create_task(live_all(crowd, at_once))
    await asyncio.sleep(lasts_s / 10)
    with run.trouble(name):
        async with act(run, lasts_s):
            run.admin.send_text("/bantuan")  # a poll that was held ends
            await asyncio.sleep(lasts_s)
            await until(lambda: told is None or told in run.bot.log[before:], TOLD_WITHIN_S, 0.05)
    await living
    await run.quiet()
    return [line for line in run.bot.log[before:].splitlines() if " ERROR " in line or " WARNING " in line]


@asynccontextmanager
async def away(run: Run, lasts_s: float) -> AsyncIterator[None]:
    """Telegram cannot be reached for half an hour."""
    usual = run.clock.speed
    await run.api.go_offline()
    run.clock.run(AWAY.total_seconds() / lasts_s)
    yield
    run.clock.run(usual)
    await run.api.go_online()


@asynccontextmanager
async def conflict(run: Run, lasts_s: float) -> AsyncIterator[None]:
    """Another program polls with the same token."""
    run.api.faults.add(faults.conflict(), method="getUpdates", times=None)
    yield
    run.api.faults.clear()


@asynccontextmanager
async def revoked(run: Run, lasts_s: float) -> AsyncIterator[None]:
    """Telegram does not know the token any more; then it does again."""
    run.api.faults.add(faults.refused(401, "Unauthorized"), times=None)
    yield
    run.api.faults.clear()


@asynccontextmanager
async def silent_poll(run: Run, lasts_s: float) -> AsyncIterator[None]:
    """A poll's connection dies without a word."""
    run.api.faults.add(faults.no_answer(), method="getUpdates")
    yield


@asynccontextmanager
async def wrong_clock(run: Run, lasts_s: float) -> AsyncIterator[None]:
    """The server's clock is set by hours, forth and back."""
    for error in STEPS:
        run.clock_errs(error)
        await asyncio.sleep(lasts_s / 2)
    yield


@asynccontextmanager
async def locked(run: Run, lasts_s: float) -> AsyncIterator[None]:
    """A backup program holds the database."""
    command = (sys.executable, "-c", _HOLD, str(run.database), str(max(lasts_s, LOCKED_FOR_S)))
    holder = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert holder.stdout is not None
    await holder.stdout.readline()
    yield
    await holder.communicate()


def full(disk: Disk) -> Act:
    """The disk is full."""

    @asynccontextmanager
    async def act(run: Run, lasts_s: float) -> AsyncIterator[None]:
        with disk.full(run.bot.pid):
            yield

    return act
