"""Clocks: the wall's, and the demo's that runs faster."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The wall clock."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


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
