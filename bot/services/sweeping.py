"""After somebody was forgotten, the database's files are cleared of what is left of them between its rows."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.domain.errors import GenanganError, StoreBusy
from bot.ports import Store

log = logging.getLogger(__name__)

AT_ONCE_BYTES = 32_000_000
"""A file up to this size is written anew at once: some tenths of a second. A larger one waits for the night."""

NIGHT = (time(3), time(5))
"""Local times between which that is done."""

LOOK_AGAIN_S = 1.0
LONGEST_PAUSE_S = 30.0
"""Each try holds up who writes for a tenth of a second while somebody reads, say a backup of minutes."""


class Sweeper:
    """Empties the write-ahead log until that succeeds, and has the file written anew.

    Args:
        store: the world.
        timezone: for the night.
    """

    def __init__(self, store: Store, timezone: ZoneInfo) -> None:
        self._store = store
        self._timezone = timezone
        self._work = asyncio.Event()
        self._work.set()  # at start: what a process that was killed left

    def wake(self) -> None:
        """Somebody was forgotten."""
        self._work.set()

    async def run(self) -> None:
        """Until cancelled. Waits are the wall's: it is about other programs that read the file."""
        pause_s = LOOK_AGAIN_S
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                done = await self._once()
            except GenanganError as error:  # say no room for the scratch file: the next night tries again
                log.error("the database cannot be written anew after an erasure: %s", error)
                continue
            if done:
                pause_s = LOOK_AGAIN_S
                continue
            self._work.set()
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _once(self) -> bool:
        """Returns whether it is done."""
        try:
            owed = await self._store.sweep_owed()
            if owed is not None and owed <= AT_ONCE_BYTES:
                await self._store.sweep()
            return await self._store.empty_log()
        except StoreBusy as error:
            log.debug("the sweep waits: %s", error)
            return False

    async def at_night(self, now: datetime) -> None:
        """A large file, in a beat of the night."""
        if not NIGHT[0] <= now.astimezone(self._timezone).time() < NIGHT[1]:
            return
        if await self._store.sweep_owed() is not None:
            log.info("somebody was forgotten: the database is written anew")
            await self._store.sweep()
            self.wake()
