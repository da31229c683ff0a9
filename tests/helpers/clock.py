"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
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
