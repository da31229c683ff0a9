"""Clocks for tests: one that stands still until it is moved, one that runs faster than the wall."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")

EVENING = datetime(2026, 1, 18, 19, 42, tzinfo=WIB)
"""When most tests happen: a rainy evening in January."""


class StillClock:
    """Shows `at` until moved; sleeping moves it."""

    def __init__(self, at: datetime = EVENING) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Move on by so many seconds, at once."""
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def move(self, **by: float) -> datetime:
        """Move on, e.g. `move(minutes=5)`, and return the new moment."""
        self.at += timedelta(**by)
        return self.at


class FastClock:
    """A clock that starts at a given moment and runs `speed` times as fast as the wall.

    Args:
        start: the moment it shows when made (aware).
        speed: seconds of this clock in a second of the wall.
    """

    def __init__(self, start: datetime, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The present moment of this clock."""
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many of this clock's seconds."""
        await asyncio.sleep(seconds / self._speed)
