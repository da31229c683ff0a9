"""When to look what is due: at the digest times (APScheduler) and every half minute.

What is due is read from the database with the app's clock; a beat only says "look now". So a beat too many does no
harm, and one that was missed (a suspended machine, a long stop) is made up for by the next. The half minutes are not
APScheduler's: it goes by the wall's clock, and would be silent for as long as that is set back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import time
from zoneinfo import ZoneInfo

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

log = logging.getLogger(__name__)

BEAT_S = 30.0
"""Seconds of the app's clock between two looks."""

STOP_WITHIN_S = 3.0
"""How long a beat that runs may take to end when stopping."""


class Jobs:
    """Calls `beat` at the digest times and every 30 seconds, from start() to stop()."""

    def __init__(
        self,
        beat: Callable[[], Awaitable[object]],
        digest_times: Sequence[time],
        timezone: ZoneInfo,
        *,
        every_s: float = BEAT_S,
    ) -> None:
        """Prepare; nothing runs before start().

        Args:
            beat: does whatever is due; what it raises is logged, and the next beat comes all the same.
            digest_times: local times of day in `timezone`.
            timezone: where the digest times are told.
            every_s: seconds of the wall between two beats (BEAT_S divided by the clock's speed).
        """
        self._beat = beat
        self._every_s = every_s
        self._ticking: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()  # a digest time and a beat may fall together: one after the other
        # Coalesced and without a misfire limit: however late, one call makes up for all that were missed.
        self._scheduler = AsyncIOScheduler(
            executors={"default": AsyncIOExecutor()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=timezone,
        )
        for at in digest_times:
            trigger = CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=timezone)
            self._scheduler.add_job(self._run, trigger, name=f"digest {at:%H:%M}")

    def start(self) -> None:
        """Begin; the first call of beat comes after `every_s`. Needs a running event loop."""
        self._scheduler.start()
        self._ticking = asyncio.create_task(self._tick(), name="beat")

    async def stop(self) -> None:
        """End: no new call; a beat that runs may finish, but not for longer than STOP_WITHIN_S."""
        self._scheduler.pause()
        try:
            async with asyncio.timeout(STOP_WITHIN_S), self._turn:
                pass
        except TimeoutError:
            log.warning("a beat took longer than %s s to end and was cancelled", STOP_WITHIN_S)
        if self._ticking is not None:
            self._ticking.cancel()
        self._scheduler.shutdown()
        await asyncio.sleep(0)  # the scheduler shuts itself down in the loop's next round

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self._run()

    async def _run(self) -> None:
        async with self._turn:
            try:
                await self._beat()
            except Exception:
                log.exception("a beat failed; the next one tries again")
